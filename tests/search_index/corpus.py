"""A small town of workers, each written so that some query must find them and a neighbouring one must not."""

from datetime import UTC, date, datetime, timedelta

from search_index.engines import Document, KnownQualification, KnownSkill

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
LONG_AGO = NOW - timedelta(days=15)

KYOTO, TOKYO, OSAKA, SHIGA = "26", "13", "27", "25"
SHIBUYA, SHINJUKU, KYOTO_CITY = "13113", "13104", "26100"

TRANSLATION = KnownSkill(1, "英日翻訳", ("英日",), 3, date(2014, 4, 1))
CAT = KnownSkill(2, "翻訳支援ツール", ("catツール", "trados"), 2, date(2018, 1, 1))
CPP = KnownSkill(3, "C++", ("cpp",), 3, date(2010, 1, 1))
CSHARP = KnownSkill(4, "C#", ("csharp",), 2, date(2020, 6, 1))
NODE = KnownSkill(5, "Node.js", (), 2, date(2021, 1, 1))
ILLUSTRATOR = KnownSkill(6, "Adobe Illustrator", ("illustrator", "イラレ"), 2, date(2016, 1, 1))
EXCEL = KnownSkill(7, "Excel", ("エクセル",), 1, date(2024, 11, 1))
C = KnownSkill(8, "C", ("c言語",), 0, date(2026, 1, 1))

WORKERS = {
    "ritsu": Document(
        1,
        nickname="高瀬 律",
        username="takase-ritsu",
        headline="計測機器・産業機械の英日技術翻訳",
        introduction="半導体検査装置と流量計の取扱説明書を中心に、技術翻訳者として12年。見積りは無料です。",
        skills=(TRANSLATION, CAT),
        prefectures=(KYOTO,),
        works_online=True,
        status="available",
        status_confirmed_at=YESTERDAY,
        hours="10_to_20",
        hourly_rate_yen=5_500,
        published_at=NOW - timedelta(days=100),
        last_active_on=date(2026, 11, 22),
    ),
    "kanae": Document(
        2,
        nickname="森下かなえ",
        username="morishita",
        headline="医療機器の翻訳とレビュー",
        introduction="添付文書の英日翻訳。薬機法の表記に沿った校正もお受けします。翻訳だけ、確認だけの依頼もどうぞ。",
        skills=(KnownSkill(1, "英日翻訳", ("英日",), 2, date(2018, 12, 1)),),
        cities=(KYOTO_CITY,),
        status="available",
        status_confirmed_at=LONG_AGO,
        hours="20_to_30",
        hourly_rate_yen=6_000,
        published_at=NOW - timedelta(days=90),
        last_active_on=date(2026, 11, 1),
    ),
    "kenta": Document(
        3,
        nickname="髙橋健太",
        username="kenta_t",
        headline="組み込みソフト",
        introduction="C++とPython3で組み込みソフトを書いています。Ｌｉｎｕｘサーバの保守も。",
        skills=(CPP,),
        careers=("電機メーカー\n主任\nC/C++で流量計のファームウェアを開発",),
        prefectures=(TOKYO,),
        cities=(SHIBUYA,),
        works_online=True,
        status="depends",
        status_confirmed_at=YESTERDAY,
        hours="30_to_40",
        hourly_rate_yen=8_000,
        published_at=NOW - timedelta(days=80),
        last_active_on=date(2026, 11, 20),
    ),
    "sakura": Document(
        4,
        nickname="渡邉さくら",
        username="sakura4",
        headline="ゲーム制作",
        introduction="C#とUnityでゲームを作ります。打ち合わせはWi-Fiのある喫茶店で。",
        skills=(CSHARP,),
        cities=(SHINJUKU,),
        status="busy",
        status_confirmed_at=YESTERDAY,
        hours="up_to_3",
        hourly_rate_yen=4_000,
        published_at=NOW - timedelta(days=70),
        last_active_on=date(2026, 10, 1),
    ),
    "ren": Document(
        5,
        nickname="齋藤 蓮",
        username="ren.saito",
        headline="Webアプリ開発",
        introduction="Node.jsとTypeScriptでWebアプリを開発。サーバーの構成を考えるのが得意。",
        skills=(NODE,),
        works_online=True,
        status="available",
        status_confirmed_at=YESTERDAY,
        hours="10_to_20",
        published_at=NOW - timedelta(days=60),
    ),
    "minami": Document(
        6,
        nickname="小林みなみ",
        username="373",
        headline="ウェブデザイナー",
        introduction="ウェブデザインとコーディング(HTML/CSS)。お問合せはお気軽に！",
        skills=(ILLUSTRATOR,),
        hobbies=("登山\nテント、山小屋\n夏は北アルプスへ",),
        prefectures=(OSAKA,),
        status="depends",
        status_confirmed_at=YESTERDAY,
        hourly_rate_yen=3_000,
        published_at=NOW - timedelta(days=50),
    ),
    "seiichi": Document(
        7,
        nickname="大庭誠一",
        headline="暮らしのお手伝い",
        introduction="京都で引っ越しの手伝いと家事代行をしています。子供のいるお宅も歓迎。",
        prefectures=(KYOTO, SHIGA),
        hourly_rate_yen=1_500,
        published_at=NOW - timedelta(days=40),
    ),
    "yui": Document(
        8,
        nickname="久保田ゆい",
        headline="片付けと引越し",
        introduction="東京都内の引越し、片付け、不用品の整理。お見積もりは写真で。",
        qualifications=(KnownQualification("整理収納アドバイザー", "", "ハウスキーピング協会", "1級"),),
        prefectures=(TOKYO,),
        hourly_rate_yen=2_000,
        published_at=NOW - timedelta(days=30),
    ),
    "fumi": Document(
        9,
        nickname="黒田 文",
        headline="会議を絵にします",
        introduction="グラフィックレコーディング(グラレコ)で会議を一枚に。グラレコ講座の講師もします。",
        hourly_rate_yen=7_000,
        published_at=NOW - timedelta(days=20),
    ),
    "kana": Document(
        10,
        nickname="かな",
        headline="似顔絵・イラスト",
        introduction="やさしい線のイラストを描きます。こどもの絵も得意。",
        published_at=NOW - timedelta(days=19),
    ),
    "rio": Document(
        11,
        nickname="莉央",
        headline="動画編集",
        introduction="YouTubeの動画編集とサムネイル。ｶｯﾄ編集だけでも。",
        published_at=NOW - timedelta(days=18),
    ),
    "ichiro": Document(
        12,
        nickname="佐々木一郎",
        headline="経理と記帳代行",
        introduction="中小企業の経理を20年。マクロで作業を自動化します。取引先とのやり取りも。",
        skills=(EXCEL,),
        qualifications=(
            KnownQualification("宅地建物取引士", "宅建", "不動産適正取引推進機構"),
            KnownQualification("日商簿記検定", "日商簿記", "日本商工会議所", "2級"),
        ),
        published_at=NOW - timedelta(days=17),
    ),
    "ken": Document(
        13,
        nickname="渡辺 健",
        headline="電話受付",
        introduction="受付と電話対応。資料の校正と構成も。C言語は勉強中です。",
        skills=(C,),
        published_at=NOW - timedelta(days=16),
    ),
    "ryu": Document(
        14,
        nickname="濵田龍一郎",
        headline="カメラマン",
        introduction="建築と料理の写真撮影。締切は必ず守ります。",
        published_at=NOW - timedelta(days=15),
    ),
    "mari": Document(
        15,
        nickname="廣瀬まり",
        headline="業務システム",
        introduction="ASP.NETと.NETで業務システムを開発。M&Aの資料作成も。",
        published_at=NOW - timedelta(days=14),
    ),
    "emily": Document(
        16,
        nickname="Emily Brown",
        username="emily-b",
        headline="Japanese to English",
        introduction="I translate product copy. SEO, e-mail newsletters and Illustrator files welcome.",
        published_at=NOW - timedelta(days=13),
    ),
    "misaki": Document(
        17,
        nickname="★みさき★",
        headline="ハンドメイド作家",
        introduction="レジンと刺繍のアクセサリー。翻訳アプリで海外にも発送します。ﾌﾟﾚｾﾞﾝﾄに。",
        published_at=NOW - timedelta(days=12),
    ),
    "noboru": Document(
        18,
        nickname="𠮷野 昇",
        headline="大工",
        introduction="木造の改修をします。葛󠄀城市から伺います。",
        published_at=NOW - timedelta(days=11),
    ),
}
"""By the short names that the tests use."""

NAMES = {document.key: name for name, document in WORKERS.items()}

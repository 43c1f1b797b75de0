"""Of which kinds of work income tax is withheld: what a client reads before saying so for a contract."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from marketplace.i18n import _l
from marketplace.jobs.categories import Category, WithholdingClass


@dataclass(frozen=True)
class KindOfWork:
    """A kind of work by its usual name."""

    category: Category
    withholding_class: WithholdingClass
    words: str

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(self.words)


def examples_of(category: Category) -> list[KindOfWork]:
    """Return the kinds of work that a category is known for, what is withheld of first."""
    return [kind for kind in KINDS if kind.category is category]


def _kinds(category: Category, **words: Sequence[str]) -> Iterator[KindOfWork]:
    return (KindOfWork(category, WithholdingClass(key), name) for key, names in words.items() for name in names)


KINDS = (
    *_kinds(Category.TRANSLATION, subject=[_l("翻訳"), _l("通訳")]),
    *_kinds(Category.WRITING, subject=[_l("原稿料"), _l("校正・校閲"), _l("脚本")]),
    *_kinds(
        Category.DESIGN,
        subject=[_l("グラフィックデザイン"), _l("パッケージデザイン"), _l("ロゴ・バナーのデザイン")],
        ask=[_l("デザインと製作をまとめた代金")],
    ),
    *_kinds(Category.ILLUSTRATION, subject=[_l("さし絵・イラスト"), _l("漫画"), _l("著作権の使用料")]),
    *_kinds(
        Category.PHOTO_VIDEO,
        subject=[_l("出版・広告に使う写真")],
        not_subject=[_l("社内の記録などの写真")],
        ask=[_l("動画の撮影・編集")],
    ),
    *_kinds(Category.DEVELOPMENT, not_subject=[_l("システムの構築"), _l("プログラミング")]),
    *_kinds(
        Category.WEB,
        subject=[_l("Webデザイン")],
        not_subject=[_l("コーディング")],
        ask=[_l("デザインとコーディングをまとめた代金")],
    ),
    *_kinds(Category.OFFICE_WORK, not_subject=[_l("データ入力"), _l("事務の代行")]),
    *_kinds(Category.ACCOUNTING, subject=[_l("税理士・公認会計士の業務")], not_subject=[_l("記帳などの事務")]),
    *_kinds(
        Category.LEGAL,
        subject=[
            _l("弁護士・弁理士・社会保険労務士などの業務"),
            _l("司法書士・土地家屋調査士の業務(計算が異なります)"),
        ],
        not_subject=[_l("行政書士の業務")],
    ),
    *_kinds(Category.MARKETING, not_subject=[_l("広告の運用"), _l("企画の総合プロデュース")]),
    *_kinds(Category.RESEARCH, ask=[_l("インタビューの謝礼(多くは対象外)"), _l("調査と報告書の作成")]),
    *_kinds(Category.CONSULTING, subject=[_l("中小企業診断士などの経営診断")], ask=[_l("そのほかの助言")]),
    *_kinds(Category.TEACHING, subject=[_l("講演"), _l("技芸・スポーツ・知識の指導")]),
    *_kinds(
        Category.MUSIC_VOICE, subject=[_l("作曲・編曲"), _l("ナレーションなどの録音")], ask=[_l("演奏・音声の編集")]
    ),
    *_kinds(
        Category.APPEARANCE,
        subject=[_l("モデル"), _l("放送・舞台などへの出演")],
        not_subject=[_l("スタイリスト")],
        ask=[_l("催しの司会")],
    ),
    *_kinds(Category.HOUSEHOLD, not_subject=[_l("家事・買い物などの手伝い")]),
    *_kinds(Category.ON_SITE, not_subject=[_l("配達・設営などの現地作業")]),
)
"""Of what the law names, and of what it does not; in between it depends on what the paper says."""

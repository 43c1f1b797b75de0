"""Notices of an ordinary contract, of one with everything in it, and of one that somebody filled in bad faith."""

from dataclasses import replace
from datetime import UTC, date, datetime

from marketplace.contracts.notice import Milestone, Notice, Party, Share, Undecided

ORDINARY = Notice(
    number="MU-000123-1",
    version=1,
    issued_at=datetime(2026, 11, 28, 5, 30, tzinfo=UTC),
    client=Party(name="株式会社青葉計測", nickname="はな", username="hana-yamada", company="青葉計測"),
    worker=Party(name="𠮷瀬 律", nickname="りつ", username="ritsu-takase"),
    client_is_business=True,
    entrusted_on=date(2026, 11, 28),
    title="流量計 取扱説明書の英日翻訳",
    scope="流量計 FX-200 の取扱説明書(英文、約12,000語)を日本語に訳します。\n訳文は、用語集を添えて納めます。",
    rights="transfer",
    rights_note="著作者人格権は行使しません。",
    due_on=date(2026, 12, 15),
    is_remote=True,
    inspection_days=7,
    inspected_by=date(2026, 12, 22),
    revision_limit=2,
    reward_kind="fixed",
    amount_yen=120_000,
    is_tax_included=False,
    fee_yen=120_000,
    tax_yen=12_000,
    withheld_yen=12_252,
    net_yen=119_748,
    tax_percent=10,
    withholding="subject",
    pay_rule="monthly",
    pay_closing_day=31,
    pay_months=1,
    pay_day=25,
    paid_on=date(2027, 1, 25),
    pay_limit_on=date(2027, 2, 12),
    ending_note="それまでに受け取った分の報酬を支払います。",
    confidentiality="秘密保持の合意(2026年11月28日に全員が署名)",
    client_agreed_at=datetime(2026, 11, 28, 2, 5, tzinfo=UTC),
    worker_agreed_at=datetime(2026, 11, 28, 5, 29, tzinfo=UTC),
)

WHOLE = replace(
    ORDINARY,
    number="MU-000123-3",
    version=3,
    change_reason="図版が増え、期日を延ばしたため。",
    worker=replace(ORDINARY.worker, team="訳房むすび"),
    scope="\n".join(f"{number}. 第{number}章を訳し、用語集を添えて納めます。" for number in range(1, 21)),
    starts_on=date(2026, 11, 30),
    ends_on=date(2026, 12, 15),
    place="京都市中京区の事務所(月に1回)",
    pay_method="銀行振込(みずほ銀行)",
    is_re_entrusted=True,
    upstream_client="東日本流量機器株式会社",
    upstream_due_on=date(2027, 1, 31),
    pay_limit_on=date(2027, 3, 1),
    milestones=tuple(
        Milestone(title=f"第{number}章の訳文", due_on=date(2026, 12, 15), amount_yen=1_200) for number in range(1, 101)
    ),
    shares=(
        Share(name="𠮷瀬 律", username="ritsu-takase", percent=60, amount_yen=72_000, part="翻訳"),
        Share(name="葛󠄀城 みのり", username="minori", percent=40, amount_yen=48_000, part="用語集"),
    ),
    undecided=(Undecided(item="図版の数", reason="新しい機種の図版ができていないため", decide_by=date(2026, 12, 5)),),
)

_BAD = '#import "@preview/x:1.0.0" $ * _ ` < @ \\ // \u202e\x00😀한' + "長" * 40 + "ー" * 400 + "x" * 400
_MUCH = _BAD + "とても長い文。" * 600

HOSTILE = replace(
    WHOLE,
    client=Party(name=_BAD, nickname=_BAD, username=_BAD, company=_BAD),
    worker=Party(name=_BAD, nickname=_BAD, username=_BAD, team=_BAD),
    title=_BAD,
    scope=_MUCH,
    rights_note=_BAD,
    place=_BAD,
    formula=_BAD,
    pay_method=_BAD,
    upstream_client=_BAD,
    ending_note=_BAD,
    confidentiality=_BAD,
    change_reason=_BAD,
    amount_yen=1_000_000_000,
    milestones=(Milestone(title=_BAD, due_on=date(2026, 12, 1), amount_yen=1_000_000_000),),
    shares=(Share(name=_BAD, username=_BAD, percent=100, amount_yen=1_000_000_000, part=_BAD),),
    undecided=(Undecided(item=_BAD, reason=_BAD, decide_by=date(2026, 12, 5)),),
)

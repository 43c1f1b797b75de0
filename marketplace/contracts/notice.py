"""What a notice of terms says (取引条件通知書): facts in no language, stored beside the PDF made of them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from marketplace.calendar import PaymentRule, PayRule


@dataclass(frozen=True, kw_only=True)
class Party:
    """One side, so named that nobody else can be meant (item 1 of Article 3)."""

    name: str
    """As it was agreed: of a person, or of the company for which one acts."""
    nickname: str
    username: str
    """Who acts here; with the name it says who is meant."""
    company: str = ""
    """In whose name a client commissions."""
    team: str = ""
    """For which team a worker speaks."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """What a member of the team does, and for which part of the reward."""

    name: str
    username: str
    percent: int
    amount_yen: int | None = None
    """Of a fixed reward, without consumption tax as the reward is written."""
    part: str = ""


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """A part of the work with a day and an amount of its own."""

    title: str
    due_on: date
    amount_yen: int
    paid_on: date | None = None
    """When it is paid if it is received on its day; notices of before did not tell it."""
    upstream_due_on: date | None = None
    """Towards a member of a team: when the client pays for it."""


@dataclass(frozen=True, kw_only=True)
class Undecided:
    """What is not decided yet, why, and until when it will be (未定事項)."""

    item: str
    reason: str
    decide_by: date


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One notice, whole: a page and a PDF are made of it and of nothing else, today as in seven years."""

    number: str
    """Of the document: what it is found by."""
    version: int
    """Of the terms."""
    issued_at: datetime
    is_to_member: bool = False
    """Whether a team's leader tells a member of the share in re-entrusted work."""
    change_reason: str = ""
    """Why this version takes the place of the one before."""

    client: Party
    """Who commissions: the client, or towards a member the leader."""
    worker: Party
    client_is_business: bool
    entrusted_on: date | None = None
    """Item 2: when both had agreed; None while it is a draft."""
    title: str
    part: str = ""
    """What of the work a member of the team does."""
    scope: str
    rights: str
    """A word of `Rights`."""
    rights_note: str = ""
    due_on: date | None = None
    """A day of delivery, or a period, or both; what depends on receipt is told for the former, else the last of it."""
    starts_on: date | None = None
    ends_on: date | None = None
    is_remote: bool
    place: str = ""
    inspection_days: int
    inspected_by: date | None = None
    """When the inspection ends of what is received on the agreed day; None where there is none."""
    revision_limit: int

    reward_kind: str
    """A word of `RewardKind`."""
    amount_yen: int
    percent: int = 100
    """Which part of each such amount a member of a team gets; of a fixed reward the part itself is the amount."""
    formula: str = ""
    is_tax_included: bool
    fee_yen: int | None = None
    """Without consumption tax; this and the three below are known of a fixed reward only."""
    tax_yen: int | None = None
    withheld_yen: int | None = None
    net_yen: int | None = None
    tax_percent: int
    withholding: str
    """A word of `Withholding`."""

    pay_rule: str
    """A word of `PayRule`, and what it needs."""
    pay_on: date | None = None
    pay_days: int | None = None
    pay_closing_day: int | None = None
    pay_months: int | None = None
    pay_day: int | None = None
    paid_on: date
    """When it is paid if it is received on the agreed day."""
    pay_limit_on: date
    """The last day that the law allows, likewise."""
    pay_method: str = ""
    """Empty means a bank transfer whose fee the payer bears."""

    is_re_entrusted: bool = False
    upstream_client: str = ""
    upstream_due_on: date | None = None
    undecided: tuple[Undecided, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    shares: tuple[Share, ...] = ()
    ending_note: str = ""
    confidentiality: str = ""
    """The agreement that belongs to it: its title and when it was signed; empty when there is none."""

    client_agreed_at: datetime | None = None
    worker_agreed_at: datetime | None = None

    @property
    def payment_rule(self) -> PaymentRule:
        """When it is paid, as the calendar counts it."""
        return PaymentRule(
            PayRule(self.pay_rule),
            days=self.pay_days,
            closing_day=self.pay_closing_day,
            months=self.pay_months,
            pay_day=self.pay_day,
            on_day=self.pay_on,
        )

    @property
    def part_yen(self) -> int:
        """The recipient's part of the amount; of a fixed reward that is the amount."""
        return self.amount_yen * self.percent // 100

    def content(self) -> dict[str, Any]:
        """Return it as JSON stores it; `read` makes the same notice of that."""
        content: dict[str, Any] = _plain(asdict(self))
        return content

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> "Notice":
        """Make the notice of what `content` returned, be it years ago: fields that came later have their defaults."""
        notice: Notice = _made(cls, content)
        return notice


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case date():
            return value.isoformat()
    return value


def _made(kind: Any, value: Any) -> Any:
    """Make a value of `kind` from what JSON keeps of it."""
    if isinstance(kind, UnionType):
        return None if value is None else _made(get_args(kind)[0], value)
    if get_origin(kind) is tuple:
        return tuple(_made(get_args(kind)[0], each) for each in value)
    if isinstance(kind, type) and is_dataclass(kind):
        kinds = _kinds_of(kind)
        return kind(**{name: _made(kinds[name], each) for name, each in value.items() if name in kinds})
    return kind.fromisoformat(value) if kind in {date, datetime} else kind(value)


@cache
def _kinds_of(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}

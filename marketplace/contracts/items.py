"""What a version of the terms says, as one typed it: the ten items of Article 3 and what else both rely on."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any, Self

from marketplace.calendar import PaymentRule, PayRule
from marketplace.contracts.models import ContractTerms, Rights, Withholding
from marketplace.jobs.models import RewardKind


@dataclass(frozen=True, kw_only=True)
class Undecided:
    """What is not decided yet, why, and until when it will be (未定事項)."""

    item: str
    reason: str
    decide_by: date | None


@dataclass(frozen=True, kw_only=True)
class Part:
    """A milestone: a part of the work with a day and an amount of its own."""

    title: str
    due_on: date | None
    amount_yen: int | None


@dataclass(frozen=True, kw_only=True)
class Share:
    """Which part of the reward a member of the team has, and for what."""

    member_id: int
    percent: int | None
    part: str = ""


@dataclass(frozen=True, kw_only=True)
class Items:
    """One version as it is stored. What is None was not filled in: `faults` says what that means."""

    client_name: str = ""
    worker_name: str = ""
    client_is_business: bool = True
    client_has_employees: bool | None = None
    scope: str = ""
    rights: Rights | None = None
    rights_note: str = ""
    due_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    is_remote: bool = True
    place: str = ""
    inspection_days: int | None = 7
    reward_kind: RewardKind = RewardKind.FIXED
    amount_yen: int | None = None
    formula: str = ""
    is_tax_included: bool | None = None
    withholding: Withholding | None = None
    pay_rule: PayRule = PayRule.MONTHLY
    pay_on: date | None = None
    pay_days: int | None = None
    pay_closing_day: int | None = None
    pay_months: int | None = None
    pay_day: int | None = None
    pay_method: str = ""
    is_re_entrusted: bool = False
    upstream_client: str = ""
    upstream_due_on: date | None = None
    revision_limit: int | None = 2
    ending_note: str = ""
    change_reason: str = ""
    undecided: tuple[Undecided, ...] = ()
    milestones: tuple[Part, ...] = ()
    shares: tuple[Share, ...] = ()

    @classmethod
    def of(cls, terms: ContractTerms) -> Self:
        """Return what a version says; its shares have to be loaded."""
        plain = {name: getattr(terms, name) for name in PLAIN}
        return cls(
            **plain,
            undecided=tuple(
                Undecided(item=each["item"], reason=each["reason"], decide_by=_day(each["decide_by"]))
                for each in terms.undecided
            ),
            milestones=tuple(Part(**each | {"due_on": _day(each["due_on"])}) for each in terms.milestones),
            shares=tuple(
                Share(member_id=each.member_id, percent=each.percent, part=each.part) for each in terms.shares
            ),
        )

    def columns(self) -> dict[str, Any]:
        """Return the columns of ContractTerms that say this; the shares are rows of their own."""
        found: dict[str, Any] = {name: getattr(self, name) for name in PLAIN}
        found["undecided"] = [_written(asdict(each)) for each in self.undecided]
        found["milestones"] = [_written(asdict(each)) for each in self.milestones]
        return found

    def tidied(self) -> Self:
        """Return it without what belongs to choices that were not made."""
        gone: dict[str, Any] = {}
        if self.pay_rule is not PayRule.ON_A_DAY:
            gone["pay_on"] = None
        if self.pay_rule is not PayRule.AFTER_RECEIPT:
            gone["pay_days"] = None
        if self.pay_rule is not PayRule.MONTHLY:
            gone |= {"pay_closing_day": None, "pay_months": None, "pay_day": None}
        if not self.is_re_entrusted:
            gone |= {"upstream_client": "", "upstream_due_on": None}
        if self.is_remote:
            gone["place"] = ""
        if self.reward_kind is RewardKind.FIXED:
            gone["formula"] = ""
        if self.rights is Rights.NONE:
            gone["rights_note"] = ""
        return replace(self, **gone)

    @property
    def last_due_on(self) -> date | None:
        """The day on which the last of the work is received, if all goes as agreed."""
        return self.due_on or self.ends_on

    @property
    def payment_rule(self) -> PaymentRule | None:
        """When it is paid, as the calendar counts it; None while something of it is missing."""
        given = self.tidied()
        try:
            return PaymentRule(
                given.pay_rule,
                days=given.pay_days,
                closing_day=given.pay_closing_day,
                months=given.pay_months,
                pay_day=given.pay_day,
                on_day=given.pay_on,
            )
        except ValueError:
            return None


_OTHERS = ("undecided", "milestones", "shares")
PLAIN = tuple(field.name for field in fields(Items) if field.name not in _OTHERS)
"""The names that are columns as they are."""


def changed(before: Items, after: Items) -> list[str]:
    """Return the names of what two versions say differently, but for why it was changed."""
    names = [field.name for field in fields(Items) if field.name != "change_reason"]
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def even_shares(member_ids: Sequence[int]) -> tuple[Share, ...]:
    """Return shares as equal as whole percents can be, which make 100."""
    each, more = divmod(100, len(member_ids)) if member_ids else (0, 0)
    return tuple(Share(member_id=key, percent=each + (place < more)) for place, key in enumerate(member_ids))


def _day(written: str) -> date:
    return date.fromisoformat(written)


def _written(values: dict[str, Any]) -> dict[str, Any]:
    return {name: each.isoformat() if isinstance(each, date) else each for name, each in values.items()}

"""Which deed comes next for the member who looks, and what else they may do."""

from dataclasses import dataclass, field

from marketplace.accounts.models import Member
from marketplace.clock import today
from marketplace.contracts import policy
from marketplace.contracts.course import Course
from marketplace.contracts.models import Contract, Delivery
from marketplace.i18n import _


@dataclass(frozen=True)
class Deed:
    """A link to the page of a deed."""

    endpoint: str
    label: str
    icon: str
    delivery: Delivery | None = None


@dataclass(frozen=True)
class Deeds:
    """The one next deed, what else can be done, and, where nothing is to be done, what is waited for."""

    next: Deed | None = None
    others: list[Deed] = field(default_factory=list)
    waits_for: str = ""


def deeds_of(viewer: Member, course: Course) -> Deeds:
    """Return what `viewer` can do now."""
    contract = course.contract
    if viewer.id == contract.client_id:
        return _of_client(viewer, course)
    if viewer.id == contract.worker_id:
        return _of_worker(viewer, course)
    return Deeds(waits_for=_("作業メモとメッセージを書けます。納品と検収は、代表のワーカーとクライアントがします。"))


def _of_worker(viewer: Member, course: Course) -> Deeds:
    contract = course.contract
    is_paid = policy.can_confirm_payment(viewer, contract)
    first = [_deed("receive", _("受け取りを確認する"), "check2-circle", each) for each in course.unconfirmed if is_paid]
    others: list[Deed] = []
    if policy.can_deliver(viewer, contract):
        first.append(_deed("deliver", _("納品する"), "box-seam"))
        if course.is_ahead_of_a_day(today()):
            others.append(_deed("late", _("遅れそうです"), "clock-history"))
    if policy.can_take_back(viewer, contract):
        others += [_deed("take_back", _("納品を取り下げる"), "arrow-counterclockwise", each) for each in course.waiting]
    others += [_deed("receive", _("入金があった"), "cash-coin", each) for each in course.unpaid if is_paid]
    waits = ""
    if course.waiting:
        waits = _("クライアントの検査を待っています。")
    elif course.unpaid:
        waits = _("クライアントの支払いを待っています。")
    return Deeds(first[0] if first else None, first[1:] + others, waits)


def _of_client(viewer: Member, course: Course) -> Deeds:
    contract = course.contract
    found: list[Deed] = []
    if policy.can_accept(viewer, contract):
        found += [_deed("accept", _("検収する"), "check2-square", each) for each in course.waiting]
    if policy.can_report_payment(viewer, contract):
        found += [_deed("pay", _("支払いを報告する"), "cash-coin", each) for each in course.unpaid]
    if policy.can_revise(viewer, contract):
        sent_back = [each for each in course.waiting if course.revisions_left(each)]
        found += [_deed("revise", _("修正を依頼する"), "arrow-repeat", each) for each in sent_back]
    waits = ""
    if course.missing and contract.is_active:
        waits = _("ワーカーが作業しています。")
    elif course.unconfirmed:
        waits = _("ワーカーが入金を確かめるのを待っています。")
    corrections = [_deed("pay", _("支払いの報告を直す"), "pencil", each) for each in course.unconfirmed]
    return Deeds(found[0] if found else None, found[1:] + corrections, waits)


def can_end(viewer: Member, contract: Contract, course: Course) -> bool:
    """Tell whether the page offers to end early: not while such a wish waits for its answer."""
    return course.ending is None and policy.can_end(viewer, contract)


def _deed(endpoint: str, label: str, icon: str, delivery: Delivery | None = None) -> Deed:
    return Deed(f"contracts.{endpoint}", label, icon, delivery)

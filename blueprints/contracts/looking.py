"""What pages of terms show: the sections of the notice, what changed, what follows from what was typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template

from blueprints.access import current_member
from blueprints.contracts.terms_forms import TermsForm
from marketplace.accounts.models import Member
from marketplace.contracts import drafting, service
from marketplace.contracts.faults import Side, cautions, faults
from marketplace.contracts.items import Items
from marketplace.contracts.kinds_of_work import KindOfWork
from marketplace.contracts.models import Contract, ContractTerms, SecrecyAgreement
from marketplace.contracts.notice import Notice
from marketplace.contracts.reckoning import reckon


@dataclass(frozen=True)
class Desk:
    """What terms are written about, and what stands before them."""

    contract: Contract
    """With its parties at hand; not stored yet when it is new."""
    side: Side
    number: int
    """Of the version that is written."""
    members: Sequence[Member] = ()
    """Of the team, who may have a share."""
    before: Items | None = None
    """The version that this one would follow."""
    before_notice: Notice | None = None
    agreement: SecrecyAgreement | None = None
    """Of confidentiality, which all have signed."""
    agreed: Items | None = None
    """The version in force, whose days may be over."""
    kinds: Sequence[KindOfWork] = ()
    """Of work of this category: what is withheld of which."""

    @property
    def other(self) -> Member:
        """Whom it is sent to."""
        is_client = self.contract.client.id == current_member.id
        return self.contract.worker if is_client else self.contract.client


def is_sound(form: TermsForm, desk: Desk) -> bool:
    """Check what the form says by the law, beside what its fields check by themselves."""
    is_valid = form.validate_on_submit()
    form.accuse(faults(form.items().tidied(), desk.side, desk.agreed))
    return is_valid and not form.errors


def compared(form: TermsForm, desk: Desk, newest: ContractTerms, **more: Any) -> str:
    """Return the page for who writes while a version is sent that they have not read: that one beside what was typed.

    What is sent from it takes the place of `newest` knowingly.
    """
    form.seen.renew(newest.number)
    typed = _draft_of(form.items(), desk)
    return render_template(
        "contracts/overtaken.html",
        form=form,
        contract=desk.contract,
        newest=newest,
        number=desk.number,
        sections=drafting.shown(typed),
        differences=drafting.differences(drafting.stored(desk.contract, newest, desk.agreement), typed),
        **more,
    )


def page_of(form: TermsForm, desk: Desk, step: str, **more: Any) -> str:
    """Return the page on which terms are written, or looked at before they are sent."""
    items = form.items()
    notice = _draft_of(items, desk) if step == "look" else None
    return render_template(
        "contracts/write.html",
        form=form,
        desk=desk,
        step=step,
        reckoning=reckon(items, is_company=desk.side.is_company),
        sections=drafting.shown(notice) if notice else (),
        differences=drafting.differences(desk.before_notice, notice) if notice and desk.before_notice else (),
        cautions=cautions(items, desk.before) if notice else (),
        **more,
    )


def _draft_of(items: Items, desk: Desk) -> Notice:
    """Return what the other party would read."""
    sent = service.as_sent(current_member, desk.contract, items) if items.shares else items
    return drafting.draft_of(desk.contract, sent, desk.members, desk.number, desk.agreement)

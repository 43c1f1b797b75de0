"""Terms as they would read, before anything is stored: what the parties look at is made as the notice is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.contracts.items import Items
from marketplace.contracts.models import Contract, ContractShare, ContractTerms, SecrecyAgreement
from marketplace.contracts.notice import Notice
from marketplace.contracts.noticing import notice_of, notice_to_member
from marketplace.contracts.printing import mention_of, sections_of
from marketplace.i18n import _
from marketplace.typesetting import Section


@dataclass(frozen=True)
class Difference:
    """Something that two versions say differently."""

    label: str
    before: str
    after: str


def draft_of(
    contract: Contract, items: Items, members: Sequence[Member], number: int, agreement: SecrecyAgreement | None = None
) -> Notice:
    """Return what `items` would say as a version of `contract`, whose parties are at hand; stores nothing."""
    known = {each.id: each for each in members}
    terms = ContractTerms(contract_id=contract.id or 0, number=number, **items.tidied().columns())
    terms.shares = [
        ContractShare(member=known[each.member_id], position=place, percent=each.percent or 0, part=each.part)
        for place, each in enumerate(items.shares)
        if each.member_id in known
    ]
    return notice_of(contract, terms, now(), mention_of(agreement))


def stored(contract: Contract, terms: ContractTerms, agreement: SecrecyAgreement | None = None) -> Notice:
    """Return what a stored version says, beside the agreement of confidentiality that all have signed."""
    return notice_of(contract, terms, terms.agreed_at or now(), mention_of(agreement))


def stored_to_member(
    contract: Contract, terms: ContractTerms, share: ContractShare, agreement: SecrecyAgreement | None = None
) -> Notice:
    """Return what the leader of a team tells one of its members about their share of a stored version."""
    return notice_to_member(contract, terms, share, terms.agreed_at or now(), confidentiality=mention_of(agreement))


def shown(notice: Notice) -> list[Section]:
    """Return the sections as both read them on the page."""
    return sections_of(notice)


def differences(before: Notice, after: Notice) -> list[Difference]:
    """Return what changed from one version to the next, in the words of the notice; not who agreed when."""
    old, new = (_said(replace(each, entrusted_on=None)) for each in (before, after))
    labels = [*new, *(label for label in old if label not in new)]
    return [
        Difference(label, old.get(label, ""), new.get(label, ""))
        for label in labels
        if old.get(label, "") != new.get(label, "")
    ]


def _said(notice: Notice) -> dict[str, str]:
    told: dict[str, str] = {}
    for section in sections_of(notice):
        if section.title == _("同意の記録"):
            continue
        told |= {row.label: "\n".join(filter(None, (row.value, row.note))) for row in section.rows}
        if section.rows and section.body:
            # One row of figures: each has a name of its own.
            told |= dict(zip(section.head, section.body[0], strict=False))
        elif section.body:
            told[section.title] = "\n".join(" / ".join(filter(None, cells)) for cells in section.body)
    return told

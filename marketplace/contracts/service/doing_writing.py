"""Words of the doing: messages, notes, the receipt of what was handed over, and a warning in advance."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import Member
from marketplace.attachments import Attachment
from marketplace.clock import today
from marketplace.contracts import policy, queries
from marketplace.contracts.models import Contract, ContractEntry, EntryKind, Milestone
from marketplace.contracts.service.doing_course import claim, meanwhile_changed, tell
from marketplace.db import db
from marketplace.errors import Invalid, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _

WORDS = (EntryKind.MESSAGE, EntryKind.REPORT, EntryKind.CONTACT, EntryKind.CONSULTATION)
"""What one writes: a message, or one of the three notes (報告・連絡・相談, S4-12)."""


def write(
    actor: Member,
    contract: Contract,
    kind: EntryKind,
    body: str,
    once: str,
    files: Sequence[Attachment] = (),
    needs_signature: bool = False,
) -> int:
    """Put words, a note or files on the timeline; return the entry's number. Sent twice it is there once.

    `needs_signature` shuts the files for whoever has not signed an agreement of confidentiality, be it to come.
    """
    require(policy.can_write(actor, contract))
    if kind not in WORDS or not (body or files):
        raise Invalid(_("本文を入力するか、ファイルを選んでください。"))
    if needs_signature and not policy.may_protect(contract):
        raise Invalid(_("取引が終わっているため、署名した人だけが開けるファイルは送れません。"))
    return _once(actor, contract, kind, once, body, files=files, needs_signature=needs_signature)


def acknowledge(actor: Member, contract: Contract, once: str, starts_on: date | None = None, body: str = "") -> int:
    """Say that what was handed over has arrived, and when the work begins (S4-14)."""
    require(policy.can_acknowledge(actor, contract))
    if starts_on is not None and starts_on < today():
        raise Invalid(_("今日か、今日より後の日を選んでください。"))
    data = {"starts_on": starts_on.isoformat()} if starts_on else {}
    return _once(actor, contract, EntryKind.RECEIPT, once, body, data=data)


def warn(
    actor: Member, contract: Contract, new_due_on: date, reason: str, once: str, milestone: Milestone | None = None
) -> int:
    """Say before the day of delivery that it will not be kept, and until when it will be done (S4-13).

    The terms stay as they are: another day is a new version that both agree to. Raises Invalid once the day is over.
    """
    require(policy.can_warn(actor, contract))
    already = queries.find_written(actor, contract, once)
    if already is not None:
        return already.id
    course = claim(contract)
    if milestone not in course.missing:
        raise meanwhile_changed()
    due_on = milestone.due_on if milestone else course.due_on
    if due_on is None or due_on < today():
        raise Invalid(_("納品の期日を過ぎています。メッセージか「相談」で、いまの状況と新しい日を伝えてください。"))
    if new_due_on <= due_on:
        raise Invalid(_("いまの期日より後の日を選んでください。"))
    data = {
        "due_on": due_on.isoformat(),
        "new_due_on": new_due_on.isoformat(),
        "milestone_id": milestone.id if milestone else None,
    }
    entry = tell(contract, actor, EntryKind.LATE, reason, data=data, once=once)
    events.record(EventKind.CONTRACT_LATE, actor, member=contract.client, contract=contract)
    return entry.id


def _once(
    actor: Member,
    contract: Contract,
    kind: EntryKind,
    once: str,
    body: str,
    *,
    data: dict[str, str] | None = None,
    files: Sequence[Attachment] = (),
    needs_signature: bool = False,
) -> int:
    already = queries.find_written(actor, contract, once)
    if already is None:
        try:
            with db.session.begin_nested():
                entry = tell(
                    contract, actor, kind, body, data=data, once=once, files=files, needs_signature=needs_signature
                )
        except IntegrityError:
            # Sent twice at the same moment: the other copy is there by now.
            already = queries.find_written(actor, contract, once)
            if already is None:
                raise
        else:
            _tell_others(actor, contract, entry)
            return entry.id
    return already.id


def tell_of_leaving(member_id: int, *, is_back: bool = False) -> None:
    """Say in what goes on for the other party that a member has left, or came back."""
    actor = db.session.get_one(Member, member_id)
    for contract in queries.open_of(actor):
        entry = tell(contract, actor, EntryKind.CONTACT, data={"state": "returned" if is_back else "left"})
        _tell_others(actor, contract, entry)


def _tell_others(actor: Member, contract: Contract, entry: ContractEntry) -> None:
    other = contract.worker if actor.id == contract.client_id else contract.client
    if entry.author_id == actor.id:
        events.record(EventKind.CONTRACT_WRITTEN, actor, member=other, contract=contract)

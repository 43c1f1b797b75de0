"""Asking for an export, leaving, coming back, and what every night does about those who left."""

from tempfile import TemporaryFile
from typing import Any

from sqlalchemy import select, update

from marketplace import erasing, outbox, searchable, storage
from marketplace.accounts import passwords, second_factors, sessions
from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Account, Member
from marketplace.applications import service as applications
from marketplace.audit import service as audit
from marketplace.audit.models import AuditDeed
from marketplace.clock import now
from marketplace.contracts import service as contracts
from marketplace.db import add_once, db, truncate_soon
from marketplace.errors import Conflict, require
from marketplace.i18n import _, speaking
from marketplace.leaving import archive, evidence, policy, queries
from marketplace.leaving.models import (
    EXPORT_KEPT_FOR,
    GIVEN_UP_AFTER,
    RETURN_WITHIN,
    Export,
    ExportState,
)
from marketplace.outbox import Errand, Payload
from marketplace.verification import service as verification

BEGIN, MAKE, EXPIRE = "leaving.export", "leaving.make_export", "leaving.expire_export"
"""Errands of an export (`id`): two steps, so that the page can say that it is being made; and its end."""
ERASE = "leaving.erase"
"""The errand that erases a member whose time to come back is over (`id`)."""
ERASED = "leaving.erased"
"""The errand that follows: what remembers rows in files of its own has to let go of the member (`id`)."""
MAIL = "leaving.mail"
"""Errands of mails: `letter` is one of the three below, with `id` of the export or the member."""
READY, LEFT, GONE = "ready", "left", "gone"
RECEIPT_TRIED_FOR = EXPORT_KEPT_FOR * 7
"""How long the last mail to an address that is erased is tried; then the address is forgotten with it."""
MOST_A_NIGHT = 200
"""How many members are erased in one night; the others wait for the next."""

_MEMBERS: Any = Member.__table__


def ask_for_export(actor: Member, password: str) -> Export:
    """Have everything of the actor's put into one file.

    Raises Wrong when the password is not right, Conflict while another one is being made.
    """
    require(policy.can_ask_for_export(actor, actor))
    _require_password(actor, password)
    waiting = update(Export).where(Export.member_id == actor.id, Export.state == ExportState.WAITING)
    db.session.execute(waiting.where(Export.asked_at <= now() - GIVEN_UP_AFTER).values(state=ExportState.GONE))
    export = Export(member_id=actor.id)
    if not add_once(export):
        raise Conflict(_("いま書き出しの途中です。できあがるまでお待ちください。"))
    outbox.put(BEGIN, {"id": export.id})
    return export


def begin_export(errand_id: int, payload: Payload) -> None:
    """Note that an export is being made, for those who look at the page meanwhile."""
    export = queries.find_export(payload["id"])
    if export is not None and export.begun_at is None:
        export.begun_at = now()
        outbox.put(MAKE, payload)


def make_export(errand_id: int, payload: Payload) -> None:
    """Put together and store what was asked for, and have its owner told."""
    export = queries.find_export(payload["id"])
    if export is None or export.state is not ExportState.WAITING:
        return
    member = db.session.get_one(Member, export.member_id)
    key = storage.new_key(queries.EXPORTS.prefix, ".zip")
    with TemporaryFile() as file, speaking(member.language):
        archive.write(member, file)
        size = file.tell()
        file.seek(0)
        storage.put(key, file)
    export.state, export.storage_key, export.size_bytes, export.ready_at = ExportState.READY, key, size, now()
    outbox.put(EXPIRE, payload, delay=EXPORT_KEPT_FOR)
    outbox.put(MAIL, {"letter": READY, "id": export.id})


def expire_export(errand_id: int, payload: Payload) -> None:
    """Delete the file of an export whose time is over."""
    export = queries.find_export(payload["id"])
    if export is not None and export.state is ExportState.READY and not export.can_be_fetched(now()):
        erasing.delete_files([export.storage_key])
        export.state, export.storage_key = ExportState.GONE, None


def leave(actor: Member, password: str, code: str = "") -> None:
    """Leave: signed out everywhere and shown to nobody from now on, and erased after 30 days.

    Raises Conflict while something must be settled first, Wrong when password or second factor is.
    """
    require(policy.can_leave(actor, actor), _("事務局の担当者は、担当を終えてから退会できます。"))
    if queries.obstacles_of(actor):
        raise Conflict(_("先に引き継ぎなどが必要なものがあります。一覧を確かめてください。"))
    _require_password(actor, password)
    account = accounts.account_of(actor)
    if accounts.has_second_factor(account):
        second_factors.use(account, code)
    # From here on the request's own member may be asked for no more: who has left is a visitor.
    member_id = actor.id
    if not _claim(member_id, {"left_at": now()}, _MEMBERS.c.left_at.is_(None)):
        raise Conflict(_("退会の手続きは、もう済んでいます。"))
    _read_anew(member_id)
    sessions.end_all(account)
    # Nobody looks at papers of somebody who has left.
    verification.withdraw_all(member_id)
    applications.end_all_of(member_id)
    contracts.end_proposed_of(member_id)
    contracts.tell_of_leaving(member_id)
    _look_again(member_id)
    outbox.put(MAIL, {"letter": LEFT, "id": member_id})


def come_back(actor: Member) -> None:
    """Take leaving back: everything is as it was. Raises Conflict when it was erased a moment ago."""
    require(policy.can_come_back(actor, actor))
    member_id = actor.id
    if not _claim(member_id, {"left_at": None}, _MEMBERS.c.left_at.is_not(None), _MEMBERS.c.erased_at.is_(None)):
        raise Conflict(_("退会は、もう取り消されているか、期限が過ぎています。"))
    _read_anew(member_id)
    contracts.tell_of_leaving(member_id, is_back=True)
    _look_again(member_id)


def erase_due() -> None:
    """Have those erased whose time to come back is over, each in a transaction of its own; and clean up after others.

    Done every night. What did not happen last night is asked for again.
    """
    for member_id in queries.due_ids(MOST_A_NIGHT):
        outbox.put(ERASE, {"id": member_id})
    evidence.forget()
    late = Errand.created_at <= now() - RECEIPT_TRIED_FOR
    for receipt in db.session.scalars(select(Errand).where(Errand.topic == MAIL, late)):
        if receipt.payload["letter"] == GONE:
            db.session.delete(receipt)
    truncate_soon()


def erase(errand_id: int, payload: Payload) -> None:
    """Erase a member: all that is personal, at once. Whoever came back is left alone, and twice is once."""
    member_id = payload["id"]
    over = (_MEMBERS.c.left_at <= now() - RETURN_WITHIN, _MEMBERS.c.erased_at.is_(None))
    if not _claim(member_id, {"erased_at": now()}, *over):
        return
    member = db.session.get_one(Member, member_id, populate_existing=True)
    account = db.session.get_one(Account, member_id)
    receipt = {"email": account.email, "language": member.language, "username": member.username}
    erasing.erase(member_id)
    audit.record(AuditDeed.MEMBER_ERASED, None, "member", member_id)
    outbox.put(MAIL, {"letter": GONE, **receipt})
    outbox.put(ERASED, {"id": member_id})
    truncate_soon()


def _claim(member_id: int, values: dict[str, Any], *conditions: Any) -> bool:
    """Change the row if it is still as expected; of leaving, coming back and being erased at once one wins."""
    changing = update(_MEMBERS).where(_MEMBERS.c.id == member_id, *conditions).values(values)
    return db.session.scalar(changing.returning(_MEMBERS.c.id)) is not None


def _read_anew(member_id: int) -> None:
    db.session.get_one(Member, member_id, populate_existing=True)


def _look_again(member_id: int) -> None:
    outbox.put(searchable.TOPIC, {"kind": "worker", "id": member_id})


def _require_password(member: Member, password: str) -> None:
    if not passwords.matches(accounts.account_of(member).password, password):
        raise passwords.Wrong(_("現在のパスワードを確かめて、もう一度入力してください。"))

"""What members do with their bank account, and what moderators say about the name of its holder."""

from dataclasses import dataclass
from enum import StrEnum

import structlog
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from marketplace import outbox, vault
from marketplace.accounts import passwords
from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Member
from marketplace.audit import service as audit
from marketplace.audit.models import AuditDeed
from marketplace.clock import now
from marketplace.db import add_once, db
from marketplace.errors import Conflict, Invalid, NotFound, require
from marketplace.i18n import _
from marketplace.payouts import banks, holder, invoice_numbers, policy, queries, sealing
from marketplace.payouts.models import (
    AccountKind,
    BankAccount,
    Entity,
    NameComparison,
    NameGround,
    PayeeDetails,
    TaxStatus,
    Withholding,
)
from marketplace.payouts.queries import SUBJECT
from marketplace.payouts.sealing import Secrets

log = structlog.get_logger(__name__)

MAIL = "payouts.mail"
DESTROY_KEY = "payouts.destroy_key"


class Letter(StrEnum):
    """What a mail is about; its payload holds the numbers of the account and, for an old address, of its change."""

    SAVED = "saved"
    """There is another account, or a first one."""
    REMOVED = "removed"
    """There is none any more."""
    DECIDED = "decided"
    """A moderator looked at the name."""


class OtherName(Invalid):
    """The holder is not the verified name, and the member does not say why."""


class OtherPlace(Invalid):
    """There is no such branch."""


@dataclass(frozen=True, repr=False)
class AccountChanges:
    """What a member types of an account. It has no repr, so that no log shows it."""

    bank_code: str
    branch_code: str
    kind: AccountKind
    number: str
    """Seven digits."""
    holder: str
    """In the characters of banks."""
    ground: NameGround | None = None
    reason: str = ""


def save_account(actor: Member, changes: AccountChanges, password: str) -> BankAccount:
    """Let `actor` be paid into this account from now on; the one before ends, and what was sealed of it is destroyed.

    Raises Wrong when the password is not right, OtherPlace for no branch, OtherName for a holder who is not the
    verified member unless a ground is given, Conflict when another window did the same meanwhile.
    """
    require(policy.can_save_account(actor))
    passwords.require_current(accounts.account_of(actor).password, password)
    kana = queries.verified_kana(actor)
    is_same = bool(kana) and holder.is_same_name(changes.holder, kana)
    if kana and not is_same and changes.ground is None:
        raise OtherName(
            _("本人確認の名前「%(kana)s」と違います。入力の誤りでなければ、違う理由を選んでください。", kana=kana)
        )
    account, key = _made(actor, changes, None if is_same else changes.ground)
    try:
        _end(queries.find_current(actor))
        if not add_once(account):
            raise _changed_meanwhile()
    except Conflict:
        vault.destroy(key)
        raise
    if kana:
        db.session.add(NameComparison(account_id=account.id, is_same=is_same))
    _tell(actor, Letter.SAVED, account)
    return account


def remove_account(actor: Member, account: BankAccount, password: str) -> None:
    """Let there be no account any more; number and holder are destroyed. Raises Wrong as above."""
    require(policy.can_remove_account(actor, account))
    passwords.require_current(accounts.account_of(actor).password, password)
    _end(account)
    _tell(actor, Letter.REMOVED, account)


def reveal(actor: Member, account: BankAccount, password: str) -> Secrets:
    """Return number and holder for the owner to see, and keep in the audit trail that this was done. Raises Wrong."""
    require(policy.can_reveal(actor, account))
    passwords.require_current(accounts.account_of(actor).password, password)
    audit.record(AuditDeed.BANK_REVEALED, actor, SUBJECT, account.id, what="number")
    return sealing.opened(account)


def save_details(
    actor: Member,
    entity: Entity,
    tax_status: TaxStatus,
    withholding: Withholding,
    invoice_number: str | None,
    *,
    is_sure: bool = False,
) -> None:
    """Say how payments to `actor` are taxed. Raises Invalid for a number that cannot be right, Doubtful for one that
    may be, unless `is_sure`."""
    require(policy.can_save_details(actor))
    if invoice_number:
        if tax_status is TaxStatus.EXEMPT:
            raise Invalid(_("登録番号があるのは課税事業者だけです。番号を消すか、「課税事業者」を選んでください。"))
        invoice_numbers.require_check(invoice_number, entity, is_sure)
    said = {
        "entity": entity,
        "tax_status": tax_status,
        "invoice_number": invoice_number or None,
        # Nothing is withheld from what a corporation is paid (japan.md 7.4).
        "withholding": Withholding.NONE if entity is Entity.CORPORATION else withholding,
    }
    details = queries.find_details(actor)
    if details is None and add_once(PayeeDetails(member_id=actor.id, **said)):
        return
    details = details or queries.find_details(actor)
    if details is not None:
        for name, value in said.items():
            setattr(details, name, value)
        details.updated_at = now()


def look_at_holder(actor: Member, comparison: NameComparison) -> None:
    """Keep in the audit trail that a moderator opens the name of a holder; it is shown to them for an hour."""
    require(policy.can_look_at_holder(actor, comparison.account), _not_ones_own())
    if not queries.is_reading(actor, comparison.account):
        audit.record(AuditDeed.BANK_REVEALED, actor, SUBJECT, comparison.account_id, what="holder")


def decide(actor: Member, comparison: NameComparison, is_fine: bool, statement: str, *, seen: str) -> None:
    """Say whether the other name is fine, or ask the member to mend it; they get a mail.

    `seen` is the reading of the verified name that the moderator has read: raises Conflict when it is another by now,
    or when it was decided already.
    """
    require(policy.can_decide(actor, comparison.account), _not_ones_own())
    if not is_fine and not statement.strip():
        raise Invalid(_("本人に伝える理由を入力してください。"))
    if queries.declared_kana(comparison.account.member_id) != seen:
        raise Conflict(_("本人の名前が変わりました。いまの名前を確かめて、もう一度判断してください。"))
    try:
        with db.session.begin_nested():
            if not comparison.waits:
                raise _decided_already()
            comparison.is_fine, comparison.decided_at = is_fine, now()
            comparison.moderator_id, comparison.statement = actor.id, statement.strip()
    except StaleDataError:
        db.session.refresh(comparison, ["decided_at", "is_fine", "version"])
        raise _decided_already() from None
    audit.record(AuditDeed.HOLDER_DECIDED, actor, SUBJECT, comparison.account_id, is_fine=is_fine)
    _ask(Letter.DECIDED, comparison.account_id)


def compare_names() -> None:
    """Compare the holders of accounts with the names of members who were verified since; some hundred at a time."""
    for account in queries.not_compared():
        try:
            names = queries.names_of(account)
        except (NotFound, ValueError):
            # A key store that was lost must not keep the others waiting.
            log.error("payouts.unreadable", account=account.id)
            continue
        is_same = holder.is_same_name(names.holder, names.verified)
        comparison = account.comparison
        if comparison is None:
            account.comparison = NameComparison(is_same=is_same)
            continue
        comparison.compared_at, comparison.is_same = now(), is_same
        comparison.decided_at = comparison.is_fine = comparison.moderator_id = None
        comparison.statement = ""


def forget(member: Member) -> None:
    """Erase the accounts of a member who leaves, and how they were taxed; number and holder are destroyed."""
    _end(queries.find_current(member))
    for table in (BankAccount, PayeeDetails):
        db.session.execute(delete(table).where(table.member_id == member.id))


def destroy_key(errand_id: int, payload: outbox.Payload) -> None:
    """Destroy the key of an account that has ended, once that is committed."""
    vault.destroy(payload["key"])


def _made(actor: Member, changes: AccountChanges, ground: NameGround | None) -> tuple[BankAccount, str]:
    """Return the account, not yet in the session, and the name of its key: slow work, so before the first write."""
    try:
        bank, branch = banks.place_of(changes.bank_code, changes.branch_code)
    except Invalid as error:
        raise OtherPlace(error.sentence) from error
    edition = queries.newest_edition(actor) + 1
    key, sealed = sealing.seal(Secrets(changes.number, changes.holder), actor.id, edition)
    account = BankAccount(
        member_id=actor.id,
        edition=edition,
        bank_code=bank.code,
        bank_name=bank.name,
        bank_kana=bank.kana,
        branch_code=branch.code,
        branch_name=branch.name,
        branch_kana=branch.kana,
        kind=changes.kind,
        last_digits=changes.number[-3:],
        key_name=key,
        sealed=sealed,
        ground=ground,
        reason=changes.reason.strip() if ground else "",
    )
    return account, key


def _end(account: BankAccount | None) -> None:
    """End an account: nothing was paid into it, so nobody needs number and holder any more."""
    if account is None:
        return
    outbox.put(DESTROY_KEY, {"key": account.key_name})
    try:
        # There is one current account: the next is inserted after this has ended.
        with db.session.begin_nested():
            account.ended_at, account.sealed, account.key_name = now(), None, None
    except IntegrityError as error:
        raise _changed_meanwhile() from error


def _tell(member: Member, letter: Letter, account: BankAccount) -> None:
    """Tell the address of `member`, and those it replaced a few days ago: a thief would have changed it first."""
    for change_id in (None, *queries.recent_email_changes(member)):
        _ask(letter, account.id, change_id)


def _ask(letter: Letter, account_id: int, change_id: int | None = None) -> None:
    outbox.put(MAIL, {"letter": letter.value, "account": account_id, "email_change": change_id})


def _changed_meanwhile() -> Conflict:
    return Conflict(_("ほかの画面で先に変更されていました。画面を読み込みなおしてください。"))


def _not_ones_own() -> str:
    return _("自分の口座は、ほかの担当者が確認します。")


def _decided_already() -> Conflict:
    return Conflict(_("この名義は、すでに判断されています。"))

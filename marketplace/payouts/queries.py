"""Questions about bank accounts: a member's own, those that wait for a moderator, and what is to be compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from marketplace.accounts.models import UNDO_WITHIN, EmailChange, Member
from marketplace.audit.models import AuditDeed, AuditEntry
from marketplace.clock import now
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.paging import Page, page_of
from marketplace.payouts import holder, sealing
from marketplace.payouts.models import READ_FOR, BankAccount, NameComparison, PayeeDetails
from marketplace.profiles.models import PersonalDetails

AT_ONCE = 500
SUBJECT = "bank_account"
"""What the audit trail calls an account."""
OF_NOW = exists().where(Member.id == BankAccount.member_id, NameComparison.compared_at >= Member.identity_verified_at)
"""What a comparison is that was made with the name as it is verified now; no other says anything."""
WAITING = (~NameComparison.is_same, NameComparison.decided_at.is_(None), BankAccount.ended_at.is_(None), OF_NOW)
"""What a comparison joined with its account is while a moderator is to look at it."""


@dataclass(frozen=True)
class Names:
    """The two names that a moderator compares."""

    holder: str
    verified: str
    written: str
    """The verified name in the characters of banks."""


def find_current(member: Member) -> BankAccount | None:
    """Return the account that `member` is to be paid into, with what came of comparing its name, or None."""
    question = select(BankAccount).where(BankAccount.member_id == member.id, BankAccount.ended_at.is_(None))
    return db.session.scalars(question.options(joinedload(BankAccount.comparison))).first()


def get_current(member: Member) -> BankAccount:
    """Return it; raises NotFound when there is none."""
    found = find_current(member)
    if found is None:
        raise NotFound
    return found


def find_account(account_id: int) -> BankAccount | None:
    """Return an account, current or not, with what came of comparing its name and whose it is, or None."""
    owner = joinedload(BankAccount.member, innerjoin=True).joinedload(Member.account, innerjoin=True)
    question = select(BankAccount).where(BankAccount.id == account_id)
    return db.session.scalars(question.options(owner, joinedload(BankAccount.comparison))).first()


def newest_edition(member: Member) -> int:
    """Return the number of the last account of `member`, or 0."""
    return db.session.scalar(select(func.max(BankAccount.edition)).where(BankAccount.member_id == member.id)) or 0


def find_details(member: Member) -> PayeeDetails | None:
    """Return how payments to `member` are taxed, or None when nothing was said."""
    return db.session.get(PayeeDetails, member.id)


def verified_kana(member: Member) -> str:
    """Return how the verified name of `member` is read; empty while it is not verified."""
    if member.identity_verified_at is None:
        return ""
    return declared_kana(member.id)


def declared_kana(member_id: int) -> str:
    """Return how a name is read, as declared."""
    return db.session.scalar(select(PersonalDetails.name_kana).where(PersonalDetails.member_id == member_id)) or ""


def waiting(cursor: str | None = None) -> Page[NameComparison]:
    """Return a page of the accounts whose name a moderator is to look at, the oldest first."""
    loading = contains_eager(NameComparison.account).joinedload(BankAccount.member, innerjoin=True)
    question = select(NameComparison).join(NameComparison.account).where(*WAITING).options(loading)
    columns = (NameComparison.compared_at, NameComparison.account_id)
    page = page_of(question, columns, lambda row: (row[0].compared_at, row[0].account_id), cursor, descending=False)
    return Page([row[0] for row in page.rows], page.next_cursor, page.previous_cursor)


def get_waiting(account_id: int) -> NameComparison:
    """Return what waits to be decided about an account; raises NotFound when nothing does any more."""
    loading = contains_eager(NameComparison.account).joinedload(BankAccount.member, innerjoin=True)
    question = select(NameComparison).join(NameComparison.account).where(*WAITING).options(loading)
    found = db.session.scalar(question.where(NameComparison.account_id == account_id))
    if found is None:
        raise NotFound
    return found


def comparison_for(member: Member, account: BankAccount | None) -> NameComparison | None:
    """Return what came of comparing the name of `account` with that of its owner as it is verified now, or None."""
    found = account.comparison if account is not None else None
    return found if found is not None and found.is_with_name_of(member) else None


def find_comparison(account_id: int) -> NameComparison | None:
    """Return what came of comparing the name of an account, with the account and its member, or None."""
    loading = joinedload(NameComparison.account, innerjoin=True).joinedload(BankAccount.member, innerjoin=True)
    question = select(NameComparison).where(NameComparison.account_id == account_id).options(loading)
    return db.session.scalars(question).first()


def is_reading(moderator: Member, account: BankAccount) -> bool:
    """Tell whether `moderator` has opened the name of the holder, and not too long ago."""
    looked = exists().where(
        AuditEntry.deed == AuditDeed.BANK_REVEALED,
        AuditEntry.actor_id == moderator.id,
        AuditEntry.subject == SUBJECT,
        AuditEntry.subject_id == account.id,
        AuditEntry.at >= now() - READ_FOR,
    )
    return bool(db.session.scalar(select(looked)))


def names_of(account: BankAccount) -> Names:
    """Return the holder beside the verified name, and nothing else that is sealed."""
    kana = declared_kana(account.member_id)
    return Names(sealing.opened(account).holder, kana, holder.written(kana))


def not_compared() -> Sequence[BankAccount]:
    """Return current accounts whose holder was not compared since their member was verified, with the member."""
    question = (
        select(BankAccount)
        .join(Member, Member.id == BankAccount.member_id)
        .outerjoin(NameComparison, NameComparison.account_id == BankAccount.id)
        .where(
            BankAccount.ended_at.is_(None),
            Member.identity_verified_at.is_not(None),
            or_(
                NameComparison.account_id.is_(None),
                NameComparison.compared_at < Member.identity_verified_at,
            ),
        )
        .options(joinedload(BankAccount.member, innerjoin=True), joinedload(BankAccount.comparison))
        .order_by(BankAccount.id)
        .limit(AT_ONCE)
    )
    return db.session.scalars(question).all()


def recent_email_changes(member: Member) -> Sequence[int]:
    """Return the changes by which `member` came to their address in the last days: the old owners are told, too."""
    question = select(EmailChange.id).where(
        EmailChange.account_id == member.id,
        EmailChange.confirmed_at > now() - UNDO_WITHIN,
        EmailChange.undone_at.is_(None),
    )
    return db.session.scalars(question.order_by(EmailChange.id)).all()

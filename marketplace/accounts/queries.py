"""Who has this name, this address, this link."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload

from marketplace.accounts import second_factors, tokens
from marketplace.accounts.models import (
    CONFIRM_WITHIN,
    UNDO_WITHIN,
    Account,
    EmailChange,
    Member,
    RecoveryCode,
    Registration,
    SecondFactor,
)
from marketplace.accounts.tokens import Purpose
from marketplace.clock import now
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.i18n import _

RESET_WITHIN = timedelta(hours=24)


def find_by_username(username: str) -> Member | None:
    """Return the member of that name, whatever case it is written in, or None."""
    return db.session.scalars(select(Member).where(Member.username == username.casefold())).first()


def usernames_of(ids: Collection[int]) -> dict[int, str]:
    """Return the names of members by their numbers."""
    if not ids:
        return {}
    rows = db.session.execute(select(Member.id, Member.username).where(Member.id.in_(ids)))
    return {row.id: row.username for row in rows}


def find_account(email: str) -> Account | None:
    """Return the account of an address, with its member, or None."""
    return _account(Account.email == email)


def find_account_by_id(account_id: int) -> Account | None:
    """Return an account with its member, or None; who was erased has none any more."""
    return _account((Account.id == account_id) & Member.erased_at.is_(None))


def account_of(member: Member) -> Account:
    """Return what `member` signs in with; costs nothing for the one who is signed in."""
    return db.session.get_one(Account, member.id)


def is_email_taken(email: str, by_others_than: int | None = None) -> bool:
    """Tell whether an account has `email`, or could take it back because its change may still be undone."""
    has = Account.email == email
    holds = _holds(email)
    if by_others_than is not None:
        has &= Account.id != by_others_than
        holds &= EmailChange.account_id != by_others_than
    return bool(db.session.scalar(select(exists().where(has) | exists().where(holds))))


def is_username_taken(username: str) -> bool:
    """Tell whether a member has that name; open registrations are kept apart by their constraint."""
    return bool(db.session.scalar(select(exists().where(Member.username == username))))


def find_registration_by_id(registration_id: int) -> Registration | None:
    """Return a registration, or None."""
    return db.session.get(Registration, registration_id)


def find_registration(email: str) -> Registration | None:
    """Return the newest registration of `email` whose link still works, or None."""
    question = select(Registration).where(Registration.email == email, Registration.created_at > now() - CONFIRM_WITHIN)
    return db.session.scalars(question.order_by(Registration.id.desc()).limit(1)).first()


def registration_by(token: str) -> Registration:
    """Return the registration that a mail's link confirms. Raises NotFound when the link is used up or too old."""
    row_id, mark = _read(Purpose.REGISTRATION, token, CONFIRM_WITHIN)
    found = find_registration_by_id(row_id)
    if found is None or not found.is_open(now()) or tokens.fingerprint(*found.state) != mark:
        raise _ended()
    return found


def find_held_registration(proof: str) -> Registration | None:
    """Return the registration that the browser with `proof` began, while its link still works, or None."""
    row_id, mark = tokens.read(Purpose.HELD, proof, CONFIRM_WITHIN) or (0, "")
    found = find_registration_by_id(row_id)
    if found is None or not found.is_open(now()) or tokens.fingerprint(*found.held_state) != mark:
        return None
    return found


def account_by(token: str) -> Account:
    """Return the account whose password a mail's link may set. Raises NotFound as above."""
    row_id, mark = _read(Purpose.PASSWORD, token, RESET_WITHIN)
    found = _account((Account.id == row_id) & Account.active)
    if found is None or tokens.fingerprint(*found.state) != mark:
        raise _ended()
    return found


def email_change_by(token: str) -> EmailChange:
    """Return the change that the link to the new address confirms, with its member. Raises NotFound as above."""
    found = _email_change(Purpose.EMAIL, token, CONFIRM_WITHIN)
    if not found.can_be_confirmed(now()) or found.account.email != found.old_email:
        raise _ended()
    return found


def undo_by(token: str) -> EmailChange:
    """Return the change that the link to the old address takes back, with its member. Raises NotFound as above."""
    found = _email_change(Purpose.UNDO, token, UNDO_WITHIN)
    if not found.can_be_undone(now()):
        raise _ended()
    return found


def find_email_change(change_id: int) -> EmailChange | None:
    """Return a change of address with its account and member, or None."""
    loading = joinedload(EmailChange.account, innerjoin=True).joinedload(Account.member, innerjoin=True)
    return db.session.scalars(select(EmailChange).where(EmailChange.id == change_id).options(loading)).first()


def pending_email(account: Account) -> str | None:
    """Return the new address that waits to be confirmed, or None."""
    question = select(EmailChange.new_email).where(
        EmailChange.account_id == account.id,
        EmailChange.confirmed_at.is_(None),
        EmailChange.created_at > now() - CONFIRM_WITHIN,
    )
    return db.session.scalar(question.order_by(EmailChange.id.desc()).limit(1))


def account_in_second_step(token: str) -> Account:
    """Return the account whose password was right a moment ago. Raises NotFound when that is too long ago or over."""
    row_id, mark = tokens.read(Purpose.SECOND_STEP, token, second_factors.SECOND_STEP_WITHIN) or (0, "")
    found = _account(Account.id == row_id)
    if found is None or tokens.fingerprint(*found.state) != mark:
        raise NotFound(_("ログインの途中で時間がたちました。もう一度、パスワードから入力してください。"))
    return found


def has_second_factor(account: Account) -> bool:
    """Tell whether something is asked for beside the password."""
    return bool(db.session.scalar(select(exists().where(SecondFactor.account_id == account.id))))


def second_factor_of(account: Account) -> tuple[datetime, int] | None:
    """Return since when `account` has a second factor and how many recovery codes are left, or None."""
    left = select(func.count()).where(RecoveryCode.account_id == account.id).scalar_subquery()
    found = db.session.execute(select(SecondFactor.created_at, left).where(SecondFactor.account_id == account.id))
    row = found.first()
    return None if row is None else (row[0], row[1])


def _account(condition: ColumnElement[bool]) -> Account | None:
    question = select(Account).join(Account.member).where(condition).options(contains_eager(Account.member))
    return db.session.scalars(question).first()


def _holds(email: str) -> ColumnElement[bool]:
    return (
        (EmailChange.old_email == email)
        & (EmailChange.confirmed_at > now() - UNDO_WITHIN)
        & EmailChange.undone_at.is_(None)
    )


def _email_change(purpose: Purpose, token: str, within: timedelta) -> EmailChange:
    row_id, mark = _read(purpose, token, within)
    found = find_email_change(row_id)
    if found is None or tokens.fingerprint(*found.state) != mark:
        raise _ended()
    return found


def _read(purpose: Purpose, token: str, within: timedelta) -> tuple[int, str]:
    read = tokens.read(purpose, token, within)
    if read is None:
        raise _ended()
    return read


def _ended() -> NotFound:
    return NotFound(_("このリンクはもう使えません。期限が過ぎたか、すでに使われています。"))

"""Becoming a member, signing in, and changing what one signs in with."""

import secrets

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from marketplace.accounts import (
    drafts,
    emails,
    mailing,
    passwords,
    policy,
    queries,
    second_factors,
    sessions,
    tokens,
    usernames,
    zones,
)
from marketplace.accounts.mailing import Letter
from marketplace.accounts.models import (
    CONFIRM_WITHIN,
    UNDO_WITHIN,
    Account,
    EmailChange,
    Member,
    Registration,
    SecondFactor,
    Session,
)
from marketplace.accounts.tokens import Purpose
from marketplace.clock import now
from marketplace.db import add_once, db
from marketplace.errors import Conflict, Invalid, NotFound, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import LANGUAGES, _


def register(username: str, email: str, password: str, language: str = "ja") -> str:
    """Note that somebody wants to become a member, have the owner of `email` asked by mail, and return a proof.

    The proof is for the browser that asked: with it a mistyped address can be mended. A known address gets the same
    row after the same work: what differs is the mail alone (reliability.md A1).
    Raises Invalid for what cannot be a name, an address or a password, Conflict when the name is taken.
    """
    name, address = usernames.canonical(username), emails.canonical(email)
    passwords.require_good(password, name, address)
    hash_ = passwords.hashed(password)
    _let_go_of(name)
    registration = Registration(username=name, email=address, password=hash_, language=language)
    if queries.is_username_taken(name) or not add_once(registration):
        raise Conflict(_("このユーザー名は、すでに使われています。ほかのユーザー名を入力してください。"))
    mailing.ask(Letter.REGISTRATION, row_id=registration.id)
    return _proof_of(registration)


def resend(email: str) -> None:
    """Have the mail of the newest registration of `email` sent once more, if there is one."""
    mailing.ask(Letter.REGISTRATION_AGAIN, email=emails.canonical(email))


def readdress(proof: str, email: str) -> str | None:
    """Have the mail of one's own registration sent to `email` from now on, for another 24 hours; return a new proof.

    Links to another address are worth nothing then, and the name stays held. The work is the same for a known address.
    None when `proof` is none of an open registration.
    """
    address = emails.canonical(email)
    held = queries.find_held_registration(proof)
    if held is None:
        return None
    held.email, held.created_at = address, now()
    mailing.ask(Letter.REGISTRATION, row_id=held.id)
    return _proof_of(held)


def confirm(token: str) -> Member:
    """Make the registration that `token` belongs to a member.

    Raises NotFound when the link is used up, Conflict when its address has become another's meanwhile.
    """
    asked = queries.registration_by(token)
    if queries.is_email_taken(asked.email):
        raise _taken()
    member = _found(asked.username, asked.email, asked.password, asked.username, asked.language)
    db.session.execute(delete(Registration).where(Registration.email == asked.email))
    return member


def found_member(username: str, email: str, hash_: str, nickname: str, language: str = "ja") -> Member:
    """Make a member whose address needs no mail, e.g. one of the demo world, with the hash of their password.

    Raises Invalid for what cannot be a name or an address, Conflict when one of them is taken.
    """
    name, address = usernames.canonical(username), emails.canonical(email)
    if queries.is_email_taken(address):
        raise _taken()
    return _found(name, address, hash_, nickname, language)


def sign_in(email: str, password: str, device: str, address: str) -> tuple[Account, str | None] | None:
    """Begin a session and return the account with the session's secret; None when address and password do not match.

    There is no session yet, and no secret, when a second step has to follow. The work is the same for an address
    that nobody has.
    """
    try:
        account = queries.find_account(emails.canonical(email))
    except Invalid:
        account = None
    hash_ = account.password if account else None
    if not passwords.matches(hash_, password) or account is None:
        return None
    if queries.has_second_factor(account):
        return account, None
    return account, sessions.start(account, device, address)


def complete_sign_in(token: str, code: str, device: str, address: str) -> tuple[Account, str]:
    """Begin the session of a sign-in whose password was right, and return the account with the session's secret.

    `code` is a number of the app or a recovery code. Raises NotFound when the sign-in took too long or the password
    was changed meanwhile, Wrong when the code is not right or was used before.
    """
    account = queries.account_in_second_step(token)
    _use_code(account, account.member, code)
    return account, sessions.start(account, device, address, is_proved=True)


def prove(actor: Member, session: Session, code: str) -> None:
    """Note that whoever has the session has the second factor too, now; raises as `complete_sign_in` does."""
    account = queries.account_of(actor)
    require(policy.can_prove(actor, account))
    _use_code(account, actor, code)
    session.proved_at = now()


def request_password_reset(email: str) -> None:
    """Have a link that sets a new password sent to `email`, if it is an account's."""
    mailing.ask(Letter.PASSWORD_RESET, email=emails.canonical(email))


def reset_password(token: str, password: str) -> Member:
    """Set a new password by the link of a mail; every session ends. Raises NotFound when the link is used up."""
    account = queries.account_by(token)
    member = account.member
    passwords.require_good(password, member.username, account.email)
    if not _set_password(account, passwords.hashed(password)):
        raise NotFound(_("このリンクはもう使えません。期限が過ぎたか、すでに使われています。"))
    sessions.end_all(account)
    _tell_of_new_password(member)
    return member


def change_password(actor: Member, current: str, password: str, session_secret: str | None = None) -> None:
    """Set a new password by the current one; every other session than that of `session_secret` ends.

    Raises Invalid when the current password is not right, Conflict when it was changed meanwhile.
    """
    account = queries.account_of(actor)
    require(policy.can_change_password(actor, account))
    passwords.require_current(account.password, current)
    passwords.require_good(password, actor.username, account.email)
    if not _set_password(account, passwords.hashed(password)):
        raise Conflict(_("パスワードは、ほかの画面で先に変更されました。"))
    sessions.end_all(account, but_secret=session_secret)
    _tell_of_new_password(actor)


def request_email_change(actor: Member, email: str, password: str) -> None:
    """Have a link sent to the new address; only the newest request counts.

    Whether somebody else has the address is told to its mailbox alone. Raises Invalid when the password is not right.
    """
    account = queries.account_of(actor)
    require(policy.can_request_email_change(actor, account))
    address = emails.canonical(email)
    passwords.require_current(account.password, password)
    if address == account.email:
        raise Conflict(_("いまのメールアドレスと同じです。新しいメールアドレスを入力してください。"))
    _forget_requests(account)
    change = EmailChange(account_id=account.id, old_email=account.email, new_email=address)
    db.session.add(change)
    # The mail's errand names the row.
    db.session.flush()
    mailing.ask(Letter.EMAIL_CHANGE, row_id=change.id)


def confirm_email_change(token: str, viewer: Member | None = None, session_secret: str | None = None) -> Member:
    """Use the new address from now on; every other session than that of `session_secret` ends.

    The old address is told and may take it back for 7 days. Raises NotFound when the link is used up or an older one,
    Conflict when the address has become another's meanwhile, NotAllowed when `viewer` is somebody else.
    """
    change = queries.email_change_by(token)
    require(policy.can_confirm_email_change(viewer, change))
    account, member = change.account, change.account.member
    if queries.is_email_taken(change.new_email, by_others_than=account.id):
        raise _taken()
    _set_once(change, "confirmed_at")
    _set_email(account, change.new_email)
    sessions.end_all(account, but_secret=session_secret)
    mailing.ask(Letter.EMAIL_CHANGED, row_id=change.id)
    events.record(EventKind.EMAIL_CHANGED, member, member=member)
    return member


def undo_email_change(token: str) -> Member:
    """Give the account its old address back, with whatever was changed or asked for since; every session ends.

    Raises NotFound when the link is used up or its 7 days are over.
    """
    change = queries.undo_by(token)
    account, member = change.account, change.account.member
    _set_once(change, "undone_at")
    later = update(EmailChange).where(
        EmailChange.account_id == account.id, EmailChange.id > change.id, EmailChange.undone_at.is_(None)
    )
    db.session.execute(later.where(EmailChange.confirmed_at.is_not(None)).values(undone_at=now()))
    _forget_requests(account)
    _set_email(account, change.old_email)
    sessions.end_all(account)
    events.record(EventKind.EMAIL_CHANGE_UNDONE, member, member=member)
    return member


def set_display(actor: Member, language: str, time_zone: str) -> None:
    """Speak `language` to the actor, and say moments as they are in `time_zone`. Raises Invalid for what is neither."""
    require(policy.can_set_display(actor, queries.account_of(actor)))
    if language not in LANGUAGES or time_zone not in zones.names():
        raise Invalid(_("言語と時間帯を、一覧から選んでください。"))
    actor.language, actor.time_zone = language, time_zone


def begin_second_factor(actor: Member, password: str) -> str:
    """Return a new secret for an app, sealed; nothing changes before a number of that app has turned it on.

    Raises Wrong when the password is not right, Conflict when the account has a second factor.
    """
    account = queries.account_of(actor)
    require(policy.can_begin_second_factor(actor, account))
    passwords.require_current(account.password, password)
    if queries.has_second_factor(account):
        raise _is_on()
    return second_factors.new_secret()


def turn_on_second_factor(actor: Member, secret: str, number: str) -> list[str]:
    """Ask for a second factor at every sign-in from now on, and return the recovery codes, which nobody can read again.

    Raises Wrong when `number` is not the app's, Conflict when the account has a second factor.
    """
    account = queries.account_of(actor)
    require(policy.can_turn_on_second_factor(actor, account))
    step = second_factors.step_of(secret, number)
    if not add_once(SecondFactor(account_id=account.id, secret=secret, last_step=step)):
        raise _is_on()
    mailing.ask(Letter.SECOND_FACTOR_ON, row_id=account.id)
    events.record(EventKind.FACTOR_ADDED, actor, member=actor)
    return second_factors.renew_recovery_codes(account)


def give_second_factor(member: Member, secret: str) -> None:
    """Ask for a second factor at every sign-in of `member` from now on, whose sealed `secret` they were told."""
    add_once(SecondFactor(account_id=member.id, secret=secret, last_step=0))
    events.record(EventKind.FACTOR_ADDED, member, member=member)


def turn_off_second_factor(actor: Member, password: str, code: str) -> None:
    """Ask for the password alone from now on. Raises Wrong when password or code is wrong, Conflict when it is off."""
    account = queries.account_of(actor)
    require(policy.can_turn_off_second_factor(actor, account))
    passwords.require_current(account.password, password)
    _use_code(account, actor, code)
    second_factors.forget(account)
    mailing.ask(Letter.SECOND_FACTOR_OFF, row_id=account.id)
    events.record(EventKind.FACTOR_REMOVED, actor, member=actor)


def renew_recovery_codes(actor: Member, password: str, code: str) -> list[str]:
    """Return new recovery codes in place of those before. Raises as turning off does."""
    account = queries.account_of(actor)
    require(policy.can_renew_recovery_codes(actor, account))
    passwords.require_current(account.password, password)
    _use_code(account, actor, code)
    mailing.ask(Letter.RECOVERY_CODES_RENEWED, row_id=account.id)
    events.record(EventKind.CODES_RENEWED, actor, member=actor)
    return second_factors.renew_recovery_codes(account)


def end_session(actor: Member, session_id: int) -> None:
    """Sign one device out. Raises NotFound when the session is not the actor's."""
    account = queries.account_of(actor)
    require(policy.can_end_session(actor, account))
    if not sessions.end(account, session_id):
        raise NotFound(_("この端末は、すでにログアウトしています。"))


def end_other_sessions(actor: Member, session_secret: str) -> None:
    """Sign every other device out than the one of `session_secret`."""
    account = queries.account_of(actor)
    require(policy.can_end_other_sessions(actor, account))
    sessions.end_all(account, but_secret=session_secret)


def forget_old() -> None:
    """Forget what nobody can use any more: links whose time is over, idle sessions, drafts nobody came back to."""
    db.session.execute(delete(Registration).where(Registration.created_at <= now() - CONFIRM_WITHIN))
    for moment, within in ((EmailChange.created_at, CONFIRM_WITHIN), (EmailChange.confirmed_at, UNDO_WITHIN)):
        over = delete(EmailChange).where(moment <= now() - within)
        if within is CONFIRM_WITHIN:
            over = over.where(EmailChange.confirmed_at.is_(None))
        db.session.execute(over)
    sessions.forget_old()
    drafts.forget_old()


def _found(username: str, email: str, hash_: str, nickname: str, language: str) -> Member:
    account = Account(email=email, password=hash_, fs_uniquifier=secrets.token_urlsafe(32))
    if not add_once(account):
        raise _taken()
    member = Member(id=account.id, username=username, nickname=nickname, language=language)
    if not add_once(member):
        raise Conflict(_("このユーザー名は、すでに使われています。ほかのユーザー名を入力してください。"))
    events.record(EventKind.ACCOUNT_CREATED, member, member=member)
    return member


def _proof_of(registration: Registration) -> str:
    return tokens.make(Purpose.HELD, registration.id, *registration.held_state)


def _let_go_of(username: str) -> None:
    """A name is held until its link expires, not until the nightly upkeep."""
    over = Registration.created_at <= now() - CONFIRM_WITHIN
    db.session.execute(delete(Registration).where(Registration.username == username, over))


def _use_code(account: Account, member: Member, code: str) -> None:
    """The owner is told of a recovery code: it may be somebody else's who has found the paper."""
    if second_factors.use(account, code):
        mailing.ask(Letter.RECOVERY_CODE_USED, row_id=account.id)
        events.record(EventKind.CODE_USED, member, member=member)


def _set_password(account: Account, hash_: str) -> bool:
    """Of several changes to the same password one wins; tell whether it was this one."""
    change = update(Account).where(Account.id == account.id, Account.password == account.password)
    if db.session.scalar(change.values(password=hash_).returning(Account.id)) is None:
        return False
    _forget_requests(account)
    return True


def _set_email(account: Account, email: str) -> None:
    try:
        with db.session.begin_nested():
            account.email = email
    except IntegrityError as error:
        raise _taken() from error


def _set_once(change: EmailChange, column: str) -> None:
    """Of several presses of the same button one wins."""
    first = update(EmailChange).where(EmailChange.id == change.id, getattr(EmailChange, column).is_(None))
    if db.session.scalar(first.values({column: now()}).returning(EmailChange.id)) is None:
        raise NotFound(_("このリンクはもう使えません。期限が過ぎたか、すでに使われています。"))


def _forget_requests(account: Account) -> None:
    db.session.execute(
        delete(EmailChange).where(EmailChange.account_id == account.id, EmailChange.confirmed_at.is_(None))
    )


def _tell_of_new_password(member: Member) -> None:
    mailing.ask(Letter.PASSWORD_CHANGED, row_id=member.id)
    events.record(EventKind.PASSWORD_CHANGED, member, member=member)


def _is_on() -> Conflict:
    return Conflict(_("2段階認証は、すでに設定されています。"))


def _taken() -> Conflict:
    return Conflict(_("このメールアドレスでは、すでに会員登録があります。ログインしてください。"))

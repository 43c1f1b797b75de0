"""Second factors: six digits of an app (RFC 6238), each accepted once, and recovery codes, each of which works once."""

import hashlib
import hmac
import re
import secrets
import unicodedata
from datetime import timedelta
from functools import lru_cache
from typing import Any

import structlog
from flask import current_app
from passlib.exc import TokenError, UsedTokenError
from passlib.totp import TOTP
from sqlalchemy import delete, update

from marketplace.accounts.models import Account, RecoveryCode, SecondFactor
from marketplace.clock import now
from marketplace.db import db
from marketplace.errors import Conflict, Invalid
from marketplace.i18n import _

ISSUER = "Musubi"
"""What apps write above the number; in ASCII, because some of them show other letters as rubbish."""
SET_UP_WITHIN = timedelta(minutes=15)
SECOND_STEP_WITHIN = timedelta(minutes=10)
DRIFT_SECONDS = 30
"""A phone's clock may be one step of RFC 6238 early or late."""
RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look like another on paper."""
CODE_LENGTH = 16
"""79 bits: too many to be tried, so a plain SHA-256 keeps them."""

_NUMBER = re.compile("[0-9]{6}")
_BETWEEN = re.compile(r"[\s\u2010-\u2015\u2212\u30fc-]")


log = structlog.get_logger(__name__)


class Wrong(Invalid):
    """Not a number that the app shows now, or not one of the recovery codes that are left."""


def new_secret() -> str:
    """Return a fresh secret, sealed with the installation's key. Takes some milliseconds, as every use of it does."""
    return str(_factory().new().to_json(encrypt=True))


def sealed(key: str) -> str:
    """Return a secret that is known already (base32), sealed."""
    return str(_factory()(key=key, format="base32").to_json(encrypt=True))


def number_now(key: str) -> str:
    """Return the number that an app shows now for a secret (base32)."""
    return str(TOTP(key=key, format="base32").generate(now()).token)


def readable(secret: str) -> str:
    """Return a sealed secret as an app wants it typed: base32 in groups of four."""
    return str(_opened(secret).pretty_key(sep=" "))


def address_for_apps(secret: str, username: str) -> str:
    """Return the otpauth address of a sealed secret, which apps read from a QR code."""
    return str(_opened(secret).to_uri(username))


def step_of(secret: str, number: str, after: int = 0) -> int:
    """Return which 30 seconds since 1970 the app shows `number` in. Raises Wrong, also for those up to `after`."""
    typed = _canonical(number)
    if not _NUMBER.fullmatch(typed):
        raise Wrong(_("アプリに表示されている6けたの番号を、半角の数字で入力してください。例)123456"))
    try:
        return int(_opened(secret).match(typed, time=now(), window=DRIFT_SECONDS, last_counter=after).counter)
    except UsedTokenError as error:
        raise _used() from error
    except TokenError as error:
        raise Wrong(
            _("アプリに今表示されている番号を入力してください。合わないときは、端末の時刻を確かめてください。")
        ) from error


def use(account: Account, typed: str) -> bool:
    """Use up a number of the app or a recovery code; tell whether it was a recovery code.

    Raises Wrong for what is neither or was used before, Conflict when the second factor has been turned off.
    """
    # Whoever uses a code may go on to replace them all: of two at once the second waits here, holding no code yet.
    factor = db.session.get(SecondFactor, account.id, with_for_update=True)
    if factor is None:
        raise Conflict(_("2段階認証は、すでに解除されています。"))
    if len(_canonical(typed)) > len("123456"):
        _use_recovery_code(account, typed)
        return True
    _use_step(account, step_of(factor.secret, typed, after=factor.last_step))
    return False


def renew_recovery_codes(account: Account) -> list[str]:
    """Make ten new recovery codes, return them, and keep their digests alone; those made before are worth nothing."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = [_new_code() for _number in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(account_id=account.id, digest=_digest(code)) for code in codes)
    return codes


def forget(account: Account) -> bool:
    """Forget the second factor of `account` and its recovery codes; tell whether there was one."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    forgetting = delete(SecondFactor).where(SecondFactor.account_id == account.id)
    return db.session.scalar(forgetting.returning(SecondFactor.account_id)) is not None


def _use_step(account: Account, step: int) -> None:
    """Of several who send the same number one wins."""
    newer = update(SecondFactor).where(SecondFactor.account_id == account.id, SecondFactor.last_step < step)
    if db.session.scalar(newer.values(last_step=step).returning(SecondFactor.account_id)) is None:
        raise _used()


def _use_recovery_code(account: Account, typed: str) -> None:
    """Of several who send the same code one wins."""
    this = delete(RecoveryCode).where(RecoveryCode.account_id == account.id, RecoveryCode.digest == _digest(typed))
    if db.session.scalar(this.returning(RecoveryCode.account_id)) is None:
        raise Wrong(_("まだ使っていない復旧コードを、16文字すべて入力してください。例)abcd-efgh-jkmn-pqrs"))


def _new_code() -> str:
    letters = "".join(secrets.choice(LETTERS) for _place in range(CODE_LENGTH))
    return "-".join(re.findall("....", letters))


def _canonical(typed: str) -> str:
    """Return what was typed in half-width small letters, without what groups them on paper."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", typed)).casefold()


def _digest(code: str) -> str:
    return hashlib.sha256(_canonical(code).encode("utf-8", "surrogatepass")).hexdigest()


def _used() -> Wrong:
    return Wrong(_("この番号はもう使われています。アプリに次の番号が表示されるまで待って、入力してください。"))


def _opened(secret: str) -> Any:
    try:
        return _factory().from_json(secret)
    except KeyError as error:
        log.error("second_factor.sealed_with_another_key", error=repr(error))
        raise Wrong(_("いまはアプリの番号を確かめられません。復旧コードを使ってください。")) from error


def _factory() -> Any:
    return _factory_for(str(current_app.secret_key))


@lru_cache(maxsize=4)
def _factory_for(secret_key: str) -> Any:
    """Seal with a key made from the installation's for this alone; its mark tells it from another installation's."""
    key = hmac.new(secret_key.encode(), b"musubi.second-factors", hashlib.sha256).hexdigest()
    mark = hashlib.sha256(key.encode()).hexdigest()[:8]
    return TOTP.using(issuer=ISSUER, secrets={mark: key})

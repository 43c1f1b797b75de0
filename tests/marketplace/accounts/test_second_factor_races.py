"""Of many who send the same number or code at the same moment exactly one wins."""

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace import db
from marketplace.accounts import second_factors, service, tokens
from marketplace.accounts.models import Account, Member, RecoveryCode, SecondFactor, Session
from marketplace.accounts.tokens import Purpose
from marketplace.errors import Conflict
from tests.authenticator import number_for
from tests.factories.members import PASSWORD
from tests.races import at_once, committing

pytestmark = pytest.mark.real_commits

PRESSES = 30


def turned_on(app: Flask, member: Member) -> tuple[str, list[str]]:
    """Return the secret as an app knows it, and the recovery codes; no number was used yet."""

    def turn_on(number: int) -> tuple[str, list[str]]:
        secret = service.begin_second_factor(member, PASSWORD)
        readable = second_factors.readable(secret)
        codes = service.turn_on_second_factor(member, secret, number_for(readable))
        db.db.session.get_one(SecondFactor, member.id).last_step = 0
        return readable, codes

    return committing(app, turn_on)(0)


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.db.session.scalar(select(func.count()).select_from(model)) or 0


def tried(app: Flask, deed: Callable[[int], object]) -> Counter[str]:
    """Press at once, each press a unit of work that commits, and count how they ended."""

    def press(number: int) -> str:
        try:
            committing(app, deed)(number)
        except (second_factors.Wrong, Conflict) as error:
            return type(error).__name__
        return "won"

    return Counter(at_once(press, PRESSES))


def completing(member: Member, code: str) -> Callable[[int], object]:
    def complete(number: int) -> object:
        account = db.db.session.get_one(Account, member.id)
        token = tokens.make(Purpose.SECOND_STEP, account.id, *account.state)
        return service.complete_sign_in(token, code, f"Browser {number}", "127.0.0.1")

    return complete


def test_a_number_signs_in_once(app: Flask, ana: Member) -> None:
    secret, _codes = turned_on(app, ana)
    assert tried(app, completing(ana, number_for(secret))) == {"won": 1, "Wrong": PRESSES - 1}
    assert count(app, Session) == 1


def test_a_recovery_code_signs_in_once(app: Flask, ana: Member) -> None:
    _secret, codes = turned_on(app, ana)
    assert tried(app, completing(ana, codes[0])) == {"won": 1, "Wrong": PRESSES - 1}
    assert count(app, Session) == 1
    assert count(app, RecoveryCode) == 9


def test_a_second_factor_is_turned_on_once(app: Flask, ana: Member) -> None:
    with app.app_context():
        secret = second_factors.new_secret()
        number = number_for(second_factors.readable(secret))
    ended = tried(app, lambda press: service.turn_on_second_factor(ana, secret, number))
    assert ended == {"won": 1, "Conflict": PRESSES - 1}
    assert count(app, RecoveryCode) == 10


def test_of_several_who_renew_the_codes_at_once_one_wins_whichever_code_they_have(app: Flask, ana: Member) -> None:
    _secret, codes = turned_on(app, ana)

    def renew(number: int) -> object:
        return service.renew_recovery_codes(ana, PASSWORD, codes[number % 10])

    assert tried(app, renew) == {"won": 1, "Wrong": PRESSES - 1}
    assert count(app, RecoveryCode) == 10

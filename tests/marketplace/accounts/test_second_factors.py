"""Numbers of an app and recovery codes: what is accepted, how often, and what is kept of them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from passlib.totp import TOTP
from sqlalchemy import func, select

from marketplace import db
from marketplace.accounts import mailing, policy, queries, second_factors, service, tokens
from marketplace.accounts.models import Account, Member, RecoveryCode, SecondFactor
from marketplace.accounts.passwords import Wrong as WrongPassword
from marketplace.accounts.second_factors import Wrong
from marketplace.accounts.tokens import Purpose
from marketplace.clock import now
from marketplace.errors import Conflict, NotAllowed, NotFound
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.outbox import Errand
from tests.authenticator import number_for
from tests.factories.members import PASSWORD

pytestmark = pytest.mark.usefixtures("session")

KEY_OF_RFC_6238 = b"12345678901234567890"
STEP = timedelta(seconds=30)


def account_of(member: Member) -> Account:
    return db.db.session.get_one(Account, member.id)


def sealed(key: bytes) -> str:
    return str(second_factors._factory()(key, format="raw").to_json(encrypt=True))


def turn_on(member: Member) -> tuple[str, list[str]]:
    """Return the secret as an app knows it, and the recovery codes."""
    secret = service.begin_second_factor(member, PASSWORD)
    readable = second_factors.readable(secret)
    return readable, service.turn_on_second_factor(member, secret, number_for(readable))


def letters() -> list[str]:
    waiting = select(Errand).where(Errand.topic == mailing.TOPIC).order_by(Errand.id)
    return [errand.payload["letter"] for errand in db.db.session.scalars(waiting)]


def kinds() -> list[EventKind]:
    return list(db.db.session.scalars(select(Event.kind).order_by(Event.id)))


def passed(member: Member) -> str:
    """What the sign-in hands out for a right password."""
    account = account_of(member)
    return tokens.make(Purpose.SECOND_STEP, account.id, *account.state)


def complete(member: Member, code: str) -> str:
    return service.complete_sign_in(passed(member), code, "Browser", "127.0.0.1")[1]


# Numbers


@pytest.mark.parametrize(
    ("seconds", "number"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_numbers_are_those_of_rfc_6238(seconds: int, number: str) -> None:
    """Appendix B, its last six digits."""
    with time_machine.travel(datetime.fromtimestamp(seconds, UTC), tick=False):
        assert second_factors.step_of(sealed(KEY_OF_RFC_6238), number) == seconds // 30


@pytest.mark.parametrize(("seconds", "accepted"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_phone_may_be_half_a_minute_early_or_late(seconds: int, accepted: bool) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 12, 0, 15, tzinfo=UTC), tick=False):
        secret = sealed(KEY_OF_RFC_6238)
        number = number_for(second_factors.readable(secret), timedelta(seconds=seconds))
        if accepted:
            assert second_factors.step_of(secret, number) == (now().timestamp() + seconds) // 30
        else:
            with pytest.raises(Wrong):
                second_factors.step_of(secret, number)


@pytest.mark.parametrize("typed", ["287 082", "２８７０８２", " 287-082 ", "287ー082", "287\u3000082"])
def test_a_number_may_be_typed_in_any_way(typed: str) -> None:
    with time_machine.travel(datetime.fromtimestamp(59, UTC), tick=False):
        assert second_factors.step_of(sealed(KEY_OF_RFC_6238), typed) == 1


@pytest.mark.parametrize("typed", ["", "28708", "2870820", "٢٨٧٠٨٢", "abcdef", "287082x", "\ud800", "-1"])
def test_what_is_no_number_is_refused_with_an_example(typed: str) -> None:
    with time_machine.travel(datetime.fromtimestamp(59, UTC), tick=False), pytest.raises(Wrong):
        second_factors.step_of(sealed(KEY_OF_RFC_6238), typed)


def test_a_number_is_accepted_once(ana: Member) -> None:
    secret, _codes = turn_on(ana)
    with pytest.raises(Wrong, match="もう使われています"):
        complete(ana, number_for(secret))
    later = number_for(secret, STEP)
    assert complete(ana, later)
    with pytest.raises(Wrong, match="もう使われています"):
        complete(ana, later)


def test_a_number_from_before_the_last_one_is_refused(ana: Member) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 12, 0, 15, tzinfo=UTC), tick=False) as clock:
        secret, _codes = turn_on(ana)
        clock.shift(STEP * 3)
        early, newest = number_for(secret, -STEP), number_for(secret)
        assert complete(ana, newest)
        with pytest.raises(Wrong):
            complete(ana, early)


# Secrets


def test_a_secret_is_random_long_and_sealed(app: Flask, ana: Member) -> None:
    secret, _codes = turn_on(ana)
    assert re.fullmatch("([A-Z2-7]{4} ){7}[A-Z2-7]{4}", secret), "160 bits, as RFC 4226 recommends"
    kept = db.db.session.get_one(SecondFactor, ana.id).secret
    assert secret.replace(" ", "") not in kept
    assert TOTP(secret.replace(" ", "")).hex_key not in kept.lower()
    assert str(app.secret_key) not in kept
    assert second_factors.new_secret() != second_factors.new_secret()


def test_the_address_for_apps_names_site_and_member() -> None:
    address = second_factors.address_for_apps(sealed(KEY_OF_RFC_6238), "hanako-sato")
    assert address == ("otpauth://totp/Musubi:hanako-sato?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Musubi"), (
        "SHA-1, six digits and 30 seconds are what apps take for granted"
    )


def test_with_another_key_of_the_installation_recovery_codes_still_work(
    app: Flask, ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, codes = turn_on(ana)
    monkeypatch.setattr(app, "secret_key", "another secret of the installation, long enough")
    with pytest.raises(Wrong, match="復旧コードを使ってください"):
        complete(ana, number_for(secret, STEP))
    assert complete(ana, codes[0])


# Recovery codes


def test_ten_recovery_codes_are_made_and_only_their_digests_are_kept(ana: Member) -> None:
    _secret, codes = turn_on(ana)
    assert len(set(codes)) == 10
    assert all(re.fullmatch("([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}", code) for code in codes)
    kept = db.db.session.scalars(select(RecoveryCode.digest)).all()
    assert len(kept) == 10
    assert not set(kept) & set(codes)


def test_a_recovery_code_works_once_and_its_owner_is_told(ana: Member) -> None:
    _secret, codes = turn_on(ana)
    assert complete(ana, codes[3])
    assert letters()[-1] == "recovery-code-used"
    assert kinds()[-1] == EventKind.CODE_USED
    assert queries.second_factor_of(account_of(ana)) == (db.db.session.get_one(SecondFactor, ana.id).created_at, 9)
    with pytest.raises(Wrong, match="まだ使っていない復旧コード"):
        complete(ana, codes[3])
    assert complete(ana, codes[4]), "the others still work"


def test_a_recovery_code_may_be_typed_in_any_way(ana: Member) -> None:
    _secret, codes = turn_on(ana)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in codes[1])
    for typed in (codes[0].upper(), wide, codes[2].replace("-", ""), codes[3].replace("-", " ")):
        assert complete(ana, typed)


def test_somebody_elses_recovery_code_is_none(ana: Member, ben: Member) -> None:
    _secret, codes = turn_on(ana)
    turn_on(ben)
    with pytest.raises(Wrong):
        complete(ben, codes[0])
    assert complete(ana, codes[0])


def test_new_recovery_codes_take_the_place_of_the_old_ones(ana: Member) -> None:
    secret, old = turn_on(ana)
    new = service.renew_recovery_codes(ana, PASSWORD, number_for(secret, STEP))
    assert not set(old) & set(new)
    assert letters()[-1] == "recovery-codes-renewed"
    assert kinds()[-1] == EventKind.CODES_RENEWED
    with pytest.raises(Wrong):
        complete(ana, old[0])
    assert complete(ana, new[0])


# Turning it on and off


def test_nothing_changes_before_the_first_number(ana: Member) -> None:
    secret = service.begin_second_factor(ana, PASSWORD)
    assert not queries.has_second_factor(account_of(ana))
    with pytest.raises(Wrong):
        service.turn_on_second_factor(ana, secret, number_for(second_factors.readable(secret), STEP * 5))
    assert not queries.has_second_factor(account_of(ana))
    service.turn_on_second_factor(ana, secret, number_for(second_factors.readable(secret)))
    assert queries.has_second_factor(account_of(ana))
    assert letters() == ["second-factor-on"]
    assert kinds() == [EventKind.FACTOR_ADDED]


def test_an_account_has_one_second_factor(ana: Member) -> None:
    second = service.begin_second_factor(ana, PASSWORD)
    first, _codes = turn_on(ana)
    with pytest.raises(Conflict):
        service.begin_second_factor(ana, PASSWORD)
    with pytest.raises(Conflict):
        service.turn_on_second_factor(ana, second, number_for(second_factors.readable(second)))
    assert complete(ana, number_for(first, STEP))


def test_turning_it_off_leaves_nothing(ana: Member) -> None:
    secret, codes = turn_on(ana)
    token = passed(ana)
    service.turn_off_second_factor(ana, PASSWORD, number_for(secret, STEP))
    assert not queries.has_second_factor(account_of(ana))
    assert db.db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
    assert letters() == ["second-factor-on", "second-factor-off"]
    assert kinds() == [EventKind.FACTOR_ADDED, EventKind.FACTOR_REMOVED]
    for code in (codes[0], number_for(secret, STEP)):
        with pytest.raises(Conflict):
            service.complete_sign_in(token, code, "Browser", "127.0.0.1")
        with pytest.raises(Conflict):
            service.turn_off_second_factor(ana, PASSWORD, code)


def test_whoever_lost_the_phone_turns_it_off_with_a_recovery_code(ana: Member) -> None:
    _secret, codes = turn_on(ana)
    service.turn_off_second_factor(ana, PASSWORD, codes[9])
    assert not queries.has_second_factor(account_of(ana))


def test_password_and_code_are_both_needed(ana: Member) -> None:
    secret, codes = turn_on(ana)
    for verb in (service.turn_off_second_factor, service.renew_recovery_codes):
        with pytest.raises(WrongPassword):
            verb(ana, "wrong horse battery", codes[0])
        with pytest.raises(Wrong):
            verb(ana, PASSWORD, "000000" if number_for(secret, STEP) != "000000" else "000001")
    with pytest.raises(WrongPassword):
        service.begin_second_factor(ana, "wrong horse battery")
    assert complete(ana, codes[0]), "a refused deed uses nothing up"


def test_only_the_owner_of_an_active_account_may_change_it(ana: Member, ben: Member) -> None:
    rules = (
        policy.can_begin_second_factor,
        policy.can_turn_on_second_factor,
        policy.can_turn_off_second_factor,
        policy.can_renew_recovery_codes,
    )
    for rule in rules:
        assert rule(ana, account_of(ana))
        assert not rule(ben, account_of(ana))
    secret, codes = turn_on(ana)
    account_of(ana).active = False
    assert not any(rule(ana, account_of(ana)) for rule in rules)
    with pytest.raises(NotAllowed):
        service.begin_second_factor(ana, PASSWORD)
    with pytest.raises(NotAllowed):
        service.turn_on_second_factor(ana, "", number_for(secret))
    with pytest.raises(NotAllowed):
        service.turn_off_second_factor(ana, PASSWORD, codes[0])
    with pytest.raises(NotAllowed):
        service.renew_recovery_codes(ana, PASSWORD, codes[0])


# The second step of the sign-in


def test_without_a_second_factor_the_password_is_enough(ana: Member) -> None:
    found = service.sign_in("ana@example.com", PASSWORD, "Browser", "127.0.0.1")
    assert found is not None
    assert found[1]


def test_with_one_there_is_no_session_before_the_code(ana: Member) -> None:
    secret, _codes = turn_on(ana)
    found = service.sign_in("ana@example.com", PASSWORD, "Browser", "127.0.0.1")
    assert found is not None
    assert found[1] is None
    assert service.sign_in("ana@example.com", "wrong horse battery", "Browser", "127.0.0.1") is None
    assert complete(ana, number_for(secret, STEP))


def test_the_second_step_waits_ten_minutes(ana: Member) -> None:
    _secret, codes = turn_on(ana)
    token = passed(ana)
    with time_machine.travel(now() + timedelta(minutes=10, seconds=2)), pytest.raises(NotFound):
        service.complete_sign_in(token, codes[0], "Browser", "127.0.0.1")
    with time_machine.travel(now() + timedelta(minutes=9, seconds=50)):
        assert service.complete_sign_in(token, codes[0], "Browser", "127.0.0.1")


def test_the_second_step_ends_with_password_and_address(ana: Member, ben: Member) -> None:
    _secret, codes = turn_on(ana)
    token = passed(ana)
    account = account_of(ana)
    for column, value in (("password", "another hash"), ("email", "new@example.com")):
        before = getattr(account, column)
        setattr(account, column, value)
        db.db.session.flush()
        with pytest.raises(NotFound):
            service.complete_sign_in(token, codes[0], "Browser", "127.0.0.1")
        setattr(account, column, before)
        db.db.session.flush()
    for stranger in ("", "x", tokens.make(Purpose.PASSWORD, account.id, *account.state)):
        with pytest.raises(NotFound):
            service.complete_sign_in(stranger, codes[0], "Browser", "127.0.0.1")
    assert service.complete_sign_in(token, codes[0], "Browser", "127.0.0.1")

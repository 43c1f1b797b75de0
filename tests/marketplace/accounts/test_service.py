"""What the verbs of accounts do, and who may call them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import func, select

from marketplace import db
from marketplace.accounts import (
    devices,
    drafts,
    emails,
    mailing,
    passwords,
    policy,
    queries,
    service,
    sessions,
    tokens,
    zones,
)
from marketplace.accounts.models import Account, Draft, EmailChange, Member, Registration, Session
from marketplace.accounts.tokens import Purpose
from marketplace.clock import now, today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.outbox import Errand
from tests.factories.members import PASSWORD, MemberFactory

GOOD = "kumo to yama no aida"

pytestmark = pytest.mark.usefixtures("session")


def account_of(member: Member) -> Account:
    return db.db.session.get_one(Account, member.id)


def count(model: type) -> int:
    return db.db.session.scalar(select(func.count()).select_from(model)) or 0


def letters() -> list[str]:
    waiting = select(Errand).where(Errand.topic == mailing.TOPIC).order_by(Errand.id)
    return [errand.payload["letter"] for errand in db.db.session.scalars(waiting)]


def test_registering_leaves_a_row_and_a_letter_but_no_account() -> None:
    service.register("Hanako", "Hanako@Example.com", GOOD)
    asked = db.db.session.scalars(select(Registration)).one()
    assert (asked.username, asked.email, asked.language) == ("hanako", "hanako@example.com", "ja")
    assert asked.password.startswith("$argon2id$")
    assert letters() == ["registration"]
    assert count(Account) == 0


def test_registering_checks_name_address_and_password_itself() -> None:
    for arguments in (("ab", "a@x.jp", GOOD), ("hanako", "nothing", GOOD), ("hanako", "a@x.jp", "short")):
        with pytest.raises(Invalid):
            service.register(*arguments)
    assert count(Registration) == 0


def test_a_member_can_be_made_without_a_mail() -> None:
    member = service.found_member("Hanako", "Hanako@example.com", passwords.hashed(GOOD), "はなこ")
    account = account_of(member)
    assert (member.username, member.nickname, member.language) == ("hanako", "はなこ", "ja")
    assert account.email == "hanako@example.com"
    assert passwords.matches(account.password, GOOD)
    assert queries.find_by_username("HANAKO") is member


def test_a_member_with_a_taken_name_or_address_cannot_be_made(ana: Member) -> None:
    with pytest.raises(Conflict):
        service.found_member("hanako", "ANA@example.com", "hash", "はなこ")
    with pytest.raises(Conflict):
        service.found_member("ANA", "hanako@example.com", "hash", "はなこ")


def test_the_constraint_has_the_last_word_on_addresses(ana: Member, ben: Member) -> None:
    with pytest.raises(Conflict):
        service._found("hanako", "ana@example.com", "hash", "はなこ", "ja")
    with pytest.raises(Conflict):
        service._set_email(account_of(ana), "ben@example.com")


def test_confirming_raises_when_the_address_became_anothers(ana: Member) -> None:
    registration = Registration(username="hanako", email="ana@example.com", password="hash", language="ja")
    db.db.session.add(registration)
    db.db.session.flush()
    with pytest.raises(Conflict):
        service.confirm(tokens.make(Purpose.REGISTRATION, registration.id, *registration.state))


def test_a_link_dies_with_its_row_even_when_its_number_is_given_again() -> None:
    service.register("hanako", "hanako@example.com", GOOD)
    first = db.db.session.scalars(select(Registration)).one()
    token = tokens.make(Purpose.REGISTRATION, first.id, *first.state)
    number = first.id
    db.db.session.delete(first)
    db.db.session.flush()
    second = Registration(id=number, username="jiro-x", email="jiro@example.com", password="hash", language="ja")
    db.db.session.add(second)
    db.db.session.flush()
    with pytest.raises(NotFound):
        queries.registration_by(token)


def test_only_the_owner_of_an_active_account_may_change_it(ana: Member, ben: Member) -> None:
    rules = (
        policy.can_change_password,
        policy.can_request_email_change,
        policy.can_end_session,
        policy.can_end_other_sessions,
    )
    for rule in rules:
        assert rule(ana, account_of(ana))
        assert not rule(ben, account_of(ana))
    account_of(ana).active = False
    assert not any(rule(ana, account_of(ana)) for rule in rules)
    with pytest.raises(NotAllowed):
        service.change_password(ana, PASSWORD, GOOD)
    with pytest.raises(NotAllowed):
        service.request_email_change(ana, "new@example.com", PASSWORD)
    with pytest.raises(NotAllowed):
        service.end_session(ana, 1)
    with pytest.raises(NotAllowed):
        service.end_other_sessions(ana, "")


def test_only_one_of_two_changes_to_a_password_wins(ana: Member) -> None:
    account = account_of(ana)
    read_before = account.password
    assert service._set_password(account, "first")
    account.password = read_before
    db.db.session.expunge(account)
    assert not service._set_password(account, "second")
    assert account_of(ana).password == "first"


def test_the_loser_of_two_changes_is_told(ana: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    account = account_of(ana)
    token = tokens.make(Purpose.PASSWORD, account.id, *account.state)
    real = passwords.hashed

    def meanwhile(password: str) -> str:
        """Hashing takes long enough for another request to be faster."""
        service._set_password(account_of(ana), "theirs")
        account.password = before
        db.db.session.expunge_all()
        return real(password)

    before = account.password
    monkeypatch.setattr(passwords, "hashed", meanwhile)
    with pytest.raises((Conflict, NotFound)):
        service.change_password(ana, PASSWORD, GOOD)
    account = account_of(ana)
    account.password = before
    db.db.session.flush()
    with pytest.raises(NotFound):
        service.reset_password(token, GOOD)


def test_a_change_that_was_confirmed_elsewhere_meanwhile_is_not_confirmed_again(ana: Member) -> None:
    service.request_email_change(ana, "new@example.com", PASSWORD)
    change = db.db.session.scalars(select(EmailChange)).one()
    service._set_once(change, "confirmed_at")
    with pytest.raises(NotFound):
        service._set_once(change, "confirmed_at")


def test_upkeep_forgets_what_nobody_can_use_any_more(ana: Member, make_member: MemberFactory) -> None:
    service.register("hanako", "hanako@example.com", GOOD)
    service.request_email_change(ana, "new@example.com", PASSWORD)
    secret = sessions.start(account_of(ana), "Browser", "127.0.0.1")
    drafts.keep(ana, "/settings/profile", [("nickname", "アナ")])
    db.db.session.flush()

    def left() -> list[int]:
        service.forget_old()
        return [count(model) for model in (Registration, EmailChange, Session, Draft)]

    assert left() == [1, 1, 1, 1]
    with time_machine.travel(now() + timedelta(hours=25)):
        assert left() == [0, 0, 1, 1]
        service.request_email_change(ana, "newer@example.com", PASSWORD)
        change = db.db.session.scalars(select(EmailChange)).one()
        service.confirm_email_change(tokens.make(Purpose.EMAIL, change.id, *change.state), ana, secret)
    with time_machine.travel(now() + timedelta(days=7, hours=23)):
        assert left() == [0, 1, 1, 1]
    with time_machine.travel(now() + timedelta(days=8, hours=2)):
        assert left() == [0, 0, 1, 1]
    with time_machine.travel(now() + timedelta(days=29)):
        assert left() == [0, 0, 1, 1]
    with time_machine.travel(now() + timedelta(days=32)):
        assert left() == [0, 0, 0, 0]


def test_a_session_in_use_outlives_the_upkeep(ana: Member) -> None:
    secret = sessions.start(account_of(ana), "Browser", "127.0.0.1")
    db.db.session.flush()
    with time_machine.travel(now() + timedelta(days=40)):
        found = sessions.find(secret)
        assert found is not None
        sessions.note_activity(found)
        assert ana.last_active_on == today()
        service.forget_old()
        assert sessions.find(secret) is not None


def test_a_token_ends_with_its_time_and_with_every_changed_letter() -> None:
    token = tokens.make(Purpose.EMAIL, 7, "state")
    assert tokens.read(Purpose.EMAIL, token, timedelta(hours=1)) == (7, tokens.fingerprint("state"))
    assert tokens.read(Purpose.UNDO, token, timedelta(hours=1)) is None
    with time_machine.travel(now() + timedelta(hours=2)):
        assert tokens.read(Purpose.EMAIL, token, timedelta(hours=1)) is None
    for place in range(0, len(token), 5):
        other = "A" if token[place] != "A" else "B"
        assert tokens.read(Purpose.EMAIL, token[:place] + other + token[place + 1 :], timedelta(hours=1)) is None
    assert tokens.fingerprint("a", "bc") != tokens.fingerprint("ab", "c")


def test_an_account_says_what_flask_login_asks(ana: Member) -> None:
    account = account_of(ana)
    assert account.is_authenticated
    assert account.is_active
    assert not account.is_anonymous
    assert account.get_id() == account.fs_uniquifier


@pytest.mark.parametrize(
    ("device", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "WindowsのEdge"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) Version/18.0 Safari/605.1", "MacのSafari"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/140.0 Safari/604.1", "iPhoneのChrome"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36", "AndroidのChrome"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", "LinuxのFirefox"),
        ("Firefox", "Firefox"),
        ("Linux", "Linux"),
        ("curl/8", "種類の分からない端末"),
        ("", "種類の分からない端末"),
    ],
)
def test_a_device_is_named_as_people_name_it(device: str, words: str) -> None:
    assert devices.in_words(device) == words


def test_an_address_of_more_than_254_characters_is_none() -> None:
    with pytest.raises(Invalid):
        emails.canonical("a@" + ".".join(["x" * 60] * 4) + "." + "y" * 20 + ".jp")


def test_only_the_owner_says_how_the_pages_speak(ana: Member, ben: Member) -> None:
    service.set_display(ana, "en", "Europe/Paris")
    assert (ana.language, ana.time_zone) == ("en", "Europe/Paris")
    for language, zone in (("tlh", "Europe/Paris"), ("en", "Mars/Phobos")):
        with pytest.raises(Invalid):
            service.set_display(ana, language, zone)
    assert not policy.can_set_display(ben, account_of(ana))
    account_of(ana).active = False
    with pytest.raises(NotAllowed):
        service.set_display(ana, "ja", "Asia/Tokyo")


def test_a_proof_mends_its_own_registration_alone() -> None:
    first = service.register("hanako", "hanako@exmaple.com", GOOD)
    service.register("jiro-x", "jiro@example.com", GOOD)
    assert service.readdress(first, "Hanako@example.com")
    addresses = select(Registration.username, Registration.email).order_by(Registration.id)
    after = [("hanako", "hanako@example.com"), ("jiro-x", "jiro@example.com")]
    assert [tuple(row) for row in db.db.session.execute(addresses)] == after
    for proof in ("", "x", first[:-1], tokens.make(Purpose.REGISTRATION, 1, "hanako", "hash")):
        assert service.readdress(proof, "thief@example.com") is None
    assert [tuple(row) for row in db.db.session.execute(addresses)] == after


def test_every_zone_on_offer_has_a_time_of_its_own() -> None:
    moments = [now().astimezone(ZoneInfo(name)) for name in zones.names()]
    assert len(moments) == len(set(zones.names())) > 400
    assert all(moment.utcoffset() is not None for moment in moments)
    assert zones.names()[0] == "Asia/Tokyo"

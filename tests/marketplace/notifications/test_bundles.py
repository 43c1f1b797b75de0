"""Which mails are made: bundled, within the day's number, and only of what is still news."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.accounts.queries import account_of
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.follows import service as follows
from marketplace.messages import queries as threads
from marketplace.messages import service as messages
from marketplace.notifications import bundles, queries, service
from marketplace.notifications.bundles import KEPT_MAILS, MOST_MAILS
from marketplace.notifications.models import Mailing, Matter
from marketplace.teams import queries as offers
from marketplace.teams import service as teams
from marketplace.teams.models import Invitation
from tests.blueprints.letters import answer, begin
from tests.blueprints.tellings import NOON, choose, happen, invite, make_team, told
from tests.factories.members import MemberFactory
from tests.mailbox import Mail, Mailbox

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BEN = "ben@example.com"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mails(post: Callable[[], Mailbox]) -> Callable[[], list[Mail]]:
    """Delivers what is due, and returns all mails to Ben so far."""
    return lambda: post().to(BEN)


def test_what_comes_within_ten_minutes_is_one_mail(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], ana: Member, ben: Member, cleo: Member
) -> None:
    team = make_team(app, ana)
    begin(app, ana, ben, title="図版の単位について")
    assert not mails()
    clock.shift(9 * MINUTE)
    happen(app, EventKind.TEAM_MEMBER_INVITED, ana, ben, team=team, invitation=invite(app, team, ana, ben))
    begin(app, cleo, ben, title="和訳のご相談", once="another-once-of-the-tests")
    assert not mails()
    clock.shift(MINUTE)
    (mail,) = mails()
    for word in ("図版の単位について", "和訳のご相談", "訳と図"):
        assert word in mail.text
        assert word in mail.html
    assert mail.subject == "新しいお知らせが3件あります | 結び"
    clock.shift(HOUR)
    assert len(mails()) == 1


def test_what_comes_after_a_mail_is_another(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    mails()
    clock.shift(10 * MINUTE)
    assert len(mails()) == 1
    answer(app, ana, number, "もうひとつだけ。")
    mails()
    clock.shift(10 * MINUTE)
    assert len({mail.message_id for mail in mails()}) == 2


def test_several_messages_of_a_thread_are_one_line_without_what_was_written(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben, title="図版の単位について", body="ひみつの本文です。")
    answer(app, ana, number, "追伸です。", "追伸の追伸です。")
    mails()
    clock.shift(10 * MINUTE)
    (mail,) = mails()
    assert mail.subject == "Anaさんからメッセージ「図版の単位について」が届いています。 | 結び"
    for secret in ("ひみつ", "追伸"):
        assert secret not in mail.message.as_string() + mail.text + mail.html
    assert mail.links[0] == f"http://localhost/messages/{number}"


def test_what_was_read_on_the_page_meanwhile_is_not_mailed(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    happen(app, EventKind.REQUEST_ACCEPTED, ana, ben)
    mails()
    with app.app_context(), db.writing():
        messages.mark_read(ben, threads.get_for(ben, number), 10**6)
        service.mark_all_read(ben, ben, queries.newest_id(ben))
        db.commit()
    clock.shift(10 * MINUTE)
    assert not mails()


@pytest.mark.parametrize("verb", [teams.accept, teams.decline, teams.withdraw])
def test_an_invitation_that_waits_for_no_answer_any_more_is_not_mailed(
    app: Flask,
    clock: time_machine.Traveller,
    mails: Callable[[], list[Mail]],
    ana: Member,
    ben: Member,
    verb: Callable[[Member, Invitation], None],
) -> None:
    team = make_team(app, ana)
    with app.app_context(), db.writing():
        invitation = teams.invite(ana, db.db.session.merge(team), ben)
        db.commit()
        mails()
        verb(ana if verb is teams.withdraw else ben, offers.get_invitation(ben, invitation.id))
        db.commit()
    clock.shift(10 * MINUTE)
    assert not mails()


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_request_for_a_place_is_mailed_while_it_waits(
    app: Flask,
    clock: time_machine.Traveller,
    mails: Callable[[], list[Mail]],
    ana: Member,
    ben: Member,
    is_answered: bool,
) -> None:
    team = make_team(app, ben)
    with app.app_context(), db.writing():
        team = db.db.session.merge(team)
        team.takes_requests = True
        request = teams.ask_to_join(ana, team)
        db.commit()
        mails()
        if is_answered:
            teams.turn_down(ben, offers.get_request(ben, request.id))
        db.commit()
    clock.shift(10 * MINUTE)
    assert len(mails()) == (not is_answered)


def test_reading_the_page_does_not_hold_back_the_mail_of_a_message(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], ana: Member, ben: Member
) -> None:
    begin(app, ana, ben)
    mails()
    with app.app_context(), db.writing():
        service.mark_all_read(ben, ben, queries.newest_id(ben))
        db.commit()
    clock.shift(10 * MINUTE)
    assert len(mails()) == 1


def test_a_block_that_comes_meanwhile_keeps_the_mail_back(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], ana: Member, ben: Member
) -> None:
    begin(app, ana, ben)
    mails()
    with app.app_context(), db.writing():
        follows.block(ben, ana)
        db.commit()
    clock.shift(10 * MINUTE)
    assert not mails()


def test_who_turns_mails_off_meanwhile_gets_none(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], ana: Member, ben: Member
) -> None:
    begin(app, ana, ben)
    mails()
    choose(app, ben, Matter.MESSAGES, Mailing.OFF)
    clock.shift(10 * MINUTE)
    assert not mails()


@pytest.mark.parametrize(("zone", "hours"), [("Asia/Tokyo", 20), ("Europe/Berlin", 4), ("America/New_York", 10)])
def test_the_mail_of_a_day_comes_at_eight_where_its_reader_is(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], ana: Member, cleo: Member,
    ben: Member, zone: str, hours: int,
) -> None:  # fmt: skip
    with app.app_context(), db.writing():
        db.db.session.get_one(Member, ben.id).time_zone = zone
        db.commit()
    for actor in (ana, cleo):
        happen(app, EventKind.MEMBER_FOLLOWED, actor, ben)
    mails()
    clock.shift(hours * HOUR - MINUTE)
    assert not mails()
    clock.shift(MINUTE)
    (mail,) = mails()
    for name in ("Ana", "Cleo"):
        assert f"{name}さんがあなたをフォローしました。" in mail.text


def test_a_mail_speaks_the_language_and_goes_to_the_address_of_its_moment(
    app: Flask, clock: time_machine.Traveller, post: Callable[[], Mailbox], ana: Member, ben: Member
) -> None:
    begin(app, ana, ben, title="Units")
    post()
    with app.app_context(), db.writing():
        member = db.db.session.get_one(Member, ben.id)
        member.language = "en"
        account_of(member).email = "new@example.com"
        db.commit()
    clock.shift(10 * MINUTE)
    box = post()
    assert not box.to(BEN)
    mail = box.newest("new@example.com")
    assert mail.subject == "Ana sent you a message, “Units” | Musubi"
    assert '<html lang="en">' in mail.html


def test_above_the_number_of_a_day_invitations_and_friends_come_first_and_the_rest_in_the_morning(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], ben: Member, make_member: MemberFactory
) -> None:
    strangers = [make_member() for _number in range(MOST_MAILS + 1)]
    friend = make_member("friend", "Friend")
    with app.app_context(), db.writing():
        follows.follow(friend, ben)
        follows.follow(ben, friend)
        db.commit()
    choose(app, ben, Matter.FOLLOWS, Mailing.OFF)

    def write(sender: Member, number: int) -> int:
        begin(app, sender, ben, title=f"話{number}", once=f"once-of-the-tests-{number}")
        mails()
        clock.shift(10 * MINUTE)
        return len(mails())

    of_strangers = [write(stranger, number) for number, stranger in enumerate(strangers)]
    for_all = MOST_MAILS - KEPT_MAILS
    assert of_strangers == [*range(1, for_all + 1), *[for_all] * (len(strangers) - for_all)]
    of_friend = [write(friend, 100 + number) for number in range(KEPT_MAILS + 1)]
    assert of_friend == [*range(for_all + 1, MOST_MAILS + 1), MOST_MAILS]

    clock.move_to(NOON + 20 * HOUR)
    morning = mails()
    assert len(morning) == MOST_MAILS + 1
    waited = [f"話{number}" for number in (*range(for_all, len(strangers)), 100 + KEPT_MAILS)]
    assert all(title in morning[-1].text for title in waited)
    assert "話0" not in morning[-1].text
    clock.shift(24 * HOUR)
    assert len(mails()) == MOST_MAILS + 1


def test_a_mail_shows_fifty_and_says_how_many_more_there_are(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], ana: Member, ben: Member
) -> None:
    choose(app, ben, Matter.MESSAGES, Mailing.DAILY)
    with app.app_context(), db.writing():
        for _number in range(53):
            events.record(EventKind.REQUEST_ACCEPTED, ana, ben)
        db.commit()
    mails()
    clock.shift(24 * HOUR)
    (mail,) = mails()
    assert mail.subject == "新しいお知らせが53件あります | 結び"
    assert mail.text.count("リクエスト") == 50
    assert "ほかに3件あります。" in mail.text
    assert "ほかに3件あります。" in mail.html
    clock.shift(24 * HOUR)
    assert len(mails()) == 1


def test_a_mail_server_that_is_out_delays_a_mail_and_loses_none(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], mailbox: Mailbox, ana: Member,
    ben: Member,
) -> None:  # fmt: skip
    begin(app, ana, ben)
    mails()
    clock.shift(10 * MINUTE)
    mailbox.drops_answer = True
    assert len(mails()) == 1
    mailbox.drops_answer = False
    clock.shift(HOUR)
    assert len(mails()) == 1, "what was sent twice is known by its Message-ID"
    assert len(mailbox.mails) == 2
    assert [notification.mailing for notification in told(app, ben)] == [Mailing.OFF]


def test_what_comes_while_a_mail_is_on_its_way_is_not_forgotten(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], ana: Member, ben: Member
) -> None:
    begin(app, ana, ben, title="はじめ")
    mails()
    clock.shift(10 * MINUTE)
    told_first = told(app, ben)
    with app.app_context(), db.writing():
        bundle = bundles.make(ben, Mailing.AT_ONCE)
        number = happen(app, EventKind.REQUEST_ACCEPTED, ana, ben)
        service.notify(number)
        bundles.settle(bundle)
        db.commit()
    assert len(told_first) == 1
    clock.shift(10 * MINUTE)
    (mail,) = mails()
    assert "リクエスト" in mail.text
    assert "はじめ" not in mail.text

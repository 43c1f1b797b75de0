"""The way out of mails: one click of the mail reader, or a page with one button."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.events.kinds import EventKind
from marketplace.notifications import queries
from marketplace.notifications.models import Mailing, Matter
from tests.blueprints.letters import begin
from tests.blueprints.tellings import NOON, choose, happen, invite, make_team
from tests.mailbox import Mail, Mailbox
from tests.visit import HOST, Visitors

BEN = "ben@example.com"


@pytest.fixture
def mail(app: Flask, post: Callable[[], Mailbox], ana: Member, ben: Member) -> Mail:
    """A mail about a message and an invitation."""
    with time_machine.travel(NOON, tick=False) as clock:
        team = make_team(app, ana)
        happen(app, EventKind.TEAM_MEMBER_INVITED, ana, ben, team=team, invitation=invite(app, team, ana, ben))
        begin(app, ana, ben)
        post()
        clock.shift(timedelta(minutes=10))
        return post().newest(BEN)


def address_in(mail: Mail) -> str:
    header = str(mail.message["List-Unsubscribe"]).strip()
    assert header.startswith("<http://localhost/")
    return urlsplit(header.strip("<>")).path


def mailings(app: Flask, member: Member) -> dict[Matter, Mailing]:
    with app.app_context():
        return {matter: choice.mailing for matter, choice in queries.choices_of(member).items()}


OFF = {
    Matter.INVITATIONS: Mailing.OFF,
    Matter.MESSAGES: Mailing.OFF,
    Matter.TEAMS: Mailing.AT_ONCE,
    Matter.WORK: Mailing.AT_ONCE,
    Matter.MODERATION: Mailing.AT_ONCE,
    Matter.FOLLOWS: Mailing.DAILY,
}


def test_a_mail_names_its_way_out_in_headers_and_in_its_text(mail: Mail) -> None:
    assert str(mail.message["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
    assert str(mail.message["Auto-Submitted"]) == "auto-generated"
    assert address_in(mail) in {urlsplit(link).path for link in mail.links}
    assert address_in(mail) in mail.html
    assert "http://localhost/settings/notifications" in mail.links


def test_one_click_of_the_mail_reader_ends_mails_of_that_kind_without_cookie_or_token(
    app: Flask, visit: Visitors, mail: Mail, ben: Member
) -> None:
    for _time in range(2):
        fields = {"List-Unsubscribe": "One-Click"}
        answer = visit.anonymous.client.post(address_in(mail), base_url=HOST, data=fields)
        assert answer.status_code == 200, "a redirect would not be followed"
    assert mailings(app, ben) == OFF


def test_opening_the_link_ends_nothing_and_its_button_does(
    app: Flask, visit: Visitors, mail: Mail, ben: Member
) -> None:
    page = visit.anonymous.open_path(address_in(mail))
    assert page.find_all("main li") == ["招待", "メッセージ"]
    assert mailings(app, ben)[Matter.MESSAGES] is Mailing.AT_ONCE
    done = page.submit("メールを止める")
    assert done.find_all("h1") == ["メールを止めました"]
    assert mailings(app, ben) == OFF


def test_the_link_speaks_the_language_of_its_member(app: Flask, visit: Visitors, mail: Mail, ben: Member) -> None:
    with app.app_context(), db.writing():
        db.db.session.get_one(Member, ben.id).language = "en"
        db.commit()
    assert visit.anonymous.open_path(address_in(mail)).find_all("h1") == ["Stop these emails?"]


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path + "x",
        lambda path: path.replace("invitations-messages", "follows"),
        lambda path: path.replace("invitations-messages", "invitations-messages-teams"),
        lambda path: path.replace("invitations-messages", "nothing"),
        lambda path: "/notifications/unsubscribe/messages/made-up",
    ],
)
def test_a_link_that_is_not_ours_ends_nothing(
    app: Flask, visit: Visitors, mail: Mail, ben: Member, change: Callable[[str], str]
) -> None:
    path = change(address_in(mail))
    assert visit.anonymous.open_path(path).status == 404
    assert visit.anonymous.client.post(path, base_url=HOST).status_code == 404
    assert mailings(app, ben)[Matter.MESSAGES] is Mailing.AT_ONCE


def test_a_link_ends_what_it_was_made_for_and_no_more(app: Flask, visit: Visitors, mail: Mail, ben: Member) -> None:
    choose(app, ben, Matter.TEAMS, Mailing.DAILY, is_shown=False)
    visit.anonymous.open_path(address_in(mail)).submit("メールを止める")
    assert mailings(app, ben) == {**OFF, Matter.TEAMS: Mailing.DAILY}

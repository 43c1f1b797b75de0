"""Invitations and requests: made once, ended once, and never between two of whom one has blocked the other."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace import db, outbox
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows import service as follows
from marketplace.teams import queries, service
from marketplace.teams.models import Invitation, JoinRequest, OfferState, Role
from marketplace.teams.queries import Kind
from tests.factories.members import MemberFactory
from tests.factories.teams import TeamFactory

LATER = [
    (timedelta(days=29), OfferState.OPEN),
    (timedelta(days=30, seconds=1), OfferState.EXPIRED),
]


def last_event() -> Event:
    return db.db.session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()


@pytest.mark.usefixtures("session")
def test_whoever_accepts_is_in_the_team(ana: Member, ben: Member, make_team: TeamFactory) -> None:
    team = make_team("tea", ana)
    invitation = service.invite(ana, team, ben, "いかがですか。")
    event = last_event()
    assert event.kind is EventKind.TEAM_MEMBER_INVITED
    assert (event.actor_id, event.member_id, event.team_id, event.invitation_id) == (
        ana.id, ben.id, team.id, invitation.id
    )  # fmt: skip
    (waiting,) = queries.waiting_for(ben)
    assert (waiting.kind, waiting.team, waiting.who, waiting.comment, waiting.members) == (
        Kind.INVITATION, team, ana, "いかがですか。", 1
    )  # fmt: skip
    service.accept(ben, queries.get_invitation(ben, invitation.id))
    assert queries.role_of(ben, team) is Role.MEMBER
    assert queries.waiting_for(ben) == []
    assert last_event().kind is EventKind.INVITATION_ACCEPTED


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("verb", "sentence"),
    [(service.accept, "すでに承認"), (service.decline, "すでに却下"), (service.withdraw, "取り消されました")],
)
def test_an_answered_invitation_says_what_happened(
    ana: Member, ben: Member, make_team: TeamFactory, verb: Callable[[Member, Invitation], None], sentence: str
) -> None:
    team = make_team("tea", ana)
    invitation = queries.get_invitation(ben, service.invite(ana, team, ben).id)
    verb(ana if verb is service.withdraw else ben, invitation)
    for again, actor in [(service.accept, ben), (service.decline, ben), (service.withdraw, ana)]:
        with pytest.raises(Conflict, match=sentence):
            again(actor, queries.get_invitation(actor, invitation.id))
    assert (queries.role_of(ben, team) is Role.MEMBER) == (verb is service.accept)


@pytest.mark.usefixtures("session")
def test_nobody_answers_for_another(ana: Member, ben: Member, cleo: Member, make_team: TeamFactory) -> None:
    team = make_team("tea", ana, cleo)
    number = service.invite(ana, team, ben).id
    with pytest.raises(NotFound):
        queries.get_invitation(cleo, number)
    invitation = queries.get_invitation(ana, number)
    for verb, actor in [
        (service.accept, ana),
        (service.decline, cleo),
        (service.withdraw, ben),
        (service.withdraw, cleo),
    ]:
        with pytest.raises(NotAllowed):
            verb(actor, invitation)
    with pytest.raises(NotAllowed):
        service.invite(cleo, team, ben)


@pytest.mark.usefixtures("session")
def test_who_cannot_be_invited(
    ana: Member, ben: Member, cleo: Member, make_member: MemberFactory, make_team: TeamFactory
) -> None:
    team = make_team("tea", ana, ben, takes_requests=True)
    blocked, blocking, asked, asking = (make_member(f"member-of-{n}", worker=True) for n in range(4))
    follows.block(ana, blocked)
    follows.block(blocking, ana)
    service.invite(ana, team, asked)
    service.ask_to_join(asking, team)
    for invitee, kind, sentence in [
        (ana, Invalid, "自分を招待する"),
        (blocked, Invalid, "この会員は招待できません"),
        (blocking, Invalid, "この会員は招待できません"),
        (ben, Conflict, "すでにこのチームのメンバー"),
        (asked, Conflict, "まだ回答を待っています"),
        (asking, Conflict, "参加を希望しています"),
    ]:
        with pytest.raises(kind, match=sentence):
            service.invite(ana, team, invitee)
    service.invite(ana, team, cleo)


@pytest.mark.usefixtures("session")
def test_after_a_refusal_there_is_silence(ana: Member, ben: Member, make_team: TeamFactory) -> None:
    team, other = make_team("tea", ana, takes_requests=True), make_team("coffee", ana)
    service.decline(ben, queries.get_invitation(ben, service.invite(ana, team, ben).id))
    with pytest.raises(Conflict, match="却下しました"):
        service.invite(ana, team, ben)
    service.invite(ana, other, ben)
    request = service.ask_to_join(ben, team)
    service.turn_down(ana, queries.get_request(ana, request.id))
    with pytest.raises(Conflict, match="日をおいて"):
        service.ask_to_join(ben, team)
    with time_machine.travel(now() + timedelta(days=90, seconds=1), tick=False):
        service.invite(ana, team, ben)


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(("later", "state"), LATER)
def test_what_nobody_answers_in_time_expires(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory, later: timedelta, state: OfferState
) -> None:
    team = make_team("tea", ana, takes_requests=True)
    invitation, request = service.invite(ana, team, ben), service.ask_to_join(cleo, team)
    with time_machine.travel(now() + later, tick=False):
        if state is OfferState.EXPIRED:
            with pytest.raises(Conflict, match="期限が過ぎました"):
                service.accept(ben, queries.get_invitation(ben, invitation.id))
            assert queries.waiting_for(ben) == queries.waiting_for(ana) == []
        service.expire()
        service.expire()
    assert (invitation.state, request.state) == (state, state)
    assert (last_event().kind is EventKind.INVITATION_EXPIRED) == (state is OfferState.EXPIRED)


@pytest.mark.usefixtures("session")
def test_an_offer_past_its_day_stands_in_nobodys_way(ana: Member, ben: Member, make_team: TeamFactory) -> None:
    team = make_team("tea", ana, takes_requests=True)
    first = service.invite(ana, team, ben)
    with time_machine.travel(now() + timedelta(days=31), tick=False):
        second = service.invite(ana, team, ben)
    assert (first.state, second.state) == (OfferState.EXPIRED, OfferState.OPEN)


@pytest.mark.usefixtures("session")
def test_whoever_asks_is_admitted_or_not(ana: Member, ben: Member, cleo: Member, make_team: TeamFactory) -> None:
    team = make_team("tea", ana, takes_requests=True)
    request = service.ask_to_join(ben, team, "校正ができます。")
    with pytest.raises(Conflict, match="もう届いています"):
        service.ask_to_join(ben, team)
    (waiting,) = queries.waiting_for(ana)
    assert (waiting.kind, waiting.who, waiting.comment) == (Kind.REQUEST, ben, "校正ができます。")
    with pytest.raises(NotFound):
        queries.get_request(cleo, request.id)
    service.admit(ana, queries.get_request(ana, request.id))
    assert queries.role_of(ben, team) is Role.MEMBER
    with pytest.raises(Conflict, match="すでに承認"):
        service.take_back(ben, queries.get_request(ben, request.id))
    with pytest.raises(NotAllowed):
        service.ask_to_join(ben, team)
    service.take_back(cleo, queries.get_request(cleo, service.ask_to_join(cleo, team).id))
    assert last_event().kind is EventKind.JOINING_WITHDRAWN


@pytest.mark.usefixtures("session")
def test_a_team_that_takes_no_requests_gets_none(ana: Member, ben: Member, make_team: TeamFactory) -> None:
    with pytest.raises(NotAllowed):
        service.ask_to_join(ben, make_team("tea", ana))


def test_a_block_ends_what_waits_between_the_two(
    app: Flask, drain: Callable[[], int], ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    make_team("tea", ana, takes_requests=True)
    make_team("coffee", cleo, ana, owners=2, takes_requests=True)
    with app.app_context(), db.writing():
        tea, coffee = (queries.get_for(ana, slug) for slug in ("tea", "coffee"))
        invitation, other = service.invite(ana, tea, ben).id, service.invite(cleo, coffee, ben).id
        db.commit()
        follows.block(ben, ana)
        with pytest.raises(NotFound):
            queries.get_invitation(ben, invitation)
        assert [each.who.id for each in queries.waiting_for(ben)] == [cleo.id]
        db.commit()
    drain()
    with app.app_context():
        states = {key: db.db.session.get_one(Invitation, key).state for key in (invitation, other)}
        assert states == {invitation: OfferState.WITHDRAWN, other: OfferState.OPEN}
        assert last_event().kind is EventKind.MEMBER_BLOCKED


def test_a_request_waits_for_the_owners_who_may_still_see_it(
    app: Flask, drain: Callable[[], int], ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    make_team("tea", ana, cleo, takes_requests=True)
    make_team("coffee", ana, cleo, owners=2, takes_requests=True)
    with app.app_context(), db.writing():
        tea, coffee = (queries.get_for(ben, slug) for slug in ("tea", "coffee"))
        alone, shared = service.ask_to_join(ben, tea).id, service.ask_to_join(ben, coffee).id
        follows.block(ana, ben)
        db.commit()
    drain()
    with app.app_context():
        states = [db.db.session.get_one(JoinRequest, key).state for key in (alone, shared)]
        assert states == [OfferState.WITHDRAWN, OfferState.OPEN]
        assert [each.id for each in queries.waiting_for(cleo)] == [shared]
        assert queries.waiting_for(ana) == []


@pytest.mark.usefixtures("session")
def test_a_block_that_was_faster_than_the_errand_keeps_them_apart(
    ana: Member, ben: Member, make_team: TeamFactory
) -> None:
    team = make_team("tea", ana)
    invitation = queries.get_invitation(ben, service.invite(ana, team, ben).id)
    follows.block(ana, ben)
    with pytest.raises(NotFound):
        service.accept(ben, invitation)
    assert queries.role_of(ben, team) is None
    assert outbox.drain() >= 1

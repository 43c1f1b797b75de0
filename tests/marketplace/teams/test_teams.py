"""Founding, editing and dissolving a team, and what its address may be."""

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows import service as follows
from marketplace.teams import queries, service, slugs
from marketplace.teams.models import OfferState, Role
from marketplace.teams.service import TeamChanges
from tests.factories.teams import TeamFactory
from tests.marketplace.accounts.test_usernames import words_of_addresses


def kinds() -> list[EventKind]:
    return list(db.db.session.scalars(select(Event.kind).order_by(Event.id)))


def names(viewer: Member | None, slug: str) -> list[str]:
    return [place.member.username for place in queries.places_in(viewer, queries.get_for(viewer, slug))]


@pytest.mark.usefixtures("session")
def test_the_founder_owns_the_team(ana: Member) -> None:
    changes = TeamChanges(
        name="よみもの編集室", introduction="本を作ります。", wanted_skills=("Excel", "エクセル", "英日翻訳")
    )
    service.create(ana, "yomimono", changes)
    team = queries.get_for(None, "yomimono")
    assert (team.name, team.introduction, team.takes_requests) == ("よみもの編集室", "本を作ります。", False)
    assert queries.role_of(ana, team) is Role.OWNER
    assert TeamChanges.nothing(team).wanted_skills in {("Excel", "エクセル", "英日翻訳"), ("Excel", "英日翻訳")}
    assert kinds() == [EventKind.TEAM_CREATED]


@pytest.mark.usefixtures("session")
def test_an_address_is_taken_for_good_and_another_is_offered(ana: Member, ben: Member, make_team: TeamFactory) -> None:
    make_team("yomimono", ana)
    make_team("yomimono-2", ana)
    with pytest.raises(Conflict, match="「yomimono-3」なら空いています"):
        service.create(ben, "yomimono", TeamChanges(name="よみもの"))
    service.dissolve(ana, queries.get_for(ana, "yomimono"))
    with pytest.raises(Conflict, match="yomimono-3"):
        service.create(ben, "yomimono", TeamChanges(name="よみもの"))
    assert [each.team.slug for each in queries.teams_of(ben).rows] == []


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("typed", "slug"), [("Yomimono", "yomimono"), (" a_b-9 ", "a_b-9"), ("ｙｏｍｉ", "yomi"), ("a" * 30, "a" * 30)]
)
def test_an_address_is_stored_in_one_form(typed: str, slug: str) -> None:
    assert slugs.canonical(typed) == slug


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    "typed",
    [
        "ab",
        "a" * 31,
        "",
        "a b c",
        "よみもの",
        "te\u200bam",
        "tеаm-x",
        "ıııı",
        "ßßß",
        "___",
        "a.b",
        "..",
        "%2e%2e",
        "a/b",
    ],
)
def test_what_cannot_be_an_address_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        slugs.canonical(typed)


@pytest.mark.parametrize(
    "slug", ["new", "NEW".lower(), "admin", "adm1n", "l0gin", "0fficial", "o-f-f-i-c-i-a-l", "musubi_"]
)
def test_a_reserved_word_stays_reserved_whatever_it_is_dressed_as(slug: str) -> None:
    assert slugs.is_reserved(slug)


def test_every_word_that_stands_where_an_address_does_is_reserved(app: Flask) -> None:
    rules = [rule.rule.replace("<slug>", "<username>") for rule in app.url_map.iter_rules()]
    words = words_of_addresses([rule for rule in rules if rule.startswith("/teams/")])
    assert "new" in words
    assert not {word for word in words if not slugs.is_reserved(word)}


@pytest.mark.usefixtures("session")
def test_an_edit_says_everything_anew_and_makes_a_new_version(ana: Member, make_team: TeamFactory) -> None:
    make_team("tea", ana)
    team = queries.get_for(ana, "tea")
    service.edit(ana, team, TeamChanges(name="お茶", wanted_skills=("Excel", "校正"), takes_requests=True), 1)
    service.edit(ana, team, TeamChanges(name="お茶", wanted_skills=("校正", "英日翻訳"), takes_requests=True), 2)
    db.db.session.expire_all()
    team = queries.get_for(ana, "tea")
    assert (team.name, team.takes_requests, team.version) == ("お茶", True, 3)
    assert TeamChanges.nothing(team).wanted_skills == ("校正", "英日翻訳")
    with pytest.raises(Conflict):
        service.edit(ana, team, TeamChanges(name="古い"), 2)
    assert queries.get_for(ana, "tea").name == "お茶"


@pytest.mark.usefixtures("session")
def test_more_skills_than_a_page_shows_are_refused(ana: Member) -> None:
    with pytest.raises(Invalid):
        service.create(ana, "many", TeamChanges(name="多い", wanted_skills=tuple(f"技{n}" for n in range(11))))


@pytest.mark.usefixtures("session")
def test_only_owners_edit_and_dissolve(ana: Member, ben: Member, cleo: Member, make_team: TeamFactory) -> None:
    team = make_team("tea", ana, ben)
    for actor in (ben, cleo):
        with pytest.raises(NotAllowed):
            service.edit(actor, team, TeamChanges(name="x"), team.version)
        with pytest.raises(NotAllowed):
            service.dissolve(actor, team)
    assert queries.get_for(None, "tea").name == "Tea"


@pytest.mark.usefixtures("session")
def test_a_dissolved_team_is_nowhere_and_its_offers_are_taken_back(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    team = make_team("tea", ana, takes_requests=True)
    invitation, request = service.invite(ana, team, ben), service.ask_to_join(cleo, team)
    service.dissolve(ana, team)
    with pytest.raises(NotFound):
        queries.get_for(ana, "tea")
    assert queries.teams_of(ana).rows == []
    db.db.session.expire_all()
    assert (invitation.state, request.state) == (OfferState.WITHDRAWN, OfferState.WITHDRAWN)
    with pytest.raises(Conflict, match="取り消されました"):
        service.accept(ben, queries.get_invitation(ben, invitation.id))
    for verb in (service.leave, service.dissolve):
        with pytest.raises(NotAllowed):
            verb(ana, team)


@pytest.mark.usefixtures("session")
def test_whoever_is_hidden_is_in_no_list_and_no_count(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    make_team("tea", ana, ben)
    follows.block(ben, cleo)
    follows.block(cleo, ben)
    assert names(None, "tea") == ["ana", "ben"]
    assert names(cleo, "tea") == ["ana"]
    make_team("alone", ben)
    assert names(None, "alone") == ["ben"]
    with pytest.raises(NotFound):
        queries.get_for(cleo, "alone")
    follows.block(ana, ben)
    assert [row.members for row in queries.teams_of(ana).rows] == [1]

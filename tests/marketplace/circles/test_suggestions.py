"""Whom one may know: in which order, for which reasons, and who is never suggested."""

import random
from collections.abc import Callable
from datetime import date

import networkx as nx
import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.careers.models import Career, CareerCategory, MemberSkill, Skill, SkillLevel
from marketplace.circles import service
from marketplace.circles.models import Dismissal
from marketplace.circles.suggestions import suggestions_for
from marketplace.errors import NotAllowed
from marketplace.follows.models import Block, Follow
from marketplace.profiles.models import School, SchoolKind
from tests.factories.members import MemberFactory
from tests.marketplace.circles.graphs import befriend, hide_friends
from tests.races import at_once, committing
from tests.visit import counting

People = Callable[[str], list[Member]]
session = pytest.mark.usefixtures("session")
KYOTO = School(SchoolKind.UNIVERSITY, "京都大学")


@pytest.fixture
def people(make_member: MemberFactory) -> People:
    """Makes workers with these names."""
    return lambda names: [make_member(name, name.title(), worker=True) for name in names.split()]


def names(viewer: Member) -> list[str]:
    return [suggestion.member.username for suggestion in suggestions_for(viewer)]


def career(member: Member, company: str, category: CareerCategory = CareerCategory.EMPLOYEE) -> None:
    columns = {"started_on": date(2014, 4, 1), "position": 0, "company": company, "category": category}
    db.db.session.add(Career(member_id=member.id, **columns))
    db.db.session.flush()


@session
@pytest.mark.parametrize("seed", range(5))
def test_the_numbers_are_those_of_networkx(make_member: MemberFactory, seed: int) -> None:
    members = [make_member(worker=True) for _ in range(14)]
    dice = random.Random(seed)
    graph = nx.gnp_random_graph(len(members), 0.3, seed=dice.randint(0, 10**6))
    befriend(*((members[one], members[other]) for one, other in graph.edges))
    for me in range(3):
        far = [other for other in graph if other != me and other not in graph[me]]
        theirs = {other: score for _me, other, score in nx.adamic_adar_index(graph, [(me, one) for one in far])}
        ours = suggestions_for(members[me])
        assert {each.member.id: each.score for each in ours} == pytest.approx(
            {members[other].id: score for other, score in theirs.items() if score}
        )
        assert [each.score for each in ours] == sorted((each.score for each in ours), reverse=True)


@session
def test_a_friend_of_few_says_more_than_a_friend_of_many(people: People) -> None:
    me, few, many, near, far, *crowd = people("me few many near far a b c d e")
    befriend((me, few), (me, many), (few, near), (many, far), *((many, one) for one in crowd))
    assert names(me)[0] == "near"
    assert names(me)[1] == "far"


@session
def test_each_has_its_reasons_in_words(people: People) -> None:
    me, sato, ito, kato, one, more, colleague = people("me sato ito kato one more colleague")
    befriend((me, sato), (me, ito), (me, kato), (sato, one), (sato, more), (ito, more), (kato, more))
    skills = [Skill(name=name) for name in ("英日翻訳", "校閲")]
    db.db.session.add_all(skills)
    db.db.session.flush()
    for member in (me, more):
        for skill in skills:
            entry = {"level": SkillLevel.WORKING, "started_on": date(2020, 4, 1), "position": 0}
            db.db.session.add(MemberSkill(member_id=member.id, skill_id=skill.id, **entry))
    for member in (me, more, colleague):
        career(member, "山城精機")
    found = {each.member.username: each for each in suggestions_for(me)}
    assert found["one"].reasons == ["Satoさんの友達"]
    assert found["more"].reasons == [
        "Satoさんほか2人の友達",
        "同じ職場(山城精機)",
        "共通のスキル(校閲、英日翻訳)",
    ]
    assert (found["one"].in_short, found["more"].in_short) == ("Satoさんの友達", "共通の友達3人")
    assert found["colleague"].reasons == ["同じ職場(山城精機)"]
    assert list(found) == ["more", "one", "colleague"]


@session
def test_of_equals_those_with_further_reasons_come_first(make_member: MemberFactory, people: People) -> None:
    me = make_member("me", worker=True, schools=(KYOTO,))
    (sato, first) = people("sato first")
    second = make_member("second", worker=True, schools=(KYOTO, School(SchoolKind.HIGH_SCHOOL, "府立高校")))
    befriend((me, sato), (sato, first), (sato, second))
    assert names(me) == ["second", "first"]
    assert suggestions_for(me)[0].reasons[1:] == ["同じ学校(京都大学)"]


@session
def test_working_for_oneself_is_no_place_to_meet(people: People) -> None:
    me, one, other = people("me one other")
    for member in (me, one):
        career(member, "個人事業主", CareerCategory.FREELANCE)
    career(other, "個人事業主")
    assert names(me) == []


@session
def test_blocked_dismissed_followed_and_unpublished_ones_are_left_out(people: People) -> None:
    me, sato, good, blocked, blocking, dismissed, followed, hidden = people("me sato g b k d f h")
    befriend((me, sato), *((sato, one) for one in (good, blocked, blocking, dismissed, followed, hidden)))
    for member in (me, good, blocked, blocking, dismissed, followed, hidden):
        career(member, "山城精機")
    assert len(names(me)) == 6
    db.db.session.add_all([Block(from_id=me.id, to_id=blocked.id), Block(from_id=blocking.id, to_id=me.id)])
    db.db.session.add(Follow(from_id=me.id, to_id=followed.id))
    hidden.published_at = None
    service.dismiss(me, dismissed)
    service.dismiss(me, dismissed)
    assert names(me) == ["g"]


@session
def test_oneself_cannot_be_dismissed(ana: Member) -> None:
    with pytest.raises(NotAllowed):
        service.dismiss(ana, ana)


@pytest.mark.real_commits
def test_dismissed_thirty_times_at_once_is_dismissed_once(app: Flask, ana: Member, ben: Member) -> None:
    at_once(committing(app, lambda number: service.dismiss(ana, ben)), 30)
    with app.app_context():
        rows = db.db.session.query(Dismissal.member_id, Dismissal.dismissed_id).all()
    assert [tuple(row) for row in rows] == [(ana.id, ben.id)]


@session
def test_nobody_is_suggested_over_a_hidden_tie_or_over_who_wants_to_be_in_no_path(people: People) -> None:
    me, sato, ito, one, other = people("me sato ito one other")
    befriend((me, sato), (me, ito), (sato, one), (ito, other))
    hide_friends(one)
    ito.is_intermediary = False
    db.db.session.flush()
    assert names(me) == []


@session
def test_hidden_friends_of_a_friend_do_not_weigh_them_down(people: People) -> None:
    me, sato, ito, one, other, *crowd = people("me sato ito one other a b c d")
    befriend((me, sato), (me, ito), (sato, one), (ito, other), (ito, crowd[0]))
    before = names(me)
    assert before[0] == "one"
    hide_friends(*crowd[1:])
    befriend(*((sato, each) for each in crowd[1:]))
    assert names(me) == before


@session
def test_suggesting_costs_two_statements(app: Flask, people: People) -> None:
    me, sato, *others = people("me sato " + " ".join(f"other-{number}" for number in range(40)))
    befriend((me, sato), *((sato, other) for other in others))
    with counting(app) as statements:
        assert len(suggestions_for(me)) == 30
        assert len(suggestions_for(me, 3)) == 3
    assert len(statements) == 4

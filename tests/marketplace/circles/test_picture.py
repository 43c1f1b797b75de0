"""Who belongs together in a circle, by which name, and who could be a team."""

import subprocess
import sys

import pytest

from marketplace.accounts.models import FriendsAudience, Member
from marketplace.circles.picture import MOST_COMMUNITIES, Picture, picture_of
from marketplace.db import db
from tests.factories.members import MemberFactory
from tests.marketplace.careers.entries import a_skill
from tests.marketplace.circles.ties import befriend, befriend_all, follow

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def people(make_member: MemberFactory) -> list[Member]:
    return [make_member(f"p{number}", f"P{number}", worker=True) for number in range(8)]


def parts(picture: Picture) -> dict[str, set[str]]:
    return {each.name: {one.member.username for one in each.members} for each in picture.communities}


def two_circles(ana: Member, people: list[Member]) -> None:
    befriend(*((ana, each) for each in people))
    befriend_all(*people[:3])
    befriend_all(*people[3:7])


def test_those_who_know_each_other_belong_together_and_the_others_to_none(ana: Member, people: list[Member]) -> None:
    two_circles(ana, people)
    assert parts(picture_of(ana)) == {
        "まとまり1": {"p3", "p4", "p5", "p6"}, "まとまり2": {"p0", "p1", "p2"}, "まとまりなし": {"p7"},
    }  # fmt: skip


def test_a_community_is_called_by_its_commonest_skill_and_no_two_are_called_alike(
    ana: Member, people: list[Member]
) -> None:
    two_circles(ana, people)
    for member in people[:7]:
        a_skill(member, "編集")
    for member in people[1:3]:
        a_skill(member, "校正")
    a_skill(people[0], "写真")
    assert list(parts(picture_of(ana))) == ["編集", "校正", "まとまりなし"]


def test_skills_of_somebody_without_a_page_name_nothing(ana: Member, people: list[Member]) -> None:
    befriend(*((ana, each) for each in people[:2]))
    befriend_all(*people[:2])
    a_skill(people[0], "秘密の技")
    people[0].published_at = None
    db.session.flush()
    assert list(parts(picture_of(ana))) == ["まとまり1"]


def test_hidden_ties_make_no_community(ana: Member, people: list[Member]) -> None:
    two_circles(ana, people)
    for member in people[:3]:
        member.friends_audience = FriendsAudience.NOBODY
    db.session.flush()
    assert parts(picture_of(ana)) == {
        "まとまり1": {"p3", "p4", "p5", "p6"}, "まとまりなし": {"p0", "p1", "p2", "p7"},
    }  # fmt: skip


def test_the_most_who_are_all_friends_of_one_another_could_be_a_team(ana: Member, people: list[Member]) -> None:
    two_circles(ana, people)
    assert {each.member.username for each in picture_of(ana).suggested} == {"p3", "p4", "p5", "p6"}


def test_two_are_no_team_and_neither_are_those_whom_one_only_follows(ana: Member, people: list[Member]) -> None:
    befriend(*((ana, each) for each in people[:2]))
    befriend_all(*people[:2])
    follow(*((ana, each) for each in people[2:5]))
    befriend_all(*people[2:5])
    assert picture_of(ana).suggested == ()


def test_a_circle_of_pairs_has_only_so_many_communities(ana: Member, make_member: MemberFactory) -> None:
    pairs = [(make_member(worker=True), make_member(worker=True)) for _ in range(MOST_COMMUNITIES + 3)]
    befriend(*pairs, *((ana, each) for pair in pairs for each in pair))
    communities = picture_of(ana).communities
    assert [each.number for each in communities] == [*range(1, MOST_COMMUNITIES + 1), 0]
    assert len(communities[-1].members) == 6


def test_shared_friends_are_those_whom_the_picture_ties_to_both(ana: Member, people: list[Member]) -> None:
    befriend((ana, people[0]), (ana, people[1]), (people[0], people[2]), (people[0], people[1]))
    picture = picture_of(ana)
    neighbours = picture.neighbourhood.neighbours
    assert [each.member.username for each in picture.shared_with(neighbours[people[2].id])] == ["p0"]
    assert [each.member.username for each in picture.shared_with(neighbours[people[0].id])] == ["p1"]


def test_the_library_of_graphs_is_loaded_when_somebody_first_looks() -> None:
    code = "import sys, wsgi; wsgi.create_app; sys.exit('networkx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""The picture of a circle: what is drawn, what the list beside it says, and that nothing lies over anything else."""

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import pytest
from bs4 import Tag
from flask import Flask

from blueprints.circles import drawing, shapes
from marketplace import db
from marketplace.accounts.models import FriendsAudience, Member
from marketplace.circles.neighbourhood import MOST_NEIGHBOURS
from marketplace.circles.picture import picture_of
from tests.factories.members import MemberFactory
from tests.marketplace.circles.ties import befriend, befriend_all, follow
from tests.visit import Page, Visitors

STATEMENTS = 6
"""Of the page, however many are in the circle."""
WIDE, NARROW = ".circle-drawing.is-wide", ".circle-drawing.is-narrow"


@pytest.fixture
def people(make_member: MemberFactory) -> list[Member]:
    return [make_member(f"p{number}", f"P{number}", worker=True) for number in range(6)]


def tie(app: Flask, *pairs: tuple[Member, Member], among: Iterable[Member] = ()) -> None:
    with app.app_context(), db.writing():
        befriend(*pairs)
        befriend_all(*among)
        db.commit()


def circle(visit: Visitors, member: Member) -> Page:
    page = visit.as_(member).open("circles.circle")
    assert page.status == 200
    return page


def names_in(page: Page, selector: str) -> list[str]:
    return [str(found.get("aria-label")) for found in page.soup.select(f"{selector} .node")]


def test_a_visitor_signs_in_first(visit: Visitors) -> None:
    assert visit.open("circles.circle").path.startswith("/login")


def test_contacts_lead_to_it(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    tie(app, (ana, ben))
    page = visit.as_(ana).open("follows.contacts").follow("つながりの図を見る")
    assert page.path == "/contacts/circle"
    assert page.follow("Ben").path == "/workers/ben"


def test_without_anybody_it_says_how_one_is_found(visit: Visitors, ana: Member) -> None:
    page = circle(visit, ana)
    assert page.find_all(".empty .lead-line") == ["お互いにフォローすると、ここに図ができます。"]
    assert page.has_link("ワーカーを探す")
    assert not page.soup.select("main svg[role], main script, [data-circle]")


def test_one_friend_is_a_circle(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    tie(app, (ana, ben))
    page = circle(visit, ana)
    assert names_in(page, WIDE) == ["Benさん、友達"]
    assert names_in(page, NARROW) == ["まとまりなし、1人。一覧へ"]
    assert page.find_all(".circle-list .second") == ["1人"]
    assert not page.soup.select(".circle-team")


def test_the_list_says_what_the_drawing_shows(
    app: Flask, visit: Visitors, ana: Member, cleo: Member, people: list[Member]
) -> None:
    """In the same order, so that Tab goes from community to community in both."""
    with app.app_context(), db.writing():
        befriend(*((ana, each) for each in people[:3]))
        befriend_all(*people[:4])
        follow((ana, people[4]), (people[5], ana), (cleo, ana))
        db.commit()
    page = circle(visit, ana)
    listed = [
        f"{row.select_one('a, .face ~ span').get_text()}さん、{row.select_one('.tie').get_text(strip=True)}"  # type: ignore[union-attr]
        for row in page.soup.select(".circle-list li")
    ]
    assert names_in(page, WIDE) == listed
    assert set(listed) == {
        "P0さん、友達", "P1さん、友達", "P2さん、友達", "P3さん、友達の友達",
        "P4さん、フォロー中", "P5さん、フォロワー", "Cleoさん、フォロワー",
    }  # fmt: skip
    assert page.find_all(".circle-list summary h3") == ["まとまり1", "まとまりなし"]


def test_the_drawing_is_a_picture_with_links_beside_it(
    app: Flask, visit: Visitors, ana: Member, cleo: Member, people: list[Member]
) -> None:
    """What has the role of a picture has no parts for a screen reader, so the links stand outside of it."""
    tie(app, *((ana, each) for each in [*people, cleo]), among=people)
    page = circle(visit, ana)
    picture = page.soup.select_one(f"{WIDE} > [role=img]:has(> title)")
    assert picture is not None
    assert picture.select_one("title, desc")
    assert not picture.select("a")
    for name in ("aria-labelledby", "aria-describedby"):
        assert page.soup.find(id=str(picture[name]))
    links = page.soup.select(f"{WIDE} a")
    assert {link["href"] for link in links} == {f"/workers/p{number}" for number in range(6)}
    assert [one["role"] for one in page.soup.select(f"{WIDE} g.node")] == ["img"], "Cleo has no page"
    for link in page.soup.select(f"{NARROW} a"):
        assert page.soup.select_one(str(link["href"]))
    assert not page.soup.select("[style]")
    assert "<style>" not in page.html


def test_hidden_ties_leave_no_line(app: Flask, visit: Visitors, ana: Member, people: list[Member]) -> None:
    tie(app, *((ana, each) for each in people[:4]), among=people[:4])
    before = circle(visit, ana)
    assert len(before.soup.select(f"{WIDE} [data-from]")) == 6
    with app.app_context(), db.writing():
        for member in people[:2]:
            db.db.session.merge(member).friends_audience = FriendsAudience.NOBODY
        db.commit()
    page = circle(visit, ana)
    assert len(page.soup.select(f"{WIDE} [data-from]")) == 1
    assert len(names_in(page, WIDE)) == 4
    assert "共通の友達" not in str(page.soup.select_one(f".circle-list li[data-id='{people[0].id}']"))


def test_the_same_circle_is_the_same_picture(app: Flask, visit: Visitors, ana: Member, people: list[Member]) -> None:
    tie(app, *((ana, each) for each in people), among=people[:3])
    first, second = (str(circle(visit, ana).soup.select_one(WIDE)) for _time in range(2))
    assert first == second


def test_friends_who_all_know_each_other_can_become_a_team_where_teams_can_be_made(
    app: Flask, visit: Visitors, ana: Member, people: list[Member]
) -> None:
    tie(app, *((ana, each) for each in people[:3]), among=people[:3])
    page = circle(visit, ana)
    assert page.find_all(".circle-team h3") == ["この3人は、全員がお互いに友達です"]
    (names,) = page.find_all(".circle-team p")
    assert sorted(names.split("、")) == ["P0さん", "P1さん", "P2さん"]
    assert page.has_link("新しくチームを作る") == ("teams.create" in app.view_functions)


def test_names_of_people_are_text(app: Flask, visit: Visitors, ana: Member, make_member: MemberFactory) -> None:
    rude = make_member("rude", '"><script>x', worker=True)
    tie(app, (ana, rude))
    page = circle(visit, ana)
    assert names_in(page, WIDE) == ['"><script>xさん、友達']
    assert "<script>x" not in page.html


def crowd(make_member: MemberFactory, count: int, name: str = "長い名前の人たちがならぶ会") -> list[Member]:
    return [make_member(f"c{number}", f"{name}{number}", worker=True) for number in range(count)]


@pytest.mark.parametrize("count", [1, 2, 200])
def test_it_costs_the_same_for_few_and_for_many(
    app: Flask, visit: Visitors, ana: Member, make_member: MemberFactory, count: int
) -> None:
    friends = crowd(make_member, count)
    strangers = [make_member(worker=True) for _ in range(3 if count <= 2 else 0)]
    tie(app, *((ana, each) for each in friends), *((friends[0], each) for each in strangers), among=friends[:10])
    page = circle(visit, ana)
    assert len(names_in(page, WIDE)) == min(count + len(strangers), MOST_NEIGHBOURS)
    assert page.statements <= STATEMENTS
    if count <= 2:
        assert page.statements == STATEMENTS
    assert ("友達は200人います" in page.text) == (count == 200)


def box(x: float, y: float, radius: int, label: str) -> tuple[float, float, float, float]:
    """Where a face and the word below it are; a full-width character is 13 wide, others 7."""
    half = max(radius, sum(13 if ord(letter) > 255 else 7 for letter in label) / 2)
    return x - half, y - radius, x + half, y + radius + 21


@pytest.mark.parametrize("name", ["長い名前の人たちがならぶ会", "同じ名前", "MWMWMWMWMWMWMWMWMWMWMW", "i"])
@pytest.mark.parametrize("size", [1, 4, 60])
def test_no_word_and_no_face_lies_over_another(
    app: Flask, ana: Member, make_member: MemberFactory, name: str, size: int
) -> None:
    friends = crowd(make_member, 60, name)
    parts = [friends[begin : begin + size] for begin in range(0, 60, size)]
    with app.app_context(), db.writing():
        befriend(*((ana, each) for each in friends))
        for part in parts:
            befriend_all(*part)
        db.db.session.flush()
        drawn = drawing.drawn(picture_of(ana))
    assert len(drawn.nodes) == 60
    boxes = [box(node.x, node.y, node.radius, node.label) for node in drawn.nodes]
    boxes += [(ground.x - 10, ground.y - 8, ground.x + 10, ground.y + 8) for ground in drawn.grounds]
    boxes.append(box(drawn.x, drawn.y, drawn.radius, "あなた"))
    for one, other in combinations(boxes, 2):
        assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]
    assert min(left for left, *_others in boxes) > 0
    assert min(top for _left, top, *_others in boxes) > 0
    assert max(right for *_others, right, _bottom in boxes) < drawing.WIDTH
    assert max(bottom for *_others, bottom in boxes) < drawn.height


def test_a_long_name_is_cut_to_the_width_of_full_characters() -> None:
    assert drawing.shortened("高瀬 律", 8) == "高瀬 律"
    assert drawing.shortened("グラフィックレコーディング", 8) == "グラフィックレ…"
    assert drawing.shortened("abcdefghijklm", 8) == "abcdefghijklm"
    assert drawing.shortened("abcdefghijklmn", 8) == "abcdefghijk…"


@pytest.mark.parametrize("turns", [1, 2, 5])
def test_strands_of_a_cord_go_below_each_other_by_turns(turns: int) -> None:
    mine, theirs = shapes.strand(turns, is_mine=True), shapes.strand(turns, is_mine=False)
    assert mine.count("M") == theirs.count("M") == turns
    for crossing in range(1, turns):
        at = f"{crossing * shapes.HALF_TURN} 0"
        assert (at in mine) != (at in theirs), "one of the two is whole where they cross"


def test_the_ground_of_a_community_lies_under_nobody_else() -> None:
    square = shapes.hull([(0, 0), (10, 0), (10, 10), (0, 10), (5, 5)])
    assert len(square) == 4
    assert [shapes.distance(point, square) for point in [(5, 5), (20, 5), (13, 14)]] == [0, 10, 5]
    assert shapes.distance((3, 4), shapes.hull([(0, 0)])) == 5
    assert shapes.branches([(0, 0), (10, 0), (1, 0)]) == "M0 0L1 0M1 0L10 0"


def test_the_script_names_only_what_the_page_has(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    tie(app, (ana, ben))
    page = circle(visit, ana)
    for selector in (".circle-canvas[tabindex='0'][aria-label]", "[data-explore]", "#circle-about[hidden]"):
        assert isinstance(page.soup.select_one(selector), Tag), selector
    library = Path(str(app.static_folder), "vendor", "cytoscape.min.js").read_text(encoding="utf-8")
    style = page.soup.select_one("style[nonce]")
    assert style is not None
    assert str(style["id"]) in library, "the library would bring a style sheet that the policy refuses"

"""Letting go of followers, blocking and taking it back, from worker pages and from lists; what the blocked can tell."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.follows.models import Block, Follow
from search_index import sync
from tests.blueprints.profile_form import upload
from tests.blueprints.test_follows import IN_PLACE, counts, follow, names
from tests.factories.members import MemberFactory
from tests.marketplace.uploads import picture
from tests.visit import Page, Visitors

Reindex = Callable[[], None]
SENTENCE = "この会員をブロックしています。"


def edges(app: Flask, kind: type[Follow] | type[Block]) -> set[tuple[int, int]]:
    with app.app_context():
        return {(row.from_id, row.to_id) for row in db.db.session.execute(select(kind.from_id, kind.to_id))}


@pytest.fixture
def reindex(app: Flask) -> Reindex:
    def rebuild() -> None:
        with app.app_context(), db.writing():
            sync.rebuild()

    return rebuild


def without_number(page: Page) -> str:
    """What a refusal says, but for the number of the request."""
    return re.sub("お問い合わせの番号 [0-9a-f]+", "", page.text)


def block(visit: Visitors, blocker: Member, blocked: str) -> None:
    assert visit.as_(blocker).open("profiles.show", username=blocked).submit("ブロックする").status == 200


def test_one_blocks_from_the_worker_page_and_takes_it_back_there(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    follow(app, (ana, ben), (ben, ana))
    page = visit.as_(ana).open("profiles.show", username="ben")
    assert "お互いのフォローが外れ" in page.text, "what it does is said before"
    blocked = page.submit("ブロックする")
    assert (blocked.status, blocked.path) == (200, "/workers/ben")
    assert "Benさんをブロックしました。" in blocked.text
    assert SENTENCE in blocked.text
    assert not blocked.has_button("相談をする")
    assert (edges(app, Block), edges(app, Follow)) == ({(ana.id, ben.id)}, set())
    free = blocked.submit("ブロックを外す")
    assert SENTENCE not in free.text
    assert edges(app, Block) == set()


def test_to_the_blocked_the_blocker_is_as_if_not_published(
    visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    """Cleo has not published her profile: every answer about Ana is the same as about her."""
    block(visit, ana, "ben")
    for address in ("/workers/%s", "/workers/%s/picture/small", "/messages/new?to=%s"):
        answers = [visit.as_(ben).open_path(address % name) for name in ("ana", "cleo")]
        assert [answer.status for answer in answers] == [404, 404]
        assert without_number(answers[0]) == without_number(answers[1])
    for deed in ("follow", "unfollow", "block", "unblock", "remove-follower"):
        answers = [visit.as_(ben).post(f"/workers/{name}/{deed}") for name in ("ana", "cleo")]
        assert [answer.status for answer in answers] == [404, 404]
        assert without_number(answers[0]) == without_number(answers[1])


def test_neither_finds_or_counts_the_other_in_the_search(
    visit: Visitors, make_member: MemberFactory, reindex: Reindex
) -> None:
    dora, emi = (make_member(name, worker=True, headline="版画の指導") for name in ("dora", "emi"))
    make_member("fumi", worker=True, headline="版画の指導")
    reindex()
    block(visit, dora, "emi")
    for member, others in [(dora, ["Dora", "Fumi"]), (emi, ["Emi", "Fumi"])]:
        page = visit.as_(member).open("search.workers", q="版画")
        assert sorted(page.find_all("#results h3")) == others
        assert page.find_all(".found-count b") == ["2"]
    assert visit.open("search.workers", q="版画").find_all(".found-count b") == ["3"]


def test_in_a_list_the_row_gives_way_with_a_way_back(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    follow(app, (ana, ben), (ben, ana))
    page = visit.as_(ana).open("follows.contacts", tab="followers")
    assert page.has_button("フォロワーから外す")
    sent = {"counts": "followers", "next": "/contacts?tab=followers"}
    row = visit.as_(ana).post("/workers/ben/block", sent, headers=IN_PLACE)
    assert "<html" not in row.html
    assert row.find_all("li .flash") == ["Benさんをブロックしました。"]
    assert row.find_all("[hx-swap-oob]") == ["0", "0", "0", "0", "全0人"]
    back = visit.as_(ana).post("/workers/ben/unblock", sent, headers=IN_PLACE)
    assert back.find_all("li .flash") == ["Benさんのブロックを外しました。"]
    assert edges(app, Block) == set()


@pytest.mark.parametrize("in_place", [True, False])
def test_a_follower_is_let_go_of_from_the_list(
    app: Flask, visit: Visitors, ana: Member, ben: Member, in_place: bool
) -> None:
    follow(app, (ana, ben), (ben, ana))
    sent = {"counts": "followers", "next": "/contacts?tab=followers"}
    answer = visit.as_(ana).post("/workers/ben/remove-follower", sent, headers=IN_PLACE if in_place else None)
    assert "Benさんをフォロワーから外しました。" in answer.text
    assert edges(app, Follow) == {(ana.id, ben.id)}
    assert ("<html" in answer.html) is not in_place


def test_the_blocked_are_listed_for_the_blocker_alone(visit: Visitors, ana: Member, ben: Member) -> None:
    assert "ブロックしている人はいません。" in visit.as_(ana).open("follows.blocked").text
    block(visit, ana, "ben")
    listed = visit.as_(ana).open("follows.blocked")
    assert names(listed) == ["Ben"]
    assert names(visit.as_(ben).open("follows.blocked")) == []
    assert names(listed.submit("ブロックを外す")) == []


def test_a_seal_stands_for_the_picture_of_the_blocked(visit: Visitors, ana: Member, ben: Member) -> None:
    """Their picture is not given to the blocker, and would be a broken one."""
    visit.as_(ben).open("profiles.edit").submit("更新をする", files=upload(picture("JPEG")))
    assert visit.as_(ana).open("profiles.show", username="ben").soup.select_one("main img.face")
    block(visit, ana, "ben")
    for page in (visit.as_(ana).open("follows.blocked"), visit.as_(ana).open("profiles.show", username="ben")):
        assert page.soup.select_one("main svg.face")
        assert not page.soup.select("main img")


def test_a_block_of_somebody_unknown_is_404(visit: Visitors, ana: Member) -> None:
    assert visit.as_(ana).post("/workers/nobody/block").status == 404
    assert visit.as_(ana).post("/workers/ana/block").status == 403


# コンタクト


def test_contacts_have_four_lists_and_clients_say_what_they_are_for(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("follows.contacts", tab="clients")
    assert page.find_all(".tabs a span:first-of-type") == ["クライアント", "友達", "フォロー", "フォロワー"]
    assert counts(page) == ["0", "0", "0", "0"]
    assert "取引が完了すると、ここに加わります。" in page.text


def test_contacts_are_searched_by_name_and_ordered_by_it(
    app: Flask, visit: Visitors, ana: Member, make_member: MemberFactory
) -> None:
    others = [make_member(f"member-{number}", nickname) for number, nickname in enumerate(["ＷＥＢ屋", "うみ", "あお"])]
    follow(app, *((ana, other) for other in others))
    page = visit.as_(ana).open("follows.contacts", tab="following")
    assert names(page) == ["あお", "うみ", "ＷＥＢ屋"], "the newest first"
    by_name = visit.as_(ana).open("follows.contacts", tab="following", order="name")
    assert names(by_name) == sorted(["あお", "うみ", "ＷＥＢ屋"])
    for words, found in [
        ("うみ", ["うみ"]),
        ("member-1", ["うみ"]),
        ("ＷＥＢ", ["ＷＥＢ屋"]),
        ("%", []),
        ("\x00う", ["うみ"]),
    ]:
        assert names(visit.as_(ana).open("follows.contacts", tab="following", q=words)) == found
    assert (
        "「いない」にあてはまる人はいません。"
        in visit.as_(ana).open("follows.contacts", tab="following", q="いない").text
    )


def test_names_page_without_a_gap(app: Flask, visit: Visitors, ana: Member, make_member: MemberFactory) -> None:
    others = [make_member(f"same-{number:02}", "同名") for number in range(25)]
    follow(app, *((ana, other) for other in others))
    first = visit.as_(ana).open("follows.contacts", tab="following", order="name")
    second = first.follow("次の5人を見る")
    assert (len(names(first)), len(names(second))) == (20, 5)
    links = {str(form["action"]) for page in (first, second) for form in page.soup.select("form.follow")}
    assert len(links) == 25
    assert second.path.startswith("/contacts?tab=following&order=name&after=")

"""知り合いかもしれない人: on マイページ and on a page of their own."""

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.follows.models import Block
from tests.factories.members import MemberFactory
from tests.marketplace.circles.graphs import befriend
from tests.visit import Visitors


@pytest.fixture
def known(app: Flask, make_member: MemberFactory, ana: Member) -> list[Member]:
    """Four friends of Ana's friend Ben."""
    ben = make_member("ben", "Ben", worker=True)
    known = [make_member(f"known-{number}", f"Known {number}", worker=True, headline="翻訳") for number in range(4)]
    with app.app_context(), db.writing():
        befriend((ana, ben), *((ben, one) for one in known))
        db.commit()
    return known


@pytest.mark.usefixtures("known")
def test_my_page_names_three_with_the_reason_and_leads_to_all(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("home.mypage")
    assert page.find_all("[aria-labelledby=suggestions-title] h3") == ["Known 0", "Known 1", "Known 2"]
    assert page.find_all("[aria-labelledby=suggestions-title] .second") == ["Benさんの友達"] * 3
    assert visit.as_(ana).open("suggestions.index").find_all("main h3") == [f"Known {number}" for number in range(4)]


@pytest.mark.usefixtures("known")
def test_who_is_dismissed_is_not_suggested_again_and_the_page_says_so(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("suggestions.index").submit("表示しない、Known 1さん")
    assert page.path == "/contacts/suggestions?dismissed=known-1"
    assert page.find_all("main h3") == ["Known 0", "Known 2", "Known 3"]
    assert "Known 1さんは、もう「知り合いかもしれない人」に表示しません。" in page.text


@pytest.mark.usefixtures("known")
def test_who_was_dismissed_can_be_brought_back(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("suggestions.index").submit("表示しない、Known 1さん")
    page = page.submit("取り消す、Known 1さんを表示しない")
    assert page.path == "/contacts/suggestions"
    assert "Known 1" in page.find_all("main h3")
    assert "Known 1さんを、また「知り合いかもしれない人」に表示します。" in page.text
    for username in ("known-1", "nobody-of-this-name"):
        assert not visit.as_(ana).open("suggestions.index", dismissed=username).find_all(".flash")


def test_without_anybody_the_page_says_what_helps(visit: Visitors, cleo: Member) -> None:
    page = visit.as_(cleo).open("suggestions.index")
    assert "いまは、お知らせできる人がいません。" in page.text
    assert "知り合いかもしれない人" not in visit.as_(cleo).open("home.mypage").text


def test_whom_one_cannot_know_of_cannot_be_dismissed(
    app: Flask, visit: Visitors, ana: Member, cleo: Member, known: list[Member]
) -> None:
    with app.app_context(), db.writing():
        db.db.session.add(Block(from_id=known[0].id, to_id=ana.id))
        db.commit()
    for username in (cleo.username, known[0].username, "nobody-of-this-name", "a\x00b"):
        assert visit.as_(ana).post(f"/contacts/suggestions/{username}/dismiss").status == 404
    assert visit.as_(ana).post(f"/contacts/suggestions/{ana.username}/dismiss").status == 403


def test_visitors_have_no_acquaintances(visit: Visitors) -> None:
    assert visit.open("suggestions.index").path.startswith("/login")

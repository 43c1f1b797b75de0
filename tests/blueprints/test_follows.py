"""The follow button, in place and as a plain form, and the lists of コンタクト."""

from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db, limits
from marketplace.accounts.models import Member
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows import service
from marketplace.follows.models import Follow
from marketplace.profiles.models import Status
from tests.factories.members import MemberFactory
from tests.races import at_once
from tests.visit import HOST, Page, Visitors

IN_PLACE = {"HX-Request": "true"}
FOLLOW, FOLLOWING, FRIEND = (
    "フォローする。%sさんをフォローします",
    "フォロー中。押すと%sさんのフォローをやめます",
    "友達。押すと%sさんのフォローをやめます",
)


def edges(app: Flask) -> set[tuple[int, int]]:
    with app.app_context():
        return {(row.from_id, row.to_id) for row in db.db.session.execute(select(Follow.from_id, Follow.to_id))}


def kinds(app: Flask) -> list[EventKind]:
    with app.app_context():
        return list(db.db.session.scalars(select(Event.kind).order_by(Event.id)))


def follow(app: Flask, *pairs: tuple[Member, Member]) -> None:
    with app.app_context(), db.writing():
        for actor, followed in pairs:
            service.follow(actor, followed)
        db.commit()


def names(page: Page) -> list[str]:
    return page.find_all(".member-row .name")


def counts(page: Page) -> list[str]:
    return page.find_all(".tabs .count")


# The button


def test_in_contacts_the_numbers_come_along_with_the_button(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    follow(app, (ana, ben), (ben, ana))
    page = visit.as_(ana).open("follows.contacts", tab="friends")
    sent = {"counts": "friends", "next": "/contacts?tab=friends"}
    assert page.value("counts") == "friends"
    answer = visit.as_(ana).post("/workers/ben/unfollow", sent, headers=IN_PLACE)
    assert [one["id"] for one in answer.soup.select("[hx-swap-oob]")] == [
        "count-clients", "count-friends", "count-following", "count-followers", "total",
    ]  # fmt: skip
    assert answer.find_all("[hx-swap-oob]") == ["0", "0", "0", "1", "全0人"]
    assert answer.value("counts") == "friends", "the new button tells of the numbers too"
    assert all(page.soup.find(id=one["id"]) for one in answer.soup.select("[hx-swap-oob]"))


@pytest.mark.parametrize("tab", ["", "nonsense", "<b>"])
def test_elsewhere_the_button_comes_alone(visit: Visitors, ana: Member, ben: Member, tab: str) -> None:
    answer = visit.as_(ana).post("/workers/ben/follow", {"counts": tab}, headers=IN_PLACE)
    assert not answer.soup.select("[hx-swap-oob]")
    assert answer.has_button(FOLLOWING % "Ben")


def test_one_follows_from_the_worker_page_and_stops_again(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    page = visit.as_(ana).open("profiles.show", username="ben")
    followed = page.submit(FOLLOW % "Ben")
    assert followed.path == "/workers/ben"
    assert "Benさんをフォローしました。" in followed.text
    assert edges(app) == {(ana.id, ben.id)}
    contacts = visit.as_(ana).open("follows.contacts", tab="following")
    assert names(contacts) == ["Ben"]
    stopped = followed.submit(FOLLOWING % "Ben")
    assert "Benさんのフォローをやめました。" in stopped.text
    assert (edges(app), stopped.has_button(FOLLOW % "Ben")) == (set(), True)
    assert kinds(app) == [EventKind.MEMBER_FOLLOWED, EventKind.MEMBER_UNFOLLOWED]


def test_a_follower_is_followed_back_from_contacts_and_both_are_friends(
    app: Flask, visit: Visitors, ana: Member, cleo: Member
) -> None:
    """The follower has no published profile: following needs none."""
    follow(app, (cleo, ana))
    page = visit.as_(ana).open("follows.contacts", tab="followers")
    assert (names(page), page.has_link("Cleo")) == (["Cleo"], False)
    back = page.submit(FOLLOW % "Cleo")
    assert back.path == "/contacts?tab=followers"
    assert back.has_button(FRIEND % "Cleo")
    for member, friend in [(ana, "Cleo"), (cleo, "Ana")]:
        assert names(visit.as_(member).open("follows.contacts")) == [friend]


def test_the_button_comes_back_alone_in_the_size_it_had(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    page = visit.as_(ana).open("profiles.show", username="ben")
    form = page.form(FOLLOW % "Ben")
    action = str(form.attributes["action"])
    assert (form.attributes["hx-post"], form.attributes["hx-swap"]) == (action, "outerHTML")
    fields = {field.attributes["name"]: field.attributes.get("value", "") for field in form.css("input")}
    button = visit.as_(ana).post(action, fields, headers=IN_PLACE)
    assert (button.status, "<html" in button.html, button.has_button(FOLLOWING % "Ben")) == (200, False, True)
    assert button.find_all("button.btn-soft:not(.btn-sm)") == ["フォロー中"]
    assert button.value("next") == "/workers/ben"
    small = visit.as_(ana).post("/workers/ben/unfollow", {"size": "enormous"}, headers=IN_PLACE)
    assert small.find_all("button.btn-line.btn-sm") == ["フォローする"]
    assert edges(app) == set()


def test_after_the_last_tie_to_a_member_without_a_page_the_whole_page_comes_anew(
    app: Flask, visit: Visitors, ana: Member, cleo: Member
) -> None:
    follow(app, (ana, cleo))
    fields = {"next": "/contacts?tab=following"}
    stopped = visit.as_(ana).post("/workers/cleo/unfollow", fields, headers=IN_PLACE)
    assert stopped.response.headers["HX-Redirect"] == "/contacts?tab=following"
    page = visit.as_(ana).open("follows.contacts", tab="following")
    assert "Cleoさんのフォローをやめました。" in page.text
    assert names(page) == []


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_the_way_back_never_leads_elsewhere(visit: Visitors, ana: Member, ben: Member, target: str) -> None:
    answer = visit.as_(ana).post("/workers/ben/follow", {"next": target}, follow=False)
    assert (answer.status, answer.response.headers["Location"]) == (302, "/")


def test_without_a_way_back_it_leads_to_the_member_or_to_contacts(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    follow(app, (cleo, ana))
    assert visit.as_(ana).post("/workers/ben/follow").path == "/workers/ben"
    assert visit.as_(ana).post("/workers/cleo/follow").path == "/contacts?tab=following"


def test_pressing_twice_is_pressing_once(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    page = visit.as_(ana).open("profiles.show", username="ben")
    assert [page.submit(FOLLOW % "Ben", follow=False).status for _time in range(2)] == [302, 302]
    assert (edges(app), kinds(app)) == ({(ana.id, ben.id)}, [EventKind.MEMBER_FOLLOWED])


@pytest.mark.real_commits
def test_a_storm_of_following_and_unfollowing_has_no_error_and_ends_as_its_last_deed_says(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    browser = visit.as_(ana)
    fields = {"csrf_token": browser.csrf_token(), "next": "/contacts"}
    cookie = browser.client.get_cookie("musubi", domain="localhost")
    assert cookie is not None

    def press(number: int) -> int:
        client = app.test_client()
        client.set_cookie("musubi", cookie.value, domain="localhost")
        return client.post(f"/workers/ben/{('follow', 'unfollow')[number % 2]}", base_url=HOST, data=fields).status_code

    assert set(at_once(press, times=30)) == {302}
    done = kinds(app)
    assert done == [(EventKind.MEMBER_FOLLOWED, EventKind.MEMBER_UNFOLLOWED)[turn % 2] for turn in range(len(done))]
    assert edges(app) == ({(ana.id, ben.id)} if done[-1] is EventKind.MEMBER_FOLLOWED else set())


# What is refused


@pytest.mark.parametrize("deed", ["follow", "unfollow"])
def test_members_who_cannot_be_known_of_are_not_there(
    app: Flask, visit: Visitors, ana: Member, cleo: Member, deed: str
) -> None:
    for username in ("cleo", "nobody", "あな", "cle\x00o"):
        assert visit.as_(ana).post(f"/workers/{quote(username)}/{deed}").status == 404
    assert visit.as_(ana).post(f"/workers/ana/{deed}").status == 403
    assert edges(app) == set()


def test_only_a_post_with_the_token_of_this_session_follows(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    browser = visit.as_(ana)
    foreign = visit.as_(cleo).csrf_token()
    assert browser.open_path("/workers/ben/follow").status == 405
    assert browser.post("/workers/ben/follow", csrf=False).status == 400
    assert browser.post("/workers/ben/follow", {"csrf_token": foreign}, csrf=False).status == 400
    assert visit.anonymous.post("/workers/ben/follow").status == 401
    assert edges(app) == set()


def test_following_too_often_is_refused_with_the_time_to_wait(
    app: Flask, visit: Visitors, ana: Member, ben: Member, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(app.extensions, "limits", limits.Limiter(tmp_path / "limits.db", 0.005))
    assert visit.as_(ana).post("/workers/ben/follow").status == 200
    assert visit.as_(ana).post("/workers/ben/unfollow").status == 200
    refused = visit.as_(ana).post("/workers/ben/follow")
    assert (refused.status, int(refused.response.headers["Retry-After"]) > 3500) == (429, True)
    assert "少し時間をおいてください。" in refused.text
    assert edges(app) == set()


# コンタクト


def test_each_list_says_who_they_are_since_when_and_what_can_be_done(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_member: MemberFactory
) -> None:
    dai = make_member("dai", "Dai", worker=True, headline="編集者", status=Status.BUSY)
    follow(app, (ana, ben), (ben, ana), (ana, dai), (cleo, ana))
    friends = visit.as_(ana).open("follows.contacts")
    following = friends.follow("フォロー 2")
    followers = following.follow("フォロワー 2")
    assert [names(page) for page in (friends, following, followers)] == [["Ben"], ["Dai", "Ben"], ["Cleo", "Ben"]]
    assert counts(friends) == ["0", "1", "2", "2"]
    assert "月から友達" in friends.text
    assert "編集者" in following.text
    assert following.has_button(FOLLOWING % "Dai")
    assert followers.has_button(FOLLOW % "Cleo")
    for page in (friends, following, followers):
        assert page.find_all(".member-row a.btn") == ["メッセージを送る", "チームに招待する"] * len(names(page))


def test_an_unpublished_friend_is_a_name_and_nothing_more(
    app: Flask, visit: Visitors, ana: Member, make_member: MemberFactory
) -> None:
    eri = make_member("eri", "Eri", headline="まだ見せない一行", status=Status.AVAILABLE)
    follow(app, (ana, eri), (eri, ana))
    page = visit.as_(ana).open("follows.contacts")
    assert (names(page), page.has_link("Eri")) == (["Eri"], False)
    assert "まだ見せない一行" not in page.html
    assert "対応可能" not in page.html


@pytest.mark.parametrize(
    ("tab", "sentence"),
    [
        ("friends", "お互いにフォローすると、ここに並びます。"),
        ("following", "フォローした人が、ここに並びます。"),
        ("followers", "あなたをフォローした人が、ここに並びます。"),
    ],
)
def test_an_empty_list_says_how_it_fills(visit: Visitors, ana: Member, tab: str, sentence: str) -> None:
    page = visit.as_(ana).open("follows.contacts", tab=tab)
    assert sentence in page.text
    assert page.follow("ワーカーを探す").path == "/workers"


@pytest.mark.parametrize("query", ["?tab=nonsense", "?tab=", "?tab=friends&after=nonsense", "?after=%00&tab=%00"])
def test_an_address_of_any_content_shows_a_list(
    app: Flask, visit: Visitors, ana: Member, ben: Member, query: str
) -> None:
    follow(app, (ana, ben), (ben, ana))
    page = visit.as_(ana).open_path(f"/contacts{query}")
    assert (page.status, names(page)) == (200, ["Ben"])


def test_a_list_pages_through_more_than_twenty_and_keeps_its_tab(
    app: Flask, visit: Visitors, ana: Member, make_member: MemberFactory
) -> None:
    others = [make_member(f"other-{number:02}", worker=True) for number in range(45)]
    follow(app, *[(other, ana) for other in others])
    page = visit.as_(ana).open("follows.contacts", tab="followers")
    assert "全45人" in page.text
    found = names(page)
    page = page.follow("次の20人を見る")
    found += names(page)
    page = page.follow("次のページを見る")
    found += names(page)
    assert found == [other.nickname for other in reversed(others)]
    followed = page.submit(FOLLOW % others[0].nickname)
    assert names(followed) == found[40:], "it comes back to the page it was on"
    assert names(page.follow("前のページを見る").follow("前のページを見る")) == found[:20]


def test_a_list_costs_the_same_for_one_and_for_many(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_member: MemberFactory
) -> None:
    others = [make_member(f"other-{number:02}", worker=True) for number in range(60)]
    follow(app, (ben, ana), (ana, ben))
    one = [visit.as_(ana).open("follows.contacts", tab=tab).statements for tab in ("friends", "following", "followers")]
    follow(app, *[pair for other in others for pair in [(other, ana), (ana, other)]])
    many = [
        visit.as_(ana).open("follows.contacts", tab=tab).statements for tab in ("friends", "following", "followers")
    ]
    assert one == many == [6, 6, 6]

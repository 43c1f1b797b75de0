"""The four lists as a person uses them: adding, changing, ordering, deleting; and what is nobody else's business."""

from typing import Any

import pytest
from flask import Flask, url_for

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.careers import queries, service
from marketplace.careers.models import Entry
from tests.marketplace.careers.entries import a_career, a_hobby, a_qualification, a_skill
from tests.visit import HOST, Browser, Page, Visitors

LISTS: dict[str, dict[str, Any]] = {
    "skills": {"name": "英日翻訳", "level": "teaching", "started_on": "2014-04", "notes": "計測機器の仕様書"},
    "qualifications": {"category": "language", "name": "英日翻訳", "grade": "965点", "acquired_on": "2018-11"},
    "careers": {"category": "freelance", "company": "英日翻訳", "started_on": "2014-04", "is_current": "y"},
    "hobbies": {"category": "art", "name": "英日翻訳", "visibility": "friends"},
}
NAMED_BY = {"skills": "name", "qualifications": "name", "careers": "company", "hobbies": "name"}
MAKERS: dict[str, Any] = {
    "skills": a_skill,
    "qualifications": a_qualification,
    "careers": a_career,
    "hobbies": a_hobby,
}
each_list = pytest.mark.parametrize("name", LISTS)


def titles(page: Page) -> list[str]:
    return [str(row["id"]) for row in page.soup.select(".ordered .what")]


def names(page: Page) -> list[str]:
    return [heading.split(" ")[0] for heading in page.find_all(".ordered h3")]


def have(app: Flask, member: Member, name: str, *titles: str) -> list[int]:
    """Let `member` have entries of these titles; return their ids."""
    with app.app_context(), db.writing():
        ids = [entry.id for entry in [MAKERS[name](member, title) for title in titles]]
        db.commit()
    return ids


def kept(app: Flask, member: Member, name: str) -> list[Entry]:
    with app.app_context():
        return queries.entries_of(member, queries.KINDS[name])


def path(app: Flask, endpoint: str, **values: Any) -> str:
    with app.test_request_context(base_url=HOST):
        return url_for(endpoint, **values)


def ids_sent(browser: Browser, app: Flask, name: str, ids: list[Any], **headers: str) -> Page:
    address = path(app, "careers.order", name=name)
    return browser.post(address, {"ids": ids}, headers=headers, follow=False)


@each_list
def test_an_empty_list_says_so_and_offers_the_form(visit: Visitors, ana: Member, name: str) -> None:
    page = visit.as_(ana).open(f"careers.{name}")
    assert page.status == 200
    assert len(page.find_all(".empty .lead-line")) == 1
    assert page.has_button("登録する")


@each_list
def test_an_entry_is_added_changed_and_deleted(app: Flask, visit: Visitors, ana: Member, name: str) -> None:
    page = visit.as_(ana).open(f"careers.{name}").submit("登録する", **LISTS[name])
    assert (page.status, names(page)) == (200, ["英日翻訳"])
    assert "「英日翻訳」を登録しました。" in page.text

    page = page.follow("「英日翻訳」を更新する")
    for field, typed in LISTS[name].items():
        assert page.value(field) == typed
    page = page.submit("更新する", **{NAMED_BY[name]: "日英翻訳"})
    assert (page.status, names(page)) == (200, ["日英翻訳"])
    assert "「日英翻訳」を更新しました。" in page.text
    assert kept(app, ana, name)[0].version == 2

    page = page.follow("「日英翻訳」を削除する")
    assert names(visit.as_(ana).open(f"careers.{name}")) == ["日英翻訳"]
    page = page.submit("削除する")
    assert (page.status, names(page)) == (200, [])
    assert "「日英翻訳」を削除しました。" in page.text


@each_list
def test_the_same_form_sent_twice_makes_one_entry(app: Flask, visit: Visitors, ana: Member, name: str) -> None:
    page = visit.as_(ana).open(f"careers.{name}")
    page.submit("登録する", **LISTS[name])
    again = page.submit("登録する", **LISTS[name])
    assert again.status == 409
    assert "すでに登録されています" in again.errors()[NAMED_BY[name]]
    assert again.value(NAMED_BY[name]) == "英日翻訳"
    assert len(kept(app, ana, name)) == 1


@each_list
def test_an_empty_form_is_refused_with_a_sentence_for_each_field(visit: Visitors, ana: Member, name: str) -> None:
    page = visit.as_(ana).open(f"careers.{name}").submit("登録する")
    assert page.status == 422
    assert page.title.startswith("(エラー)")
    assert NAMED_BY[name] in page.errors()
    assert "もう一度「登録する」を押してください" in page.text


@each_list
def test_the_arrows_move_an_entry(app: Flask, visit: Visitors, ana: Member, name: str) -> None:
    have(app, ana, name, "A", "B", "C")
    page = visit.as_(ana).open(f"careers.{name}")
    page = page.submit("「C」を上へ移す")
    assert names(page) == ["A", "C", "B"]
    page = page.submit("「A」を下へ移す")
    assert names(page) == ["C", "A", "B"]
    assert names(page.submit("「C」を上へ移す")) == ["C", "A", "B"]


@each_list
def test_dragging_sends_the_whole_order(app: Flask, visit: Visitors, ana: Member, name: str) -> None:
    first, second, third = have(app, ana, name, "A", "B", "C")
    browser = visit.as_(ana)
    assert ids_sent(browser, app, name, [third, first, second], **{"HX-Request": "true"}).status == 204
    assert names(browser.open(f"careers.{name}")) == ["C", "A", "B"]
    assert ids_sent(browser, app, name, [second]).status == 302
    assert names(browser.open(f"careers.{name}")) == ["B", "C", "A"]


@each_list
def test_an_order_with_what_is_not_mine_changes_nothing(
    app: Flask, visit: Visitors, ana: Member, ben: Member, name: str
) -> None:
    first, second = have(app, ana, name, "A", "B")
    (foreign,) = have(app, ben, name, "X")
    browser = visit.as_(ana)
    assert ids_sent(browser, app, name, [second, foreign, first]).status == 404
    assert ids_sent(browser, app, name, [second, 10**30]).status == 404
    assert ids_sent(browser, app, name, [second, "first"]).status == 422
    assert names(browser.open(f"careers.{name}")) == ["A", "B"]


@each_list
def test_a_direction_that_no_arrow_has_is_refused(app: Flask, visit: Visitors, ana: Member, name: str) -> None:
    first, _ = have(app, ana, name, "A", "B")
    address = path(app, "careers.move", name=name, id=first)
    assert visit.as_(ana).post(address, {"direction": "sideways"}).status == 422


@each_list
def test_what_is_anothers_is_as_absent_as_what_is_not_there(
    app: Flask, visit: Visitors, ana: Member, ben: Member, name: str
) -> None:
    (foreign,) = have(app, ben, name, "X")
    browser = visit.as_(ana)
    for key in (foreign, foreign + 1000, 2**40, 10**30):
        for endpoint in ("careers.edit", "careers.delete"):
            assert browser.open_path(path(app, endpoint, name=name, id=key)).status == 404
            assert browser.post(path(app, endpoint, name=name, id=key), LISTS[name]).status == 404
        assert browser.post(path(app, "careers.move", name=name, id=key), {"direction": "up"}).status == 404
    assert [entry.title for entry in kept(app, ben, name)] == ["X"]


@each_list
def test_of_two_tabs_the_second_sees_both_versions_and_may_choose_its_own(
    app: Flask, visit: Visitors, ana: Member, name: str
) -> None:
    (key,) = have(app, ana, name, "はじめの名前")
    field = NAMED_BY[name]
    needed = {"ended_on": None, "is_current": "y"} if name == "careers" else {}
    one, two = (visit.as_(ana).open("careers.edit", name=name, id=key) for _ in range(2))
    one.submit("更新する", **{field: "先の名前"}, **needed)
    lost = two.submit("更新する", **{field: "後の名前"}, **needed)
    assert lost.status == 409
    assert lost.title.startswith("(エラー)")
    saved, typed = lost.find_all(".versions section")
    assert ("先の名前" in saved, "後の名前" in typed) == (True, True)
    assert "はじめの名前" not in saved + typed
    assert lost.value(field) == "後の名前"
    assert kept(app, ana, name)[0].title == "先の名前"
    won = lost.submit("こちらを残す")
    assert (won.status, names(won)) == (200, ["後の名前"])


@each_list
def test_a_visitor_is_asked_to_sign_in_and_nothing_is_told(app: Flask, visit: Visitors, ana: Member, name: str) -> None:
    (key,) = have(app, ana, name, "A")
    for known in (key, key + 1000):
        answer = visit.anonymous.client.get(path(app, "careers.edit", name=name, id=known), base_url=HOST)
        assert answer.status_code == 302
        assert "/login" in answer.headers["Location"]
    assert visit.anonymous.post(path(app, "careers.delete", name=name, id=key)).status == 401


@each_list
def test_a_form_without_its_token_is_refused(app: Flask, visit: Visitors, ana: Member, name: str) -> None:
    (key,) = have(app, ana, name, "A")
    browser = visit.as_(ana)
    for endpoint, values in [
        (f"careers.{name}", {}),
        ("careers.edit", {"name": name, "id": key}),
        ("careers.delete", {"name": name, "id": key}),
        ("careers.move", {"name": name, "id": key}),
        ("careers.order", {"name": name}),
    ]:
        assert browser.post(path(app, endpoint, **values), LISTS[name], csrf=False).status == 400
    assert [entry.title for entry in kept(app, ana, name)] == ["A"]


@each_list
def test_fields_that_no_form_has_are_refused(app: Flask, visit: Visitors, ana: Member, name: str) -> None:
    page = visit.as_(ana).open(f"careers.{name}")
    for extra in ({"member_id": "1"}, {"position": "0"}, {"is_listed": "y"}, {"verified_at": "2026-01-01"}):
        assert page.submit("登録する", **LISTS[name], **extra).status == 422
    (key,) = have(app, ana, name, "A")
    delete = visit.as_(ana).open("careers.delete", name=name, id=key)
    assert delete.submit("削除する", id="7").status == 422
    assert [entry.title for entry in kept(app, ana, name)] == ["A"]


@each_list
@pytest.mark.parametrize(
    "typed",
    ["\x00", "a\x1bb", "あ" * 3000, "\u202e\u200b", "<script>alert(1)</script>" * 200],
    ids=["nul", "escape", "long", "invisible", "markup"],
)
def test_hostile_text_is_refused_beside_its_field_and_stays(
    app: Flask, visit: Visitors, ana: Member, name: str, typed: str
) -> None:
    page = visit.as_(ana).open(f"careers.{name}")
    sent = {**LISTS[name], NAMED_BY[name]: typed}
    answer = page.submit("登録する", **sent)
    assert answer.status == 422
    assert NAMED_BY[name] in answer.errors()
    assert kept(app, ana, name) == []


@each_list
def test_markup_is_text(visit: Visitors, ana: Member, name: str) -> None:
    markup = "<b>'\"&{{7*7}}"
    page = visit.as_(ana).open(f"careers.{name}").submit("登録する", **{**LISTS[name], NAMED_BY[name]: markup})
    assert (page.status, page.find_all(".ordered h3 b")) == (200, [])
    assert page.find_all(".ordered h3")[0].startswith(markup)


@each_list
def test_the_version_of_an_older_page_may_be_anything(app: Flask, visit: Visitors, ana: Member, name: str) -> None:
    (key,) = have(app, ana, name, "A")
    page = visit.as_(ana).open("careers.edit", name=name, id=key)
    typed = {NAMED_BY[name]: "B"}
    for version in ("", "-1", "1.5", "x", "9" * 50, "0"):
        answer = page.submit("更新する", version=version, **typed)
        assert (answer.status, answer.value("version")) == (409, "1")


@each_list
def test_pressing_the_button_twice_is_no_conflict(app: Flask, visit: Visitors, ana: Member, name: str) -> None:
    (key,) = have(app, ana, name, "A")
    page = visit.as_(ana).open("careers.edit", name=name, id=key)
    assert [page.submit("更新する", **{NAMED_BY[name]: "B"}).status for _ in range(2)] == [200, 200]
    assert [(entry.title, entry.version) for entry in kept(app, ana, name)] == [("B", 2)]


@each_list
def test_a_page_costs_the_same_for_one_entry_and_for_thirty(
    app: Flask, visit: Visitors, ana: Member, name: str
) -> None:
    have(app, ana, name, "A")
    one = visit.as_(ana).open(f"careers.{name}")
    have(app, ana, name, *(f"B{number}" for number in range(29)))
    thirty = visit.as_(ana).open(f"careers.{name}")
    assert len(names(thirty)) == 30
    assert (one.statements, thirty.statements) == (5, 5)


@each_list
def test_the_other_pages_have_their_numbers_too(app: Flask, visit: Visitors, ana: Member, name: str) -> None:
    (key,) = have(app, ana, name, "A")
    assert visit.as_(ana).open("careers.edit", name=name, id=key).statements == 4
    assert visit.as_(ana).open("careers.delete", name=name, id=key).statements == 4


def test_the_hundred_and_first_is_refused_and_what_was_typed_stays(app: Flask, visit: Visitors, ana: Member) -> None:
    have(app, ana, "hobbies", *(f"{number}" for number in range(100)))
    page = visit.as_(ana).open("careers.hobbies").submit("登録する", **LISTS["hobbies"])
    assert (page.status, page.value("name")) == (409, "英日翻訳")
    assert "100件まで" in page.errors()["name"]


def test_lists_are_counted_beside_their_names(app: Flask, visit: Visitors, ana: Member) -> None:
    have(app, ana, "skills", "A", "B")
    have(app, ana, "hobbies", "A")
    page = visit.as_(ana).open("careers.careers")
    counted = {link.split(" ")[0]: link.split(" ")[1:] for link in page.find_all(".settings-nav .only-wide a")}
    assert (counted["スキル情報"], counted["資格情報"], counted["趣味情報"]) == (["2"], [], ["1"])


def test_only_the_four_lists_have_addresses(visit: Visitors, ana: Member) -> None:
    assert visit.as_(ana).open_path("/settings/secrets/1").status == 404
    assert visit.as_(ana).open_path("/settings/skills/x").status == 404


def test_reading_never_writes(app: Flask, visit: Visitors, ana: Member) -> None:
    (key,) = have(app, ana, "skills", "A")
    for endpoint, values in [("careers.delete", {"name": "skills", "id": key}), ("careers.skills", {})]:
        visit.as_(ana).open(endpoint, **values)
    assert visit.as_(ana).open_path(path(app, "careers.move", name="skills", id=key)).status == 405
    assert [(entry.title, entry.version) for entry in kept(app, ana, "skills")] == [("A", 1)]


def test_an_unpublished_member_keeps_lists_like_any_other(visit: Visitors, cleo: Member) -> None:
    page = visit.as_(cleo).open("careers.skills").submit("登録する", **LISTS["skills"])
    assert names(page) == ["英日翻訳"]


def test_changing_ones_mind_leaves_the_entry(app: Flask, visit: Visitors, ana: Member) -> None:
    (key,) = have(app, ana, "skills", "A")
    page = visit.as_(ana).open("careers.delete", name="skills", id=key).follow("やめる")
    assert (page.path, names(page)) == ("/settings/skills", ["A"])


def test_a_removed_entry_is_gone_from_the_page_that_still_shows_it(app: Flask, visit: Visitors, ana: Member) -> None:
    (key,) = have(app, ana, "skills", "A")
    page = visit.as_(ana).open("careers.edit", name="skills", id=key)
    with app.app_context(), db.writing():
        service.remove(ana, queries.get_for(ana, queries.KINDS["skills"], key))
        db.commit()
    assert page.submit("更新する").status == 404

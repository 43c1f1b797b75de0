"""Keeping a search, changing and dropping it."""

import pytest
from flask import Flask

from marketplace.accounts.models import Member
from search_index import sync
from tests.blueprints.kept_searches import save
from tests.visit import Visitors


def test_a_search_is_kept_from_its_page_with_a_name_from_its_filters(
    app: Flask, visit: Visitors, ana: Member, cleo: Member
) -> None:
    with app.app_context():
        sync.rebuild()
    found = visit.as_(cleo).open("search.workers", q="翻訳", status="available")
    form = found.follow("この検索を保存する")
    assert form.value("name") == "翻訳、対応可能"
    listed = form.submit("保存する", name="翻訳の人", mailing="at_once")
    assert "「翻訳の人」を保存しました。" in listed.text
    assert "メール: すぐに" in listed.text
    again = listed.follow("翻訳の人")
    assert again.path == found.path
    twice = found.follow("この検索を保存する")
    assert "すでに保存されています" in twice.text


def test_a_search_without_words_or_filters_offers_no_keeping(app: Flask, visit: Visitors, cleo: Member) -> None:
    with app.app_context():
        sync.rebuild()
    assert not visit.as_(cleo).open("search.workers").has_link("この検索を保存する")


def test_a_visitor_signs_in_first(app: Flask, visit: Visitors) -> None:
    page = visit.open("saved_searches.create", kind="workers", query="q=翻訳")
    assert page.path.startswith("/login")


@pytest.mark.parametrize("address", ["kind=bees&query=q%3Da", "query=q%3Da", "kind=workers&query=q%3D" + "a" * 2000])
def test_what_no_page_of_ours_asks_is_not_kept(visit: Visitors, cleo: Member, address: str) -> None:
    assert visit.as_(cleo).open_path(f"/saved-searches/new?{address}").status == 404


def test_a_name_is_asked_for_and_what_was_typed_stays(visit: Visitors, cleo: Member) -> None:
    page = visit.as_(cleo).open("saved_searches.create", kind="workers", query="q=翻訳")
    refused = page.submit("保存する", name="", mailing="never")
    assert refused.status == 422
    assert "名前を入力してください" in refused.errors()["name"]


def test_only_so_many_are_kept(app: Flask, visit: Visitors, cleo: Member) -> None:
    for number in range(20):
        save(app, cleo, f"q={number}")
    refused = (
        visit.as_(cleo).open("saved_searches.create", kind="workers", query="q=翻訳").submit("保存する", name="翻訳")
    )
    assert refused.status == 409
    assert "20件まで" in refused.text


def test_a_kept_search_is_changed_and_deleted_by_its_owner_alone(
    app: Flask, visit: Visitors, ana: Member, cleo: Member
) -> None:
    number = save(app, cleo, "q=翻訳")
    for endpoint in ("saved_searches.edit", "saved_searches.delete"):
        assert visit.as_(ana).open(endpoint, search_id=number).status == 404
    assert visit.as_(ana).post(f"/saved-searches/{number}/look").status == 404
    page = visit.as_(cleo).open("saved_searches.edit", search_id=number)
    changed = page.submit("更新する", name="訳す人", mailing="never")
    assert "訳す人" in changed.find_all(".kept-search h2")
    stale = page.submit("更新する", name="古い画面", mailing="daily")
    assert (stale.status, stale.value("name")) == (409, "古い画面")
    assert "訳す人" in stale.find_all(".said"), "both versions are shown"
    gone = changed.follow("削除する、訳す人").submit("削除する")
    assert "保存した検索はまだありません。" in gone.text

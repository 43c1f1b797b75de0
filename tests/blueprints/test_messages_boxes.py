"""Putting conversations away, leaving them out of the count, and finding words in one's own."""

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.messages import queries, searching, service
from marketplace.messages.queries import MOST_COUNTED
from tests.blueprints.letters import BODY, ONCE, TITLE, answer, begin, unread_in_bar
from tests.blueprints.test_privacy import block
from tests.factories.members import MemberFactory
from tests.visit import Page, Visitors


def titles(visit: Visitors, member: Member, box: str) -> list[str]:
    return visit.as_(member).open("messages.index", box=box).find_all(".thread-title a")


def found(visit: Visitors, member: Member, words: str) -> list[str]:
    page = visit.as_(member).open("messages.index", q=words)
    return [link.get_text() for link in page.soup.select(".thread-title a")]


# Boxes


def test_an_archived_conversation_comes_back_with_the_next_message(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    visit.as_(ben).open("messages.show", conversation_id=number).submit("アーカイブする")
    assert [titles(visit, ben, box) for box in ("all", "unread", "archived")] == [[], [], [TITLE]]
    assert titles(visit, ana, "all") == [TITLE], "each side puts away its own"
    answer(app, ana, number, "追伸です。")
    assert [titles(visit, ben, box) for box in ("all", "unread", "archived")] == [[TITLE], [TITLE], []]
    again = visit.as_(ben).open("messages.show", conversation_id=number).submit("アーカイブする")
    assert again.path == "/messages"
    visit.as_(ben).open("messages.show", conversation_id=number).submit("一覧に戻す")
    assert titles(visit, ben, "archived") == []


def test_a_muted_conversation_counts_in_no_bar_and_stays_in_its_list(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    muted = begin(app, ana, ben)
    begin(app, cleo, ben, "別の件")
    page = visit.as_(ben).open("messages.show", conversation_id=muted).submit("未読の数に入れない")
    assert unread_in_bar(page) == "未読 1"
    inbox = visit.as_(ben).open("messages.index")
    assert sorted(inbox.find_all(".thread-row .badge-count")) == ["未読 1", "未読 1"]
    assert inbox.find_all(".thread-title .visually-hidden") == ["数に入れていません"]
    assert unread_in_bar(visit.as_(ben).open_path(page.path).submit("未読の数に入れる")) == "未読 2"


def test_unread_are_those_in_which_something_waits(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    number = begin(app, ana, ben)
    begin(app, ben, ana, "別の件")
    assert titles(visit, ben, "unread") == [TITLE]
    visit.as_(ben).open("messages.show", conversation_id=number).submit("既読にする")
    page = visit.as_(ben).open("messages.index", box="unread")
    assert "未読のメッセージはありません。" in page.text


def test_what_is_not_ones_own_cannot_be_put_away(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    number = begin(app, ana, ben)
    for deed in ("archive", "bring-back", "mute", "unmute"):
        assert visit.as_(cleo).post(f"/messages/{number}/{deed}").status == 404
        assert visit.as_(ana).post(f"/messages/{number}/{deed}").status == 200


def test_more_than_can_be_shown_are_not_counted(app: Flask, ana: Member, ben: Member) -> None:
    number = begin(app, ana, ben)
    with app.app_context(), db.writing():
        thread = queries.get_for(ana, number)
        for index in range(MOST_COUNTED + 5):
            service.reply(ana, thread, "。", f"{ONCE}-{index}")
        assert queries.unread_count(ben) == MOST_COUNTED
        db.rollback()


# Searching


def test_all_words_must_stand_in_a_message_or_in_the_title_over_it(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben, "図版のＰＤＦ", "はじめまして。")
    answer(app, ben, number, "単位はkPaです。", "表4も直しました。")
    begin(app, ben, ana, "別の件", "こちらは表3です。")
    assert found(visit, ana, "kpa") == ["図版のＰＤＦ"]
    assert found(visit, ana, "pdf　ＫＰＡ") == ["図版のＰＤＦ"]
    assert found(visit, ana, "kpa 表") == []
    assert sorted(found(visit, ana, "表")) == ["別の件", "図版のＰＤＦ"]
    assert found(visit, ana, "図版") == ["図版のＰＤＦ"], "a title stands for its thread once"
    page = visit.as_(ana).open("messages.index", q="KPA pdf")
    assert page.find_all("mark") == ["ＰＤＦ", "kPa"]
    opened = page.follow("図版の ＰＤＦ")
    assert opened.find_all(".bubble p")[-1] == "単位はkPaです。", "the page on which the hit stands"


@pytest.mark.parametrize("words", ["100%", "a_b", "\\"])
def test_signs_that_mean_something_to_the_database_mean_themselves(
    app: Flask, visit: Visitors, ana: Member, ben: Member, words: str
) -> None:
    begin(app, ana, ben, "別の件", "1000 acb /")
    assert found(visit, ana, words) == []
    begin(app, ana, ben, "この件", f"これは{words}です", once=f"{ONCE}-2")
    assert found(visit, ana, words) == ["この件"]


def test_messages_of_others_are_never_found(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    begin(app, ana, ben)
    page = visit.as_(cleo).open("messages.index", q="図版")
    assert (page.find_all(".thread-title"), "見つかりませんでした。" in page.text) == ([], True)
    assert found(visit, ana, "<b>") == []
    block(app, ben, ana)
    assert found(visit, ana, "図版") == [TITLE]


def test_a_search_pages_and_costs_the_same_for_few_and_for_many(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_member: MemberFactory
) -> None:
    begin(app, ana, ben)
    few = visit.as_(ana).open("messages.index", q="図版")
    for index in range(25):
        begin(app, ana, ben, once=f"{ONCE}-{index}")
    many: Page = visit.as_(ana).open("messages.index", q="図版")
    assert (len(many.find_all(".thread-title")), many.statements) == (20, few.statements)
    assert many.statements <= 5
    assert len(many.follow("次のページを見る").find_all(".thread-title")) == 6


def test_only_the_newest_are_gone_through(
    app: Flask, visit: Visitors, ana: Member, ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_SEARCHED", 2)
    number = begin(app, ana, ben, body=BODY)
    answer(app, ben, number, "一通目です。", "二通目です。")
    assert found(visit, ana, "ご相談") == []
    assert found(visit, ana, "一通目") == [TITLE]

"""Names that look like others': the mark that members see, and the moderators' list."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.moderation.models import Case, Report, SettledName
from search_index import sync
from tests.blueprints.letters import begin
from tests.blueprints.office import Appoint
from tests.factories.companies import CompanyFactory
from tests.factories.members import MemberFactory
from tests.visit import HOST, Browser, Visitors

MARK = "似た名前の会員がいます @takase-ritsu"
REAL, FALSE = "高瀬リツ", "髙瀬りツ"


@pytest.fixture
def pair(app: Flask, make_member: MemberFactory) -> tuple[Member, Member]:
    """Somebody who was checked, and somebody whose name looks like theirs."""
    with app.app_context(), db.writing():
        real = make_member("ritsu-takase", REAL, worker=True, introduction="翻訳します。")
        real.identity_verified_at, real.identity_document = now(), "licence"
        false = make_member("takase-ritsu", FALSE, worker=True, introduction="翻訳します。")
        db.commit()
    return real, false


def row_count(app: Flask, kind: type) -> int:
    with app.app_context():
        return len(db.db.session.scalars(select(kind)).all())


def test_the_mark_stands_on_the_page_in_results_and_over_a_conversation(
    app: Flask, visit: Visitors, pair: tuple[Member, Member], ana: Member
) -> None:
    with app.app_context():
        sync.rebuild()
    for browser in (visit.anonymous, visit.as_(ana)):
        assert MARK in browser.open("profiles.show", username="takase-ritsu").text
        assert "似た名前" not in browser.open("profiles.show", username="ritsu-takase").text
        assert browser.open("search.workers", q="翻訳").find_all(".is-alike") == [MARK]
    thread = visit.as_(ana).open("messages.show", conversation_id=begin(app, pair[1], ana))
    assert thread.find_all(".thread-head .is-alike") == [MARK]
    other = visit.as_(ana).open("messages.show", conversation_id=begin(app, pair[0], ana))
    assert other.find_all(".is-alike") == []


def test_a_name_that_nobody_can_see_is_refused(visit: Visitors, ana: Member) -> None:
    for name in ("\u3164\u2800", "\u200b\u200b", "\ufe0f\u2060", "\u202e"):
        page = visit.as_(ana).open("profiles.edit").submit("更新をする", nickname=name)
        assert page.status == 422, ascii(name)
        assert page.errors()["nickname"].startswith("目に見える文字を入力してください。")


def test_a_moderator_lets_a_name_be(app: Flask, pair: tuple[Member, Member], ana: Member, appoint: Appoint) -> None:
    office = appoint(ana)
    page = office.open("moderation.cases").follow("似た名前")
    assert page.find_all(".case .named b") == [FALSE, REAL]
    page = page.submit(f"そのままにする、{FALSE}")
    assert "そのままにしました。" in page.text
    assert "確認を待つ、似た名前はありません。" in page.text
    assert "そのまま" in page.follow("確認したもの").find_all(".case-deed")[0]
    assert row_count(app, Case) == 0


def test_a_moderator_asks_for_another_name_by_a_case(
    app: Flask, visit: Visitors, pair: tuple[Member, Member], ana: Member, appoint: Appoint, drain: Callable[[], int]
) -> None:
    office = appoint(ana)
    page = office.open("moderation.look_alikes").submit(f"変更をお願いする、{FALSE}")
    assert "会員からの知らせではなく、事務局が見つけました" in page.text
    assert "事務局から" in office.open("moderation.cases").find_all(".case .second")[1]
    page = page.submit("開いて確認する")
    assert "会員からの知らせではなく、事務局が" in page.text
    assert FALSE in page.text
    page.submit("判断する", measure="warn", ground="impersonation", statement="別の名前にしてください。")
    drain()
    told = visit.as_(pair[1]).open("reports.index").follow("注意 プロフィール")
    assert "別の名前にしてください。" in told.text
    assert "仕組みや、ほかの件の確認で見つかったことを、事務局の担当者が確かめて判断しました。" in told.text
    assert visit.as_(pair[0]).open("reports.index").find_all(".rows li") == []
    assert office.post(f"/moderation/look-alikes/member/{pair[1].id}/leave").status == 409
    assert (row_count(app, Report), row_count(app, SettledName)) == (1, 1)


def test_moderators_do_not_settle_what_is_about_themselves(
    app: Flask, visit: Visitors, pair: tuple[Member, Member], appoint: Appoint
) -> None:
    office = appoint(pair[0])
    assert "自分に関わる件は、ほかの担当者が確認します。" in office.open("moderation.look_alikes").text
    for deed in ("leave", "question"):
        assert office.post(f"/moderation/look-alikes/member/{pair[1].id}/{deed}").status == 403


def test_companies_lead_to_being_merged(
    ana: Member, ben: Member, cleo: Member, make_company: CompanyFactory, appoint: Appoint
) -> None:
    make_company("minagiwa", ben, name="株式会社ミナギワ")
    make_company("minagiwa2", cleo, name="三ナギワ")
    page = appoint(ana).open("moderation.look_alikes", kind="company")
    assert page.find_all(".named b") == ["三ナギワ", "株式会社ミナギワ"]
    assert page.follow("統合する、三ナギワ").value("kept") == "minagiwa"


def test_what_is_not_there_is_not_found(ana: Member, ben: Member, appoint: Appoint) -> None:
    office = appoint(ana)
    assert office.client.get("/moderation/look-alikes?kind=picture", base_url=HOST).status_code == 404
    for path in (f"member/{ben.id}", "member/99999999999", "picture/1", "nothing/1"):
        assert office.post(f"/moderation/look-alikes/{path}/leave").status == 404


def test_the_list_costs_the_same_for_one_and_for_many(
    app: Flask, pair: tuple[Member, Member], make_member: MemberFactory, ana: Member, appoint: Appoint
) -> None:
    def cost(browser: Browser) -> int:
        return browser.open("moderation.look_alikes").statements

    office = appoint(ana)
    one = cost(office)
    for number in range(10):
        make_member(f"false-{number}", FALSE)
    assert len(office.open("moderation.look_alikes").find_all(".case")) == 11
    assert cost(office) == one <= 5

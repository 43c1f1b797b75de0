"""機密保持確認 as a member goes through it, and its badge."""

import io
from pathlib import Path

import pytest
from flask import Flask

from marketplace import db, limits
from marketplace.accounts.models import Member
from marketplace.pledges import wording
from marketplace.pledges.models import PledgeProgress
from tests.blueprints.english import speak_english
from tests.marketplace.pledges.walking import NAME, sign, verify
from tests.visit import Browser, Page, Visitors

HOME = "/settings/confidentiality"


def knows(app: Flask, member: Member) -> None:
    with app.app_context(), db.writing():
        verify(member)
        db.commit()


def signed(app: Flask, member: Member) -> int:
    with app.app_context(), db.writing():
        pledge = sign(member)
        db.commit()
        return pledge.id


def answer_all(browser: Browser) -> Page:
    page = browser.open("pledges.check")
    for question in wording.wording_of(wording.CURRENT).table:
        assert question["ja"] in page.text
        page = browser.post(f"{HOME}/check", {"choice": str(question["right"])})
        assert question["why"]["ja"] in page.text
    return page


def test_from_the_first_step_to_the_badge(app: Flask, visit: Visitors, ana: Member) -> None:
    knows(app, ana)
    browser = visit.as_(ana)
    page = browser.open("pledges.index")
    assert page.soup.select_one("[aria-current=step]") is not None
    page = browser.open("pledges.read")
    assert "第11条" in page.text
    page = browser.post(f"{HOME}/text")
    assert page.path == f"{HOME}/check"
    page = answer_all(browser)
    assert page.path == f"{HOME}/sign"
    page = browser.post(f"{HOME}/sign", {"name": "高瀬律"})
    assert page.path == HOME
    assert "機密保持確認済み (2026-11 v1)" in page.text
    shown = visit.open("profiles.show", username="ana")
    assert "機密保持確認済み (2026-11 v1)" in shown.text
    assert "本人の誓約とテストです。会社の審査ではありません。" in shown.text
    assert NAME not in shown.html


def test_a_wrong_answer_is_explained_and_asked_again(app: Flask, visit: Visitors, ana: Member) -> None:
    knows(app, ana)
    browser = visit.as_(ana)
    browser.post(f"{HOME}/text")
    page = browser.post(f"{HOME}/check", {"choice": "0"})
    assert page.status == 200
    assert "その答えは違います。" in page.text
    assert "第1条の3" in page.text
    assert page.value("choice") == "0"
    page = browser.post(f"{HOME}/check", {})
    assert page.status == 422
    assert "答えを1つ選んでください。" in page.errors()["choice"]


def test_a_second_press_does_not_answer_the_next_question(app: Flask, visit: Visitors, ana: Member) -> None:
    knows(app, ana)
    browser = visit.as_(ana)
    browser.post(f"{HOME}/text")
    first = browser.open("pledges.check")
    right = str(wording.current().questions[0].right)
    for _press in range(2):
        page = first.submit("答える", choice=right)
        assert page.path == f"{HOME}/check"
        assert "確認テスト 2 /" in page.text
        assert "その答えは違います。" not in page.text
    with app.app_context():
        progress = db.db.session.get_one(PledgeProgress, ana.id)
        assert (progress.answered, progress.mistakes) == (1, 0)


def test_the_log_is_not_filled_by_signing_and_withdrawing(
    app: Flask, visit: Visitors, ana: Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed(app, ana)
    monkeypatch.setitem(app.extensions, "limits", limits.Limiter(tmp_path / "limits.db", 1.0))
    browser = visit.as_(ana)
    with app.app_context():
        for _time in range(10):
            limits.check(limits.Action.PLEDGE, account=ana.id)
    page = browser.post(f"{HOME}/withdraw")
    assert page.status == 429
    assert "少し時間をおいてください" in page.text
    assert "機密保持確認済み" in visit.open("profiles.show", username="ana").text


def test_another_name_is_said_beside_the_field_and_stays(app: Flask, visit: Visitors, ana: Member) -> None:
    knows(app, ana)
    browser = visit.as_(ana)
    browser.post(f"{HOME}/text")
    answer_all(browser)
    page = browser.post(f"{HOME}/sign", {"name": "高瀬 徹"})
    assert page.status == 422
    assert "本人確認をした名前と違います" in page.errors()["name"]
    assert page.value("name") == "高瀬 徹"


def test_who_is_not_known_is_led_to_the_first_step(visit: Visitors, cleo: Member) -> None:
    browser = visit.as_(cleo)
    page = browser.open("pledges.index")
    assert "先に本人確認をしてください" in page.text
    for step in ("check", "sign", "withdraw"):
        assert browser.open_path(f"{HOME}/{step}").path == HOME
    assert "ここまで読みました" not in browser.open("pledges.read").text
    assert browser.post(f"{HOME}/text").status == 403


def test_withdrawing_asks_first_and_takes_the_badge_away(app: Flask, visit: Visitors, ana: Member) -> None:
    signed(app, ana)
    browser = visit.as_(ana)
    assert "第9条" in browser.open("pledges.withdraw").text
    page = browser.post(f"{HOME}/withdraw")
    assert "誓約を取り下げました。" in page.text
    assert "取り下げの控え" in page.text
    assert "機密保持確認済み" not in visit.open("profiles.show", username="ana").text


def test_ones_own_record_is_a_receipt_for_oneself_alone(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    pledge_id = signed(app, ana)
    path = f"{HOME}/{pledge_id}/receipt"
    answer = visit.as_(ana).open_path(path).response
    assert answer.headers["Cache-Control"] == "no-store"
    page = visit.anonymous.post("/transparency/check", {"receipt": (io.BytesIO(answer.data), "a.json")})
    assert "証明書は本物です。" in page.text
    assert NAME in page.text
    assert visit.as_(ben).open_path(path).status == 404
    assert visit.anonymous.open_path(path).path.startswith("/login")
    assert visit.as_(ana).open_path(f"{HOME}/{pledge_id}/withdrawal").status == 404
    visit.as_(ana).post(f"{HOME}/withdraw")
    assert visit.as_(ana).open_path(f"{HOME}/{pledge_id}/withdrawal").status == 200


def test_everybody_reads_what_was_pledged(visit: Visitors) -> None:
    page = visit.open("pledges.text", slug="2026-11-v1")
    assert wording.current().sha256 in page.text
    assert visit.open("pledges.text", slug="2020-01-v1").status == 404


def test_english_readers_have_an_aid_beside_what_counts(app: Flask, visit: Visitors, ana: Member) -> None:
    knows(app, ana)
    speak_english(app, ana)
    page = visit.as_(ana).open("pledges.read")
    assert "Article 11" in page.text
    assert "第11条" in page.text
    visit.as_(ana).post(f"{HOME}/text")
    assert "new product" in visit.as_(ana).open("pledges.check").text


@pytest.mark.parametrize("times", [1, 6])
def test_the_page_costs_the_same_with_a_long_history(app: Flask, visit: Visitors, ana: Member, times: int) -> None:
    for _time in range(times):
        signed(app, ana)
        visit.as_(ana).post(f"{HOME}/withdraw")
    assert visit.as_(ana).open("pledges.index").statements <= 5

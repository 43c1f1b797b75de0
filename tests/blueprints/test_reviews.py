"""評価 as the two parties write it, and as everybody reads it."""

from typing import Any

import pytest
from flask import Flask

from marketplace.accounts.models import Member
from marketplace.contracts.models import Contract, ContractState
from tests.blueprints.english import speak_english
from tests.blueprints.test_drafts import save
from tests.factories.contracts import ContractFactory
from tests.factories.teams import TeamFactory
from tests.visit import Page, Visitors

SAID = {f"score_{number}": "4" for number in range(1, 6)} | {"text": "期日より早く届きました。", "again": "yes"}


@pytest.fixture
def done(ana: Member, cleo: Member, make_contract: ContractFactory) -> Contract:
    """Cleo commissioned what Ana has done."""
    return make_contract(cleo, ana, ContractState.COMPLETED)


def say(visit: Visitors, member: Member, contract: Contract, **more: Any) -> Page:
    return visit.as_(member).post(f"/contracts/{contract.id}/review", SAID | {"version": "0"} | more)


def test_both_write_and_then_both_read(visit: Visitors, done: Contract, ana: Member, cleo: Member) -> None:
    page = visit.as_(cleo).open("reviews.write", contract_id=done.id)
    assert "それまでは、相手にも見えません。" in page.text
    assert "納期" in page.text
    page = page.submit("評価を送信する", **SAID)
    assert "評価を受け取りました。" in page.text
    assert "期日より早く届きました。" in page.html
    theirs = visit.as_(ana).open("reviews.write", contract_id=done.id)
    assert "期日より早く" not in theirs.html
    assert "支払いの確かさ" in theirs.text
    assert "期日より早く" not in visit.open("profiles.show", username="ana").html
    page = theirs.submit("評価を送信する", **SAID | {"text": "説明がわかりやすかったです。", "again": ""})
    assert "期日より早く届きました。" in page.text
    assert "また頼みたい" not in page.text
    shown = visit.open("profiles.show", username="ana")
    assert "期日より早く届きました。" in shown.text
    assert "説明がわかりやすかった" not in shown.html
    assert "平均は、評価が3件になると表示します。" in shown.text
    assert "期日より早く届きました。" in visit.open("reviews.index", username="ana").text


def test_it_is_written_anew_until_it_is_revealed(visit: Visitors, done: Contract, ana: Member, cleo: Member) -> None:
    page = say(visit, cleo, done)
    assert page.value("text") == "期日より早く届きました。"
    page = page.submit("評価を書きなおす", text="期日どおりでした。")
    assert "評価を書きなおしました。" in page.text
    stale = visit.as_(cleo).open("reviews.write", contract_id=done.id)
    say(visit, ana, done)
    page = stale.submit("評価を書きなおす", text="だめでした。")
    assert "この評価は公開されています。" in page.text
    # What comes too late is said, and stays to be read by who typed it.
    assert (page.status, page.find_all(".flash blockquote")) == (409, ["だめでした。"])
    assert "だめでした。" not in visit.open("reviews.index", username="ana").text


def test_pressing_twice_writes_once(visit: Visitors, done: Contract, cleo: Member) -> None:
    say(visit, cleo, done)
    page = say(visit, cleo, done, text="二度め")
    assert page.status == 200
    assert page.value("text") == "期日より早く届きました。"


def test_what_was_typed_is_kept_until_it_is_sent(visit: Visitors, done: Contract, ana: Member, cleo: Member) -> None:
    page = visit.as_(cleo).open("reviews.write", contract_id=done.id)
    save(page, text="途中まで", score_1="5", version="0")
    again = visit.as_(cleo).open("reviews.write", contract_id=done.id)
    assert again.value("text") == "途中まで"
    sent = again.submit("評価を送信する", **SAID)
    assert sent.value("text") == SAID["text"]
    save(page, text="古い画面で", version="0", **{name: "3" for name in SAID if name.startswith("score")})
    stale = visit.as_(cleo).open("reviews.write", contract_id=done.id)
    assert stale.submit("評価を書きなおす").value("text") == "古い画面で"
    say(visit, ana, done)
    page = visit.as_(ana).open("reviews.reply", contract_id=done.id)
    save(page, text="ありがとう")
    assert visit.as_(ana).open("reviews.reply", contract_id=done.id).value("text") == "ありがとう"


def test_a_mark_that_is_missing_is_said_once(visit: Visitors, done: Contract, cleo: Member) -> None:
    page = say(visit, cleo, done, score_3=None)
    assert (page.status, page.errors()) == (422, {"score_3": "「納期」を1から5で選んでください。"})


def test_what_is_missing_is_said_beside_the_field(visit: Visitors, done: Contract, cleo: Member) -> None:
    page = say(visit, cleo, done, text="", score_3="6", again="yes")
    assert page.status == 422
    assert "コメントを入力してください。" in page.errors()["text"]
    assert "選択肢から選んでください。" in page.errors()["score_3"]
    assert page.value("version") == "0"
    assert "評価を受け取って" not in page.text


def test_a_reply_is_written_once(visit: Visitors, done: Contract, ana: Member, cleo: Member) -> None:
    say(visit, cleo, done)
    browser = visit.as_(ana)
    assert browser.open_path(f"/contracts/{done.id}/review/reply").status == 404
    say(visit, ana, done)
    page = browser.open("reviews.reply", contract_id=done.id)
    assert page.submit("返信を公開する", text="").status == 422
    page = page.submit("返信を公開する", text="また、お願いします。")
    assert "返信を公開しました。" in page.text
    assert "また、お願いします。" in visit.open("reviews.index", username="ana").text
    reply = f"/contracts/{done.id}/review/reply"
    assert browser.open_path(reply).path == f"/contracts/{done.id}/review"
    assert browser.post(reply, {"text": "また、お願いします。"}).path == f"/contracts/{done.id}/review"
    page = browser.post(reply, {"text": "二つめの返信"})
    assert (page.status, page.find_all(".flash blockquote")) == (409, ["二つめの返信"])
    assert not page.has_button("返信を公開する")


def test_others_find_no_such_page(
    visit: Visitors, ana: Member, ben: Member, cleo: Member, done: Contract, make_contract: ContractFactory
) -> None:
    going_on = make_contract(cleo, ana, ContractState.ACTIVE)
    for member, contract in ((ben, done), (ana, going_on)):
        for path in (f"/contracts/{contract.id}/review", f"/contracts/{contract.id}/review/reply"):
            assert visit.as_(member).open_path(path).status == 404
            assert visit.as_(member).post(path, SAID).status == 404
    assert visit.open("reviews.index", username="cleo").status == 404
    assert "まだ評価はありません。" in visit.open("reviews.index", username="ben").text


def test_the_pages_cost_the_same_however_much_was_said(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    def costs() -> list[int]:
        pages = (visit.open("reviews.index", username="ana"), visit.as_(cleo).open("profiles.show", username="ana"))
        return [page.statements for page in pages]

    for _number in range(2):
        contract = make_contract(cleo, ana, ContractState.COMPLETED)
        say(visit, cleo, contract)
        say(visit, ana, contract)
    before = costs()
    for _number in range(3):
        contract = make_contract(cleo, ana, ContractState.COMPLETED)
        say(visit, cleo, contract)
        say(visit, ana, contract)
    assert costs() == before
    assert before[0] <= 4
    assert "5回の取引" in visit.open("reviews.index", username="ana").text


def test_a_team_shows_its_past_work(
    visit: Visitors, ana: Member, ben: Member, cleo: Member, make_team: TeamFactory, make_contract: ContractFactory
) -> None:
    team = make_team("kaki", ana, ben)
    before = visit.open("teams.show", slug="kaki")
    assert "これまでの仕事" not in before.text
    for number in range(4):
        contract = make_contract(cleo, ana, ContractState.COMPLETED, team=team)
        say(visit, cleo, contract, text=f"{number}回目も助かりました。")
        say(visit, ana, contract)
    page = visit.open("teams.show", slug="kaki")
    assert page.statements == before.statements
    assert ("取引完了 4件" in page.text, "くり返し依頼した人 1人" in page.text) == (True, True)
    assert "3回目も助かりました。" in page.text
    assert "0回目も助かりました。" not in page.text
    every = page.follow("すべての評価を見る")
    assert ("0回目も助かりました。" in every.text, every.statements <= 4) == (True, True)
    assert every.has_link("Kaki")


def test_in_english(app: Flask, visit: Visitors, done: Contract, ana: Member, cleo: Member) -> None:
    speak_english(app, cleo)
    page = visit.as_(cleo).open("reviews.write", contract_id=done.id)
    assert "Would you work with this person again?" in page.text
    assert "Keeping the deadline" in page.text

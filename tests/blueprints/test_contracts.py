"""取引 as people go through it: deliver, inspect, accept, pay, confirm; who sees what; ending early."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import now, today
from marketplace.contracts import queries, service
from marketplace.contracts.models import Contract, ContractState, EntryKind
from marketplace.follows import service as follows
from tests.factories.contracts import ContractFactory
from tests.factories.notices import a_notice
from tests.factories.teams import TeamFactory
from tests.marketplace.uploads import PDF
from tests.visit import Page, Visitors

PARTS = [
    {"title": "前半", "due_on": (today() + timedelta(days=5)).isoformat(), "amount_yen": 50_000},
    {"title": "後半", "due_on": (today() + timedelta(days=9)).isoformat(), "amount_yen": 70_000},
]


def show(visit: Visitors, member: Member, contract: Contract) -> Page:
    return visit.as_(member).open("contracts.show", contract_id=contract.id)


def steps(page: Page) -> list[str]:
    return [str(step["class"][0]) for step in page.soup.select(".contract-bar li")]


def test_from_receipt_to_each_others_contacts(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    page = show(visit, ana, contract)
    assert steps(page) == ["is-done", "is-current", "is-ahead", "is-ahead", "is-limit"]
    assert "あと14日" in page.text
    page = page.submit("受け取りました")
    assert "取りかかります" in page.text
    assert not page.has_button("受け取りました")
    page = page.follow("納品する")
    assert "検収したものとして進みます" in page.text
    page = page.submit("納品する", body="訳文です。", files={"files": [(BytesIO(PDF), "訳文.pdf")]})
    assert (page.status, "納品しました。" in page.text) == (200, True)
    assert steps(page)[1:3] == ["is-done", "is-current"]
    page = show(visit, cleo, contract)
    assert "訳文です。" in page.text
    assert visit.as_(cleo).open_path(page.soup.select_one("a.slip")["href"]).status == 200  # type: ignore[index, arg-type]
    accepting = page.follow("検収する")
    page = accepting.submit("検収する")
    assert "検収しました。" in page.text
    # Pressed twice it is done once, and nobody is told that it failed.
    assert accepting.submit("検収する").path == page.path
    page = page.follow("支払いを報告する")
    # 120,000円 with the tax in it, nothing withheld: what arrives is all of it.
    assert page.value("paid_yen") == "120,000"
    assert "このサイトはお金をお預かりしません" in page.text
    page = page.submit("支払いを報告する")
    assert "支払いを報告しました。" in page.text
    receiving = show(visit, ana, contract).follow("受け取りを確認する")
    page = receiving.submit("受け取りを確認する")
    assert "取引が完了しました。" in page.text
    assert receiving.submit("受け取りを確認する").path == page.path
    for one, other in ((ana, "Cleo"), (cleo, "Ana")):
        contacts = visit.as_(one).open("follows.contacts", tab="clients")
        assert (contacts.find_all(".member-row h3 .name"), "取引1件、最後は" in contacts.text) == ([other], True)
        assert contacts.follow(f"メッセージを送る、{other}さん").status == 200
    assert "この相手と1回の取引" in show(visit, ana, contract).text


def test_what_is_typed_stays_when_it_is_refused(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    page = show(visit, ana, contract).submit("送信")
    assert (page.status, set(page.errors())) == (422, {"body"})
    page = page.submit("送信", body="相談です", files={"files": [(BytesIO(b"MZ"), "a.exe")]})
    assert (page.status, page.value("body")) == (415, "相談です")
    page = visit.as_(ana).open("contracts.deliver", contract_id=contract.id).submit("納品する")
    assert (page.status, set(page.errors())) == (422, {"body"})
    page = visit.as_(ana).open("contracts.late", contract_id=contract.id)
    page = page.submit("伝える", new_due_on=today().isoformat(), reason="直前になりそうです。")
    assert (page.status, set(page.errors()), page.value("reason")) == (422, {"new_due_on"}, "直前になりそうです。")
    page = page.submit("伝える", new_due_on=(today() + timedelta(days=20)).isoformat())
    assert "間に合わない見込みです" in page.text


def test_a_note_is_told_and_shown_as_one(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory, drain: Callable[[], int]
) -> None:
    contract = make_contract(cleo, ana)
    show(visit, ana, contract).submit("送信", kind="report", body="3章まで終わりました。")
    drain()
    page = visit.as_(cleo).open("notifications.index").follow("Anaさんが、取引「取扱説明書の翻訳」に書きました。")
    assert page.find_all(".message .tag") == ["報告"]


def test_a_revision_needs_a_reason_and_says_what_the_law_forbids(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, ContractState.DELIVERED)
    page = show(visit, cleo, contract).follow("修正を依頼する")
    assert "フリーランス法で禁じられています" in page.text
    path = page.path
    page = page.submit("修正を依頼する")
    assert (page.status, set(page.errors())) == (422, {"reason"})
    page = page.submit("修正を依頼する", reason="用語集と違います。")
    assert "修正を依頼しました。" in page.text
    # What is decided is not asked about once more.
    for member, deed in ((cleo, "accept"), (cleo, "revise"), (ana, "take-back")):
        assert visit.as_(member).open_path(path.replace("revise", deed)).status == 409
    page = show(visit, ana, contract)
    assert page.has_link("納品する")
    assert "用語集と違います。" in page.text


def test_milestones_are_named_in_the_bar_and_delivered_one_by_one(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, milestones=PARTS)
    page = show(visit, ana, contract)
    assert page.find_all(".bar-part") == ["いまの区切り 前半"]
    page = page.follow("納品する").submit("納品する", body="前半です。")
    assert page.find_all("#parts td:last-child > .whole") == ["検収待ち", "これから"]
    (days,) = page.find_all("#parts td:last-child > .second")
    assert days.startswith("支払期日 ")
    assert " 法定の限度 " in days
    page = show(visit, cleo, contract).follow("検収する(前半)").submit("検収する")
    assert page.find_all("#parts td:last-child > .whole") == ["支払い待ち", "これから"]


def test_what_is_past_due_is_said_in_a_sentence(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    late = make_contract(cleo, ana, due_on=today() - timedelta(days=3))
    page = show(visit, ana, late)
    assert (steps(page)[1], page.find_all(".bar-late")) == (
        "is-late",
        ["納品の期日を過ぎています。新しい日を相談してください。"],
    )
    # It is too late for an early word.
    assert not page.has_link("遅れそうです")
    unpaid = make_contract(cleo, ana, ContractState.ACCEPTED, received_on=today() - timedelta(days=40))
    assert "すぐに支払ってください" in show(visit, ana, unpaid).text


def test_ending_is_looked_at_before_it_is_done_and_agreed_to(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    page = show(visit, cleo, contract).follow("途中で終了する")
    assert "減らすことはできません" in page.text
    assert page.submit("確認する").status == 422
    page = page.submit("確認する", cause="mutual", reason="企画がなくなりました。", owed_yen="30,000")
    assert "相手が同意すると終了します" in page.text
    assert (page.value("reason"), "30,000 円" in page.text) == ("企画がなくなりました。", True)
    page = page.submit("修正する")
    assert page.value("owed_yen") == "30,000"
    page = page.submit("確認する").submit("終了を申し出る")
    assert "相手が同意すると終了します" in page.text
    page = show(visit, ana, contract).follow("内容を見て同意する").submit("同意する")
    assert "取引は途中で終了しました" in page.text
    assert show(visit, cleo, contract).has_link("支払いを報告する")


def test_what_a_worker_asks_for_waits_for_the_client(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    page = show(visit, ana, contract).follow("途中で終了する")
    page = page.submit("確認する", cause="worker", reason="体調のためです。", owed_yen="30,000")
    page = page.submit("終了を申し出る")
    assert "相手が同意すると終了します" in page.text
    page = show(visit, cleo, contract).follow("内容を見て同意する")
    assert ("ワーカーの都合" in page.text, "30,000 円" in page.text) == (True, True)


def test_a_client_says_what_is_paid_for_what_was_done(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    page = show(visit, cleo, contract).follow("途中で終了する")
    page = page.submit("確認する", cause="client", reason="予算のためです。")
    assert (page.status, set(page.errors()), page.value("reason")) == (422, {"owed_yen"}, "予算のためです。")
    page = page.submit("確認する", cause="force_majeure")
    assert (page.status, set(page.errors())) == (422, {"owed_yen"})
    page = page.submit("確認する", cause="client", owed_yen="0")
    assert page.submit("途中で終了する").status == 200
    page = show(visit, ana, contract)
    assert "取引は途中で終了しました" in page.text
    assert page.find_all(".contract-bar .day")[1:] == [""] * 4, "no day comes any more"
    assert page.find_all(".contract-bar .note") == ["途中で終了"] * 4


def test_a_wish_to_end_is_refused_or_taken_back(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    for member, button, said in ((ana, "同意しない", "取引は続きます"), (cleo, "申し出を取り消す", "取引は続きます")):
        contract = make_contract(cleo, ana)
        page = visit.as_(cleo).open("contracts.end", contract_id=contract.id)
        page.submit("確認する", cause="mutual", reason="都合です。").submit("終了を申し出る")
        page = show(visit, member, contract)
        assert (said in page.submit(button).text, page.submit(button).status) == (True, 409)


def test_new_entries_are_asked_for(
    visit: Visitors, app: Flask, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    asked = show(visit, cleo, contract).soup.select_one(".asks")
    assert asked is not None
    address = str(asked["hx-get"])
    assert visit.as_(cleo).open_path(address).status == 204
    show(visit, ana, contract).submit("送信", body="はじめます。")
    page = visit.as_(cleo).open_path(address)
    assert (page.find_all(".bubble p:last-child"), page.status) == (["はじめます。"], 200)


def test_the_timeline_pages_from_the_newest(
    visit: Visitors, app: Flask, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    with app.app_context(), db.writing():
        own = queries.get_for(ana, contract.id)
        for number in range(35):
            service.write(ana, own, EntryKind.MESSAGE, f"その{number}", f"once-of-form-{number:04}")
        db.commit()
    page = show(visit, cleo, contract)
    assert (page.find_all(".bubble p:last-child")[-1], len(page.find_all(".message"))) == ("その34", 30)
    first = page.statements
    page = page.follow("前の経過を見る")
    assert page.find_all(".bubble p:last-child") == [f"その{number}" for number in range(5)]
    assert page.follow("次の経過を見る").find_all(".bubble p:last-child")[-1] == "その34"
    assert page.statements <= first <= 16


def test_what_was_never_agreed_to_is_not_among_what_is_done(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    make_contract(cleo, ana, ContractState.REFUSED, title="見送った翻訳")
    make_contract(cleo, ana, ContractState.COMPLETED, title="校正")
    done, unmade = (visit.as_(ana).open("contracts.index", tab=tab) for tab in ("done", "unmade"))
    assert done.find_all(".tabs .count") == ["0", "1", "1", "2"]
    assert done.find_all(".contract-rows h3") == ["校正"]
    assert unmade.find_all(".contract-rows h3") == ["見送った翻訳"]


def test_the_list_has_tabs_filters_and_pages(
    visit: Visitors, ana: Member, ben: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    make_contract(cleo, ana, title="翻訳", amount_yen=50_000)
    make_contract(ben, ana, ContractState.COMPLETED, title="校正", started_at=now() - timedelta(days=100))
    make_contract(cleo, ben, title="他人の取引")
    browser = visit.as_(ana)
    page = browser.open("contracts.index")
    assert (page.find_all(".contract-rows h3"), page.find_all(".tabs .count")) == (["翻訳"], ["1", "1", "0", "2"])
    assert "あと14日" in page.text
    assert browser.open("contracts.index", tab="done").find_all(".contract-rows h3") == ["校正"]
    everything = browser.open("contracts.index", tab="all")
    assert everything.find_all(".contract-rows h3") == ["校正", "翻訳"]
    for words, found in (
        ({"partner": "ben"}, ["校正"]),
        ({"partner": "Cleo"}, ["翻訳"]),
        ({"most": "60000"}, ["翻訳"]),
        ({"least": "60000"}, ["校正"]),
        ({"since": (today() - timedelta(days=9)).isoformat()}, ["翻訳"]),
        ({"until": (today() - timedelta(days=9)).isoformat()}, ["校正"]),
        ({"since": "x", "least": "-1", "tab": "?"}, ["翻訳"]),
        ({"until": "9999-12-31", "most": "9" * 4_000, "least": "0" * 12 + "9" * 30}, ["校正", "翻訳"]),
    ):
        names = browser.open("contracts.index", **({"tab": "all"} | words)).find_all(".contract-rows h3")
        assert [name.lower() for name in names] == found, words
    assert "見つかりませんでした" in browser.open("contracts.index", partner="だれもいない").text
    page = browser.open("contracts.index", least="三万", since="2026-12-02", until="2026-12-01")
    assert (page.status, list(page.errors()), page.value("least")) == (422, ["until", "least"], "三万")
    assert browser.open("contracts.index", tab="all", least="６０，０００円").find_all(".contract-rows h3") == ["校正"]


def test_the_list_costs_the_same_however_long_it_is(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    make_contract(cleo, ana)
    few = visit.as_(ana).open("contracts.index").statements
    for _number in range(24):
        make_contract(cleo, ana)
    page = visit.as_(ana).open("contracts.index")
    assert (page.statements, len(page.find_all(".contract-rows li"))) == (few, 20)
    assert few <= 7
    assert len(page.follow("次のページを見る").find_all(".contract-rows li")) == 5


def test_what_was_agreed_stays_when_one_blocks_the_other(
    visit: Visitors, app: Flask, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    with app.app_context(), db.writing():
        follows.block(cleo, ana)
        db.commit()
    assert show(visit, ana, contract).status == 200
    assert visit.as_(ana).open("contracts.index").find_all(".contract-rows h3") == ["取扱説明書の翻訳"]


PAGES = ("show", "deliver", "late", "end")
OF_A_DELIVERY = ("accept", "revise", "take_back", "pay", "receive")


def test_everybody_gets_what_is_theirs(
    visit: Visitors, ana: Member, ben: Member, cleo: Member, make_member: Callable[..., Member],
    make_contract: ContractFactory, make_team: TeamFactory,
) -> None:  # fmt: skip
    team = make_team("tea", ana, ben)
    stranger = make_member("stranger")
    active = make_contract(cleo, ana, team=team, shares={ana: 60, ben: 40})
    waiting = make_contract(cleo, ana, ContractState.DELIVERED, team=team, shares={ana: 60, ben: 40})

    def answers(member: Member) -> list[int]:
        browser = visit.as_(member)
        found = [browser.open(f"contracts.{page}", contract_id=active.id).status for page in PAGES]
        with browser.app.app_context():
            (delivery,) = queries.course_of(db.db.session.get_one(Contract, waiting.id)).deliveries
        place = {"contract_id": waiting.id, "delivery_id": delivery.id}
        return found + [browser.open(f"contracts.{page}", **place).status for page in OF_A_DELIVERY]

    assert answers(ana) == [200, 200, 200, 200, 403, 403, 200, 403, 409]
    assert answers(cleo) == [200, 403, 403, 200, 200, 200, 403, 409, 403]
    assert answers(ben) == [200, 403, 403, 403, 403, 403, 403, 403, 403]
    assert answers(stranger) == [404] * 9
    page = show(visit, ben, active)
    assert not page.has_link("納品する")
    assert "作業メモとメッセージを書けます" in page.text
    for path in (f"/contracts/{active.id}", "/contracts"):
        assert "/login" in visit.anonymous.open_path(path).path


def test_files_are_for_those_who_see_the_contract(
    visit: Visitors, app: Flask, ana: Member, ben: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    page = show(visit, ana, contract).submit("送信", body="資料", files={"files": [(BytesIO(PDF), "資料.pdf")]})
    address = str(page.soup.select_one("a.slip")["href"])  # type: ignore[index]
    response = visit.as_(cleo).open_path(address).response
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    assert "attachment" in response.headers["Content-Disposition"]
    assert visit.as_(ben).open_path(address).status == 404
    with app.app_context(), db.writing():
        file, _contract = queries.get_file(ana, int(address.rsplit("/", 1)[1]))
        file.needs_signature = True
        db.commit()
    assert visit.as_(cleo).open_path(address).status == 404
    assert visit.as_(ana).open_path(address).status == 200


@pytest.mark.parametrize("state", [ContractState.PROPOSED, ContractState.REFUSED])
def test_what_is_not_agreed_has_a_page_without_deeds(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory, state: ContractState
) -> None:
    page = show(visit, ana, make_contract(cleo, ana, state))
    assert (page.status, page.has_button("送信"), steps(page)) == (200, False, [])


def test_hours_are_computed_by_the_parties(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    hourly = {"reward_kind": "hourly", "amount_yen": 3_000, "formula": "作業した時間×3,000円"}
    contract = make_contract(cleo, ana, **hourly)
    page = show(visit, ana, contract).follow("納品する").submit("納品する", body="10時間の作業です。")
    page = show(visit, cleo, contract).follow("検収する").submit("検収する").follow("支払いを報告する")
    assert (page.value("paid_yen"), "作業した時間×3,000円" in page.text) == ("", True)
    page = page.submit("支払いを報告する", paid_yen="３０,０００", paid_on=(today() + timedelta(days=1)).isoformat())
    assert (page.status, set(page.errors())) == (422, {"paid_on"})
    page = page.submit("支払いを報告する", paid_on=today().isoformat())
    assert "30,000円を支払いました" in page.text


def test_one_deed_is_filled_beside_the_timeline(
    app: Flask, visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, milestones=PARTS)
    with app.app_context(), db.writing():
        a_notice(db.db.session.get_one(Contract, contract.id), ana)
        db.commit()
    assert show(visit, ana, contract).find_all(".c-side .btn-primary") == ["納品する"]
    page = visit.as_(cleo).open("contracts.end", contract_id=contract.id)
    page.submit("確認する", cause="mutual", reason="都合です。").submit("終了を申し出る")
    assert show(visit, ana, contract).find_all(".c-side .btn-primary") == ["内容を見て同意する"]

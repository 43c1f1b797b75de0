"""書類 and カレンダー as their owner opens them."""

import csv
import hashlib
import io
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import icalendar
import pytest
from flask import Flask

from marketplace import db, limits
from marketplace.accounts.models import Member
from marketplace.clock import today
from marketplace.contracts.models import Contract, ContractState
from marketplace.contracts.service.secrecy_papers import make_paper
from tests.factories.contracts import ContractFactory
from tests.factories.notices import PDF, a_notice
from tests.marketplace.contracts.signing import signed
from tests.visit import HOST, Browser, Visitors


def noticed(app: Flask, contract: Contract, recipient: Member) -> int:
    with app.app_context(), db.writing():
        number = a_notice(contract, recipient).id
        db.commit()
    return number


def test_papers_are_listed_filtered_and_saved(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    number = noticed(app, make_contract(cleo, ana, title="=HYPERLINK()"), ana)
    other = noticed(app, make_contract(ben, ana, client_name="港の店", amount_yen=300), ana)
    browser = visit.as_(ana)
    page = browser.open("filing.index")
    assert "取引条件通知書" in page.text
    assert "港の店" in page.text
    page = browser.open("filing.index", partner="港", most="３００円")
    assert "港の店" in page.text
    assert "みなと商会" not in page.text
    rows = browser.client.get("/papers/csv?least=1,000", base_url=HOST)
    assert rows.headers["Cache-Control"] == "no-store"
    found = list(csv.reader(io.StringIO(rows.get_data().decode("utf-8-sig"))))
    assert found[0][0] == "日付"
    assert found[1][2:7] == ["株式会社みなと商会", "120000", "税込", "固定", "'=HYPERLINK()"]
    assert len(found) == 2
    file = browser.client.get(f"/papers/{number}", base_url=HOST)
    assert file.data == PDF
    assert f"filename*=UTF-8''{quote(found[1][8])}" in file.headers["Content-Disposition"]
    assert file.headers["Cache-Control"] == "no-store"
    assert visit.as_(cleo).client.get(f"/papers/{number}", base_url=HOST).status_code == 200
    assert visit.as_(cleo).open_path(f"/papers/{other}").status == 404


def test_what_cannot_be_read_is_said_beside_the_field(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("filing.index", since="きのう", partner="x")
    assert page.status == 422
    assert "年月日を入力してください。" in page.errors()["since"]
    assert page.value("since") == "きのう"
    assert page.value("partner") == "x"
    page = visit.as_(ana).open("filing.index", since="2026-12-02", until="2026-12-01", least="2", most="1")
    assert page.errors().keys() == {"until", "most"}
    assert visit.as_(ana).open("filing.as_csv", until="きのう").errors().keys() == {"until"}


def test_an_agreement_that_all_have_signed_is_a_paper_of_theirs(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    with app.app_context(), db.writing():
        number = signed(contract, cleo, ana).id
        db.commit()
    page = visit.as_(ana).open("secrecy.show", contract_id=contract.id)
    assert "合意書を作成中です。" in page.text
    assert visit.as_(ana).open("filing.index").has_link("秘密保持の合意書") is False
    with app.app_context(), db.writing():
        make_paper(1, {"agreement": number})
        db.commit()
    page = visit.as_(ana).open("secrecy.show", contract_id=contract.id).follow("合意書を見る")
    assert page.path == f"/papers/agreements/{number}"
    for word in ("氏名cleo", "氏名ana", "図面は渡さない。", f"MU-{contract.id:06}-S1"):
        assert word in page.text, word
    assert visit.as_(cleo).open("filing.index").follow("秘密保持の合意書").path == page.path
    pdf = visit.as_(cleo).client.get(f"{page.path}/pdf", base_url=HOST)
    assert pdf.data.startswith(b"%PDF")
    assert hashlib.sha256(pdf.data).hexdigest() in page.text
    assert pdf.headers["Cache-Control"] == "no-store"
    proof = visit.as_(cleo).client.get(f"{page.path}/receipt", base_url=HOST)
    assert proof.get_json()["record"]["pdf_sha256"] == hashlib.sha256(pdf.data).hexdigest()
    rows = visit.as_(cleo).client.get("/papers/csv?kind=secrecy", base_url=HOST).get_data().decode("utf-8-sig")
    (told,) = list(csv.reader(io.StringIO(rows)))[1:]
    assert told[1:6] == ["秘密保持の合意書", "氏名ana", "", "", ""]
    for path in ("", "/pdf", "/receipt"):
        assert visit.as_(ben).open_path(page.path + path).status == 404


def made(browser: Browser) -> str:
    page = browser.post("/settings/calendar/renew")
    assert page.response.headers["Cache-Control"] == "no-store"
    address = page.soup.select_one("#address")
    assert address is not None
    return str(address["value"]).removeprefix(HOST)


def test_a_calendar_reads_the_days_without_signing_in(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, ContractState.DELIVERED, title="説明書; 和訳, 第1版\nBEGIN:VEVENT")
    browser = visit.as_(ana)
    path = made(browser)
    assert path.partition("/feeds/")[2] not in browser.open("feeds.index").html
    answer = visit.anonymous.client.get(path, base_url=HOST)
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Cache-Control"] == "no-store"
    calendar = icalendar.Calendar.from_ical(answer.data)
    assert calendar.walk("VTIMEZONE")
    events = calendar.walk("VEVENT")
    assert len(events) == 3
    assert events[-1]["DTSTART"].dt == today() + timedelta(days=59)
    assert str(events[-1]["UID"]).startswith(f"contract-{contract.id}-limit-")
    assert str(events[-1]["SUMMARY"]).startswith("支払いの法定の限度: 説明書; 和訳, 第1版")
    assert "Cleo" in str(events[0]["DESCRIPTION"])
    assert b"cleo" not in answer.data
    browser.post("/settings/calendar/revoke")
    assert visit.anonymous.client.get(path, base_url=HOST).status_code == 404


def test_wrong_addresses_are_counted(
    app: Flask, visit: Visitors, ana: Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(visit.as_(ana))
    monkeypatch.setitem(app.extensions, "limits", limits.Limiter(tmp_path / "limits.db", 1.0))
    wrong = [visit.anonymous.client.get(f"/feeds/{'x' * 43}.ics", base_url=HOST).status_code for _time in range(21)]
    assert wrong == [404] * 20 + [429]
    assert visit.anonymous.client.get(path, base_url=HOST).status_code == 200


def test_the_pages_cost_the_same_however_much_there_is(
    app: Flask, visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    browser = visit.as_(ana)
    path = made(browser)

    def costs() -> list[int]:
        return [browser.open("filing.index").statements, visit.anonymous.open_path(path).statements]

    noticed(app, make_contract(cleo, ana), ana)
    before = costs()
    for _number in range(3):
        noticed(app, make_contract(cleo, ana, ContractState.DELIVERED), ana)
    assert costs() == before
    assert max(before) <= 8

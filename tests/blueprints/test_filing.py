"""書類 and カレンダー as their owner opens them."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import icalendar
import pytest
from flask import Flask

from marketplace import db, limits
from marketplace.accounts.models import Member
from marketplace.clock import today
from marketplace.contracts.models import Contract, ContractState
from tests.factories.contracts import ContractFactory
from tests.factories.notices import PDF, a_notice
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
    assert found[1][2:6] == ["株式会社みなと商会", "120000", "税込", "'=HYPERLINK()"]
    assert len(found) == 2
    assert browser.client.get(f"/papers/{number}", base_url=HOST).data == PDF
    assert visit.as_(cleo).client.get(f"/papers/{number}", base_url=HOST).status_code == 200
    assert visit.as_(cleo).open_path(f"/papers/{other}").status == 404


def test_what_cannot_be_read_is_said_beside_the_field(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("filing.index", since="きのう", partner="x")
    assert page.status == 422
    assert "年月日を入力してください。" in page.errors()["since"]
    assert page.value("since") == "きのう"
    assert page.value("partner") == "x"


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

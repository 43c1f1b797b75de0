"""振込先口座情報: choosing, saving, seeing, removing; taxes; and what moderators see of it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db, limits
from marketplace.accounts.models import Draft, EmailChange, Member
from marketplace.audit.models import AuditDeed, AuditEntry
from marketplace.clock import now
from marketplace.payouts.models import BankAccount, NameGround, PayeeDetails
from marketplace.profiles.models import PersonalDetails
from tests.blueprints.office import Appoint
from tests.factories.members import PASSWORD, MemberFactory
from tests.mailbox import Mailbox
from tests.marketplace.payouts.accounts import HOLDER, KANA, NUMBER, account_of, verify
from tests.visit import Browser, Page, Visitors

EDIT = "/settings/bank-account/edit?bank=0001&branch=210"


def typed(browser: Browser, **fields: str) -> Page:
    """Send the form of an account at Mizuho, 渋谷."""
    said = {"kind": "ordinary", "number": NUMBER, "holder": HOLDER, "password": PASSWORD} | fields
    return browser.open_path(EDIT).submit("登録する", **said)


def numbers(app: Flask) -> list[BankAccount]:
    with app.app_context():
        return list(db.db.session.scalars(select(BankAccount).order_by(BankAccount.id)))


def test_an_account_is_chosen_in_steps_and_saved_without_script(
    app: Flask, visit: Visitors, post: Callable[[], Mailbox], ana: Member
) -> None:
    page = visit.as_(ana).open("payouts.account")
    assert "まだ口座が登録されていません。" in page.text
    assert "支払いはまだ行っていません" in page.text
    page = page.follow("口座を登録する").submit("検索する", q="京都")
    assert len(page.find_all("main .rows li")) > 5
    page = page.follow("選ぶ、京都(0158)").submit("検索する", q="きようと えきまえ")
    assert page.path == "/settings/bank-account/edit?bank=0158&branch=113", "what alone fits is chosen"
    page = page.submit("登録する", kind="savings", number="１２３-４５", holder="あな だ しるばー", password=PASSWORD)
    assert (page.status, list(page.errors())) == (422, ["holder"])
    assert "「ｱﾅ ﾀﾞ ｼﾙﾊﾞ-」と送ります" in page.errors()["holder"]
    assert (page.value("holder"), page.value("number"), page.value("kind")) == ("ｱﾅ ﾀﾞ ｼﾙﾊﾞ-", "0012345", "savings")
    assert page.value("password") == ""
    page = page.submit("登録する", password=PASSWORD)
    assert (page.status, page.path) == (200, "/settings/bank-account")
    assert "****345" in page.text
    assert "まで、この口座への振り込みは始まりません。" in page.text
    assert "0012345" not in page.html
    assert page.response.headers["Cache-Control"] == "no-store"
    mail = post().newest("ana@example.com")
    assert "振込先口座が登録されました" in str(mail.subject)
    assert numbers(app)[0].kind == "savings"


def test_what_the_browser_showed_of_the_holder_is_agreed_to(app: Flask, visit: Visitors, ana: Member) -> None:
    assert typed(visit.as_(ana), holder="あな しるば", seen="ｱﾅ ｼﾙﾊﾞ").path == "/settings/bank-account"
    assert len(numbers(app)) == 1


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"number": "12345678"}, "number"),
        ({"number": "12a"}, "number"),
        ({"number": ""}, "number"),
        ({"holder": "山田 太郎"}, "holder"),
        ({"holder": "ア" * 31}, "holder"),
        ({"holder": ""}, "holder"),
        ({"kind": "other"}, "kind"),
        ({"ground": "other"}, "reason"),
        ({"password": "wrong"}, "password"),
        ({"password": ""}, "password"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_is_lost(
    app: Flask, visit: Visitors, ana: Member, fields: dict[str, str], where: str
) -> None:
    page = typed(visit.as_(ana), **fields)
    assert page.status == 422
    assert set(page.errors()) == {where}
    for name in ("number", "holder"):
        assert page.value(name) == fields.get(name, {"number": NUMBER, "holder": HOLDER}[name])
    assert numbers(app) == []


def test_bank_and_branch_cannot_be_typed(app: Flask, visit: Visitors, ana: Member) -> None:
    browser = visit.as_(ana)
    said = {"kind": "ordinary", "number": NUMBER, "holder": HOLDER, "password": PASSWORD}
    for place in ("bank=9999&branch=001", "bank=0001&branch=999", "bank=0001", ""):
        assert browser.post(f"/settings/bank-account/edit?{place}", said).title.startswith(("金融機関を", "支店を"))
    assert browser.post(EDIT, said | {"bank": "0005"}).status == 422
    assert numbers(app) == []


def test_names_are_completed_while_one_types(visit: Visitors, ana: Member) -> None:
    browser = visit.as_(ana)
    assert browser.open("payouts.bank_names", q="みずほ").response.json[0] == "みずほ(0001)"
    assert browser.open("payouts.branch_names", code="0001", q="渋").response.json == ["渋谷(210)", "渋谷中央(162)"]
    assert browser.open("payouts.branch_names", code="9999", q="渋").status == 404
    page = browser.open("payouts.edit").submit("検索する", q="みずほ(0001)").submit("検索する", q="渋谷(210)")
    assert page.path == EDIT
    assert "見つかりませんでした" in browser.open("payouts.edit", q="どこにもない").text
    assert visit.anonymous.open("payouts.bank_names", q="みずほ").status == 401


def test_a_passbook_fills_the_form(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("payouts.edit", bank="9900")
    assert page.has_link("ゆうちょ銀行のページで調べる")
    button = "店番と口座番号に変換する"
    wrong = (
        ("00530", "12345671", "symbol"),
        ("", "1", "symbol"),
        ("11580", "21", "symbol"),
        ("10530", "12", "passbook_number"),
    )
    for symbol, number, where in wrong:
        refused = page.submit(button, symbol=symbol, passbook_number=number)
        assert (refused.status, where in refused.errors(), refused.value("symbol")) == (422, True, symbol)
    page = page.submit(button, symbol="１０５３０", passbook_number="12345671")
    assert "〇五八" in page.text
    assert (page.value("number"), page.value("kind")) == ("1234567", "ordinary")
    page = page.submit("登録する", holder=HOLDER, password=PASSWORD)
    assert "****567" in page.text


def test_the_number_is_shown_for_the_password_alone_and_that_is_recorded(
    app: Flask, visit: Visitors, ana: Member
) -> None:
    account_of(app, ana)
    page = visit.as_(ana).open("payouts.account").follow("番号と名義を見る")
    assert NUMBER not in page.html
    refused = page.submit("番号と名義を表示する", password="wrong")
    assert (refused.status, NUMBER in refused.html) == (422, False)
    shown = page.submit("番号と名義を表示する", password=PASSWORD)
    assert NUMBER in shown.text
    assert HOLDER in shown.text
    assert shown.response.headers["Cache-Control"] == "no-store"
    assert NUMBER not in visit.as_(ana).open("payouts.reveal").html
    with app.app_context():
        assert db.db.session.scalars(select(AuditEntry.deed)).all() == [AuditDeed.BANK_REVEALED]


def test_trying_the_password_here_is_counted(
    app: Flask, visit: Visitors, ana: Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_of(app, ana)
    monkeypatch.setitem(app.extensions, "limits", limits.Limiter(tmp_path / "limits.db", 1.0))
    page = visit.as_(ana).open("payouts.reveal")
    tries = [page.submit("番号と名義を表示する", password="wrong").status for _time in range(11)]
    assert tries == [422] * 10 + [429]


def test_an_account_is_removed_after_a_question(
    app: Flask, visit: Visitors, post: Callable[[], Mailbox], ana: Member
) -> None:
    account_of(app, ana)
    page = visit.as_(ana).open("payouts.account").follow("削除する")
    assert page.submit("削除する", password="wrong").status == 422
    page = page.submit("削除する", password=PASSWORD)
    assert "振込先口座を削除しました。" in page.text
    assert "まだ口座が登録されていません。" in page.text
    assert visit.as_(ana).open("payouts.remove").status == 404
    assert visit.as_(ana).open("payouts.reveal").status == 404
    (row,) = numbers(app)
    assert (row.sealed, row.key_name) == (None, None)
    assert "振込先口座が削除されました" in str(post().newest("ana@example.com").subject)


def test_the_address_of_a_few_days_ago_hears_of_a_change(
    app: Flask, visit: Visitors, post: Callable[[], Mailbox], ana: Member
) -> None:
    with app.app_context(), db.writing():
        change = EmailChange(account_id=ana.id, old_email="old@example.com", new_email="ana@example.com")
        change.confirmed_at = now() - timedelta(days=2)
        db.db.session.add(change)
        db.commit()
    typed(visit.as_(ana))
    box = post()
    for address in ("ana@example.com", "old@example.com"):
        (mail,) = box.to(address)
        assert "/password/forgot" in mail.text
        for secret in (NUMBER, "146", HOLDER, "みずほ"):
            assert secret not in mail.text


def test_another_name_is_asked_about_and_looked_at_by_a_moderator(
    app: Flask, visit: Visitors, post: Callable[[], Mailbox], appoint: Appoint, ana: Member, ben: Member
) -> None:
    with app.app_context(), db.writing():
        verify(ana)
        db.commit()
    page = typed(visit.as_(ana), holder="ｱﾅ ｼﾙﾊﾞ")
    assert (page.status, set(page.errors())) == (422, {"ground"})
    assert KANA in page.text
    page = page.submit("登録する", ground="former_name", reason="結婚前の姓です。", password=PASSWORD)
    assert "事務局が確認しています。" in page.text
    office = appoint(ben).open("moderation.bank_accounts")
    assert "@ana" in office.text
    assert "旧姓の口座" in office.text
    assert "ｼﾙﾊﾞ" not in office.text
    look = office.follow("@anaさんの名義を見る")
    assert "ｼﾙﾊﾞ" not in look.text
    assert KANA not in look.text
    assert look.status == visit.as_(ben).post(look.path, {"verdict": "fine"}).status == 200
    look = look.submit("開いて確認する")
    for shown in ("ｱﾅ ｼﾙﾊﾞ", KANA, "結婚前の姓です。"):
        assert shown in look.text
    assert NUMBER not in look.html
    assert "146" not in look.text
    refused = look.submit("判断する", verdict="mend")
    assert (refused.status, list(refused.errors())) == (422, ["statement"])
    done = look.submit("判断する", verdict="mend", statement="いまの姓の口座を登録してください。")
    assert "確認を待つ名義はありません。" in done.text
    assert "いまの姓の口座を登録してください。" in post().newest("ana@example.com").text
    page = visit.as_(ana).open("payouts.account")
    assert "口座の名義を直してください。" in page.text
    assert "いまの姓の口座を登録してください。" in page.text
    assert visit.as_(ben).open_path(look.path).status == 404


def test_the_office_is_for_moderators_and_ones_own_account_for_others(
    app: Flask, visit: Visitors, appoint: Appoint, ana: Member, ben: Member
) -> None:
    account = account_of(app, ana, kana=KANA, holder="ｱﾅ", ground=NameGround.OTHER, reason="x")
    path = f"/moderation/bank-accounts/{account.id}"
    for browser in (visit.anonymous, visit.as_(ana), visit.as_(ben)):
        for address in ("/moderation/bank-accounts", path, f"{path}/look"):
            assert browser.open_path(address).status == 404
            assert browser.post(address).status == 404
    browser = appoint(ana)
    assert "あなたの口座です" in browser.open("moderation.bank_accounts").text
    assert browser.open_path(path).status == 403
    assert browser.post(path, {"verdict": "fine"}).status == 403
    assert browser.post(f"{path}/look").status == 403


def test_nothing_is_said_of_a_name_that_is_not_verified_any_more(app: Flask, visit: Visitors, ana: Member) -> None:
    account_of(app, ana, kana=KANA, holder="ｱﾅ", ground=NameGround.FORMER_NAME)
    assert "事務局の確認を待っています" in visit.as_(ana).open("payouts.account").text
    with app.app_context(), db.writing():
        member = db.db.session.get_one(Member, ana.id)
        member.identity_verified_at = member.identity_document = None
        db.commit()
    page = visit.as_(ana).open("payouts.account")
    assert "本人確認が済むと、その名前と見くらべます" in page.text
    assert "事務局が確認しています" not in page.text
    assert "事務局の確認を待っています" not in page.text


def test_a_name_that_changed_under_the_page_is_shown_before_it_is_decided(
    app: Flask, appoint: Appoint, ana: Member, ben: Member
) -> None:
    account = account_of(app, ana, kana=KANA, holder="ｱﾅ", ground=NameGround.FORMER_NAME)
    look = appoint(ben).open("moderation.bank_account", account_id=account.id).submit("開いて確認する")
    with app.app_context(), db.writing():
        db.db.session.get_one(PersonalDetails, ana.id).name_kana = "アナ シルバ"
        db.commit()
    refused = look.submit("判断する", verdict="fine")
    assert refused.status == 409
    assert "アナ シルバ" in refused.text
    assert "判断を記録し" in refused.submit("判断する").text


def test_the_queue_costs_the_same_however_long_it_is(
    app: Flask, make_member: MemberFactory, appoint: Appoint, ben: Member
) -> None:
    browser = appoint(ben)
    counts = []
    for number in range(3):
        for place in range(2):
            member = make_member(f"m{number}{place}")
            account_of(app, member, kana=KANA, holder="ｱﾅ", ground=NameGround.FORMER_NAME)
        page = browser.open("moderation.bank_accounts")
        assert len(page.find_all(".case")) == (number + 1) * 2
        counts.append(page.statements)
    assert len(set(counts)) == 1


def test_the_page_costs_what_it_costs(app: Flask, visit: Visitors, ana: Member) -> None:
    empty = visit.as_(ana).open("payouts.account").statements
    account_of(app, ana, kana=KANA)
    assert visit.as_(ana).open("payouts.account").statements == empty == 4


def test_taxes_are_said_beside_it(app: Flask, visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("payouts.account")
    refused = page.submit("更新する")
    assert set(refused.errors()) == {"entity", "tax_status"}
    said = {"entity": "individual", "tax_status": "taxable", "withholding": "fee"}
    doubtful = page.submit("更新する", **said, invoice_number="T8000012050002")
    assert (doubtful.status, "通知のとおりです" in doubtful.text) == (422, True)
    done = doubtful.submit("更新する", is_sure="y")
    assert done.value("invoice_number") == "T8000012050002"
    for fields in ({"entity": "corporation"}, {"tax_status": "exempt"}, {"invoice_number": "T1"}):
        assert done.submit("更新する", **fields).errors().keys() == {"invoice_number"}
    done = done.submit("更新する", entity="corporation", invoice_number="7000012050002")
    assert "請求と税の情報を更新しました。" in done.text
    with app.app_context():
        details = db.db.session.get_one(PayeeDetails, ana.id)
        assert (details.invoice_number, details.withholding) == ("T7000012050002", "none")


def test_a_lost_session_keeps_neither_number_nor_holder(app: Flask, visit: Visitors, ana: Member) -> None:
    browser = visit.as_(ana)
    form = browser.open_path(EDIT)
    browser.client.delete_cookie("musubi")
    page = form.submit("登録する", kind="savings", number=NUMBER, holder=HOLDER, password=PASSWORD)
    assert page.status in {400, 401}
    for secret in (NUMBER, HOLDER, PASSWORD):
        assert secret not in page.html
    with app.app_context():
        assert not db.db.session.scalars(select(Draft)).all()


def test_strangers_have_no_account_pages(visit: Visitors) -> None:
    for endpoint in ("payouts.account", "payouts.edit", "payouts.reveal", "payouts.remove"):
        assert visit.open(endpoint).path.startswith("/login")

"""Asking to belong to a company, showing an address of it, and what its owners answer."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db, limits
from marketplace.accounts.models import Member
from marketplace.companies import queries, service
from marketplace.companies.models import BelongingRequest
from tests.factories.companies import CompanyFactory
from tests.mailbox import Mailbox
from tests.visit import Page, Visitors


def asked(visit: Visitors, member: Member, **fields: str) -> Page:
    return visit.as_(member).open("companies.join", slug="tea").submit("申請を送る", **fields)


def path_of_mail(drain: Callable[[], int], mailbox: Mailbox, to: str) -> str:
    drain()
    return mailbox.newest(to).path


def test_an_owner_hears_of_a_request_and_answers_it(
    visit: Visitors, drain: Callable[[], int], ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana, name="お茶")
    page = asked(visit, ben, department="茶園", comment="先月入社しました。")
    assert (page.path, "所属を申請しています" in page.text) == ("/companies/tea", True)
    assert "回答を待っています" in visit.as_(ben).open("companies.join", slug="tea").text
    drain()
    page = visit.as_(ana).open("notifications.index").follow("Benさんが、「お茶」への所属を申請しました。")
    assert (page.path, "先月入社しました。" in page.text, "茶園" in page.text) == ("/settings/company", True, True)
    page = page.submit("承認、Ben")
    assert "Benさんが「お茶」に加わりました。" in page.text
    drain()
    page = visit.as_(ben).open("notifications.index").follow("「お茶」への所属の申請が承認されました。")
    assert page.find_all(".team-members h4") == ["Ana オーナー", "Ben"]
    assert page.find_all(".department") == ["部署の登録なし", "茶園"]
    assert visit.as_(ben).open("companies.join", slug="tea").status == 403


def test_a_refusal_is_told_and_a_second_request_waits(
    visit: Visitors, drain: Callable[[], int], ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana, name="お茶")
    asked(visit, ben)
    page = visit.as_(ana).open("companies.show", slug="tea").submit("却下、Ben")
    assert (page.path, "Benさんの所属の申請を却下しました。" in page.text) == ("/companies/tea", True)
    drain()
    assert "「お茶」への所属の申請は承認されませんでした。" in visit.as_(ben).open("notifications.index").text
    page = asked(visit, ben, comment="もう一度")
    assert (page.status, set(page.errors()), page.value("comment")) == (409, {"comment"}, "もう一度")


def test_a_request_is_taken_back_from_either_page(
    visit: Visitors, ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana, name="お茶")
    page = asked(visit, ben).submit("申請を取り消す")
    assert "「お茶」への所属の申請を取り消しました。" in page.text
    asked(visit, ben)
    page = visit.as_(ben).open("companies.mine").submit("取り消す、「お茶」への所属の申請")
    assert page.path == "/settings/company"
    assert "申請している会社" not in page.text


def test_a_stranger_answers_nothing(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana)
    asked(visit, ben)
    with app.app_context():
        number = db.db.session.scalars(select(BelongingRequest.id)).one()
    for deed in ("admit", "turn-down", "take-back"):
        assert visit.as_(cleo).post(f"/companies/requests/{number}/{deed}", {}).status == 404
    assert visit.as_(ben).post(f"/companies/requests/{number}/admit", {}).status == 403
    assert visit.as_(ana).post(f"/companies/requests/{number}/take-back", {}).status == 403
    assert visit.as_(ana).post(f"/companies/requests/{number}/admit", {"next": "https://elsewhere.example"}).path == "/"
    assert visit.as_(ana).post(f"/companies/requests/{number}/admit", {}).status == 409


def test_an_owner_confirms_the_domain_and_a_colleague_comes_by_it(
    visit: Visitors, drain: Callable[[], int], mailbox: Mailbox, ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana, name="お茶")
    page = visit.as_(ana).open("companies.show", slug="tea").follow("会社のドメインを確認する")
    page = page.submit("確認のメールを送る", email="Ana@Tea.Example")
    assert "ana@tea.example に送りました。24時間のうちに" in page.text
    path = path_of_mail(drain, mailbox, "ana@tea.example")
    assert "Anaさん(ユーザー名 ana)" in mailbox.newest("ana@tea.example").text
    page = visit.as_(ana).open_path(path).submit("メールアドレスを確認する")
    assert ("「お茶」への所属を確認しました。" in page.text, "会社確認済み" in page.text) == (True, True)

    page = visit.as_(ben).open("companies.join", slug="tea")
    assert "@tea.example のアドレスを確認できれば" in page.text
    page.follow("会社のメールアドレスで確認する").submit(
        "確認のメールを送る", email="ben@tea.example", department="茶園"
    )
    path = path_of_mail(drain, mailbox, "ben@tea.example")
    other = visit.as_(ana).open_path(path)
    assert "いまログインしている会員のものではありません。" in other.text
    assert visit.as_(ana).post(path, {"go": "1"}).status == 403
    assert visit.anonymous.client.get(path).headers["Location"].startswith("/login?next=")
    page = visit.as_(ben).open_path(path).submit("メールアドレスを確認する")
    assert "会社のメールアドレスを確認" in page.text
    assert visit.as_(ben).open_path(path).status == 404
    drain()
    assert (
        "Benさんが、会社のメールアドレスを確認して「お茶」に加わりました。"
        in visit.as_(ana).open("notifications.index").text
    )


@pytest.mark.parametrize(
    ("email", "status", "sentence"),
    [
        ("ben@gmail.com", 422, "だれでも作れる"),
        ("ben@mail.docomo.ne.jp", 422, "だれでも作れる"),
        ("ben@elsewhere.example", 403, "確認されていません"),
        ("nobody", 422, "1つ、半角で"),
        ("", 422, "会社のメールアドレスを入力"),
    ],
)
def test_other_addresses_are_refused_beside_the_field(
    visit: Visitors, ana: Member, ben: Member, make_company: CompanyFactory, email: str, status: int, sentence: str
) -> None:
    make_company("tea", ana, domain="tea.example")
    page = visit.as_(ben).open("companies.prove", slug="tea").submit("確認のメールを送る", email=email)
    assert (page.status, page.value("email")) == (status, email)
    assert sentence in page.errors()["email"]


def test_without_a_confirmed_domain_others_ask(
    visit: Visitors, ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana)
    assert visit.as_(ben).open("companies.prove", slug="tea").path == "/companies/tea/join"


def test_a_domain_that_was_lost_meanwhile_is_told(
    app: Flask,
    visit: Visitors,
    drain: Callable[[], int],
    mailbox: Mailbox,
    ana: Member,
    ben: Member,
    make_company: CompanyFactory,
) -> None:
    make_company("tea", ana)
    visit.as_(ana).open("companies.prove", slug="tea").submit("確認のメールを送る", email="ana@tea.example")
    path = path_of_mail(drain, mailbox, "ana@tea.example")
    make_company("other", ben, domain="tea.example")
    page = visit.as_(ana).open_path(path).submit("メールアドレスを確認する")
    assert (page.status, "ほかの会社のもの" in page.text) == (409, True)


def test_no_mail_goes_out_for_what_is_over(
    app: Flask, drain: Callable[[], int], mailbox: Mailbox, ana: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana)
    with app.app_context(), db.writing():
        company = queries.get_live("tea")
        service.prove(ana, company, "ana@tea.example")
        service.close(ana, company)
        db.commit()
    drain()
    assert mailbox.to("ana@tea.example") == []


def test_five_mails_a_day_go_out_to_one_address(
    app: Flask, visit: Visitors, ana: Member, make_company: CompanyFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_company("tea", ana)
    monkeypatch.setattr(app.extensions["limits"], "_factor", 1.0)
    pages = [
        visit.as_(ana).open("companies.prove", slug="tea").submit("確認のメールを送る", email="ana@tea.example")
        for _time in range(limits.RULES[limits.Action.COMPANY_MAIL].by_account[0].amount + 1)
    ]
    assert [page.status for page in pages] == [200] * 5 + [429]


def test_what_was_told_leads_somewhere_whatever_became_of_the_company(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana, ben, name="お茶")
    with app.app_context(), db.writing():
        service.hand_over(ana, queries.get_live("tea"), ben, stays=True)
        service.close(ana, queries.get_live("tea"))
        db.commit()
    drain()
    for sentence in ("Anaさんから、「お茶」のオーナーを引き継ぎました。", "「お茶」の登録が取り下げられました。"):
        assert visit.as_(ben).open("notifications.index").follow(sentence).path == "/settings/company"

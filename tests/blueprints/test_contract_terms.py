"""Offering work, answering what was offered, changing what was agreed, and having it on paper."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import today
from marketplace.contracts import queries
from marketplace.contracts.models import Contract, ContractNotice, ContractState, ContractTerms
from marketplace.db import db as session
from tests.factories.applications import ApplicationFactory
from tests.factories.companies import CompanyFactory
from tests.factories.jobs import JobFactory
from tests.factories.members import MemberFactory
from tests.factories.teams import TeamFactory
from tests.marketplace.contracts.agreeing import agreed, proposed, shares_of
from tests.visit import Page, Visitors


def in_days(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def typed(**others: str) -> dict[str, str]:
    return {
        "title": "取扱説明書の翻訳",
        "client_has_employees": "yes",
        "scope": "取扱説明書(40ページ)を英語から日本語に翻訳する。\n用語集も作る。",
        "rights": "transfer",
        "due_on": in_days(30),
        "amount_yen": "１２０，０００円",
        "is_tax_included": "no",
        "withholding": "subject",
    } | others


def offered(visit: Visitors, client: Member, worker: Member, **others: str) -> Page:
    page = visit.as_(client).open("contracts.new", worker=worker.username)
    return page.submit("確認する", **typed(**others)).submit("送信")


def only_contract(app: Flask) -> Contract:
    with app.app_context():
        return session.session.scalars(select(Contract)).one()


def test_work_is_offered_looked_at_and_agreed_to(
    app: Flask, visit: Visitors, ana: Member, ben: Member, drain: Callable[[], int]
) -> None:
    page = visit.as_(ana).open("contracts.new", worker=ben.username)
    assert (page.value("client_name"), page.value("worker_name"), page.value("pay_day")) == ("Ana", "Ben", "25")
    assert "振込手数料は、支払う側が負担します。" in page.text
    page = page.submit("確認する", **typed())
    # As the other party will read it: with all amounts and days.
    for words in ("この内容で送信します", "120,000円", "12,000円", "12,252円", "119,748円", "クライアントへ移る"):
        assert words in page.text, words
    back = page.submit("修正する")
    assert back.value("scope").replace("\r", "") == typed()["scope"]
    page = back.submit("確認する").submit("送信")
    contract = only_contract(app)
    assert page.path == f"/contracts/{contract.id}/terms"
    assert "回答を待っています。" in page.text
    drain()
    page = visit.as_(ben).open("contracts.terms", contract_id=contract.id)
    assert "用語集も作る。" in page.text
    page = page.submit("この条件に同意する")
    assert "条件に同意しました。" in page.text
    assert "取引条件通知書を作成中です。" in page.text
    drain()
    page = visit.as_(ben).open("contracts.terms", contract_id=contract.id)
    page = page.submit("内容を確認する")
    assert "内容を確認した日時を記録しました。" in page.text
    assert not page.has_button("内容を確認する")
    with app.app_context():
        notice = session.session.scalars(select(ContractNotice)).one()
        assert notice.viewed_at is not None
    for member in (ana, ben):
        browser = visit.as_(member).client
        pdf = browser.get(f"/contracts/{contract.id}/notices/{notice.id}")
        assert (pdf.status_code, pdf.mimetype, pdf.data[:4]) == (200, "application/pdf", b"%PDF")
        assert pdf.headers["Cache-Control"] == "no-store"
        assert b'"musubi-receipt"' in browser.get(f"/contracts/{contract.id}/notices/{notice.id}/receipt").data


def test_each_missing_item_is_named_beside_its_field_and_nothing_typed_is_lost(
    visit: Visitors, ana: Member, ben: Member
) -> None:
    page = visit.as_(ana).open("contracts.new", worker=ben.username)
    page = page.submit("確認する", title="翻訳", client_name="", amount_yen="0.5", pay_months="2", place="京都")
    assert page.status == 422
    for sentence in (
        "クライアントの名称を入力してください。だれからの依頼かを書面に示す決まりです。",
        "仕事の内容を入力してください。",
        "成果物の権利の扱いを選んでください。",
        "納める日か、役務の期間を入力してください。",
        "1円から1,000,000,000円までの整数で入力してください。",
        "税込か税別かを選んでください。",
        "源泉徴収の対象かどうかを選んでください。",
        "法律の定めは60日目までです。",
    ):
        assert sentence in page.text, sentence
    assert (page.value("title"), page.value("amount_yen"), page.value("place")) == ("翻訳", "0.5", "京都")


def test_rows_are_checked_where_they_stand(visit: Visitors, ana: Member, ben: Member) -> None:
    rows = {
        "milestones-0-title": "前半", "milestones-0-due_on": in_days(40), "milestones-0-amount_yen": "1000",
        "undecided-0-item": "点数", "undecided-0-reason": "", "undecided-0-decide_by": in_days(90),
    }  # fmt: skip
    page = visit.as_(ana).open("contracts.new", worker=ben.username).submit("確認する", **typed(**rows))
    assert page.status == 422
    for sentence in ("全体を納める日(", "区切りの報酬の合計が1,000円です。", "決められない理由を入力してください。"):
        assert sentence in page.text, sentence
    assert page.value("milestones-0-title") == "前半"


def test_what_it_comes_to_is_shown_while_one_writes(visit: Visitors, ana: Member, ben: Member) -> None:
    page = visit.as_(ana).open("contracts.new", worker=ben.username)
    page = page.submit("支払う額と日を計算する", **typed(amount_yen="1,500,000", scope=""))
    assert page.status == 200
    reckoning = page.find_all("#reckoning")[0]
    for words in ("1,500,000円", "150,000円", "204,200円", "1,445,800円"):
        assert words in reckoning, words
    page = page.submit("支払う額と日を計算する", pay_months="2")
    assert "法律の定めは60日目までです。" in page.find_all("#reckoning")[0]


def test_a_counter_shows_what_it_changes_to_both(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    offered(visit, ana, ben)
    contract = only_contract(app)
    page = visit.as_(ben).open("contracts.change", contract_id=contract.id)
    page = page.submit("確認する", amount_yen="150000", change_reason="図版が多いため")
    assert "変わるところ" in page.text
    page = page.submit("送信")
    assert page.path == f"/contracts/{contract.id}/terms/2"
    page = visit.as_(ana).open("contracts.terms", contract_id=contract.id)
    for words in ("図版が多いため", "第1版から変わったところ", "150,000円", "第1版"):
        assert words in page.text, words
    old = visit.as_(ana).open("contracts.version", contract_id=contract.id, number=1)
    assert not old.has_button("この条件に同意する")
    page.submit("この条件に同意する")
    assert only_contract(app).terms_number == 2
    # The day on which both agree is no difference of terms.
    change = visit.as_(ben).open("contracts.change", contract_id=contract.id).submit("確認する", amount_yen="160000")
    changes = change.find_all("#changes")[0]
    assert "160,000円" in changes
    assert "業務を委託した日" not in changes


def test_who_writes_while_the_other_sends_a_version_sees_both_before_anything_is_replaced(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    offered(visit, ana, ben)
    contract = only_contract(app)
    early = visit.as_(ben).open("contracts.change", contract_id=contract.id)
    late = visit.as_(ben).open("contracts.change", contract_id=contract.id)
    late = late.submit("確認する", amount_yen="99000", change_reason="図版が多いため")
    own = visit.as_(ana).open("contracts.change", contract_id=contract.id)
    own.submit("確認する", amount_yen="95000", change_reason="予算のため").submit("送信")
    for page in (early.submit("確認する", amount_yen="99000", change_reason="図版が多いため"), late.submit("送信")):
        assert page.status == 409
        for words in ("Anaさんが、先に第2版を提案しました。", "予算のため", "95,000円", "99,000円", "図版が多いため"):
            assert words in page.text, words
    with app.app_context():
        assert session.session.scalar(select(func.max(ContractTerms.number))) == 2
    back = page.submit("入力した内容を直す")
    assert (back.value("amount_yen"), back.value("change_reason")) == ("99000", "図版が多いため")
    assert "95,000円" in page.follow("第2版を見て回答する").text
    # Once it was read, one's own may take its place.
    sent = page.submit("入力した内容を提案する")
    assert sent.path == f"/contracts/{contract.id}/terms/3"


def test_who_answers_a_version_that_was_replaced_sees_the_new_one_beside_it(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    offered(visit, ana, ben)
    contract = only_contract(app)
    asked = visit.as_(ben).open("contracts.terms", contract_id=contract.id)
    refusing = asked.follow("見送る")
    own = visit.as_(ana).open("contracts.change", contract_id=contract.id)
    own.submit("確認する", amount_yen="95000").submit("送信")
    for page in (asked.submit("この条件に同意する"), refusing.submit("見送る")):
        assert page.status == 409
        for words in ("新しい条件が提案されています。", "新しい版で変わったところ", "120,000円", "95,000円"):
            assert words in page.text, words
        assert page.follow("第2版を見る").has_button("この条件に同意する")
    assert only_contract(app).state is ContractState.PROPOSED


def test_less_reward_is_warned_of(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    offered(visit, ana, ben)
    contract = only_contract(app)
    page = visit.as_(ana).open("contracts.change", contract_id=contract.id).submit("確認する", amount_yen="100000")
    warning = "ワーカーに責任がない減額は、同意があっても法律で禁じられています。"
    assert warning in page.text
    # Nor does a cut of what is in force pass for a raise of what was taken back.
    visit.as_(ben).open("contracts.terms", contract_id=contract.id).submit("この条件に同意する")
    for amount in ("60000", "80000"):
        page = visit.as_(ana).open("contracts.change", contract_id=contract.id).submit("確認する", amount_yen=amount)
        page.submit("送信")
    page = visit.as_(ben).open("contracts.terms", contract_id=contract.id)
    assert warning in page.text
    assert "120,000円(税別) 80,000円(税別)" in page.find_all("#changes")[0]
    # What is refused is no newer version, and another can be proposed from the one in force.
    page = page.follow("見送る").submit("見送る")
    assert "この版のあとに" not in page.text
    assert page.has_link("条件の変更を提案する")


def test_a_worker_asks_to_talk_about_the_price_and_is_told_why_not(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    offered(visit, ana, ben)
    contract = only_contract(app)
    visit.as_(ben).open("contracts.terms", contract_id=contract.id).submit("この条件に同意する")
    assert not visit.as_(ana).open("contracts.terms", contract_id=contract.id).has_link("価格協議を求める")
    page = visit.as_(ben).open("contracts.terms", contract_id=contract.id).follow("価格協議を求める")
    page.submit("確認する", amount_yen="150000", change_reason="材料費が上がりました。").submit("送信")
    late = visit.as_(ana).open("contracts.terms", contract_id=contract.id)
    assert "報酬の変更を求めています(価格協議)" in late.text
    page = late = late.follow("見送る")
    page = page.submit("見送る")
    assert (page.status, list(page.errors())) == (422, ["reason"])
    page = page.submit("見送る", reason="今期の予算では、ここまでです。")
    assert "条件の変更を見送りました。" in page.text
    told = visit.as_(ben).open("contracts.show", contract_id=contract.id).text
    assert ("価格協議を求め、取引条件(第2版)を提案しました。" in told, "今期の予算では、" in told) == (True, True)
    twice = late.submit("見送る", reason="もう一度書いた理由です。")
    assert (twice.status, twice.value("reason")) == (409, "もう一度書いた理由です。")


def test_refusing_and_taking_back_are_asked_for_first(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    offered(visit, ana, ben)
    contract = only_contract(app)
    page = visit.as_(ben).open("contracts.terms", contract_id=contract.id).follow("見送る")
    assert "Anaさんに伝わります" in page.text
    assert only_contract(app).state is ContractState.PROPOSED
    page = page.submit("見送る")
    assert "取引を見送りました。" in page.text
    assert only_contract(app).state is ContractState.REFUSED
    late = visit.as_(ana).open("contracts.withdraw", contract_id=contract.id, number=1).submit("取り下げる")
    assert (late.status, "この条件は見送られました。" in late.text) == (409, True)


def test_terms_that_wait_while_everything_is_delivered_are_still_answered(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    offered(visit, ana, ben)
    contract = only_contract(app)
    visit.as_(ben).open("contracts.terms", contract_id=contract.id).submit("この条件に同意する")
    for _version in range(2):
        page = visit.as_(ana).open("contracts.change", contract_id=contract.id)
        page.submit("確認する", amount_yen="150000").submit("送信")
        if not _version:
            visit.as_(ana).open("contracts.withdraw", contract_id=contract.id, number=2).submit("取り下げる")
    visit.as_(ben).open("contracts.deliver", contract_id=contract.id).submit("納品する", body="できました。")
    own = visit.as_(ana).open("contracts.terms", contract_id=contract.id)
    assert "取り下げる" in own.text
    assert "条件を直して送りなおす" not in own.text
    page = visit.as_(ben).open("contracts.show", contract_id=contract.id)
    assert "取引条件(第2版)は、取り下げられました。" in page.text
    page = page.follow("条件を見て回答する")
    assert "この条件に同意する" not in page.text
    page = page.follow("見送る").submit("見送る")
    assert "条件の変更を見送りました。" in page.text


def test_a_company_lends_its_name(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    make_company("minagiwa", ana, name="株式会社みなぎわ測器")
    page = visit.as_(ana).open("contracts.new", worker=ben.username)
    page = page.submit("確認する", **typed(company="minagiwa"))
    assert "株式会社みなぎわ測器" in page.text
    page.submit("送信")
    with app.app_context():
        contract = session.session.scalars(select(Contract)).one()
        assert contract.company_id is not None
        assert session.session.scalars(select(ContractTerms.client_name)).one() == "株式会社みなぎわ測器"


def test_the_pages_of_an_application_lead_to_what_came_of_it(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana, ends_on=today() + timedelta(days=20), is_remote=False, prefecture="26", city="京都市左京区")
    number = make_application(job, ben).id
    review = {"job_id": job.id, "application_id": number}
    visit.as_(ana).open("applications.accept", **review).submit("条件の相談へ進む")
    assert (
        "次に、クライアントが取引条件を提示します。"
        in visit.as_(ben).open("applications.show", application_id=number).text
    )
    assert "条件の提示の期限" in visit.as_(ben).open("applications.index", tab="accepted").text
    page = visit.as_(ana).open("contracts.new", application=number)
    assert (page.value("is_remote"), page.value("place")) == ("no", "京都府京都市左京区")
    # The end of the period is the day of delivery, not that of a service beside it.
    assert (page.value("due_on"), page.value("ends_on")) == (str(job.ends_on or ""), "")
    page.submit("確認する", **typed()).submit("送信")
    assert "取引条件を決める" not in visit.as_(ana).open("applications.review", **review).text
    page = visit.as_(ben).open("applications.show", application_id=number)
    assert "次に、クライアントが取引条件を提示します。" not in page.text
    page.follow("取引条件を見る").submit("この条件に同意する")
    for member, name, where in ((ana, "review", review), (ben, "show", {"application_id": number})):
        page = visit.as_(member).open(f"applications.{name}", **where).follow("取引のページを見る")
        assert page.path == f"/contracts/{only_contract(app).id}"


def test_strangers_find_nothing(app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member) -> None:
    offered(visit, ana, ben)
    contract = only_contract(app)
    for path in ("terms", "terms/1", "terms/new", "terms/1/refuse", "terms/1/withdraw", "notices/1"):
        assert visit.as_(cleo).open_path(f"/contracts/{contract.id}/{path}").status == 404, path
    assert visit.as_(ben).open_path(f"/contracts/{contract.id}/terms/9").status == 404
    assert visit.as_(ana).open_path(f"/contracts/{contract.id}/terms/1/refuse").status == 403
    assert visit.as_(ana).open_path("/contracts/new?worker=nobody-here").status == 404
    assert visit.as_(ana).open_path("/contracts/new").status == 404
    assert visit.as_(ana).open_path("/contracts/new?worker=ana").status == 403


def test_the_page_costs_the_same_however_many_versions_there_are(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    team = make_team("kaki", ben, cleo)
    with app.app_context(), db.writing():
        contract_id = agreed(ana, ben, team, shares=shares_of((ben, 50), (cleo, 50))).id
        db.commit()
    browser = visit.as_(ana)
    browser.open("contracts.terms", contract_id=contract_id)
    first = browser.open("contracts.terms", contract_id=contract_id).statements
    for amount in range(3):
        page = browser.open("contracts.change", contract_id=contract_id)
        page.submit("確認する", amount_yen=str(130_000 + amount)).submit("送信")
        visit.as_(ben).open("contracts.terms", contract_id=contract_id).submit("この条件に同意する")
    later = browser.open("contracts.terms", contract_id=contract_id).statements
    # One more: the version before.
    assert later <= first + 2
    assert later <= 16


@pytest.mark.usefixtures("session")
def test_the_questions_know_what_was_proposed(ana: Member, ben: Member, make_member: MemberFactory) -> None:
    contract = proposed(ana, ben)
    assert queries.find_proposed(contract) is not None
    assert queries.find_in_force(contract) is None
    assert session.session.scalar(select(func.count()).select_from(Contract)) == 1

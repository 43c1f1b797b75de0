"""Contracts of teams, whose members are asked, and what did not come about, which is offered anew."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import Member
from marketplace.applications.models import Application
from marketplace.contracts.models import Contract
from marketplace.db import commit, writing
from marketplace.db import db as session
from marketplace.teams.models import Membership, Role
from tests.blueprints.test_contract_terms import only_contract, typed
from tests.factories.applications import ApplicationFactory
from tests.factories.jobs import JobFactory
from tests.factories.members import MemberFactory
from tests.factories.teams import TeamFactory
from tests.visit import Visitors


def test_a_team_is_asked_through_its_leader_and_shares_what_it_earns(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_team: TeamFactory,
    drain: Callable[[], int],
) -> None:  # fmt: skip
    team = make_team("kaki", ben, cleo)
    page = visit.as_(ana).open("contracts.new", team=team.slug)
    # How the team shares is none of the client's decisions.
    assert "チームの中の分けかたは、送ったあとに代表が決め" in page.text
    page.submit("確認する", **typed()).submit("送信")
    contract = only_contract(app)
    assert (contract.worker_id, contract.team_id) == (ben.id, team.id)
    asked = visit.as_(ben).open("contracts.terms", contract_id=contract.id)
    assert not asked.has_button("この条件に同意する")
    page = asked.follow("チームの分配を決める")
    assert (page.value("shares-0-percent"), page.value("shares-1-percent")) == ("50", "50")
    wrong = page.submit("分配を決める", **{"shares-0-percent": "60"})
    assert wrong.status == 422
    assert "分配は0から100までの整数で、合計を100にしてください。いまは110です。" in wrong.text
    wrong.submit("分配を決める", **{"shares-1-percent": "40", "shares-1-part": "校正"})
    drain()
    own = visit.as_(cleo).open("home.mypage")
    assert "チームでの担当と分配が、あなたの確認を待っています。" in own.text
    assert "での担当と分配の確認を求めています。" in visit.as_(cleo).open("notifications.index").text
    share = visit.as_(cleo).open("contracts.share", contract_id=contract.id)
    for words in ("校正", "40%", "48,000 円", "断っても、チームの中の立場は変わりません。", "元委託業務の支払期日"):
        assert words in share.text, words
    assert not visit.as_(ben).open("contracts.terms", contract_id=contract.id).has_button("この条件に同意する")
    assert visit.as_(ben).open("contracts.share", contract_id=contract.id).status == 404
    # The leader shares out anew: nobody takes part for what they have not read.
    anew = visit.as_(ben).open("contracts.share_out", contract_id=contract.id, number=1)
    anew.submit("分配を決める", **{"shares-0-percent": "70", "shares-1-percent": "30"})
    share = visit.as_(cleo).open_path(share.path)
    anew = visit.as_(ben).open("contracts.share_out", contract_id=contract.id, number=1)
    anew.submit("分配を決める", **{"shares-0-percent": "60", "shares-1-percent": "40"})
    share = share.submit("参加する")
    assert share.status == 409
    assert "前は「30% 校正」" in share.text
    assert "48,000 円" in share.text
    share.submit("参加する")
    assert "あなたの確認を待っています" not in visit.as_(cleo).open("home.mypage").text
    visit.as_(ben).open("contracts.terms", contract_id=contract.id).submit("この条件に同意する")
    drain()
    page = visit.as_(cleo).open("contracts.terms", contract_id=contract.id)
    assert "取引条件通知書(再委託)" in page.text
    assert "元委託業務の支払期日" in page.text
    assert page.has_button("内容を確認する")
    # What is shown is what was printed, whatever its people are called since.
    with app.app_context(), writing():
        session.session.get_one(Member, ben.id).nickname = "弁"
        commit()
    page = visit.as_(ana).open("contracts.terms", contract_id=contract.id)
    assert "代表 / Ben @ben" in page.text
    # A reward that is cut takes no shares over, and the client does not read that it would.
    page = page.follow("条件の変更を提案する").submit("確認する", amount_yen="1000")
    assert "Cleo @cleo / 校正 / 40%" in page.text
    assert "400円" not in page.text


def test_shares_that_are_typed_are_kept_until_they_are_sent_or_the_team_changes(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_member: MemberFactory,
    make_team: TeamFactory,
) -> None:  # fmt: skip
    team = make_team("kaki", ben, cleo)
    visit.as_(ana).open("contracts.new", team=team.slug).submit("確認する", **typed()).submit("送信")
    page = visit.as_(ben).open("contracts.share_out", contract_id=only_contract(app).id, number=1)
    rows = {name: page.value(name) for name in ("shares-0-username", "shares-1-username")}
    fields = rows | {
        "shares-0-percent": "80",
        "shares-0-part": "翻訳",
        "shares-1-percent": "20",
        "shares-1-part": "校正",
    }
    page.browser.post(f"/drafts?path={page.path}", fields)
    again = page.browser.open_path(page.path)
    assert (again.value("shares-0-percent"), again.value("shares-1-part")) == ("80", "校正")
    with app.app_context(), writing():
        session.session.add(Membership(team_id=team.id, member_id=make_member("dan").id, role=Role.MEMBER))
        commit()
    anew = page.browser.open_path(page.path)
    assert (anew.value("shares-0-percent"), len(anew.find_all(".shares"))) == ("34", 3)


def test_the_client_reads_no_refusal_and_it_is_not_asked_again_in_the_name_of_the_leader(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    team = make_team("kaki", ben, cleo)
    visit.as_(ana).open("contracts.new", team=team.slug).submit("確認する", **typed()).submit("送信")
    here = only_contract(app).id
    asked = visit.as_(ben).open("contracts.terms", contract_id=here)
    assert "同意すると、この内容で決まり" not in asked.text
    asked.follow("チームの分配を決める").submit("分配を決める")
    assert "確認を待っています" in visit.as_(ben).open("contracts.terms", contract_id=here).text
    visit.as_(cleo).open("contracts.share", contract_id=here).submit("参加しない")
    page = visit.as_(ben).open("contracts.terms", contract_id=here)
    assert "参加しないと答えたメンバーがいます。代表が分配を決めなおすと" in page.text
    assert "確認を待っています" not in page.text
    page = visit.as_(ana).open("contracts.terms", contract_id=here)
    assert "参加しない" not in page.text
    assert "代表がチームの分配を決め、メンバーが確認すると" in page.text
    page.follow("条件を直して送りなおす").submit("確認する", amount_yen="150000").submit("送信")
    assert visit.as_(cleo).open("contracts.share", contract_id=here).status == 404
    assert visit.as_(ben).open("contracts.terms", contract_id=here).has_link("チームの分配を決める")
    # Nor are shares offered that nobody of the team has decided on for this contract.
    visit.as_(ben).open("contracts.share_out", contract_id=here, number=2).submit("分配を決める")
    visit.as_(ben).open("contracts.refuse", contract_id=here, number=2).submit("見送る")
    page = visit.as_(ana).open("contracts.terms", contract_id=here).follow("条件を直して提示しなおす")
    page.submit("確認する").submit("送信")
    assert "チームでの担当と分配が、あなたの確認を待っています。" not in visit.as_(cleo).open("home.mypage").text


def test_an_application_of_which_no_contract_came_says_so(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana)
    number = make_application(job, ben).id
    visit.as_(ana).open("applications.accept", job_id=job.id, application_id=number).submit("条件の相談へ進む")
    page = visit.as_(ana).open("contracts.new", application=number)
    page.submit("確認する", **typed()).submit("送信")
    page = visit.as_(ben).open("applications.show", application_id=number)
    page.follow("取引条件を見る").follow("見送る").submit("見送る")
    said = "取引条件がまとまらず、取引は始まりませんでした。"
    shown = visit.as_(ben).open("applications.show", application_id=number)
    assert said in shown.text
    assert "条件を直して提示しなおす" not in shown.text
    page = visit.as_(ana).open("applications.review", job_id=job.id, application_id=number)
    assert said in page.text
    # The client offers anew what was refused, and the place is taken again.
    page = page.follow("条件を直して提示しなおす")
    assert (page.value("amount_yen"), page.value("title")) == ("120,000", "取扱説明書の翻訳")
    page = page.submit("確認する", amount_yen="150000").submit("送信")
    assert "回答を待っています。" in page.text
    with app.app_context():
        old, new = session.session.scalars(select(Contract).order_by(Contract.id))
        assert (old.application_id, old.job_id, new.application_id, new.job_id) == (None, job.id, number, job.id)
        assert session.session.get_one(Application, number).lapsed_at is None
    page = visit.as_(ben).open("applications.show", application_id=number).follow("取引条件を見る")
    page.submit("この条件に同意する")
    assert said not in visit.as_(ana).open("applications.review", job_id=job.id, application_id=number).text


def test_what_was_refused_is_offered_anew_only_by_who_offered_it_and_while_there_is_a_place(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member,
    make_job: JobFactory, make_application: ApplicationFactory,
) -> None:  # fmt: skip
    job = make_job(ana)
    first, other = make_application(job, ben).id, make_application(job, cleo).id
    visit.as_(ana).open("applications.accept", job_id=job.id, application_id=first).submit("条件の相談へ進む")
    visit.as_(ana).open("contracts.new", application=first).submit("確認する", **typed()).submit("送信")
    contract = only_contract(app)
    assert visit.as_(ana).open_path(f"/contracts/new?again={contract.id}").status == 404
    visit.as_(ben).open("contracts.refuse", contract_id=contract.id, number=1).submit("見送る")
    for stranger in (ben, cleo):
        assert visit.as_(stranger).open_path(f"/contracts/new?again={contract.id}").status == 404
    page = visit.as_(ana).open("contracts.terms", contract_id=contract.id).follow("条件を直して提示しなおす")
    visit.as_(ana).open("applications.accept", job_id=job.id, application_id=other).submit("条件の相談へ進む")
    page = page.submit("確認する").submit("送信")
    assert page.status == 409
    assert "募集人数の1人に達しています。" in page.text
    assert only_contract(app).application_id == first

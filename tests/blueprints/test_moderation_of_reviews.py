"""A review that is shown to the moderators: what they see, what hiding it does, and who may object."""

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.contracts.models import Contract, ContractState
from marketplace.contracts.service import reviews
from marketplace.contracts.service.reviews import ReviewWords
from marketplace.leaving import areas
from marketplace.moderation import queries
from marketplace.moderation.models import SubjectKind
from tests.blueprints.office import Appoint
from tests.factories.contracts import ContractFactory
from tests.factories.jobs import JobFactory
from tests.factories.members import MemberFactory
from tests.visit import Visitors

INSULT = "二度と顔を見たくない人です。"
REPLIED = "事実とちがいます。"


@pytest.fixture
def reviewed(app: Flask, ana: Member, cleo: Member, make_contract: ContractFactory) -> dict[str, int]:
    """Cleo insulted Ana, who replied; Ana was content. The numbers of the reviews by their authors' names."""
    contract = make_contract(cleo, ana, ContractState.COMPLETED)
    with app.app_context(), db.writing():
        here = db.db.session.get_one(Contract, contract.id)
        members = {each.username: db.db.session.get_one(Member, each.id) for each in (ana, cleo)}
        said = {"cleo": INSULT, "ana": "よい取引でした。"}
        written = {
            name: reviews.write(members[name], here, ReviewWords((1, 1, 1, 1, 1), text, None))
            for name, text in said.items()
        }
        reviews.reply(members["ana"], written["cleo"], REPLIED)
        db.commit()
        return {name: each.id for name, each in written.items()} | {"contract": contract.id}


def test_a_reported_review_is_hidden_and_shown_again(
    app: Flask,
    visit: Visitors,
    reviewed: dict[str, int],
    ana: Member,
    cleo: Member,
    make_member: MemberFactory,
    appoint: Appoint,
) -> None:
    own = {"contract_id": reviewed["contract"]}
    page = visit.as_(ana).open("reviews.write", **own).follow("事務局に知らせる")
    assert "評価の文と返信の写しが、事務局に届きます。" in page.text
    page = page.submit("知らせる", reason="harassment")
    assert page.path == f"/contracts/{reviewed['contract']}/review"
    with app.app_context():
        case = queries.find_open(SubjectKind.REVIEW, reviewed["cleo"])
        assert case is not None
        number = case.id
    office = appoint(make_member("dan"))
    page = office.open("moderation.case", case_id=number).submit("開いて確認する")
    assert INSULT in page.text
    assert REPLIED in page.text
    page = page.submit("判断する", measure="hide", ground="harassment", statement="人格を傷つける言葉です。")
    assert page.status == 200
    for reader in (visit, visit.as_(ana)):
        for shown in ("profiles.show", "reviews.index"):
            page = reader.open(shown, username="ana")
            assert INSULT not in page.html
            assert REPLIED not in page.html
            assert "取引完了 1件" in page.text
    page = visit.as_(ana).open("reviews.write", **own)
    assert "からの評価は、事務局の判断で表示していません。" in page.text
    assert INSULT not in page.html
    assert visit.as_(ana).open("reports.review", review_id=reviewed["cleo"]).status == 404
    page = visit.as_(cleo).open("reviews.write", **own)
    assert INSULT in page.text
    assert "あなたのほかには表示されていません。" in page.text
    with app.app_context():
        [decision] = queries.decisions_about(db.db.session.get_one(Member, cleo.id))
        taken = areas.reviews(db.db.session.get_one(Member, ana.id))
        assert isinstance(taken, dict)
        assert taken["received"] == []
    page = visit.as_(cleo).open("reports.decision", decision_id=decision.id)
    assert "平均にも入りません。" in page.text
    assert page.submit("異議を申し立てる", text="言いすぎました。").status == 200
    page = office.open("moderation.case", case_id=number).follow("対応を取り消す")
    page.submit("取り消す", statement="確かめて、もとに戻します。")
    assert INSULT in visit.open("reviews.index", username="ana").text


def test_it_is_reported_where_it_is_read(
    visit: Visitors, reviewed: dict[str, int], ana: Member, ben: Member, cleo: Member, make_job: JobFactory
) -> None:
    page = visit.as_(ben).open("reviews.index", username="ana").follow("事務局に知らせる")
    assert page.submit("知らせる", reason="other").path == "/workers/ana/reviews"
    job = make_job(cleo)
    page = visit.as_(ben).open_path(f"/reviews/{reviewed['ana']}/report?job={job.id}")
    assert page.submit("知らせる", reason="other").path == f"/jobs/{job.id}"
    assert visit.as_(cleo).open("reports.review", review_id=reviewed["cleo"]).status == 403
    assert not visit.as_(cleo).open("reviews.index", username="ana").has_link("事務局に知らせる")
    assert not visit.open("reviews.index", username="ana").has_link("事務局に知らせる")


def test_nobody_reports_what_they_cannot_read(
    app: Flask, visit: Visitors, reviewed: dict[str, int], ana: Member, ben: Member
) -> None:
    with app.app_context(), db.writing():
        db.db.session.get_one(Member, ana.id).published_at = None
        db.commit()
    assert visit.as_(ben).open("reports.review", review_id=reviewed["cleo"]).status == 404
    assert visit.as_(ana).open("reports.review", review_id=reviewed["cleo"]).status == 200

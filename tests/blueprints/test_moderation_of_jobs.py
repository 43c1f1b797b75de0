"""A job that is shown to the moderators: what they see, what hiding it does, and who may object."""

from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.moderation import queries
from marketplace.moderation.models import SubjectKind
from tests.blueprints.office import Appoint
from tests.factories.jobs import JobFactory
from tests.visit import Visitors


def test_a_reported_job_is_hidden_and_shown_again(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_job: JobFactory, appoint: Appoint
) -> None:
    job = make_job(ana, description="前払いで荷物を受け取るだけの仕事です。")
    page = visit.as_(ben).open("jobs.show", job_id=job.id).follow("事務局に知らせる")
    assert "タイトル、内容、募集者の写しが、事務局に届きます。" in page.text
    page = page.submit("知らせる", reason="fraud")
    assert page.path == f"/jobs/{job.id}"
    assert not visit.as_(ana).open("jobs.show", job_id=job.id).has_link("事務局に知らせる")
    with app.app_context():
        case = queries.find_open(SubjectKind.JOB, job.id)
        assert case is not None
        number = case.id
    office = appoint(cleo)
    page = office.open("moderation.case", case_id=number).submit("開いて確認する")
    for copied in ("前払いで荷物を受け取るだけの仕事です。", "技術文書の翻訳", "結び商店", "京都府京都市中京区1-2-3"):
        assert copied in page.text, copied
    page = page.submit("判断する", measure="hide", ground="fraud", statement="実体のない募集です。")
    assert page.status == 200
    assert visit.as_(ben).open("jobs.show", job_id=job.id).status == 404
    assert visit.open("jobs.show", job_id=job.id).status == 404
    own = visit.as_(ana).open("jobs.show", job_id=job.id)
    assert "事務局の判断で、あなたのほかには表示されていません。" in own.text
    assert "非表示" in visit.as_(ana).open("jobs.mine").text
    assert "案件" in visit.as_(ana).open("reports.index").find_all("main")[0]
    with app.app_context():
        [decision] = queries.decisions_about(db.db.session.get_one(Member, ana.id))
    page = visit.as_(ana).open("reports.decision", decision_id=decision.id)
    assert "案件は、あなただけが見られます。" in page.text
    page = office.open("moderation.case", case_id=number).follow("対応を取り消す")
    page.submit("取り消す", statement="確かめて、もとに戻します。")
    assert visit.open("jobs.show", job_id=job.id).status == 200


def test_nobody_reports_a_job_that_they_cannot_see_or_their_own(
    visit: Visitors, ana: Member, ben: Member, make_job: JobFactory
) -> None:
    job, draft = make_job(ana), make_job(ana, draft=True)
    assert visit.as_(ana).open("reports.job", job_id=job.id).status == 403
    assert visit.as_(ben).open("reports.job", job_id=draft.id).status == 404

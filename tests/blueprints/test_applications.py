"""応募する, one's own applications, and taking part in what a team sends."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.applications.models import Application, ApplicationState
from marketplace.follows import service as follows
from marketplace.jobs import service as jobs
from marketplace.jobs.models import Job, JobEnding, QuestionKind
from marketplace.jobs.service import QuestionAsked
from tests.factories.applications import ApplicationFactory
from tests.factories.jobs import JobFactory
from tests.factories.members import MemberFactory
from tests.factories.teams import TeamFactory
from tests.visit import Page, Visitors

ASKED = (
    QuestionAsked(QuestionKind.TEXT, "得意な分野", is_required=True),
    QuestionAsked(QuestionKind.CHOICE, "使うソフト", ("Word", "Trados")),
    QuestionAsked(QuestionKind.NUMBER, "経験年数", is_required=True),
    QuestionAsked(QuestionKind.YES_NO, "対面で会えますか", is_required=True),
)
MESSAGE = "8年訳しています。\n\n見本をお送りできます。"


def answered(job: Job, **others: Any) -> dict[str, Any]:
    text, choice, number, yes_no = (f"answer_{each.id}" for each in job.questions)
    return {text: "医薬", choice: "Trados", number: "８．５", yes_no: "yes", "message": MESSAGE} | others


def sheet(visit: Visitors, member: Member, job: Job, **values: Any) -> Page:
    return visit.as_(member).open("applications.apply", job_id=job.id, **values)


def state_of(app: Flask) -> list[str]:
    with app.app_context():
        return [each.value for each in db.db.session.scalars(select(Application.state).order_by(Application.id))]


def test_a_member_applies_looks_and_sends_once(
    app: Flask, visit: Visitors, ana: Member, cleo: Member, make_job: JobFactory
) -> None:
    job = make_job(ana, "取扱説明書の和訳", questions=ASKED)
    look = sheet(visit, cleo, job).submit("確認する", **answered(job, reward="４８，０００", starts_on="2026-12-24"))
    assert (look.status, state_of(app)) == (200, [])
    for words in (
        "この内容で応募します",
        "医薬",
        "Trados",
        "8.5",
        "はい",
        "48,000円",
        "2026年12月24日(木)",
        "8年訳しています。",
    ):
        assert words in look.text
    again = look.submit("修正する")
    assert (again.value("message"), again.value("reward")) == (MESSAGE, "４８，０００")
    assert again.value(f"answer_{job.questions[1].id}") == "Trados"
    look = again.submit("確認する")
    sent = look.submit("送信")
    assert "応募を送信しました" in sent.text
    assert "医薬" in sent.text
    assert "選考中" in sent.find_all(".tag")
    assert look.submit("送信").path == sent.path
    assert state_of(app) == ["open"]
    assert "取扱説明書の和訳" in visit.as_(cleo).open("applications.index").text


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_job: JobFactory
) -> None:
    job = make_job(ana, questions=ASKED)
    text, _choice, number, yes_no = (f"answer_{each.id}" for each in job.questions)
    fields = answered(job, ends_on="2026-12-01", starts_on="2026-12-24", reward="-5", message="")
    page = sheet(visit, ben, job).submit("確認する", **(fields | {text: "", number: "八年", yes_no: None}))
    assert (page.status, state_of(app)) == (422, [])
    assert page.errors().keys() == {text, number, yes_no, "message", "reward", "ends_on"}
    # The box on top says them in the order of the page, and of which question each is.
    places = page.find_all(".error-summary li")
    assert (places[0], places[2]) == tuple(f"「{job.questions[n].question}」に答えてください。" for n in (0, 3))
    assert places[-1] == "クライアントへのメッセージを入力してください。"
    assert "数字で入力してください" in page.errors()[number]
    assert (page.value(number), page.value("reward"), page.value("starts_on")) == ("八年", "-5", "2026-12-24")


def test_somebody_elses_choice_and_unknown_fields_are_refused(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_job: JobFactory
) -> None:
    job = make_job(ana, questions=ASKED)
    page = sheet(visit, ben, job)
    assert page.submit("確認する", **answered(job, **{f"answer_{job.questions[1].id}": "Excel"})).status == 422
    assert page.submit("確認する", **answered(job, state="accepted")).status == 422
    assert state_of(app) == []


def test_a_second_application_is_refused_with_what_was_typed(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana)
    make_application(job, ben)
    page = sheet(visit, ben, job)
    assert "すでに応募しています" in page.text
    page = page.submit("確認する", message=MESSAGE).submit("送信")
    assert (page.status, page.value("message")) == (409, MESSAGE)
    assert "すでに応募しています" in page.errors()["message"]


def test_when_the_job_closes_meanwhile_nothing_typed_is_lost(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_job: JobFactory
) -> None:
    job = make_job(ana)
    look = sheet(visit, ben, job).submit("確認する", message=MESSAGE)
    with app.app_context(), db.writing():
        jobs.close(db.db.session.get_one(Member, ana.id), db.db.session.get_one(Job, job.id), JobEnding.WITHDRAWN)
        db.commit()
    late = look.submit("送信")
    assert (late.status, late.value("message")) == (409, MESSAGE)
    assert "この案件の募集は終了しました。" in late.errors()["message"]
    page = sheet(visit, ben, job)
    assert (page.status, page.path) == (200, f"/jobs/{job.id}")
    assert "この案件の募集は終了しました。" in page.text
    assert state_of(app) == []


def test_ones_own_job_closed_ones_and_those_behind_a_block(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_job: JobFactory
) -> None:
    job = make_job(ana)
    assert sheet(visit, ana, job).status == 403
    with app.app_context(), db.writing():
        follows.block(db.db.session.merge(ana), db.db.session.merge(cleo))
        db.commit()
    assert sheet(visit, cleo, job).status == 404
    with app.app_context(), db.writing():
        db.db.session.get_one(Job, job.id).hidden_at = func.now()
        db.commit()
    assert sheet(visit, ben, job).status == 404


def test_a_team_applies_with_those_who_take_part(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_team: TeamFactory, make_job: JobFactory,
    make_member: MemberFactory, drain: Callable[[], int],
) -> None:  # fmt: skip
    dan = make_member("dan", "Dan")
    team, job = make_team("kaki", ben, cleo, dan, name="柿の木"), make_job(ana, "取扱説明書の和訳")
    page = sheet(visit, ben, job).follow("「柿の木」で応募")
    own, other, third = (f"share_{each.id}" for each in (ben, cleo, dan))
    wrong = page.submit("確認する", message=MESSAGE, **{own: "60", other: "30"})
    assert (wrong.status, "いまは90%です" in wrong.errors()[own]) == (422, True)
    look = wrong.submit("確認する", **{own: "70", other: "30", third: ""})
    for words in ("柿の木", "Ben 70%", "Cleo 30%"):
        assert words in look.text
    assert "Dan" not in look.text
    sent = look.submit("送信")
    assert "メンバーに確認をお願いしました" in sent.text
    assert "メンバーの確認待ち" in sent.find_all(".tag")
    drain()
    assert visit.as_(dan).open_path(sent.path).status == 404
    assert visit.as_(ana).open("applications.received", job_id=job.id).find_all("tbody tr") == []
    waiting = visit.as_(cleo).open("home.mypage")
    assert "チームでの応募の確認" in waiting.text
    card = waiting.follow("内容を見て答える、取扱説明書の和訳")
    assert "あなたの分け前は、報酬の30%です" in card.text
    assert "募集の報酬 50,000" in card.text
    done = card.submit("参加する")
    assert "応募をクライアントに送りました" in done.text
    assert state_of(app) == ["open"]
    assert card.submit("参加しない").status == 409
    drain()
    bell = visit.as_(ana).open("notifications.index")
    assert "チーム「柿の木」から、「取扱説明書の和訳」に応募がありました。" in bell.text
    assert team.slug == "kaki"


def test_who_does_not_take_part_says_so_in_one_press(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_team: TeamFactory, make_job: JobFactory,
    make_application: ApplicationFactory, drain: Callable[[], int],
) -> None:  # fmt: skip
    team, job = make_team("kaki", ben, cleo), make_job(ana)
    application = make_application(job, ben, team=team, shares={ben: 50, cleo: 50})
    page = visit.as_(cleo).open("applications.join", application_id=application.id).submit("参加しない")
    assert "参加しないと答えました" in page.text
    assert state_of(app) == ["withdrawn"]
    drain()
    assert "Cleoさんが参加しないため" in visit.as_(ben).open("notifications.index").text
    assert (
        "この応募は送られませんでした" in visit.as_(ben).open("applications.show", application_id=application.id).text
    )


def test_taking_back_is_asked_once_and_told_to_the_client(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_job: JobFactory, make_application: ApplicationFactory,
    drain: Callable[[], int],
) -> None:  # fmt: skip
    application = make_application(make_job(ana, "和訳"), ben)
    page = visit.as_(ben).open("applications.show", application_id=application.id).follow("応募を取り下げる")
    assert state_of(app) == ["open"]
    taken = page.submit("取り下げる")
    assert "取り下げました" in taken.text
    # Nobody has answered.
    assert "クライアントの回答" not in taken.text
    assert page.submit("取り下げる").status == 409
    drain()
    assert "Benさんが、「和訳」への応募を取り下げました。" in visit.as_(ana).open("notifications.index").text


def test_when_the_job_changes_the_applicant_says_that_they_saw_it(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_job: JobFactory, make_application: ApplicationFactory,
    drain: Callable[[], int],
) -> None:  # fmt: skip
    job = make_job(ana, "和訳")
    application = make_application(job, ben)
    edit = visit.as_(ana).open("jobs.edit", job_id=job.id)
    assert edit.submit("更新する", reward_min_yen="45000").status == 200
    drain()
    assert "応募している案件「和訳」の内容が変わりました" in visit.as_(ben).open("notifications.index").text
    page = visit.as_(ben).open("applications.show", application_id=application.id)
    assert "45,000円" in page.follow("変わったところを見る").text
    assert "変更の確認待ち" in visit.as_(ana).open("applications.received", job_id=job.id).text
    page = page.submit("変更を確認しました")
    assert "変更を確認しました" in page.text
    assert "変わったところを見る" not in page.text
    assert "変更の確認待ち" not in visit.as_(ana).open("applications.received", job_id=job.id).text


def test_the_list_costs_the_same_however_long_it_is(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    make_application(make_job(ana), ben)
    one = visit.as_(ben).open("applications.index", tab="all").statements
    for _number in range(24):
        make_application(make_job(ana), ben, state=ApplicationState.DECLINED)
    page = visit.as_(ben).open("applications.index", tab="all")
    assert (page.statements, len(page.find_all(".rows > li"))) == (one, 20)
    assert len(page.follow("次のページを見る").find_all(".rows > li")) == 5

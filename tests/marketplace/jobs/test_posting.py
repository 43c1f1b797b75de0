"""Writing, publishing, changing, closing and copying a job; who may see it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from marketplace import db, outbox
from marketplace.accounts.models import Member
from marketplace.attachments import examine
from marketplace.clock import TOKYO, now, today
from marketplace.companies import service as companies
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows import service as follows
from marketplace.jobs import queries, service
from marketplace.jobs.models import Job, JobEnding, JobState, QuestionKind, ScreeningQuestion
from marketplace.jobs.needs import Need, missing
from marketplace.jobs.service import JobChanges, QuestionAsked
from tests.factories.companies import CompanyFactory
from tests.factories.jobs import JobFactory, whole
from tests.marketplace.uploads import PDF

pytestmark = pytest.mark.usefixtures("session")

ONCE = "a-press-of-one-button"


def kinds() -> list[EventKind]:
    return list(db.db.session.scalars(select(Event.kind).order_by(Event.id)))


def asks(question: str, kind: QuestionKind = QuestionKind.TEXT, *choices: str) -> QuestionAsked:
    return QuestionAsked(kind, question, choices)


def test_a_draft_may_lack_anything_and_keeps_what_it_says(ana: Member) -> None:
    service.create(ana, ONCE, JobChanges())
    said = whole(
        skills=("英日翻訳", "Excel", "ＥＸＣＥＬ"),
        questions=(
            asks("経験年数は何年ですか。", QuestionKind.NUMBER),
            asks("時間帯", QuestionKind.CHOICE, "朝", "夜"),
        ),
        reward_max_yen=80_000,
        wanted=2,
    )
    job = service.create(ana, ONCE + "2", said)
    assert JobChanges.nothing(queries.get_own(ana, job.id)) == replace(said, skills=("英日翻訳", "Excel"))
    assert (job.state, job.revision, kinds()) == (JobState.DRAFT, 0, [])


def test_a_second_press_of_one_button_is_the_first(ana: Member) -> None:
    first = service.create(ana, ONCE, whole())
    assert service.create(ana, ONCE, whole()) is first
    with pytest.raises(Conflict, match="いま保存されました"):
        service.create(ana, ONCE, whole("別のもの"))
    assert first.title == "技術文書の翻訳"


def test_drafts_are_bounded(ana: Member, make_job: JobFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplace.jobs.service.posting.MOST_DRAFTS", 1)
    make_job(ana, draft=True)
    with pytest.raises(Conflict, match="下書きは1件まで"):
        service.create(ana, ONCE, whole())


LACKING = [
    ({"offerer_name": ""}, Need.NAME),
    ({"offerer_address": ""}, Need.ADDRESS),
    ({"offerer_address": "東京都"}, Need.ADDRESS),
    ({"offerer_contact": ""}, Need.CONTACT),
    ({"offerer_contact": "なし"}, Need.CONTACT),
    ({"description": ""}, Need.WORK),
    ({"is_remote": False}, Need.PLACE),
    ({"reward_kind": None}, Need.REWARD),
    ({"reward_min_yen": None}, Need.REWARD),
    ({"is_tax_included": None}, Need.REWARD),
    ({"title": ""}, Need.TITLE),
    ({"category": None}, Need.CATEGORY),
    ({"apply_until": None}, Need.DEADLINE),
    ({"apply_until": date(2020, 1, 1)}, Need.DEADLINE),
    ({"apply_until": date(2100, 1, 1)}, Need.DEADLINE),
]


@pytest.mark.parametrize(("said", "need"), LACKING)
def test_what_is_missing_is_named_and_keeps_a_job_from_being_published(
    ana: Member, make_job: JobFactory, said: dict[str, object], need: Need
) -> None:
    job = make_job(ana, draft=True, **said)
    assert missing(job, today()) == [need]
    assert need.reason
    with pytest.raises(Invalid, match=need.label):
        service.publish(ana, job)
    assert queries.get_own(ana, job.id).state is JobState.DRAFT


def test_who_is_vouched_for_need_not_show_their_address(ana: Member, make_job: JobFactory) -> None:
    hidden = {"offerer_name": "", "offerer_address": "", "offerer_contact": "", "is_vouched": True}
    with pytest.raises(Invalid, match="事務局の確認が済んでいない"):
        make_job(ana, draft=True, **hidden)
    ana.identity_verified_at, ana.identity_document = now(), "license"
    job = make_job(ana, draft=True, **hidden)
    ana.identity_verified_at = None
    with pytest.raises(Invalid, match="事務局の確認が済んでいない"):
        service.publish(ana, job)
    ana.identity_verified_at, ana.identity_document = now(), "license"
    service.publish(ana, job)
    assert job.is_open


def test_publishing_shows_a_job_to_everybody_once(ana: Member, ben: Member, make_job: JobFactory) -> None:
    job = make_job(ana, draft=True)
    for viewer in (ben, None):
        with pytest.raises(NotFound):
            queries.get_for(viewer, job.id)
    service.publish(ana, job)
    assert [queries.get_for(viewer, job.id).id for viewer in (ana, ben, None)] == [job.id] * 3
    assert (job.revision, kinds()) == (1, [EventKind.JOB_PUBLISHED])
    with pytest.raises(Conflict, match="すでに募集を始めています"):
        service.publish(ana, job)
    with pytest.raises(Conflict):
        service.discard(ana, job)


def test_nobody_else_does_anything_with_a_job(ana: Member, ben: Member, make_job: JobFactory) -> None:
    job = make_job(ana)
    deeds = (
        lambda: service.edit(ben, job, whole(), job.version),
        lambda: service.publish(ben, job),
        lambda: service.close(ben, job, JobEnding.FILLED),
        lambda: service.copy(ben, job, ONCE),
    )
    for deed in deeds:
        with pytest.raises(NotAllowed):
            deed()
    with pytest.raises(NotAllowed):
        service.discard(ben, make_job(ana, draft=True))
    with pytest.raises(NotFound):
        queries.get_own(ben, job.id)


def test_a_change_of_a_published_job_is_kept_and_told_only_when_something_changed(
    ana: Member, make_job: JobFactory
) -> None:
    job = make_job(ana)
    service.edit(ana, job, whole(), job.version)
    assert (job.revision, kinds()) == (1, [EventKind.JOB_PUBLISHED])
    service.edit(ana, job, whole(reward_min_yen=60_000), job.version)
    assert (job.revision, kinds()[-1]) == (2, EventKind.JOB_CHANGED)
    before, after = queries.revision_of(job, 1).content, queries.revision_of(job, 2).content
    assert {name for name in after if before[name] != after[name]} == {"reward_min_yen", "reward_max_yen"}
    with pytest.raises(Conflict, match="ほかの画面で先に"):
        service.edit(ana, job, whole(), job.version - 1)
    with pytest.raises(Invalid, match="タイトル"):
        service.edit(ana, job, whole(""), job.version)


def test_an_old_deadline_that_nobody_touches_does_not_keep_a_job_from_being_changed(
    ana: Member, make_job: JobFactory
) -> None:
    until = today() + timedelta(days=1)
    job = make_job(ana, apply_until=until)
    with time_machine.travel(datetime.combine(until + timedelta(days=1), datetime.min.time(), TOKYO)):
        service.edit(ana, job, whole("別の題", apply_until=until), job.version)
        with pytest.raises(Invalid, match="応募の期限"):
            service.edit(ana, job, whole(apply_until=until - timedelta(days=1)), job.version)


def test_questions_of_a_published_job_are_replaced_and_never_changed(ana: Member, make_job: JobFactory) -> None:
    first, second, other = asks("いつから始められますか。"), asks("経験は?"), asks("経験を教えてください。")
    job = make_job(ana, questions=(first, second))
    service.edit(ana, job, whole(questions=(other, first)), job.version)
    shown = queries.get_own(ana, job.id).questions
    assert [QuestionAsked.of(each) for each in shown] == [other, first]
    rows = db.db.session.scalars(select(ScreeningQuestion).where(ScreeningQuestion.job_id == job.id)).all()
    assert {row.question for row in rows if row.retired_at} == {"経験は?"}
    draft = make_job(ana, draft=True, questions=(first,))
    service.edit(ana, draft, whole(questions=(other,)), draft.version)
    assert len(db.db.session.scalars(select(ScreeningQuestion).where(ScreeningQuestion.job_id == draft.id)).all()) == 1


@pytest.mark.parametrize(
    ("questions", "sentence"),
    [
        ((asks("時間帯", QuestionKind.CHOICE, "朝"),), "2個から10個"),
        ((asks("時間帯", QuestionKind.CHOICE, "朝", "朝"),), "2個から10個"),
        ((asks("時間帯", QuestionKind.TEXT, "朝", "夜"),), "「選択」の設問"),
        ((asks("同じ"), asks("同じ", QuestionKind.NUMBER)), "同じ設問が二つ"),
        (tuple(asks(str(number)) for number in range(11)), "10個まで"),
    ],
)
def test_odd_questions_are_refused(ana: Member, questions: tuple[QuestionAsked, ...], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        service.create(ana, ONCE, whole(questions=questions))


def test_too_many_skills_and_an_upper_end_alone_are_refused(ana: Member) -> None:
    with pytest.raises(Invalid, match="10個まで"):
        service.create(ana, ONCE, whole(skills=tuple("abcdefghijk")))
    with pytest.raises(Invalid, match="下限"):
        service.create(ana, ONCE + "2", whole(reward_min_yen=None, reward_max_yen=5))


def test_whoever_belongs_to_a_company_posts_in_its_name(
    ana: Member, ben: Member, make_company: CompanyFactory, make_job: JobFactory
) -> None:
    tea = make_company("tea", ana, ben)
    with pytest.raises(NotAllowed):
        service.create(ana, ONCE, whole(company=make_company("sea", ben)))
    job = make_job(ben, company=tea)
    with pytest.raises(Invalid, match="募集者を変えられません"):
        service.edit(ben, job, whole(), job.version)
    service.edit(ben, job, whole("別の題", company=tea), job.version)
    companies.leave(ben, tea)
    outbox.drain()
    assert queries.get_own(ben, job.id).ending is JobEnding.WITHDRAWN
    copied = queries.get_own(ben, service.copy(ben, job, ONCE).id)
    assert (copied.company, copied.title) == (None, "別の題")


def test_when_a_company_closes_its_jobs_end(ana: Member, make_company: CompanyFactory, make_job: JobFactory) -> None:
    tea = make_company("tea", ana)
    job, other = make_job(ana, company=tea), make_job(ana)
    companies.close(ana, tea)
    outbox.drain()
    assert [queries.get_own(ana, each.id).state for each in (job, other)] == [JobState.CLOSED, JobState.OPEN]


def test_a_draft_in_the_name_of_a_company_one_has_left_is_not_published(
    ana: Member, ben: Member, make_company: CompanyFactory, make_job: JobFactory
) -> None:
    tea = make_company("tea", ana, ben)
    job = make_job(ben, draft=True, company=tea)
    companies.leave(ben, tea)
    with pytest.raises(NotAllowed):
        service.publish(ben, job)


def test_closing_ends_a_job_for_good(ana: Member, ben: Member, make_job: JobFactory) -> None:
    job = make_job(ana)
    service.close(ana, job, JobEnding.FILLED)
    assert (job.state, job.ending, kinds()[-1]) == (JobState.CLOSED, JobEnding.FILLED, EventKind.JOB_CLOSED)
    assert queries.get_for(ben, job.id).id == job.id
    assert not db.db.session.scalars(select(Job).where(queries.open_to(ben))).all()
    for deed in (
        lambda: service.close(ana, job, JobEnding.FILLED),
        lambda: service.edit(ana, job, whole(), job.version),
        lambda: service.publish(ana, job),
    ):
        with pytest.raises(Conflict):
            deed()


def test_a_job_ends_when_its_last_day_in_tokyo_is_over(ana: Member, make_job: JobFactory) -> None:
    until = today() + timedelta(days=2)
    job, longer = make_job(ana, apply_until=until), make_job(ana, apply_until=until)
    service.edit(ana, longer, whole(apply_until=until + timedelta(days=1)), longer.version)
    over = datetime.combine(until + timedelta(days=1), datetime.min.time(), TOKYO)
    with time_machine.travel(over - timedelta(seconds=1), tick=False):
        outbox.drain()
        service.expire_overdue()
        assert job.takes_applications(today())
        assert queries.get_own(ana, job.id).is_open
    with time_machine.travel(over + timedelta(seconds=1), tick=False):
        assert not job.takes_applications(today())
        outbox.drain()
        assert queries.get_own(ana, job.id).ending is JobEnding.EXPIRED
        assert queries.get_own(ana, longer.id).is_open
    with time_machine.travel(over + timedelta(days=2), tick=False):
        service.expire_overdue()
        assert queries.get_own(ana, longer.id).ending is JobEnding.EXPIRED


def test_a_job_without_a_name_ends_when_nobody_vouches_for_its_poster_any_more(
    ana: Member, ben: Member, make_job: JobFactory
) -> None:
    hidden = {"offerer_name": "", "offerer_address": "", "offerer_contact": "", "is_vouched": True}
    for member in (ana, ben):
        member.identity_verified_at, member.identity_document = now(), "license"
    lost, kept, named = make_job(ana, **hidden), make_job(ben, **hidden), make_job(ana)
    ana.identity_verified_at = ana.identity_document = None
    db.db.session.flush()
    for _night in range(2):
        service.end_unvouched()
    assert (queries.get_own(ana, lost.id).ending, queries.get_own(ben, kept.id).is_open) == ("withdrawn", True)
    assert queries.get_own(ana, named.id).is_open


def test_a_copy_says_the_same_but_for_days_and_files(ana: Member, make_job: JobFactory) -> None:
    said = {"skills": ("英日翻訳",), "questions": (asks("経験は?"),)}
    job = make_job(ana, starts_on=today(), closed=JobEnding.FILLED, **said)
    copied = service.copy(ana, job, ONCE)
    assert JobChanges.nothing(queries.get_own(ana, copied.id)) == whole(**said, apply_until=None)
    assert service.copy(ana, job, ONCE) is copied


def test_between_whom_a_block_stands_there_are_no_jobs(ana: Member, ben: Member, make_job: JobFactory) -> None:
    job = make_job(ana)
    follows.block(ana, ben)
    with pytest.raises(NotFound):
        queries.get_for(ben, job.id)
    assert not db.db.session.scalars(select(Job).where(queries.open_to(ben))).all()
    assert queries.get_for(None, job.id).id == job.id


def test_what_the_moderators_hid_its_poster_alone_sees(ana: Member, ben: Member, make_job: JobFactory) -> None:
    job = make_job(ana)
    job.hidden_at = now()
    db.db.session.flush()
    assert queries.get_for(ana, job.id).id == job.id
    for viewer in (ben, None):
        with pytest.raises(NotFound):
            queries.get_for(viewer, job.id)


def test_files_are_kept_once_bounded_and_let_go_of(ana: Member, ben: Member, make_job: JobFactory) -> None:
    job = make_job(ana)
    file = examine("条件.pdf", PDF)
    service.edit(ana, job, whole(), job.version, [file])
    service.edit(ana, job, whole(), job.version, [file])
    [row] = queries.get_own(ana, job.id).files
    assert (row.name, job.revision) == ("条件.pdf", 2)
    assert queries.file_for(ben, row.id).id == row.id
    with pytest.raises(Invalid, match="5個まで"):
        service.edit(ana, job, whole(), job.version, [examine(f"{number}.pdf", PDF) for number in range(5)])
    with pytest.raises(Invalid, match="5個まで"):
        service.create(ana, ONCE, whole(), [file] * 6)
    with pytest.raises(NotAllowed):
        service.detach(ben, job, row)
    service.detach(ana, job, row)
    db.db.session.flush()
    assert queries.get_own(ana, job.id).files == []
    assert job.revision == 3
    with pytest.raises(NotFound):
        queries.file_for(ben, row.id)


def test_a_draft_goes_with_its_files(ana: Member) -> None:
    job = service.create(ana, ONCE, whole(), [examine("条件.pdf", PDF)])
    service.discard(ana, job)
    db.db.session.flush()
    assert db.db.session.get(Job, job.id) is None
    with pytest.raises(NotFound):
        queries.get_own(ana, job.id)

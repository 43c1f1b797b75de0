"""`./dev bench applicants`: the table of a job's applications, sifted and sorted, the more have come."""

import argparse
import random
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import selectinload

from benchmarks.stopwatch import Took, timed
from benchmarks.world import Size, fill, open_app
from marketplace import db
from marketplace.accounts.models import Member
from marketplace.applications import queries
from marketplace.applications.models import Application, ApplicationAnswer, ApplicationState
from marketplace.applications.queries import AnswerFilter, Sift, Sort
from marketplace.circles import queries as circles
from marketplace.clock import now, today
from marketplace.jobs import service as jobs
from marketplace.jobs.categories import Category
from marketplace.jobs.models import Job, QuestionKind, RewardKind
from marketplace.jobs.service import JobChanges, QuestionAsked

SIZES = (20, 200, 2_000)
FIELDS = ("医薬", "特許", "機械", "法務", "金融")
SOFTWARE = ("Word", "Trados", "memoQ")
ASKED = (
    QuestionAsked(QuestionKind.TEXT, "得意な分野"),
    QuestionAsked(QuestionKind.CHOICE, "使うソフト", SOFTWARE),
    QuestionAsked(QuestionKind.NUMBER, "経験年数"),
    QuestionAsked(QuestionKind.YES_NO, "対面で会えますか"),
)


def post(client: Member) -> Job:
    """Let `client` look for somebody, and ask four things."""
    said = JobChanges(
        title="取扱説明書の和訳", description="英文200ページです。", category=Category.TRANSLATION,
        reward_kind=RewardKind.FIXED, reward_min_yen=200_000, is_tax_included=True, questions=ASKED,
        apply_until=today() + timedelta(days=14), offerer_name="結び商店", offerer_address="京都市中京区1-2",
        offerer_contact="075-000-0000",
    )  # fmt: skip
    job = jobs.create(client, "a-job-of-a-benchmark", said)
    jobs.publish(client, job)
    return queries.get_job(client, job.id)


def apply(job: Job, first: int, last: int) -> None:
    """Let the members from `first` up to `last` have applied, a minute apart."""
    dice = random.Random(2026 + first)
    since = now() - timedelta(days=3)
    ids = db.db.session.scalars(select(Member.id).order_by(Member.id).offset(first + 1).limit(last - first)).all()
    rows = [
        {
            "job_id": job.id, "applicant_id": number, "once": f"once-{number}", "job_revision": 1, "schedule": "",
            "message": "取扱説明書を8年訳しています。見本をお送りできます。" * 5, "version": 1, "answer": "",
            "reward_yen": dice.choice((None, dice.randint(100, 300) * 1_000)), "state": ApplicationState.OPEN,
            "created_at": since + timedelta(minutes=place), "opened_at": since + timedelta(minutes=place),
            "answer_by": today() + timedelta(days=4), "is_shortlisted": False, "note": "", "reason": "",
        }
        for place, number in enumerate(ids, first)
    ]  # fmt: skip
    db.db.session.execute(insert(Application), rows)
    sent = select(Application.id).where(Application.applicant_id.in_(ids))
    numbers = [question.id for question in job.questions]
    answers = []
    for application in db.db.session.scalars(sent):
        years = dice.randint(0, 30)
        given = (
            f"{dice.choice(FIELDS)}の翻訳が得意です。",
            dice.choice(SOFTWARE),
            str(years),
            dice.choice(("yes", "no")),
        )
        answers += [
            {"application_id": application, "question_id": number, "answer": words, "number": None}
            for number, words in zip(numbers, given, strict=True)
        ]
        answers[-2]["number"] = float(years)
    db.db.session.execute(insert(ApplicationAnswer), answers)


def page(client: Member, job_id: int, sift: Callable[[Job], Sift], cursor: str | None = None) -> str | None:
    """Ask what the page asks; return where the next one begins."""
    job = queries.get_job(client, job_id)
    found = queries.received(client, job, sift(job), cursor)
    queries.tally_of(client, job)
    circles.connections(client, [each.applicant for each in found.rows])
    return found.next_cursor


def by_reading_all(client: Member, job_id: int) -> None:
    """All that came, with its answers, sifted and sorted in Python."""
    whole = (selectinload(Application.answers), selectinload(Application.applicant))
    rows = list(db.db.session.scalars(select(Application).where(Application.job_id == job_id).options(*whole)))
    fitting = [row for row in rows if any("特許" in answer.answer for answer in row.answers)]
    fitting.sort(key=lambda row: max((answer.number or 0) for answer in row.answers), reverse=True)


def _newest(job: Job) -> Sift:
    return Sift()


def _most(job: Job) -> Sift:
    return Sift(sort=Sort.MOST, question=job.questions[2])


def _sifted(job: Job) -> Sift:
    wanted = (AnswerFilter(job.questions[0], "特許"), AnswerFilter(job.questions[2], least=5))
    return Sift(sort=Sort.MOST, question=job.questions[2], answers=wanted)


def measured(deed: Callable[[], object], times: int) -> list[Took]:
    """Do `deed` so many times, each as if nothing had been read before."""
    taken = []
    for _ in range(times):
        db.db.session.expire_all()
        taken.append(timed(deed))
    return taken


def main() -> None:
    """Let more and more apply, and measure the table and the alternative."""
    parser = argparse.ArgumentParser(prog="bench applicants", description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as name:
        app = open_app(Path(name) / "data")
        with app.app_context(), db.writing():
            fill(Size(members=SIZES[-1] + 10, conversations=0))
            client = db.db.session.scalars(select(Member).order_by(Member.id).limit(1)).one()
            number, before = post(client).id, 0
            for size in SIZES:
                apply(queries.get_job(client, number), before, size)
                db.commit()
                before = size
                ways: dict[str, Callable[[], object]] = {
                    "newest": lambda: page(client, number, _newest),
                    "most years": lambda: page(client, number, _most),
                    "a word, five years, most years": lambda: page(client, number, _sifted),
                    "reading all": lambda: by_reading_all(client, number),
                }
                cursor = page(client, number, _most)
                if cursor is not None:
                    ways["most years, second page"] = lambda at=cursor: page(client, number, _most, at)  # type: ignore[misc]
                for way, deed in ways.items():
                    print(f"{size:6} applications, {way}: {Took.spread(measured(deed, times))}", flush=True)


if __name__ == "__main__":
    main()

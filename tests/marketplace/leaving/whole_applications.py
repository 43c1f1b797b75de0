"""What a whole member has applied for, and what was sent to them."""

from datetime import timedelta
from typing import Any

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.applications.models import Application, ApplicationAnswer, ApplicationShare, ApplicationState
from marketplace.clock import now, today
from marketplace.jobs.models import Job, QuestionKind, ScreeningQuestion
from marketplace.teams.models import Team


def fill(member: Member, other: Member, team: Team, word: str, kept: str) -> None:
    """Let `member` have applied for a job of `other`, be named by a team, and have had an answer to give."""
    theirs, own = (Job(poster_id=each.id, once="whole-applications", title=kept) for each in (other, member))
    db.db.session.add_all([theirs, own])
    db.db.session.flush()
    question = ScreeningQuestion(job_id=theirs.id, position=0, kind=QuestionKind.TEXT, question=kept)
    db.db.session.add(question)
    sent: dict[str, Any] = {"job_revision": 1, "opened_at": now(), "answer_by": today() + timedelta(days=90)}
    first = Application(
        job_id=theirs.id, applicant_id=member.id, once="f", message=word, schedule=word, reason=word, **sent
    )
    ended: dict[str, Any] = {"state": ApplicationState.DECLINED, "ended_at": now(), "answer": kept}
    second = Application(job_id=own.id, applicant_id=other.id, once="s", message=kept, note=word, **sent, **ended)
    asked: dict[str, Any] = {"job_revision": 1, "state": ApplicationState.CONFIRMING, "confirm_by": today()}
    third = Application(job_id=theirs.id, applicant_id=other.id, team_id=team.id, once="t", **asked)
    db.db.session.add_all([first, second, third])
    db.db.session.flush()
    db.db.session.add(ApplicationAnswer(application_id=first.id, question_id=question.id, answer=word))
    for position, each in enumerate((other, member)):
        share = {"application_id": third.id, "member_id": each.id, "position": position, "percent": 50}
        db.db.session.add(ApplicationShare(**share))
    db.db.session.flush()

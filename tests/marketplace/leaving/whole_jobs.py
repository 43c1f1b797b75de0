"""What a whole member has posted: one job that others applied for, and one that nobody did."""

from datetime import timedelta
from typing import Any

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.applications.models import Application
from marketplace.attachments import Attachment
from marketplace.clock import now, today
from marketplace.jobs import service
from marketplace.jobs.models import PublishedAnswer, QuestionKind
from marketplace.jobs.service import QuestionAsked
from tests.factories.jobs import whole

OFFERER = ("offerer_name", "offerer_address", "offerer_contact", "process_note", "city")
ASKED_FOR = ("description", "period_note", "reward_note", "ending_note")


def fill(member: Member, other: Member, word: str, kept: str) -> None:
    """Let `member` have posted two jobs with files; of the one that `other` applied for what it says stays."""
    data = word.encode()
    file = Attachment(f"{word}.pdf", "application/pdf", ".pdf", len(data), "0" * 64, data)
    reached = {"offerer_address": f"{word} 1-2", "offerer_contact": f"{word} 075-000-0000"}
    said: dict[str, Any] = {
        **dict.fromkeys(OFFERER, word),
        **reached,
        **dict.fromkeys(ASKED_FOR, kept),
        "questions": (QuestionAsked(QuestionKind.TEXT, kept),),
    }
    asked_for = service.create(member, "a-job-others-want", whole(kept, **said), [file])
    service.publish(member, asked_for)
    db.db.session.add(PublishedAnswer(job_id=asked_for.id, question=word, answer=word))
    sent: dict[str, Any] = {"job_revision": 1, "opened_at": now(), "answer_by": today() + timedelta(days=90)}
    db.db.session.add(Application(job_id=asked_for.id, applicant_id=other.id, once="j", message=kept, **sent))
    everything = dict.fromkeys((*OFFERER, *ASKED_FOR), word) | reached
    nobodys = service.create(member, "a-job-nobody-wants", whole(word, **everything), [file])
    service.publish(member, nobodys)

"""The list of pages around questions about jobs and jobs that fit, and what they show that the demo world lacks."""

from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.jobs import queries
from marketplace.jobs.models import JobConversation, PublishedAnswer
from marketplace.jobs.queries import answers
from marketplace.jobs.service import asking
from marketplace.messages import queries as threads
from marketplace.messages import service as messages
from tests.looks.deeds import send, type_in
from tests.looks.shown import MEMBER, NEWCOMER, Shown

_ASK = "/jobs/{job}/ask"
_CHOOSE = "/messages/{asked}/publish"
QUESTION = "試訳の1ページは、図版のあるページから選ばれますか。用語集の表記にもそろえたほうがよいでしょうか。"
ANSWER = "図版のあるページを1枚お送りします。用語集の表記にそろえてください。"

QUESTIONS = (
    Shown("job-ask", "jobs.ask", _ASK, NEWCOMER),
    Shown("job-ask-look", "jobs.ask", _ASK, NEWCOMER, type_in(body=QUESTION)),
    Shown("job-ask-errors", "jobs.ask", _ASK, NEWCOMER, send),
    Shown("job-asked", "messages.show", "/messages/{asked}", MEMBER),
    Shown("job-answer-choose", "jobs.publish_answer", _CHOOSE, MEMBER),
    Shown("job-answer-publish", "jobs.publish_answer", _CHOOSE, MEMBER, send),
    Shown("job-answer-edit", "jobs.edit_answer", "/jobs/answers/{answer}/edit", MEMBER),
    Shown("job-answer-delete", "jobs.take_away_answer", "/jobs/answers/{answer}/delete", MEMBER),
    Shown("jobs-fitting", "jobs.fitting", "/jobs/fitting", MEMBER),
    Shown("jobs-fitting-empty", "jobs.fitting", "/jobs/fitting", NEWCOMER),
)


def ask(poster: Member, asker: Member, job_id: int) -> dict[str, int]:
    """Let somebody ask about a job, its poster answer, and publish that; return what addresses are made of."""
    found = db.db.session.scalars(
        select(JobConversation.conversation_id).where(JobConversation.job_id == job_id)
    ).first()
    if found is None:
        job = queries.get_for(asker, job_id)
        found = asking.ask(asker, job, asking.title_about(job), QUESTION, "looks-question-00001")
        thread = threads.get_for(poster, found)
        messages.reply(poster, thread, ANSWER, "looks-answer-0000001")
        choice = answers.choice_of(thread)
        asking.publish_answer(poster, job, thread, choice.questions[0], QUESTION, ANSWER)
    published = db.db.session.scalars(select(PublishedAnswer.id).where(PublishedAnswer.job_id == job_id)).one()
    return {"asked": found, "answer": published}

"""Questions about questions: which job a conversation is about, and what a poster shows of one on the job's page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Member
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.jobs.models import Job, JobConversation, PublishedAnswer
from marketplace.messages import queries as messages
from marketplace.messages.models import Message
from marketplace.messages.queries import Thread

MOST_CHOSEN_FROM = 100
"""How many messages of a conversation a poster chooses from: the newest."""
MOST_ANSWERS = 50
"""How many questions with answers stand on the page of a job."""


@dataclass(frozen=True)
class Choice:
    """What a poster may publish of a conversation, oldest first."""

    questions: list[Message]
    """What the other wrote."""
    answers: list[Message]
    """What they wrote themselves."""

    def find(self, question_id: int, answer_id: int) -> tuple[Message, Message] | None:
        """Return the two that were chosen, or None when one of them is not to be chosen from."""
        questions = {message.id: message for message in self.questions}
        answers = {message.id: message for message in self.answers}
        if question_id in questions and answer_id in answers:
            return questions[question_id], answers[answer_id]
        return None


def job_of(conversation_id: int) -> Job | None:
    """Return the job that a conversation is about, with its poster; for whoever takes part in the conversation."""
    linked = select(Job).join(JobConversation, JobConversation.job_id == Job.id)
    linked = linked.where(JobConversation.conversation_id == conversation_id)
    return db.session.scalar(linked.options(joinedload(Job.poster)))


def get_asked(poster: Member, conversation_id: int) -> tuple[Job, Thread]:
    """Return the job of `poster` that the conversation is about, and the conversation; raises NotFound."""
    thread = messages.get_for(poster, conversation_id)
    job = job_of(conversation_id)
    if job is None or job.poster_id != poster.id:
        raise NotFound
    return job, thread


def choice_of(thread: Thread) -> Choice:
    """Return what the viewer of `thread` may publish: of the newest messages those with words that all may see."""
    question = (
        select(Message)
        .where(Message.conversation_id == thread.conversation.id)
        .where(Message.hidden_at.is_(None), ~Message.is_acknowledgement)
        .order_by(Message.id.desc())
        .limit(MOST_CHOSEN_FROM)
    )
    found = list(reversed(db.session.scalars(question).all()))
    mine = thread.mine.member_id
    return Choice(
        [message for message in found if message.sender_id != mine],
        [message for message in found if message.sender_id == mine],
    )


def answers_of(job: Job) -> Sequence[PublishedAnswer]:
    """Return what stands under 「質問と回答」 on the page of `job`, the oldest first."""
    question = select(PublishedAnswer).where(PublishedAnswer.job_id == job.id).order_by(PublishedAnswer.id)
    return db.session.scalars(question.limit(MOST_ANSWERS)).all()


def count_of(job: Job) -> int:
    """Return how many questions with answers stand on the page of `job`."""
    counted = select(func.count()).select_from(PublishedAnswer).where(PublishedAnswer.job_id == job.id)
    return db.session.scalar(counted) or 0


def get_answer(poster: Member, answer_id: int) -> tuple[Job, PublishedAnswer]:
    """Return a published answer of a job of `poster`, with the job; raises NotFound."""
    question = select(Job, PublishedAnswer).join(Job, Job.id == PublishedAnswer.job_id)
    found = db.session.execute(question.where(PublishedAnswer.id == answer_id, Job.poster_id == poster.id)).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


def asker_of(published: PublishedAnswer) -> Member | None:
    """Return who asked what was published, or None when the message is gone."""
    question = select(Member).join(Message, Message.sender_id == Member.id).where(Message.id == published.message_id)
    return db.session.scalar(question)


def held(published: PublishedAnswer) -> PublishedAnswer:
    """Read it again, and let others who change it wait until this unit ends; NotFound when it is gone."""
    question = select(PublishedAnswer).where(PublishedAnswer.id == published.id).with_for_update()
    found = db.session.scalar(question.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found

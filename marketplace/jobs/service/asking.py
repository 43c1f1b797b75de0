"""Verbs of questions about a job: asking, and showing a question with its answer to everybody."""

from collections.abc import Collection

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import add_once, db
from marketplace.errors import Conflict, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _
from marketplace.jobs import policy
from marketplace.jobs.models import Job, JobConversation, PublishedAnswer
from marketplace.jobs.queries import answers
from marketplace.messages import service as messages
from marketplace.messages.models import TITLE_LENGTH, Message
from marketplace.messages.queries import Thread


def title_about(job: Job) -> str:
    """Return the title with which a question about `job` begins, in the reader's language, cut to fit."""
    room = TITLE_LENGTH - len(_("%(title)sについて", title=""))
    title = job.title if len(job.title) <= room else job.title[: room - 1] + "…"
    return _("%(title)sについて", title=title)


def ask(actor: Member, job: Job, title: str, body: str, once: str, file_ids: Collection[int] = ()) -> int:
    """Begin a conversation with the poster about `job`, and return its number; it reaches them at once.

    A second copy of the same form is treated as in `messages.start`.
    """
    require(policy.can_ask(actor, job), messages.closed())
    number = messages.start(actor, job.poster, title, body, once, file_ids, is_invited=True)
    add_once(JobConversation(conversation_id=number, job_id=job.id))
    return number


def publish_answer(
    actor: Member, job: Job, thread: Thread, asked: Message, question: str, answer: str
) -> PublishedAnswer:
    """Show a question with its answer on the page of `job`, in these words; whoever asked is told, and not named.

    Raises Conflict when `asked` was published before, or when no more fit on the page.
    """
    require(policy.can_publish_answer(actor, job, thread))
    if answers.count_of(job) >= answers.MOST_ANSWERS:
        raise Conflict(_("質問と回答は%(most)s件まで載せられます。", most=answers.MOST_ANSWERS))
    published = PublishedAnswer(job_id=job.id, message_id=asked.id, question=question, answer=answer)
    if not add_once(published):
        raise Conflict(_("この質問は、すでに案件のページに載っています。"))
    events.record(EventKind.ANSWER_PUBLISHED, actor, member=thread.other, conversation=thread.conversation, job=job)
    return published


def edit_answer(actor: Member, job: Job, published: PublishedAnswer, question: str, answer: str, version: int) -> None:
    """Let it say something else; raises Conflict when it is not in `version` any more."""
    require(policy.can_edit_answer(actor, job))
    with db.session.begin_nested():
        held = answers.held(published)
        if held.version != version:
            raise Conflict(_("ほかの画面で先に更新されていました。いまの内容を確かめてください。"))
        held.question, held.answer, held.updated_at = question, answer, now()


def take_away_answer(actor: Member, job: Job, published: PublishedAnswer) -> None:
    """Let it stand on the page no more."""
    require(policy.can_take_away_answer(actor, job))
    with db.session.begin_nested():
        db.session.delete(answers.held(published))

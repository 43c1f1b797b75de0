"""メッセージ: the list, threads, and writing (write, look, send)."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member
from blueprints.letters import ConversationForm, check_pace, files_are_fine, ready_files, slow_down
from blueprints.messages.forms import AnswerForm
from blueprints.unasked import unasked
from marketplace.accounts.models import Member
from marketplace.errors import NotAllowed, require
from marketplace.follows import queries as follows
from marketplace.i18n import _
from marketplace.jobs.queries import answers
from marketplace.messages import files, folding, policy, queries, searching, service
from marketplace.messages.models import Message
from marketplace.messages.queries import Box, Thread

bp = Blueprint("messages", __name__)


@bp.get("/messages")
def index() -> str:
    """Show the member's conversations, the one last written in first, or what was found in them."""
    if words := folding.words_of(request.args.get("q", "")):
        return _search(words)
    name = request.args.get("box", "")
    box = Box(name) if name in set(Box) else Box.ALL
    return render_template(
        "messages/index.html",
        box=box,
        inbox=queries.inbox_of(current_member, request.args.get("after"), box),
        request_count=queries.request_count(current_member),
    )


@bp.route("/messages/new", methods=["GET", "POST"])
def compose() -> ResponseReturnValue:
    """Begin a conversation: write, look at it as it will be sent, send."""
    recipient = follows.get_for(current_member, request.args.get("to", ""))
    require(policy.can_start(current_member, recipient), service.closed())
    form = ConversationForm(draft_at=url_for(".compose", to=recipient.username))
    step = "write"
    if form.validate_on_submit():
        if form.step == "send":
            with form.blame("title"), form.blame("title", NotAllowed):
                number = _start(recipient, form)
                flash(_begun_with(recipient, number), "ok")
                return redirect(url_for(".show", conversation_id=number))
        elif files_are_fine(form):
            step = form.step
    return render_template(
        "messages/compose.html", recipient=recipient, form=form, step=step, ready=ready_files(form)
    ), form.status


@bp.route("/messages/<int:conversation_id>", methods=["GET", "POST"])
def show(conversation_id: int) -> ResponseReturnValue:
    """Show a thread, and answer in it: write, look, send."""
    thread = queries.get_for(current_member, conversation_id)
    form = AnswerForm(draft_at=url_for(".show", conversation_id=conversation_id))
    step = "write"
    if form.is_submitted() and not policy.can_reply(current_member, thread):
        return _thread_page(thread, form, step), NotAllowed.status
    if form.validate_on_submit():
        if form.step == "send":
            with form.blame("body"), form.blame("body", NotAllowed):
                slow_down(thread.other, form)
                number = service.reply(current_member, thread, form.body.data, form.once.data, form.ready.data)
                flash(_sent_to(thread.other), "ok")
                return redirect(url_for(".show", conversation_id=conversation_id, _anchor=f"message-{number}"))
        elif files_are_fine(form):
            step = form.step
    return _thread_page(thread, form, step), form.status


@bp.post("/messages/<int:conversation_id>/read")
@unasked
def read(conversation_id: int) -> ResponseReturnValue:
    """Remember how far the thread was seen: the page says so by itself, without JavaScript its reader by a button."""
    thread = queries.get_for(current_member, conversation_id)
    newest = request.form.get("newest", type=int) or 0
    service.mark_read(current_member, thread, newest)
    if "HX-Request" in request.headers:
        return render_template("messages/read.html", conversation_id=conversation_id)
    return redirect(url_for(".show", conversation_id=conversation_id))


def _search(words: tuple[str, ...]) -> str:
    return render_template(
        "messages/search.html",
        page=searching.found_in(current_member, words, request.args.get("after")),
        words=words,
        excerpt=folding.excerpt,
        marked=folding.marked,
        most=searching.MOST_SEARCHED,
    )


def newest_unread(thread: Thread, messages: Sequence[Message]) -> int:
    """Return the number of the last of `messages` that waits for the member, or 0 when none does."""
    if not policy.can_mark_read(current_member, thread):
        return 0
    waiting = [each.id for each in messages if each.sender_id != current_member.id]
    return waiting[-1] if waiting and waiting[-1] > thread.mine.last_read_id else 0


def _start(recipient: Member, form: ConversationForm) -> int:
    check_pace(recipient, form)
    once = form.once.data
    return service.start(current_member, recipient, form.title.data, form.body.data, once, form.ready.data)


def _begun_with(recipient: Member, conversation_id: int) -> str:
    if queries.get_for(current_member, conversation_id).theirs.is_going_on:
        return _sent_to(recipient)
    return _("%(name)sさんにリクエストとして送信しました。承認されると、続きを送れます。", name=recipient.nickname)


def _sent_to(member: Member) -> str:
    return _("送信しました。%(name)sさんにだけ届いています。", name=member.nickname)


def _thread_page(thread: Thread, form: AnswerForm, step: str) -> str:
    at = request.args.get("at", 0, type=int)
    before = queries.place_of(at) if at else request.args.get("before")
    page = queries.messages_of(thread.conversation, before)
    job = answers.job_of(thread.conversation.id)
    return render_template(
        "messages/show.html",
        thread=thread,
        job=job,
        is_posters=job is not None and job.poster_id == current_member.id,
        page=page,
        inbox=queries.inbox_of(current_member),
        request_count=thread.requests,
        can_reply=policy.can_reply(current_member, thread),
        closed=service.closed(),
        form=form,
        step=step,
        ready=ready_files(form),
        files=files.files_of(page.rows),
        newest_unread_id=newest_unread(thread, page.rows),
    )

"""What pages of messages ask by themselves: a stream that tells of new ones, and the parts that show them."""

import json
from collections.abc import Iterator

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, current_session
from blueprints.converters import LARGEST
from blueprints.messages.routes import bp, newest_unread
from blueprints.unasked import unasked
from marketplace.messages import files, policy, queries, watching
from marketplace.messages.queries import MESSAGES_A_PAGE
from marketplace.messages.watching import Listener, News


@bp.get("/messages/stream")
@unasked
def stream() -> ResponseReturnValue:
    """Tell of new messages as they come; without a thread to spare the page is left to ask from time to time."""
    watcher = watching.watcher()
    listener = watcher.listen(current_session)
    if listener is None:
        return "", 204
    answer = Response(_lines(listener), mimetype="text/event-stream")
    answer.headers["Cache-Control"] = "no-store"
    # A proxy that collects an answer before it sends it on would keep everything back.
    answer.headers["X-Accel-Buffering"] = "no"
    answer.call_on_close(lambda: watcher.leave(listener))
    return answer


@bp.get("/messages/<int:conversation_id>/news")
@unasked
def news(conversation_id: int) -> str:
    """Show what was written in a thread after the message that the page shows last."""
    thread = queries.get_for(current_member, conversation_id)
    after = request.args.get("after", 0, type=int)
    last, messages = queries.messages_since(thread.conversation, min(max(after, 0), LARGEST))
    return render_template(
        "messages/news.html",
        thread=thread,
        last=last,
        messages=messages,
        files=files.files_of(messages),
        can_reply=policy.can_reply(current_member, thread),
        newest_unread_id=newest_unread(thread, messages),
        has_more=len(messages) == MESSAGES_A_PAGE,
    )


@bp.get("/messages/threads")
@unasked
def threads() -> str:
    """Show the list of conversations as it stands on the first page."""
    current = request.args.get("current", 0, type=int)
    return render_template("messages/threads.html", inbox=queries.inbox_of(current_member), current=current)


@bp.get("/messages/unread")
@unasked
def unread() -> str:
    """Show how many messages wait."""
    return render_template("messages/unread.html")


def _lines(listener: Listener) -> Iterator[str]:
    yield ": begun\n\n"
    while (told := listener.wait(watching.PING_SECONDS)) is not None:
        yield "".join(map(_line, told)) or ": ping\n\n"
    if listener.was_displaced:
        yield "event: full\ndata: {}\n\n"


def _line(told: News) -> str:
    said = {"conversation": told.conversation_id, "newest": told.newest_id, "unread": told.unread}
    return f"data: {json.dumps(said)}\n\n"

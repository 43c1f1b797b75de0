"""What one does with a conversation in one press: acknowledge, answer a request, mute, put away, block."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member
from blueprints.converters import LARGEST
from blueprints.messages.routes import bp
from marketplace.follows import service as follows
from marketplace.i18n import _
from marketplace.messages import queries, service
from marketplace.messages.queries import Box


@bp.post("/messages/<int:conversation_id>/acknowledge")
def acknowledge(conversation_id: int) -> ResponseReturnValue:
    """Say in one tap that the other's last message was seen."""
    thread = queries.get_for(current_member, conversation_id)
    message_id = min(max(request.form.get("message", 0, type=int), 0), LARGEST)
    number = service.acknowledge(current_member, thread, queries.get_message(thread, message_id))
    flash(_("受領の連絡を送信しました。%(name)sさんにだけ届いています。", name=thread.other.nickname), "ok")
    return redirect(url_for(".show", conversation_id=conversation_id, _anchor=f"message-{number}"))


@bp.post("/messages/<int:conversation_id>/accept")
def accept(conversation_id: int) -> ResponseReturnValue:
    """Let a request begin a conversation."""
    thread = queries.get_for(current_member, conversation_id)
    service.accept(current_member, thread)
    flash(_("リクエストを承認しました。%(name)sさんに返事を書けます。", name=thread.other.nickname), "ok")
    return redirect(url_for(".show", conversation_id=conversation_id))


@bp.post("/messages/<int:conversation_id>/decline")
def decline(conversation_id: int) -> ResponseReturnValue:
    """Put a request away."""
    thread = queries.get_for(current_member, conversation_id)
    service.decline(current_member, thread)
    flash(_("リクエストを断りました。相手には知らせません。"), "ok")
    return redirect(url_for(".index", box=Box.REQUESTS.value))


@bp.post("/messages/<int:conversation_id>/archive")
def archive(conversation_id: int) -> ResponseReturnValue:
    """Put a conversation away."""
    service.archive(current_member, queries.get_for(current_member, conversation_id))
    flash(_("アーカイブしました。新しいメッセージが届くと、一覧に戻ります。"), "ok")
    return redirect(url_for(".index"))


@bp.post("/messages/<int:conversation_id>/bring-back")
def bring_back(conversation_id: int) -> ResponseReturnValue:
    """Let a conversation stand among the others again."""
    service.bring_back(current_member, queries.get_for(current_member, conversation_id))
    flash(_("一覧に戻しました。"), "ok")
    return redirect(url_for(".show", conversation_id=conversation_id))


@bp.post("/messages/<int:conversation_id>/mute")
def mute(conversation_id: int) -> ResponseReturnValue:
    """Leave a conversation out of the count that every page shows."""
    service.mute(current_member, queries.get_for(current_member, conversation_id))
    flash(_("このやりとりの新しいメッセージは、未読の数に入らなくなりました。"), "ok")
    return redirect(url_for(".show", conversation_id=conversation_id))


@bp.post("/messages/<int:conversation_id>/unmute")
def unmute(conversation_id: int) -> ResponseReturnValue:
    """Count a conversation again."""
    service.unmute(current_member, queries.get_for(current_member, conversation_id))
    flash(_("このやりとりの新しいメッセージを、未読の数に入れるようにしました。"), "ok")
    return redirect(url_for(".show", conversation_id=conversation_id))


@bp.get("/messages/<int:conversation_id>/block")
def ask_block(conversation_id: int) -> str:
    """Say what a block does, and ask whether to."""
    thread = queries.get_for(current_member, conversation_id)
    return render_template("messages/block.html", thread=thread)


@bp.post("/messages/<int:conversation_id>/block")
def block(conversation_id: int) -> ResponseReturnValue:
    """Block whom the member is writing with."""
    thread = queries.get_for(current_member, conversation_id)
    follows.block(current_member, thread.other)
    flash(_("%(name)sさんをブロックしました。相手には知らせません。", name=thread.other.nickname), "ok")
    return redirect(url_for(".index"))

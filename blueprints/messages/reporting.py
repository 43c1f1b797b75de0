"""Showing a message to the moderators, who read nothing otherwise."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member
from blueprints.messages.forms import ReportForm
from blueprints.messages.routes import bp
from marketplace.errors import require
from marketplace.i18n import _
from marketplace.messages import queries as messages
from marketplace.moderation import policy, queries, service


@bp.route("/messages/<int:conversation_id>/messages/<int:message_id>/report", methods=["GET", "POST"])
def report(conversation_id: int, message_id: int) -> ResponseReturnValue:
    """Say what the moderators will see, ask why, and show them that one message."""
    thread = messages.get_for(current_member, conversation_id)
    message = messages.get_message(thread, message_id)
    require(policy.can_report(current_member, thread, message))
    form = ReportForm()
    if form.validate_on_submit():
        service.report(current_member, thread, message, form.reason.data, form.comment.data)
        flash(_("事務局に知らせました。相手には知らせません。"), "ok")
        return redirect(url_for(".show", conversation_id=conversation_id))
    is_reported = queries.has_reported(current_member, message)
    page = render_template("messages/report.html", thread=thread, message=message, form=form, is_reported=is_reported)
    return page, form.status

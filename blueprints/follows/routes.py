"""Following, in place or as a plain form."""

from flask import Blueprint, Response, flash, get_template_attribute, redirect, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, local_path
from marketplace import limits
from marketplace.accounts.models import Member
from marketplace.follows import queries, service
from marketplace.follows.queries import NOBODY, Relation, Tab
from marketplace.i18n import _

bp = Blueprint("follows", __name__)


@bp.post("/workers/<username>/follow")
def follow(username: str) -> ResponseReturnValue:
    """Follow this member, then come back to where the button was."""
    member = queries.get_for(current_member, username)
    limits.check(limits.Action.FOLLOW, account=current_member.id)
    service.follow(current_member, member)
    return _button_or_back(member, _("%(name)sさんをフォローしました。", name=member.nickname))


@bp.post("/workers/<username>/unfollow")
def unfollow(username: str) -> ResponseReturnValue:
    """Stop following this member, then come back to where the button was."""
    member = queries.get_for(current_member, username)
    service.unfollow(current_member, member)
    return _button_or_back(member, _("%(name)sさんのフォローをやめました。", name=member.nickname))


def page_of(member: Member) -> str:
    """Return where a deed about `member` leads that came from nowhere: their page, if they have one."""
    if member.is_worker:
        return url_for("profiles.show", username=member.username)
    return url_for("follows.contacts", tab=Tab.FOLLOWING.value)


def drawn_counts(tab: str) -> str:
    """Return the numbers of コンタクト, to take the place of those on the page; nothing for a page without them."""
    if tab not in set(Tab):
        return ""
    counts = get_template_attribute("components/contact_counts.html", "contact_counts")
    return str(counts(queries.counts_of(current_member), Tab(tab)))


def _button_or_back(member: Member, sentence: str) -> ResponseReturnValue:
    """Answer htmx with the button alone, and a plain form with the page it came from.

    Whoever lets go of the last tie to a member without a page could not take it back: they get the whole page anew.
    """
    in_place = "HX-Request" in request.headers
    relation = queries.relations(current_member, [member])[member.id]
    if in_place and (member.is_worker or relation != NOBODY):
        return _button(member, relation)
    flash(sentence, "ok")
    target = local_path(request.form["next"]) if "next" in request.form else page_of(member)
    return Response(headers={"HX-Redirect": target}) if in_place else redirect(target)


def _button(member: Member, relation: Relation) -> str:
    """Draw the button as it stood there; in コンタクト the numbers of its lists come along."""
    button = get_template_attribute("components/follow_button.html", "follow_button")
    size, tab = request.form.get("size", "sm"), request.form.get("counts", "")
    return str(button(member, relation, size="" if size == "" else "sm", counts=tab)) + drawn_counts(tab)

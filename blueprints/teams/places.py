"""Leaving a team, taking a place away, handing over, dissolving: each is asked on a page before it is done."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member
from blueprints.forms import DeedForm
from blueprints.teams.forms import HandOverForm
from blueprints.teams.routes import bp
from marketplace.errors import require
from marketplace.i18n import _
from marketplace.teams import policy, queries, service
from marketplace.teams.models import Role


@bp.route("/teams/<slug>/leave", methods=["GET", "POST"])
def leave(slug: str) -> ResponseReturnValue:
    """Ask whether the member wants to leave, and let them go; the last owner is told what to do first."""
    team = queries.get_joined(current_member, slug)
    form = DeedForm()
    if form.validate_on_submit():
        with form.blame("go"):
            service.leave(current_member, team)
            flash(_("「%(name)s」から脱退しました。", name=team.name), "ok")
            return redirect(url_for(".index"))
    is_owner = queries.role_of(current_member, team) is Role.OWNER
    must_stay = is_owner and not queries.owners_beside(current_member, team)
    return render_template("teams/leave.html", team=team, form=form, must_stay=must_stay), form.status


@bp.route("/teams/<slug>/dissolve", methods=["GET", "POST"])
def dissolve(slug: str) -> ResponseReturnValue:
    """Ask whether the team is to end, and end it."""
    team = queries.get_joined(current_member, slug)
    require(policy.can_dissolve(current_member, team))
    form = DeedForm()
    if form.validate_on_submit():
        service.dissolve(current_member, team)
        flash(_("「%(name)s」を解散しました。", name=team.name), "ok")
        return redirect(url_for(".index"))
    return render_template("teams/dissolve.html", team=team, form=form), form.status


@bp.route("/teams/<slug>/members/<username>/expel", methods=["GET", "POST"])
def expel(slug: str, username: str) -> ResponseReturnValue:
    """Ask whether a member is to lose their place, and take it away."""
    team = queries.get_joined(current_member, slug)
    member = queries.get_place(current_member, team, username)
    require(policy.can_expel(current_member, team, member))
    form = DeedForm()
    if form.validate_on_submit():
        service.expel(current_member, team, member)
        flash(_("%(name)sさんを脱退させました。", name=member.nickname), "ok")
        return redirect(url_for(".show", slug=slug))
    return render_template("teams/expel.html", team=team, member=member, form=form), form.status


@bp.route("/teams/<slug>/members/<username>/hand-over", methods=["GET", "POST"])
def hand_over(slug: str, username: str) -> ResponseReturnValue:
    """Make a member an owner, beside oneself or in one's own place."""
    team = queries.get_joined(current_member, slug)
    member = queries.get_place(current_member, team, username)
    require(policy.can_hand_over(current_member, team, member))
    form = HandOverForm()
    if form.validate_on_submit():
        with form.blame("manner"):
            service.hand_over(current_member, team, member, stays=form.manner.data == "beside")
            flash(_("%(name)sさんがオーナーになりました。", name=member.nickname), "ok")
            return redirect(url_for(".show", slug=slug))
    return render_template("teams/hand_over.html", team=team, member=member, form=form), form.status

"""Inviting, asking for a place, and answering: in place on マイページ, or as plain forms."""

from collections.abc import Callable
from typing import TypeVar

from flask import flash, get_template_attribute, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, local_path
from blueprints.teams.forms import CommentForm, InvitationByNameForm, InvitationForm
from blueprints.teams.routes import bp
from marketplace import limits
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.errors import Conflict, Invalid, NotFound, require
from marketplace.follows import queries as follows
from marketplace.i18n import _
from marketplace.teams import policy, queries, service
from marketplace.teams.models import Invitation, JoinRequest, Team
from marketplace.teams.wording import cannot_be_invited, what_happened
from marketplace.waiting import waiting_for

Offer = TypeVar("Offer", Invitation, JoinRequest)


@bp.route("/workers/<username>/invite", methods=["GET", "POST"])
def invite_member(username: str) -> ResponseReturnValue:
    """Invite somebody to one of the member's teams; who owns none founds one first, and comes back."""
    invitee = follows.get_for(current_member, username)
    teams = queries.owned_by(current_member)
    if not teams:
        flash(
            _("先にチームを作ってください。登録すると、%(name)sさんの招待に進みます。", name=invitee.nickname), "info"
        )
        return redirect(url_for(".create", next=url_for(".invite_member", username=username)))
    form = InvitationForm(teams, data={"team": request.args.get("team")})
    if form.validate_on_submit():
        team = next(team for team in teams if team.slug == form.team.data)
        with form.blame("team"):
            return _invited(team, invitee, form.comment.data)
    relation = follows.relations(current_member, [invitee])[invitee.id]
    return render_template("teams/invite_member.html", form=form, invitee=invitee, relation=relation), form.status


@bp.route("/teams/<slug>/invite", methods=["GET", "POST"])
def invite(slug: str) -> ResponseReturnValue:
    """Invite somebody whose name one knows to this team."""
    team = queries.get_joined(current_member, slug)
    require(policy.can_invite(current_member, team))
    form = InvitationByNameForm()
    if form.validate_on_submit():
        with form.blame("username"):
            return _invited(team, _invitee(form.username.data), form.comment.data)
    return render_template("teams/invite.html", team=team, form=form), form.status


@bp.get("/invitations/<int:invitation_id>")
def invitation(invitation_id: int) -> ResponseReturnValue:
    """Lead to where an invitation waits, or tell what became of it."""
    found = queries.get_invitation(current_member, invitation_id)
    if not found.waits(now()):
        return render_template("teams/invitation.html", team=found.team, sentence=what_happened(found))
    if found.invitee_id == current_member.id:
        return redirect(url_for(".show", slug=found.team.slug))
    return redirect(url_for(".index", _anchor="invitations"))


@bp.post("/invitations/<int:invitation_id>/accept")
def accept(invitation_id: int) -> ResponseReturnValue:
    """Take the offered place: 「承認」."""
    found = queries.get_invitation(current_member, invitation_id)
    sentence = _("「%(team)s」のメンバーになりました。", team=found.team.name)
    return _answered(service.accept, found, sentence)


@bp.post("/invitations/<int:invitation_id>/decline")
def decline(invitation_id: int) -> ResponseReturnValue:
    """Say no to an offer: 「却下」."""
    found = queries.get_invitation(current_member, invitation_id)
    return _answered(service.decline, found, _("「%(team)s」からの招待を却下しました。", team=found.team.name))


@bp.post("/invitations/<int:invitation_id>/reopen")
def reopen(invitation_id: int) -> ResponseReturnValue:
    """Take the answer back that was just given: 「取り消す」."""
    found = queries.get_invitation(current_member, invitation_id)
    sentence = _("「%(team)s」からの招待への回答を取り消しました。", team=found.team.name)
    return _answered(service.reopen, found, sentence)


@bp.post("/invitations/<int:invitation_id>/withdraw")
def withdraw(invitation_id: int) -> ResponseReturnValue:
    """Take an offer back."""
    found = queries.get_invitation(current_member, invitation_id)
    sentence = _("%(name)sさんへの招待を取り消しました。", name=found.invitee.nickname)
    return _answered(service.withdraw, found, sentence)


@bp.route("/teams/<slug>/join", methods=["GET", "POST"])
def ask_to_join(slug: str) -> ResponseReturnValue:
    """Ask the owners of a team for a place in it."""
    team = queries.get_for(current_member, slug)
    require(policy.can_ask_to_join(current_member, team))
    form = CommentForm()
    if form.validate_on_submit():
        with form.blame("comment"):
            limits.check(limits.Action.INVITATION, account=current_member.id)
            service.ask_to_join(current_member, team, form.comment.data)
            flash(_("参加の希望を「%(team)s」に送りました。", team=team.name), "ok")
            return redirect(url_for(".show", slug=slug))
    return render_template("teams/ask_to_join.html", team=team, form=form), form.status


@bp.post("/teams/requests/<int:request_id>/admit")
def admit(request_id: int) -> ResponseReturnValue:
    """Give who asked a place: 「承認」."""
    found = queries.get_request(current_member, request_id)
    names = {"name": found.member.nickname, "team": found.team.name}
    return _answered(service.admit, found, _("%(name)sさんが「%(team)s」のメンバーになりました。", **names))


@bp.post("/teams/requests/<int:request_id>/turn-down")
def turn_down(request_id: int) -> ResponseReturnValue:
    """Give who asked no place: 「却下」."""
    found = queries.get_request(current_member, request_id)
    sentence = _("%(name)sさんの参加の希望を却下しました。", name=found.member.nickname)
    return _answered(service.turn_down, found, sentence)


@bp.post("/teams/requests/<int:request_id>/reopen")
def reopen_request(request_id: int) -> ResponseReturnValue:
    """Take the answer back that was just given: 「取り消す」."""
    found = queries.get_request(current_member, request_id)
    sentence = _("%(name)sさんの参加の希望への回答を取り消しました。", name=found.member.nickname)
    return _answered(service.reopen_request, found, sentence)


@bp.post("/teams/requests/<int:request_id>/take-back")
def take_back(request_id: int) -> ResponseReturnValue:
    """Ask no longer."""
    found = queries.get_request(current_member, request_id)
    return _answered(service.take_back, found, _("「%(team)s」への参加の希望を取り消しました。", team=found.team.name))


def _invitee(username: str) -> Member:
    """Return whom the member may invite; the sentence does not tell who is not there from who hides."""
    try:
        return follows.get_for(current_member, username.strip().removeprefix("@").casefold())
    except NotFound:
        raise Invalid(cannot_be_invited()) from None


def _invited(team: Team, invitee: Member, comment: str) -> ResponseReturnValue:
    limits.check(limits.Action.INVITATION, account=current_member.id)
    service.invite(current_member, team, invitee, comment)
    flash(_("%(name)sさんを「%(team)s」に招待しました。", name=invitee.nickname, team=team.name), "ok")
    return redirect(url_for(".index", _anchor="invitations"))


def _answered(verb: Callable[[Member, Offer], None], offer: Offer, sentence: str) -> ResponseReturnValue:
    """Answer; htmx gets 承認待ち一覧 as it is afterwards, in the card's place the sentence with 「取り消す」."""
    if "HX-Request" not in request.headers:
        verb(current_member, offer)
        flash(sentence, "ok")
        return redirect(local_path(request.form.get("next")))
    kind, status = "ok", 200
    try:
        verb(current_member, offer)
    except Conflict as error:
        sentence, kind, status = error.sentence, "warn", error.status
    section = get_template_attribute("components/waiting.html", "waiting_section")
    undo = _way_back(offer) if kind == "ok" and not offer.waits(now()) else ""
    return str(section(waiting_for(current_member), sentence, kind, undo)), status


def _way_back(offer: Offer) -> str:
    """Return the address that takes an answer back."""
    if isinstance(offer, Invitation):
        return url_for(".reopen", invitation_id=offer.id)
    return url_for(".reopen_request", request_id=offer.id)

"""チーム管理, founding a team, its public page, and changing what it says."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, local_path, public, viewer
from blueprints.teams.forms import NewTeamForm, TeamEditForm, TeamForm, data_of
from marketplace import limits
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.contracts.queries import reviews
from marketplace.errors import Conflict, Invalid, NotFound, require
from marketplace.follows import queries as follows
from marketplace.i18n import _
from marketplace.pictures import CONTENT_TYPE, MAX_BYTES, Squares, squares_of
from marketplace.profiles.queries import PictureSize
from marketplace.teams import policy, queries, service
from marketplace.teams.models import Team
from marketplace.teams.queries import Kind, Standing
from marketplace.teams.service import TeamChanges
from marketplace.teams.together import together

bp = Blueprint("teams", __name__)

MOST_INVITED_AT_ONCE = 10
"""As many as a member may invite in a day."""
MOST_NAMED = 100
"""More than the largest group of a circle."""
SECONDS_OF_PICTURES = 86400
"""How long a browser keeps a picture; its address changes with it, and no proxy may keep it."""


@dataclass(frozen=True)
class Difference:
    """One field that says something else in the two versions of a team."""

    label: str
    saved: str
    typed: str


@bp.get("/teams")
def index() -> str:
    """Show the member's teams, and what waits for an answer in them."""
    return render_template(
        "teams/index.html",
        page=queries.teams_of(current_member, request.args.get("after")),
        waiting=[each for each in queries.waiting_for(current_member) if each.kind is Kind.REQUEST],
        invitations=queries.invitations_by(current_member),
        requests=queries.requests_by(current_member),
    )


@bp.route("/teams/new", methods=["GET", "POST"])
def create() -> ResponseReturnValue:
    """Found a team and invite friends who were named in the address, then go on to where a team was needed."""
    named = list(dict.fromkeys(filter(None, request.args.get("members", "").split(","))))[:MOST_NAMED]
    friends = follows.friends_named(current_member, named)[:MOST_INVITED_AT_ONCE]
    form = NewTeamForm(friends)
    if form.validate_on_submit():
        picture = _picture(form)
        if not form.errors:
            with form.blame("slug"), form.blame("wanted_skills", Invalid):
                limits.check(limits.Action.TEAM, account=current_member.id)
                team = service.create(current_member, form.slug.data, form.changes(picture))
                with form.blame("invited"):
                    _invite([friend for friend in friends if friend.username in form.invited.data], team)
                    flash(_("「%(name)s」を登録しました。", name=team.name), "ok")
                    return redirect(local_path(request.args["next"]) if "next" in request.args else url_for(".index"))
    return render_template("teams/create.html", form=form, others=len(named) - len(friends)), form.status


@bp.get("/teams/<slug>")
@public
def show(slug: str) -> str:
    """Show a team to whoever comes by: who is in it, what they can do together, and what one may do here."""
    reader = viewer()
    team = queries.get_for(reader, slug)
    places = queries.places_in(reader, team)
    mine = next((place.role for place in places if reader and place.member.id == reader.id), None)
    standing = queries.standing_of(reader, team) if reader else Standing()
    return render_template(
        "teams/show.html",
        team=team,
        places=places,
        mine=mine,
        invitation=None if mine else standing.invitation,
        asked=None if mine else standing.asked,
        relations=follows.relations(reader, [place.member for place in places]),
        ties=standing.ties,
        skills=queries.joint_skills_of(reader, team),
        together=together([place.profile for place in places if place.profile], now()),
        reputation=reviews.reputation_of_team(reader, team),
    )


@bp.route("/teams/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    """Change what a team says of itself; a page that is older than what is saved shows both."""
    team = queries.get_joined(current_member, slug)
    require(policy.can_edit(current_member, team))
    form = TeamEditForm(data=data_of(TeamChanges.nothing(team), team.version))
    differing: list[Difference] = []
    if form.validate_on_submit():
        picture = _picture(form)
        if not form.errors:
            with form.blame("name"), form.blame("wanted_skills", Invalid):
                service.edit(current_member, team, form.changes(picture), form.version.data)
                flash(_("「%(name)s」を更新しました。", name=team.name), "ok")
                return redirect(url_for(".show", slug=slug))
    if form.status == Conflict.status:
        team = queries.get_joined(current_member, slug)
        differing = _differences(form, TeamChanges.nothing(team))
        form.follow(team)
    return render_template("teams/edit.html", team=team, form=form, differing=differing), form.status


@bp.get("/teams/<slug>/picture/<size>")
@public
def picture(slug: str, size: str) -> Response:
    """Serve one of the squares of a team's picture."""
    if size not in set(PictureSize):
        raise NotFound
    answer = Response(queries.picture_for(viewer(), slug, PictureSize(size)), mimetype=CONTENT_TYPE)
    answer.headers["Cache-Control"] = f"private, max-age={SECONDS_OF_PICTURES}"
    return answer


def _invite(friends: Sequence[Member], team: Team) -> None:
    for friend in friends:
        limits.check(limits.Action.INVITATION, account=current_member.id)
        service.invite(current_member, team, friend)


def _picture(form: TeamForm) -> Squares | None:
    """Develop the chosen picture before the first write; what is wrong with it is said beside its field."""
    developed: Squares | None = None
    if form.picture.data:
        with form.blame("picture"):
            limits.check(limits.Action.UPLOAD, account=current_member.id)
            developed = squares_of(form.picture.data.read(MAX_BYTES + 1))
    return developed


def _differences(form: TeamEditForm, saved: TeamChanges) -> list[Difference]:
    typed = form.changes(None)

    def said(value: str | bool | tuple[str, ...]) -> str:
        if isinstance(value, bool):
            return _("はい") if value else _("いいえ")
        return (value if isinstance(value, str) else "\n".join(value)) or _("(空欄)")

    return [
        Difference(str(form[name].label.text), said(getattr(saved, name)), said(getattr(typed, name)))
        for name in ("name", "introduction", "wanted_skills", "takes_requests")
        if getattr(saved, name) != getattr(typed, name)
    ]

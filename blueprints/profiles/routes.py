"""The form of one's own profile, and the page on which others see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, local_path, public, viewer
from blueprints.profiles.comparing import differences
from blueprints.profiles.forms import ProfileForm, address_at, data_of
from marketplace import limits
from marketplace.addresses import PREFECTURES, Municipality, Prefecture, find_prefecture, municipalities_of
from marketplace.badges import queries as badges
from marketplace.careers import queries as careers
from marketplace.circles import queries as circles
from marketplace.contracts.models import ReviewSide
from marketplace.contracts.queries import reviews
from marketplace.errors import Conflict, NotFound
from marketplace.follows import queries as follows
from marketplace.i18n import _
from marketplace.pictures import CONTENT_TYPE, MAX_BYTES, Squares, squares_of
from marketplace.profiles import queries, service
from marketplace.profiles.queries import Own, PictureSize
from marketplace.profiles.service import ProfileChanges
from marketplace.teams import queries as teams

bp = Blueprint("profiles", __name__)

SECONDS_OF_PICTURES = 86400
"""How long a browser keeps a picture; its address changes with it, and no proxy may keep it."""


@dataclass(frozen=True)
class Cities:
    """The cities of a prefecture in which somebody wants to work, and which of them."""

    prefecture: Prefecture
    municipalities: tuple[Municipality, ...]
    chosen: frozenset[str]


@bp.route("/settings/profile", methods=["GET", "POST"])
def edit() -> ResponseReturnValue:
    """Show the form of one's own profile, and save it."""
    own = queries.own(current_member)
    form = ProfileForm(data=data_of(ProfileChanges.nothing(own), own.profile.version))
    if form.asks_for_more:
        if form.fill.raw_data == ["address"]:
            form.fill_address()
    elif form.validate_on_submit():
        picture = _picture(form)
        if not form.errors:
            return _saved(own, form, form.changes(picture))
    form.add_rows()
    return render_template(
        "profiles/edit.html",
        form=form,
        own=own,
        regions=_regions(),
        cities=_cities(form.wanted_prefectures.data or (), form.wanted_cities.data or ()),
        counts=careers.counts_of(current_member),
    ), form.status


@bp.get("/settings/profile/cities")
def cities() -> str:
    """Show the cities of the prefectures just chosen: a part of the form, for in place."""
    chosen = _cities(request.args.getlist("wanted_prefectures"), request.args.getlist("wanted_cities"))
    return render_template("profiles/cities.html", cities=chosen)


@bp.get("/settings/profile/preview")
def preview() -> str:
    """Show one's own page as a visitor sees it, published or not."""
    face = queries.own_face(current_member)
    found = badges.badges_of([face.member])[face.member.id]
    lists, said = careers.lists_of(face.member, None), reviews.reputation_of(None, face.member, ReviewSide.BY_CLIENT)
    return render_template("profiles/preview.html", face=face, lists=lists, badges=found, reputation=said)


@bp.post("/settings/profile/status")
def confirm_status() -> ResponseReturnValue:
    """Say that one's status still holds."""
    service.confirm_status(current_member)
    flash(_("ステータスを確認しました。"), "ok")
    return redirect(local_path(request.form.get("next")))


@bp.get("/addresses/<code>")
def address(code: str) -> Response:
    """Tell what address a postal code stands for."""
    return jsonify(address_at(code))


@bp.get("/workers/<username>")
@public
def show(username: str) -> str:
    """Show a worker to whoever comes by."""
    if current_member and current_member.username == username and not current_member.is_worker:
        raise NotFound(_("プロフィールを公開すると、ここにあなたのページができます。"))
    try:
        face = queries.face_of(viewer(), username)
    except NotFound:
        return _blocked(username)
    joined, lists = teams.joined_by(viewer(), face.member), careers.lists_of(face.member, viewer())
    return render_template(
        "profiles/show.html",
        face=face,
        connection=circles.connections(viewer(), [face.member])[face.member.id],
        search=_search_before(),
        joined=joined,
        lists=lists,
        badges=badges.badges_with(face.member, joined.places, lists.qualifications),
        reputation=reviews.reputation_of(viewer(), face.member, ReviewSide.BY_CLIENT),
    )


@bp.get("/workers/<username>/picture/<size>")
@public
def picture(username: str, size: str) -> Response:
    """Serve one of the squares of a member's picture."""
    if size not in set(PictureSize):
        raise NotFound
    answer = Response(queries.picture_for(viewer(), username, PictureSize(size)), mimetype=CONTENT_TYPE)
    answer.headers["Cache-Control"] = f"private, max-age={SECONDS_OF_PICTURES}"
    return answer


def _blocked(username: str) -> str:
    """Show who is blocked to the one who blocked them, so that it can be taken back; to everybody else nothing."""
    blocked = follows.find_blocked(current_member, username) if current_member else None
    if blocked is None or not blocked.is_worker:
        raise NotFound
    return render_template("profiles/blocked.html", member=blocked)


def _picture(form: ProfileForm) -> Squares | None:
    """Develop the chosen picture before the first write; what is wrong with it is said beside its field."""
    developed: Squares | None = None
    if form.picture.data:
        with form.blame("picture"):
            limits.check(limits.Action.UPLOAD, account=current_member.id)
            developed = squares_of(form.picture.data.read(MAX_BYTES + 1))
    return developed


def _saved(own: Own, form: ProfileForm, changes: ProfileChanges) -> ResponseReturnValue:
    """Save, or show both versions when another page was faster."""
    was_verified = current_member.identity_verified_at is not None
    try:
        service.update(current_member, changes, form.version.number)
    except Conflict:
        now = queries.own(current_member)
        differing = differences(form, ProfileChanges.nothing(now), changes)
        if differing:
            return render_template(
                "profiles/conflict.html",
                differing=differing,
                carried=_carried(),
                version=now.profile.version,
                form=form,
            ), Conflict.status
    flash(_("プロフィールを更新しました。"), "ok")
    if was_verified and current_member.identity_verified_at is None:
        flash(
            _(
                "名前、フリガナ、生年月日のどれかが変わったため、本人確認が取り消されました。もう一度、書類で確認できます。"
            ),
            "warn",
        )
    return redirect(url_for(".edit"))


def _carried() -> list[tuple[str, str]]:
    """What was typed, to be sent once more with the version that is saved now."""
    return [pair for pair in request.form.items(multi=True) if pair[0] not in {"csrf_token", "version"}]


def _regions() -> list[tuple[str, list[Prefecture]]]:
    grouped = groupby(PREFECTURES, key=attrgetter("region"))
    return [(region.label, list(prefectures)) for region, prefectures in grouped]


def _cities(prefectures: Sequence[str], chosen: Sequence[str]) -> list[Cities]:
    found = [find_prefecture(code) for code in sorted(set(prefectures))]
    return [
        Cities(prefecture, municipalities_of(prefecture.code), frozenset(chosen))
        for prefecture in found
        if prefecture is not None
    ]


def _search_before() -> tuple[str, str] | None:
    """Where the reader comes from when that was the search, with its words: (label, address)."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host or before.path != url_for("search.workers"):
        return None
    words = parse_qs(before.query).get("q", [""])[0].strip()
    label = _("「%(words)s」の検索結果", words=words) if words else _("検索結果")
    return label, local_path(before.path + (f"?{before.query}" if before.query else ""))

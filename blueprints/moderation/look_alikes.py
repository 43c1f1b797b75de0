"""Names that look like others': what waits, what was found, and opening a case."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, moderators_only
from blueprints.moderation.routes import bp
from marketplace.errors import NotFound
from marketplace.i18n import _
from marketplace.moderation import queries, service
from marketplace.moderation.models import SubjectKind
from marketplace.moderation.queries import NAMED, LookAlike


@bp.get("/look-alikes")
@moderators_only
def look_alikes() -> str:
    """Show names that look like others', of one kind; those that wait, or those that were settled."""
    kind = _kind(request.args.get("kind", SubjectKind.MEMBER))
    is_settled = request.args.get("state") == "settled"
    page = queries.look_alikes(kind, request.args.get("after"), is_settled=is_settled)
    own = queries.own_ids(current_member, kind)
    shown = {"kind": kind, "is_settled": is_settled, "own": own}
    return render_template("moderation/look_alikes.html", page=page, **shown)


@bp.post("/look-alikes/<kind>/<int:subject_id>/leave")
@moderators_only
def leave_name(kind: str, subject_id: int) -> ResponseReturnValue:
    """Let a name be."""
    found = _found(kind, subject_id)
    service.leave_name(current_member, found)
    flash(_("そのままにしました。名前が変わるまで、この一覧には出ません。"), "ok")
    return redirect(url_for(".look_alikes", kind=found.subject))


@bp.post("/look-alikes/<kind>/<int:subject_id>/question")
@moderators_only
def question_name(kind: str, subject_id: int) -> ResponseReturnValue:
    """Open a case about a name."""
    case = service.question_name(current_member, _found(kind, subject_id))
    flash(_("通報と同じ扱いにしました。内容を確かめ、「注意」で変更をお願いできます。"), "ok")
    return redirect(url_for(".case", case_id=case.id))


def _found(kind: str, subject_id: int) -> LookAlike:
    if subject_id >= 1 << 31:
        raise NotFound
    return queries.get_look_alike(_kind(kind), subject_id)


def _kind(typed: str) -> SubjectKind:
    if typed not in {kind.value for kind in NAMED}:
        raise NotFound
    return SubjectKind(typed)

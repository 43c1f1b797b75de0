"""The four lists of what one can do and has done, the files in them, and the names of skills."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, public, viewer
from blueprints.careers.comparing import differences
from blueprints.careers.forms import FORMS, ArrangementForm, CareerForm, EntryForm, MoveForm
from blueprints.downloads import as_download
from blueprints.forms import DeedForm, Form
from marketplace import limits
from marketplace.careers import queries, service
from marketplace.careers.models import Entry, Qualification
from marketplace.errors import Conflict, Invalid
from marketplace.i18n import _
from marketplace.verification import service as verification

bp = Blueprint("careers", __name__)

Sent = TypeVar("Sent", bound=Form)

LIST = f"<any({','.join(queries.KINDS)}):name>"
"""Which of the four lists an address means."""

ADD: dict[str, Callable[..., Entry]] = {
    "skills": service.skills.add,
    "qualifications": service.qualifications.add,
    "careers": service.careers.add,
    "hobbies": service.hobbies.add,
}
CHANGE: dict[str, Callable[..., None]] = {
    "skills": service.skills.change,
    "qualifications": service.qualifications.change,
    "careers": service.careers.change,
    "hobbies": service.hobbies.change,
}
FIELDS = {
    "skills": "careers/_skills_fields.html",
    "qualifications": "careers/_qualifications_fields.html",
    "careers": "careers/_careers_fields.html",
    "hobbies": "careers/_hobbies_fields.html",
}


@bp.route("/settings/skills", methods=["GET", "POST"])
def skills() -> ResponseReturnValue:
    """List the member's skills, and take a new one."""
    return _list("skills", "careers/skills.html")


@bp.route("/settings/qualifications", methods=["GET", "POST"])
def qualifications() -> ResponseReturnValue:
    """List the member's qualifications, and take a new one."""
    return _list("qualifications", "careers/qualifications.html", is_shown=queries.is_shown)


@bp.route("/settings/careers", methods=["GET", "POST"])
def careers() -> ResponseReturnValue:
    """List the member's careers, and take a new one with its files."""
    return _list("careers", "careers/careers.html")


@bp.route("/settings/hobbies", methods=["GET", "POST"])
def hobbies() -> ResponseReturnValue:
    """List the member's hobbies, and take a new one."""
    return _list("hobbies", "careers/hobbies.html")


def _list(name: str, template: str, **more: Any) -> ResponseReturnValue:
    form = FORMS[name](draft_at=url_for(f".{name}"))
    if form.validate_on_submit() and _files_are_fine(form):
        with form.blame(form.blamed):
            entry = ADD[name](current_member, **form.columns())
            flash(_("「%(title)s」を登録しました。", title=entry.title), "ok")
            return redirect(url_for(f".{name}"))
    return render_template(
        template,
        name=name,
        fields=FIELDS[name],
        form=form,
        entries=queries.entries_of(current_member, queries.KINDS[name]),
        counts=queries.counts_of(current_member),
        **more,
    ), form.status


@bp.route(f"/settings/{LIST}/<int:id>", methods=["GET", "POST"])
def edit(name: str, id: int) -> ResponseReturnValue:
    """Show an entry in its form, and change it; both versions when it was changed meanwhile."""
    entry = queries.get_for(current_member, queries.KINDS[name], id)
    form = FORMS[name].of(entry)
    differing = None
    if form.validate_on_submit() and _files_are_fine(form):
        with form.blame(form.blamed):
            # What says the same as is saved loses to nothing: the second press of one button is no conflict.
            version = form.version.number if differences(form, entry) else entry.version
            CHANGE[name](current_member, entry, version, **form.columns())
            flash(_("「%(title)s」を更新しました。", title=entry.title), "ok")
            return redirect(url_for(f".{name}"))
    if form.status == Conflict.status:
        # Where another change won only now, the row has to be read again.
        entry = queries.get_for(current_member, queries.KINDS[name], id)
        if form.version.number != entry.version:
            differing = differences(form, entry)
            form.follow(entry)
    return render_template(
        "careers/edit.html",
        name=name,
        fields=FIELDS[name],
        form=form,
        entry=entry,
        differing=differing,
        counts=queries.counts_of(current_member),
    ), form.status


@bp.route(f"/settings/{LIST}/<int:id>/delete", methods=["GET", "POST"])
def delete(name: str, id: int) -> ResponseReturnValue:
    """Ask whether an entry is to go, and let it go."""
    entry = queries.get_for(current_member, queries.KINDS[name], id)
    form = DeedForm()
    if form.validate_on_submit():
        if isinstance(entry, Qualification):
            verification.withdraw_proof(entry.id)
        service.remove(current_member, entry)
        flash(_("「%(title)s」を削除しました。", title=entry.title), "ok")
        return redirect(url_for(f".{name}"))
    counts = queries.counts_of(current_member)
    return render_template("careers/delete.html", name=name, form=form, entry=entry, counts=counts), form.status


@bp.post(f"/settings/{LIST}/<int:id>/move")
def move(name: str, id: int) -> ResponseReturnValue:
    """Let an entry change places with its neighbour, and come back to the arrow that was pressed."""
    entry = queries.get_for(current_member, queries.KINDS[name], id)
    form = _sent(MoveForm())
    service.move(current_member, entry, up=form.direction.data == "up")
    return redirect(url_for(f".{name}", _anchor=f"move-{id}-{form.direction.data}"))


@bp.post(f"/settings/{LIST}/order")
def order(name: str) -> ResponseReturnValue:
    """Put a list into the order into which its rows were dragged."""
    form = _sent(ArrangementForm())
    service.arrange(current_member, queries.chosen_from(current_member, queries.KINDS[name], form.ids.data))
    return ("", 204) if "HX-Request" in request.headers else redirect(url_for(f".{name}"))


@bp.get("/skills")
def skill_names() -> Response:
    """Answer with the names of skills that complete what is being typed, as a JSON list."""
    return jsonify(queries.skill_names_like(request.args.get("q", "")))


@bp.get("/careers/attachments/<int:id>")
@public
def attachment(id: int) -> Response:
    """Hand out a file as a download: to its owner, and to everybody once it is public and its owner a worker."""
    file = queries.attachment_for(viewer(), id)
    # A public file is asked for anew each time: it may have been hidden meanwhile.
    return as_download(file, "private, no-cache" if file.is_public else "no-store")


@bp.post("/careers/attachments/<int:id>/show")
def show_attachment(id: int) -> ResponseReturnValue:
    """Make a file public."""
    file = queries.own_attachment(current_member, id)
    _sent(DeedForm())
    service.attachments.show(current_member, file)
    flash(_("「%(title)s」を公開しました。", title=file.name), "ok")
    return redirect(_edit_page(file.career))


@bp.post("/careers/attachments/<int:id>/hide")
def hide_attachment(id: int) -> ResponseReturnValue:
    """Keep a file for oneself."""
    file = queries.own_attachment(current_member, id)
    _sent(DeedForm())
    service.attachments.hide(current_member, file)
    flash(_("「%(title)s」を非公開にしました。", title=file.name), "ok")
    return redirect(_edit_page(file.career))


@bp.route("/careers/attachments/<int:id>/delete", methods=["GET", "POST"])
def detach(id: int) -> ResponseReturnValue:
    """Ask whether a file is to go, and let it go."""
    file = queries.own_attachment(current_member, id)
    form = DeedForm()
    if form.validate_on_submit():
        service.attachments.detach(current_member, file)
        flash(_("「%(title)s」を削除しました。", title=file.name), "ok")
        return redirect(_edit_page(file.career))
    counts = queries.counts_of(current_member)
    return render_template("careers/detach.html", form=form, file=file, counts=counts), form.status


def _files_are_fine(form: EntryForm) -> bool:
    """Check chosen files before anything is written; what cannot be kept is said beside them."""
    if isinstance(form, CareerForm) and form.files.data:
        with form.blame("files"):
            for _file in form.files.data:
                limits.check(limits.Action.UPLOAD, account=current_member.id)
            form.examine()
        return not form.files.errors
    return True


def _sent(form: Sent) -> Sent:
    """Return a form that only a button of ours sends; raises Invalid for what no button of ours sent."""
    if not form.validate_on_submit():
        raise Invalid(_("画面を読み込みなおして、もう一度お試しください。"))
    return form


def _edit_page(entry: Entry) -> str:
    return url_for(".edit", name="careers", id=entry.id)

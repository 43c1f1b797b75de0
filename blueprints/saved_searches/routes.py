"""保存した検索: the list with what is new, keeping, changing and dropping one, and the way out of its mails."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, public
from blueprints.converters import LARGEST
from blueprints.forms import DeedForm
from blueprints.saved_searches.forms import EditForm, SavedSearchForm
from blueprints.saved_searches.places import kept_query, place_of
from marketplace import texts
from marketplace.errors import Conflict, NotFound
from marketplace.i18n import _, speaking
from marketplace.saved_searches import queries, service
from marketplace.saved_searches.models import NAME_LENGTH, SavedSearch, SearchKind, SearchMailing

bp = Blueprint("saved_searches", __name__)


@bp.get("/saved-searches")
def index() -> str:
    """Show the searches that the member keeps, and how much of what each finds is new."""
    return render_template(
        "saved_searches/index.html",
        searches=queries.saved_by(current_member),
        counts=queries.new_counts(current_member),
        path_of=_path_of,
    )


@bp.route("/saved-searches/new", methods=["GET", "POST"])
def create() -> ResponseReturnValue:
    """Keep the search that the address names."""
    kind, query = _asked()
    if kept := queries.find_same(current_member, kind, query):
        flash(_("この検索は、すでに保存されています。"), "info")
        return redirect(url_for(".edit", search_id=kept.id))
    form = SavedSearchForm(data={"name": _suggested_name()})
    if form.validate_on_submit():
        with form.blame("name"):
            mailing = SearchMailing(form.mailing.data)
            search = service.save(current_member, kind, query, form.name.data, mailing)
            flash(_("「%(name)s」を保存しました。", name=search.name), "ok")
            return redirect(url_for(".index"))
    path = _path_of(SavedSearch(kind=kind, query=query))
    return render_template("saved_searches/create.html", form=form, kind=kind, path=path), form.status


@bp.route("/saved-searches/<int:search_id>/edit", methods=["GET", "POST"])
def edit(search_id: int) -> ResponseReturnValue:
    """Give a search another name or another habit of mailing."""
    search = queries.get_own(current_member, search_id)
    form = EditForm(data={"name": search.name, "mailing": search.mailing, "version": search.version})
    if form.validate_on_submit():
        with form.blame("name"):
            mailing = SearchMailing(form.mailing.data)
            service.edit(current_member, search, form.name.data, mailing, form.version.number)
            flash(_("「%(name)s」を更新しました。", name=form.name.data), "ok")
            return redirect(url_for(".index"))
    is_late = form.status == Conflict.status
    if is_late:
        form.version.renew(search.version)
    page = {"search": search, "form": form, "path": _path_of(search), "saved": search if is_late else None}
    return render_template("saved_searches/edit.html", **page), form.status


@bp.route("/saved-searches/<int:search_id>/delete", methods=["GET", "POST"])
def delete(search_id: int) -> ResponseReturnValue:
    """Keep a search no more, after a question."""
    search = queries.get_own(current_member, search_id)
    form = DeedForm()
    if form.validate_on_submit():
        name = search.name
        service.delete_search(current_member, search)
        flash(_("「%(name)s」を削除しました。", name=name), "ok")
        return redirect(url_for(".index"))
    return render_template("saved_searches/delete.html", search=search, form=form), form.status


@bp.post("/saved-searches/<int:search_id>/look")
def look(search_id: int) -> ResponseReturnValue:
    """Remember that the member looks at what is new, and lead there, the newest first."""
    search = queries.get_own(current_member, search_id)
    service.look(current_member, search)
    return redirect(_path_of(search, newest_first=True))


@bp.route("/saved-searches/unsubscribe/<numbers>/<token>", methods=["GET", "POST"])
@public
def unsubscribe(numbers: str, token: str) -> str:
    """End mails about some searches: a page with one button, or the one click of a mail reader (RFC 8058).

    The link is the authority: mail readers send no token of ours, so this endpoint is exempt from CSRF.
    """
    typed = [each for each in numbers.split("-") if each.isascii() and each.isdigit() and len(each) < 20]
    ids = [int(each) for each in typed if int(each) <= LARGEST]
    member = queries.unsubscriber_by(token, ids)
    searches = queries.named(member, ids)
    if request.method == "POST":
        service.stop_mails(member, ids)
    with speaking(member.language):
        is_done = request.method == "POST"
        return render_template("saved_searches/unsubscribe.html", searches=searches, is_done=is_done)


def _asked() -> tuple[SearchKind, str]:
    """Read which search is meant; raises NotFound for what no page of ours asks."""
    kind, query = request.args.get("kind", ""), kept_query(request.args.get("query", ""))
    if kind not in set(SearchKind) or query is None:
        raise NotFound
    return SearchKind(kind), query


def _suggested_name() -> str:
    return texts.single_line(request.args.get("name", "")[:NAME_LENGTH], NAME_LENGTH)


def _path_of(search: SavedSearch, *, newest_first: bool = False) -> str:
    endpoint, values = place_of(search, newest_first=newest_first)
    return url_for(endpoint, **values)

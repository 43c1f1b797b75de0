"""会社名で探す, registering a company when none fits, its public page, and changing what it says."""

from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, public, viewer
from blueprints.companies.forms import CompanyEditForm, CompanyForm, data_of
from marketplace import limits
from marketplace.companies import numbers, policy, queries, service
from marketplace.companies.folding import LONGEST_QUERY, are_one
from marketplace.companies.queries import MOST_FOUND, Found
from marketplace.companies.service import SAID, CompanyChanges
from marketplace.errors import Conflict, NotFound, require
from marketplace.i18n import _
from marketplace.jobs import queries as jobs
from marketplace.phones import written
from marketplace.pictures import CONTENT_TYPE, MAX_BYTES, Squares, squares_of
from marketplace.profiles.queries import PictureSize

bp = Blueprint("companies", __name__)

MOST_JOBS = 5
"""On the page of a company; the others are found by its name."""
MOST_ALIKE = 5
"""Companies that the form shows once more, before the same one is registered twice."""
SECONDS_OF_PICTURES = 86400
"""How long a browser keeps a logo; its address changes with it, and no proxy may keep it."""


@dataclass(frozen=True)
class Difference:
    """One field that says something else in the two versions of a company."""

    label: str
    saved: str
    typed: str


@bp.get("/companies")
@public
def index() -> str:
    """Find companies by name, reading, domain or number (S2-67, S2-68)."""
    typed, found = _typed(), None
    checked = request.args.get("checked") == "1"
    if typed:
        _count_search()
        found = queries.find(typed, request.args.get("after", ""), only_checked=checked)
    newest = [] if typed else queries.newest(only_checked=checked)
    return render_template(
        "companies/index.html", typed=typed, checked=checked, found=found, newest=newest, most=MOST_FOUND
    )


@bp.route("/companies/new", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    """Register a company, after a search only: a colleague may have done so already (S2-66, S2-69)."""
    typed = _typed()
    form = CompanyForm(data={"name": typed})
    if form.validate_on_submit():
        picture = _picture(form)
        if not form.errors:
            with form.blame("slug"):
                limits.check(limits.Action.COMPANY, account=current_member.id)
                company = service.register(
                    current_member, form.slug.data, form.changes(picture), form.department.data or ""
                )
                flash(_("「%(name)s」を登録しました。", name=company.name), "ok")
                return redirect(url_for(".show", slug=company.slug))
    is_asking = bool(typed or form.is_submitted() or form.draft)
    alike: Found | None = None
    if is_asking:
        if request.method == "GET":
            # A form that was refused is looked at again; it must not be lost to a limit.
            _count_search()
        alike = queries.find(form.name.data or typed, size=MOST_ALIKE)
    return (
        render_template("companies/register.html", form=form, typed=typed, alike=alike, is_asking=is_asking),
        form.status,
    )


@bp.get("/companies/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """Show a company to whoever comes by: what it is, what was checked, who belongs to it."""
    reader = viewer()
    company = queries.get_for(reader, slug)
    if company.slug != slug:
        return redirect(url_for(".show", slug=company.slug), 301)
    mine = queries.role_of(reader, company) if reader else None
    wanted = jobs.open_of_company(reader, company.id, MOST_JOBS + 1)
    return render_template(
        "companies/show.html",
        company=company,
        number=numbers.written(company.corporate_number) if company.corporate_number else "",
        phone=written(company.phone) if company.phone else "",
        page=queries.belongings_in(reader, company, request.args.get("after")),
        members=queries.size_of(reader, company),
        jobs=wanted[:MOST_JOBS],
        has_more_jobs=len(wanted) > MOST_JOBS,
        mine=mine,
        asked=queries.request_of(reader, company) if reader and mine is None else None,
        waiting=[each for each in queries.waiting_for(reader) if each.company_id == company.id]
        if reader and mine == "owner"
        else [],
    )


@bp.route("/companies/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    """Change what a company says of itself; a page that is older than what is saved shows both."""
    company = queries.get_joined(current_member, slug)
    require(policy.can_edit(current_member, company))
    form = CompanyEditForm(data=data_of(CompanyChanges.nothing(company), company.version))
    differing: list[Difference] = []
    if form.validate_on_submit():
        picture = _picture(form)
        if not form.errors:
            with form.blame("name"):
                former, was_checked = company.name, bool(company.domains)
                service.edit(current_member, company, form.changes(picture), form.version.data)
                flash(_("「%(name)s」を更新しました。", name=company.name), "ok")
                if was_checked and not are_one(former, company.name):
                    flash(_lost(), "warn")
                return redirect(url_for(".show", slug=company.slug))
    if form.status == Conflict.status:
        company = queries.get_joined(current_member, slug)
        differing = _differences(form, CompanyChanges.nothing(company))
        form.follow(company)
    return render_template("companies/edit.html", company=company, form=form, differing=differing), form.status


@bp.get("/companies/<slug>/picture/<size>")
@public
def picture(slug: str, size: str) -> Response:
    """Serve one of the squares of a company's logo."""
    if size not in set(PictureSize):
        raise NotFound
    answer = Response(queries.picture_for(viewer(), slug, PictureSize(size)), mimetype=CONTENT_TYPE)
    answer.headers["Cache-Control"] = f"private, max-age={SECONDS_OF_PICTURES}"
    return answer


def _lost() -> str:
    return _(
        "会社名が変わったため、会社確認済みの表示が外れました。会社のページから会社のメールアドレスを確認しなおすと、また表示されます。"
    )


def _typed() -> str:
    return request.args.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]


def _count_search() -> None:
    member = viewer()
    limits.check(
        limits.Action.SEARCH,
        account=member.id if member else None,
        address=None if member else request.remote_addr,
    )


def _picture(form: CompanyForm) -> Squares | None:
    """Develop the chosen logo before the first write; what is wrong with it is said beside its field."""
    developed: Squares | None = None
    if form.picture.data:
        with form.blame("picture"):
            limits.check(limits.Action.UPLOAD, account=current_member.id)
            developed = squares_of(form.picture.data.read(MAX_BYTES + 1))
    return developed


def _differences(form: CompanyEditForm, saved: CompanyChanges) -> list[Difference]:
    typed = form.changes(None)
    return [
        Difference(str(form[name].label.text), getattr(saved, name) or _("(空欄)"), getattr(typed, name) or _("(空欄)"))
        for name in SAID
        if getattr(saved, name) != getattr(typed, name)
    ]

"""Showing something to the moderators, who read nothing otherwise, and what became of it."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, public, viewer
from blueprints.reports.forms import AppealForm, ReportForm
from marketplace import limits
from marketplace.accounts.models import Member
from marketplace.companies import queries as companies
from marketplace.contracts.models import Review, ReviewSide
from marketplace.contracts.queries import reviews
from marketplace.errors import require
from marketplace.i18n import _
from marketplace.jobs import queries as jobs
from marketplace.messages import queries as messages
from marketplace.moderation import policy, queries, service
from marketplace.moderation.models import Decision, ReportReason, SubjectKind
from marketplace.profiles import queries as profiles
from marketplace.teams import queries as teams

bp = Blueprint("reports", __name__)


@bp.route("/messages/<int:conversation_id>/messages/<int:message_id>/report", methods=["GET", "POST"])
def message(conversation_id: int, message_id: int) -> ResponseReturnValue:
    """Say what the moderators will see, ask why, and show them that one message."""
    thread = messages.get_for(current_member, conversation_id)
    found = messages.get_message(thread, message_id)
    require(policy.can_report_message(current_member, thread, found))
    form = ReportForm()
    if form.validate_on_submit():
        with form.blame("reason"):
            _count()
            service.report_message(current_member, thread, found, form.reason.data, form.comment.data)
            return _told(url_for("messages.show", conversation_id=conversation_id))
    is_reported = queries.has_reported(current_member, SubjectKind.MESSAGE, found.id)
    page = render_template("reports/message.html", thread=thread, message=found, form=form, is_reported=is_reported)
    return page, form.status


@bp.route("/messages/<int:conversation_id>/report", methods=["GET", "POST"])
def writer(conversation_id: int) -> ResponseReturnValue:
    """Show whom the member writes with to the moderators: also who has no page of their own."""
    thread = messages.get_for(current_member, conversation_id)
    other = thread.other
    require(policy.can_report_member(current_member, other))
    back = url_for("messages.show", conversation_id=conversation_id)
    tell = partial(service.report_member, current_member, other)
    return _page(other.nickname, SubjectKind.MEMBER, other.id, back, tell, is_writer=True)


@bp.route("/workers/<username>/report", methods=["GET", "POST"])
def member(username: str) -> ResponseReturnValue:
    """Show a worker's page to the moderators, or the picture alone."""
    face = profiles.face_of(current_member, username)
    require(policy.can_report_member(current_member, face.member))
    is_picture = request.args.get("what") == "picture" and face.member.picture_key is not None
    kind = SubjectKind.PICTURE if is_picture else SubjectKind.MEMBER
    verb = service.report_picture if is_picture else service.report_member
    back = url_for("profiles.show", username=username)
    tell = partial(verb, current_member, face.member)
    has_picture = face.member.picture_key is not None
    return _page(face.member.nickname, kind, face.member.id, back, tell, has_picture=has_picture)


@bp.route("/teams/<slug>/report", methods=["GET", "POST"])
def team(slug: str) -> ResponseReturnValue:
    """Show a team's page to the moderators."""
    found = teams.get_for(current_member, slug)
    require(policy.can_report_team(current_member, found))
    back = url_for("teams.show", slug=slug)
    return _page(found.name, SubjectKind.TEAM, found.id, back, partial(service.report_team, current_member, found))


@bp.route("/companies/<slug>/report", methods=["GET", "POST"])
def company(slug: str) -> ResponseReturnValue:
    """Show a company's page to the moderators."""
    found = companies.get_for(current_member, slug)
    require(policy.can_report_company(current_member, found))
    back = url_for("companies.show", slug=found.slug)
    return _page(
        found.name, SubjectKind.COMPANY, found.id, back, partial(service.report_company, current_member, found)
    )


@bp.route("/jobs/<int:job_id>/report", methods=["GET", "POST"])
def job(job_id: int) -> ResponseReturnValue:
    """Show a job to the moderators."""
    found = jobs.get_for(current_member, job_id)
    require(policy.can_report_job(current_member, found))
    back = url_for("jobs.show", job_id=job_id)
    return _page(found.title, SubjectKind.JOB, found.id, back, partial(service.report_job, current_member, found))


@bp.route("/reviews/<int:review_id>/report", methods=["GET", "POST"])
def review(review_id: int) -> ResponseReturnValue:
    """Show a review to the moderators."""
    found = reviews.get_shown(current_member, review_id)
    require(policy.can_report_review(current_member, found))
    tell = partial(service.report_review, current_member, found)
    return _page(_("評価"), SubjectKind.REVIEW, found.id, _place_of(found), tell)


@bp.get("/settings/reports")
def index() -> str:
    """Show what the member has told the moderators, and what these have decided about the member."""
    return render_template(
        "reports/index.html",
        reports=queries.reports_of(current_member),
        decisions=queries.decisions_about(current_member),
    )


@bp.route("/decisions/<int:decision_id>", methods=["GET", "POST"])
def decision(decision_id: int) -> ResponseReturnValue:
    """Show a decision to whom it concerns, with its reasons, and take an appeal."""
    return _decision(current_member, queries.decision_for(current_member, decision_id))


@bp.route("/decisions/link/<token>", methods=["GET", "POST"])
@public
def decision_by_link(token: str) -> ResponseReturnValue:
    """Show the same to whoever has the mail: who is suspended cannot sign in."""
    concerned, found = queries.decision_by(token)
    return _decision(concerned, found)


def _decision(concerned: Member, found: Decision) -> ResponseReturnValue:
    form = AppealForm()
    if form.validate_on_submit():
        with form.blame("text"):
            service.appeal(concerned, found, form.text.data)
            flash(_("異議の申し立てを受け付けました。判断した人とは別の担当者が確認します。"), "ok")
            return redirect(request.path)
    page = render_template("reports/decision.html", decision=found, form=form, is_signed_in=viewer() is not None)
    return page, form.status


def _page(
    name: str, kind: SubjectKind, subject_id: int, back: str, tell: Callable[[ReportReason, str], None], **more: bool
) -> ResponseReturnValue:
    form = ReportForm()
    if form.validate_on_submit():
        with form.blame("reason"):
            _count()
            tell(*form.said)
            return _told(back)
    is_reported = queries.has_reported(current_member, kind, subject_id)
    page = render_template(
        "reports/page.html", name=name, kind=kind, back=back, form=form, is_reported=is_reported, **more
    )
    return page, form.status


def _place_of(found: Review) -> str:
    """Where the review was read: one's own contract, the job that led here, or the page of the worker."""
    if found.subject_id == current_member.id:
        return url_for("reviews.write", contract_id=found.contract_id)
    if found.side is ReviewSide.BY_CLIENT:
        return url_for("reviews.index", username=found.subject.username)
    job_id = request.args.get("job", type=int)
    return url_for("search.jobs") if job_id is None else url_for("jobs.show", job_id=job_id)


def _count() -> None:
    limits.check(limits.Action.REPORT, account=current_member.id)


def _told(back: str) -> ResponseReturnValue:
    flash(_("事務局に知らせました。相手には知らせません。"), "ok")
    return redirect(back)

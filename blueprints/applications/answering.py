"""What came for a member's job: side by side, one by one, and the answers to it."""

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, local_path
from blueprints.applications.forms import DecliningForm, NoteForm, TakingBackForm
from blueprints.applications.routes import bp
from blueprints.applications.sifting import EVERY, SHOWN_STATES, choices_of, sift_of, sorts_of, values_of
from blueprints.forms import DeedForm
from marketplace.applications import queries, service
from marketplace.applications.models import TERMS_WITHIN_DAYS, Application
from marketplace.applications.wording import polite_change_of_mind, polite_refusal
from marketplace.badges import queries as badges
from marketplace.circles import queries as circles
from marketplace.clock import today
from marketplace.contracts import queries as contracts
from marketplace.i18n import _, ngettext
from marketplace.jobs.models import Job, ScreeningQuestion


@bp.get("/jobs/<int:job_id>/applications")
def received(job_id: int) -> str:
    """Show the applications for a job side by side, sifted and sorted by what they answer."""
    job = queries.get_job(current_member, job_id)
    sift = sift_of(job)
    page = queries.received(current_member, job, sift, request.args.get("after"))
    applicants = [each.applicant for each in page.rows]
    return render_template(
        "applications/received.html",
        job=job,
        page=page,
        sift=sift,
        values=values_of(sift),
        tally=queries.tally_of(current_member, job),
        answers={each.id: _answers(each) for each in page.rows},
        questions=_columns(job, page.rows),
        connections=circles.connections(current_member, applicants),
        sorts=sorts_of(job),
        states=[(each.value, each.label) for each in SHOWN_STATES],
        every=EVERY,
        choices_of=choices_of,
        today=today(),
    )


@bp.get("/jobs/<int:job_id>/applications/<int:application_id>")
def review(job_id: int, application_id: int) -> str:
    """Show one application whole, with who sent it."""
    application = _application(job_id, application_id)
    return _review_page(application, _note_form(application))


@bp.post("/jobs/<int:job_id>/applications/<int:application_id>/note")
def annotate(job_id: int, application_id: int) -> ResponseReturnValue:
    """Keep a note of one's own."""
    application = _application(job_id, application_id)
    form = _note_form(application)
    if form.validate_on_submit():
        service.annotate(current_member, application, form.note.data or "")
        flash(_("メモを更新しました。あなただけに見えます。"), "ok")
        return redirect(url_for(".review", job_id=job_id, application_id=application_id, _anchor="own-note"))
    return _review_page(application, form), form.status


@bp.post("/jobs/<int:job_id>/applications/shortlist")
def shortlist(job_id: int) -> ResponseReturnValue:
    """Put an application on the shortlist, or take it off."""
    job = queries.get_job(current_member, job_id)
    typed, _colon, wish = request.form.get("chosen", "").partition(":")
    number = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
    application = queries.get_received(current_member, job, number)
    service.shortlist(current_member, application, is_shortlisted=wish == "on")
    return redirect(local_path(request.form.get("next") or url_for(".received", job_id=job_id)))


@bp.route("/jobs/<int:job_id>/applications/<int:application_id>/accept", methods=["GET", "POST"])
def accept(job_id: int, application_id: int) -> ResponseReturnValue:
    """Ask whether to go on to the terms with an applicant, and do so."""
    application = _application(job_id, application_id)
    form = DeedForm()
    if form.validate_on_submit():
        with form.blame("go"):
            service.accept(current_member, application)
            flash(_("条件の相談へ進みました。応募した人に知らせます。"), "ok")
            return redirect(url_for("contracts.new", application=application_id))
    if form.errors:
        application = _application(job_id, application_id)
    return render_template("applications/accept.html", **_standing(application), form=form), form.status


@bp.route("/jobs/<int:job_id>/applications/<int:application_id>/take-back", methods=["GET", "POST"])
def take_back(job_id: int, application_id: int) -> ResponseReturnValue:
    """Show what the accepted applicant is told when no terms will be proposed after all, and send it."""
    application = _application(job_id, application_id)
    back = url_for(".review", job_id=job_id, application_id=application_id)
    if request.method == "GET" and not application.awaits_terms:
        flash(_("条件の相談をやめられるのは、取引条件を提示する前だけです。"), "info")
        return redirect(back)
    here = url_for(".take_back", job_id=job_id, application_id=application_id)
    form = TakingBackForm(draft_at=here, data={"text": polite_change_of_mind()})
    if form.validate_on_submit():
        with form.blame("text"):
            service.take_back(current_member, application, form.text.data)
            flash(_("条件の相談をやめました。応募した人に知らせます。"), "ok")
            return redirect(back)
    return render_template("applications/take_back.html", application=application, form=form), form.status


@bp.route("/jobs/<int:job_id>/applications/decline", methods=["GET", "POST"])
def decline(job_id: int) -> ResponseReturnValue:
    """Show the text of お見送り with those who will get it, and send it."""
    job = queries.get_job(current_member, job_id)
    given = request.args if request.method == "GET" else request.form
    numbers = [int(each) for each in given.getlist("chosen") if each.isdecimal() and len(each) < 10]
    chosen = queries.chosen_among(current_member, job, numbers)
    if not chosen:
        flash(_("お見送りにする応募を選んでください。回答したものや、取り下げられたものは選べません。"), "ng")
        return redirect(url_for(".received", job_id=job_id))
    here = url_for(".decline", job_id=job_id, chosen=[each.id for each in chosen])
    form = DecliningForm(draft_at=here, data={"text": polite_refusal()})
    if form.validate_on_submit():
        count = service.decline_all(current_member, chosen, form.text.data)
        flash(ngettext("%(num)s件をお見送りにしました。", "%(num)s件をお見送りにしました。", count), "ok")
        return redirect(url_for(".received", job_id=job_id))
    return render_template("applications/decline.html", job=job, chosen=chosen, form=form), form.status


def _application(job_id: int, application_id: int) -> Application:
    return queries.get_received(current_member, queries.get_job(current_member, job_id), application_id)


def _note_form(application: Application) -> NoteForm:
    here = url_for(".review", job_id=application.job_id, application_id=application.id)
    return NoteForm(draft_at=here, data={"note": application.note})


def _review_page(application: Application, form: NoteForm) -> str:
    applicant = application.applicant
    skills, checked = badges.skills_and_badges_of([applicant])[applicant.id]
    return render_template(
        "applications/review.html",
        contract=contracts.find_of(current_member, application),
        job=application.job,
        form=form,
        skills=skills,
        badges=checked,
        connection=circles.connections(current_member, [applicant]).get(applicant.id),
        choices_of=choices_of,
        **_standing(application),
    )


def _standing(application: Application) -> dict[str, object]:
    """Whether it waits for an answer, and whether that can be another one than お見送り."""
    is_due = application.waits(today())
    days = {"terms_days": TERMS_WITHIN_DAYS}
    return days | {"application": application, "is_due": is_due, "is_full": is_due and queries.is_full(application.job)}


def _answers(application: Application) -> Mapping[int, str]:
    return {each.question_id: each.answer for each in application.answers}


def _columns(job: Job, rows: Sequence[Application]) -> list[ScreeningQuestion]:
    """The questions that are asked now, and those retired ones that somebody on this page has answered."""
    answered = {each.question_id for row in rows for each in row.answers}
    return [each for each in job.questions if each.retired_at is None or each.id in answered]

"""会社情報: one's own companies; asking to belong to one, showing an address of it, and answering."""

from collections.abc import Callable
from itertools import groupby

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, local_path
from blueprints.companies.forms import ProofForm, RequestForm
from blueprints.companies.routes import bp
from blueprints.forms import SHOWN_AT_FIELDS, DeedForm
from marketplace import limits
from marketplace.accounts.models import Member
from marketplace.companies import policy, queries, service
from marketplace.companies.models import BelongingRequest
from marketplace.errors import Conflict, NotAllowed, NotFound, require
from marketplace.i18n import _


@bp.get("/settings/company")
def mine() -> str:
    """Show the member's companies, what waits for their answer there, and what they asked for."""
    places = groupby(queries.belongings_of(current_member), key=lambda place: place.company)
    return render_template(
        "companies/mine.html",
        companies=[(company, list(each)) for company, each in places],
        waiting=queries.waiting_for(current_member),
        requests=queries.requests_by(current_member),
    )


@bp.route("/companies/<slug>/join", methods=["GET", "POST"])
def join(slug: str) -> ResponseReturnValue:
    """Ask the owners of a company to say that the member belongs to it: 所属を申請する."""
    company = queries.get_for(current_member, slug)
    require(policy.can_ask(current_member, company), _("すでにこの会社に所属しています。"))
    form = RequestForm()
    if form.validate_on_submit():
        with form.blame("comment"):
            limits.check(limits.Action.INVITATION, account=current_member.id)
            service.ask(current_member, company, form.department.data, form.comment.data)
            flash(_("所属の申請を「%(name)s」に送りました。", name=company.name), "ok")
            return redirect(url_for(".show", slug=company.slug))
    asked = queries.request_of(current_member, company)
    return render_template("companies/join.html", company=company, form=form, asked=asked), form.status


@bp.route("/companies/<slug>/prove", methods=["GET", "POST"])
def prove(slug: str) -> ResponseReturnValue:
    """Have a mail sent to an address at the company, by whose link one belongs to it without asking anybody."""
    company = queries.get_for(current_member, slug)
    role = queries.role_of(current_member, company)
    if not company.domains and role != "owner":
        return redirect(url_for(".join", slug=company.slug))
    form = ProofForm()
    if form.validate_on_submit():
        with form.blame("email", (*SHOWN_AT_FIELDS, NotAllowed)):
            limits.check(limits.Action.COMPANY_MAIL, account=current_member.id)
            limits.check(limits.Action.COMPANY_MAIL, account=form.email.data)
            service.prove(current_member, company, form.email.data, form.department.data)
            flash(
                _("確認のメールを %(email)s に送りました。24時間のうちに開いてください。", email=form.email.data), "ok"
            )
            return redirect(url_for(".show", slug=company.slug))
    return render_template("companies/prove.html", company=company, form=form, role=role), form.status


@bp.route("/companies/proofs/<token>", methods=["GET", "POST"])
def confirm(token: str) -> ResponseReturnValue:
    """Show one button; pressing it lets the member belong to the company whose address they have."""
    form = DeedForm()
    try:
        proof = queries.proof_by(token)
        if form.validate_on_submit():
            with form.blame("go", Conflict):
                company = service.confirm(current_member, token)
                flash(_("「%(name)s」への所属を確認しました。", name=company.name), "ok")
                return redirect(url_for(".show", slug=company.slug))
    except NotFound as error:
        return render_template("companies/link_ended.html", sentence=error.sentence), error.status
    is_for_viewer = policy.can_confirm(current_member, proof)
    page = render_template("companies/confirm.html", form=form, proof=proof, is_for_viewer=is_for_viewer)
    return page, form.status


@bp.post("/companies/requests/<int:request_id>/admit")
def admit(request_id: int) -> ResponseReturnValue:
    """Let who asked belong to the company: 「承認」."""
    found = queries.get_request(current_member, request_id)
    names = {"name": found.member.nickname, "company": found.company.name}
    return _answered(service.admit, found, _("%(name)sさんが「%(company)s」に加わりました。", **names))


@bp.post("/companies/requests/<int:request_id>/turn-down")
def turn_down(request_id: int) -> ResponseReturnValue:
    """Say no to who asked: 「却下」."""
    found = queries.get_request(current_member, request_id)
    return _answered(
        service.turn_down, found, _("%(name)sさんの所属の申請を却下しました。", name=found.member.nickname)
    )


@bp.post("/companies/requests/<int:request_id>/take-back")
def take_back(request_id: int) -> ResponseReturnValue:
    """Ask no longer."""
    found = queries.get_request(current_member, request_id)
    return _answered(
        service.take_back, found, _("「%(name)s」への所属の申請を取り消しました。", name=found.company.name)
    )


def _answered(
    verb: Callable[[Member, BelongingRequest], None], found: BelongingRequest, sentence: str
) -> ResponseReturnValue:
    verb(current_member, found)
    flash(sentence, "ok")
    return redirect(local_path(request.form.get("next")))

"""Departments, leaving a company, taking a place away, handing over, ending the page: each is asked for on a page."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member
from blueprints.companies.forms import DepartmentForm, HandOverForm
from blueprints.companies.routes import bp
from blueprints.forms import DeedForm
from marketplace import texts
from marketplace.companies import policy, queries, service
from marketplace.companies.models import DEPARTMENT_LENGTH, CompanyRole
from marketplace.errors import Invalid, require
from marketplace.i18n import _


@bp.route("/companies/<slug>/departments", methods=["GET", "POST"])
def departments(slug: str) -> ResponseReturnValue:
    """Say in which departments of a company the member is."""
    company = queries.get_joined(current_member, slug)
    form = DepartmentForm()
    if form.validate_on_submit():
        with form.blame("department"):
            service.add_department(current_member, company, form.department.data)
            flash(_("部署「%(name)s」を登録しました。", name=form.department.data), "ok")
            return redirect(url_for(".departments", slug=company.slug))
    places = queries.places_of(current_member, company)
    known = queries.departments_of(company)
    page = render_template("companies/departments.html", company=company, form=form, places=places, known=known)
    return page, form.status


@bp.post("/companies/<slug>/departments/drop")
def drop_department(slug: str) -> ResponseReturnValue:
    """Say that the member is not in a department any more."""
    company = queries.get_joined(current_member, slug)
    try:
        department = texts.single_line(request.form.get("department", ""), DEPARTMENT_LENGTH)
    except Invalid:
        department = ""
    if department:
        service.drop_department(current_member, company, department)
        flash(_("部署「%(name)s」を外しました。", name=department), "ok")
    return redirect(url_for(".departments", slug=company.slug))


@bp.route("/companies/<slug>/leave", methods=["GET", "POST"])
def leave(slug: str) -> ResponseReturnValue:
    """Ask whether the member wants to leave, and let them go; the last owner is told what to do first."""
    company = queries.get_joined(current_member, slug)
    form = DeedForm()
    if form.validate_on_submit():
        with form.blame("go"):
            service.leave(current_member, company)
            flash(_("「%(name)s」の所属を外しました。", name=company.name), "ok")
            return redirect(url_for(".mine"))
    is_owner = queries.role_of(current_member, company) is CompanyRole.OWNER
    must_stay = is_owner and not queries.owners_beside(current_member, company)
    return render_template("companies/leave.html", company=company, form=form, must_stay=must_stay), form.status


@bp.route("/companies/<slug>/close", methods=["GET", "POST"])
def close(slug: str) -> ResponseReturnValue:
    """Ask whether the page of the company shall end, and end it."""
    company = queries.get_joined(current_member, slug)
    require(policy.can_close(current_member, company))
    form = DeedForm()
    if form.validate_on_submit():
        service.close(current_member, company)
        flash(_("「%(name)s」の登録を取り下げました。", name=company.name), "ok")
        return redirect(url_for(".mine"))
    return render_template("companies/close.html", company=company, form=form)


@bp.route("/companies/<slug>/members/<username>/remove", methods=["GET", "POST"])
def remove(slug: str, username: str) -> ResponseReturnValue:
    """Ask whether somebody shall not belong to the company any more, and take their place away."""
    company = queries.get_joined(current_member, slug)
    member = queries.get_member(current_member, company, username)
    require(policy.can_remove(current_member, company, member))
    form = DeedForm()
    if form.validate_on_submit():
        service.remove(current_member, company, member)
        flash(_("%(name)sさんの所属を外しました。", name=member.nickname), "ok")
        return redirect(url_for(".show", slug=company.slug))
    return render_template("companies/remove.html", company=company, member=member, form=form)


@bp.route("/companies/<slug>/members/<username>/hand-over", methods=["GET", "POST"])
def hand_over(slug: str, username: str) -> ResponseReturnValue:
    """Make somebody an owner: beside the member, or in their place."""
    company = queries.get_joined(current_member, slug)
    member = queries.get_member(current_member, company, username)
    require(policy.can_hand_over(current_member, company, member))
    form = HandOverForm(data={"manner": "beside"})
    if form.validate_on_submit():
        with form.blame("manner"):
            service.hand_over(current_member, company, member, stays=form.manner.data == "beside")
            flash(_("%(name)sさんがオーナーになりました。", name=member.nickname), "ok")
            return redirect(url_for(".show", slug=company.slug))
    return render_template("companies/hand_over.html", company=company, member=member, form=form), form.status

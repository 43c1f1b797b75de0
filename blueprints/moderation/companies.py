"""What moderators do about companies: two registrations become one, and numbers are compared with the register."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, moderators_only
from blueprints.moderation.forms import MergeForm
from blueprints.moderation.routes import bp
from marketplace.companies import policy, queries, service
from marketplace.companies.models import Company
from marketplace.contracts import queries as contracts
from marketplace.errors import Conflict, require
from marketplace.i18n import _
from marketplace.jobs import queries as jobs
from marketplace.moderation import queries as reports
from marketplace.moderation.models import SubjectKind


@bp.route("/companies", methods=["GET", "POST"])
@moderators_only
def companies() -> ResponseReturnValue:
    """Ask which two companies are one, show both side by side, and merge them at the second press."""
    form = MergeForm(kept=request.args.get("kept"))
    if form.validate_on_submit():
        with form.blame("kept"):
            kept = queries.get_live(form.kept.slug)
            with form.blame("merged"):
                merged = queries.get_live(form.merged.slug)
                # What is one company with itself is said by the verb.
                require(kept.id == merged.id or policy.can_merge(current_member, kept, merged), _not_ones_own())
                _refuse_what_is_not_settled(kept, merged)
                if not form.merge.data:
                    return _asked(kept, merged)
                service.merge(current_member, kept, merged)
                flash(_("「%(merged)s」を「%(kept)s」にまとめました。", merged=merged.name, kept=kept.name), "ok")
                return redirect(url_for("companies.show", slug=kept.slug))
    return render_template("moderation/companies.html", form=form), form.status


@bp.post("/companies/<slug>/confirm-number")
@moderators_only
def confirm_number(slug: str) -> ResponseReturnValue:
    """Say that name and number were compared with the tax office's register."""
    company = queries.get_live(slug)
    require(policy.can_confirm_number(current_member, company), _not_ones_own())
    service.confirm_number(current_member, company)
    flash(_("「%(name)s」の法人番号を確認済みにしました。", name=company.name), "ok")
    return redirect(url_for("companies.show", slug=company.slug))


def _asked(kept: Company, merged: Company) -> str:
    return render_template(
        "moderation/merge.html",
        kept=kept,
        merged=merged,
        people=queries.merger_of(kept, merged),
        jobs=jobs.count_in(merged.id),
        contracts=contracts.count_in(merged.id),
    )


def _refuse_what_is_not_settled(*both: Company) -> None:
    """What is reported or hidden is settled first: a case would be about a company that nobody belongs to any more."""
    for company in both:
        if company.hidden_at is not None or reports.find_open(SubjectKind.COMPANY, company.id) is not None:
            raise Conflict(
                _("「%(name)s」には、通報か非表示の対応が残っています。先に判断してください。", name=company.name)
            )


def _not_ones_own() -> str:
    return _("自分が所属する会社のことは、ほかの担当者が判断します。")

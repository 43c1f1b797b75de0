"""Ending early: the causes with what follows from each, a last look, and the other party's answer."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, open_to_suspended
from blueprints.contracts.forms import AgreementForm, EndingForm
from blueprints.contracts.routes import bp
from marketplace.clock import today
from marketplace.contracts import policy, queries, service
from marketplace.contracts.models import Contract, ContractEnding, EndingState
from marketplace.contracts.service.doing_ending import Wish, causes_for, earliest_end, needs_answer, require_day
from marketplace.errors import Conflict, require
from marketplace.i18n import _


@bp.route("/contracts/<int:contract_id>/end", methods=["GET", "POST"])
@open_to_suspended
def end(contract_id: int) -> ResponseReturnValue:
    """Choose a cause, look at what follows, end."""
    contract = queries.get_for(current_member, contract_id)
    require(policy.can_end(current_member, contract))
    course = queries.course_of(contract)
    if course.ending is not None and request.method == "GET":
        # Whoever asked, and for what, stands there.
        return redirect(url_for(".show", contract_id=contract_id))
    form = EndingForm(draft_at=url_for(".end", contract_id=contract_id))
    causes = causes_for(current_member, course)
    form.offer(causes)
    step, is_asked = "write", False
    if form.validate_on_submit():
        with form.blame("ends_on"):
            require_day(current_member, course, _wish(form))
    if form.is_submitted() and not form.errors:
        step, wish = form.step, _wish(form)
        is_asked = needs_answer(current_member, contract, wish)
        if step == "go":
            step = "write"
            with form.blame("cause"):
                state = service.end(current_member, contract, wish)
                flash(_said(state), "ok")
                return redirect(url_for(".show", contract_id=contract_id))
    earliest = {cause: earliest_end(current_member, course, cause) for cause in causes}
    return render_template(
        "contracts/end.html",
        contract=contract,
        course=course,
        form=form,
        step=step,
        earliest=earliest,
        is_asked=is_asked,
        is_client=current_member.id == contract.client_id,
        days_late=course.days_late(today()),
    ), form.status


@bp.route("/contracts/<int:contract_id>/end/agree", methods=["GET", "POST"])
@open_to_suspended
def agree_to_end(contract_id: int) -> ResponseReturnValue:
    """Ask whether one agrees to what the other asked for, and agree."""
    contract, ending = _asked(contract_id)
    require(policy.can_agree_to_end(current_member, contract, ending))
    form = AgreementForm(data={"seen": str(ending.id)})
    if form.validate_on_submit() and form.has_read(ending):
        service.agree_to_end(current_member, contract, ending)
        flash(_("途中で終えることに同意しました。"), "ok")
        return redirect(url_for(".show", contract_id=contract_id))
    course = queries.course_of(contract)
    return render_template(
        "contracts/agree_to_end.html", contract=contract, course=course, ending=ending, form=form
    ), form.status


@bp.post("/contracts/<int:contract_id>/end/refuse")
@open_to_suspended
def refuse_to_end(contract_id: int) -> ResponseReturnValue:
    """Go on."""
    contract, ending = _asked(contract_id)
    is_objection = ending.may_be_objected_to(contract)
    service.refuse_to_end(current_member, contract, ending)
    flash(
        _("異議を伝えました。取引は続きます。") if is_objection else _("同意しないことを伝えました。取引は続きます。"),
        "ok",
    )
    return redirect(url_for(".show", contract_id=contract_id))


@bp.post("/contracts/<int:contract_id>/end/withdraw")
@open_to_suspended
def withdraw_ending(contract_id: int) -> ResponseReturnValue:
    """Take one's own wish back."""
    contract, ending = _asked(contract_id)
    service.withdraw_ending(current_member, contract, ending)
    flash(_("途中終了の申し出を取り消しました。取引は続きます。"), "ok")
    return redirect(url_for(".show", contract_id=contract_id))


def _wish(form: EndingForm) -> Wish:
    return Wish(form.cause.data, form.reason.data, form.owed_yen.data or 0, form.ends_on.data)


def _asked(contract_id: int) -> tuple[Contract, ContractEnding]:
    contract = queries.get_for(current_member, contract_id)
    ending = queries.course_of(contract).ending if contract.terms_number else None
    if ending is None:
        raise Conflict(_("途中終了の申し出は、もうありません。"))
    return contract, ending


def _said(state: EndingState) -> str:
    if state is EndingState.ASKED:
        return _("途中で終えたいと申し出ました。相手が同意すると終了します。")
    if state is EndingState.DONE:
        return _("取引を途中で終了しました。")
    return _("途中で終えることを、相手に伝えました。")

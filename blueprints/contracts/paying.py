"""The pages of payments that were made elsewhere: reporting one, putting the report right, confirming it, or not."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, open_to_suspended
from blueprints.contracts.forms import ConfirmationForm, DisputeForm, PaymentForm
from blueprints.contracts.routes import bp
from marketplace.clock import today
from marketplace.contracts import policy, queries, service
from marketplace.contracts.course import Course
from marketplace.contracts.models import Contract, ContractState, Delivery
from marketplace.contracts.service.doing_paying import require_day
from marketplace.errors import Conflict, require
from marketplace.i18n import _


@bp.route("/contracts/<int:contract_id>/deliveries/<int:delivery_id>/pay", methods=["GET", "POST"])
@open_to_suspended
def pay(contract_id: int, delivery_id: int) -> ResponseReturnValue:
    """Report a payment that was made elsewhere, or put the report right while the worker has not confirmed it."""
    contract, delivery = _found(contract_id, delivery_id)
    require(policy.can_report_payment(current_member, contract))
    course = _open(contract, delivery)
    form = PaymentForm(data=_said_or_due(course, delivery))
    if form.validate_on_submit():
        with form.blame("paid_on"):
            require_day(contract, delivery, form.paid_on.data)
        if not form.errors:
            with form.blame("paid_yen"):
                said = (form.paid_on.data, form.paid_yen.data, form.version.number)
                service.report_payment(current_member, contract, delivery, *said)
                flash(_("支払いを報告しました。"), "ok")
                _warn_of_too_much(course, delivery)
                return _back(contract)
    return _page("contracts/pay.html", course, delivery, form=form), form.status


@bp.route("/contracts/<int:contract_id>/deliveries/<int:delivery_id>/receive", methods=["GET", "POST"])
@open_to_suspended
def receive(contract_id: int, delivery_id: int) -> ResponseReturnValue:
    """Say that a payment has arrived; day and amount are asked for where none was reported."""
    contract, delivery = _found(contract_id, delivery_id)
    if delivery.payment_confirmed_at is not None and current_member.id == contract.worker_id:
        # Pressed twice: it has arrived, and may have completed the contract.
        return _back(contract)
    require(policy.can_confirm_payment(current_member, contract))
    course = _open(contract, delivery)
    data, is_reported = _said_or_due(course, delivery), delivery.paid_on is not None
    form = ConfirmationForm(data=data) if is_reported else PaymentForm(data=data)
    if form.validate_on_submit():
        with form.blame("go" if is_reported else "paid_on"):
            day, yen = (None, None) if is_reported else (form.paid_on.data, form.paid_yen.data)
            service.confirm_payment(current_member, contract, delivery, day, yen, form.version.number)
            is_over = contract.state is ContractState.COMPLETED
            flash(_("取引が完了しました。") if is_over else _("受け取りを確認しました。"), "ok")
            return _back(contract)
    dispute = DisputeForm(formdata=None, data=data)
    return _page("contracts/receive.html", course, delivery, form=form, dispute=dispute), form.status


@bp.post("/contracts/<int:contract_id>/deliveries/<int:delivery_id>/dispute")
@open_to_suspended
def dispute(contract_id: int, delivery_id: int) -> ResponseReturnValue:
    """Say that what was reported has not arrived, or not so."""
    contract, delivery = _found(contract_id, delivery_id)
    require(policy.can_confirm_payment(current_member, contract))
    course = _open(contract, delivery)
    form = DisputeForm()
    if form.validate_on_submit():
        with form.blame("reason"):
            said = (form.reason.data, form.version.number)
            service.dispute_payment(current_member, contract, delivery, *said)
            flash(_("クライアントに伝えました。支払いは、まだ済んでいないことになります。"), "ok")
            return _back(contract)
    data = _said_or_due(course, delivery)
    confirmation = (ConfirmationForm if delivery.paid_on else PaymentForm)(formdata=None, data=data)
    return _page("contracts/receive.html", course, delivery, form=confirmation, dispute=form), form.status


def _found(contract_id: int, delivery_id: int) -> tuple[Contract, Delivery]:
    contract = queries.get_for(current_member, contract_id)
    return contract, queries.get_delivery(contract, delivery_id)


def _open(contract: Contract, delivery: Delivery) -> Course:
    course = queries.course_of(contract)
    if delivery not in [*course.unpaid, *course.unconfirmed]:
        raise Conflict(_("この取引は、先に更新されていました。いまの状態を確かめてください。"))
    return course


def _page(
    template: str, course: Course, delivery: Delivery, **forms: PaymentForm | ConfirmationForm | DisputeForm
) -> str:
    for each in forms.values():
        # What is refused is shown beside what counts now: sent once more, it is about that.
        each.version.renew(delivery.version)
    return render_template(
        template,
        contract=course.contract,
        course=course,
        delivery=delivery,
        part=course.milestone_of(delivery),
        figures=course.figures_for(delivery, today()),
        **forms,
    )


def _said_or_due(course: Course, delivery: Delivery) -> dict[str, object]:
    """What the client reported, or, before, what is due by the terms."""
    figures = course.figures_for(delivery, today())
    due: dict[str, object] = {"paid_on": today(), "paid_yen": figures.net_yen if figures else None}
    said: dict[str, object] = {"paid_on": delivery.paid_on, "paid_yen": delivery.paid_yen}
    return (said if delivery.paid_on else due) | {"version": delivery.version}


def _warn_of_too_much(course: Course, delivery: Delivery) -> None:
    figures = course.figures_for(delivery, delivery.paid_on or today())
    if figures and (delivery.paid_yen or 0) > figures.net_yen:
        flash(_("取引条件による金額より多い金額です。まちがいのときは、報告を直してください。"), "warn")


def _back(contract: Contract) -> ResponseReturnValue:
    return redirect(url_for(".show", contract_id=contract.id))

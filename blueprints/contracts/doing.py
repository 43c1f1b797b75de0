"""The pages of the deeds: delivering, warning, accepting, revising, taking back, paying, receiving; and files."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, open_to_suspended, readable_while_suspended
from blueprints.contracts.forms import DeliveryForm, LateForm, RevisionForm
from blueprints.contracts.routes import bp
from blueprints.downloads import as_download, as_marked
from blueprints.forms import DeedForm
from marketplace import limits
from marketplace.clock import today
from marketplace.contracts import policy, queries, service
from marketplace.contracts.models import Contract, Delivery, DeliveryState
from marketplace.contracts.receipt import receipt_on
from marketplace.errors import Conflict, NotFound, require
from marketplace.i18n import _


@bp.route("/contracts/<int:contract_id>/deliver", methods=["GET", "POST"])
@open_to_suspended
def deliver(contract_id: int) -> ResponseReturnValue:
    """Hand over the whole or a part: what runs from today is said before."""
    contract = queries.get_for(current_member, contract_id)
    require(policy.can_deliver(current_member, contract))
    course = queries.course_of(contract)
    opens = policy.may_protect_delivery(contract)
    form = DeliveryForm(draft_at=url_for(".deliver", contract_id=contract_id), needs_signature=opens)
    form.offer(course.missing)
    form.offer_protection(opens)
    if form.validate_on_submit() and form.files_are_fine():
        with form.blame("body"):
            said = (form.once.data, form.body.data, form.attachments, form.milestone, form.is_protected)
            number = service.deliver(current_member, contract, *said)
            flash(_("納品しました。受け取りの日は今日です。"), "ok")
            return redirect(url_for(".show", contract_id=contract_id, _anchor=f"entry-{number}"))
    return render_template(
        "contracts/deliver.html",
        contract=contract,
        course=course,
        form=form,
        receipt=receipt_on(course.terms, today()),
    ), form.status


@bp.route("/contracts/<int:contract_id>/late", methods=["GET", "POST"])
@open_to_suspended
def late(contract_id: int) -> ResponseReturnValue:
    """Say before the day of delivery that it will not be kept."""
    contract = queries.get_for(current_member, contract_id)
    require(policy.can_warn(current_member, contract))
    course = queries.course_of(contract)
    form = LateForm(draft_at=url_for(".late", contract_id=contract_id))
    form.offer(course.missing)
    if form.validate_on_submit():
        with form.blame("new_due_on"):
            day, reason, once = form.new_due_on.data, form.reason.data, form.once.data
            number = service.warn(current_member, contract, day, reason, once, form.milestone)
            flash(_("遅れそうなことを伝えました。早めの連絡として記録されます。"), "ok")
            return redirect(url_for(".show", contract_id=contract_id, _anchor=f"entry-{number}"))
    return render_template("contracts/late.html", contract=contract, course=course, form=form), form.status


@bp.route("/contracts/<int:contract_id>/deliveries/<int:delivery_id>/accept", methods=["GET", "POST"])
@open_to_suspended
def accept(contract_id: int, delivery_id: int) -> ResponseReturnValue:
    """Ask whether what was delivered is what was agreed, and accept it."""
    contract, delivery = _found(contract_id, delivery_id)
    require(policy.can_accept(current_member, contract))
    if delivery.state is DeliveryState.ACCEPTED:
        # Pressed twice: it is accepted.
        return _back(contract)
    form = DeedForm()
    if form.validate_on_submit():
        service.accept(current_member, contract, delivery)
        flash(_("検収しました。"), "ok")
        return _back(contract)
    return _deed_page("contracts/accept.html", contract, delivery, form), form.status


@bp.route("/contracts/<int:contract_id>/deliveries/<int:delivery_id>/revise", methods=["GET", "POST"])
@open_to_suspended
def revise(contract_id: int, delivery_id: int) -> ResponseReturnValue:
    """Ask for what was delivered to be worked over."""
    contract, delivery = _found(contract_id, delivery_id)
    require(policy.can_revise(current_member, contract))
    form = RevisionForm(draft_at=url_for(".revise", contract_id=contract_id, delivery_id=delivery_id))
    if form.validate_on_submit():
        with form.blame("reason"):
            service.revise(current_member, contract, delivery, form.reason.data)
            flash(_("修正を依頼しました。"), "ok")
            return _back(contract)
    return _deed_page("contracts/revise.html", contract, delivery, form), form.status


@bp.route("/contracts/<int:contract_id>/deliveries/<int:delivery_id>/take-back", methods=["GET", "POST"])
@open_to_suspended
def take_back(contract_id: int, delivery_id: int) -> ResponseReturnValue:
    """Ask whether a delivery is to be taken back, and take it back."""
    contract, delivery = _found(contract_id, delivery_id)
    require(policy.can_take_back(current_member, contract))
    if delivery.state is DeliveryState.WITHDRAWN:
        return _back(contract)
    form = DeedForm()
    if form.validate_on_submit():
        service.take_back(current_member, contract, delivery)
        flash(_("納品を取り下げました。"), "ok")
        return _back(contract)
    return _deed_page("contracts/take_back.html", contract, delivery, form), form.status


@bp.get("/contracts/files/<int:file_id>")
@readable_while_suspended
def file(file_id: int) -> Response:
    """Hand out a file to those who have a part in the contract."""
    found, contract = queries.get_file(current_member, file_id)
    if not policy.can_open(current_member, contract, found):
        raise NotFound(_("このファイルは、秘密保持の合意に署名すると開けます。"))
    if found.is_marked_for(current_member):
        limits.check(limits.Action.MARK, account=current_member.id)
        return as_marked(found, current_member.nickname, current_member.username)
    return as_download(found)


def _found(contract_id: int, delivery_id: int) -> tuple[Contract, Delivery]:
    contract = queries.get_for(current_member, contract_id)
    return contract, queries.get_delivery(contract, delivery_id)


def _deed_page(template: str, contract: Contract, delivery: Delivery, form: object) -> str:
    if request.method == "GET" and delivery.state is not DeliveryState.WAITING:
        raise Conflict(_("この取引は、先に更新されていました。いまの状態を確かめてください。"))
    course = queries.course_of(contract)
    return render_template(
        template,
        contract=contract,
        course=course,
        delivery=delivery,
        form=form,
        part=course.milestone_of(delivery),
        figures=course.figures_for(delivery, today()),
    )


def _back(contract: Contract) -> ResponseReturnValue:
    return redirect(url_for(".show", contract_id=contract.id))

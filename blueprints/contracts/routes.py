"""The list of contracts, and the page of one: how far it is, its timeline, and writing on it."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, is_suspended, open_to_suspended, readable_while_suspended
from blueprints.contracts.bar import bar_of
from blueprints.contracts.deeds import can_end, deeds_of
from blueprints.contracts.forms import ReceiptForm, WordsForm
from blueprints.contracts.words import LABELS, sentence_of
from blueprints.converters import LARGEST
from blueprints.days import left_of
from blueprints.sought import SoughtForm
from blueprints.unasked import unasked
from marketplace.clock import today
from marketplace.contracts import policy, queries, service
from marketplace.contracts.course import Course
from marketplace.contracts.models import Contract, ContractEntry, EntryKind, SecrecyState
from marketplace.contracts.policy.secrecy import can_sign
from marketplace.contracts.queries import Shelf, Wanted, origins, secrecy
from marketplace.errors import Invalid, NotAllowed
from marketplace.i18n import _

bp = Blueprint("contracts", __name__)


@bp.get("/contracts")
@readable_while_suspended
def index() -> ResponseReturnValue:
    """Show the contracts that the member has a part in: 進行中, 完了 or すべて, by day, amount and partner."""
    form = SoughtForm(request.args)
    is_whole = form.validate()
    wanted = _wanted(form)
    page = queries.contracts_of(current_member, wanted, request.args.get("after"))
    return render_template(
        "contracts/index.html",
        page=page,
        wanted=wanted,
        form=form,
        shelves=Shelf,
        counts=queries.counts_of(current_member),
        url_of=_url_of,
        left_of=left_of,
        today=today(),
        is_filtered=replace(wanted, shelf=Shelf.LIVE) != Wanted(),
    ), 200 if is_whole else Invalid.status


@bp.route("/contracts/<int:contract_id>", methods=["GET", "POST"])
@readable_while_suspended
def show(contract_id: int) -> ResponseReturnValue:
    """Show how far a contract is, and write on its timeline."""
    contract = queries.get_for(current_member, contract_id)
    form = _words_form(contract)
    if form.is_submitted() and not policy.can_write(current_member, contract):
        return _page(contract, form), NotAllowed.status
    if form.validate_on_submit() and form.files_are_fine():
        with form.blame("body"):
            said = (form.kind.data, form.body.data, form.once.data, form.attachments, form.is_protected)
            number = service.write(current_member, contract, *said)
            flash(_("送信しました。取引に関わる人にだけ届いています。"), "ok")
            return redirect(url_for(".show", contract_id=contract_id, _anchor=f"entry-{number}"))
    return _page(contract, form), form.status


@bp.get("/contracts/<int:contract_id>/news")
@unasked
@readable_while_suspended
def news(contract_id: int) -> ResponseReturnValue:
    """Show what came after the entry that the page shows last."""
    contract = queries.get_for(current_member, contract_id)
    after = min(max(request.args.get("after", 0, type=int), 0), LARGEST)
    entries = queries.entries_since(contract, after)
    if not entries:
        return "", 204
    return render_template("contracts/news.html", shown=_shown(contract, entries))


@bp.post("/contracts/<int:contract_id>/acknowledge")
@open_to_suspended
def acknowledge(contract_id: int) -> ResponseReturnValue:
    """Say in one tap that what was handed over has arrived, with the day on which the work begins."""
    contract = queries.get_for(current_member, contract_id)
    form = ReceiptForm()
    if form.validate_on_submit():
        with form.blame("starts_on"):
            number = service.acknowledge(current_member, contract, form.once.data, form.starts_on.data)
            flash(_("受領の連絡を送信しました。"), "ok")
            return redirect(url_for(".show", contract_id=contract_id, _anchor=f"entry-{number}"))
    return _page(contract, _words_form(contract, formdata=None), form), form.status


def _page(contract: Contract, form: WordsForm, receipt: ReceiptForm | None = None) -> str:
    at = request.args.get("at", 0, type=int)
    before = queries.place_of(at) if 0 < at <= LARGEST else request.args.get("before")
    page = queries.timeline_of(contract, before)
    course = queries.course_of(contract) if contract.terms_number else None
    other = contract.worker if current_member.id == contract.client_id else contract.client
    together = queries.completed_with(current_member, [other.id]).get(other.id)
    agreement = next(iter(secrecy.agreements_of(contract)), None)
    return render_template(
        "contracts/show.html",
        contract=contract,
        course=course,
        bar=bar_of(course) if course else None,
        deeds=deeds_of(current_member, course) if course else None,
        can_end=course is not None and can_end(current_member, contract, course),
        can_write=policy.can_write(current_member, contract) and not is_suspended(),
        receipt=receipt or _receipt_form(contract, course),
        page=page,
        form=form,
        together=together,
        origin=origins.origin_of(current_member, contract),
        waiting=queries.find_proposed(contract),
        agreement=agreement,
        may_sign=agreement is not None and can_sign(current_member, contract, agreement) and not is_suspended(),
        notices=queries.notices_of(current_member, contract),
        today=today(),
        left_of=left_of,
        shown=_shown(contract, page.rows),
    )


def _words_form(contract: Contract, **given: object) -> WordsForm:
    """Return the form, with the tick on as soon as an agreement of confidentiality is at hand."""
    is_at_hand = bool(secrecy.states_of(contract) & {SecrecyState.PROPOSED, SecrecyState.SIGNED})
    form = WordsForm(draft_at=url_for(".show", contract_id=contract.id), needs_signature=is_at_hand, **given)
    form.offer_protection(policy.may_protect(contract))
    return form


def _receipt_form(contract: Contract, course: Course | None) -> ReceiptForm | None:
    """Offered until it was said once."""
    if course is None or not policy.can_acknowledge(current_member, contract):
        return None
    said = queries.newest_entry(contract, EntryKind.RECEIPT)
    return None if said else ReceiptForm(formdata=None, starts_on=today())


def _shown(contract: Contract, entries: Sequence[ContractEntry]) -> dict[str, object]:
    """Return what the timeline is drawn from; signatures are asked about only when a file asks for them."""
    files = queries.files_of(entries)
    protected = [file for each in files.values() for file in each if file.needs_signature]
    return {
        "contract": contract,
        "entries": entries,
        "files": files,
        "shut": policy.shut_among(current_member, contract, protected),
        "states": secrecy.states_of(contract) if protected else set(),
        "labels": LABELS,
        "sentence_of": sentence_of,
    }


def _wanted(form: SoughtForm) -> Wanted:
    """Return what the query string asks for; what means nothing is left out."""
    shelf = request.args.get("tab", "")
    return Wanted(
        shelf=Shelf(shelf) if shelf in set(Shelf) else Shelf.LIVE,
        since=form.found("since"),
        until=form.found("until"),
        least_yen=form.found("least"),
        most_yen=form.found("most"),
        partner=form.found("partner") or "",
    )


def _url_of(wanted: Wanted, after: str | None = None, **other: object) -> str:
    """Return the address of a list, with `other` values for some of what it holds."""
    shown = replace(wanted, **other)  # type: ignore[arg-type]
    return url_for(
        ".index",
        tab=shown.shelf.value,
        since=shown.since,
        until=shown.until,
        least=shown.least_yen,
        most=shown.most_yen,
        partner=shown.partner or None,
        after=after,
    )

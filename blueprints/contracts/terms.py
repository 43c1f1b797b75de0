"""The terms of a contract: the version that counts, what changed in it, answering it, and proposing another."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, is_suspended, readable_while_suspended
from blueprints.contracts.forms import RefusalForm
from blueprints.contracts.looking import Desk, compared, is_sound, page_of
from blueprints.contracts.routes import bp
from blueprints.contracts.terms_forms import TermsForm, data_of
from blueprints.forms import DeedForm
from marketplace import limits
from marketplace.contracts import drafting, policy, queries, service
from marketplace.contracts.beginnings import kept
from marketplace.contracts.drafting import Difference
from marketplace.contracts.faults import cautions
from marketplace.contracts.items import Items
from marketplace.contracts.models import (
    NEGOTIABLE,
    Contract,
    ContractNotice,
    ContractShare,
    ContractState,
    ContractTerms,
    SecrecyAgreement,
    TermsState,
)
from marketplace.contracts.notice import Notice
from marketplace.contracts.pricing import is_price_talk
from marketplace.contracts.queries.secrecy import find_signed
from marketplace.errors import Conflict, Invalid, NotFound, require
from marketplace.i18n import _


@bp.get("/contracts/<int:contract_id>/terms")
@readable_while_suspended
def terms(contract_id: int) -> str:
    """Show the version that waits for an answer, or else the one in force, or else the last."""
    contract = queries.get_for(current_member, contract_id)
    found = queries.find_proposed(contract) or queries.find_in_force(contract)
    return _page(contract, found or queries.get_terms(contract, queries.newest_number(contract)), DeedForm())


@bp.get("/contracts/<int:contract_id>/terms/<int:number>")
@readable_while_suspended
def version(contract_id: int, number: int) -> str:
    """Show one version, whatever became of it."""
    contract = queries.get_for(current_member, contract_id)
    return _page(contract, queries.get_terms(contract, number), DeedForm())


@bp.route("/contracts/<int:contract_id>/terms/new", methods=["GET", "POST"])
def change(contract_id: int) -> ResponseReturnValue:
    """Write another version, look at it and at what it changes, and send it."""
    contract = queries.get_for(current_member, contract_id)
    require(policy.can_change(current_member, contract), _("この取引の条件は、いまは変えられません。"))
    desk, items = _desk(contract)
    here = url_for(".change", contract_id=contract.id)
    data = data_of(items) | {"seen": str(desk.number - 1)}
    form = TermsForm(shares=items.shares, draft_at=here, data=data)
    del form.title, form.company
    step = "write"
    if not form.only_reckons and form.is_submitted() and is_sound(form, desk):
        step = form.step
        if step == "send":
            step = "write"
            with form.blame("scope"):
                number = _send(form, contract)
                name = desk.other.nickname
                flash(_("条件の変更を送信しました。%(name)sさんの回答をお待ちください。", name=name), "ok")
                return redirect(url_for(".version", contract_id=contract.id, number=number))
        newest = queries.get_terms(contract, queries.newest_number(contract))
        if newest.number != form.seen.number and (step == "look" or form.status == Conflict.status):
            desk, _items = _desk(contract)
            return compared(form, desk, newest, here=here), Conflict.status
    return page_of(form, desk, step, here=here), form.status


@bp.post("/contracts/<int:contract_id>/terms/<int:number>/agree")
def agree(contract_id: int, number: int) -> ResponseReturnValue:
    """Agree to the version that was read."""
    contract = queries.get_for(current_member, contract_id)
    found = queries.get_terms(contract, number)
    form = DeedForm()
    if form.validate_on_submit():
        with form.blame("go"):
            service.agree(current_member, contract, found)
            flash(_("条件に同意しました。取引条件通知書を作っています。"), "ok")
            return redirect(url_for(".terms", contract_id=contract.id))
    return _page(contract, found, form), form.status


@bp.route("/contracts/<int:contract_id>/terms/<int:number>/refuse", methods=["GET", "POST"])
def refuse(contract_id: int, number: int) -> ResponseReturnValue:
    """Ask whether the version is to be refused, and refuse it."""
    contract = queries.get_for(current_member, contract_id)
    found = queries.get_terms(contract, number)
    require(policy.can_refuse(current_member, contract, found))
    here = url_for(".refuse", contract_id=contract.id, number=number)
    form = RefusalForm(draft_at=here)
    if form.validate_on_submit():
        with form.blame("go"), form.blame("reason", Invalid):
            is_end = contract.state is ContractState.PROPOSED
            service.refuse(current_member, contract, found, form.reason.data)
            said = _("取引を見送りました。") if is_end else _("条件の変更を見送りました。いまの条件が続きます。")
            flash(said, "ok")
            return redirect(url_for(".terms", contract_id=contract.id))
    if form.status == Conflict.status:
        return _page(contract, found, form), form.status
    page = {"contract": contract, "terms": found, "form": form, "needs_reason": is_price_talk(contract, found)}
    return render_template("contracts/refuse.html", **page), form.status


@bp.route("/contracts/<int:contract_id>/terms/<int:number>/withdraw", methods=["GET", "POST"])
def withdraw(contract_id: int, number: int) -> ResponseReturnValue:
    """Ask whether what one proposed is to be taken back, and take it back."""
    contract = queries.get_for(current_member, contract_id)
    found = queries.get_terms(contract, number)
    require(policy.can_withdraw(current_member, contract, found))
    form = DeedForm()
    if form.validate_on_submit():
        with form.blame("go"):
            service.withdraw(current_member, contract, found)
            flash(_("取引条件を取り下げました。"), "ok")
            return redirect(url_for(".terms", contract_id=contract.id))
    if form.status == Conflict.status:
        return _page(contract, found, form), form.status
    return render_template("contracts/withdraw.html", contract=contract, terms=found, form=form), form.status


def _send(form: TermsForm, contract: Contract) -> int:
    if queries.find_sent(current_member, form.once.data) is None:
        limits.check(limits.Action.CONTRACT, account=current_member.id)
    return service.change(current_member, contract, form.items(), form.once.data, form.seen.number).number


def _page(contract: Contract, found: ContractTerms, form: DeedForm) -> str:
    """Show a version beside what it takes the place of, and what may be done about it."""
    versions = queries.versions_of(contract)
    if form.status == Conflict.status:
        contract = queries.get_for(current_member, contract.id)
        found = queries.get_terms(contract, found.number)
    agreement, notices = find_signed(contract), queries.notices_of(current_member, contract)
    before = _replaced_by(contract, found, versions)
    # Who is suspended reads what is agreed, and agrees to nothing new.
    is_free = not is_suspended()
    waits = found.state is TermsState.PROPOSED and is_free
    is_party = contract.is_party(current_member.id)
    current = _current(contract, versions)
    is_last = found.number in {current, versions[0].number}
    # Who answers a version while another takes its place is shown both, one beside the other.
    newer = queries.get_terms(contract, current) if current > found.number else None
    overtaking = newer if form.status == Conflict.status else None
    return render_template(
        "contracts/terms.html",
        contract=contract,
        terms=found,
        form=form,
        sections=drafting.shown(_printed(found, notices) or drafting.stored(contract, found, agreement)),
        before=before,
        differences=_differences(contract, before, found, agreement),
        cautions=cautions(Items.of(found), Items.of(before) if before else None) if waits else (),
        is_asked=waits and policy.can_agree(current_member, contract, found),
        is_price_talk=waits and is_price_talk(contract, found),
        is_open=contract.state in NEGOTIABLE,
        is_own=waits and policy.can_withdraw(current_member, contract, found),
        newer=newer,
        overtaken_by=_differences(contract, found, overtaking, agreement),
        may_change=is_free and is_party and is_last and policy.can_change(current_member, contract),
        may_offer_again=is_free and is_last and policy.can_offer_again(current_member, contract),
        sharing=_sharing(contract, found) if waits and contract.team is not None else None,
        versions=versions,
        notices=notices,
        to_members={each.id: drafting.shown(Notice.read(each.content)) for each in notices if each.is_to_member},
        is_making=_is_making(contract, found, is_party),
    )


def _current(contract: Contract, versions: Sequence[ContractTerms]) -> int:
    """Return the number of the version that counts, as `terms` shows it: what was refused later is none."""
    waiting = next((each.number for each in versions if each.state is TermsState.PROPOSED), None)
    return waiting or contract.terms_number or versions[0].number


def _replaced_by(contract: Contract, found: ContractTerms, versions: Sequence[ContractTerms]) -> ContractTerms | None:
    """Return the last version before this one that was agreed to, or while there is none the one before it.

    Beside a version that was refused or replaced, a cut of what is in force would look like a raise.
    """
    earlier = [each for each in versions if each.number < found.number]
    replaced = next((each for each in earlier if each.state is TermsState.AGREED), earlier[0] if earlier else None)
    return queries.get_terms(contract, replaced.number) if replaced else None


def _printed(found: ContractTerms, notices: Sequence[ContractNotice]) -> Notice | None:
    """Return what was printed of a version: what one reads here is what is on paper, whatever was signed since."""
    printed = (each for each in notices if each.terms_id == found.id and not each.is_to_member)
    return next((Notice.read(each.content) for each in printed), None)


def _differences(
    contract: Contract, before: ContractTerms | None, after: ContractTerms | None, agreement: SecrecyAgreement | None
) -> list[Difference]:
    """Return what two stored versions say differently; nothing where one of them is missing."""
    if before is None or after is None:
        return []
    return drafting.differences(
        drafting.stored(contract, before, agreement), drafting.stored(contract, after, agreement)
    )


@dataclass(frozen=True)
class Sharing:
    """How far a team is with its shares under a version that waits for an answer."""

    rows: Sequence[ContractShare]
    """As the team knows them; how it shares is none of the client's decisions."""
    is_whole: bool
    """Whether they are there, and nobody has yet to confirm theirs."""
    waits: bool
    """Whether somebody of the team has yet to answer."""
    has_left: bool
    """Whether somebody who is named has left the team."""
    is_asked: bool
    """Whether the viewer is asked for theirs."""
    may_decide: bool


def _sharing(contract: Contract, terms: ContractTerms) -> Sharing:
    rows, has_left = terms.shares, queries.names_who_left(terms)
    return Sharing(
        rows if current_member.id != contract.client_id else (),
        is_whole=bool(rows) and not has_left and all(each.holds for each in rows),
        waits=any(each.waits for each in rows),
        has_left=has_left,
        is_asked=any(each.waits and each.member_id == current_member.id for each in rows),
        may_decide=policy.can_share_out(current_member, contract),
    )


def _is_making(contract: Contract, found: ContractTerms, is_party: bool) -> bool:
    """Tell whether the notice of this version is agreed, and not there yet."""
    is_agreed = is_party and found.state is TermsState.AGREED
    return is_agreed and contract.worker_id not in queries.recipient_ids_of(found)


def _desk(contract: Contract) -> tuple[Desk, Items]:
    """Return what a further version is written about, and what it begins with."""
    last = queries.find_proposed(contract) or queries.find_in_force(contract)
    if last is None:
        raise NotFound
    in_force = queries.find_in_force(contract)
    before = in_force or last
    agreement = find_signed(contract)
    members = list(queries.members_of(contract.team)) if contract.team else []
    desk = Desk(
        contract,
        service.side_of(contract),
        queries.newest_number(contract) + 1,
        members,
        before=Items.of(before),
        before_notice=drafting.stored(contract, before, agreement),
        agreement=agreement,
        agreed=Items.of(in_force) if in_force else None,
    )
    items = Items.of(last)
    return desk, replace(items, change_reason="", shares=kept(last, members))

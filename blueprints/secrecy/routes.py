"""秘密保持の合意 below /contracts: asking for one, reading and signing it, refusing it, taking it back."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member
from blueprints.secrecy.forms import SecrecyForm
from marketplace import limits
from marketplace.accounts.models import Member
from marketplace.contracts import queries as contracts
from marketplace.contracts.models import Contract, SecrecyAgreement, SecrecyState
from marketplace.contracts.policy import secrecy as policy
from marketplace.contracts.queries import secrecy as queries
from marketplace.contracts.service import secrecy as service
from marketplace.errors import Conflict, NotAllowed, require
from marketplace.i18n import _

bp = Blueprint("secrecy", __name__)


@bp.get("/contracts/<int:contract_id>/secrecy")
def show(contract_id: int) -> str:
    """Show the newest agreement with who signed it, and exactly what a signature would disclose."""
    contract = contracts.get_for(current_member, contract_id)
    agreement = next(iter(queries.agreements_of(contract)), None)
    shown: dict[str, object] = {"may_propose": policy.can_propose(current_member, contract)}
    if agreement is not None:
        signatures = queries.signatures_of(agreement)
        is_signed, is_refused = (agreement.state is each for each in (SecrecyState.SIGNED, SecrecyState.REFUSED))
        has_signed = current_member.id in {signature.member_id for signature in signatures}
        shown |= {
            # Who said no is not to be found out by who has signed.
            "signatures": [each for each in signatures if not is_refused or each.member_id == current_member.id],
            "missing": queries.missing_of(contract, agreement),
            "disclosure": queries.disclosure_of(current_member, agreement.discloses_address),
            "may_sign": policy.can_sign(current_member, contract, agreement),
            "may_refuse": policy.can_refuse(current_member, contract, agreement),
            "may_withdraw": policy.can_withdraw(current_member, contract, agreement),
            "knows_names": is_signed and has_signed,
            "has_paper": is_signed and has_signed and queries.has_paper(agreement),
        }
    return render_template("secrecy/show.html", contract=contract, agreement=agreement, **shown)


@bp.route("/contracts/<int:contract_id>/secrecy/new", methods=["GET", "POST"])
def propose(contract_id: int) -> ResponseReturnValue:
    """Ask for what an agreement is to say, and offer it."""
    contract = contracts.get_for(current_member, contract_id)
    require(policy.can_propose(current_member, contract), _("いまは、秘密保持の合意を求められません。"))
    form = SecrecyForm(draft_at=url_for(".propose", contract_id=contract.id))
    if form.validate_on_submit():
        with form.blame("purpose"):
            limits.check(limits.Action.SECRECY, account=current_member.id)
            service.propose(current_member, contract, form.items)
            flash(_("合意を求めました。内容を確かめて、あなたも署名してください。"), "ok")
            return redirect(url_for(".show", contract_id=contract.id))
    return render_template("secrecy/propose.html", contract=contract, form=form), form.status


@bp.post("/contracts/<int:contract_id>/secrecy/<int:number>/sign")
def sign(contract_id: int, number: int) -> ResponseReturnValue:
    """Sign what was read."""
    limits.check(limits.Action.SECRECY, account=current_member.id)
    return _answered(contract_id, number, service.sign, _("署名しました。"))


@bp.post("/contracts/<int:contract_id>/secrecy/<int:number>/refuse")
def refuse(contract_id: int, number: int) -> ResponseReturnValue:
    """Say no."""
    return _answered(contract_id, number, service.refuse, _("同意しないことを伝えました。取引はこのまま続けられます。"))


@bp.post("/contracts/<int:contract_id>/secrecy/<int:number>/withdraw")
def withdraw(contract_id: int, number: int) -> ResponseReturnValue:
    """Take it back."""
    return _answered(contract_id, number, service.withdraw, _("合意の求めを取り下げました。"))


def _answered(
    contract_id: int, number: int, verb: Callable[[Member, Contract, SecrecyAgreement], None], sentence: str
) -> ResponseReturnValue:
    contract = contracts.get_for(current_member, contract_id)
    agreement = queries.get_newest(contract)
    if agreement.number != number:
        raise Conflict(_("ほかの合意が求められています。画面を読み込みなおしてください。"))
    try:
        verb(current_member, contract, agreement)
    except NotAllowed as refusal:
        # Pressed twice, or after somebody else: the page says how it stands.
        flash(refusal.sentence, "warn")
    else:
        flash(sentence, "ok")
    return redirect(url_for(".show", contract_id=contract.id))

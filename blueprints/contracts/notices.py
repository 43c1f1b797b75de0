"""取引条件通知書: the PDF, that it was seen, and the proof that it is in the public log."""

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, open_to_suspended, readable_while_suspended
from blueprints.contracts.routes import bp
from blueprints.downloads import as_paper, as_proof
from marketplace.contracts import queries, service
from marketplace.i18n import _
from marketplace.transparency.receipts import receipt_for


@bp.get("/contracts/<int:contract_id>/notices/<int:notice_id>")
@readable_while_suspended
def notice(contract_id: int, notice_id: int) -> Response:
    """Hand out a notice as the PDF that was made when both had agreed."""
    contract = queries.get_for(current_member, contract_id)
    found = queries.get_notice(current_member, contract, notice_id)
    name = _("取引条件通知書") + f"-{found.content['number']}.pdf"
    return as_paper(found.storage_key, found.sha256, name)


@bp.post("/contracts/<int:contract_id>/notices/<int:notice_id>/view")
@open_to_suspended
def view_notice(contract_id: int, notice_id: int) -> ResponseReturnValue:
    """Remember that its recipient says to have seen it."""
    contract = queries.get_for(current_member, contract_id)
    service.view(current_member, queries.get_notice(current_member, contract, notice_id))
    flash(_("内容を確認した日時を記録しました。"), "ok")
    return redirect(url_for(".terms", contract_id=contract.id, _anchor="notices"))


@bp.get("/contracts/<int:contract_id>/notices/<int:notice_id>/receipt")
@readable_while_suspended
def notice_receipt(contract_id: int, notice_id: int) -> Response:
    """Hand out the proof that this notice is in the public log, as a file that anybody can check without us."""
    contract = queries.get_for(current_member, contract_id)
    found = queries.get_notice(current_member, contract, notice_id)
    proof = receipt_for(found.leaf_index, record=service.record_of(found), salt=found.salt)
    return as_proof(proof, f"musubi-notice-{found.leaf_index}.json")

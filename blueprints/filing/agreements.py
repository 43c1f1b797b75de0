"""秘密保持の合意書: what all have signed, as a page for print, as a PDF, and with the proof that it is in the log."""

from flask import Response, render_template

from blueprints.access import current_member, readable_while_suspended
from blueprints.downloads import as_paper, as_proof
from blueprints.filing.routes import bp, file_name
from marketplace.contracts import secrecy_printing as printing
from marketplace.contracts.queries import filing, secrecy
from marketplace.contracts.service.secrecy_papers import record_of
from marketplace.transparency.receipts import receipt_for


@bp.get("/papers/agreements/<int:agreement_id>")
@readable_while_suspended
def agreement(agreement_id: int) -> str:
    """Show what is on paper to those who signed it."""
    filed, paper = filing.get_agreement(current_member, agreement_id)
    return render_template(
        "filing/agreement.html",
        filed=filed,
        paper=paper,
        number=printing.number_of(filed.contract.id, filed.version),
        opening=printing.opening_of(paper.agreement),
        sections=printing.sections_of(paper.agreement, secrecy.signatures_of(paper.agreement)),
    )


@bp.get("/papers/agreements/<int:agreement_id>/pdf")
@readable_while_suspended
def agreement_pdf(agreement_id: int) -> Response:
    """Hand out the PDF as it was made when the last had signed."""
    filed, paper = filing.get_agreement(current_member, agreement_id)
    return as_paper(paper.storage_key, paper.sha256, file_name(filed))


@bp.get("/papers/agreements/<int:agreement_id>/receipt")
@readable_while_suspended
def agreement_receipt(agreement_id: int) -> Response:
    """Hand out the proof that it is in the public log."""
    _filed, paper = filing.get_agreement(current_member, agreement_id)
    proof = receipt_for(paper.leaf_index, record=record_of(paper), salt=paper.salt)
    return as_proof(proof, f"musubi-agreement-{paper.leaf_index}.json")

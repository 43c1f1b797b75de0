"""本人確認 and the certificates of qualifications, as the member sees them."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, readable_while_suspended
from blueprints.forms import DeedForm
from blueprints.jinja import exact
from blueprints.verification.forms import FilesForm, IdentityForm
from marketplace import limits
from marketplace.careers import queries as careers
from marketplace.careers.models import Qualification
from marketplace.clock import now
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.i18n import _
from marketplace.papers import CONTENT_TYPE
from marketplace.profiles import queries as profiles
from marketplace.profiles import service as profile_verbs
from marketplace.transparency.receipts import receipt_for
from marketplace.verification import deadlines, papers, queries, service
from marketplace.verification.models import DocumentKind, Verification, VerificationState

bp = Blueprint("verification", __name__)


@bp.route("/settings/identity", methods=["GET", "POST"])
def identity() -> ResponseReturnValue:
    """Show who one is: choose a kind of paper, upload it, look once more, hand it in (S2-76…80)."""
    own = queries.own_identity(current_member)
    details = profiles.own(current_member).details
    form = IdentityForm(details, own.live.kind if own.live else None)
    if form.validate_on_submit():
        with form.blame("files"):
            pages = _pages(form, own.live, form.kind.data)
            kept = service.add_pages(current_member, form.kind.data, pages)
            profile_verbs.say_who_one_is(current_member, **form.says())
            is_handed_in = _is_handed_in(form, kept)
            return redirect(url_for(".identity", _anchor=None if is_handed_in else "pages"))
    due_at = deadlines.due_at(now())
    return render_template("verification/identity.html", form=form, own=own, due_at=due_at), form.status


@bp.route("/settings/qualifications/<int:qualification_id>/proof", methods=["GET", "POST"])
def proof(qualification_id: int) -> ResponseReturnValue:
    """Show the certificate of a qualification (Q-08)."""
    qualification = careers.get_for(current_member, Qualification, qualification_id)
    own = queries.own_proof(current_member, qualification)
    form = FilesForm()
    if form.validate_on_submit():
        with form.blame("files"):
            pages = _pages(form, own.live, DocumentKind.CERTIFICATE)
            kept = service.add_pages(current_member, DocumentKind.CERTIFICATE, pages, qualification)
            _is_handed_in(form, kept)
            return redirect(url_for(".proof", qualification_id=qualification_id))
    return render_template(
        "verification/proof.html", form=form, own=own, qualification=qualification, due_at=deadlines.due_at(now())
    ), form.status


@bp.get("/settings/identity/pages/<int:document_id>")
def page(document_id: int) -> Response:
    """Return a page that was uploaded and not handed in yet, to whose it is."""
    document = queries.own_document(current_member, document_id)
    if not document.is_kept or document.verification.state is not VerificationState.DRAFT:
        raise NotFound
    return Response(papers.opened(document), mimetype=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


@bp.post("/settings/identity/pages/<int:document_id>/remove")
def remove_page(document_id: int) -> ResponseReturnValue:
    """Take a page away again: it is destroyed."""
    document = queries.own_document(current_member, document_id)
    service.remove_page(current_member, document.verification, document)
    flash(_("画像を取り消しました。すぐに消去します。"), "ok")
    return redirect(_place_of(document.verification))


@bp.route("/settings/identity/<int:verification_id>/withdraw", methods=["GET", "POST"])
def withdraw(verification_id: int) -> ResponseReturnValue:
    """Ask whether papers are to be taken back, and take them back: they are destroyed."""
    verification = queries.own_verification(current_member, verification_id)
    if not verification.is_live:
        raise Conflict(_("この書類は、すでに判断されたか、取り下げられています。"))
    form = DeedForm()
    if form.validate_on_submit():
        with form.blame("go"):
            service.withdraw(current_member, verification)
            flash(_("書類を取り下げました。すぐに廃棄します。"), "ok")
            return redirect(_place_of(verification))
    return render_template(
        "verification/withdraw.html", form=form, verification=verification, back=_place_of(verification)
    ), form.status


@bp.get("/settings/identity/receipts/<int:document_id>")
@readable_while_suspended
def receipt(document_id: int) -> Response:
    """Hand out the 廃棄証明 of a page as a file that anybody can check without us."""
    document = queries.own_document(current_member, document_id)
    if document.leaf_index is None or document.record is None:
        raise NotFound
    file = receipt_for(document.leaf_index, record=document.record, salt=document.salt)
    name = f"musubi-receipt-{document.leaf_index}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(file, mimetype="application/json", headers=headers)


def _pages(form: FilesForm, live: Verification | None, kind: DocumentKind) -> list[bytes]:
    """Decode what was chosen before anything is written, and nothing where there is no room for it."""
    if live is not None and live.state is VerificationState.WAITING:
        raise Conflict(_("提出した書類を事務局が確認しています。取り下げると、新しく送れます。"))
    for _file in form.files.data or []:
        limits.check(limits.Action.UPLOAD, account=current_member.id)
    return form.pages(kind.pages[1])


def _is_handed_in(form: FilesForm, verification: Verification) -> bool:
    """Hand the papers in if the page that was sent has shown all of them; otherwise they are kept and shown first."""
    if form.checked.data != "yes" and any(form.files.data or []):
        flash(_("まだ提出していません。画像を確かめて、もう一度「アップロードする」を押してください。"), "info")
        return False
    try:
        service.hand_in(current_member, verification)
    except Invalid as error:
        flash(error.sentence, "warn")
        return False
    if verification.due_at is not None:
        flash(_("書類をお預かりしました。%(moment)sまでに確認します。", moment=exact(verification.due_at)), "ok")
    return True


def _place_of(verification: Verification) -> str:
    if verification.kind is not DocumentKind.CERTIFICATE:
        return url_for(".identity")
    if verification.qualification_id is None:
        return url_for("careers.qualifications")
    return url_for(".proof", qualification_id=verification.qualification_id)

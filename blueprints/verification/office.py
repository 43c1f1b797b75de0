"""The moderators' pages for papers: the queue by due time, opening what one took, and deciding."""

from datetime import timedelta

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, moderators_only
from blueprints.verification.forms import ApprovalForm, ReturnForm
from blueprints.verification.routes import bp
from marketplace import calendar, marking
from marketplace.addresses import find_prefecture
from marketplace.careers import queries as careers
from marketplace.clock import now, today
from marketplace.errors import Conflict, require
from marketplace.i18n import _
from marketplace.papers import CONTENT_TYPE
from marketplace.profiles import queries as profiles
from marketplace.profiles.models import PersonalDetails
from marketplace.verification import deadlines, papers, policy, queries, service
from marketplace.verification.models import DocumentKind, Verification, VerificationState
from marketplace.verification.queries import Desk


@bp.get("/moderation/identity")
@moderators_only
def identity_queue() -> str:
    """Show the papers of identity that wait, the first due first."""
    return _queue(is_proof=False)


@bp.get("/moderation/certificates")
@moderators_only
def certificate_queue() -> str:
    """Show the certificates of qualifications that wait, the first due first."""
    return _queue(is_proof=True)


@bp.post("/moderation/identity/<int:verification_id>/take")
@moderators_only
def take(verification_id: int) -> ResponseReturnValue:
    """Hold papers for a quarter of an hour: 確認をはじめる, 続きを見る."""
    service.take(current_member, queries.get_for(current_member, verification_id))
    return redirect(url_for(".review", verification_id=verification_id))


@bp.post("/moderation/identity/<int:verification_id>/look")
@moderators_only
def look(verification_id: int) -> ResponseReturnValue:
    """Open the pictures: the look is recorded, and the member is shown it."""
    service.look(current_member, queries.get_for(current_member, verification_id))
    return redirect(url_for(".review", verification_id=verification_id))


@bp.get("/moderation/identity/<int:verification_id>")
@moderators_only
def review(verification_id: int) -> str:
    """Show papers to who took them: the pictures once they are opened, beside what they are compared with."""
    return _page(_held(verification_id))


@bp.post("/moderation/identity/<int:verification_id>/approve")
@moderators_only
def approve(verification_id: int) -> ResponseReturnValue:
    """Say that the papers show what the member says of themselves."""
    found = _held(verification_id)
    form = _approval(found, profiles.own(found.member).details)
    if form.validate_on_submit():
        with form.blame("approve"):
            address = form.address_matches.data if "address_matches" in form else None
            service.approve(current_member, found, form.declared.data, address)
            return _decided(found, _("確認済みにして、本人に伝えました。書類は廃棄されます。"))
    if form.status == Conflict.status:
        # What was compared is not what is there now.
        form.begin_anew(queries.declared(found))
    return _page(found, approval=form), form.status


@bp.post("/moderation/identity/<int:verification_id>/return")
@moderators_only
def send_back(verification_id: int) -> ResponseReturnValue:
    """Say why the papers do not do."""
    found = queries.get_for(current_member, verification_id)
    form = ReturnForm()
    if found.is_free(now()):
        # What was written is not lost with the quarter of an hour.
        return _page(found, returning=form), Conflict.status
    require(policy.can_decide(current_member, found) or found.state is not VerificationState.WAITING, _not_held())
    if form.validate_on_submit():
        with form.blame("sentence"):
            service.send_back(current_member, found, form.reason.data, form.sentence.data)
            return _decided(found, _("差し戻して、本人に理由を伝えました。書類は廃棄されます。"))
    return _page(found, returning=form), form.status


@bp.get("/moderation/identity/<int:verification_id>/pages/<int:position>")
@moderators_only
def picture(verification_id: int, position: int) -> Response:
    """Return a page, marked with who looks and when, to who has opened the papers."""
    found = queries.get_for(current_member, verification_id)
    data = papers.opened(queries.page_for(current_member, found, position))
    words = marking.words_for(current_member.nickname, current_member.username, now())
    marked = marking.marked(data, CONTENT_TYPE, words)
    return Response(marked, mimetype=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def _queue(*, is_proof: bool) -> str:
    desk = request.args.get("desk", "")
    chosen = Desk(desk) if desk in set(Desk) else Desk.ALL
    return render_template(
        "verification/queue.html",
        page=queries.queue(current_member, is_proof, chosen, request.args.get("after")),
        counts=queries.workload(current_member, is_proof),
        median=queries.median_business_days(),
        yesterday=calendar.holiday_on(today() - timedelta(days=1)),
        desk=chosen,
        is_proof=is_proof,
        business_days_until=lambda due: deadlines.business_days_between(now(), due),
        hours_until=lambda due: max(int((due - now()).total_seconds() // 3600), 0),
        endpoint=".certificate_queue" if is_proof else ".identity_queue",
    )


def _held(verification_id: int) -> Verification:
    """Return papers that were handed in; of the undecided ones only those that the moderator holds."""
    found = queries.get_for(current_member, verification_id)
    if found.state is VerificationState.WAITING:
        require(policy.can_look(current_member, found), _not_held())
    return found


def _not_held() -> str:
    return _("担当していない書類です。一覧から「確認をはじめる」を押してください。")


def _page(found: Verification, *, approval: ApprovalForm | None = None, returning: ReturnForm | None = None) -> str:
    is_open = queries.has_open(current_member, found)
    is_proof = found.kind is DocumentKind.CERTIFICATE
    details = profiles.own(found.member).details
    return render_template(
        "verification/review.html",
        verification=found,
        is_open=is_open,
        details=details,
        address=_address(details),
        qualification=careers.find_qualification(found.qualification_id),
        approval=approval or _approval(found, details, queries.declared(found)),
        returning=returning or ReturnForm(),
        back=url_for(".certificate_queue" if is_proof else ".identity_queue"),
        is_proof=is_proof,
    )


def _approval(found: Verification, details: PersonalDetails, declared: str = "") -> ApprovalForm:
    qualification = careers.find_qualification(found.qualification_id)
    return ApprovalForm(found.kind, declared, bool(_address(details)), qualification)


def _address(details: PersonalDetails) -> str:
    prefecture = find_prefecture(details.prefecture or "")
    town = (prefecture.name if prefecture else "") + details.city
    code = details.postal_code
    return " ".join(filter(None, [f"〒{code[:3]}-{code[3:]}" if code else "", town, details.street]))


def _decided(found: Verification, sentence: str) -> ResponseReturnValue:
    flash(sentence, "ok")
    is_proof = found.kind is DocumentKind.CERTIFICATE
    return redirect(url_for(".certificate_queue" if is_proof else ".identity_queue"))

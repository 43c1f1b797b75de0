"""The review of a contract below /contracts, and for everybody all of a worker, a team, or the poster of a job."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, public, viewer
from blueprints.reviews.forms import ReplyForm, ReviewForm
from marketplace.clock import now, today
from marketplace.contracts import queries as contracts
from marketplace.contracts.models import Contract, Review, ReviewSide
from marketplace.contracts.models.reviews import reveal_day_of
from marketplace.contracts.policy import reviews as policy
from marketplace.contracts.queries import reviews as queries
from marketplace.contracts.service import reviews as service
from marketplace.errors import Conflict, NotFound
from marketplace.i18n import _
from marketplace.jobs import queries as jobs
from marketplace.profiles import queries as profiles
from marketplace.teams import queries as teams

bp = Blueprint("reviews", __name__)


@bp.route("/contracts/<int:contract_id>/review", methods=["GET", "POST"])
def write(contract_id: int) -> ResponseReturnValue:
    """Show what both said as far as it is revealed; let a party say it, and say it otherwise until then."""
    contract = _completed(contract_id)
    pair = queries.pair_of(current_member, contract)
    own, may_write = pair.own, pair.own is None or policy.can_change(current_member, pair.own)
    reveal_day = reveal_day_of(contract.completed_at or now())
    form = ReviewForm(
        queries.side_of(contract, current_member), own, draft_at=url_for(".write", contract_id=contract.id)
    )
    if request.method == "POST" and own is not None and form.version.number == 0:
        # Pressed twice, or from a page that was opened before it was written: it is there.
        return redirect(url_for(".write", contract_id=contract.id))
    if form.is_submitted() and not may_write:
        form.refuse("text", Conflict(_("書きなおす前に公開されたため、いま送った内容は反映されていません。")))
    if may_write and form.validate_on_submit():
        with form.blame("text"):
            return _said(contract, own, form)
    return render_template(
        "reviews/write.html",
        contract=contract,
        pair=pair,
        form=form,
        may_write=may_write,
        may_reply=pair.others is not None and policy.can_reply(current_member, pair.others),
        other=contract.worker if contract.client_id == current_member.id else contract.client,
        reveal_day=reveal_day,
        is_late=reveal_day <= today(),
        times=queries.times_together(contract.client_id, contract.worker_id),
    ), form.status


@bp.route("/contracts/<int:contract_id>/review/reply", methods=["GET", "POST"])
def reply(contract_id: int) -> ResponseReturnValue:
    """Ask for an answer to what was said, and publish it."""
    contract = _completed(contract_id)
    review = queries.get_received(current_member, contract)
    form = ReplyForm(draft_at=url_for(".reply", contract_id=contract.id))
    if not policy.can_reply(current_member, review):
        if form.text.data in {None, "", review.reply} or not form.is_submitted():
            return redirect(url_for(".write", contract_id=contract.id))
        form.refuse("text", Conflict(_("ほかの画面で先に返信したため、いま送った内容は公開されていません。")))
    elif form.validate_on_submit():
        with form.blame("text"):
            service.reply(current_member, review, form.text.data)
            flash(_("返信を公開しました。"), "ok")
            return redirect(url_for(".write", contract_id=contract.id))
    may_reply = policy.can_reply(current_member, review)
    return render_template(
        "reviews/reply.html", contract=contract, review=review, form=form, may_reply=may_reply
    ), form.status


@bp.get("/workers/<username>/reviews")
@public
def index(username: str) -> str:
    """Show all that clients said of a worker."""
    member, side = profiles.face_of(viewer(), username).member, ReviewSide.BY_CLIENT
    return render_template(
        "reviews/index.html",
        title=_("%(name)sさんの評価", name=member.nickname),
        back=(member.nickname, url_for("profiles.show", username=username)),
        here=url_for(".index", username=username),
        reputation=queries.reputation_of(viewer(), member, side),
        page=queries.reviews_about(viewer(), member, side, request.args.get("cursor")),
    )


@bp.get("/teams/<slug>/reviews")
@public
def of_team(slug: str) -> str:
    """Show all that clients said of a team."""
    team = teams.get_for(viewer(), slug)
    return render_template(
        "reviews/index.html",
        title=_("「%(name)s」の評価", name=team.name),
        back=(team.name, url_for("teams.show", slug=slug)),
        here=url_for(".of_team", slug=slug),
        reputation=queries.reputation_of_team(viewer(), team),
        page=queries.reviews_about_team(viewer(), team, request.args.get("cursor")),
    )


@bp.get("/jobs/<int:job_id>/reviews")
@public
def of_poster(job_id: int) -> str:
    """Show all that workers said of who posted a job: as a client they have no other page."""
    job, side = jobs.get_for(viewer(), job_id), ReviewSide.BY_WORKER
    return render_template(
        "reviews/index.html",
        title=_("募集者の評価"),
        back=(job.title, url_for("jobs.show", job_id=job_id)),
        here=url_for(".of_poster", job_id=job_id),
        job_id=job_id,
        reputation=queries.reputation_of(viewer(), job.poster, side),
        page=queries.reviews_about(viewer(), job.poster, side, request.args.get("cursor")),
    )


def _completed(contract_id: int) -> Contract:
    """The contract, for a party of it; before its completion there is no such page."""
    contract = contracts.get_for(current_member, contract_id)
    if not policy.can_write(current_member, contract):
        raise NotFound(_("評価は、取引が完了してから、取引をした二人が書けます。"))
    return contract


def _said(contract: Contract, own: Review | None, form: ReviewForm) -> ResponseReturnValue:
    if own is None:
        review = service.write(current_member, contract, form.words)
        shown = (
            _("評価を公開しました。")
            if review.is_revealed
            else _("評価を受け取りました。公開されるまで、書きなおせます。")
        )
        flash(shown, "ok")
    else:
        service.change(current_member, own, form.words, form.version.number)
        flash(_("評価を書きなおしました。"), "ok")
    return redirect(url_for(".write", contract_id=contract.id))

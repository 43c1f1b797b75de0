"""機密保持確認 below /settings/confidentiality, and the text of the pledge for everybody."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, public
from blueprints.forms import DeedForm
from blueprints.pledges.forms import AnswerForm, SignatureForm
from marketplace import limits
from marketplace.clock import today
from marketplace.i18n import _
from marketplace.pledges import policy, queries, service, wording
from marketplace.pledges.models import Pledge

bp = Blueprint("pledges", __name__)


@bp.get("/confidentiality/<slug>")
@public
def text(slug: str) -> str:
    """Show what was pledged, to whoever sees a badge."""
    return render_template("pledges/text.html", wording=wording.wording_at(slug))


@bp.get("/settings/confidentiality")
def index() -> str:
    """Show where the member stands, the next step, and what was signed so far."""
    history = queries.history_of(current_member)
    return render_template(
        "pledges/index.html",
        history=history,
        last_day=queries.last_day(current_member),
        next_step=_next_step(),
        wording=wording.current(),
        may_withdraw=bool(history) and policy.can_withdraw(current_member, history[0]),
    )


@bp.route("/settings/confidentiality/text", methods=["GET", "POST"])
def read() -> ResponseReturnValue:
    """Show the pledge, and note that it was read to the end."""
    form = DeedForm()
    if form.validate_on_submit():
        with form.blame("go"):
            service.finish_reading(current_member)
            return redirect(url_for(".check"))
    may_begin = policy.can_finish_reading(current_member)
    shown = {"wording": wording.current(), "may_begin": may_begin, "progress": queries.progress_of(current_member)}
    return render_template("pledges/read.html", form=form, **shown), form.status


@bp.route("/settings/confidentiality/check", methods=["GET", "POST"])
def check() -> ResponseReturnValue:
    """Ask one question after the other; what is answered wrongly is explained and asked again."""
    progress = queries.progress_of(current_member)
    if progress is None or not policy.can_answer(current_member, progress):
        return redirect(url_for(".index"))
    if progress.passed_at is not None:
        return redirect(url_for(".sign"))
    number, questions = progress.answered, wording.current().questions
    question, is_wrong = questions[number], False
    form = AnswerForm(number, question)
    if form.number.data != str(number):
        return redirect(url_for(".check"))
    if form.validate_on_submit():
        with form.blame("choice"):
            is_wrong = not service.answer(current_member, number, int(form.choice.data))
            if not is_wrong:
                flash(_("正解です。%(why)s", why=question.why), "ok")
                return redirect(url_for(".check"))
    shown = {"question": question, "number": number, "total": len(questions), "is_wrong": is_wrong}
    return render_template("pledges/check.html", form=form, progress=progress, **shown), form.status


@bp.route("/settings/confidentiality/sign", methods=["GET", "POST"])
def sign() -> ResponseReturnValue:
    """Ask for the name, and sign."""
    progress = queries.progress_of(current_member)
    if not policy.can_sign(current_member, progress):
        return redirect(url_for(".index"))
    form = SignatureForm()
    if form.validate_on_submit():
        with form.blame("name"):
            limits.check(limits.Action.PLEDGE, account=current_member.id)
            service.sign(current_member, form.name.data)
            flash(_("署名しました。プロフィールに「機密保持確認済み」と表示されます。"), "ok")
            return redirect(url_for(".index"))
    shown = {"wording": wording.current(), "day": today()}
    return render_template("pledges/sign.html", form=form, progress=progress, **shown), form.status


@bp.route("/settings/confidentiality/withdraw", methods=["GET", "POST"])
def withdraw() -> ResponseReturnValue:
    """Say what withdrawing means, and do it."""
    if not policy.can_withdraw(current_member, queries.find_signed(current_member)):
        return redirect(url_for(".index"))
    form = DeedForm()
    if form.validate_on_submit():
        with form.blame("go"):
            limits.check(limits.Action.PLEDGE, account=current_member.id)
            service.withdraw(current_member)
            flash(_("誓約を取り下げました。"), "ok")
            return redirect(url_for(".index"))
    return render_template("pledges/withdraw.html", form=form), form.status


@bp.get("/settings/confidentiality/<int:pledge_id>/receipt")
def receipt(pledge_id: int) -> Response:
    """Hand out what was signed, with the proof that it is in the public log."""
    pledge = queries.get_for(current_member, pledge_id)
    return _file(queries.receipt_of(pledge), pledge, "pledge")


@bp.get("/settings/confidentiality/<int:pledge_id>/withdrawal")
def withdrawal(pledge_id: int) -> Response:
    """Hand out the proof that it was withdrawn."""
    pledge = queries.get_for(current_member, pledge_id)
    return _file(queries.withdrawal_receipt_of(pledge), pledge, "withdrawal")


def _next_step() -> str:
    """The endpoint at which to go on, or nothing while nothing is to be done."""
    progress = queries.progress_of(current_member)
    if policy.can_sign(current_member, progress):
        return "pledges.sign"
    if policy.can_answer(current_member, progress):
        return "pledges.check"
    return "pledges.read" if policy.can_finish_reading(current_member) else ""


def _file(content: bytes, pledge: Pledge, name: str) -> Response:
    filename = f"musubi-{name}-{wording.VERSIONS.get(pledge.text_version, 'old')}-{pledge.id}.json"
    headers = {"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "no-store"}
    return Response(content, mimetype="application/json", headers=headers)

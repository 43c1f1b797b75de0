"""2段階認証: setting up an app, its recovery codes, and turning it off; all below /settings/account."""

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from blueprints.access import current_member, current_session, local_path
from blueprints.accounts import security
from blueprints.accounts.forms import CurrentPasswordForm, NumberForm, PasswordAndCodeForm, ProofForm
from blueprints.accounts.routes import bp
from blueprints.accounts.settings import count_password
from marketplace import limits
from marketplace.accounts import passwords, queries, second_factors, service
from marketplace.clock import now, today
from marketplace.i18n import _
from marketplace.limits import Action


@bp.route("/settings/account/second-factor", methods=["GET", "POST"])
def second_factor() -> ResponseReturnValue:
    """Ask for the password, then keep a new secret in the cookie, sealed, until a number has confirmed it."""
    if queries.has_second_factor(current_session.account):
        return redirect(url_for(".account"))
    form = CurrentPasswordForm()
    if form.validate_on_submit():
        with form.blame("password"):
            count_password()
            session["setting_up"] = {
                "secret": service.begin_second_factor(current_member, form.password.data),
                "until": (now() + second_factors.SET_UP_WITHIN).timestamp(),
            }
            return redirect(url_for(".turn_on_second_factor"))
    return render_template("accounts/second_factor.html", form=form), form.status


@bp.route("/settings/account/second-factor/turn-on", methods=["GET", "POST"])
def turn_on_second_factor() -> ResponseReturnValue:
    """Show the QR code; the app's first number turns the second factor on and shows the recovery codes, once."""
    secret = _being_set_up()
    if secret is None and queries.has_second_factor(current_session.account):
        # The page of the codes was loaded again, or its answer was lost on the way.
        flash(_("2段階認証は、もう設定してあります。復旧コードを控えていないときは、作りなおしてください。"), "warn")
        return redirect(url_for(".account"))
    if secret is None:
        flash(_("もう一度、パスワードから設定してください。"), "warn")
        return redirect(url_for(".second_factor"))
    form = NumberForm()
    if form.validate_on_submit():
        with form.blame("number"):
            _count_code()
            codes = service.turn_on_second_factor(current_member, secret, form.number.data)
            session.pop("setting_up")
            return _codes(_("2段階認証を設定しました"), codes)
    page = render_template(
        "accounts/turn_on_second_factor.html",
        form=form,
        picture=_drawn(second_factors.address_for_apps(secret, current_member.username)),
        secret=second_factors.readable(secret),
    )
    return page, form.status


@bp.route("/settings/account/second-factor/recovery-codes", methods=["GET", "POST"])
def renew_recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them, once."""
    form = PasswordAndCodeForm()
    if form.validate_on_submit():
        with form.blame("code"), form.blame("password", passwords.Wrong):
            count_password()
            _count_code()
            codes = service.renew_recovery_codes(current_member, form.password.data, form.code.data)
            return _codes(_("復旧コードを作りなおしました"), codes)
    return _settings_page("accounts/renew_recovery_codes.html", form)


@bp.route("/settings/account/second-factor/turn-off", methods=["GET", "POST"])
def turn_off_second_factor() -> ResponseReturnValue:
    """Ask for the password alone from now on."""
    form = PasswordAndCodeForm()
    if form.validate_on_submit():
        with form.blame("code"), form.blame("password", passwords.Wrong):
            count_password()
            _count_code()
            service.turn_off_second_factor(current_member, form.password.data, form.code.data)
            flash(_("2段階認証をやめました。"))
            return redirect(url_for(".account"))
    return _settings_page("accounts/turn_off_second_factor.html", form)


def _settings_page(template: str, form: PasswordAndCodeForm) -> ResponseReturnValue:
    if request.method == "GET" and not queries.has_second_factor(current_session.account):
        return redirect(url_for(".second_factor"))
    return render_template(template, form=form), form.status


def _codes(title: str, codes: list[str]) -> ResponseReturnValue:
    """Answer the press itself: what is shown once may not wait anywhere for another request."""
    username, made_on = current_member.username, today().isoformat()
    heading = _("結びの復旧コード(ユーザー名 %(name)s、%(day)s)", name=username, day=made_on)
    text = "\n".join((heading, request.host, "", *codes, ""))
    shown = {"codes": codes, "username": username, "made_on": made_on, "text": text}
    return render_template("accounts/recovery_codes.html", title=title, **shown)


def _being_set_up() -> str | None:
    """Return the secret that this browser's session was given for the password a moment ago."""
    kept = session.get("setting_up")
    return kept["secret"] if kept and now().timestamp() < kept["until"] else None


def _drawn(address: str) -> Markup:
    # The library costs 0.1 s to import: only those who set up an app pay for it.
    import segno

    drawing = segno.make_qr(address, error="m").svg_inline(border=4, omitsize=True, dark="#000", light="#fff")
    return Markup(drawing)  # noqa: S704 - squares of the library's


def _count_code() -> None:
    """Trying a number here is trying one at the sign-in, too."""
    limits.check(Action.SECOND_FACTOR, account=security.counted_as(current_session.account.email))


@bp.route("/settings/account/second-factor/prove", methods=["GET", "POST"])
def prove() -> ResponseReturnValue:
    """Ask for a number of the app or a recovery code once more, then go on to where it was needed."""
    if not queries.has_second_factor(current_session.account):
        abort(404)
    form = ProofForm(next=request.args.get("next"))
    if form.validate_on_submit():
        with form.blame(form.answered.name):
            _count_code()
            service.prove(current_member, current_session, form.answered.data)
            return redirect(local_path(form.next.data))
    return render_template("accounts/prove.html", form=form), form.status

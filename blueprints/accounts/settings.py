"""メールアドレス・パスワード: the sheets of /settings/account."""

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import refresh

from blueprints.access import current_member, current_session
from blueprints.accounts import security
from blueprints.accounts.forms import DisplayForm, EmailChangeForm, PasswordForm
from blueprints.accounts.routes import bp
from marketplace import limits
from marketplace.accounts import devices, passwords, queries, service, sessions
from marketplace.i18n import _
from marketplace.limits import Action

SESSIONS_SHOWN = 50


@bp.get("/settings/account")
def account() -> ResponseReturnValue:
    """Show address, password, language and devices."""
    return _page()


@bp.post("/settings/account/email")
def change_email() -> ResponseReturnValue:
    """Send a link to the new address, which counts once its link is opened."""
    form = EmailChangeForm()
    if form.validate_on_submit():
        with form.blame("email"), form.blame("password", passwords.Wrong):
            count_password()
            limits.check(Action.EMAIL_CHANGE, account=current_member.id)
            service.request_email_change(current_member, form.email.data, form.password.data)
            flash(_("新しいメールアドレスに確認のメールを送りました。24時間のうちに開いてください。"))
            return redirect(url_for(".account"))
    return _page(email_form=form)


@bp.post("/settings/account/password")
def change_password() -> ResponseReturnValue:
    """Set a new password; every other device is signed out."""
    form = _password_form()
    if form.validate_on_submit():
        with (
            form.blame("current_password"),
            form.blame("new_password", passwords.Weak),
            form.blame("current_password", passwords.Wrong),
        ):
            count_password()
            current, new = form.current_password.data, form.new_password.data
            service.change_password(current_member, current, new, security.this_secret())
            security.renew()
            flash(_("パスワードを更新し、ほかの端末をログアウトさせました。"))
            return redirect(url_for(".account"))
    return _page(password_form=form)


@bp.post("/settings/account/display")
def set_display() -> ResponseReturnValue:
    """Speak another language, and say moments as another place does."""
    form = DisplayForm()
    if form.validate_on_submit():
        with form.blame("time_zone"):
            service.set_display(current_member, form.language.data, form.time_zone.data)
            # Also for when nobody is signed in here.
            session["language"] = form.language.data
            refresh()
            flash(_("表示を変更しました。"))
            return redirect(url_for(".account"))
    return _page(display_form=form)


@bp.post("/settings/account/sessions/<int:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one device out; for this one that is the sign-out."""
    if session_id == current_session.id:
        security.end()
        flash(_("ログアウトしました。"))
        return redirect(url_for("home.index"))
    service.end_session(current_member, session_id)
    flash(_("端末をログアウトさせました。"))
    return redirect(url_for(".account"))


@bp.post("/settings/account/sessions/end-others")
def end_other_sessions() -> ResponseReturnValue:
    """Sign every other device out."""
    service.end_other_sessions(current_member, security.this_secret() or "")
    flash(_("ほかの端末をすべてログアウトさせました。"))
    return redirect(url_for(".account"))


def _page(
    email_form: EmailChangeForm | None = None,
    password_form: PasswordForm | None = None,
    display_form: DisplayForm | None = None,
) -> ResponseReturnValue:
    sent = email_form or password_form or display_form
    account = current_session.account
    listed = sessions.sessions_of(account, current_session.id, SESSIONS_SHOWN + 1)
    page = render_template(
        "accounts/account.html",
        email=account.email,
        pending_email=queries.pending_email(account),
        sessions=listed[:SESSIONS_SHOWN],
        has_more_sessions=len(listed) > SESSIONS_SHOWN,
        second_factor=queries.second_factor_of(account),
        current=current_session.id,
        in_words=devices.in_words,
        email_form=email_form or EmailChangeForm(formdata=None),
        password_form=password_form or PasswordForm(formdata=None),
        display_form=display_form or DisplayForm(formdata=None, obj=current_member),
        **({"form": sent} if sent else {}),
    )
    return page, sent.status if sent else 200


def _password_form() -> PasswordForm:
    return PasswordForm(current_member.username, current_session.account.email)


def count_password() -> None:
    """Trying the current password here is trying a password, too."""
    limits.check(Action.SIGN_IN, account=f"member {current_member.id}")

"""Becoming a member, signing in and out, and the links of mails."""

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge, Unauthorized

from blueprints import carrying
from blueprints.access import local_path, only_page, page_left_to, public, viewer
from blueprints.accounts import security
from blueprints.accounts.forms import ButtonForm, EmailForm, LoginForm, NewPasswordForm, RegisterForm, SecondStepForm
from marketplace import limits
from marketplace.accounts import passwords, policy, queries, service, tokens
from marketplace.accounts.models import EMAIL_LENGTH, Account
from marketplace.accounts.tokens import Purpose
from marketplace.errors import Invalid, NotFound
from marketplace.i18n import _, current_language
from marketplace.limits import Action
from marketplace.profiles import service as profiles

bp = Blueprint("accounts", __name__)


@bp.after_request
def keep_out_of_caches(response: Response) -> Response:
    """Addresses with tokens, and pages that show an address, are nobody else's business."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.app_errorhandler(Unauthorized)
def ask_to_sign_in_again(error: Unauthorized) -> ResponseReturnValue:
    """Answer with the sign-in, and carry what was typed through it."""
    try:
        carried = carrying.typed_fields()
    except RequestEntityTooLarge as too_large:
        # Whoever goes back finds the form as it was; the sign-in would come without it.
        return current_app.handle_user_exception(too_large)
    form = LoginForm(formdata=None, next=carrying.form_path(), carried=carried)
    return render_template("errors/401.html", form=form), 401


@bp.route("/register", methods=["GET", "POST"])
@public
def register() -> ResponseReturnValue:
    """Ask for name, address and password; nothing tells whether the address is known."""
    if viewer():
        return redirect(url_for("home.index"))
    form = RegisterForm()
    if form.validate_on_submit():
        with form.blame("username"), form.blame("password", passwords.Weak):
            limits.check(Action.REGISTER, account=form.email.data, address=request.remote_addr)
            password = form.password.data
            session["held"] = service.register(form.username.data, form.email.data, password, current_language())
            session["registering"] = form.email.data
            return redirect(url_for(".register_sent"))
    return render_template("accounts/register.html", form=form), form.status


@bp.get("/register/sent")
@public
def register_sent() -> ResponseReturnValue:
    """Say that a mail is on its way, and send it again if wanted."""
    return _sent_page(EmailForm(email=session.get("registering")))


@bp.post("/register/resend")
@public
def resend() -> ResponseReturnValue:
    """Send the mail again, to a mended address if this browser began the registration; no answer tells of others."""
    form = EmailForm()
    if form.validate_on_submit():
        with form.blame("email"):
            limits.check(Action.RESEND, account=form.email.data, address=request.remote_addr)
            session["registering"] = form.email.data
            if proof := service.readdress(session.get("held", ""), form.email.data):
                session["held"] = proof
                flash(_("確認のメールを送りました。24時間のうちに開いてください。"))
            else:
                service.resend(form.email.data)
                flash(_("このアドレスで登録の途中なら、確認のメールを送りました。"))
            return redirect(url_for(".register_sent"))
    return _sent_page(form)


@bp.route("/register/confirm/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> ResponseReturnValue:
    """Show one button; pressing it makes the member."""
    form = ButtonForm()
    try:
        asked = queries.registration_by(token)
        if form.validate_on_submit():
            profiles.begin(service.confirm(token))
            session.pop("registering", None)
            session.pop("held", None)
            flash(_("会員登録が完了しました。ログインしてください。"))
            return redirect(url_for(".login"))
    except NotFound as error:
        return _ended(error, url_for(".register"), _("会員登録をやりなおす"))
    return render_template("accounts/confirm.html", form=form, asked=asked), form.status


@bp.route("/login", methods=["GET", "POST"])
@public
def login() -> ResponseReturnValue:
    """Sign in, and go on where one was sent away; a link may name the address."""
    if request.method == "GET" and (page := only_page()):
        return redirect(url_for(page))
    if viewer() and request.method == "GET":
        return redirect(local_path(request.args.get("next")))
    form = LoginForm(next=request.args.get("next", ""), email=request.args.get("email", "")[:EMAIL_LENGTH])
    if form.validate_on_submit():
        with form.blame("password"):
            return _sign_in(form)
    return render_template("accounts/login.html", form=form), form.status


@bp.route("/login/second-step", methods=["GET", "POST"])
@public
def second_step() -> ResponseReturnValue:
    """Take a number of the app or a recovery code: only now a session begins."""
    if request.method == "GET":
        return redirect(url_for(".login"))
    form = SecondStepForm()
    try:
        account = queries.account_in_second_step(form.passed.data or "")
        if form.validate():
            with form.blame(form.answered.name):
                return _complete_sign_in(form, account)
    except NotFound as error:
        return _from_the_start(form, error)
    return render_template("accounts/second_step.html", form=form), form.status


@bp.post("/logout")
@public
def logout() -> ResponseReturnValue:
    """Sign out; doing it twice is doing it once."""
    security.end()
    flash(_("ログアウトしました。"))
    return redirect(url_for("home.index"))


@bp.route("/password/forgot", methods=["GET", "POST"])
@public
def forgot() -> ResponseReturnValue:
    """Send a link that sets a new password; nothing tells whether the address is known."""
    form = EmailForm()
    if form.validate_on_submit():
        with form.blame("email"):
            limits.check(Action.RESET, account=form.email.data, address=request.remote_addr)
            service.request_password_reset(form.email.data)
            return redirect(url_for(".forgot_sent"))
    return render_template("accounts/forgot.html", form=form), form.status


@bp.get("/password/forgot/sent")
@public
def forgot_sent() -> ResponseReturnValue:
    """Say that a mail is on its way."""
    return render_template("accounts/forgot_sent.html")


@bp.get("/password/reset/<token>")
@public
def reset_link(token: str) -> ResponseReturnValue:
    """Take the token out of the address, so that it stands in no history and no referrer (reliability.md A7)."""
    try:
        queries.account_by(token)
    except NotFound as error:
        return _ended(error, url_for(".forgot"), _("メールを送りなおす"))
    session["reset"] = token
    return redirect(url_for(".reset"))


@bp.route("/password/reset", methods=["GET", "POST"])
@public
def reset() -> ResponseReturnValue:
    """Set a new password by the link that was opened in this browser; every session ends."""
    form = NewPasswordForm()
    token = session.get("reset", "")
    try:
        account = queries.account_by(token)
        if form.validate_on_submit():
            with form.blame("password", passwords.Weak):
                service.reset_password(token, form.password.data)
                security.end()
                flash(_("新しいパスワードを設定しました。ログインしてください。"))
                return redirect(url_for(".login"))
    except NotFound as error:
        return _ended(error, url_for(".forgot"), _("メールを送りなおす"))
    return render_template("accounts/reset.html", form=form, username=account.member.username), form.status


@bp.route("/email/confirm/<token>", methods=["GET", "POST"])
@public
def confirm_email(token: str) -> ResponseReturnValue:
    """Show one button; pressing it makes the new address count."""
    form = ButtonForm()
    try:
        change = queries.email_change_by(token)
        if form.validate_on_submit():
            service.confirm_email_change(token, viewer(), security.this_secret())
            flash(_("メールアドレスを変更しました。もとのアドレスからは、7日のあいだ取り消せます。"))
            return redirect(url_for(".account") if viewer() else url_for(".login"))
    except NotFound as error:
        return _ended(error, url_for(".account"), _("メールアドレスの設定を開く"))
    is_for_viewer = policy.can_confirm_email_change(viewer(), change)
    return render_template("accounts/confirm_email.html", form=form, change=change, is_for_viewer=is_for_viewer), 200


@bp.route("/email/undo/<token>", methods=["GET", "POST"])
@public
def undo_email(token: str) -> ResponseReturnValue:
    """Show one button; pressing it gives the account its old address back."""
    form = ButtonForm()
    try:
        change = queries.undo_by(token)
        if form.validate_on_submit():
            service.undo_email_change(token)
            security.end()
            flash(_("もとのメールアドレスに戻し、すべての端末をログアウトさせました。"))
            flash(_("変更に心当たりがないときは、ここでパスワードも新しくしてください。"), "warn")
            return redirect(url_for(".forgot"))
    except NotFound as error:
        return _ended(error, url_for(".forgot"), _("パスワードを再設定する"))
    return render_template("accounts/undo_email.html", form=form, change=change), form.status


def _sent_page(form: EmailForm) -> ResponseReturnValue:
    is_held = queries.find_held_registration(session.get("held", "")) is not None
    return render_template("accounts/register_sent.html", form=form, is_held=is_held), form.status


def _sign_in(form: LoginForm) -> ResponseReturnValue:
    email = form.email.data
    limits.check(Action.SIGN_IN, account=security.counted_as(email), address=request.remote_addr)
    found = service.sign_in(email, form.password.data, security.device(), request.remote_addr or "")
    if found is None:
        raise Invalid(_("メールアドレスとパスワードの組み合わせを確かめてください。"))
    account, secret = found
    if secret is None:
        return _ask_for_second_step(account, form)
    return _go_on(account, secret, local_path(form.next.data), form.carried.data or "")


def _ask_for_second_step(account: Account, form: LoginForm) -> ResponseReturnValue:
    """Show it at once: what is carried would not fit into a cookie, and nobody is signed in whose row could keep it."""
    passed = tokens.make(Purpose.SECOND_STEP, account.id, *account.state)
    asked = SecondStepForm(formdata=None, passed=passed, next=form.next.data, carried=form.carried.data)
    return render_template("accounts/second_step.html", form=asked)


def _complete_sign_in(form: SecondStepForm, account: Account) -> ResponseReturnValue:
    limits.check(Action.SECOND_FACTOR, account=security.counted_as(account.email), address=request.remote_addr)
    passed, code = form.passed.data, form.answered.data
    account, secret = service.complete_sign_in(passed, code, security.device(), request.remote_addr or "")
    return _go_on(account, secret, local_path(form.next.data), form.carried.data or "")


def _from_the_start(form: SecondStepForm, error: NotFound) -> ResponseReturnValue:
    again = LoginForm(formdata=None, next=form.next.data, carried=form.carried.data)
    again.refuse("password", error)
    return render_template("accounts/login.html", form=again), again.status


def _go_on(account: Account, secret: str, path: str, carried: str) -> ResponseReturnValue:
    others_words = security.was_somebody_else(account)
    security.begin(account, secret)
    security.remember_device(account.email)
    if page := page_left_to(account):
        return redirect(url_for(page))
    if not others_words:
        carrying.keep(account.member, path, carried)
    return redirect(path)


def _ended(error: NotFound, href: str, label: str) -> ResponseReturnValue:
    page = render_template("accounts/link_ended.html", sentence=error.sentence, href=href, label=label)
    return page, error.status

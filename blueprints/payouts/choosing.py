"""Changing the account: a bank is chosen, then a branch, then one says which account there."""

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member
from blueprints.payouts.forms import AccountForm, PassbookForm
from blueprints.payouts.routes import OF_PASSWORD, bp, count_password
from blueprints.unasked import unasked
from marketplace.errors import NotFound
from marketplace.i18n import _
from marketplace.payouts import banks, holder, japan_post, queries, service
from marketplace.payouts.banks import JAPAN_POST, Bank, Branch
from marketplace.payouts.models import AccountKind
from marketplace.payouts.service import OtherName

OFFERED = 8
"""Names that complete what is being typed."""


@bp.route("/settings/bank-account/edit", methods=["GET", "POST"])
def edit() -> ResponseReturnValue:
    """Choose a bank, then a branch, then say which account there; each step is an address of its own."""
    bank = banks.find_bank(request.args.get("bank", ""))
    if bank is None:
        return _choose_bank()
    branch = banks.find_branch(bank, request.args.get("branch", ""))
    if branch is None:
        return _choose_branch(bank, PassbookForm(formdata=None))
    form = AccountForm()
    if form.validate_on_submit():
        with form.blame("number"), form.blame("ground", OtherName), form.blame("password", OF_PASSWORD):
            count_password()
            service.save_account(current_member, form.changes(bank.code, branch.code), form.password.data)
            flash(_("振込先口座を登録しました。確認のため、メールでもお知らせします。"), "ok")
            return redirect(url_for(".account"))
    return _account_form(form, bank, branch)


@bp.post("/settings/bank-account/japan-post")
def convert() -> ResponseReturnValue:
    """Fill the form of an account with what the passbook's 記号 and 番号 stand for."""
    bank = banks.find_bank(JAPAN_POST)
    if bank is None:
        raise NotFound
    form = PassbookForm()
    if form.validate_on_submit():
        with form.blame("passbook_number"), form.blame("symbol", japan_post.WrongSymbol):
            branch, number = _from_passbook(bank, form)
            data = {"kind": AccountKind.ORDINARY.value, "number": number}
            return _account_form(AccountForm(formdata=None, data=data), bank, branch)
    return _choose_branch(bank, form)


@bp.get("/settings/bank-account/banks")
@unasked
def bank_names() -> Response:
    """Answer with the banks that complete what is being typed, as a JSON list."""
    return jsonify([bank.label for bank in banks.banks_like(request.args.get("q", ""))[:OFFERED]])


@bp.get("/settings/bank-account/banks/<code>/branches")
@unasked
def branch_names(code: str) -> Response:
    """Answer with the branches of a bank that complete what is being typed, as a JSON list."""
    bank = banks.find_bank(code)
    if bank is None:
        raise NotFound
    return jsonify([branch.label for branch in banks.branches_like(bank, request.args.get("q", ""))[:OFFERED]])


def _choose_bank() -> ResponseReturnValue:
    typed = request.args.get("q", "")[: banks.LONGEST_TYPED]
    found = banks.banks_like(typed)
    if len(found) == 1:
        return redirect(url_for(".edit", bank=found[0].code))
    account = queries.find_current(current_member)
    return render_template("payouts/choose_bank.html", typed=typed, found=found, account=account)


def _choose_branch(bank: Bank, form: PassbookForm) -> ResponseReturnValue:
    typed = request.args.get("q", "")[: banks.LONGEST_TYPED]
    found = banks.branches_like(bank, typed)
    if not typed.strip():
        found = banks.branches_of(bank) if banks.count_of_branches(bank) <= banks.MOST_FOUND else []
    elif len(found) == 1:
        return redirect(url_for(".edit", bank=bank.code, branch=found[0].code))
    page = render_template(
        "payouts/choose_branch.html",
        bank=bank,
        typed=typed,
        found=found,
        form=form,
        has_passbooks=bank.code == JAPAN_POST,
        converter=japan_post.CONVERTER,
    )
    return page, form.status


def _account_form(form: AccountForm, bank: Bank, branch: Branch) -> ResponseReturnValue:
    kana = queries.verified_kana(current_member)
    page = render_template("payouts/edit.html", form=form, bank=bank, branch=branch, kana=kana, most=holder.MOST_BYTES)
    return page, form.status


def _from_passbook(bank: Bank, form: PassbookForm) -> tuple[Branch, str]:
    code, number = japan_post.converted(form.symbol.data, form.passbook_number.data)
    branch = banks.find_branch(bank, code)
    if branch is None:
        raise japan_post.WrongSymbol(_("この記号の店はありません。通帳を確かめてください。"))
    return branch, number

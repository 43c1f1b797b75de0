"""書類: the list, each notice as it was handed over, and the list for a spreadsheet."""

import csv
import io

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, readable_while_suspended
from blueprints.downloads import as_paper
from blueprints.filing.forms import KIND_WORDS, FilterForm
from marketplace.clock import local_day
from marketplace.contracts.queries import filing
from marketplace.contracts.queries.filing import Filed, PaperKind
from marketplace.contracts.secrecy_printing import number_of
from marketplace.errors import Invalid
from marketplace.i18n import _
from marketplace.texts import safe_cell

bp = Blueprint("filing", __name__)


@bp.get("/papers")
@readable_while_suspended
def index() -> ResponseReturnValue:
    """Show the papers that the query string asks for, the newest first."""
    form = FilterForm(request.args)
    is_whole = form.validate()
    page = filing.papers_for(current_member, form.sought, request.args.get("cursor"))
    shown = {"page": page, "form": form, "is_whole": is_whole, "kind_words": KIND_WORDS}
    return render_template("filing/index.html", **shown), 200 if is_whole else Invalid.status


@bp.get("/papers/csv")
@readable_while_suspended
def as_csv() -> ResponseReturnValue:
    """Hand out the same as a list for a spreadsheet; never another one than was asked for."""
    form = FilterForm(request.args)
    if not form.validate():
        return index()
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(_columns())
    rows.writerows(map(safe_cell, _row(filed)) for filed in filing.all_papers_for(current_member, form.sought))
    headers = {"Content-Disposition": 'attachment; filename="musubi-papers.csv"', "Cache-Control": "no-store"}
    # With a mark in front, spreadsheets read it as UTF-8.
    return Response("\ufeff" + written.getvalue(), mimetype="text/csv", headers=headers)


@bp.get("/papers/<int:notice_id>")
@readable_while_suspended
def download(notice_id: int) -> Response:
    """Hand out a notice as it was made."""
    filed = filing.get_notice(current_member, notice_id)
    return as_paper(filed.storage_key, filed.sha256, file_name(filed))


def file_name(filed: Filed) -> str:
    """What a paper is called when it is saved, wherever that is done."""
    if filed.kind is PaperKind.SECRECY:
        return _("秘密保持の合意書") + f"-{number_of(filed.contract.id, filed.version)}.pdf"
    return _("取引条件通知書") + f"-{filed.content['number']}.pdf"


def _columns() -> list[str]:
    return [
        *(_("日付"), _("書類"), _("取引先"), _("金額(円)"), _("税"), _("報酬の種類"), _("取引"), _("版")),
        *(_("ファイル"), "SHA-256"),
    ]


def _row(filed: Filed) -> list[object]:
    has_amount = filed.amount_yen is not None
    return [
        local_day(filed.at).isoformat(),
        str(KIND_WORDS[filed.kind]),
        filed.partner_name,
        filed.amount_yen if has_amount else "",
        (_("税込") if filed.is_tax_included else _("税別")) if has_amount else "",
        filed.reward_kind.label if filed.reward_kind else "",
        filed.contract.title,
        filed.version,
        file_name(filed),
        filed.sha256,
    ]

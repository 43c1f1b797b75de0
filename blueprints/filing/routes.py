"""書類: the list, each notice as it was handed over, and the list for a spreadsheet."""

import csv
import io

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from blueprints.access import current_member
from blueprints.filing.forms import FilterForm
from marketplace import storage
from marketplace.clock import local_day
from marketplace.contracts.models import NoticeKind
from marketplace.contracts.queries import filing
from marketplace.contracts.queries.filing import Filed
from marketplace.errors import Invalid
from marketplace.i18n import _, _l
from marketplace.texts import safe_cell

bp = Blueprint("filing", __name__)

KIND_WORDS = {
    NoticeKind.CLIENT_TO_WORKER: _l("取引条件通知書"),
    NoticeKind.LEADER_TO_MEMBER: _l("再委託の通知書"),
}

COLUMNS = (
    *(_l("日付"), _l("書類"), _l("取引先"), _l("金額(円)"), _l("税"), _l("取引"), _l("版"), _l("ファイル"), "SHA-256"),
)


@bp.get("/papers")
def index() -> ResponseReturnValue:
    """Show the notices that the query string asks for, the newest first."""
    form = FilterForm(request.args)
    is_whole = form.validate()
    page = filing.notices_for(current_member, form.sought, request.args.get("cursor"))
    shown = {"page": page, "form": form, "kind_words": KIND_WORDS}
    return render_template("filing/index.html", **shown), 200 if is_whole else Invalid.status


@bp.get("/papers/csv")
def as_csv() -> Response:
    """Hand out the same as a list for a spreadsheet."""
    form = FilterForm(request.args)
    form.validate()
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(
        [_("日付"), _("書類"), _("取引先"), _("金額(円)"), _("税"), _("取引"), _("版"), _("ファイル"), "SHA-256"]
    )
    rows.writerows(map(safe_cell, _row(filed)) for filed in filing.all_notices_for(current_member, form.sought))
    headers = {"Content-Disposition": 'attachment; filename="musubi-papers.csv"', "Cache-Control": "no-store"}
    # With a mark in front, spreadsheets read it as UTF-8.
    return Response("\ufeff" + written.getvalue(), mimetype="text/csv", headers=headers)


@bp.get("/papers/<int:notice_id>")
def download(notice_id: int) -> Response:
    """Hand out a notice as it was made."""
    notice = filing.get_filed(current_member, notice_id).notice
    headers = {"Content-Disposition": f'attachment; filename="{file_name(notice_id)}"', "Cache-Control": "no-store"}
    return Response(storage.stream(notice.storage_key), mimetype="application/pdf", headers=headers)


def file_name(notice_id: int) -> str:
    """What a notice is called when it is saved."""
    return f"musubi-notice-{notice_id}.pdf"


def _row(filed: Filed) -> list[object]:
    terms = filed.terms
    return [
        local_day(filed.notice.delivered_at).isoformat(),
        str(KIND_WORDS[filed.notice.kind]),
        filed.partner_name,
        filed.notice.amount_yen,
        _("税込") if terms.is_tax_included else _("税別"),
        filed.contract.title,
        terms.number,
        file_name(filed.notice.id),
        filed.notice.sha256,
    ]

"""Sentences about requests that are said in more than one place."""

from marketplace.companies.models import BelongingRequest, RequestState
from marketplace.i18n import _


def what_happened(request: BelongingRequest) -> str:
    """Return what became of a request that can no longer be answered; one that is open has run out of time."""
    known = {
        RequestState.ACCEPTED: _("この申請は、すでに承認されています。"),
        RequestState.DECLINED: _("この申請は、すでに却下されています。"),
        RequestState.WITHDRAWN: _("この申請は、取り消されました。"),
    }
    return known.get(request.state, _("この申請は、回答の期限が過ぎました。"))

"""Sentences that several verbs of contracts say."""

from marketplace.contracts.models import ContractTerms, TermsState
from marketplace.i18n import _


def what_happened(terms: ContractTerms) -> str:
    """Say why a version cannot be answered any more."""
    if terms.state is TermsState.AGREED:
        return _("この条件には、すでに双方が同意しています。")
    if terms.state is TermsState.REPLACED:
        return _("新しい条件が提案されています。新しいほうを確かめてください。")
    if terms.state is TermsState.WITHDRAWN:
        return _("この条件は取り下げられました。")
    return _("この条件は見送られました。")


def nothing_waits() -> str:
    """Say that somebody else proposed a version at the same moment."""
    return _("ほかの画面で先に条件が提案されました。画面を読み込みなおしてください。")

"""Sentences about offers that are said in more than one place."""

from marketplace.i18n import _
from marketplace.teams.models import Invitation, Offer, OfferState


def what_happened(offer: Offer) -> str:
    """Return what became of an offer that can no longer be answered; one that is open has run out of time."""
    invitation = {
        OfferState.ACCEPTED: _("この招待は、すでに承認されています。"),
        OfferState.DECLINED: _("この招待は、すでに却下されています。"),
        OfferState.WITHDRAWN: _("この招待は、取り消されました。"),
    }
    request = {
        OfferState.ACCEPTED: _("この参加希望は、すでに承認されています。"),
        OfferState.DECLINED: _("この参加希望は、すでに却下されています。"),
        OfferState.WITHDRAWN: _("この参加希望は、取り消されました。"),
    }
    if isinstance(offer, Invitation):
        return invitation.get(offer.state, _("この招待は、回答の期限が過ぎました。"))
    return request.get(offer.state, _("この参加希望は、回答の期限が過ぎました。"))


def cannot_be_invited() -> str:
    """Return the one sentence for a member who is not there, shows no page, or is hidden by a block."""
    return _("この会員は招待できません。")

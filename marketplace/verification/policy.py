"""Who may hand papers in, look at them and decide about them: never about their own."""

from marketplace.accounts.models import Member
from marketplace.careers.models import Qualification
from marketplace.clock import now
from marketplace.verification.models import DocumentKind, Verification


def can_add_pages(actor: Member, kind: DocumentKind, qualification: Qualification | None) -> bool:
    """Everybody, for themselves: a certificate goes with a qualification, the other kinds with none."""
    if qualification is None:
        return kind is not DocumentKind.CERTIFICATE
    return kind is DocumentKind.CERTIFICATE and qualification.member_id == actor.id


def can_remove_page(actor: Member, verification: Verification) -> bool:
    """Whose it is."""
    return verification.member_id == actor.id


def can_hand_in(actor: Member, verification: Verification) -> bool:
    """Whose it is."""
    return verification.member_id == actor.id


def can_withdraw(actor: Member, verification: Verification) -> bool:
    """Whose it is."""
    return verification.member_id == actor.id


def can_take(actor: Member, verification: Verification) -> bool:
    """Moderators, of papers that are not their own."""
    return actor.is_moderator and verification.member_id != actor.id


def can_look(actor: Member, verification: Verification) -> bool:
    """The moderator who took it, while the lease lasts."""
    return can_take(actor, verification) and verification.is_leased_to(actor.id, now())


def can_decide(actor: Member, verification: Verification) -> bool:
    """The moderator who took it, while the lease lasts."""
    return can_take(actor, verification) and verification.is_leased_to(actor.id, now())

"""What two members said of each other, and signed and hold together: it stays, for it is the other's too."""

from flask import current_app

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.contracts import queries as contracts
from marketplace.contracts.models import CalendarFeed, ContractState, SecrecySignature
from marketplace.contracts.queries import reviews as questions
from marketplace.contracts.secrecy_wording import SecrecyItems
from marketplace.contracts.service import reviews, secrecy
from marketplace.contracts.service.reviews import ReviewWords
from tests.factories.contracts import ContractFactory


def fill(member: Member, other: Member, kept: str) -> None:
    """Let both review a contract of theirs, and `member` reply."""
    db.db.session.add(CalendarFeed(member_id=member.id, digest="0" * 64))
    live = ContractFactory(current_app)(other, member, title=kept)
    terms = {"purpose": kept, "years": 3, "may_re_entrust": False, "discloses_address": True, "special": kept}
    agreement = secrecy.propose(member, contracts.get_for(member, live.id), SecrecyItems(**terms))
    signed = {"name": kept, "address": kept, "salt": kept, "record_sha256": "0" * 64, "leaf_index": 2_000_000}
    db.db.session.add(SecrecySignature(agreement_id=agreement.id, member_id=member.id, **signed))
    contract = ContractFactory(current_app)(other, member, ContractState.COMPLETED, title=kept)
    words = ReviewWords((5, 5, 5, 5, 5), kept, would_again=True)
    for author in (member, other):
        reviews.write(author, contract, words)
    reviews.reply(member, questions.get_received(member, contract), kept)

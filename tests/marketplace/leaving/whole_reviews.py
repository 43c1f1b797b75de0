"""What two members said of each other, and signed and hold together: it stays, for it is the other's too."""

from flask import current_app

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.contracts.models import CalendarFeed, ContractState
from marketplace.contracts.queries import reviews as questions
from marketplace.contracts.service import reviews
from marketplace.contracts.service.reviews import ReviewWords
from tests.factories.contracts import ContractFactory


def fill(member: Member, other: Member, kept: str) -> None:
    """Let both review a contract of theirs, and `member` reply."""
    db.db.session.add(CalendarFeed(member_id=member.id, digest="0" * 64))
    contract = ContractFactory(current_app)(other, member, ContractState.COMPLETED, title=kept)
    words = ReviewWords((5, 5, 5, 5, 5), kept, would_again=True)
    for author in (member, other):
        reviews.write(author, contract, words)
    reviews.reply(member, questions.get_received(member, contract), kept)

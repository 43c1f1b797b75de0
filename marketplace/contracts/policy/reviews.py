"""Who may say what a contract was like."""

from marketplace.accounts.models import Member
from marketplace.contracts.models import Contract, ContractState, Review


def can_write(actor: Member, contract: Contract) -> bool:
    """Both parties of a completed contract; members of a team are spoken for by their leader."""
    return contract.state is ContractState.COMPLETED and contract.is_party(actor.id)


def can_change(actor: Member, review: Review) -> bool:
    """Whoever wrote it, until it is revealed."""
    return review.author_id == actor.id and not review.is_revealed


def can_reply(actor: Member, review: Review) -> bool:
    """Whom it is about, once, as soon as it is revealed, unless the moderators have hidden it."""
    can_be_read = review.is_revealed and review.hidden_at is None
    return review.subject_id == actor.id and can_be_read and review.replied_at is None

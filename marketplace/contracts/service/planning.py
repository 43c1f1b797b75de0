"""What was delivered already, when the terms of the rest are changed."""

from marketplace.contracts import queries
from marketplace.contracts.items import Items, Part
from marketplace.contracts.models import Contract, MilestoneState

BEGUN = (MilestoneState.DELIVERED, MilestoneState.ACCEPTED)


def keeps_begun(contract: Contract, items: Items) -> bool:
    """Tell whether a version begins with the milestones that were delivered already, as they were agreed."""
    begun = [
        Part(title=each.title, due_on=each.due_on, amount_yen=each.amount_yen)
        for each in queries.milestones_of(contract)
        if each.state in BEGUN
    ]
    return list(items.milestones[: len(begun)]) == begun

"""Contracts of a company that was merged are contracts of the one that is kept."""

from sqlalchemy import select, update

from marketplace.companies.models import Company
from marketplace.contracts.models import Contract
from marketplace.db import db
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event


def follow_merger(event_id: int) -> None:
    """Move the contracts of what an event has merged; once is as good as twice."""
    event = db.session.get(Event, event_id)
    if event is not None and event.kind is EventKind.COMPANY_MERGED:
        move_merged()


def move_merged() -> None:
    """Move every contract in the name of a company that was merged; terms and notices name it as it was agreed.

    The versions stay: nobody's answer is refused for it.
    """
    merged = Company.merged_into_id.is_not(None)
    kept = select(Company.merged_into_id).where(Company.id == Contract.company_id).scalar_subquery()
    of_merged = Contract.company_id.in_(select(Company.id).where(merged))
    db.session.execute(update(Contract).where(of_merged).values(company_id=kept), {"synchronize_session": False})

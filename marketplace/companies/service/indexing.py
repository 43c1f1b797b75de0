"""Keeping the keys by which a company is found, in the transaction that changes its names, and telling the search."""

from sqlalchemy import delete, insert, select

from marketplace import outbox, searchable
from marketplace.companies import queries
from marketplace.companies.folding import keys_of
from marketplace.companies.models import Belonging, Company, CompanyKey
from marketplace.db import db


def index(company: Company) -> None:
    """Let `company` be found by what it is called now; one that is closed or hidden by nothing."""
    # The names are read from the database, former registrations' among them.
    db.session.flush()
    db.session.execute(delete(CompanyKey).where(CompanyKey.company_id == company.id))
    if company.is_live and company.hidden_at is None:
        rows = [
            {"place": place, "key": key, "company_id": company.id} for place, key in keys_of(*queries.names_of(company))
        ]
        if rows:
            db.session.execute(insert(CompanyKey), rows)


def look_again(company: Company) -> None:
    """Have the documents of all who belong to `company` read anew: their rows stay, and what they show does not."""
    members = select(Belonging.member_id).where(Belonging.company_id == company.id).distinct()
    for member_id in db.session.scalars(members):
        outbox.put(searchable.TOPIC, {"kind": "worker", "id": member_id})

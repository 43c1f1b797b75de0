"""The departments that members say they are in: two of them are two places in one company."""

from marketplace.accounts.models import Member
from marketplace.companies import policy, queries
from marketplace.companies.models import MOST_DEPARTMENTS, Belonging, Company
from marketplace.companies.service.places import holding
from marketplace.db import add_once, db
from marketplace.errors import Conflict, Invalid, require
from marketplace.i18n import _


def add_department(actor: Member, company: Company, department: str) -> None:
    """Say that `actor` is in `department` too; who has named none so far names theirs. Twice is once."""
    with holding(company):
        require(policy.can_add_department(actor, company))
        if not department:
            raise Invalid(_("部署の名前を入力してください。例)広報部"))
        places = queries.places_of(actor, company)
        if department in {place.department for place in places}:
            return
        if len(places) >= MOST_DEPARTMENTS:
            raise Conflict(_("部署は%(most)sつまで登録できます。", most=MOST_DEPARTMENTS))
        if not places[0].department:
            places[0].department = department
            return
        like = places[0]
        add_once(
            Belonging(
                company_id=company.id,
                member_id=actor.id,
                department=department,
                role=like.role,
                joined_at=like.joined_at,
                proven_at=like.proven_at,
            )
        )


def drop_department(actor: Member, company: Company, department: str) -> None:
    """Say that `actor` is not in `department` any more; the last place stays, without a department."""
    with holding(company):
        require(policy.can_drop_department(actor, company))
        places = queries.places_of(actor, company)
        found = next((place for place in places if place.department == department), None)
        if found is None:
            return
        if len(places) == 1:
            found.department = ""
        else:
            db.session.delete(found)

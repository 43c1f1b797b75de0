"""Companies, registered by their verb, with members who were given their places."""

from flask import Flask, has_app_context

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.companies import service
from marketplace.companies.models import Belonging, Company, CompanyDomain, CompanyRole
from marketplace.companies.service import CompanyChanges
from marketplace.companies.service.indexing import index


class CompanyFactory:
    """Makes companies in the session at hand, or in one of its own that commits."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(
        self, slug: str, *members: Member, owners: int = 1, name: str = "", domain: str = "", **said: str
    ) -> Company:
        """Make a company of `members`, of whom the first `owners` own it; `domain` is confirmed."""
        if has_app_context():
            return self._add(slug, members, owners, domain, {"name": name or slug.title()} | said)
        with self.app.app_context(), db.writing():
            company = self._add(slug, members, owners, domain, {"name": name or slug.title()} | said)
            db.commit()
        return company

    def _add(self, slug: str, members: tuple[Member, ...], owners: int, domain: str, said: dict[str, str]) -> Company:
        company = service.register(members[0], slug, CompanyChanges(**said))
        for place, member in enumerate(members[1:], start=1):
            role = CompanyRole.OWNER if place < owners else CompanyRole.MEMBER
            db.db.session.add(Belonging(company_id=company.id, member_id=member.id, role=role))
        if domain:
            db.db.session.add(CompanyDomain(company_id=company.id, domain=domain))
            index(company)
        db.db.session.flush()
        return company

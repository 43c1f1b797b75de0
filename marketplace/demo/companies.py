"""Companies of the demo world: registered, shown by an address of their domain, and one with a request that waits."""

from datetime import datetime

from sqlalchemy import delete

from marketplace.accounts import tokens
from marketplace.accounts.models import Member
from marketplace.accounts.tokens import Purpose
from marketplace.companies import queries, service
from marketplace.companies.models import OPEN_FOR, Company
from marketplace.companies.service import CompanyChanges
from marketplace.db import db
from marketplace.demo import pictures
from marketplace.demo.banks import Text, bank
from marketplace.demo.past import ago, by_day, happening
from marketplace.outbox import Errand
from marketplace.pictures import squares_of

Members = dict[str, Member]
"""By username."""

SAID = ("name", "reading", "address", "phone", "email", "corporate_number")


def register(members: Members) -> None:
    """Let the companies be registered, those who belong to them come, and one ask to."""
    for text in bank("registered")["company"]:
        _register(text, members)
    for text in bank("registered")["request"]:
        member = members[text["member"]]
        with happening(by_day(text["hours_ago"])):
            company = queries.get_live(text["company"])
            request = service.ask(member, company, text["department"], text["comment"].strip())
        request.expires_at = request.created_at + OPEN_FOR
    # The links were used a moment ago: nobody needs their mails.
    db.session.execute(delete(Errand).where(Errand.topic == service.MAIL))


def _register(text: Text, members: Members) -> None:
    founder, *others = text["members"]
    people = [members[each["username"]] for each in (founder, *others)]
    changes = CompanyChanges(
        introduction=text["introduction"].strip(),
        picture=squares_of(pictures.drawn(text["picture"], text["slug"])),
        **{name: text[name] for name in SAID if name in text},
    )
    at = max(ago(days=text["registered_days_ago"]), *(member.created_at for member in people), people[0].created_at)
    with happening(at):
        company = service.register(people[0], text["slug"], changes, founder["department"])
        if "domain" in text:
            _show(people[0], company, text["domain"], "", at)
            for member, each in zip(people[1:], others, strict=True):
                _show(member, company, text["domain"], each["department"], at)
    for domain in queries.get_live(company.slug).domains:
        domain.confirmed_at = at


def _show(member: Member, company: Company, domain: str, department: str, at: datetime) -> None:
    proof = service.prove(member, company, f"{member.username}@{domain}", department)
    service.confirm(member, tokens.make(Purpose.COMPANY, proof.id, *proof.state))
    for place in queries.places_of(member, company):
        place.proven_at = at

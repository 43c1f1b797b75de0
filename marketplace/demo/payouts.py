"""Bank accounts of the demo world: one in the verified name, and one whose name waits for the moderators."""

from sqlalchemy import delete

from marketplace.accounts.models import Member
from marketplace.db import db
from marketplace.demo.banks import Text, bank
from marketplace.demo.past import by_day, happening
from marketplace.demo.sign_ins import PASSWORD
from marketplace.outbox import Errand
from marketplace.payouts import holder, queries, service
from marketplace.payouts.models import AccountKind, Entity, NameGround, TaxStatus, Withholding
from marketplace.payouts.service import AccountChanges

Members = dict[str, Member]
"""By username."""


def name_accounts(members: Members) -> None:
    """Let some say where they are to be paid, and how that is taxed."""
    for text in bank("accounts")["account"]:
        member = members[text["member"]]
        with happening(by_day(text["hours_ago"])):
            service.save_account(member, _changes(member, text), PASSWORD)
            service.save_details(
                member,
                Entity(text["entity"]),
                TaxStatus(text["tax_status"]),
                Withholding(text["withholding"]),
                text.get("invoice_number"),
            )
    # Nobody gets a mail about what was made up a moment ago.
    db.session.execute(delete(Errand).where(Errand.topic == service.MAIL))


def _changes(member: Member, text: Text) -> AccountChanges:
    return AccountChanges(
        bank_code=text["bank"],
        branch_code=text["branch"],
        kind=AccountKind(text["kind"]),
        number=text["number"],
        holder=holder.canonical(text.get("holder") or queries.declared_kana(member.id)),
        ground=NameGround(text["ground"]) if "ground" in text else None,
        reason=text.get("reason", ""),
    )

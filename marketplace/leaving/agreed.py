"""What an export says of notices of terms: those that were made for the member, with what is printed on them."""

from sqlalchemy import select

from marketplace.accounts.models import Member
from marketplace.contracts.models import ContractNotice
from marketplace.db import db
from marketplace.leaving.areas import Told, told

_NUMBERS = ("terms_id", "recipient_id", "salt")


def notices(member: Member) -> list[dict[str, Told]]:
    """Return each notice that the member received, the first one first."""
    own = select(ContractNotice).where(ContractNotice.recipient_id == member.id).order_by(ContractNotice.id)
    return [told(each, *_NUMBERS) for each in db.session.scalars(own)]

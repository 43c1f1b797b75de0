"""Papers as tests need them: handed in, and open before a moderator."""

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.careers.models import Qualification
from marketplace.verification import queries, service
from marketplace.verification.models import DocumentKind, Verification
from tests.marketplace.uploads import picture


def handed_in(
    member: Member, kind: DocumentKind = DocumentKind.PASSPORT, qualification: Qualification | None = None
) -> Verification:
    """Let `member` hand in a page, in the unit at hand."""
    found = service.add_pages(member, kind, [picture()], qualification)
    service.hand_in(member, found)
    db.db.session.flush()
    return found


def opened(moderator: Member, number: int) -> Verification:
    """Let `moderator` take papers and open their pictures, in the unit at hand."""
    found = queries.get_for(moderator, number)
    service.take(moderator, found)
    service.look(moderator, found)
    db.db.session.flush()
    db.db.session.refresh(found, ["looks"])
    return found

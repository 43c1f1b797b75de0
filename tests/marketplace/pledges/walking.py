"""Members on the way to a pledge."""

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.pledges import service, wording
from marketplace.pledges.models import Pledge
from marketplace.profiles.models import PersonalDetails

NAME = "高瀬 律"


def verify(member: Member, name: str = NAME) -> Member:
    """Let the moderators know who `member` is; return the row of this session."""
    mine = db.db.session.get_one(Member, member.id)
    db.db.session.get_one(PersonalDetails, member.id).name = name
    mine.identity_verified_at, mine.identity_document = now(), "licence"
    db.db.session.flush()
    return mine


def pass_check(member: Member) -> None:
    """Read the pledge and answer every question rightly."""
    service.finish_reading(member)
    for number, question in enumerate(wording.current().questions):
        assert service.answer(member, number, question.right)


def sign(member: Member, name: str = NAME) -> Pledge:
    """Go the whole way."""
    mine = verify(member, name)
    pass_check(mine)
    return service.sign(mine, name)

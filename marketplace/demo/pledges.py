"""Members of the demo world who have signed the pledge of confidentiality, on the day when the world is made."""

from marketplace.accounts.models import Member
from marketplace.demo.banks import bank
from marketplace.pledges import service, wording
from marketplace.profiles import queries as profiles

Members = dict[str, Member]
"""By username."""


def sign(members: Members) -> None:
    """Let them read, answer and sign. An entry of the public log says when it was made: there is no past for it."""
    for username in bank("pledges")["signed"]:
        member = members[username]
        service.finish_reading(member)
        for number, question in enumerate(wording.current().questions):
            service.answer(member, number, question.right)
        service.sign(member, profiles.own(member).details.name)

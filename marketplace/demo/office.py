"""The moderators of the demo world, what was reported to them, and what they have decided so far."""

from sqlalchemy import delete

from marketplace.accounts.models import Member
from marketplace.companies import queries as companies
from marketplace.db import db
from marketplace.demo.banks import Text, bank
from marketplace.demo.past import by_day, happening
from marketplace.messages import queries as threads
from marketplace.messages import service as messages
from marketplace.moderation import queries, service
from marketplace.moderation.models import Case, Measure, ReportReason, SubjectKind
from marketplace.moderation.service.decisions import STATEMENT
from marketplace.outbox import Errand

SECRET = "MUSUBIDEMOKINOSHITA2MUSUBI234567"  # noqa: S105 - of a moderator whom anybody may be
"""What the authenticator app of the demo world's moderator holds: the same everywhere (base32)."""

Members = dict[str, Member]
"""By username."""


def settle(members: Members) -> None:
    """Give the office its moderators, and let some report, decide and object."""
    moderators = [members[username] for username in bank("office")["moderators"]]
    for moderator in moderators:
        with happening(moderator.created_at):
            service.add_moderator(moderator.username, SECRET)
    for number, text in enumerate(bank("office")["conversation"]):
        _report_message(number, text, members, moderators[-1])
    for text in bank("office")["member"]:
        with happening(by_day(text["hours_ago"])):
            reporter, reported = members[text["reporter"]], members[text["reported"]]
            service.report_member(reporter, reported, ReportReason(text["reason"]), text["comment"])
    for text in bank("office")["company"]:
        with happening(by_day(text["hours_ago"])):
            reporter, company = members[text["reporter"]], companies.get_live(text["company"])
            service.report_company(reporter, company, ReportReason(text["reason"]), text["comment"])
    for text in bank("office")["alias"]:
        with happening(by_day(text["hours_ago"])):
            service.add_alias(moderators[0], text["spelling"], text["skill"])
    # Nobody gets a mail about what was made up a moment ago.
    db.session.execute(delete(Errand).where(Errand.topic == STATEMENT))


def _report_message(number: int, text: Text, members: Members, moderator: Member) -> None:
    sender, reader = (members[username] for username in text["between"])
    with happening(by_day(text["hours_ago"])):
        thread_id = messages.start(sender, reader, text["title"], text["body"].strip(), f"demo-office-{number:05}")
    with happening(by_day(text["hours_ago"] - 2)):
        thread = threads.get_for(reader, thread_id)
        message = threads.get_message(thread, threads.newest_id(thread.conversation))
        service.report_message(reader, thread, message, ReportReason(text["reason"]), text["comment"])
        messages.mark_read(reader, thread, message.id)
    if "measure" in text:
        case = queries.find_open(SubjectKind.MESSAGE, message.id)
        if case is not None:
            _decide(text, case, sender, moderator)


def _decide(text: Text, case: Case, sender: Member, moderator: Member) -> None:
    ground = ReportReason(text["reason"])
    with happening(by_day(text["hours_ago"] - 20)):
        decision = service.decide(moderator, case, Measure(text["measure"]), ground, text["statement"])
        case.closed_at = decision.made_at
    with happening(by_day(text["hours_ago"] - 40)):
        service.appeal(sender, decision, text["appeal"])

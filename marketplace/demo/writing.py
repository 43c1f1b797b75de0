"""The threads of the demo world: written by turns, with a file now and then, read up to what is new, or a request."""

from datetime import datetime

from marketplace.accounts import privacy
from marketplace.accounts.models import Member, Writers
from marketplace.attachments import examine
from marketplace.db import db
from marketplace.demo import papers
from marketplace.demo.banks import Text
from marketplace.demo.past import by_day, happening, local
from marketplace.messages import files, service
from marketplace.messages import queries as threads
from marketplace.messages.models import Conversation, Message


def converse(number: int, text: Text, members: dict[str, Member]) -> None:
    """Write the messages of a thread in their order, and mark as read what its texts do not call unread."""
    first, *answers = text["message"]
    one, other = (members[username] for username in text["between"])
    if text.get("waits", False):
        _let_only_acquaintances_write(other)
    with happening(_moment(first)):
        thread_id = service.start(one, other, text["title"], first["body"].strip(), f"demo-world-{number}-begin")
    written = [threads.newest_id(db.session.get_one(Conversation, thread_id))]
    for place, answer in enumerate(answers):
        with happening(_moment(answer)):
            written.append(_answer(members[answer["sender"]], thread_id, answer, f"demo-world-{number}-{place:05}"))
    # Whoever wrote last has read everything before.
    reader = other if text["message"][-1]["sender"] == one.username else one
    read = [key for message, key in zip(text["message"], written, strict=True) if not message.get("unread", False)]
    if read:
        service.mark_read(reader, threads.get_for(reader, thread_id), read[-1])


def _answer(sender: Member, thread_id: int, answer: Text, once: str) -> int:
    thread = threads.get_for(sender, thread_id)
    if answer.get("acknowledges", False):
        newest = db.session.get_one(Message, threads.newest_id(thread.conversation))
        return service.acknowledge(sender, thread, newest)
    found = [examine(name, papers.DRAWN[name]()) for name in answer.get("files", ())]
    ready = [file.id for file in files.lay_ready(sender, found)] if found else []
    return service.reply(sender, thread, answer["body"].strip(), once, ready)


def _let_only_acquaintances_write(member: Member) -> None:
    """From now on: what others wrote before has reached them."""
    privacy.set_privacy(
        member, member.friends_audience, member.is_intermediary, Writers.FRIENDS_OF_FRIENDS, member.shows_read_marks
    )


def _moment(text: Text) -> datetime:
    """Return when a message was written: so many hours ago, or at a minute of a day."""
    return by_day(text["hours_ago"]) if "hours_ago" in text else local(text["days_ago"], text["minute"])

"""Makes the demo world through verbs; whoever calls commits, so that there is all of it or nothing."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from random import Random

from sqlalchemy import exists, select

from marketplace.accounts import passwords
from marketplace.accounts import service as accounts
from marketplace.accounts.models import Account, Member
from marketplace.careers import service as careers
from marketplace.clock import local_day
from marketplace.db import db
from marketplace.demo import pictures, reading
from marketplace.demo.past import ago, happening
from marketplace.demo.reading import Text
from marketplace.demo.sign_ins import PASSWORD, address_of
from marketplace.follows import service as follows
from marketplace.i18n import speaking
from marketplace.messages import queries as threads
from marketplace.messages import service as messages
from marketplace.messages.models import Conversation
from marketplace.pictures import squares_of
from marketplace.profiles import queries as profiles
from marketplace.profiles import service as profile_verbs

Progress = Callable[[int, int], None]
"""Called with how much is done, and of how much."""

Members = dict[str, Member]
"""By username."""


def is_empty() -> bool:
    """Tell whether nobody has an account yet."""
    return not db.session.scalar(select(exists().where(Account.id.is_not(None))))


def load(progress: Progress = lambda done, total: None) -> None:
    """Make the demo world in this unit of work. Raises Conflict when one of its members is there already."""
    workers, ties, conversations = reading.workers(), reading.ties(), reading.conversations()
    total = len(workers) + len(ties["sign_in"]) + len(ties["follows"]) + len(conversations)
    done = 0

    def advance() -> None:
        nonlocal done
        done += 1
        progress(done, total)

    with speaking("ja"):
        careers.add_known_skills()
        # Hashing takes a tenth of a second: everybody shares one.
        hash_ = passwords.hashed(PASSWORD)
        members: Members = {}
        for text in workers:
            members[text["username"]] = _worker(text, hash_)
            advance()
        for text in ties["sign_in"]:
            if text["username"] not in members:
                members[text["username"]] = _found(text, hash_)
            advance()
        for follower, followed in ties["follows"]:
            _follow(members[follower], members[followed])
            advance()
        for number, text in enumerate(conversations):
            _converse(number, text, members)
            advance()


def _found(text: Text, hash_: str) -> Member:
    """Make somebody who registered, and has said nothing of themselves yet."""
    username = text["username"]
    with happening(ago(days=text["joined_days_ago"], hours=_chance(username).uniform(0, 12))):
        member = accounts.found_member(username, address_of(username), hash_, text["nickname"])
        profile_verbs.begin(member)
    # The newest deed of a member is kept by the edge of a request.
    member.last_active_on = local_day(ago(days=text["seen_days_ago"]))
    return member


def _worker(text: Text, hash_: str) -> Member:
    picture = None
    if text["picture"] != "seal":
        picture = squares_of(pictures.drawn(text["picture"], text["username"]))
    member = _found(text, hash_)
    published_at = member.created_at + timedelta(hours=_chance(member.username).uniform(1, 20))
    with happening(published_at):
        profile = profiles.own(member).profile
        profile_verbs.update(member, reading.profile(text, picture), profile.version)
        # What the verb dates with the present moment.
        member.published_at = published_at
        profile.updated_at = published_at
        profile.status_confirmed_at = ago(days=text["status_days_ago"])
    _list_what_they_can(member, text)
    return member


def _list_what_they_can(member: Member, text: Text) -> None:
    for name, level, started_on, notes in reading.skills(text):
        careers.skills.add(member, name, level, started_on, notes)
    for qualification in reading.qualifications(text):
        careers.qualifications.add(member, **qualification)
    for career in reading.careers(text):
        careers.careers.add(member, **career)
    for hobby in reading.hobbies(text):
        careers.hobbies.add(member, **hobby)


def _follow(follower: Member, followed: Member) -> None:
    """At some moment since both are here."""
    both_since = max(follower.created_at, followed.created_at)
    share = _chance(f"{follower.username} {followed.username}").uniform(0.02, 0.98)
    with happening(both_since + (ago() - both_since) * share):
        follows.follow(follower, followed)


def _converse(number: int, text: Text, members: Members) -> None:
    """Write the messages of a thread in their order, and mark as read what its texts do not call unread."""
    first, *answers = text["message"]
    one, other = (members[username] for username in text["between"])
    with happening(ago(hours=first["hours_ago"])):
        thread_id = messages.start(one, other, text["title"], first["body"].strip(), f"demo-world-{number}-begin")
    newest_ids = [threads.newest_id(db.session.get_one(Conversation, thread_id))]
    for place, answer in enumerate(answers):
        sender = members[answer["sender"]]
        with happening(ago(hours=answer["hours_ago"])):
            thread = threads.get_for(sender, thread_id)
            messages.reply(sender, thread, answer["body"].strip(), f"demo-world-{number}-{place:05}")
        newest_ids.append(threads.newest_id(thread.conversation))
    for reader in (one, other):
        _read(reader, thread_id, zip(text["message"], newest_ids, strict=True))


def _read(reader: Member, thread_id: int, written: Iterable[tuple[Text, int]]) -> None:
    seen = [key for message, key in written if message["sender"] == reader.username or not message.get("unread", False)]
    messages.mark_read(reader, threads.get_for(reader, thread_id), max(seen, default=0))


def _chance(words: str) -> Random:
    """Return the same chance for the same words on every machine."""
    return Random(words)  # noqa: S311 - nothing secret depends on it

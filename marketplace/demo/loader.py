"""Makes the demo world through verbs; whoever calls commits, so that there is all of it or nothing."""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

from sqlalchemy import exists, select

from marketplace.accounts import passwords
from marketplace.accounts import service as accounts
from marketplace.accounts.models import Account, Member
from marketplace.careers import service as careers
from marketplace.clock import local_day
from marketplace.db import db
from marketplace.demo import (
    applications,
    companies,
    contracts,
    jobs,
    office,
    payouts,
    pictures,
    pledges,
    reading,
    teams,
    telling,
    verification,
    writing,
)
from marketplace.demo.banks import Text
from marketplace.demo.past import ago, happening
from marketplace.demo.people import chance
from marketplace.demo.sign_ins import PASSWORD, address_of
from marketplace.follows import service as follows
from marketplace.i18n import speaking
from marketplace.pictures import Squares, squares_of
from marketplace.profiles import queries as profiles
from marketplace.profiles import service as profile_verbs

Progress = Callable[[int, int], None]
"""Called with how much is done, and of how much."""

Members = dict[str, Member]
"""By username."""

WORKER, CONVERSATION = 20, 6
"""How much longer than a follow they take."""


def is_empty() -> bool:
    """Tell whether nobody has an account yet."""
    return not db.session.scalar(select(exists().where(Account.id.is_not(None))))


def load(progress: Progress = lambda done, total: None) -> None:
    """Make the demo world in this unit of work. Raises Conflict when one of its members is there already."""
    workers, clients, follows, conversations = (
        reading.workers(), reading.clients(), reading.follows(), reading.conversations()
    )  # fmt: skip
    pace = _Pace(progress, len(workers) * WORKER + len(clients) + len(follows) + len(conversations) * CONVERSATION)
    with speaking("ja"):
        careers.add_known_skills()
        # Hashing takes a tenth of a second: everybody shares one.
        hash_ = passwords.hashed(PASSWORD)
        members: Members = {}
        with closing(_portraits(workers)) as portraits:
            for text, portrait in zip(workers, portraits, strict=True):
                members[text["username"]] = _worker(text, portrait, hash_)
                pace.advance(WORKER)
        for text in clients:
            members[text["username"]] = _found(text, hash_)
            pace.advance(1)
        for follower, followed in follows:
            _follow(members[follower], members[followed])
            pace.advance(1)
        companies.register(members)
        teams.gather(members)
        jobs.post(members)
        applications.send(members)
        for number, text in enumerate(conversations):
            writing.converse(number, text, members)
            pace.advance(CONVERSATION)
        contracts.agree_and_do(members)
        office.settle(members)
        verification.verify(members, workers)
        payouts.name_accounts(members)
        pledges.sign(members)
        telling.tell()


class _Pace:
    """Counts what is done in the time that it takes: a follow is the unit."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def advance(self, done: int) -> None:
        self._done += done
        self._progress(self._done, self._total)


def _found(text: Text, hash_: str) -> Member:
    """Make somebody who registered, and has said nothing of themselves yet."""
    username = text["username"]
    with happening(ago(days=text["joined_days_ago"], hours=chance(username).uniform(0, 12))):
        member = accounts.found_member(username, address_of(username), hash_, text["nickname"])
        profile_verbs.begin(member)
    # The newest deed of a member is kept by the edge of a request.
    member.last_active_on = local_day(ago(days=text["seen_days_ago"]))
    return member


def _portraits(workers: list[Text]) -> Generator[Squares | None, None, None]:
    """Yield the picture of each; those that come next are made beside, while the rows of a worker are written."""
    painter = ThreadPoolExecutor(1)
    try:
        for portrait in [painter.submit(_portrait, text) for text in workers]:
            yield portrait.result()
    finally:
        painter.shutdown(cancel_futures=True)


def _portrait(text: Text) -> Squares | None:
    if text["picture"] == "seal":
        return None
    return squares_of(pictures.drawn(text["picture"], text["username"]))


def _worker(text: Text, picture: Squares | None, hash_: str) -> Member:
    member = _found(text, hash_)
    published_at = member.created_at + timedelta(hours=chance(member.username).uniform(1, 20))
    with happening(published_at):
        profile = profiles.own(member).profile
        profile_verbs.update(member, reading.profile(text, picture), profile.version)
        # What the verb dates with the present moment.
        member.published_at = published_at
        profile.updated_at = published_at
        if profile.status:
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
    share = chance(f"{follower.username} {followed.username}").uniform(0.02, 0.98)
    with happening(both_since + (ago() - both_since) * share):
        follows.follow(follower, followed)

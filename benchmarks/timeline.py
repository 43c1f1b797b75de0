"""`./dev bench timeline`: the first, a middle and the oldest page of a contract's timeline, the longer it becomes."""

import argparse
import tempfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select

from benchmarks.stopwatch import Took, timed
from benchmarks.world import Size, fill, open_app
from marketplace import db
from marketplace.accounts.models import Member
from marketplace.calendar import PayRule
from marketplace.clock import now, today
from marketplace.contracts import queries
from marketplace.contracts.models import Contract, ContractEntry, ContractState, ContractTerms, EntryKind, TermsState

SIZES = (50, 500, 5_000, 50_000)


def begin() -> Contract:
    """Let the first two members have agreed on work."""
    client, worker = db.db.session.scalars(select(Member).order_by(Member.id).limit(2)).all()
    agreed = {"state": TermsState.AGREED, "agreed_at": now(), "client_agreed_at": now(), "worker_agreed_at": now()}
    paid = {"pay_rule": PayRule.AFTER_RECEIPT, "pay_days": 30}
    named = {"client_name": "c", "worker_name": "w", "scope": "s", "due_on": today(), "amount_yen": 1_000}
    contract = Contract(
        client_id=client.id, worker_id=worker.id, proposer_id=client.id, once="once", title="t", terms_number=1,
        state=ContractState.ACTIVE, started_at=now(),
    )  # fmt: skip
    db.db.session.add(contract)
    db.db.session.flush()
    terms = {"contract_id": contract.id, "number": 1, "proposer_id": client.id, "once": "once"}
    db.db.session.add(ContractTerms(**terms, **agreed, **paid, **named))
    db.db.session.flush()
    return contract


def write(contract: Contract, first: int, last: int) -> None:
    """Add the entries from `first` up to `last`, a minute apart."""
    since = now() - timedelta(days=100)
    rows = [
        {
            "contract_id": contract.id,
            "author_id": contract.client_id if number % 2 else contract.worker_id,
            "kind": EntryKind.MESSAGE,
            "body": "2章まで訳し終えました。図版の単位を確かめています。" * 3,
            "data": {},
            "once": f"entry-{number}",
            "created_at": since + timedelta(minutes=number),
        }
        for number in range(first, last)
    ]
    db.db.session.execute(insert(ContractEntry), rows)


def measured(contract: Contract, place: str | None, times: int) -> list[Took]:
    """Ask for a page with its files and how far the work is, each time as if nothing had been read before."""

    def page() -> None:
        queries.files_of(queries.timeline_of(contract, place).rows)
        queries.course_of(contract)

    taken = []
    for _ in range(times):
        db.db.session.expunge_all()
        taken.append(timed(page))
    return taken


def main() -> None:
    """Measure the pages of a longer and longer timeline."""
    parser = argparse.ArgumentParser(prog="bench timeline", description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as name:
        app = open_app(Path(name) / "data")
        with app.app_context(), db.writing():
            fill(Size(members=10, follows=0, conversations=0))
            contract = begin()
            before = 0
            for size in SIZES:
                write(contract, before, size)
                db.commit()
                before = size
                ids = select(ContractEntry.id).order_by(ContractEntry.id)
                numbers = [db.db.session.scalars(ids.offset(place)).first() or 0 for place in (size // 2, 29)]
                places = {
                    "newest": None,
                    "middle": queries.place_of(numbers[0]),
                    "oldest": queries.place_of(numbers[1]),
                }
                for label, place in places.items():
                    taken = measured(contract, place, times)
                    print(f"{size:6} entries, {label}: {Took.spread(taken)}", flush=True)


if __name__ == "__main__":
    main()

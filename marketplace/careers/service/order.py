"""Verbs that change the order of a list."""

from collections.abc import Sequence

from marketplace.accounts.models import Member
from marketplace.careers import policy, queries
from marketplace.careers.models import Entry
from marketplace.errors import require


def arrange(actor: Member, entries: Sequence[Entry]) -> None:
    """Put `entries`, all of one list, in this order; those of the list that are not named follow in theirs."""
    require(policy.can_arrange(actor, entries))
    if entries:
        listed = queries.entries_of(actor, type(entries[0]))
        named = {entry.id for entry in entries}
        _put(listed, [*entries, *(entry for entry in listed if entry.id not in named)])


def move(actor: Member, entry: Entry, *, up: bool) -> None:
    """Let an entry change places with the one before it, or after it; at the end of the list nothing happens."""
    require(policy.can_move(actor, entry))
    listed = queries.entries_of(actor, type(entry))
    wanted = list(listed)
    here = wanted.index(entry)
    there = here - 1 if up else here + 1
    if 0 <= there < len(wanted):
        wanted[here], wanted[there] = wanted[there], wanted[here]
    _put(listed, wanted)


def _put(listed: Sequence[Entry], wanted: Sequence[Entry]) -> None:
    """Give the places that are there to those who are to have them, so that only rows that moved are written."""
    places: list[int] = []
    for entry in listed:
        places.append(max(entry.position, places[-1] + 1) if places else entry.position)
    for entry, place in zip(wanted, places, strict=True):
        entry.position = place

"""Reading the log, and the proofs about it: O(log n) rows each."""

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from sqlalchemy import or_, select

from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.i18n import _
from marketplace.paging import Page, page_of
from marketplace.transparency import tree
from marketplace.transparency.checking import leaf_hash, node_hash
from marketplace.transparency.models import TransparencyHead, TransparencyLeaf, TransparencyNode
from marketplace.transparency.tree import Stretch, Subtree

AT_ONCE = 256
"""How many entries are read at once when all are read."""


class Head(NamedTuple):
    """How the log stands: the number of its leaves and the hash over all of them."""

    size: int
    root: bytes


class Break(NamedTuple):
    """Entries of which one or more are not what the hashes over them say, or are not there."""

    first: int
    last: int


class Consistency(NamedTuple):
    """That the log with `new.size` leaves begins with the one that had `old.size`."""

    old: Head
    new: Head
    proof: list[bytes]


def size() -> int:
    """Return how many leaves there are."""
    return db.session.scalars(select(TransparencyHead.size)).one()


def head() -> Head:
    """Return how the log stands now."""
    now_there = size()
    return Head(now_there, _hashes([(0, now_there)])[0])


def begins_with(earlier: Head) -> bool:
    """Tell whether the log is now what it was then, with nothing changed or taken out, and perhaps more after it."""
    return earlier.size <= size() and _hashes([(0, earlier.size)])[0] == earlier.root


def has_entry(index: int, content: bytes) -> bool:
    """Tell whether entry `index` has this content: the hashes may fit while the words beside them were changed."""
    return get_leaf(index).content.encode() == content


def first_break() -> Break | None:
    """Compute the whole log anew from the words of its entries; return the first that do not fit, None while all do."""
    start, whole = 0, size()
    lefts: dict[int, bytes] = {}
    while True:
        question = select(TransparencyLeaf).where(TransparencyLeaf.index >= start).order_by(TransparencyLeaf.index)
        found = db.session.scalars(question.limit(AT_ONCE)).all()
        broken = _first_break_in(found, start, lefts)
        if broken is not None:
            return broken
        start += len(found)
        if len(found) < AT_ONCE:
            return None if start == whole else Break(min(start, whole), max(start, whole) - 1)


def _first_break_in(leaves: Sequence[TransparencyLeaf], start: int, lefts: dict[int, bytes]) -> Break | None:
    """Look at leaves that are to be those from `start` on; `lefts` has the last subtree of each level so far."""
    kept = _kept({one for leaf in leaves for one in tree.finished_by(leaf.index)})
    for index, leaf in enumerate(leaves, start):
        right = leaf_hash(leaf.content.encode())
        if leaf.index != index or leaf.hash != right.hex():
            return Break(index, index)
        for one in tree.finished_by(index):
            # What it is made of was computed before: the left half, and the right half just now.
            left = lefts[one.level - 1]
            lefts[one.level - 1], right = right, node_hash(left, right)
            if kept.get(one) != right:
                return Break(one.position << one.level, index)
        lefts[(index + 1 & -(index + 1)).bit_length() - 1] = right
    return None


def get_leaf(index: int) -> TransparencyLeaf:
    """Return a leaf; raises NotFound."""
    # A number that no column can hold is not asked for.
    leaf = db.session.get(TransparencyLeaf, index) if 0 <= index < 2**31 else None
    if leaf is None:
        raise NotFound(_("この番号の記録はありません。"))
    return leaf


def leaves(cursor: str | None = None) -> Page[TransparencyLeaf]:
    """Return a page of the leaves, the newest first."""
    page = page_of(select(TransparencyLeaf), (TransparencyLeaf.index,), lambda row: (row[0].index,), cursor)
    return Page([row[0] for row in page.rows], page.next_cursor, page.previous_cursor)


def proof_for(index: int, size: int) -> list[bytes]:
    """Return the proof that leaf `index` is in the log of the first `size` leaves; raises NotFound when it is not."""
    if not 0 <= index < size:
        raise NotFound(_("この番号の記録はありません。"))
    return _hashes(tree.inclusion(index, size))


def consistency(old: int, new: int) -> Consistency:
    """Return the proof that the log of `new` leaves begins with that of `old`; raises NotFound when there are fewer."""
    if not 0 <= old <= new <= size():
        raise NotFound(_("この件数の記録はまだありません。"))
    old_root, new_root, *proof = _hashes([(0, old), (0, new), *tree.consistency(old, new)])
    return Consistency(Head(old, old_root), Head(new, new_root), proof)


def _hashes(stretches: Collection[Stretch]) -> list[bytes]:
    lookup = hashes_of(tree.needed_for(stretches))
    return [tree.hash_of(stretch, lookup) for stretch in stretches]


def hashes_of(wanted: Collection[Subtree]) -> Callable[[Subtree], bytes]:
    """Read the hashes of these complete subtrees; two statements at most."""
    return _kept(wanted).__getitem__


def _kept(wanted: Collection[Subtree]) -> dict[Subtree, bytes]:
    low = [one.position for one in wanted if one.level == 0]
    # Row values in a list would read every row on SQLite.
    high = [
        (TransparencyNode.level == level) & (TransparencyNode.position == place) for level, place in wanted if level
    ]
    found: dict[Subtree, bytes] = {}
    if low:
        leaf = select(TransparencyLeaf.index, TransparencyLeaf.hash).where(TransparencyLeaf.index.in_(low))
        found |= {Subtree(0, index): bytes.fromhex(text) for index, text in db.session.execute(leaf)}
    if high:
        node = select(TransparencyNode.level, TransparencyNode.position, TransparencyNode.hash).where(or_(*high))
        found |= {Subtree(level, place): bytes.fromhex(text) for level, place, text in db.session.execute(node)}
    return found

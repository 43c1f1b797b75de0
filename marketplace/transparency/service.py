"""Appending to the log, in the transaction of the deed."""

from typing import Any

from marketplace.clock import now
from marketplace.db import db
from marketplace.transparency import queries, signing, tree
from marketplace.transparency.checking import VERSION, canonical, leaf_hash, node_hash
from marketplace.transparency.models import LeafKind, TransparencyHead, TransparencyLeaf, TransparencyNode
from marketplace.transparency.tree import Subtree


def append(kind: LeafKind, fields: dict[str, Any]) -> TransparencyLeaf:
    """Append an entry and return it; `fields` hold nothing personal: opaque numbers, digests, days, closed words.

    Of several who append at once each waits for the one before: the head is held until the end of the transaction.
    """
    with db.session.begin_nested():
        head = db.session.get_one(TransparencyHead, 1, with_for_update=True, populate_existing=True)
        if not head.size:
            # What begins without a key could not be signed later.
            signing.published_key()
        at = now()
        # As text it is the same in every language that reads a receipt.
        entry = {"version": VERSION, "kind": kind.value, "at": at.isoformat(timespec="microseconds"), "fields": fields}
        content = canonical(entry)
        leaf = TransparencyLeaf(
            index=head.size, at=at, kind=kind, content=content.decode(), hash=leaf_hash(content).hex()
        )
        db.session.add(leaf)
        db.session.add_all(_finished(leaf))
        head.size += 1
    return leaf


def _finished(leaf: TransparencyLeaf) -> list[TransparencyNode]:
    """The subtrees that `leaf` completes: each is made of one that was complete before and the one just made."""
    finished = tree.finished_by(leaf.index)
    left = queries.hashes_of({Subtree(one.level - 1, one.position * 2) for one in finished})
    found, right = [], bytes.fromhex(leaf.hash)
    for one in finished:
        right = node_hash(left(Subtree(one.level - 1, one.position * 2)), right)
        found.append(TransparencyNode(level=one.level, position=one.position, hash=right.hex()))
    return found

"""Receipts: an entry with the proof that it is in the log, as a file that is checked without us."""

import json
from typing import Any

from marketplace.transparency import queries, signing
from marketplace.transparency.checking import FORMAT, VERSION


def receipt_for(index: int, *, record: dict[str, Any] | None = None, salt: str = "") -> bytes:
    """Return the receipt of leaf `index` as JSON; `record` and `salt` (hex) open the digest that the leaf holds.

    Raises NotFound. The file is the member's own: a record may be personal, the leaf is not.
    """
    leaf = queries.get_leaf(index)
    head = queries.head()
    receipt: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "leaf": json.loads(leaf.content),
        "index": leaf.index,
        "proof": [one.hex() for one in queries.proof_for(leaf.index, head.size)],
        "head": signing.sign(head),
    }
    if record is not None:
        receipt |= {"record": record, "salt": salt}
    return json.dumps(receipt, ensure_ascii=False, indent=2).encode() + b"\n"

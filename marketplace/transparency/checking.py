"""Checks a receipt by itself: it needs neither the database nor the program, only the published key.

What is hashed and signed is JSON in the canonical form of RFC 8785: names in order, no white space, UTF-8.
Hashes and proofs are those of RFC 6962 (section 2.1), checked as RFC 9162 (2.1.3.2 and 2.1.4.2) describes it.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

FORMAT = "musubi-receipt"
VERSION = 1
LARGEST = 256 * 1024
"""Bytes of a receipt; ours have a few thousand."""
DEEPEST = 63
"""Hashes of a proof: the logarithm of a number of leaves that nobody reaches."""
EMPTY = hashlib.sha256(b"").digest()
"""The root of a log without entries."""
SIGNED = b"musubi tree head v1\n"
"""What stands before a tree head when it is signed, so that the key can have signed nothing else by that."""

_HASH = re.compile("[0-9a-f]{64}")
_SIGNATURE = re.compile("[0-9a-f]{128}")


class Flaw(StrEnum):
    """What can be wrong with a receipt."""

    UNREADABLE = "unreadable"
    """It is no receipt, or of a version that is not known here."""
    KEY = "key"
    """The tree head was signed with another key than the published one."""
    SIGNATURE = "signature"
    """The tree head was changed after it was signed."""
    PROOF = "proof"
    """An entry with this content is not in the log that was signed."""
    RECORD = "record"
    """What was added to the receipt is not what the entry holds the digest of."""
    NO_KEY = "no key"
    """The file of the key holds no published key."""


class Untrue(Exception):
    """A receipt does not prove what it says; `flaw` tells why."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(frozen=True)
class Proven:
    """What a receipt proves."""

    index: int
    kind: str
    at: datetime
    """When the entry was made, as the log says."""
    fields: dict[str, Any]
    size: int
    root: bytes
    """The hash over all of them."""
    head_at: datetime
    """When the log, with the entry in it, was signed."""
    key: str
    record: dict[str, Any] | None
    """What the entry holds the digest of, if the receipt brings it."""
    content: bytes
    """The entry as it is hashed."""


def canonical(value: Any) -> bytes:
    """Return `value` as canonical JSON; raises ValueError for what has more than one (fractions, lone surrogates)."""
    _require_plain(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def leaf_hash(content: bytes) -> bytes:
    """Return the hash of an entry."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two neighbouring subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def digest_of(salt: str, record: dict[str, Any]) -> str:
    """Return the digest by which an entry names a record without telling it: of the salt and the canonical record."""
    return hashlib.sha256(bytes.fromhex(salt) + canonical(record)).hexdigest()


def key_id(key: Ed25519PublicKey) -> str:
    """Return the name of a published key: the SHA-256 of its SubjectPublicKeyInfo."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def root_by_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that follows from an entry at `index` of `size` and its proof, or None when they do not fit."""
    if not 0 <= index < size:
        return None
    first, last, root = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if first & 1 or first == last:
            root = node_hash(sibling, root)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        first, last = first >> 1, last >> 1
    return root if last == 0 else None


def is_consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether the log with `new` entries begins with the one that had `old`, by the proof of it."""
    if not 0 <= old <= new:
        return False
    if old in {0, new}:
        return not proof and (old_root == new_root if old == new else old_root == EMPTY)
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old_found = new_found = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old_found, new_found = node_hash(sibling, old_found), node_hash(sibling, new_found)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            new_found = node_hash(new_found, sibling)
        first, last = first >> 1, last >> 1
    return (old_found, new_found, last) == (old_root, new_root, 0)


def load_key(pem: bytes) -> Ed25519PublicKey:
    """Read a published key."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise Untrue(Flaw.NO_KEY) from None
    if not isinstance(key, Ed25519PublicKey):
        raise Untrue(Flaw.NO_KEY)
    return key


def signed_bytes(head: dict[str, Any]) -> bytes:
    """Return what of a tree head is signed: all of it but the signature."""
    return SIGNED + canonical({name: value for name, value in head.items() if name != "signature"})


def check(receipt: bytes, key: Ed25519PublicKey) -> Proven:
    """Return what `receipt`, the bytes of a file, proves; raises Untrue when anything in it was changed."""
    try:
        return _check(_read(receipt), key)
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
        raise Untrue(Flaw.UNREADABLE) from None


def _check(receipt: dict[str, Any], key: Ed25519PublicKey) -> Proven:
    _require(set(receipt) - {"record", "salt"} == {"format", "version", "leaf", "index", "proof", "head"})
    _require(receipt["format"] == FORMAT and _whole(receipt["version"]) == VERSION)
    leaf, head = receipt["leaf"], receipt["head"]
    _require(set(leaf) == {"version", "kind", "at", "fields"} and _whole(leaf["version"]) == VERSION)
    _require(isinstance(leaf["kind"], str) and isinstance(leaf["fields"], dict))
    _require(set(head) == {"size", "root", "time", "key", "signature"})
    _require(_SIGNATURE.fullmatch(head["signature"]) is not None and isinstance(receipt["proof"], list))
    _require(len(receipt["proof"]) <= DEEPEST)
    at, head_at = datetime.fromisoformat(leaf["at"]), datetime.fromisoformat(head["time"])
    index, size = _whole(receipt["index"]), _whole(head["size"])
    proof = [_hash(one) for one in receipt["proof"]]
    root, content = _hash(head["root"]), canonical(leaf)
    if _hash(head["key"]).hex() != key_id(key):
        raise Untrue(Flaw.KEY)
    try:
        key.verify(bytes.fromhex(head["signature"]), signed_bytes(head))
    except InvalidSignature:
        raise Untrue(Flaw.SIGNATURE) from None
    if root_by_inclusion(index, size, leaf_hash(content), proof) != root:
        raise Untrue(Flaw.PROOF)
    record = _record(receipt, leaf["fields"])
    return Proven(index, leaf["kind"], at, leaf["fields"], size, root, head_at, head["key"], record, content)


def _record(receipt: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any] | None:
    """What the receipt brings of which the entry holds the digest; both parts or none."""
    if "record" not in receipt and "salt" not in receipt:
        return None
    record, salt = receipt["record"], receipt["salt"]
    _require(isinstance(record, dict) and isinstance(salt, str) and _HASH.fullmatch(salt) is not None)
    if digest_of(salt, record) != fields.get("record"):
        raise Untrue(Flaw.RECORD)
    found: dict[str, Any] = record
    return found


def _read(receipt: bytes) -> dict[str, Any]:
    _require(len(receipt) <= LARGEST)
    found = json.loads(
        receipt.decode("utf-8-sig"), object_pairs_hook=_once, parse_float=_refuse, parse_constant=_refuse
    )
    _require(isinstance(found, dict))
    read: dict[str, Any] = found
    return read


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that stands twice: two readers could each take another one."""
    found = dict(pairs)
    _require(len(found) == len(pairs))
    return found


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)


def _require(is_true: bool) -> None:
    if not is_true:
        raise ValueError("this is no part of a receipt")


def _whole(value: Any) -> int:
    _require(type(value) is int and 0 <= value < 2**53)
    number: int = value
    return number


def _hash(value: Any) -> bytes:
    _require(isinstance(value, str) and _HASH.fullmatch(value) is not None)
    return bytes.fromhex(value)


def _require_plain(value: Any) -> None:
    if isinstance(value, dict):
        _require(all(isinstance(name, str) and name.isascii() for name in value))
        for inner in value.values():
            _require_plain(inner)
    elif isinstance(value, list):
        for inner in value:
            _require_plain(inner)
    else:
        _require(value is None or type(value) in {str, bool} or (type(value) is int and abs(value) < 2**53))

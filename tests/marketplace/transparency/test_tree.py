"""The tree is the one of RFC 6962: its known values, and the plain definitions for every size."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.transparency import tree
from marketplace.transparency.checking import EMPTY, is_consistent, leaf_hash, node_hash, root_by_inclusion
from marketplace.transparency.tree import Subtree

LEAVES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
LEAVES += [bytes.fromhex("606162636465666768696a6b6c6d6e6f")]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""What implementations of Certificate Transparency agree upon for the first n of LEAVES."""


def plain_root(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962, as it stands there."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"").digest()
    k = largest_power_below(len(hashes))
    return node_hash(plain_root(hashes[:k]), plain_root(hashes[k:]))


def plain_path(m: int, hashes: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962."""
    if len(hashes) == 1:
        return []
    k = largest_power_below(len(hashes))
    if m < k:
        return [*plain_path(m, hashes[:k]), plain_root(hashes[k:])]
    return [*plain_path(m - k, hashes[k:]), plain_root(hashes[:k])]


def plain_proof(m: int, hashes: list[bytes], is_known: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962."""
    if m == len(hashes):
        return [] if is_known else [plain_root(hashes)]
    k = largest_power_below(len(hashes))
    if m <= k:
        return [*plain_proof(m, hashes[:k], is_known), plain_root(hashes[k:])]
    return [*plain_proof(m - k, hashes[k:], False), plain_root(hashes[:k])]


def largest_power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def some_hashes(n: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(n)]


def complete(hashes: list[bytes]) -> Callable[[Subtree], bytes]:
    """Look the hash of a complete subtree up, as the database does; what is not complete is not there."""

    def lookup(one: Subtree) -> bytes:
        part = hashes[one.position << one.level : (one.position + 1) << one.level]
        assert len(part) == 1 << one.level
        return plain_root(part)

    return lookup


@pytest.mark.parametrize("size", range(9))
def test_known_values(size: int) -> None:
    hashes = [leaf_hash(leaf) for leaf in LEAVES[:size]]
    assert plain_root(hashes).hex() == ROOTS[size]
    assert tree.hash_of((0, size), complete(hashes)).hex() == ROOTS[size]


def test_known_proofs() -> None:
    hashes = [leaf_hash(leaf) for leaf in LEAVES]
    expected = [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    found = [tree.hash_of(one, complete(hashes)).hex() for one in tree.inclusion(5, 8)]
    assert found == expected


@given(st.integers(1, 130).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_inclusion_is_as_plainly_defined_and_proves_this_leaf_alone(case: tuple[int, int]) -> None:
    size, index = case
    hashes = some_hashes(size)
    proof = [tree.hash_of(one, complete(hashes)) for one in tree.inclusion(index, size)]
    assert proof == plain_path(index, hashes)
    root = plain_root(hashes)
    assert root_by_inclusion(index, size, hashes[index], proof) == root
    assert root_by_inclusion(index, size, leaf_hash(b"another"), proof) != root
    assert root_by_inclusion(index, size, hashes[index], [*proof, EMPTY]) != root
    assert not proof or root_by_inclusion(index, size, hashes[index], proof[:-1]) != root
    for other in {index ^ 1, (index + 1) % size} - {index}:
        assert root_by_inclusion(other, size, hashes[index], proof) != root
    assert root_by_inclusion(size, size, hashes[index], proof) is None


@given(st.integers(0, 130).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_consistency_is_as_plainly_defined_and_proves_this_beginning_alone(case: tuple[int, int]) -> None:
    new, old = case
    hashes = some_hashes(new)
    proof = [tree.hash_of(one, complete(hashes)) for one in tree.consistency(old, new)]
    assert proof == (plain_proof(old, hashes) if old else [])
    roots = plain_root(hashes[:old]), plain_root(hashes)
    assert is_consistent(old, new, *roots, proof)
    assert not is_consistent(old, new, leaf_hash(b"another"), roots[1], proof)
    assert not is_consistent(old, new, *roots, [*proof, EMPTY])
    assert not proof or not is_consistent(old, new, *roots, proof[:-1])
    assert not is_consistent(new + 1, new, *roots, proof)
    assert old in {0, new} or not is_consistent(old, new, roots[0], leaf_hash(b"another"), proof)


@given(st.integers(0, 5000))
def test_each_subtree_is_completed_once_and_by_its_last_leaf(index: int) -> None:
    for level in range(1, 14):
        is_last = (index + 1) % (1 << level) == 0
        assert (Subtree(level, index >> level) in tree.finished_by(index)) == is_last


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_proof_needs_few_hashes(one: int, other: int) -> None:
    small, large = sorted((one, other))
    for stretches in (tree.inclusion(small - 1, large), tree.consistency(small, large)):
        assert len(tree.needed_for(stretches)) <= 2 * large.bit_length()

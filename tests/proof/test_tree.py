"""The tree against brute force and against RFC 6962's own examples."""

from __future__ import annotations

import hashlib
from itertools import pairwise

import pytest

from shoutu.proof import tree


def mth(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1, word by word, over data (not hashes)."""
    n = len(leaves)
    if n == 0:
        return hashlib.sha256(b"").digest()
    if n == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < n:
        k *= 2
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 §2.1.1."""
    n = len(leaves)
    if n == 1:
        return []
    k = 1
    while k * 2 < n:
        k *= 2
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def proof(m: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """RFC 6962 §2.1.2: SUBPROOF(m, D[n], whole)."""
    n = len(leaves)
    if m == n:
        return [] if whole else [mth(leaves)]
    k = 1
    while k * 2 < n:
        k *= 2
    if m <= k:
        return [*proof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*proof(m - k, leaves[k:], False), mth(leaves[:k])]


DATA = [f"entry {n}".encode() for n in range(64)]
HASHES = [tree.leaf_hash(data) for data in DATA]
ROOTS = [mth(DATA[:n]) for n in range(65)]


@pytest.mark.parametrize("size", range(65))
def test_roots_and_frontiers(size):
    assert tree.root(HASHES[:size]) == ROOTS[size]
    frontier: list[bytes] = []
    for n in range(size):
        frontier = tree.append(frontier, n, HASHES[n])
    assert tree.root_of(frontier) == ROOTS[size]
    assert len(frontier) == size.bit_count()


@pytest.mark.parametrize("size", range(1, 65))
def test_every_inclusion_path(size):
    for index in range(size):
        found = tree.inclusion_path(HASHES[:size], index)
        assert found == path(index, DATA[:size])
        assert tree.verify_inclusion(HASHES[index], index, size, found, ROOTS[size])


@pytest.mark.parametrize("size", range(65))
def test_every_consistency_path(size):
    for earlier in range(size + 1):
        found = tree.consistency_path(HASHES[:size], earlier)
        assert found == ([] if earlier == 0 else proof(earlier, DATA[:size]))
        assert tree.verify_consistency(earlier, size, ROOTS[earlier], ROOTS[size], found)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 64])
def test_no_wrong_proof_passes(size):
    other = tree.leaf_hash(b"other")
    for index in range(size):
        good = tree.inclusion_path(HASHES[:size], index)
        root = ROOTS[size]
        assert not tree.verify_inclusion(other, index, size, good, root)
        assert not tree.verify_inclusion(HASHES[index], index, size, [*good, other], root)
        assert not tree.verify_inclusion(HASHES[index], size, size, good, root)
        assert not tree.verify_inclusion(HASHES[index], -1, size, good, root)
        for wrong in range(size):
            if wrong != index:
                assert not tree.verify_inclusion(HASHES[index], wrong, size, good, root)
        for cut in range(len(good)):
            assert not tree.verify_inclusion(HASHES[index], index, size, good[:cut], root)


def test_no_wrong_consistency_passes():
    for earlier, later in ((1, 2), (3, 7), (6, 8), (8, 13), (31, 64)):
        good = tree.consistency_path(HASHES[:later], earlier)
        fake = hashlib.sha256(b"fake").digest()
        assert not tree.verify_consistency(earlier, later, fake, ROOTS[later], good)
        assert not tree.verify_consistency(earlier, later, ROOTS[earlier], fake, good)
        assert not tree.verify_consistency(later, earlier, ROOTS[later], ROOTS[earlier], good)
        assert not tree.verify_consistency(earlier, later, ROOTS[earlier], ROOTS[later], good[:-1])
        assert not tree.verify_consistency(earlier, later, ROOTS[earlier], ROOTS[later], [*good, fake])
    for a, b in pairwise(range(10)):
        assert not tree.verify_consistency(a, b, ROOTS[b], ROOTS[a], [])


def test_outside_the_tree_is_an_error():
    for index in (-1, 3):
        with pytest.raises(IndexError):
            tree.inclusion_path(HASHES[:3], index)
    for earlier in (-1, 4):
        with pytest.raises(IndexError):
            tree.consistency_path(HASHES[:3], earlier)


# The tree over eight leaves that Certificate Transparency's own test suite uses, as facts.
CT_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def test_the_known_tree_of_certificate_transparency():
    hashes = [tree.leaf_hash(data) for data in CT_LEAVES]
    assert tuple(tree.root(hashes[: n + 1]).hex() for n in range(8)) == CT_ROOTS
    assert tree.EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert [node.hex() for node in tree.inclusion_path(hashes, 0)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [node.hex() for node in tree.consistency_path(hashes[:2], 1)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
    ]

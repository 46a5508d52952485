"""The Merkle tree of RFC 6962 §2.1: SHA-256, prefix 0x00 for leaves, 0x01 for nodes.

Appending needs only the *frontier*: the roots of the perfect subtrees from left to right, one for
each 1 bit of the size. It has at most 53 hashes, so an append costs O(log n).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

Hash = bytes
EMPTY_ROOT: Hash = hashlib.sha256().digest()


def leaf_hash(data: bytes) -> Hash:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    return hashlib.sha256(b"\x01" + left + right).digest()


def append(frontier: Sequence[Hash], size: int, leaf: Hash) -> list[Hash]:
    """The frontier after a leaf joins a tree of `size` leaves."""
    nodes = list(frontier)
    while size & 1:
        leaf = node_hash(nodes.pop(), leaf)
        size >>= 1
    return [*nodes, leaf]


def root_of(frontier: Sequence[Hash]) -> Hash:
    """The root of the tree with this frontier."""
    if not frontier:
        return EMPTY_ROOT
    root = frontier[-1]
    for node in reversed(frontier[:-1]):
        root = node_hash(node, root)
    return root


def root(leaves: Sequence[Hash]) -> Hash:
    """The root over leaf hashes."""
    frontier: list[Hash] = []
    for size, leaf in enumerate(leaves):
        frontier = append(frontier, size, leaf)
    return root_of(frontier)


def inclusion_path(leaves: Sequence[Hash], index: int) -> list[Hash]:
    """PATH(m, D[n]) of RFC 6962 §2.1.1, from the leaf upwards. IndexError outside the tree."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_path(leaves[:split], index), root(leaves[split:])]
    return [*inclusion_path(leaves[split:], index - split), root(leaves[:split])]


def consistency_path(leaves: Sequence[Hash], earlier: int) -> list[Hash]:
    """PROOF(m, D[n]) of RFC 6962 §2.1.2. IndexError unless 0 <= earlier <= n."""
    if not 0 <= earlier <= len(leaves):
        raise IndexError(earlier)
    if earlier in (0, len(leaves)):
        return []
    return _subproof(leaves, earlier, True)


def _subproof(leaves: Sequence[Hash], earlier: int, whole: bool) -> list[Hash]:
    if earlier == len(leaves):
        return [] if whole else [root(leaves)]
    split = _split(len(leaves))
    if earlier <= split:
        return [*_subproof(leaves[:split], earlier, whole), root(leaves[split:])]
    return [*_subproof(leaves[split:], earlier - split, False), root(leaves[:split])]


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (size >= 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def verify_inclusion(leaf: Hash, index: int, size: int, path: Sequence[Hash], expected: Hash) -> bool:
    """RFC 9162 §2.1.3.2, steps 1 to 6."""
    if not 0 <= index < size:  # 1
        return False
    fn, sn, node = index, size - 1, leaf  # 2, 3
    for sibling in path:  # 4
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            node = node_hash(sibling, node)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            node = node_hash(node, sibling)
        fn >>= 1
        sn >>= 1
    return sn == 0 and node == expected  # 5, 6


def verify_consistency(
    earlier: int, later: int, earlier_root: Hash, later_root: Hash, path: Sequence[Hash]
) -> bool:
    """RFC 9162 §2.1.4.2, with the cases that it leaves to the caller: sizes equal, or 0 before."""
    if not 0 <= earlier <= later:
        return False
    if earlier == later:
        return not path and earlier_root == later_root
    if earlier == 0:
        return not path and earlier_root == EMPTY_ROOT
    nodes = list(path)
    if earlier & (earlier - 1) == 0:  # 2
        nodes.insert(0, earlier_root)
    if not nodes:
        return False
    fn, sn = earlier - 1, later - 1  # 3
    while fn & 1:  # 4
        fn >>= 1
        sn >>= 1
    first = second = nodes[0]  # 5
    for node in nodes[1:]:  # 6
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node_hash(node, first), node_hash(node, second)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            second = node_hash(second, node)
        fn >>= 1
        sn >>= 1
    return sn == 0 and first == earlier_root and second == later_root  # 7

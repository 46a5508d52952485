"""A packed R-tree over boxes in the order given (Hilbert order packs it well), 16 children a node.

Boxes are float32 about the layer's own corner, rounded outward, so a search may name a few boxes too
many and never one too few. A search goes down level by level for a whole block of boxes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shoutu.geometry.compiled import compiled, grown
from shoutu.geometry.machine import lowest_bit
from shoutu.geometry.rings import Floats, Ints

Singles = npt.NDArray[np.float32]
FAN = 16


@dataclass(frozen=True)
class Tree:
    """nodes (n, 4, 16) float32: min x, min y, max x, max y of 16 children; the leaves' nodes first,
    the root last. levels (k + 1,): where each level of nodes starts. origin (2,), degrees."""

    nodes: Singles
    levels: Ints
    origin: Floats

    @property
    def size(self) -> int:
        return int(self.levels[-1])


def build_tree(boxes: Floats) -> Tree:
    """The tree over boxes (n, 4), min x, min y, max x, max y in degrees."""
    origin = boxes[:, :2].min(axis=0) if len(boxes) else np.zeros(2)
    level = _about(np.ascontiguousarray(boxes), origin)
    blocks, starts = [], [0]
    while True:
        count = max(-(-len(level) // FAN), 1)
        padded = np.empty((count * FAN, 4), np.float32)
        padded[:, :2], padded[:, 2:] = np.inf, -np.inf
        padded[: len(level)] = level
        block = padded.reshape(count, FAN, 4)
        blocks.append(np.ascontiguousarray(block.transpose(0, 2, 1)))
        starts.append(starts[-1] + count)
        if count == 1:
            break
        level = np.concatenate([block[:, :, :2].min(axis=1), block[:, :, 2:].max(axis=1)], axis=1)
    return Tree(np.concatenate(blocks), np.array(starts, np.int64), np.ascontiguousarray(origin))


def search(tree: Tree, boxes: Floats) -> tuple[Ints, Ints]:
    """Pairs (k,), (k,): positions in `boxes` (m, 4) and in the tree's boxes that may meet.

    Sorted by position in `boxes`, then by position in the tree.
    """
    asked = np.ascontiguousarray(boxes, dtype=np.float64).reshape(-1, 4)
    return descend(tree.nodes, tree.levels, tree.origin, asked)


@compiled
def _about(boxes: Floats, origin: Floats) -> Singles:
    """(n, 4) boxes about `origin`, each side moved out by at least half a unit in the last place."""
    out = np.empty((len(boxes), 4), np.float32)
    for i in range(len(boxes)):
        for side in range(4):
            away = np.float32(-np.inf) if side < 2 else np.float32(np.inf)
            out[i, side] = np.nextafter(np.float32(boxes[i, side] - origin[side % 2]), away)
    return out


@compiled
def descend(nodes: Singles, levels: Ints, origin: Floats, boxes: Floats) -> tuple[Ints, Ints]:
    """As `search`, for compiled callers."""
    count = len(boxes)
    asked = _about(boxes, origin)
    # A byte for each child, read eight at a time: most are empty.
    mask = np.zeros(FAN, np.uint8)
    words, one = mask.view(np.uint64), np.uint64(1)
    who, what = np.arange(count), np.full(count, levels[-1] - 1)
    for level in range(len(levels) - 2, -1, -1):
        below = levels[level - 1] if level > 0 else 0
        start = levels[level]
        room = 2 * len(who) + 64
        next_who, next_what = np.empty(room, np.int64), np.empty(room, np.int64)
        used = 0
        for i in range(len(who)):
            if used + FAN > room:
                room *= 2
                next_who, next_what = grown(next_who, room), grown(next_what, room)
            box, node = asked[who[i]], nodes[what[i]]
            for j in range(FAN):
                mask[j] = (
                    (node[0, j] <= box[2])
                    & (node[2, j] >= box[0])
                    & (node[1, j] <= box[3])
                    & (node[3, j] >= box[1])
                )
            for half in range(FAN // 8):
                word = words[half]
                while word != 0:
                    next_who[used] = who[i]
                    next_what[used] = below + (what[i] - start) * FAN + 8 * half + (lowest_bit(word) >> 3)
                    used += 1
                    word &= word - one
        who, what = next_who[:used], next_what[:used]
    return who, what

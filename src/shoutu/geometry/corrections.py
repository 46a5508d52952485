"""Ground that several polygons of a layer cover, as rings of weight −1, made when the layer is built.

A layer's areas are sums over its polygons; where two of one class overlap, the sum counts the ground
twice. So for each polygon the ground that earlier polygons (by number) cover too is written as rings that
run the other way round, and whoever adds up the records adds these as well: what is left counts once.
Which of them apply depends on the classes, known only when asked: a ring tells its later polygon and all
earlier ones over it, and applies when one of the earlier is of the later's class. The rings come from the
sweep over slabs of `union`; a ring is a run of slabs, its upright joints worth nothing to the kernel.

Stacks too deep for that (`DEEPEST`, `MOST_STRIPS`) are left to the sweep at the time of asking.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from shoutu.geometry.compiled import ascending, compiled, grown, zero
from shoutu.geometry.index import Tree, build_tree
from shoutu.geometry.overlap import Ground, add_frame, gather
from shoutu.geometry.prepared import Owners
from shoutu.geometry.rings import Floats, Ints
from shoutu.geometry.union import CURVE, cuts_of, edge_y, settle

DEEPEST = 24
"""Earlier polygons over one piece: the bits of one number, and fewer: their sets are many."""
MOST_STRIPS = 4_000
"""Strips of one piece, beyond which a stack is too deep."""
LONGEST_CHAIN = 64
"""Strips of one ring."""

FIRST, TAIL, MASK, PLACE = range(4)
"""Rows of the chains (4, n): first and last strip, set of polygons, place among equal sets of a slab."""
Desk = tuple[Ints, Floats, Ints, Ints]
"""Work arrays of `MOST_STRIPS`: strips, their x (2, n), chains, and the number of strips of each chain."""
UPPER, LOWER, NEXT = range(3)
"""Rows of the strips (3, n): the edge above, the edge below, the next strip of the chain or −1."""


@dataclass(frozen=True)
class Corrections:
    """Rings of weight −1, each of one stack.

    xy, bulge         (n, 2), (n,) or (0,): as in `Prepared`
    records, box      (m, 2) vertex ranges and (m, 4) boxes of the rings
    stack             (m,) int32 stack of each ring
    later             (s,) int32 the feature of each stack that counts too often
    earlier_starts    (s + 1,) the features over it that come before it are
    earlier           (k,) int32 earlier[earlier_starts[i]:earlier_starts[i + 1]]
    tree              over the boxes
    """

    xy: Floats
    bulge: Floats
    records: Ints
    box: Floats
    stack: Owners
    later: Owners
    earlier_starts: Ints
    earlier: Owners
    tree: Tree

    def codes(self, codes: Owners) -> Owners:
        """The class code (s,) to which each stack applies, −1 for none, by the codes of the features."""
        out = np.empty(len(self.later), np.int32)
        _applying(codes, self.later, self.earlier_starts, self.earlier, out)
        return out

    def ground(self, codes: Owners) -> Ground:
        """What the kernel reads; `codes` as from `codes`."""
        none, longest = self._sizes
        return self.xy, self.bulge, self.records, self.stack, codes, none, longest, self.box

    @cached_property
    def _sizes(self) -> tuple[Owners, Ints]:
        """No component for each stack, and the most vertices of a ring, twice."""
        longest = np.diff(self.records, axis=1).max(initial=0)
        return np.zeros(len(self.later), np.int32), np.array([longest, longest], np.int64)


def no_corrections() -> Corrections:
    none, index = np.zeros(0, np.int32), np.zeros((0, 2), np.int64)
    boxes = np.zeros((0, 4))
    starts = np.zeros(1, np.int64)
    return Corrections(
        np.zeros((0, 2)), np.zeros(0), index, boxes, none, none, starts, none, build_tree(boxes)
    )


Part = tuple[Floats, Floats, Ints, Owners, Ints, Ints, Owners, Ints]
"""xy, bulge; end and stack of each ring; piece and end of each stack; earlier features; pieces too deep."""


def assembled(parts: list[Part], piece_owner: Owners, deep: npt.NDArray[np.bool_]) -> Corrections:
    """The corrections from the parts that `corrections_of` gave, but for features of which `deep` is true."""
    xy = np.concatenate([part[0] for part in parts])
    bulge = np.concatenate([part[1] for part in parts])
    ends = _shifted([part[2] for part in parts], [len(part[0]) for part in parts])
    stack = _shifted([part[3] for part in parts], [len(part[4]) for part in parts])
    later = piece_owner[np.concatenate([part[4] for part in parts])]
    earlier_starts = np.append(0, _shifted([part[5] for part in parts], [len(part[6]) for part in parts]))
    earlier = np.concatenate([part[6] for part in parts])
    records = np.stack([np.append(0, ends)[:-1], ends], axis=1).astype(np.int64)
    kept = ~deep[later[stack]]
    records, (stacks, stack) = records[kept], np.unique(stack[kept], return_inverse=True)
    sizes = np.diff(earlier_starts)[stacks]
    first = np.append(0, np.cumsum(sizes))
    named = np.repeat(earlier_starts[stacks] - first[:-1], sizes) + np.arange(first[-1])
    box = np.empty((len(records), 4))
    _chain_boxes(xy, bulge, records, box)
    if not bulge.any():
        bulge = np.zeros(0)
    return Corrections(
        xy,
        bulge,
        records,
        box,
        stack.astype(np.int32),
        later[stacks],
        first.astype(np.int64),
        earlier[named],
        build_tree(box),
    )


def _shifted(columns: list[Ints] | list[Owners], sizes: list[int]) -> Ints:
    """The columns end to end, each counted on from the sizes of those before it."""
    before = np.cumsum([0, *sizes])[:-1]
    return np.concatenate([column + start for column, start in zip(columns, before, strict=True)])


@compiled
def _applying(codes: Owners, later: Owners, starts: Ints, earlier: Owners, out: Owners) -> None:
    for i in range(len(later)):
        out[i] = -1
        for k in range(starts[i], starts[i + 1]):
            if codes[earlier[k]] == codes[later[i]]:
                out[i] = codes[later[i]]
                break


@compiled
def _chain_boxes(xy: Floats, bulge: Floats, records: Ints, out: Floats) -> None:
    for i in range(len(records)):
        x0 = y0 = np.inf
        x1 = y1 = -np.inf
        for k in range(records[i, 0], records[i, 1]):
            x, y, b = xy[k, 0], xy[k, 1], bulge[k]
            x0, x1 = min(x0, x), max(x1, x)
            y0, y1 = min(y0, y + min(b, 0.0)), max(y1, y + max(b, 0.0))
            if b != 0.0:
                y0, y1 = min(y0, xy[k + 1, 1] + min(b, 0.0)), max(y1, xy[k + 1, 1] + max(b, 0.0))
        out[i, 0], out[i, 1], out[i, 2], out[i, 3] = x0, y0, x1, y1


@compiled
def _stacked_edges(
    ground: Ground,
    feature_records: Ints,
    box: Floats,
    begin: int,
    end: int,
    over: Owners,
) -> tuple[Floats, Ints, int]:
    """Edges in `box` of the records begin..end (polygon 0) and the features `over` (1, 2, …), and a frame."""
    xy, bulge, records, _, _, _, _, boxes = ground
    room, most = 4, zero()
    for part in range(-1, len(over)):
        low = begin if part < 0 else feature_records[over[part], 0]
        high = end if part < 0 else feature_records[over[part], 1]
        for record in range(low, high):
            if _meet(boxes[record], box):
                size = records[record, 1] - records[record, 0] + 2
                room += size
                most = max(most, size)
    one, edges, who = np.empty((6, most + 2)), np.empty((6, room)), np.zeros(room, np.int64)
    used = zero()
    for part in range(-1, len(over)):
        low = begin if part < 0 else feature_records[over[part], 0]
        high = end if part < 0 else feature_records[over[part], 1]
        before = used
        for record in range(low, high):
            if _meet(boxes[record], box):
                used = gather(xy, bulge, records[record, 0], records[record, 1], box, one, edges, used)
        for i in range(before, used):
            who[i] = part + 1
    used = add_frame(edges, who, used, box, len(over) + 1)
    return edges, who, used


@compiled
def _meet(one: Floats, other: Floats) -> bool:
    return bool(one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1])


@compiled
def _cut_strips(
    edges: Floats, who: Ints, count: int, polygons: int, width: float, desk: Desk
) -> tuple[int, int]:
    """Ground of polygon 0 under the frame that others cover, in strips from left to right, by set of others.

    Fills the desk; how many strips and chains, −1 where there are too many.
    """
    strips, spans, chains, length = desk
    order = ascending(edges[0], count)
    cuts = cuts_of(edges, order, width)
    active, height = np.empty(count, np.int64), np.empty(count)
    used = coming = strip_count = chain_count = live = zero()
    for i in range(len(cuts) - 1):
        left, right = cuts[i], cuts[i + 1]
        if not left < right:
            continue
        used, coming = settle(edges, order, count, left, right, active, height, used, coming)
        # Chains that reached `left` are the last ones; older ones are done.
        while live < chain_count and spans[1, chains[TAIL, live]] < left:
            live += 1
        inside = framed = False
        mask, above = zero(), zero()
        for k in range(used):
            e = active[k]
            open_ = mask if inside and framed else 0
            if who[e] == 0:
                inside = not inside
            elif who[e] > polygons:
                framed = not framed
            else:
                mask ^= 1 << (who[e] - 1)
            now = mask if inside and framed else 0
            if now == open_:
                continue
            if open_ != 0 and _thick(edges, above, e, left, right):
                if strip_count == MOST_STRIPS:
                    return 0, -1
                place = zero()
                for c in range(live, chain_count):
                    if chains[MASK, c] == open_ and spans[1, chains[TAIL, c]] == right:
                        place += 1
                found = -1
                for c in range(live, chain_count):
                    tail = chains[TAIL, c]
                    same = chains[MASK, c] == open_ and chains[PLACE, c] == place
                    if same and spans[1, tail] == left and length[c] < LONGEST_CHAIN:
                        found = c
                if found >= 0:
                    tail = chains[TAIL, found]
                    if strips[UPPER, tail] == above and strips[LOWER, tail] == e:
                        spans[1, tail] = right
                        above = e
                        continue
                strips[UPPER, strip_count], strips[LOWER, strip_count] = above, e
                strips[NEXT, strip_count] = -1
                spans[0, strip_count], spans[1, strip_count] = left, right
                if found >= 0:
                    strips[NEXT, chains[TAIL, found]] = strip_count
                    chains[TAIL, found] = strip_count
                    length[found] += 1
                else:
                    chains[FIRST, chain_count] = chains[TAIL, chain_count] = strip_count
                    chains[MASK, chain_count], chains[PLACE, chain_count] = open_, place
                    length[chain_count] = 1
                    chain_count += 1
                strip_count += 1
            above = e
    return strip_count, chain_count


@compiled
def _thick(edges: Floats, above: int, below: int, left: float, right: float) -> bool:
    """Whether there is anything between two edges: roofs and the frame's top lie on one another."""
    return bool(
        edge_y(edges, above, left) > edge_y(edges, below, left)
        or edge_y(edges, above, right) > edge_y(edges, below, right)
    )


@compiled
def _add_chain(
    edges: Floats, strips: Ints, spans: Floats, first: int, box: Floats, xy: Floats, bulge: Floats, used: int
) -> int:
    """Write the ring of one chain, clockwise: its upper side eastward, its lower side back. Vertices now."""
    x0, middle = box[0], (box[1] + box[3]) / 2
    begin = used
    chain = np.empty(LONGEST_CHAIN, np.int64)
    size, strip = zero(), first
    while strip >= 0:
        chain[size] = strip
        size += 1
        strip = strips[NEXT, strip]
    for side in (UPPER, LOWER):
        k = zero()
        while k < size:
            # Strips under one edge are one edge.
            last = k
            edge = strips[side, chain[k if side == UPPER else size - 1 - k]]
            while (
                last + 1 < size
                and strips[side, chain[last + 1 if side == UPPER else size - 2 - last]] == edge
            ):
                last += 1
            if side == UPPER:
                start, stop = spans[0, chain[k]], spans[1, chain[last]]
            else:
                start, stop = spans[1, chain[size - 1 - k]], spans[0, chain[size - 1 - last]]
            for x in (start, stop):
                xy[used, 0], xy[used, 1] = x0 + x, middle + edge_y(edges, edge, x)
                bulge[used] = 0.0
                used += 1
            bulge[used - 2] = edges[CURVE, edge] * (stop - start) * (stop - start) / 4
            k = last + 1
    xy[used, 0], xy[used, 1], bulge[used] = xy[begin, 0], xy[begin, 1], 0.0
    return used + 1


@compiled
def _common_box(boxes: Floats, feature_records: Ints, over: Owners, within: Floats, out: Floats) -> bool:
    """Write to out (4,) a box in `within` that holds all records of `over` there."""
    out[0], out[1], out[2], out[3] = within[2], within[3], within[0], within[1]
    for feature in over:
        for record in range(feature_records[feature, 0], feature_records[feature, 1]):
            if _meet(boxes[record], within):
                out[0], out[1] = min(out[0], boxes[record, 0]), min(out[1], boxes[record, 1])
                out[2], out[3] = max(out[2], boxes[record, 2]), max(out[3], boxes[record, 3])
    for side in range(2):
        out[side] = max(out[side], within[side])
        out[side + 2] = min(out[side + 2], within[side + 2])
    return bool(out[0] < out[2] and out[1] < out[3])


@compiled
def corrections_of(
    ground: Ground,
    piece_starts: Ints,
    piece_box: Floats,
    feature_records: Ints,
    pieces: Ints,
    over_starts: Ints,
    over: Owners,
) -> Part:
    """The corrections of some pieces.

    feature_records (features, 2) first and one past the last record of each feature
    pieces         (p,) pieces that earlier features cover in part
    over           (k,) those features: over[over_starts[i]:over_starts[i + 1]] over pieces[i], ascending
    """
    room, ring_room, stack_room, earlier_room = zero() + 1024, zero() + 64, zero() + 64, zero() + 64
    xy, bulge = np.empty((room, 2)), np.empty(room)
    ends, stack = np.empty(ring_room, np.int64), np.empty(ring_room, np.int64)
    later, earlier_ends = np.empty(stack_room, np.int64), np.empty(stack_room, np.int64)
    earlier = np.empty(earlier_room, np.int64)
    deep = np.empty(len(pieces), np.int64)
    vertices = rings = stacks = named = sunk = zero()
    box = np.empty(4)
    strips, spans = np.empty((3, MOST_STRIPS), np.int64), np.empty((2, MOST_STRIPS))
    chains, length = np.empty((4, MOST_STRIPS), np.int64), np.empty(MOST_STRIPS, np.int64)
    desk = strips, spans, chains, length
    for i in range(len(pieces)):
        piece = pieces[i]
        mine = over[over_starts[i] : over_starts[i + 1]]
        if len(mine) > DEEPEST:
            deep[sunk] = piece
            sunk += 1
            continue
        if not _common_box(ground[7], feature_records, mine, piece_box[piece], box):
            continue
        begin, end = piece_starts[piece], piece_starts[piece + 1]
        edges, who, count = _stacked_edges(ground, feature_records, box, begin, end, mine)
        strip_count, chain_count = _cut_strips(edges, who, count, len(mine), box[2] - box[0], desk)
        if chain_count < 0:
            deep[sunk] = piece
            sunk += 1
            continue
        if vertices + 4 * strip_count + chain_count > room:
            room = 2 * (vertices + 4 * strip_count + chain_count)
            wider = np.empty((room, 2))
            wider[:vertices] = xy[:vertices]
            xy, bulge = wider, grown(bulge, room)
        if rings + chain_count > ring_room:
            ring_room = 2 * (rings + chain_count)
            ends, stack = grown(ends, ring_room), grown(stack, ring_room)
        if stacks + chain_count > stack_room:
            stack_room = 2 * (stacks + chain_count)
            later, earlier_ends = grown(later, stack_room), grown(earlier_ends, stack_room)
        if named + chain_count * len(mine) > earlier_room:
            earlier_room = 2 * (named + chain_count * len(mine))
            earlier = grown(earlier, earlier_room)
        own = stacks
        for c in range(chain_count):
            vertices = _add_chain(edges, strips, spans, chains[FIRST, c], box, xy, bulge, vertices)
            ends[rings] = vertices
            # One stack for all chains of the piece under the same polygons.
            stack[rings] = -1
            for earlier_chain in range(c):
                if chains[MASK, earlier_chain] == chains[MASK, c]:
                    stack[rings] = stack[rings - c + earlier_chain]
                    break
            if stack[rings] < 0:
                stack[rings] = stacks
                later[stacks] = piece
                for k in range(len(mine)):
                    if chains[MASK, c] & (1 << k):
                        earlier[named] = mine[k]
                        named += 1
                earlier_ends[stacks] = named
                stacks += 1
            rings += 1
        assert own <= stacks
    return (
        xy[:vertices],
        bulge[:vertices],
        ends[:rings],
        stack[:rings].astype(np.int32),
        later[:stacks],
        earlier_ends[:stacks],
        earlier[:named].astype(np.int32),
        deep[:sunk],
    )

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

from shoutu.geometry.compiled import Number, ascending, compiled, grown, zero
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
Desk = tuple[Ints, Floats, Ints, Ints, Ints]
"""Work arrays of `MOST_STRIPS`: strips, their x (2, n), chains, strips of each chain; and how many strips and
chains there are (2,)."""
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
def _cut_strips(edges: Floats, who: Ints, count: int, polygons: int, width: float, desk: Desk) -> bool:
    """Ground of polygon 0 under the frame that others cover, in strips from left to right, by set of others.

    Fills the desk; false where there are too many strips.
    """
    _, spans, chains, _, size = desk
    order = ascending(edges[0], count)
    cuts = cuts_of(edges, order, width)
    active, height = np.empty(count, np.int64), np.empty(count)
    used = coming = live = zero()
    size[:] = 0
    for i in range(len(cuts) - 1):
        left, right = cuts[i], cuts[i + 1]
        if not left < right:
            continue
        used, coming = settle(edges, order, count, left, right, active, height, used, coming)
        # Chains before the first that reached `left` are done.
        while live < size[1] and spans[1, chains[TAIL, live]] < left:
            live += 1
        inside = framed = False
        mask, above = zero(), zero()
        for k in range(used):
            e = active[k]
            before = mask if inside and framed else 0
            if who[e] == 0:
                inside = not inside
            elif who[e] > polygons:
                framed = not framed
            else:
                mask ^= 1 << (who[e] - 1)
            now = mask if inside and framed else 0
            if now == before:
                continue
            if before != 0 and _thick(edges, above, e, left, right):
                if size[0] == MOST_STRIPS:
                    return False
                _add_strip(desk, live, before, above, e, left, right)
            above = e
    return True


@compiled
def _add_strip(desk: Desk, live: int, mask: int, above: int, below: int, left: float, right: float) -> None:
    """Put a strip to the chain of its set and place that reaches it, or begin a chain."""
    strips, spans, chains, length, size = desk
    strip, chain, place = size[0], zero() - 1, zero()
    for c in range(live, size[1]):
        if chains[MASK, c] == mask and spans[1, chains[TAIL, c]] == right:
            place += 1
    for c in range(live, size[1]):
        same = chains[MASK, c] == mask and chains[PLACE, c] == place
        if same and spans[1, chains[TAIL, c]] == left and length[c] < LONGEST_CHAIN:
            chain = c
    if chain >= 0:
        tail = chains[TAIL, chain]
        if strips[UPPER, tail] == above and strips[LOWER, tail] == below:
            spans[1, tail] = right
            return
        strips[NEXT, tail] = strip
        length[chain] += 1
    else:
        chain = size[1]
        chains[FIRST, chain], chains[MASK, chain], chains[PLACE, chain] = strip, mask, place
        length[chain] = 1
        size[1] += 1
    chains[TAIL, chain] = strip
    strips[UPPER, strip], strips[LOWER, strip], strips[NEXT, strip] = above, below, -1
    spans[0, strip], spans[1, strip] = left, right
    size[0] += 1


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
def _piece_rings(edges: Floats, box: Floats, desk: Desk) -> tuple[Floats, Floats, Ints, Ints, Ints]:
    """The rings of one piece: x and y in turn, bulge, ends, stack of each ring, and set of each stack.

    One stack for all rings under the same set.
    """
    strips, spans, chains, _, size = desk
    chain_count = size[1]
    room = 4 * size[0] + chain_count
    xy, bulge = np.empty((room, 2)), np.empty(room)
    ends, stack = np.empty(chain_count, np.int64), np.empty(chain_count, np.int64)
    sets = np.empty(chain_count, np.int64)
    used = stacks = zero()
    for c in range(chain_count):
        used = _add_chain(edges, strips, spans, chains[FIRST, c], box, xy, bulge, used)
        ends[c] = used
        stack[c] = stacks
        for k in range(stacks):
            if sets[k] == chains[MASK, c]:
                stack[c] = k
                break
        if stack[c] == stacks:
            sets[stacks] = chains[MASK, c]
            stacks += 1
    return xy[:used].reshape(2 * used), bulge[:used], ends, stack, sets[:stacks]


@compiled
def _extended(column: npt.NDArray[Number], used: int, more: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """`column`, of which `used` items are set, with `more` after them."""
    if used + len(more) > len(column):
        column = grown(column, 2 * (used + len(more)))
    column[used : used + len(more)] = more
    return column


@compiled
def _members(sets: Ints, over: Owners) -> tuple[Ints, Ints]:
    """The features in each set, and where each set ends."""
    named, ends, used = np.empty(len(sets) * len(over), np.int64), np.empty(len(sets), np.int64), zero()
    for i in range(len(sets)):
        for k in range(len(over)):
            if sets[i] & (1 << k):
                named[used] = over[k]
                used += 1
        ends[i] = used
    return named[:used], ends


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
    pieces          (p,) pieces that earlier features cover in part
    over            (k,) those features: over[over_starts[i]:over_starts[i + 1]] over pieces[i], ascending
    """
    xy, bulge, earlier = np.empty(2048), np.empty(1024), np.empty(64, np.int64)
    ends, stack = np.empty(64, np.int64), np.empty(64, np.int64)
    later, earlier_ends, deep = np.empty(64, np.int64), np.empty(64, np.int64), np.empty(64, np.int64)
    vertices = rings = stacks = named = sunk = zero()
    box, one = np.empty(4), np.empty(1, np.int64)
    desk = (
        np.empty((3, MOST_STRIPS), np.int64),
        np.empty((2, MOST_STRIPS)),
        np.empty((4, MOST_STRIPS), np.int64),
        np.empty(MOST_STRIPS, np.int64),
        np.empty(2, np.int64),
    )
    for i in range(len(pieces)):
        piece, mine = pieces[i], over[over_starts[i] : over_starts[i + 1]]
        if not _common_box(ground[7], feature_records, mine, piece_box[piece], box):
            continue
        fits = len(mine) <= DEEPEST
        if fits:
            begin, end = piece_starts[piece], piece_starts[piece + 1]
            edges, who, count = _stacked_edges(ground, feature_records, box, begin, end, mine)
            fits = _cut_strips(edges, who, count, len(mine), box[2] - box[0], desk)
        if not fits:
            one[0] = piece
            deep = _extended(deep, sunk, one)
            sunk += 1
            continue
        new_xy, new_bulge, new_ends, new_stack, sets = _piece_rings(edges, box, desk)
        members, member_ends = _members(sets, mine)
        xy, bulge = _extended(xy, 2 * vertices, new_xy), _extended(bulge, vertices, new_bulge)
        ends, stack = _extended(ends, rings, new_ends + vertices), _extended(stack, rings, new_stack + stacks)
        later = _extended(later, stacks, np.full(len(sets), piece))
        earlier, earlier_ends = (
            _extended(earlier, named, members),
            _extended(earlier_ends, stacks, member_ends + named),
        )
        vertices, rings = vertices + len(new_bulge), rings + len(new_ends)
        stacks, named = stacks + len(sets), named + len(members)
    return (
        xy[: 2 * vertices].reshape(vertices, 2),
        bulge[:vertices],
        ends[:rings],
        stack[:rings].astype(np.int32),
        later[:stacks],
        earlier_ends[:stacks],
        earlier[:named].astype(np.int32),
        deep[:sunk],
    )

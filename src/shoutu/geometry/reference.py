"""A layer ready to be asked: its polygons, the tree over them, and who overlaps whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from shoutu.geometry.compiled import compiled
from shoutu.geometry.corrections import Corrections, Part, assembled, corrections_of, no_corrections
from shoutu.geometry.index import Tree, build_tree
from shoutu.geometry.overlap import Ground, Subjects, TreeArrays, overlap_rows
from shoutu.geometry.prepared import Owners, Prepared
from shoutu.geometry.rings import Floats, Ints
from shoutu.geometry.threads import SLICES, run_threads, sliced

Flags = npt.NDArray[np.bool_]
TOUCHING = 1e-4
"""Two polygons that share less, m², count as disjoint."""

PIECES_A_SLICE = 32_768
"""Most that a slice of the join takes up: what it reads of a large layer is let go after it."""


@dataclass(frozen=True)
class Reference:
    """overlapping  how many polygons overlap another of their layer
    component    (features,) int32: for stacks too deep for corrections the number of the group that hangs
                 together by overlaps; else 0
    corrections  the ground that polygons of component 0 cover again
    ignored      sum of the overlaps below `TOUCHING`, m²
    """

    polygons: Prepared
    tree: Tree
    overlapping: int
    component: Owners
    corrections: Corrections
    ignored: float

    def ground(self, codes: Owners) -> Ground:
        """What the kernel reads, with the class code of each feature (features,) int32."""
        p = self.polygons
        return p.xy, p.bulge, p.records, p.record_owner, codes, self.component, p.longest, p.record_box


def arrays_of(tree: Tree) -> TreeArrays:
    return tree.nodes, tree.levels, tree.origin


def subjects(prepared: Prepared) -> Subjects:
    p = prepared
    return p.xy, p.bulge, p.records, p.piece_starts, p.piece_box, p.piece_area, p.longest


def areas(
    asking: Prepared,
    reference: Reference,
    codes: Owners,
    corrected: Owners,
    pieces: Ints,
    classes: int,
    unite: bool = True,
) -> tuple[Ints, Ints, Floats]:
    """`overlap_rows` of some pieces of `asking`. codes, corrected: class codes of features and of stacks."""
    return overlap_rows(
        subjects(asking),
        reference.ground(codes),
        arrays_of(reference.tree),
        reference.corrections.ground(corrected),
        arrays_of(reference.corrections.tree),
        pieces,
        np.full(classes, -1),
        unite,
    )


def make_reference(
    prepared: Prepared, threads: int = 2, progress: Callable[[int, int], None] | None = None
) -> Reference:
    """Build the tree, find overlaps by joining the layer with itself, and write what is covered again.

    progress  called with (slices done, slices in all) of the join, from the calling thread
    """
    tree = build_tree(prepared.record_box)
    alone = np.zeros(prepared.features, np.int32)
    bare = Reference(prepared, tree, 0, alone, no_corrections(), 0.0)
    if prepared.features < 2 or not len(prepared.piece_box):
        return bare
    piece, later, earlier, area = _self_join(bare, threads, progress)
    pair, where = np.unique(later * prepared.features + earlier, return_inverse=True)
    total = np.bincount(where, weights=area, minlength=len(pair))
    strong = total >= TOUCHING
    ignored = float(total[~strong & (total > 0)].sum())
    if not strong.any():
        return replace(bare, ignored=ignored)
    kept = strong[where]
    one, other = pair[strong] // prepared.features, pair[strong] % prepared.features
    component = np.zeros(prepared.features, np.int32)
    _number_components(one, other, component)
    parts = _corrections(bare, piece[kept], earlier[kept], threads)
    deep_pieces = np.concatenate([part[7] for part in parts])
    deep: Flags = np.isin(component, component[prepared.piece_owner[deep_pieces]]) & (component > 0)
    return Reference(
        prepared,
        tree,
        overlapping=int((component > 0).sum()),
        component=np.where(deep, component, 0).astype(np.int32),
        corrections=assembled(parts, prepared.piece_owner, deep),
        ignored=ignored,
    )


def _self_join(
    bare: Reference, threads: int, progress: Callable[[int, int], None] | None
) -> tuple[Ints, Ints, Ints, Floats]:
    """Pieces with an earlier feature that overlaps them: piece, its feature, the earlier one, area in m²."""
    p = bare.polygons
    codes, owners = np.arange(p.features, dtype=np.int32), p.piece_owner

    def join(pieces: Ints) -> tuple[Ints, Ints, Ints, Floats]:
        at, code, area = areas(p, bare, codes, np.zeros(0, np.int32), pieces, p.features, unite=False)
        piece = pieces[at]
        later = owners[piece].astype(np.int64)
        keep = code < later
        return piece[keep], later[keep], code[keep], area[keep]

    slices = max(4 * SLICES, len(owners) // PIECES_A_SLICE)
    results = run_threads([partial(join, part) for part in sliced(len(owners), slices)], threads, progress)
    piece, later, earlier, area = (
        np.concatenate([result[column] for result in results]) for column in range(4)
    )
    order = np.lexsort((earlier, piece))
    return piece[order], later[order], earlier[order], area[order]


def _corrections(bare: Reference, piece: Ints, earlier: Ints, threads: int) -> list[Part]:
    """For pieces (k,), ascending, and the earlier feature (k,) over each."""
    p = bare.polygons
    pieces, first = np.unique(piece, return_index=True)
    over_starts = np.append(first, len(piece)).astype(np.int64)
    first_record = np.flatnonzero(np.diff(p.record_owner, prepend=-1))
    feature_records = np.zeros((p.features, 2), np.int64)
    feature_records[p.record_owner[first_record], 0] = first_record
    feature_records[p.record_owner[first_record], 1] = np.append(first_record[1:], len(p.record_owner))
    ground = bare.ground(np.zeros(0, np.int32))

    def correct(part: Ints) -> Part:
        begin, end = over_starts[part[0]], over_starts[part[-1] + 1]
        starts = over_starts[part[0] : part[-1] + 2] - begin
        over = earlier[begin:end].astype(np.int32)
        return corrections_of(
            ground, p.piece_starts, p.piece_box, feature_records, pieces[part], starts, over
        )

    return run_threads([partial(correct, part) for part in sliced(len(pieces), 4 * SLICES)], threads)


@compiled
def _number_components(one: Ints, other: Ints, out: Owners) -> None:
    """Fill out (features,) with the number of each one's component, from 1 by first feature; 0: alone."""
    parent = np.arange(len(out))
    for i in range(len(one)):
        a, b = one[i], other[i]
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        parent[max(a, b)] = min(a, b)
        out[one[i]] = out[other[i]] = 1
    count = 0
    number = np.zeros(len(out), np.int32)
    for i in range(len(out)):
        if out[i] == 0:
            continue
        root = i
        while parent[root] != root:
            root = parent[root]
        if number[root] == 0:
            count += 1
            number[root] = count
        out[i] = number[root]

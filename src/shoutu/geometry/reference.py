"""A layer ready to be asked: its polygons, the tree over them, and who overlaps whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from shoutu.geometry.compiled import compiled
from shoutu.geometry.index import Tree, build_tree
from shoutu.geometry.overlap import Ground, Subjects, TreeArrays, overlap_rows
from shoutu.geometry.prepared import Owners, Prepared
from shoutu.geometry.rings import Floats, Ints
from shoutu.geometry.threads import SLICES, run_threads, sliced

TOUCHING = 1e-4
"""Two polygons that share less, m², count as disjoint."""


@dataclass(frozen=True)
class Reference:
    """component (features,) int32: 0 for a polygon that overlaps no other of its layer, else the number of
    the group that hangs together by overlaps. ignored: sum of the overlaps below `TOUCHING`, m²."""

    polygons: Prepared
    tree: Tree
    component: Owners
    ignored: float

    def ground(self, codes: Owners) -> Ground:
        """What the kernel reads, with the class code of each feature (features,) int32."""
        p = self.polygons
        return p.xy, p.bulge, p.records, p.record_owner, codes, self.component, p.longest, p.record_box

    def tree_arrays(self) -> TreeArrays:
        return self.tree.nodes, self.tree.levels, self.tree.origin


def subjects(prepared: Prepared) -> Subjects:
    p = prepared
    return p.xy, p.bulge, p.records, p.piece_starts, p.piece_box, p.piece_area, p.longest


def make_reference(prepared: Prepared, threads: int = 2) -> Reference:
    """Build the tree, and find overlaps by joining the layer with itself."""
    tree = build_tree(prepared.record_box)
    bare = Reference(prepared, tree, np.zeros(prepared.features, np.int32), 0.0)
    if prepared.features < 2 or not len(prepared.piece_box):
        return bare
    one, other, area = _self_join(bare, threads)
    strong = area >= TOUCHING
    component = np.zeros(prepared.features, np.int32)
    _number_components(one[strong], other[strong], component)
    return Reference(prepared, tree, component, float(area[~strong].sum()))


def _self_join(bare: Reference, threads: int) -> tuple[Ints, Ints, Floats]:
    """Pairs of features, the smaller first, with the area that they share (m², above zero)."""
    p = bare.polygons
    ground, tree = bare.ground(np.arange(p.features, dtype=np.int32)), bare.tree_arrays()
    owners = p.piece_owner

    def join(pieces: Ints) -> tuple[Ints, Ints, Floats]:
        at, code, area = overlap_rows(subjects(p), ground, tree, pieces, np.full(p.features, -1), False)
        one = owners[pieces[at]].astype(np.int64)
        keep = one < code
        return one[keep], code[keep], area[keep]

    results = run_threads([partial(join, part) for part in sliced(len(owners), 4 * SLICES)], threads)
    one = np.concatenate([result[0] for result in results])
    other = np.concatenate([result[1] for result in results])
    area = np.concatenate([result[2] for result in results])
    pair, where = np.unique(one * p.features + other, return_inverse=True)
    total = np.bincount(where, weights=area, minlength=len(pair)).astype(np.float64)
    shared = total > 0
    return pair[shared] // p.features, pair[shared] % p.features, total[shared]


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

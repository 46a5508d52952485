"""Runs the kernel over patches and layers, in threads.

Slices go through the same sums in the same order whatever the number of threads, so the answer is
the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from shoutu.geometry.prepared import Prepared
from shoutu.geometry.reference import areas
from shoutu.geometry.rings import Floats, Ints
from shoutu.geometry.threads import SLICES, run_threads, sliced
from shoutu.overlay.facts import LayerView, Overlay

SMALLEST = 0.001
"""Rows below, m², are not reported (contract 2)."""
WORTHWHILE = 64
"""Pieces that are worth a slice of their own."""

MOST = 65_536
"""Pieces of one slice, so that a large job has slices for many workers."""

Part = tuple[Ints, Ints, Floats]


@dataclass(frozen=True)
class Task:
    """One slice of the patches against one layer."""

    view: LayerView
    patches: Prepared
    pieces: Ints

    def __call__(self) -> Part:
        """Patch, class code and area of this slice's rows; a patch cut into pieces has several."""
        rows = areas(
            self.patches,
            self.view.reference,
            self.view.class_codes,
            self.view.corrected,
            self.pieces,
            len(self.view.class_names),
        )
        return self.patches.piece_owner[self.pieces[rows[0]]].astype(np.int64), rows[1], rows[2]


def overlay(
    patches: Prepared,
    layers: Sequence[LayerView],
    threads: int = 2,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    run: Callable[[Sequence[Task]], list[Part]] | None = None,
) -> Overlay:
    """Ellipsoidal areas of each patch × layer × class; each square metre counts once in a class.

    progress     called with (slices done, slices in all), from the calling thread
    should_stop  asked before each slice; when true, Stopped is raised
    run          who does the slices and gives their parts in order; None: `threads` of this process
    """
    count = len(patches.piece_box)
    tasks: list[tuple[int, Task]] = []
    for index, view in enumerate(layers):
        ready = view.ready(threads)
        if not len(ready.reference.polygons.records):
            continue
        slices = sliced(count, max(min(SLICES, -(-count // WORTHWHILE)), count // MOST))
        tasks += [(index, Task(ready, patches, pieces)) for pieces in slices]
    jobs = [task for _, task in tasks]
    results = run_threads(jobs, threads, progress, should_stop) if run is None else run(jobs)
    tables = [
        _summed(view, [result for (of, _), result in zip(tasks, results, strict=True) if of == index])
        for index, view in enumerate(layers)
    ]
    tables.append((np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)))
    layer = np.concatenate([np.full(len(t[0]), i, np.int32) for i, t in enumerate(tables)])
    patch, code, area = (np.concatenate([table[column] for table in tables]) for column in range(3))
    order = np.lexsort((layer, patch))
    return Overlay(
        patch=patch[order],
        layer=layer[order],
        class_code=code[order].astype(np.int32),
        area_m2=area[order],
        patch_area_m2=patches.area,
        layer_names=tuple(view.name for view in layers),
        class_names=tuple(tuple(view.class_names) for view in layers),
    )


def _summed(view: LayerView, parts: list[Part]) -> Part:
    """One row for each patch × class of a layer, by patch and class name."""
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    patch, code, area = (np.concatenate([part[column] for part in parts]) for column in range(3))
    names = view.class_names
    by_name = np.array(sorted(range(len(names)), key=names.__getitem__), np.int64)
    rank = np.empty(len(names), np.int64)
    rank[by_name] = np.arange(len(names))
    keys, where = np.unique(patch * len(names) + rank[code], return_inverse=True)
    total = np.bincount(where, weights=area, minlength=len(keys)).astype(np.float64)
    # "not below": NaN must show.
    kept = ~(total < SMALLEST)
    return keys[kept] // len(names), by_name[keys[kept] % len(names)], total[kept]

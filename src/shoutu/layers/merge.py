"""Sorted runs to one layer's arrays: what `prepare` would have made of all the features at once, to the bit.

The runs' features are put in the order of their keys, those of one key in file order. The arrays are
then written from front to back, a block of features at a time: in each run a block is one stretch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from shoutu.geometry.prepared import Prepared
from shoutu.geometry.rings import Ints, Rings
from shoutu.layers.arrays import ArrayFile, Form, Mapped, map_arrays
from shoutu.layers.runs import CUT, PIECES, RECORDS, RINGS, VERTICES, Run
from shoutu.layers.write import PREPARED

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Merged:
    """A layer's polygons over one mapped file; delivered: their rings where the CRS is projected."""

    polygons: Prepared
    delivered: Rings | None
    arrays: Mapped


@dataclass(frozen=True)
class _Block:
    """Features that stand together in the layer.

    run, size  of each feature: its run, and its counts (k, 5)
    at         (k, 5) where it begins in the layer, by the columns of `counts`
    stretches  (runs, 2, 5): where the block begins and ends in each run
    owner      (k,) its number in the layer
    """

    run: Ints
    size: Ints
    at: Ints
    stretches: Ints
    owner: Ints


def merge_runs(
    runs: Sequence[Run], features: int, path: Path, block_vertices: int, progress: Callable[[int, int], None]
) -> None:
    """Write the arrays of all runs to `path`. They are of one CRS; no straight one stands beside a curved."""
    forms = _forms(runs, features)
    feature_rings = np.zeros((features, 2), np.int64)
    total = _totals(runs)
    with ArrayFile(path, forms) as out:
        for block in _blocks(runs, block_vertices):
            _put_vertices(out, runs, block, total)
            _put_rings(out, runs, block)
            _put_records(out, runs, block, total)
            _put_pieces(out, runs, block)
            feature_rings[block.owner, 0] = block.at[:, RINGS]
            feature_rings[block.owner, 1] = block.at[:, RINGS] + block.size[:, RINGS]
            for run in runs:
                run.arrays.release()
            progress(int(block.at[-1, VERTICES]), int(total[VERTICES]))
        out.put("feature_rings", 0, feature_rings)
        _put_in_file_order(out, runs)
        _put_ends(out, runs, total)


def open_merged(path: Path, features: int) -> Merged:
    """What `merge_runs` wrote."""
    arrays = map_arrays(path)
    polygons = Prepared(features=features, **{name: arrays[name] for name in PREPARED})
    delivered = None
    if "delivered_xy" in arrays:
        a = arrays
        delivered = Rings(a["delivered_xy"], a["delivered_starts"], a["delivered_owners"], features)
    return Merged(polygons, delivered, arrays)


def _curved(runs: Sequence[Run]) -> bool:
    return any(run.curved for run in runs)


def _totals(runs: Sequence[Run]) -> Ints:
    total: Ints = sum(
        (run.arrays["counts"].sum(axis=0, dtype=np.int64) for run in runs), np.zeros(5, np.int64)
    )
    return total


def _forms(runs: Sequence[Run], features: int) -> dict[str, Form]:
    rings, vertices, cut, records, pieces = map(int, _totals(runs))
    lengths = {
        "xy": vertices + cut,
        "bulge": vertices + cut if _curved(runs) else 0,
        "ring_starts": rings + 1,
        "feature_rings": features,
        "records": records,
        "record_owner": records,
        "record_box": records,
        "piece_starts": pieces + 1,
        "piece_box": pieces,
        "piece_area": pieces,
        "longest": 2,
        "area": features,
    }
    names = list(PREPARED)
    first = runs[0].arrays
    if "delivered_xy" in first:
        lengths["delivered_xy"] = sum(len(run.arrays["delivered_xy"]) for run in runs)
        lengths["delivered_owners"] = sum(len(run.arrays["delivered_owners"]) for run in runs)
        lengths["delivered_starts"] = lengths["delivered_owners"] + 1
        names += ["delivered_xy", "delivered_starts", "delivered_owners"]
    return {name: (first[name].dtype, (lengths[name], *first[name].shape[1:])) for name in names}


def _blocks(runs: Sequence[Run], most_vertices: int) -> Iterator[_Block]:
    keys = np.concatenate([run.arrays["keys"] for run in runs])
    order = np.argsort(keys, kind="stable")
    del keys
    counts = np.concatenate([run.arrays["counts"] for run in runs])
    owners = np.concatenate([run.arrays["owners"].astype(np.int32) + np.int32(run.first) for run in runs])
    begins = np.cumsum([0, *(len(run.arrays["keys"]) for run in runs)])
    ends = np.cumsum(counts[order, VERTICES] + counts[order, CUT], dtype=np.int64)
    position, at = np.zeros((len(runs), 5), np.int64), np.zeros(5, np.int64)
    first = 0
    while first < len(order):
        before = ends[first - 1] if first else 0
        last = max(int(np.searchsorted(ends, before + most_vertices, side="right")), first + 1)
        chosen = order[first:last]
        size = counts[chosen].astype(np.int64)
        run = np.searchsorted(begins, chosen, side="right") - 1
        after = position + np.stack(
            [np.bincount(run, weights=size[:, c], minlength=len(runs)) for c in range(5)], axis=1
        ).astype(np.int64)
        places = at + np.cumsum(size, axis=0) - size
        yield _Block(run, size, places, np.stack([position, after], axis=1), owners[chosen])
        position, at = after, at + size.sum(axis=0)
        first = last


Stretch = Callable[[int, int, int], Array]
"""Rows first … last − 1 of a run: (run, first, last)."""


def _rows(runs: Sequence[Run], name: str) -> Stretch:
    return lambda run, first, last: runs[run].arrays[name][first:last]


def _steps(runs: Sequence[Run], name: str) -> Stretch:
    """The lengths between an array's starts."""
    return lambda run, first, last: np.diff(runs[run].arrays[name][first : last + 1])


def _cut_rows(runs: Sequence[Run], name: str) -> Stretch:
    """Vertices of cut pieces: they stand after a run's outlines."""

    def rows(run: int, first: int, last: int) -> Array:
        outlines = int(runs[run].arrays["ring_starts"][-1])
        return runs[run].arrays[name][outlines + first : outlines + last]

    return rows


def _gather(block: _Block, column: int, rows: Stretch) -> Array:
    """The block's rows of a kind, a column of `counts`, in the layer's order."""
    sizes = block.size[:, column]
    begins = np.cumsum(sizes) - sizes
    out: Array | None = None
    for which in np.unique(block.run):
        first, last = block.stretches[which, :, column]
        stretch = rows(int(which), int(first), int(last))
        if out is None:
            out = np.empty((int(sizes.sum()), *stretch.shape[1:]), stretch.dtype)
        mine = block.run == which
        out[_spread(begins[mine], sizes[mine])] = stretch
    assert out is not None
    return out


def _spread(begins: Ints, sizes: Ints) -> Ints:
    """begins[0], begins[0] + 1 … of each size, one after another."""
    ends = np.cumsum(sizes)
    return np.repeat(begins - (ends - sizes), sizes) + np.arange(ends[-1] if len(ends) else 0)


def _put_vertices(out: ArrayFile, runs: Sequence[Run], block: _Block, total: Ints) -> None:
    for name in ("xy", "bulge") if _curved(runs) else ("xy",):
        out.put(name, int(block.at[0, VERTICES]), _gather(block, VERTICES, _rows(runs, name)))
        out.put(name, int(total[VERTICES] + block.at[0, CUT]), _gather(block, CUT, _cut_rows(runs, name)))


def _put_rings(out: ArrayFile, runs: Sequence[Run], block: _Block) -> None:
    sizes = _gather(block, RINGS, _steps(runs, "ring_starts"))
    out.put("ring_starts", int(block.at[0, RINGS]), block.at[0, VERTICES] + np.cumsum(sizes) - sizes)


def _put_records(out: ArrayFile, runs: Sequence[Run], block: _Block, total: Ints) -> None:
    at = int(block.at[0, RECORDS])
    records = _gather(block, RECORDS, _rows(runs, "records"))
    # A record moves as far as its feature's vertices do; those of cut pieces stand after all outlines.
    is_cut = block.size[:, CUT] > 0
    column = np.where(is_cut, CUT, VERTICES)
    here = np.take_along_axis(_places_in_runs(block), column[:, None], axis=1)[:, 0]
    there = np.take_along_axis(block.at, column[:, None], axis=1)[:, 0]
    outlines = np.array([int(run.arrays["ring_starts"][-1]) for run in runs])
    shift = there - here + np.where(is_cut, total[VERTICES] - outlines[block.run], 0)
    out.put("records", at, records + np.repeat(shift, block.size[:, RECORDS])[:, None])
    out.put("record_owner", at, np.repeat(block.owner, block.size[:, RECORDS]))
    out.put("record_box", at, _gather(block, RECORDS, _rows(runs, "record_box")))


def _places_in_runs(block: _Block) -> Ints:
    """(k, 5) where each feature begins in its own run."""
    places = np.empty_like(block.size)
    for which in np.unique(block.run):
        mine = block.run == which
        sizes = block.size[mine]
        places[mine] = block.stretches[which, 0] + np.cumsum(sizes, axis=0) - sizes
    return places


def _put_pieces(out: ArrayFile, runs: Sequence[Run], block: _Block) -> None:
    at = int(block.at[0, PIECES])
    sizes = _gather(block, PIECES, _steps(runs, "piece_starts"))
    out.put("piece_starts", at, block.at[0, RECORDS] + np.cumsum(sizes) - sizes)
    for name in ("piece_box", "piece_area"):
        out.put(name, at, _gather(block, PIECES, _rows(runs, name)))


def _put_in_file_order(out: ArrayFile, runs: Sequence[Run]) -> None:
    vertices = rings = 0
    for run in runs:
        a = run.arrays
        out.put("area", run.first, a["area"])
        if "delivered_xy" in a:
            out.put("delivered_xy", vertices, a["delivered_xy"])
            out.put("delivered_starts", rings, a["delivered_starts"] + vertices)
            out.put("delivered_owners", rings, a["delivered_owners"] + run.first)
            vertices += len(a["delivered_xy"])
            rings += len(a["delivered_owners"])
        a.release()


def _put_ends(out: ArrayFile, runs: Sequence[Run], total: Ints) -> None:
    out.put("ring_starts", int(total[RINGS]), total[VERTICES : VERTICES + 1])
    out.put("piece_starts", int(total[PIECES]), total[RECORDS : RECORDS + 1])
    out.put("longest", 0, np.max([run.arrays["longest"] for run in runs], axis=0))

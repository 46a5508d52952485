"""A large layer is made ready window by window; each window's polygons are a sorted run on disk.

A run is what `prepare` makes of the window, with what the merge needs of each of its features. A
whole run lies under its own name; what a dead builder began lies under another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa

from shoutu import crs as systems
from shoutu.errors import BadInput, Where
from shoutu.geometry.prepared import Prepared, curve_keys, prepare
from shoutu.geometry.repair import Repair, to_rings
from shoutu.geometry.rings import Ints, Rings
from shoutu.layers.arrays import Mapped, map_arrays, write_arrays
from shoutu.layers.read import Features
from shoutu.layers.write import PREPARED

LONGEST_WINDOW = 131_072
"""Features of a window, however small they are."""
RINGS, VERTICES, CUT, RECORDS, PIECES = range(5)
"""Columns of `counts`: how much of each the features of a run have; CUT: vertices of cut pieces."""


@dataclass(frozen=True)
class Ready:
    """Some features made ready. delivered: their rings as delivered where that CRS is projected."""

    polygons: Prepared
    delivered: Rings | None
    repairs: list[Repair]


@dataclass(frozen=True)
class Run:
    """arrays: those of `Prepared`, of the delivered rings, and of the features in the run's order `owners`
    (f,), `keys` (f,), `counts` (f, 5)."""

    first: int
    features: int
    arrays: Mapped

    @property
    def curved(self) -> bool:
        return len(self.arrays["bulge"]) > 0

    @property
    def straight(self) -> bool:
        return len(self.arrays["xy"]) > 0 and not self.curved

    def repairs(self) -> list[Repair]:
        return msgspec.json.decode(self.arrays["repairs"].tobytes(), type=list[Repair])


def windows(wkb: pa.ChunkedArray, most_bytes: int) -> list[tuple[int, int]]:
    """First and one past the last feature of each window; one feature may be more than `most_bytes`."""
    import pyarrow.compute as pc

    sizes = [pc.binary_length(chunk).fill_null(0).to_numpy(zero_copy_only=False) for chunk in wkb.chunks]
    ends = np.cumsum(np.concatenate([np.zeros(0, np.int64), *sizes]), dtype=np.int64)
    found, first = [], 0
    while first < len(ends):
        before = ends[first - 1] if first else 0
        fits = int(np.searchsorted(ends, before + most_bytes, side="right"))
        last = min(max(fits, first + 1), first + LONGEST_WINDOW)
        found.append((first, last))
        first = last
    return found


def make_ready(
    features: Features, strict: bool, *, first: int = 0, threads: int = 2, keep_bulge: bool = False
) -> Ready:
    """Repair and prepare. `first` is the number that the first of `features` has in its file."""
    where = Where(file=features.file, layer=features.layer)
    to_degrees = systems.degrees(features.crs, where=where)
    try:
        rings, repairs = to_rings(features, strict)
        polygons = prepare(rings, to_degrees, threads, keep_bulge)
    except BadInput as error:
        feature = None if error.where.feature is None else error.where.feature + first
        place = replace(error.where, file=features.file, layer=features.layer, feature=feature)
        raise BadInput(error.what, where=place, found=error.found, remedy=error.remedy) from error
    moved = [replace(one, feature=one.feature + first) for one in repairs] if first else repairs
    return Ready(polygons, None if to_degrees is None else rings, moved)


def keep_run(
    features: Features, window: tuple[int, int], strict: bool, path: Path, keep_bulge: bool = False
) -> Run:
    """The run of a window: found at `path`, or made and written there."""
    first, last = window
    if not path.is_file():
        part = replace(
            features,
            wkb=features.wkb.slice(first, last - first),
            fields=features.fields.slice(first, last - first),
        )
        ready = make_ready(part, strict, first=first, threads=1, keep_bulge=keep_bulge)
        draft = path.with_suffix(".part")
        write_arrays(draft, _arrays(ready))
        draft.replace(path)
        features.release()
    return Run(first, last - first, map_arrays(path))


def _arrays(ready: Ready) -> dict[str, np.ndarray]:
    polygons = ready.polygons
    owners, keys = curve_keys(polygons)
    arrays = {name: getattr(polygons, name) for name in PREPARED}
    arrays |= {"owners": owners, "keys": keys, "counts": _counts(polygons, owners)}
    if ready.delivered is not None:
        arrays["delivered_xy"] = ready.delivered.xy
        arrays["delivered_starts"] = ready.delivered.starts
        arrays["delivered_owners"] = ready.delivered.owners
    arrays["repairs"] = np.frombuffer(msgspec.json.encode(ready.repairs), np.uint8)
    return arrays


def _counts(polygons: Prepared, owners: Ints) -> np.ndarray:
    """(f, 5) int32 for the features `owners` in the order of their outlines."""
    place = np.full(polygons.features, -1)
    place[owners] = np.arange(len(owners))
    rings = polygons.feature_rings[owners]
    of_record = place[polygons.record_owner]
    sizes = polygons.records[:, 1] - polygons.records[:, 0]
    cut = polygons.records[:, 0] >= polygons.ring_starts[-1]
    counts = np.empty((len(owners), 5), np.int32)
    counts[:, RINGS] = rings[:, 1] - rings[:, 0]
    counts[:, VERTICES] = polygons.ring_starts[rings[:, 1]] - polygons.ring_starts[rings[:, 0]]
    counts[:, CUT] = np.bincount(of_record[cut], weights=sizes[cut], minlength=len(owners))
    counts[:, RECORDS] = np.bincount(of_record, minlength=len(owners))
    counts[:, PIECES] = np.bincount(place[polygons.piece_owner], minlength=len(owners))
    return counts


def all_repairs(runs: Sequence[Run]) -> list[Repair]:
    return [repair for run in runs for repair in run.repairs()]

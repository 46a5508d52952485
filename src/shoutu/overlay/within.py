"""Areas within a distance: how much of a patch lies near a layer, how large the ground around a patch is."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from shoutu.errors import BadInput, Text
from shoutu.geometry import zone
from shoutu.geometry.geodesic import spread
from shoutu.geometry.index import search
from shoutu.geometry.prepared import Owners, Prepared, prepare
from shoutu.geometry.rings import Floats, Ints
from shoutu.geometry.threads import run_threads
from shoutu.geometry.traces import Traces, of_polygons
from shoutu.overlay.facts import LayerView
from shoutu.overlay.run import overlay

FARTHEST = 100_000.0
"""m; zones are not made wider."""
_AT_ONCE = 64
"""Patches whose zones are crossed in one call of the kernel."""


def area_within(
    patches: Prepared,
    ground: Traces,
    metres: float,
    threads: int = 2,
    only: tuple[Owners, Owners] | None = None,
) -> Floats:
    """m² (features,) of each patch that lie within `metres` of any point, line or polygon of `ground`.

    only  class codes of the ground's features, and for each patch the one code that counts for it
    Each square metre counts once. Right to 1 cm times the length of the zone's outline inside the patch, or
    1e-6 of the area. BadInput where `metres` is not above 0 and up to 100 km.
    """
    _check(metres)
    out = np.zeros(patches.features)
    if not len(ground.runs) or not len(patches.piece_box):
        return out
    boxes = np.empty((len(patches.piece_box), 4))
    spread(patches.piece_box, metres, boxes)
    tree, places = ground.run_tree
    piece, place = search(tree, boxes)
    patch, run = patches.piece_owner[piece].astype(np.int64), places[place]
    if only is not None:
        own = only[0][ground.run_owner[run]] == only[1][patch]
        patch, run = patch[own], run[own]
    runs = _by_patch(patch, run)
    covers: dict[int, Ints] = {}
    if ground.areas:
        tree, places = ground.feature_tree
        piece, place = search(tree, patches.piece_box)
        patch, feature = patches.piece_owner[piece].astype(np.int64), places[place]
        if only is not None:
            own = only[0][feature] == only[1][patch]
            patch, feature = patch[own], feature[own]
        covers = _by_patch(patch, feature)
    feature_box = of_polygons(patches).feature_box
    near = sorted({*runs, *covers})
    for start in range(0, len(near), _AT_ONCE):
        chunk = near[start : start + _AT_ONCE]
        jobs = [
            partial(_zone, ground, runs.get(one), covers.get(one), feature_box[one], metres) for one in chunk
        ]
        _measure(patches, chunk, run_threads(jobs, threads), out, threads)
    return out


def zone_area(patches: Prepared, metres: float, threads: int = 2) -> Floats:
    """m² (features,) of each patch together with all ground within `metres` of it; NaN without geometry.

    Right to 3 mm + 1e-6 of the distance, times the length of the zone's outline.
    """
    _check(metres)
    traces = of_polygons(patches)
    present = np.flatnonzero(traces.feature_runs[:, 1] > traces.feature_runs[:, 0])
    jobs = [partial(_own_zone, traces, int(feature), metres) for feature in present]
    out = np.full(patches.features, np.nan)
    out[present] = prepare(zone.packed(run_threads(jobs, threads))).area
    return out


def _check(metres: float) -> None:
    if not 0 < metres <= FARTHEST:
        raise BadInput(
            Text("距离应大于0、不超过100000米", "a distance lies above 0 and up to 100,000 m"), found=metres
        )


def _by_patch(patch: Ints, what: Ints) -> dict[int, Ints]:
    """For each patch the distinct values that stand beside it."""
    pairs = np.unique(np.stack([patch, what], axis=1), axis=0)
    if not len(pairs):
        return {}
    owners, first = np.unique(pairs[:, 0], return_index=True)
    return dict(zip(owners.tolist(), np.split(pairs[:, 1], first[1:]), strict=True))


def _zone(ground: Traces, runs: Ints | None, covers: Ints | None, box: Floats, metres: float) -> Any:
    polygons = [
        zone.clipped(zone.outline(ground, int(feature)), box)
        for feature in (covers if covers is not None else ())
    ]
    return zone.zone(ground, np.zeros(0, np.int64) if runs is None else runs, polygons, metres)


def _own_zone(traces: Traces, feature: int, metres: float) -> Any:
    runs = np.arange(*traces.feature_runs[feature])
    return zone.zone(traces, runs, [zone.outline(traces, feature)], metres)


def _measure(patches: Prepared, chunk: list[int], zones: list[Any], out: Floats, threads: int) -> None:
    """Write the area of each patch of the chunk in its own zone."""
    names = tuple(str(one) for one in range(len(chunk)))
    view = LayerView("zones", prepare(zone.packed(zones)), np.arange(len(chunk), dtype=np.int32), names)
    found = overlay(patches, [view], threads)
    own = np.array(chunk, np.int64)[found.class_code] == found.patch
    # The kernel's two sums differ by float noise: no more than all of a patch can lie near.
    out[found.patch[own]] = np.minimum(found.area_m2[own], patches.area[found.patch[own]])

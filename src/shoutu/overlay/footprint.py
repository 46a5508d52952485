"""One footprint at a time, as the gates ask: the same rows as `overlay`, in tens of microseconds."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np

from shoutu.geometry.prepared import prepare
from shoutu.geometry.reference import arrays_of
from shoutu.geometry.rings import Rings
from shoutu.geometry.shelf import Layer, footprint_rows, new_shelf, put
from shoutu.overlay.facts import LayerView, Row
from shoutu.overlay.run import SMALLEST, overlay


class Footprints:
    """The same layers, asked about many footprints one after another; one thread at a time gets an answer."""

    def __init__(self, layers: Sequence[LayerView]) -> None:
        self._views = tuple(view.ready() for view in layers)
        first, *others = (_on_shelf(view) for view in self._views)
        self._shelf = new_shelf(first)
        for layer in others:
            put(self._shelf, layer)
        self._ranks = [_ranks(view.class_names) for view in self._views]
        self._lock = Lock()

    def rows(self, rings: Rings) -> list[Row]:
        """Rows as from `overlay`, of one feature whose `rings` are in degrees; BadInput as from `prepare`."""
        with self._lock:
            own, layer, code, area = footprint_rows(rings.xy, rings.starts, self._shelf)
        if np.isnan(own[0]):
            return list(overlay(prepare(rings), self._views, threads=1).rows())
        found = [
            (one, self._ranks[one][which], which, size)
            for one, which, size in zip(layer.tolist(), code.tolist(), area.tolist(), strict=True)
            # "not below": NaN must show.
            if not size < SMALLEST
        ]
        found.sort()
        return [
            Row(0, self._views[one].name, self._views[one].class_names[which], size)
            for one, _, which, size in found
        ]


def _ranks(names: Sequence[str]) -> list[int]:
    """The place of each name by code points."""
    ranks = [0] * len(names)
    for rank, place in enumerate(sorted(range(len(names)), key=names.__getitem__)):
        ranks[place] = rank
    return ranks


def _on_shelf(view: LayerView) -> Layer:
    reference = view.reference
    return (
        reference.ground(view.class_codes),
        arrays_of(reference.tree),
        reference.corrections.ground(view.corrected),
        arrays_of(reference.corrections.tree),
        np.full(len(view.class_names), -1),
    )

"""Crossing patches with the registered layers: made before the act that records it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from importlib.metadata import version

from shoutu.geometry.prepared import Prepared
from shoutu.layers.open import open_version
from shoutu.layers.query import view
from shoutu.overlay import LayerView, Overlay, overlay
from shoutu.platform.discovery.publication import Crossed
from shoutu.platform.territory import queries as territory
from shoutu.platform.territory.queries import LayerRow

KERNEL = f"shoutu {version('shoutu')}"


def compute(
    patches: Prepared,
    layers: Sequence[LayerRow] | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Crossed, ...]:
    """Each patch under each current layer version, exact to the kernel's float; Stopped when stopped.

    A layer that nobody registered is not among the answers: 未收到数据, which is not 0.
    """
    rows = territory.current_layers() if layers is None else tuple(layers)
    views = [_view(row) for row in rows]
    result = overlay(patches, views, progress=progress, should_stop=should_stop)
    return tuple(_crossed(row, index, result, patches.features) for index, row in enumerate(rows))


def _crossed(row: LayerRow, layer: int, result: Overlay, patches: int) -> Crossed:
    areas: list[dict[str, Fraction]] = [{} for _ in range(patches)]
    mine = result.layer == layer
    names = result.class_names[layer]
    for patch, code, area in zip(
        result.patch[mine].tolist(),
        result.class_code[mine].tolist(),
        result.area_m2[mine].tolist(),
        strict=True,
    ):
        areas[patch][names[code]] = Fraction(area)
    return Crossed(row.id, KERNEL, areas)


def _view(row: LayerRow) -> LayerView:
    """The version by the class field that it declares; one class of empty name where it has none."""
    version = open_version(row.folder)
    return view(version, version.meta.class_field, row.id)

"""Polygons for the tests of the kernel, and how they get to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from hypothesis import strategies as st

from shoutu.geometry.prepared import Prepared, prepare
from shoutu.geometry.rings import Rings
from shoutu.overlay import LayerView, Overlay, overlay
from tests import oracles


def rings_of(geometries: Sequence[shapely.Geometry]) -> Rings:
    xy, starts, owners = [np.zeros((0, 2))], [0], []
    for feature, geometry in enumerate(geometries):
        for part in shapely.get_parts(geometry):
            polygon = shapely.geometry.polygon.orient(part)
            for ring in (polygon.exterior, *polygon.interiors):
                xy.append(np.asarray(ring.coords)[:, :2])
                starts.append(starts[-1] + len(ring.coords))
                owners.append(feature)
    return Rings(np.concatenate(xy), np.array(starts), np.array(owners, np.int64), len(geometries))


def ready(geometries: Sequence[shapely.Geometry], crs: str = "EPSG:4490") -> Prepared:
    if oracles.is_geographic(crs):
        return prepare(rings_of(geometries))
    return prepare(rings_of(geometries), lambda xy: oracles.to_lonlat(crs, xy))


def shares(
    patches: Sequence[shapely.Geometry],
    ground: Sequence[shapely.Geometry],
    patch_crs: str = "EPSG:4490",
    crs: str = "EPSG:4490",
    codes: Sequence[int] | None = None,
    threads: int = 1,
) -> Overlay:
    """The overlay of patches with one layer; all of one class unless `codes` says otherwise."""
    classes = np.zeros(len(ground), np.int32) if codes is None else np.array(codes, np.int32)
    names = [str(code) for code in range(int(classes.max(initial=0)) + 1)]
    layer = LayerView("layer", ready(ground, crs), classes, names)
    return overlay(ready(patches, patch_crs), [layer], threads=threads)


def only_area(result: Overlay) -> float:
    """The one row's area, 0 without a row."""
    assert len(result.area_m2) <= 1
    return float(result.area_m2.sum())


def assert_close(got: float, want: float) -> None:
    # "not within": NaN must fail.
    assert abs(got - want) <= oracles.allowed(want), f"{got!r} and not {want!r}"


def star(
    rng: np.random.Generator, centre: tuple[float, float], radius: float, vertices: int
) -> shapely.Polygon:
    angle = np.sort(rng.uniform(0, 2 * np.pi, vertices))
    reach = radius * rng.uniform(0.3, 1, vertices)
    polygon = shapely.Polygon(
        np.stack([centre[0] + reach * np.cos(angle), centre[1] + reach * np.sin(angle)], axis=1)
    )
    return polygon if polygon.is_valid else polygon.buffer(0)


GRID = 1 / 4096
"""Degrees, a power of two, so that points of the grid are exact and edges coincide to the bit."""


@st.composite
def grid_polygons(draw: st.DrawFn) -> shapely.Geometry:
    """Unions of boxes and triangles on a small integer grid: holes, touching corners, shared edges."""
    shapes = []
    for _ in range(draw(st.integers(1, 4))):
        points = draw(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=5))
        shapes.append(shapely.MultiPoint(points).convex_hull)
    cut = draw(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), max_size=3))
    whole = shapely.union_all(shapes)
    for x, y in cut:
        whole = shapely.difference(whole, shapely.box(x, y, x + 1, y + 1))
    polygons = [part for part in shapely.get_parts(whole) if shapely.get_type_id(part) == 3]
    placed = shapely.transform(shapely.MultiPolygon(polygons), lambda xy: np.round(xy * 64) / 64)
    placed = shapely.make_valid(placed)
    flat = [part for part in shapely.get_parts(placed) if shapely.get_type_id(part) == 3]
    return shapely.transform(shapely.MultiPolygon(flat), lambda xy: np.array([109.5, 39.5]) + xy * GRID)

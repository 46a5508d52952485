"""What is refused, what is kept, and how long polygons are cut."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from shoutu.errors import BadInput
from shoutu.geometry.cut import LONGEST, Piece, cut
from shoutu.geometry.ellipsoid import area_under
from shoutu.geometry.prepared import prepare
from shoutu.geometry.rings import Rings
from tests import oracles
from tests.geometry.polygons import GRID, assert_close, grid_polygons, ready, rings_of


def ring(*points: tuple[float, float]) -> Rings:
    xy = np.array([*points, points[0]], float)
    return Rings(xy, np.array([0, len(xy)]), np.zeros(1, np.int64), 1)


@pytest.mark.parametrize(
    "points",
    [
        ((179.9, 10.0), (-179.9, 10.0), (-179.9, 11.0), (179.9, 11.0)),
        ((109.0, 39.0), (np.nan, 39.0), (110.0, 40.0)),
        ((109.0, 39.0), (np.inf, 39.0), (110.0, 40.0)),
        ((37395212.0, 4385827.0), (37395312.0, 4385827.0), (37395312.0, 4385927.0)),
    ],
)
def test_refused_with_its_feature(points: tuple[tuple[float, float], ...]) -> None:
    good = rings_of([shapely.box(109, 39, 110, 40)])
    bad = ring(*points)
    both = Rings(np.concatenate([good.xy, bad.xy]), np.array([0, 5, 5 + len(bad.xy)]), np.array([0, 3]), 4)
    with pytest.raises(BadInput) as caught:
        prepare(both)
    assert caught.value.where.feature == 3
    assert caught.value.remedy is not None


def test_nothing_and_features_without_geometry() -> None:
    empty = Rings(np.zeros((0, 2)), np.zeros(1, np.int64), np.zeros(0, np.int64), 3)
    prepared = prepare(empty, lambda xy: xy)
    assert prepared.area.tolist() == [0, 0, 0]
    assert np.isnan(prepared.box).all()
    assert prepared.outline(1) == []


@given(st.lists(grid_polygons(), min_size=1, max_size=5))
def test_outlines_are_those_delivered(polygons: list[shapely.Geometry]) -> None:
    rings = rings_of(polygons)
    prepared = prepare(rings)
    for feature in range(len(polygons)):
        own = np.flatnonzero(rings.owners == feature)
        outline = prepared.outline(feature)
        assert len(outline) == len(own)
        for k, got in zip(own, outline, strict=True):
            assert np.array_equal(got, rings.xy[rings.starts[k] : rings.starts[k + 1]])
    again = prepared.rings()
    assert np.array_equal(again.xy, rings.xy)
    assert np.array_equal(again.starts, rings.starts)
    assert np.array_equal(again.owners, rings.owners)


def test_a_continent_is_cut_and_measured() -> None:
    prepared = prepare(rings_of([shapely.box(73, 18, 135, 53)]))
    assert prepared.area[0] == pytest.approx(62 * (area_under(53) - area_under(18)), rel=1e-10)
    assert (prepared.piece_box[:, 3] - prepared.piece_box[:, 1]).max() <= 4


@given(grid_polygons(), st.integers(0, 1), st.floats(0.05, 0.95), st.integers(-40, 40))
def test_cut_loses_nothing(polygon: shapely.Geometry, axis: int, share: float, bend: int) -> None:
    """The two sides of a cut sum to the whole, curved edges included."""
    from shoutu.geometry.cut import _side
    from shoutu.geometry.prepared import _measure

    rings = rings_of([polygon])
    if not len(rings.owners):
        return
    bulge = np.full(len(rings.xy), bend * GRID / 100)
    bulge[rings.starts[1:] - 1] = 0
    whole = Piece(rings.xy, bulge, rings.starts)

    def measured(piece: Piece) -> float:
        records = np.array(list(pairwise(piece.starts)), np.int64).reshape(-1, 2)
        out = np.zeros(1)
        box = np.array([[109.5, 39.5, 109.5 + 6 * GRID, 39.5 + 6 * GRID]])
        _measure(piece.xy, piece.bulge, records, np.array([0, len(records)]), box, 0, 1, out)
        return float(out[0])

    low, high = rings.xy.min(axis=0), rings.xy.max(axis=0)
    at = float(low[axis] + share * (high[axis] - low[axis]))
    sides = [Piece(*_side(whole.xy, whole.bulge, whole.starts, axis, at, upper)) for upper in (False, True)]
    assert sum(map(measured, sides)) == pytest.approx(measured(whole), rel=1e-9, abs=1e-5)
    straight = Piece(rings.xy, np.zeros(len(bulge)), rings.starts)
    below = Piece(*_side(straight.xy, straight.bulge, straight.starts, axis, at, False))
    window = shapely.box(low[0], low[1], at if axis == 0 else high[0], at if axis == 1 else high[1])
    assert_close(measured(below), oracles.area(shapely.intersection(polygon, window)))


def test_pieces_are_short() -> None:
    angle = np.linspace(0, 2 * np.pi, 5000)
    xy = np.stack([109 + 0.1 * np.cos(angle), 39 + 0.1 * np.sin(angle)], axis=1)
    xy[-1] = xy[0]
    pieces = cut(Piece(xy, np.zeros(5000), np.array([0, 5000])))
    assert max(piece.edges for piece in pieces) <= LONGEST


def test_every_delivered_vertex_stays() -> None:
    x, y = oracles.transformer("EPSG:4524").transform(109.2, 39.6, direction="INVERSE")
    polygon = shapely.box(x, y, x + 3000, y + 40)
    outline = ready([polygon], "EPSG:4524").outline(0)[0]
    for lonlat in oracles.to_lonlat("EPSG:4524", np.asarray(polygon.exterior.coords)):
        assert (outline == lonlat).all(axis=1).any()

"""Off-site and excess areas against GEOS with quadrature; tolerances against drawn errors."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from shoutu.overlay.facts import LayerView
from shoutu.overlay.offsite import off_site, spreads, surveyed, wanted_classes
from tests import oracles
from tests.geometry.polygons import assert_close, ready, rings_of, star
from tests.scale import times

METRE = 1 / 111_000
ALL = np.zeros(1, np.int32)


def layer(shapes: list[shapely.Geometry], names: list[str] | None = None) -> LayerView:
    classes = sorted(set(names)) if names else [""]
    codes = [classes.index(name) for name in names] if names else [0] * len(shapes)
    return LayerView("approved", ready(shapes), np.array(codes, np.int32), classes)


def test_each_patch_against_its_own_approval() -> None:
    rng = np.random.default_rng(1)
    near = [tuple(rng.normal([109.5, 39.5], 0.002)) for _ in range(40)]
    approved = [star(rng, place, 0.003, 8) for place in near]
    names = [f"P{k // 2}" for k in range(40)]  # two outlines an approval, which may overlap
    patches = [star(rng, near[2 * k], 0.003, 9) for k in range(20)] + [shapely.box(109, 39, 109.001, 39.001)]
    view = layer(approved, names)
    asked = [f"P{k}" for k in range(20)] + ["unheard of"]
    found = off_site(ready(patches), view, wanted_classes(view.class_names, asked))
    for k, (patch, name) in enumerate(zip(patches, asked, strict=True)):
        own = [shape for shape, of in zip(approved, names, strict=True) if of == name]
        ground = shapely.union_all(own) if own else shapely.Polygon()
        assert_close(found.actual[k], oracles.area(patch))
        assert_close(found.approved[k], oracles.area(ground))
        assert_close(found.off_site[k], oracles.area(shapely.difference(patch, ground)))
        assert found.excess[k] == pytest.approx(found.actual[k] - found.approved[k])
    assert np.isinf(found.share_of_approved[-1])
    assert found.share_of_actual[-1] == 1.0


def test_wholly_inside_is_exactly_nothing_outside() -> None:
    rng = np.random.default_rng(3)
    patches = [star(rng, (109.5, 39.5), 0.01, 30) for _ in range(20)]
    found = off_site(
        ready([*patches, shapely.MultiPolygon()]),
        layer([shapely.box(109, 39, 110, 40)]),
        np.zeros(21, np.int32),
    )
    assert (found.off_site[:20] == 0).all()
    assert np.isnan(found.actual[20])
    assert np.isnan(found.off_site[20])


def test_the_error_of_an_area_is_that_of_drawn_errors() -> None:
    """Points moved at random by a standard error of 0.5 m (0.5/√2 each way): the area's scatter."""
    rng = np.random.default_rng(9)
    shape = star(rng, (109.5, 39.5), 0.004, 12)
    (unit,) = spreads(rings_of([shape]), rings_of([shape]).xy)
    xy = np.asarray(shape.exterior.coords)[:-1]
    step = np.array([METRE / np.cos(np.radians(39.5)), METRE])
    areas = []
    for _ in range(times(1500, 20_000)):
        moved = xy + rng.normal(0, 0.5 / np.sqrt(2), xy.shape) * step
        areas.append(oracles.area(shapely.Polygon(moved)))
    assert np.std(areas) == pytest.approx(0.5 * unit, rel=0.06)


def test_the_formula_on_a_square() -> None:
    """Four vertices, neighbours √2 · 100 m apart: m √(1/8 · 4 · 2 · 100²) = 100 m · m."""
    side = shapely.box(109.5, 39.5, 109.5 + 100 * METRE / np.cos(np.radians(39.5)), 39.5 + 100 * METRE)
    (unit,) = spreads(rings_of([side]), rings_of([side]).xy)
    assert unit == pytest.approx(100, rel=0.01)


def test_a_patch_surveyed_anew_is_not_off_site_and_a_shifted_one_is() -> None:
    """Vertices moved by up to twice the accuracy leave nothing beyond; a shift of ten metres does."""
    rng = np.random.default_rng(4)
    outlines = [star(rng, (109.4 + 0.01 * k, 39.5), 0.003, 10) for k in range(8)]
    accuracy = 0.5
    step = np.array([METRE / np.cos(np.radians(39.5)), METRE])
    anew = [
        shapely.Polygon(
            np.asarray(o.exterior.coords)[:-1]
            + rng.uniform(-0.7, 0.7, (len(o.exterior.coords) - 1, 2)) * step
        )
        for o in outlines
    ]
    shifted = [shapely.transform(o, lambda xy: xy + 10 * step) for o in outlines]
    view = layer(outlines, [str(k) for k in range(8)])
    wanted = np.arange(8, dtype=np.int32)
    theirs = spreads(rings_of(outlines), rings_of(outlines).xy)
    for shapes in (anew, shifted):
        patches = ready(shapes)
        mine = spreads(rings_of(shapes), rings_of(shapes).xy)
        plain = off_site(patches, view, wanted)
        found = surveyed(patches, view, wanted, (mine, theirs), accuracy)
        assert (plain.off_site > 0).all()
        assert (found.off_site == 0).all() if shapes is anew else (found.off_site > 100).all()
        assert (np.abs(plain.excess) <= found.excess).all()
        assert (found.off_site <= plain.off_site + 1e-3).all()
        assert found.excess == pytest.approx(2 * accuracy * np.hypot(mine, theirs))

"""Each square metre once: overlapping polygons of one class."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from shoutu.geometry.reference import make_reference
from tests import oracles
from tests.geometry.polygons import assert_close, grid_polygons, only_area, ready, shares, star


@settings(max_examples=80)
@given(grid_polygons(), st.lists(grid_polygons(), min_size=2, max_size=4))
def test_union_on_the_integer_grid(patch: shapely.Geometry, ground: list[shapely.Geometry]) -> None:
    assert_close(only_area(shares([patch], ground)), oracles.shared(patch, "EPSG:4490", ground, "EPSG:4490"))


@pytest.mark.parametrize(
    ("patch_crs", "crs", "unit"), [("EPSG:4490", "EPSG:4490", 1e-5), ("EPSG:4490", "EPSG:4525", 1.0)]
)
def test_union_of_many_stars(patch_crs: str, crs: str, unit: float) -> None:
    rng = np.random.default_rng(9)
    centre = np.array([110.2, 39.6])
    patch = star(rng, tuple(centre), 0.006, 60)
    if crs != "EPSG:4490":
        centre = np.array(oracles.transformer(crs).transform(*centre, direction="INVERSE"))
    ground = [star(rng, tuple(centre + rng.uniform(-500, 500, 2) * unit), 300 * unit, 25) for _ in range(24)]
    codes = [k % 2 for k in range(24)]
    result = shares([patch], ground, patch_crs, crs, codes)
    for code, area in zip(result.class_code, result.area_m2, strict=True):
        of_class = [ground[k] for k in range(24) if codes[k] == code]
        assert_close(area, oracles.shared(patch, patch_crs, of_class, crs, 0.5))


def test_a_copy_counts_once_and_in_each_class() -> None:
    field = shapely.box(109, 39, 109.002, 39.002)
    patch = shapely.box(109.001, 39.001, 109.004, 39.004)
    want = oracles.shared(patch, "EPSG:4490", [field], "EPSG:4490")
    assert_close(only_area(shares([patch], [field, field, field])), want)
    two = shares([patch], [field, field], codes=[0, 1])
    assert two.class_code.tolist() == [0, 1]
    assert_close(two.area_m2[0], want)
    assert_close(two.area_m2[1], want)


def test_what_is_covered_again_is_known_by_its_stack() -> None:
    """Boxes in a row, each over the next: which is counted too often, and under which."""
    boxes = [shapely.box(109 + x, 39, 109 + x + 0.01, 39.01) for x in (0.0, 0.005, 0.009, 0.022, 0.05)]
    reference = make_reference(ready(boxes))
    found = reference.corrections
    assert reference.overlapping == 3
    assert not reference.component.any()
    stacks = [
        (int(later), *found.earlier[first:last].tolist())
        for later, first, last in zip(
            found.later, found.earlier_starts[:-1], found.earlier_starts[1:], strict=True
        )
    ]
    assert sorted(stacks) == [(1, 0), (2, 0, 1), (2, 1)]
    # A stack applies where its later feature has company of its class.
    codes = dict(zip(stacks, found.codes(np.array([5, 7, 5, 0, 0], np.int32)).tolist(), strict=True))
    assert codes == {(1, 0): -1, (2, 0, 1): 5, (2, 1): -1}


def test_a_stack_too_deep_is_swept_when_asked() -> None:
    """More polygons over one another than a set has bits, and one apart."""
    rng = np.random.default_rng(4)
    deep = [star(rng, (109.0, 39.0), 0.003, 12) for _ in range(70)]
    ground = [*deep, shapely.box(109.02, 39, 109.03, 39.01), shapely.box(109.025, 39, 109.035, 39.01)]
    reference = make_reference(ready(ground))
    assert (reference.component > 0).tolist() == [True] * 70 + [False] * 2
    assert len(reference.corrections.later) == 1
    patch = shapely.box(108.998, 38.998, 109.05, 39.05)
    assert_close(only_area(shares([patch], ground)), oracles.shared(patch, "EPSG:4490", ground, "EPSG:4490"))


def test_a_sliver_below_the_limit_is_ignored_and_counted() -> None:
    # 1e-9 degrees over a height of 1e-4: about a square millimetre.
    boxes = [shapely.box(109, 39, 109.0001 + 1e-9, 39.0001), shapely.box(109.0001, 39, 109.0002, 39.0001)]
    wide = [shapely.box(109, 39, 109.0001 + 1e-6, 39.0001), boxes[1]]
    assert make_reference(ready(wide)).overlapping == 2
    assert make_reference(ready(wide)).ignored == 0.0
    thin = make_reference(ready([shapely.box(109, 39, 109.0001 + 5e-11, 39.0001), boxes[1]]))
    assert thin.overlapping == 0
    assert not len(thin.corrections.records)
    assert 0 < thin.ignored < 1e-4

"""The kernel against GEOS and quadrature: every kind of pair that officials' files hold."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import oracles
from tests.geometry.polygons import assert_close, grid_polygons, only_area, shares, star

ORDOS = (109.6, 39.6)
BRITTANY = (-1.5, 47.2)
DEGREE = 1 / 111_000


def anchored(crs: str, place: tuple[float, float]) -> tuple[tuple[float, float], float]:
    """`place` in `crs`, and a metre there."""
    if oracles.is_geographic(crs):
        return place, DEGREE
    x, y = oracles.transformer(crs).transform(*place, direction="INVERSE")
    return (x, y), 1.0


@settings(max_examples=150)
@given(grid_polygons(), grid_polygons())
def test_integer_grid(a: shapely.Geometry, b: shapely.Geometry) -> None:
    result = shares([a], [b])
    assert_close(only_area(result), oracles.shared(a, "EPSG:4490", [b], "EPSG:4490"))
    assert_close(result.patch_area_m2[0], oracles.area(a))


@pytest.mark.parametrize(
    ("patch_crs", "crs", "place"),
    [
        ("EPSG:4490", "EPSG:4490", ORDOS),
        ("EPSG:4525", "EPSG:4524", ORDOS),
        ("EPSG:4524", "EPSG:4490", (110.9, 39.1)),
        ("EPSG:2154", "EPSG:4326", BRITTANY),
        ("EPSG:4326", "EPSG:2154", BRITTANY),
        ("EPSG:2154", "EPSG:2154", BRITTANY),
    ],
)
@pytest.mark.parametrize("size", [10, 300, 1500])
def test_stars(patch_crs: str, crs: str, place: tuple[float, float], size: float) -> None:
    rng = np.random.default_rng(int(size))
    for _ in range(6):
        (x, y), unit = anchored(patch_crs, place)
        a = star(rng, (x, y), size * unit, 14)
        (x, y), unit = anchored(crs, place)
        shift = rng.uniform(-0.5, 0.5, 2) * size * unit
        b = star(rng, (x + shift[0], y + shift[1]), size * unit, 14)
        result = shares([a], [b], patch_crs, crs)
        assert_close(only_area(result), oracles.shared(a, patch_crs, [b], crs, size / 1000))
        assert_close(result.patch_area_m2[0], oracles.area(oracles.on_globe(a, patch_crs, size / 1000)))


@settings(max_examples=25)
@given(st.floats(0, np.pi), st.floats(0.001, 0.02), st.sampled_from(["EPSG:4524", "EPSG:2154"]))
def test_strips_of_millimetres(turn: float, width: float, crs: str) -> None:
    """A long strip in a projected CRS beside an edge in degrees: where a wrong edge shows at once."""
    (x, y), _ = anchored(crs, ORDOS if crs == "EPSG:4524" else BRITTANY)
    along = np.array([np.cos(turn), np.sin(turn)]) * 400
    across = np.array([-np.sin(turn), np.cos(turn)]) * width
    strip = shapely.Polygon([(x, y) + s * along + t * across for s, t in ((0, 0), (1, 0), (1, 1), (0, 1))])
    (lon, lat), _ = anchored("EPSG:4490", ORDOS if crs == "EPSG:4524" else BRITTANY)
    field = shapely.box(lon - 0.002, lat - 0.002, lon + 0.002, lat + 0.002)
    assert_close(
        only_area(shares([strip], [field], crs)), oracles.shared(strip, crs, [field], "EPSG:4490", 0.5)
    )
    assert_close(
        only_area(shares([field], [strip], "EPSG:4490", crs)),
        oracles.shared(strip, crs, [field], "EPSG:4490", 0.5),
    )


@pytest.mark.parametrize("turn", [0.0, 1e-7, 1e-4, 0.03, np.pi / 2])
def test_edges_near_north_and_south(turn: float) -> None:
    """Long edges along the grid's axes, where the curve in degrees has no good order by longitude."""
    (x, y), _ = anchored("EPSG:2154", BRITTANY)
    box = shapely.affinity.rotate(shapely.box(x, y, x + 60, y + 2500), turn, (x, y), use_radians=True)
    other = shapely.affinity.rotate(
        shapely.box(x - 800, y + 700, x + 900, y + 730), turn, (x, y), use_radians=True
    )
    want = oracles.shared(box, "EPSG:2154", [other], "EPSG:2154", 2)
    assert_close(only_area(shares([box], [other], "EPSG:2154", "EPSG:2154")), want)
    assert_close(
        shares([box], [other], "EPSG:2154", "EPSG:2154").patch_area_m2[0],
        oracles.area(oracles.on_globe(box, "EPSG:2154", 2)),
    )


@pytest.mark.parametrize(("patch_crs", "crs"), [("EPSG:4490", "EPSG:4490"), ("EPSG:4525", "EPSG:4524")])
def test_eighty_kilometres(patch_crs: str, crs: str) -> None:
    rng = np.random.default_rng(80)
    (x, y), unit = anchored(patch_crs, ORDOS)
    a = star(rng, (x, y), 40_000 * unit, 700)
    (x, y), unit = anchored(crs, ORDOS)
    grid = [
        shapely.affinity.translate(star(rng, (x, y), 6_000 * unit, 30), i * 15_000 * unit, j * 15_000 * unit)
        for i in range(-2, 3)
        for j in range(-2, 3)
    ]
    result = shares([a], grid, patch_crs, crs, codes=range(len(grid)))
    areas = np.zeros(len(grid))
    areas[result.class_code] = result.area_m2
    for k in range(len(grid)):
        assert_close(areas[k], oracles.shared(a, patch_crs, [grid[k]], crs, 20))


def test_thousands_of_edges_and_holes() -> None:
    """A polygon of 20,000 edges and 400 holes is cut into pieces, and nothing is lost or gained."""
    angle = np.linspace(0, 2 * np.pi, 20_000, endpoint=False)
    reach = 0.05 + 0.002 * np.sin(97 * angle) + 0.0004 * np.sin(1511 * angle)
    shell = np.stack([ORDOS[0] + reach * np.cos(angle), ORDOS[1] + reach * np.sin(angle)], axis=1)
    holes = [
        shapely.Point(ORDOS[0] + i * 0.003, ORDOS[1] + j * 0.003).buffer(0.001, 4)
        for i in range(-10, 10)
        for j in range(-10, 10)
    ]
    big = shapely.Polygon(shell, [np.asarray(hole.exterior.coords) for hole in holes])
    assert big.is_valid
    rng = np.random.default_rng(3)
    spots = [star(rng, tuple(np.array(ORDOS) + rng.uniform(-0.05, 0.05, 2)), 0.004, 20) for _ in range(60)]
    wants = [oracles.shared(spot, "EPSG:4490", [big], "EPSG:4490") for spot in spots]
    as_layer, as_patch = shares(spots, [big]), shares([big], spots, codes=range(len(spots)))
    assert_close(as_patch.patch_area_m2[0], oracles.area(big))
    layer_side, patch_side = np.zeros(len(spots)), np.zeros(len(spots))
    layer_side[as_layer.patch] = as_layer.area_m2
    patch_side[as_patch.class_code] = as_patch.area_m2
    for k, want in enumerate(wants):
        assert_close(layer_side[k], want)
        assert_close(patch_side[k], want)


def test_copies_and_neighbours() -> None:
    """A patch that is a parcel takes all of it and nothing of those that only touch it."""
    cells = [shapely.box(109 + i / 512, 39 + j / 512, 109 + (i + 1) / 512, 39 + (j + 1) / 512)
             for i in range(3) for j in range(3)]  # fmt: skip
    result = shares([cells[4]], cells, codes=range(9))
    assert result.class_code.tolist() == [4]
    assert_close(result.area_m2[0], oracles.area(cells[4]))


def test_a_patch_inside_and_one_in_a_hole() -> None:
    ring = shapely.box(109, 39, 109.01, 39.01) - shapely.box(109.002, 39.002, 109.008, 39.008)
    inside, hole = (
        shapely.box(109.0005, 39.0005, 109.001, 39.001),
        shapely.box(109.003, 39.003, 109.004, 39.004),
    )
    result = shares([inside, hole], [ring])
    assert result.patch.tolist() == [0]
    assert_close(result.area_m2[0], oracles.area(inside))

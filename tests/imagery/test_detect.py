"""From two rasters to score and patches, each against an oracle that shares no code with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import rasterio
import shapely
from affine import Affine
from rasterio import features
from rasterio.warp import Resampling, reproject
from scipy import ndimage

from shoutu.errors import BadInput
from shoutu.imagery import detect as module
from shoutu.imagery import outline, scene
from tests.imagery.made import CRS, TRANSFORM, Run, altered, ground, write

SPOTS = (
    (slice(30, 50), slice(40, 70)),
    (slice(90, 93), slice(20, 22)),
    (slice(0, 9), slice(110, 120)),
    (slice(60, 62), slice(60, 62)),
)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path, np.ndarray]:
    before = ground(120, 120, 4).astype(np.uint16)
    after, changed = altered(before, *SPOTS)
    noise = np.random.default_rng(2).normal(0, 1.5, before.shape)
    return (
        write(tmp_path / "before.tif", before),
        write(tmp_path / "after.tif", (after * 1.4 + 30 + noise).astype(np.uint16)),
        changed,
    )


def overlap_share(found: np.ndarray, truth: np.ndarray) -> float:
    return float((found & truth).sum() / (found | truth).sum())


def test_it_finds_what_was_altered_at_its_edges(tmp_path: Path, pair: Any) -> None:
    before, after, changed = pair
    run = Run(tmp_path, before, after)
    assert overlap_share(run.score >= 0.5, changed) > 0.9
    assert len(run.areas) == 4


def test_the_polygons_are_the_pixels_of_the_score(tmp_path: Path, pair: Any) -> None:
    before, after, _ = pair
    run = Run(tmp_path, before, after, min_area=0)
    burnt = features.rasterize(
        [(shapely.from_wkb(wkb), index + 1) for index, wkb in enumerate(run.wkb)],
        out_shape=run.score.shape,
        transform=TRANSFORM,
    )
    assert ((burnt > 0) == (run.score >= 0.5)).all()
    for index, score in enumerate(run.scores):
        assert score == pytest.approx(run.score[burnt == index + 1].mean(dtype=np.float64), rel=1e-6)
    assert shapely.is_valid(shapely.from_wkb(run.wkb)).all()


def test_areas_are_ellipsoidal(tmp_path: Path, pair: Any) -> None:
    """Oracle: pyproj's geodesics over edges cut every metre."""
    before, after, _ = pair
    run = Run(tmp_path, before, after)
    geod = pyproj.Geod(a=6378137, rf=298.257222101)
    to_degrees = pyproj.Transformer.from_crs(CRS, "EPSG:4490", always_xy=True)
    for wkb, area in zip(run.wkb, run.areas, strict=True):
        shape = shapely.transform(
            shapely.segmentize(shapely.from_wkb(wkb), 1.0),
            lambda xy: np.column_stack(to_degrees.transform(*xy.T)),
        )
        assert area == pytest.approx(abs(geod.geometry_area_perimeter(shape)[0]), rel=1e-8)


def test_holes_stay_and_corners_do_not_join() -> None:
    level = np.zeros((12, 12), dtype=np.float32)
    level[1:6, 1:6] = 0.9
    level[3, 3] = 0.1
    level[6:8, 6:8] = 0.7
    level[10, 10] = np.nan
    grid = scene.Grid(pyproj.CRS(CRS), TRANSFORM, 12, 12)
    found = outline.outline(level, grid, outline.Smallest(0, 1))
    assert [len(rings) for rings in found.rings] == [2, 1]
    assert found.score == pytest.approx([0.9, 0.7])
    assert found.area_m2 == pytest.approx([24 * 900, 4 * 900], rel=2e-3)


def test_small_groups_fall_under_the_smallest_patch() -> None:
    level = np.zeros((30, 30), dtype=np.float32)
    level[1, 1:4] = 0.9  # three pixels
    level[5:7, 5:7] = 0.9  # four
    grid = scene.Grid(pyproj.CRS(CRS), TRANSFORM, 30, 30)
    assert len(outline.outline(level, grid, outline.Smallest(outline.MIN_AREA_M2, outline.MIN_PIXELS))) == 1
    fine = scene.Grid(pyproj.CRS(CRS), Affine(5, 0, 400000, 0, -5, 4400000), 30, 30)
    assert len(outline.outline(level, fine, outline.Smallest(outline.MIN_AREA_M2, outline.MIN_PIXELS))) == 0
    assert len(outline.outline(level, grid, outline.Smallest(0, 1))) == 2


def test_the_score_lies_on_the_grid_of_before(tmp_path: Path, pair: Any) -> None:
    before, after, _ = pair
    run = Run(tmp_path, before, after)
    assert run.profile["dtype"] == "float32"
    assert run.profile["nodata"] == -9999
    assert run.profile["transform"] == TRANSFORM
    assert run.profile["crs"] == rasterio.CRS.from_string(CRS)
    assert run.layer["crs"] == CRS
    assert run.layer["geometry_type"] == "Polygon"
    assert list(run.layer["fields"]) == ["score", "area_m2"]
    assert ((run.score >= 0) & (run.score <= 1)).all()


def test_identical_scenes_give_an_empty_layer(tmp_path: Path, pair: Any) -> None:
    before, _, _ = pair
    run = Run(tmp_path, before, before)
    assert len(run.areas) == 0
    assert run.score.max() < 0.1


@pytest.mark.parametrize("noise", [1.0, 4.0])
def test_noise_alone_is_no_change(tmp_path: Path, noise: float) -> None:
    rng = np.random.default_rng(5)
    values = ground(300, 300, 6)
    sides = [(values + rng.normal(0, noise, values.shape)).astype(np.float32) for _ in range(2)]
    run = Run(tmp_path, *(write(tmp_path / f"{n}.tif", side) for n, side in zip("ab", sides, strict=True)))
    assert len(run.areas) == 0


@pytest.mark.parametrize(
    ("height", "width", "bands", "dtype"),
    [
        (1, 1, 1, "uint8"),
        (2, 3, 6, "uint16"),
        (8, 8, 3, "int16"),
        (40, 1, 2, "float32"),
        (33, 64, 1, "float64"),
    ],
)
def test_any_size_and_type_is_answered(
    tmp_path: Path, height: int, width: int, bands: int, dtype: str
) -> None:
    rng = np.random.default_rng(3)
    before, after = (
        write(tmp_path / f"{name}.tif", rng.integers(0, 200, (bands, height, width)).astype(dtype))
        for name in "ab"
    )
    run = Run(tmp_path, before, after)
    assert run.score.shape == (height, width)
    assert run.found.judged == height * width


def test_constant_and_repeated_bands_do_no_harm(tmp_path: Path) -> None:
    before = ground(80, 80, 3)
    before[1] = 77
    before[2] = before[0]
    after, changed = altered(before, (slice(20, 40), slice(20, 40)))
    run = Run(
        tmp_path,
        write(tmp_path / "a.tif", before.astype(np.uint8)),
        write(tmp_path / "b.tif", after.astype(np.uint8)),
    )
    assert overlap_share(run.score >= 0.5, changed) > 0.95
    flat = write(tmp_path / "flat.tif", np.full((3, 60, 60), 9, dtype=np.uint8))
    assert len(Run(tmp_path, flat, flat).areas) == 0


def test_nodata_of_either_side_is_not_judged_and_does_not_spread(tmp_path: Path) -> None:
    before = ground(100, 100, 3).astype(np.float32)
    after, changed = altered(before, (slice(40, 60), slice(30, 60)))
    before[:, :20] = np.nan
    before[1, 70, 70] = np.inf
    after[0, :, 90:] = -9999
    run = Run(tmp_path, write(tmp_path / "a.tif", before), write(tmp_path / "b.tif", after, nodata=-9999))
    absent = np.zeros((100, 100), dtype=bool)
    absent[:20], absent[:, 90:], absent[70, 70] = True, True, True
    assert ((run.score == -9999) == absent).all()
    assert overlap_share(run.score >= 0.5, changed & ~absent) > 0.95


def test_the_fourth_band_of_an_8_bit_tiff_is_a_band(tmp_path: Path) -> None:
    """GDAL calls it alpha; near infrared has noughts over water, and they are data."""
    before = ground(60, 60, 4).astype(np.uint8)
    before[3, 10:20] = 0
    after, _ = altered(before, (slice(30, 45), slice(30, 45)))
    run = Run(tmp_path, write(tmp_path / "a.tif", before), write(tmp_path / "b.tif", after))
    assert run.found.judged == 3600


def test_a_true_alpha_band_is_a_mask(tmp_path: Path) -> None:
    before = ground(60, 60, 4).astype(np.uint8)
    before[3] = 255
    after = before.copy()
    before[3, :10] = 0
    run = Run(tmp_path, write(tmp_path / "a.tif", before), write(tmp_path / "b.tif", after))
    assert ((run.score == -9999).all(axis=1) == (np.arange(60) < 10)).all()


@pytest.mark.parametrize("factor", [0.5, 1, 3])
def test_a_mask_on_another_grid_hides_its_ground(tmp_path: Path, pair: Any, factor: float) -> None:
    before, after, changed = pair
    size = int(120 / factor)
    hidden = np.zeros((1, size, size), dtype=np.uint8)
    hidden[:, : int(60 / factor)] = 3
    transform = TRANSFORM @ Affine.scale(factor)
    mask = write(tmp_path / "mask.tif", hidden, transform=transform, nodata=3)
    run = Run(tmp_path, before, after, mask=mask)
    assert (run.score[:60] == -9999).all()
    assert (run.score[60:] >= 0).all()
    assert overlap_share(run.score[60:] >= 0.5, changed[60:]) > 0.7


def test_a_mask_without_crs_must_have_the_size(tmp_path: Path, pair: Any) -> None:
    before, after, _ = pair
    bare = {"crs": None, "transform": None}
    mask = write(tmp_path / "mask.tif", np.ones((1, 120, 120), dtype=np.uint8), **bare)
    run = Run(tmp_path, before, after, mask=mask)
    assert (run.score == -9999).all()
    assert len(run.areas) == 0
    assert "nothing was judged" in run.found.notes[-1].en
    other = write(tmp_path / "other.tif", np.ones((1, 60, 60), dtype=np.uint8), **bare)
    with pytest.raises(BadInput):
        Run(tmp_path, before, after, mask=other)


def test_grids_and_systems_need_not_agree(tmp_path: Path, pair: Any) -> None:
    """AFTER, warped by GDAL itself to degrees and a finer grid, gives the same ground."""
    before, after, changed = pair
    with rasterio.open(after) as source:
        west, south, east, north = rasterio.warp.transform_bounds(CRS, "EPSG:4490", *source.bounds)
        step = 0.0002
        shape = (4, int((north - south) / step) + 2, int((east - west) / step) + 2)
        values = np.zeros(shape, dtype=np.uint16)
        transform = Affine(step, 0, west, 0, -step, north)
        reproject(
            source.read(), values, src_transform=source.transform, src_crs=CRS, dst_transform=transform,
            dst_crs="EPSG:4490", resampling=Resampling.cubic,
        )  # fmt: skip
    degrees = write(tmp_path / "degrees.tif", values, crs="EPSG:4490", transform=transform, nodata=0)
    run = Run(tmp_path, before, degrees)
    inner = (slice(3, -3), slice(3, -3))
    assert (run.score[inner] != -9999).all()
    assert overlap_share((run.score >= 0.5)[inner], changed[inner]) > 0.7


def test_a_finer_and_wider_after_is_averaged_down(tmp_path: Path, pair: Any) -> None:
    before, after, changed = pair
    with rasterio.open(after) as source:
        fine = np.kron(source.read(), np.ones((1, 9, 9), dtype=np.uint16))
    fine = np.pad(fine, ((0, 0), (90, 90), (90, 90)), mode="edge")
    transform = TRANSFORM @ Affine.translation(-10, -10) @ Affine.scale(1 / 9)
    run = Run(tmp_path, before, write(tmp_path / "fine.tif", fine, transform=transform))
    assert (run.score >= 0).all()
    assert overlap_share(run.score >= 0.5, changed) > 0.8


@pytest.mark.parametrize("shift", [(0.4, -0.3), (2.0, 1.0), (-3.2, 4.1)])
def test_a_displaced_georeference_is_found_again(tmp_path: Path, shift: tuple[float, float]) -> None:
    rng = np.random.default_rng(4)
    before = ground(200, 220, 4)
    after, changed = altered(before, (slice(50, 80), slice(60, 90)))
    transform = TRANSFORM @ Affine.translation(*shift)
    sides = [(side + rng.normal(0, 2, side.shape)).astype(np.float32) for side in (before, after)]
    first = write(tmp_path / "a.tif", sides[0])
    run = Run(tmp_path, first, write(tmp_path / "b.tif", sides[1], transform=transform))
    assert run.found.registration.shift == pytest.approx(shift, abs=0.1)
    assert overlap_share(run.score >= 0.5, changed) > 0.9


def test_a_scene_of_many_windows_is_one_scene(
    tmp_path: Path, pair: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows, strips and what is kept in memory must not show in the answer."""
    before, after, _ = pair
    whole = Run(tmp_path, before, after).score
    monkeypatch.setattr(module, "WINDOW", 32)
    monkeypatch.setattr(module, "KEPT_VALUES", 0)
    monkeypatch.setattr("shoutu.imagery.change.STRIP", 25)
    assert Run(tmp_path, before, after).score == pytest.approx(whole, abs=1e-3)


def test_only_part_of_the_ground_is_common(tmp_path: Path, pair: Any) -> None:
    before, after, _ = pair
    with rasterio.open(after) as source:
        part = source.read()[:, 40:, :50]
    run = Run(
        tmp_path,
        before,
        write(tmp_path / "part.tif", part, transform=TRANSFORM @ Affine.translation(0, 40)),
    )
    judged = run.score >= 0
    assert judged[40:, :50].all()
    assert judged.sum() == judged[40:, :50].sum()


def test_registration_may_not_change_what_agrees(tmp_path: Path) -> None:
    """On equal grids without displacement the pixels are compared as they are, not resampled."""
    before = ground(64, 64, 3).astype(np.uint8)
    paths = [write(tmp_path / f"{name}.tif", before) for name in "ab"]
    run = Run(tmp_path, *paths)
    assert run.found.registration.shift == (0.0, 0.0)
    assert run.score == pytest.approx(np.full((64, 64), run.score[0, 0]), abs=1e-6)


def test_neighbouring_changes_stay_apart(tmp_path: Path) -> None:
    before = ground(80, 80, 4)
    after, changed = altered(before, (slice(20, 40), slice(20, 38)), (slice(20, 40), slice(42, 60)))
    run = Run(
        tmp_path,
        write(tmp_path / "a.tif", before.astype(np.float32)),
        write(tmp_path / "b.tif", after.astype(np.float32)),
    )
    assert len(run.areas) == ndimage.label(changed)[1] == 2

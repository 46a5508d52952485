"""Real pairs: the labelled Landsat pair as a floor under quality, others as formats that must pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine
from scipy import ndimage, stats

from tests.imagery.made import Run, write

AUC, F1, LOST = 0.99, 0.96, 0.01


@pytest.fixture(scope="session")
def taizhou(shared: Path) -> Path:
    return shared / "data" / "change" / "landsat" / "Taizhou"


@pytest.fixture(scope="session")
def labels(taizhou: Path) -> tuple[np.ndarray, np.ndarray]:
    """Pixels labelled changed, and pixels labelled unchanged."""
    with rasterio.open(taizhou / "change.bmp") as one, rasterio.open(taizhou / "unchanged.bmp") as other:
        return one.read(1) > 0, other.read(1) > 0


def f1_of(score: np.ndarray, labels: tuple[np.ndarray, np.ndarray]) -> float:
    changed, unchanged = labels
    found = score >= 0.5
    right = (found & changed).sum()
    return float(2 * right / (2 * right + (found & unchanged).sum() + (~found & changed).sum()))


def auc_of(score: np.ndarray, labels: tuple[np.ndarray, np.ndarray]) -> float:
    changed, unchanged = labels
    values = score[changed], score[unchanged]
    return float(stats.mannwhitneyu(*values).statistic / (len(values[0]) * len(values[1])))


@pytest.fixture(scope="session")
def plain(taizhou: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(tmp_path_factory.mktemp("taizhou"), taizhou / "2000TM.HDR", taizhou / "2003TM")


def test_labelled_landsat(plain: Run, labels: Any) -> None:
    assert auc_of(plain.score, labels) >= AUC
    assert f1_of(plain.score, labels) >= F1
    assert len(plain.areas) > 20
    assert (plain.areas >= 4 * 890).all()


@pytest.mark.parametrize("pixels", [0.3, 5.0])
def test_a_shifted_georeference_costs_nothing(
    taizhou: Path, tmp_path: Path, plain: Run, labels: Any, pixels: float
) -> None:
    with rasterio.open(taizhou / "2003TM") as source:
        transform = source.transform @ Affine.translation(0.7 * pixels, pixels)
        after = write(tmp_path / "after.tif", source.read(), crs=source.crs, transform=transform)
    run = Run(tmp_path, taizhou / "2000TM", after)
    assert f1_of(run.score, labels) >= f1_of(plain.score, labels) - LOST


@pytest.mark.parametrize("pixels", [0.5, 3.0])
def test_shifted_pixels_cost_little(
    taizhou: Path, tmp_path: Path, plain: Run, labels: Any, pixels: float
) -> None:
    """Shifted in the pixels, hence interpolated twice; the shift is e rows and 0.7 e columns."""
    with rasterio.open(taizhou / "2003TM") as source:
        bands = [
            ndimage.shift(band.astype(float), (pixels, 0.7 * pixels), mode="nearest")
            for band in source.read()
        ]
        values = np.clip(np.round(bands), 0, 255).astype(np.uint8)
        after = write(tmp_path / "after.tif", values, crs=source.crs, transform=source.transform)
    run = Run(tmp_path, taizhou / "2000TM", after)
    assert f1_of(run.score, labels) >= f1_of(plain.score, labels) - LOST


@pytest.mark.parametrize(
    ("folder", "before", "after"),
    [
        ("sentinel2_mining_alert", "example_t0.tif", "example_t1.tif"),
        ("naip", "m_4709963_se_14_1_20090818.tif", "m_4709963_se_14_1_20160816.tif"),
        ("landsat_pucallpa", "2010.tif", "2015.tif"),
    ],
)
def test_other_formats_pass(shared: Path, tmp_path: Path, folder: str, before: str, after: str) -> None:
    """Degrees, 5 m aerial images on unlike grids, nodata 0: not labelled, so only coherence is asked."""
    where = shared / "data" / "satellite" / folder
    run = Run(tmp_path, where / before, where / after)
    assert run.found.judged > 10_000
    assert run.score.max() <= 1
    assert ((run.scores >= 0.5) & (run.scores <= 1)).all()
    assert (run.areas >= 400).all()

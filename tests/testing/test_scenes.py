"""Made pictures: the change lies in the outline, the same call gives the same file, and it says 演示数据."""

from __future__ import annotations

import io
import math
import time

import numpy as np
import pytest
from PIL import Image, ImageDraw

from shoutu.testing.scenes import Kind, before_after, scene_pair

RING = [(109.7000, 39.5000), (109.7007, 39.5001), (109.7008, 39.5006), (109.7001, 39.5005)]


def mask_of(bounds: tuple[float, ...], size: int) -> np.ndarray:
    """The outline burnt by a linear map from degrees to pixels, as a page lays it over the picture."""
    west, south, east, north = bounds
    image = Image.new("L", (size, size))
    corners = [((x - west) / (east - west) * size, (north - y) / (north - south) * size) for x, y in RING]
    ImageDraw.Draw(image).polygon(corners, fill=1)
    return np.asarray(image, dtype=bool)


@pytest.mark.parametrize("kind", ["pad", "pit", "road"])
@pytest.mark.parametrize("ground", ["steppe", "fields"])
def test_the_change_lies_in_the_outline(kind: Kind, ground: str) -> None:
    before, after, bounds = before_after(RING, kind, 3, ground)  # type: ignore[arg-type]
    inside = mask_of(bounds, len(before))
    # Season and light change all pixels alike: measure against the picture's own median change.
    change = after.astype(float) - before
    change = np.abs(change - np.median(change, axis=(0, 1))).mean(axis=2)
    assert change[inside].mean() > 2 * change[~inside].mean()


def test_the_same_call_gives_the_same_file_and_another_seed_another() -> None:
    first, second, other = (scene_pair(RING, "pad", seed) for seed in (1, 1, 2))
    assert first == second
    assert first.before_jpeg != other.before_jpeg
    moved = scene_pair([(x + 0.01, y) for x, y in RING], "pad", 1)
    assert moved.before_jpeg != first.before_jpeg


def test_pixels_are_square_metres_and_the_outline_is_in_the_middle() -> None:
    pair = scene_pair([*RING, RING[0]], "pit", 5)
    west, south, east, north = pair.bounds
    assert (east - west) * math.cos(math.radians((south + north) / 2)) == pytest.approx(
        north - south, rel=1e-6
    )
    assert west < min(x for x, _ in RING) < max(x for x, _ in RING) < east
    assert mask_of(pair.bounds, pair.size).mean() > 0.08


def test_the_files_say_what_they_are() -> None:
    pair = scene_pair(RING, "road", 7)
    for content in (pair.before_jpeg, pair.after_jpeg):
        image = Image.open(io.BytesIO(content))
        assert image.size == (pair.size, pair.size)
        assert "演示数据" in image.info["comment"].decode()


def test_a_month_of_pictures_is_quick() -> None:
    start = time.process_time()
    for seed in range(6):
        scene_pair(RING, "pit", seed)
    assert (time.process_time() - start) / 6 < 0.8

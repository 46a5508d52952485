"""Before and after pictures of a place where something was built, made up and saying so (演示数据).

The ground is drawn from the place: steppe with tracks and shrubs, or strips of fields along a road. The two
dates differ in season, light and haze as real ones do, and the after picture shows a levelled yard, a pit
or a road inside the outline. Nothing here is an image of any place.
"""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

from shoutu.testing.built import build
from shoutu.testing.canvas import Canvas, Colour, Plane, Point, dots, landscape, relief_shade

Kind = Literal["pad", "pit", "road"]
Ground = Literal["steppe", "fields"]
Bounds = tuple[float, float, float, float]
Picture = npt.NDArray[np.uint8]

SIZE = 320
LEAST_METRES = 130.0
AROUND = 2.2
"""The picture is so many times as wide as the outline's longer side."""
METRES_PER_DEGREE = 111_320.0
LABEL = "演示数据，非真实影像 (synthetic, not an image of any place)"

# Greyish browns and greens of the Ordos plateau from above: bare or fallow, stubble, young and full crops.
CROPS: tuple[Colour, ...] = (
    (151, 130, 104), (163, 143, 115), (174, 158, 126), (184, 170, 137), (124, 125, 90), (104, 113, 78),
    (139, 120, 97), (148, 140, 110), (112, 119, 86),
)  # fmt: skip


@dataclass(frozen=True)
class ScenePair:
    """Two JPEG files and where they lie: `bounds` west, south, east, north in degrees, plate carrée."""

    before_jpeg: bytes
    after_jpeg: bytes
    bounds: Bounds
    size: int


@dataclass(frozen=True)
class Season:
    """How one date differs: `green` from 0 (winter) to 1, light and haze of the pass."""

    green: float
    light: float
    haze: float


def scene_pair(
    ring_lonlat: Sequence[Point], kind: Kind, seed: int, ground: Ground | None = None, size: int = SIZE
) -> ScenePair:
    """The pictures of `before_after` as JPEG files that call themselves 演示数据."""
    before, after, bounds = before_after(ring_lonlat, kind, seed, ground, size)
    return ScenePair(_jpeg(before), _jpeg(after), bounds, size)


def before_after(
    ring_lonlat: Sequence[Point], kind: Kind, seed: int, ground: Ground | None = None, size: int = SIZE
) -> tuple[Picture, Picture, Bounds]:
    """Two (size, size, 3) pictures and their bounds in degrees.

    ring_lonlat   the outline, closed or not; what is built lies within it, with a ragged edge
    seed          of season, light and noise
    ground        drawn from the place when absent
    The same arguments give the same pixels.
    """
    ring, bounds, metres = _framed(ring_lonlat)
    # The ground hangs on the place alone, so a patch that is issued again shows the same ground.
    place = zlib.crc32(np.asarray(bounds).round(6).tobytes())
    draw = np.random.default_rng([seed, place])
    chosen = ground or ("fields" if place % 10 < (2 if kind == "pit" else 5) else "steppe")
    seasons = _seasons(draw)
    pictures = []
    for season in seasons:
        canvas = Canvas(size, metres)
        # The same seed for both dates: the ground stays, only its dress changes.
        road = _painted(canvas, np.random.default_rng(place), season, chosen)
        if season is seasons[1]:
            build(canvas, np.random.default_rng([place, 1]), ring, kind, road)
        pictures.append(_seen(canvas, draw, season))
    return pictures[0], pictures[1], bounds


def _framed(ring_lonlat: Sequence[Point]) -> tuple[list[Point], Bounds, float]:
    """The ring in metres around the middle of its box, the picture's bounds, and its side in metres."""
    lon, lat = (np.array(side) for side in zip(*ring_lonlat, strict=True))
    middle = ((lon.min() + lon.max()) / 2, (lat.min() + lat.max()) / 2)
    per_lon = METRES_PER_DEGREE * math.cos(math.radians(middle[1]))
    x, y = (lon - middle[0]) * per_lon, (lat - middle[1]) * METRES_PER_DEGREE
    metres = max(LEAST_METRES, AROUND * float(max(np.ptp(x), np.ptp(y))))
    half = metres / 2 / per_lon, metres / 2 / METRES_PER_DEGREE
    bounds = (middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1])
    return list(zip(x.tolist(), y.tolist(), strict=True)), tuple(float(side) for side in bounds), metres  # type: ignore[return-value]


def _seasons(draw: np.random.Generator) -> tuple[Season, Season]:
    green = float(draw.uniform(0.25, 0.8))
    later = float(np.clip(green + draw.uniform(-0.3, 0.3), 0.1, 0.95))
    light = draw.uniform(0.93, 1.07, 2)
    haze = draw.uniform(0.0, 0.09, 2)
    return (
        Season(green, float(light[0]), float(haze[0])),
        Season(later, float(light[1]), float(haze[1])),
    )


def _painted(canvas: Canvas, draw: np.random.Generator, season: Season, ground: Ground) -> float:
    """Lay the ground; the angle from east at which its road runs."""
    angle = float(draw.uniform(0, math.pi))
    _steppe(canvas, draw, season)
    if ground == "fields":
        _fields(canvas, draw, season, angle)
        _paved(canvas, draw, season, angle, float(draw.choice([-0.36, 0.36])) * canvas.metres)
    else:
        _track(canvas, draw, angle, float(draw.uniform(0.24, 0.4)) * canvas.metres, 3.2)
        if draw.random() < 0.6:
            _track(canvas, draw, angle + 1.2, float(draw.uniform(-0.4, -0.3)) * canvas.metres, 2.2)
    return angle


def _steppe(canvas: Canvas, draw: np.random.Generator, season: Season) -> None:
    """Sandy grassland: dry ground, grass in drifts, shrubs, shallow gullies, a little relief."""
    cover = landscape(draw, canvas, 220, 1.5)
    grain = landscape(draw, canvas, 18, 0.9)
    height = landscape(draw, canvas, 420, 2.1)
    gully = np.abs(landscape(draw, canvas, 300, 1.9))
    dry = np.array([183, 163, 131]) + draw.uniform(-10, 10, 3)
    grass = np.array([128, 124, 88]) * (1 - 0.22 * season.green) + np.array([0, 7, -3]) * season.green
    share = 1 / (1 + np.exp(-1.6 * (cover + 0.45 * grain) - 1.2 * (season.green - 0.5)))
    canvas.fill((dry + share[..., None] * (grass - dry)).astype(np.float32))
    sand = np.clip((cover * -1 - 1.0) * 1.5, 0, 1).astype(np.float32)
    canvas.blend(0.6 * sand, (208, 190, 156))
    canvas.blend(0.28 * np.exp(-gully * 16), (150, 136, 112))
    canvas.shade(relief_shade(height, 3.5) * (1 + 0.035 * grain))
    shrubs = dots(draw, canvas, np.clip(0.3 + share, 0, 1).astype(np.float32), 260, 0.55)
    canvas.blend(0.45 * canvas.moved(shrubs, 0.9), (92, 82, 66))
    canvas.blend(0.62 * shrubs, (88, 88, 62))


def _fields(canvas: Canvas, draw: np.random.Generator, season: Season, angle: float) -> None:
    """Three rows of strip fields between paths, each strip with its crop, drilled along its length."""
    along, across = canvas.along(angle), canvas.across(angle)
    across = (across + 2.5 * np.sin(along / 61 + draw.uniform(0, 6))).astype(np.float32)
    tone = landscape(draw, canvas, 90, 1.3)
    depth = 0.38 * canvas.metres
    row = np.floor(across / depth + 0.5)
    # Each row has limits of its own; the rows lie one after the other on one scale.
    span = 2 * canvas.metres
    key = np.clip(along, -0.99 * canvas.metres, 0.99 * canvas.metres) + row * span
    limits = np.concatenate([_limits(draw, canvas.metres) + number * span for number in range(-2, 3)])
    strip = np.searchsorted(limits, key)
    within = np.minimum(key - limits[strip - 1], limits[strip] - key)
    beyond = depth / 2 - np.abs(across - row * depth)
    count = len(limits)
    colours = np.array([_crop(draw, season) for _ in range(count)])
    drill, waves = draw.uniform(1.9, 3.6, count), draw.uniform(9, 25, count)
    rows = np.sin(along * (2 * math.pi / drill[strip]) + 0.6 * tone)
    texture = (
        1
        + 0.025 * rows
        + 0.045 * tone
        + draw.uniform(0.01, 0.03, count)[strip] * np.sin(across / waves[strip])
    )
    share = canvas.edge(np.minimum(within - 0.3, beyond - 1.6))
    canvas.blend(0.94 * share, (colours[strip] * texture[..., None]).astype(np.float32))
    canvas.blend(0.7 * canvas.edge(1.3 - beyond), (187, 170, 140))
    trees = dots(draw, canvas, canvas.edge(1.5 - np.abs(across - depth / 2 - 4)), 1100, 1.3)
    canvas.blend(0.5 * canvas.moved(trees, 3.5), (62, 58, 46))
    canvas.blend(0.85 * trees, (74, 84, 55))


def _limits(draw: np.random.Generator, metres: float) -> Plane:
    """Where strips of one row meet, from one side of the picture to the other and beyond."""
    widths = draw.uniform(14, 40, int(2 * metres / 14) + 1)
    limits = np.cumsum(widths) - metres
    out: Plane = np.concatenate([[-metres], limits[limits < metres], [metres]])
    return out


def _crop(draw: np.random.Generator, season: Season) -> Plane:
    """A strip's colour; one in three is sown anew between the dates."""
    colour = np.array(CROPS[int(draw.integers(len(CROPS)))])
    other = np.array(CROPS[int(draw.integers(len(CROPS)))])
    turn, jitter = draw.random(), draw.uniform(-4, 4, 3) + draw.uniform(-7, 7)
    if turn < 0.33:
        colour = colour + (other - colour) * season.green
    lush = (season.green - 0.4) * np.array([-20, -2, -16]) * (turn > 0.5)
    out: Plane = (colour + lush + jitter).astype(np.float32)
    return out


def _paved(canvas: Canvas, draw: np.random.Generator, season: Season, angle: float, offset: float) -> None:
    """A country road with shoulders, a faint middle line, poplars on one side, a car or two."""
    across, along = canvas.across(angle) - offset, canvas.along(angle)
    canvas.blend(0.8 * canvas.edge(6.5 - np.abs(across)), (181, 166, 138))
    worn = 1 + 0.02 * landscape(draw, canvas, 40, 1.0)
    canvas.blend(
        canvas.edge(3.5 - np.abs(across)), (np.array([124, 122, 119]) * worn[..., None]).astype(np.float32)
    )
    canvas.blend(0.35 * canvas.edge(0.15 - np.abs(across)), (205, 203, 196))
    crowns = dots(draw, canvas, canvas.edge(1.4 - np.abs(across - 9.5)), 1500, 1.7)
    canvas.blend(0.5 * canvas.moved(crowns, 5), (60, 56, 46))
    canvas.blend(0.88 * crowns, (66, 80, 48))
    for _ in range(int(draw.integers(0, 3))):
        # Another moment, hence another place.
        at = (draw.uniform() + 3.7 * season.green) % 1 * canvas.metres - canvas.metres / 2
        lane = float(draw.choice([-1.7, 1.7]))
        car = np.minimum(2.2 - np.abs(along - at), 0.95 - np.abs(across - lane))
        canvas.blend(canvas.edge(car), (232, 231, 228) if draw.random() < 0.6 else (60, 62, 70))


def _track(canvas: Canvas, draw: np.random.Generator, angle: float, offset: float, width: float) -> None:
    """Two wheel ruts in sand, winding a little."""
    along = canvas.along(angle)
    bend = 9 * np.sin(along / draw.uniform(45, 90) + draw.uniform(0, 6)) + 4 * np.sin(along / 23)
    across = np.abs(canvas.across(angle) - offset + bend)
    canvas.blend(0.35 * canvas.edge(width - across), (200, 183, 152))
    canvas.blend(0.55 * canvas.edge(0.55 - np.abs(across - 0.9)), (214, 199, 170))


def _seen(canvas: Canvas, draw: np.random.Generator, season: Season) -> Picture:
    """The picture as a satellite would deliver it: blurred by its optics, hazed, noisy."""
    veil = season.light * (1 + 0.02 * landscape(draw, canvas, 500, 2.0)[..., None])
    grainy = canvas.rgb * veil + 5 * draw.standard_normal(canvas.rgb.shape, dtype=np.float32)
    blurred = ndimage.gaussian_filter(grainy, (0.65, 0.65, 0), truncate=3)
    noisy = blurred * np.float32(1 - season.haze) + np.float32(season.haze) * np.array(
        [196, 205, 214], dtype=np.float32
    )
    out: Picture = np.clip(noisy, 0, 255).astype(np.uint8)
    return out


def _jpeg(picture: Picture) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=88, comment=LABEL.encode())
    return file.getvalue()

"""Paint made ground in metres: noise of a landscape, lines, outlines, shadows; arrays of numpy only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from scipy import ndimage

Plane = npt.NDArray[np.float32]
Colour = tuple[float, float, float]
Point = tuple[float, float]

SUN = (0.6, -0.8)
"""Unit vector towards the sun, east and north: a forenoon pass looks from the south-east."""


@dataclass
class Canvas:
    """A square picture around (0, 0): `metres` on a side, x east, y north, `rgb` (n, n, 3) from 0 to 255."""

    pixels: int
    metres: float
    rgb: Plane = field(init=False)
    x: Plane = field(init=False)
    y: Plane = field(init=False)

    def __post_init__(self) -> None:
        centres = ((np.arange(self.pixels) + 0.5) / self.pixels - 0.5) * self.metres
        self.x, self.y = np.meshgrid(centres.astype(np.float32), -centres.astype(np.float32))
        self.rgb = np.zeros((self.pixels, self.pixels, 3), dtype=np.float32)

    @property
    def pixel(self) -> float:
        """Metres."""
        return self.metres / self.pixels

    def fill(self, colours: Plane) -> None:
        self.rgb[:] = colours

    def blend(self, share: Plane, colour: Colour | Plane) -> None:
        """Lay `colour`, (3,) or (n, n, 3), over the picture with `share` from 0 to 1."""
        rows, cols = (np.flatnonzero(share.any(axis=axis)) for axis in (1, 0))
        if not len(rows):
            return
        box = slice(rows[0], rows[-1] + 1), slice(cols[0], cols[-1] + 1)
        paint = np.asarray(colour, dtype=np.float32)
        under = self.rgb[box]
        under += share[box][..., None] * ((paint[box] if paint.ndim == 3 else paint) - under)

    def shade(self, factor: Plane) -> None:
        self.rgb *= factor[..., None]

    def edge(self, inside: npt.NDArray[np.floating[Any]]) -> Plane:
        """Coverage of a pixel by ground that lies `inside` metres within a limit (negative: outside)."""
        out: Plane = np.clip(inside / self.pixel + 0.5, 0, 1).astype(np.float32)
        return out

    def across(self, angle: float) -> Plane:
        """Metres to the left of a line through the middle that runs at `angle` from east."""
        out: Plane = self.y * np.float32(math.cos(angle)) - self.x * np.float32(math.sin(angle))
        return out

    def along(self, angle: float) -> Plane:
        return self.across(angle - math.pi / 2)

    def outline(self, ring: Sequence[Point]) -> Plane:
        """Metres inside a polygon given in metres; negative outside."""
        scale = self.pixels / self.metres
        drawn = Image.new("L", (self.pixels, self.pixels))
        corners = [(self.pixels / 2 + x * scale, self.pixels / 2 - y * scale) for x, y in ring]
        ImageDraw.Draw(drawn).polygon(corners, fill=1)
        mask = np.asarray(drawn, dtype=bool)
        inner = ndimage.distance_transform_edt(mask) - ndimage.distance_transform_edt(~mask)
        out: Plane = ((inner - np.sign(inner) / 2) * self.pixel).astype(np.float32)
        return out

    def moved(self, plane: Plane, metres: float) -> Plane:
        """`plane` as a shadow of things so high that it falls `metres` away from the sun."""
        out: Plane = np.zeros_like(plane)
        up, left = round(-SUN[1] * metres / self.pixel), round(SUN[0] * metres / self.pixel)
        n = self.pixels
        out[: n - up, : n - left] = plane[up:, left:]
        return out


def landscape(draw: np.random.Generator, canvas: Canvas, coarsest: float, roughness: float) -> Plane:
    """Noise of mean 0 and deviation about 1 whose amplitude falls with frequency.

    coarsest    its longest wave in metres
    roughness   exponent of the fall: 1 is rocky, 2 rolling
    """
    octave = round(2 * math.log2(coarsest / canvas.pixel))
    bank = _noise(octave, roughness)
    down, right = (int(shift) for shift in draw.integers(0, BANK, 2))
    rolled = np.roll(bank, (down, right), (0, 1))[: canvas.pixels, : canvas.pixels]
    return rolled.T if draw.random() < 0.5 else rolled


BANK = 512
"""Side of the periodic noise from which landscapes are cut; no picture is larger."""


@lru_cache(maxsize=64)
def _noise(octave: int, roughness: float) -> Plane:
    """Periodic noise with a longest wave of 2^(octave / 2) pixels; the same in every process."""
    draw = np.random.default_rng([octave + 100, int(1000 * roughness)])
    frequency = np.hypot(np.fft.fftfreq(BANK)[:, None], np.fft.rfftfreq(BANK)[None])
    amplitude = 1 / np.maximum(frequency, 2 ** (-octave / 2)) ** roughness
    amplitude[0, 0] = 0
    noise: npt.NDArray[np.float64] = np.fft.irfft2(
        np.fft.rfft2(draw.standard_normal((BANK, BANK))) * amplitude, s=(BANK, BANK)
    )
    out: Plane = (noise / float(noise.std())).astype(np.float32)
    out.setflags(write=False)
    return out


def relief_shade(height: Plane, strength: float) -> Plane:
    """Brightness factor of a slope lit from the sun's side."""
    north, east = np.gradient(height)
    lit: Plane = np.asarray(SUN[1] * north - SUN[0] * east, dtype=np.float32)
    out: Plane = np.clip(1 + np.float32(strength) * lit, 0.55, 1.45)
    return out


def dots(draw: np.random.Generator, canvas: Canvas, share: Plane, per_hectare: float, radius: float) -> Plane:
    """Coverage by round things (shrubs, tufts, crowns) strewn where `share` is high; radii in metres."""
    cells = (canvas.metres**2 / 10_000) * per_hectare
    chance = share * (cells / share.size)
    seeds = (draw.random(share.shape) < chance) * draw.uniform(0.5, 1.3, share.shape)
    sigma = max(radius / canvas.pixel, 0.45)
    spread: Plane = ndimage.gaussian_filter(seeds.astype(np.float32), sigma, truncate=2.5)
    out: Plane = np.clip(spread * np.float32(10 * sigma**2), 0, 1)
    return out

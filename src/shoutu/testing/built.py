"""What appears in the after picture: a levelled yard with sheds, a pit, a road bed; and the way to it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from shoutu.testing.canvas import Canvas, Colour, Plane, Point, dots, landscape

SOIL: Colour = (206, 186, 152)
ROOFS: tuple[Colour, ...] = ((88, 121, 160), (98, 132, 168), (196, 194, 190), (158, 92, 76), (214, 212, 206))


def build(canvas: Canvas, draw: np.random.Generator, ring: Sequence[Point], kind: str, road: float) -> None:
    """Alter the ground inside `ring` (metres); `road` is the angle of the road nearby."""
    inside = canvas.outline(ring)
    # A blade never follows the surveyed line: the edge wanders by about a metre.
    ragged = inside + 0.9 * landscape(draw, canvas, 14, 1.0)
    if kind != "road":
        _way_in(canvas, draw, ring, road)
    share = canvas.edge(ragged)
    _disturbed(canvas, draw, ragged)
    if kind == "pit":
        _pit(canvas, draw, inside, share)
    elif kind == "road":
        _road_bed(canvas, draw, inside, share)
    else:
        _yard(canvas, draw, inside, share, _longest_edge(ring))


def _longest_edge(ring: Sequence[Point]) -> float:
    edges = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)]
    east, north = max(edges, key=lambda edge: math.hypot(*edge))
    return math.atan2(north, east)


def _disturbed(canvas: Canvas, draw: np.random.Generator, ragged: Plane) -> None:
    """Soil pushed over the edge, thinning out within a few metres."""
    fade = np.clip(1 + ragged / 5, 0, 1) * (ragged < 0)
    blotch = np.clip(0.5 + 0.6 * landscape(draw, canvas, 10, 0.8), 0, 1)
    canvas.blend((0.55 * fade * blotch).astype(np.float32), SOIL)


def _way_in(canvas: Canvas, draw: np.random.Generator, ring: Sequence[Point], road: float) -> None:
    """A rutted way from the outline to the edge of the picture, across the road."""
    angle = road + math.pi / 2 + float(draw.uniform(-0.25, 0.25))
    side = float(draw.choice([-1.0, 1.0]))
    along = canvas.along(angle) * side
    bend = 3 * np.sin(along / 31 + draw.uniform(0, 6))
    across = np.abs(canvas.across(angle) + bend)
    ahead = canvas.edge(along)
    canvas.blend(0.55 * ahead * canvas.edge(2.6 - across), (202, 184, 152))
    canvas.blend(0.4 * ahead * canvas.edge(0.6 - np.abs(across - 1.0)), (216, 201, 172))


def _yard(canvas: Canvas, draw: np.random.Generator, inside: Plane, share: Plane, angle: float) -> None:
    """Levelled ground with blade marks, a bank along its edge, sheds with shadows, heaps and lorries."""
    mottle = landscape(draw, canvas, 30, 1.2)
    marks = np.sin(canvas.across(angle) * (2 * math.pi / 3.1) + 1.4 * mottle)
    tone = np.array(SOIL) + draw.uniform(-8, 10)
    canvas.blend(0.95 * share, (tone * (1 + 0.035 * mottle + 0.018 * marks)[..., None]).astype(np.float32))
    canvas.blend(0.5 * share * canvas.edge(0.9 - np.abs(inside - 1.6)), (170, 150, 120))
    span = float(inside.max())
    sheds = int(draw.integers(1, 4)) if span > 8 else 1
    taken = np.zeros_like(inside)
    for _ in range(sheds):
        room = np.where(taken > 0, 0, inside)
        if room.max() < 4:
            break
        taken = np.maximum(taken, _shed(canvas, draw, room, angle))
    _heaps(canvas, draw, np.where(taken > 0, 0, inside))
    for _ in range(int(draw.integers(1, 4))):
        _lorry(canvas, draw, np.where(taken > 0, 0, inside))


def _spot(draw: np.random.Generator, canvas: Canvas, room: Plane, within: float) -> Point:
    """A place at least `within` metres inside, or the innermost when there is none."""
    fitting = np.flatnonzero(room > within)
    at = int(draw.choice(fitting)) if len(fitting) else int(room.argmax())
    return float(canvas.x.flat[at]), float(canvas.y.flat[at])


def _box(canvas: Canvas, at: Point, angle: float, length: float, width: float) -> Plane:
    """Coverage by a rectangle centred at a point."""
    x, y = canvas.x - at[0], canvas.y - at[1]
    along = x * math.cos(angle) + y * math.sin(angle)
    across = y * math.cos(angle) - x * math.sin(angle)
    return canvas.edge(np.minimum(length / 2 - np.abs(along), width / 2 - np.abs(across)))


def _shed(canvas: Canvas, draw: np.random.Generator, room: Plane, angle: float) -> Plane:
    """One shed, its shadow and ridge; the ground that it takes, with a margin."""
    depth = float(room.max())
    width = float(np.clip(draw.uniform(0.5, 0.85) * depth, 4, 18))
    length = width * float(draw.uniform(1.4, 2.3))
    at = _spot(draw, canvas, room, 0.8 * depth)
    roof = _box(canvas, at, angle, length, width)
    high = float(draw.uniform(3.5, 7))
    for step in np.linspace(0.2, 1, 6):
        canvas.blend(0.22 * np.clip(canvas.moved(roof, 0.9 * high * step) - roof, 0, 1), (52, 50, 50))
    colour = np.array(ROOFS[int(draw.integers(len(ROOFS)))], dtype=np.float32)
    ribs = 1 + 0.03 * np.sin(canvas.along(angle) * (2 * math.pi / 1.9))
    lit = 1 + 0.07 * np.sign((canvas.x - at[0]) * -math.sin(angle) + (canvas.y - at[1]) * math.cos(angle))
    canvas.blend(roof, (colour * (ribs * lit)[..., None]).astype(np.float32))
    return _box(canvas, at, angle, length + 8, width + 8)


def _heaps(canvas: Canvas, draw: np.random.Generator, room: Plane) -> None:
    """Heaps of gravel or soil: a lit side and a dark one."""
    for _ in range(int(draw.integers(2, 6))):
        x, y = _spot(draw, canvas, room, 2.5)
        radius = float(draw.uniform(1.4, 3.2))
        away = np.hypot(canvas.x - x, canvas.y - y)
        lit = (0.6 * (canvas.x - x) - 0.8 * (canvas.y - y)) / radius
        colour = np.array([178, 168, 152]) * (1 + 0.28 * np.clip(lit, -1, 1))[..., None]
        canvas.blend(0.9 * canvas.edge(radius - away), colour.astype(np.float32))


def _lorry(canvas: Canvas, draw: np.random.Generator, room: Plane) -> None:
    at, angle = _spot(draw, canvas, room, 2.5), float(draw.uniform(0, math.pi))
    body = _box(canvas, at, angle, 6.5, 2.3)
    canvas.blend(0.5 * np.clip(canvas.moved(body, 2) - body, 0, 1), (60, 58, 56))
    canvas.blend(body, [(222, 220, 214), (186, 64, 48), (218, 172, 62)][int(draw.integers(3))])


def _pit(canvas: Canvas, draw: np.random.Generator, inside: Plane, share: Plane) -> None:
    """Benches stepping down, bright treads, walls dark on the sunny side, heaps of spoil."""
    wander = 0.8 * landscape(draw, canvas, 22, 1.3)
    deep = np.clip(inside + wander, 0, None)
    depth = max(float(deep.max()), 3.0)
    bench = float(np.clip(depth / 3.2, 2.2, 7.0))
    level = np.clip(deep / bench, 0, 3)
    # Flat treads with short walls between them.
    height = -(np.floor(level) + np.clip((level % 1 - 0.62) / 0.38, 0, 1)).astype(np.float32)
    north, east = np.gradient(ndimage.gaussian_filter(height, 0.6))
    lit = -(0.6 * east + 0.8 * north) / canvas.pixel
    band = np.array([(204, 182, 146), (188, 163, 128), (170, 146, 118), (150, 134, 114)])
    index = np.clip(-height, 0, 2.999)
    lower = np.floor(index).astype(int)
    part = (index - lower)[..., None]
    colour = band[lower] * (1 - part) + band[lower + 1] * part
    grain = 1 + 0.05 * landscape(draw, canvas, 16, 1.0)
    colour = colour * (grain * np.clip(1 + 0.75 * lit, 0.42, 1.25))[..., None]
    canvas.blend(0.97 * share, colour.astype(np.float32))
    if draw.random() < 0.4:
        pool = canvas.edge(deep - 0.82 * depth)
        canvas.blend(0.8 * pool, (86, 104, 98))
    stones = dots(draw, canvas, share * (inside < 0.5 * depth), 300, 0.5)
    canvas.blend(0.35 * stones, (120, 110, 96))
    _heaps(canvas, draw, np.where(inside > 0.45 * depth, 0, inside))
    _lorry(canvas, draw, inside)


def _road_bed(canvas: Canvas, draw: np.random.Generator, inside: Plane, share: Plane) -> None:
    """A gravel bed with packed wheel lines, banks on both sides and a roller at work."""
    half = max(float(inside.max()), 1.5)
    mottle = landscape(draw, canvas, 25, 1.1)
    bed = np.array([197, 188, 170]) * (1 + 0.03 * mottle)[..., None]
    canvas.blend(0.96 * share, bed.astype(np.float32))
    middle = half - inside
    canvas.blend(0.3 * share * canvas.edge(0.5 - np.abs(middle - 0.38 * half)), (170, 162, 148))
    canvas.blend(0.45 * share * canvas.edge(0.6 - np.abs(inside - 0.7)), (214, 198, 166))
    if draw.random() < 0.7:
        _lorry(canvas, draw, inside)

"""Polygons as the drawing commands of a vector tile (Mapbox Vector Tile 2.1, section 4.3).

A tile is a square of the Web Mercator world, `EXTENT` units wide, y downward. A ring goes through five
steps: vertices far outside are left out, the rest is projected, cut to the tile and a margin
(Sutherland–Hodgman), rounded to units, and rid of vertices that nobody would see (Douglas–Peucker).
What is cut runs along the margin's edge, outside the picture.

In a crowded tile what is smaller than a dot of `DOT` units a side is drawn as a dot, and one dot stands for
as many of its class as fill it, so that the picture keeps each class's share of the ground. In another tile
only what would hardly be seen is a dot, each feature its own.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from shoutu.geometry.compiled import compiled, grown
from shoutu.geometry.rings import Floats, Ints

EXTENT = 4096
MARGIN = 80
"""Units beyond each side that are drawn too: the width of a thick outline."""
DOT = 24
"""A crowded tile holds at most 29,000 dots, about a megabyte before it is packed."""
SPECK = 16
"""Side of a dot in a tile that is not crowded: two pixels."""
_LONGEST_EDGE = 0.02  # degrees of latitude: beyond, a straight edge in degrees bends visibly in Mercator

Bytes = npt.NDArray[np.uint8]


@compiled
def mercator(latitude: float) -> float:
    """Web Mercator's northing of a latitude in degrees, in turns of the globe."""
    return math.asinh(math.tan(math.radians(latitude))) / (2 * math.pi)


def tile_box(z: int, x: int, y: int, margin: float = MARGIN / EXTENT) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees of a tile and its margin (a share of its side)."""
    side = 2.0**-z
    west, east = (x - margin) * side, (x + 1 + margin) * side
    north, south = (0.5 - edge * side for edge in (y - margin, y + 1 + margin))
    lats = [math.degrees(math.atan(math.sinh(2 * math.pi * turns))) for turns in (south, north)]
    return west * 360 - 180, lats[0], east * 360 - 180, lats[1]


@compiled
def _outside(x: float, y: float, box: Floats) -> int:
    return int(x < box[0]) + 2 * int(x > box[2]) + 4 * int(y < box[1]) + 8 * int(y > box[3])


@compiled
def _near(xy: Floats, begin: int, end: int, box: Floats, out: Ints) -> int:
    """Vertices of an open ring without those between two others beyond the same side; their number."""
    used, before = 0, 0
    code = _outside(xy[begin, 0], xy[begin, 1], box)
    for k in range(begin, end):
        following = _outside(xy[k + 1, 0], xy[k + 1, 1], box)
        if used == 0 or before & code & following == 0:
            out[used] = k
            used += 1
            before = code
        code = following
    return used


@compiled
def _projected(
    xy: Floats, kept: Ints, count: int, frame: Floats, xs: Floats, ys: Floats
) -> tuple[Floats, Floats, int]:
    """Tile units of the kept vertices, long edges parted; grown arrays and the number of vertices.

    frame (3,): units in a turn of the globe, the tile's west and north in units.
    """
    used = 0
    for i in range(count):
        a, b = kept[i], kept[(i + 1) % count]
        dx, dy = xy[b, 0] - xy[a, 0], xy[b, 1] - xy[a, 1]
        parts = 1 if dx == 0.0 else int(abs(dy) / _LONGEST_EDGE) + 1
        while used + parts > len(xs):
            xs, ys = grown(xs, 2 * len(xs)), grown(ys, 2 * len(ys))
        for part in range(parts):
            share = part / parts
            lon, lat = xy[a, 0] + share * dx, xy[a, 1] + share * dy
            xs[used] = (lon / 360 + 0.5) * frame[0] - frame[1]
            ys[used] = (0.5 - mercator(lat)) * frame[0] - frame[2]
            used += 1
    return xs, ys, used


@compiled
def _cut(
    along: Floats, across: Floats, count: int, limit: float, sign: float, to: Floats, to_across: Floats
) -> int:
    """The ring's part where sign · along ≤ sign · limit; its number of vertices, at most 2 · count."""
    used = 0
    for i in range(count):
        j = i + 1 if i + 1 < count else 0
        here, there = sign * (limit - along[i]), sign * (limit - along[j])
        if here >= 0.0:
            to[used], to_across[used] = along[i], across[i]
            used += 1
        if (here > 0.0 and there < 0.0) or (here < 0.0 and there > 0.0):
            to[used] = limit
            to_across[used] = across[i] + (across[j] - across[i]) * (here / (here - there))
            used += 1
    return used


@compiled
def _clipped(xs: Floats, ys: Floats, count: int) -> tuple[Floats, Floats, int]:
    """The ring's part in the tile and its margin."""
    low, high = float(-MARGIN), float(EXTENT + MARGIN)
    x0, x1, y0, y1 = xs[0], xs[0], ys[0], ys[0]
    for i in range(count):
        x0, x1, y0, y1 = min(x0, xs[i]), max(x1, xs[i]), min(y0, ys[i]), max(y1, ys[i])
    if x0 > high or x1 < low or y0 > high or y1 < low:
        return xs, ys, 0
    for side in range(4):
        upward = side % 2 == 1
        if (x0 >= low, x1 <= high, y0 >= low, y1 <= high)[side]:
            continue
        limit, sign = (high, 1.0) if upward else (low, -1.0)
        to, to_across = np.empty(2 * count + 2), np.empty(2 * count + 2)
        if side < 2:
            count = _cut(xs, ys, count, limit, sign, to, to_across)
            xs, ys = to, to_across
        else:
            count = _cut(ys, xs, count, limit, sign, to, to_across)
            ys, xs = to, to_across
    return xs, ys, count


@compiled
def _rounded(xs: Floats, ys: Floats, count: int, gx: Ints, gy: Ints) -> int:
    """Whole units, repeated ones left out; the number of vertices."""
    used = 0
    for i in range(count):
        x, y = math.floor(xs[i] + 0.5), math.floor(ys[i] + 0.5)
        if used == 0 or x != gx[used - 1] or y != gy[used - 1]:
            gx[used], gy[used] = x, y
            used += 1
    while used > 1 and gx[0] == gx[used - 1] and gy[0] == gy[used - 1]:
        used -= 1
    return used


@compiled
def _thinned(gx: Ints, gy: Ints, count: int, tolerance: float, marks: Ints, stack: Ints) -> int:
    """Douglas–Peucker on a ring, in place, from its first vertex to the one farthest from it and back."""
    if count < 4:
        return count
    far, longest = 0, -1
    for i in range(count):
        marks[i] = 0
        away = (gx[i] - gx[0]) ** 2 + (gy[i] - gy[0]) ** 2
        if away > longest:
            far, longest = i, away
    marks[0] = marks[far] = 1
    stack[0], stack[1], stack[2], stack[3], depth = 0, far, far, count, 2
    while depth > 0:
        depth -= 1
        a, b = stack[2 * depth], stack[2 * depth + 1]
        end = b if b < count else 0
        dx, dy = float(gx[end] - gx[a]), float(gy[end] - gy[a])
        length = math.sqrt(dx * dx + dy * dy)
        worst, at = tolerance, -1
        for i in range(a + 1, b):
            px, py = float(gx[i] - gx[a]), float(gy[i] - gy[a])
            distance = math.sqrt(px * px + py * py) if length == 0.0 else abs(px * dy - py * dx) / length
            if distance > worst:
                worst, at = distance, i
        if at >= 0:
            marks[at] = 1
            stack[2 * depth], stack[2 * depth + 1] = a, at
            stack[2 * depth + 2], stack[2 * depth + 3] = at, b
            depth += 2
    used = 0
    for i in range(count):
        if marks[i]:
            gx[used], gy[used] = gx[i], gy[i]
            used += 1
    return used


@compiled
def _doubled_area(gx: Ints, gy: Ints, count: int) -> int:
    """Positive where the ring runs clockwise on the screen, as outer rings of a tile do."""
    total = np.int64(0)
    for i in range(count):
        j = i + 1 if i + 1 < count else 0
        total += gx[i] * gy[j] - gx[j] * gy[i]
    return int(total)


@compiled
def _zigzag(value: int) -> int:
    return 2 * value if value >= 0 else -2 * value - 1


@compiled
def _draw(gx: Ints, gy: Ints, count: int, pen: Ints, out: Ints, used: int) -> int:
    """Write MoveTo, LineTo, ClosePath of a ring, run backwards; the commands now used."""
    out[used] = 1 | (1 << 3)
    used += 1
    for i in range(count):
        if i == 1:
            out[used] = 2 | ((count - 1) << 3)
            used += 1
        at = count - 1 - i
        out[used], out[used + 1] = _zigzag(gx[at] - pen[0]), _zigzag(gy[at] - pen[1])
        pen[0], pen[1] = gx[at], gy[at]
        used += 2
    out[used] = 7 | (1 << 3)
    return used + 1


@compiled
def _dot(x: float, y: float, size: int, pen: Ints, out: Ints, used: int) -> int:
    """A square about a point."""
    gx, gy = np.empty(4, np.int64), np.empty(4, np.int64)
    left, top = math.floor(x) - size // 2, math.floor(y) - size // 2
    gx[0], gx[1], gx[2], gx[3] = left, left, left + size, left + size
    gy[0], gy[1], gy[2], gy[3] = top, top + size, top + size, top
    return _draw(gx, gy, 4, pen, out, used)


@compiled
def _float_area(xs: Floats, ys: Floats, count: int) -> float:
    total = 0.0
    for i in range(1, count - 1):
        total += (xs[i] - xs[0]) * (ys[i + 1] - ys[0]) - (xs[i + 1] - xs[0]) * (ys[i] - ys[0])
    return total / 2


@compiled
def _grid(xs: Floats, ys: Floats, count: int, tolerance: float, outer: bool) -> tuple[Ints, Ints, int]:
    """The cut ring in whole units; no vertices where rounding left nothing of it or turned it over."""
    gx, gy = np.empty(count, np.int64), np.empty(count, np.int64)
    count = _rounded(xs, ys, count, gx, gy)
    count = _thinned(
        gx, gy, count, tolerance, np.empty(count + 4, np.int64), np.empty(2 * count + 8, np.int64)
    )
    area = _doubled_area(gx, gy, count) if count >= 3 else 0
    if area == 0 or (area < 0) != outer:
        count = 0
    return gx, gy, count


@compiled
def _outline(
    xy: Floats,
    ring_starts: Ints,
    rings: Ints,
    box: Floats,
    frame: Floats,
    tolerance: float,
    out: Ints,
    used: int,
) -> tuple[Ints, int, float, float, float]:
    """Append a feature's commands: `out`, the commands now used, ground in square units, middle x and y."""
    pen = np.zeros(2, np.int64)
    ground, middle_x, middle_y, holds = 0.0, 0.0, 0.0, False
    for ring in range(rings[0], rings[1]):
        begin, end = ring_starts[ring], ring_starts[ring + 1] - 1
        kept = np.empty(end - begin, np.int64)
        count = _near(xy, begin, end, box, kept)
        if count < 3:
            continue
        room = 2 * count + 8
        xs, ys, count = _projected(xy, kept, count, frame, np.empty(room), np.empty(room))
        xs, ys, count = _clipped(xs, ys, count)
        if count < 3:
            continue
        area = -_float_area(xs, ys, count)
        ground += area
        outer = area > 0.0
        if outer:
            middle_x, middle_y, holds = xs[:count].mean(), ys[:count].mean(), False
        elif not holds:
            continue  # the ring about this hole was too small to be drawn
        gx, gy, count = _grid(xs, ys, count, tolerance, outer)
        if count == 0:
            continue
        holds = True
        while used + 2 * count + 8 > len(out):
            out = grown(out, 2 * len(out))
        used = _draw(gx, gy, count, pen, out, used)
    return out, used, ground, middle_x, middle_y


@compiled
def drawn(
    xy: Floats,
    ring_starts: Ints,
    feature_rings: Ints,
    features: Ints,
    codes: Ints,
    classes: int,
    box: Floats,
    frame: Floats,
    crowded: bool,
) -> tuple[Ints, Ints, Ints]:
    """Commands (n,), where each drawn feature's commands end (k,), and its position in `features` (k,).

    features  which, along the Hilbert curve; codes (features,): the class of each, below `classes`
    box       (4,) degrees: the tile and its margin
    frame     (3,) units in a turn of the globe; west and north of the tile in units
    crowded   dots stand for many, and outlines are coarser
    """
    tolerance, size, smallest = (4.0, DOT, float(DOT * DOT)) if crowded else (0.75, SPECK, 36.0)
    out, used = np.empty(4096, np.int64), 0
    ends, which, shown = np.empty(len(features), np.int64), np.empty(len(features), np.int64), 0
    waiting = np.full(classes, smallest / 2)  # a class that would half fill a dot has one
    for index in range(len(features)):
        begun = used
        out, used, ground, x, y = _outline(
            xy, ring_starts, feature_rings[features[index]], box, frame, tolerance, out, used
        )
        if 0.0 < ground < smallest:
            # A dot; nothing where the dots before have room for it.
            used = begun
            waiting[codes[index]] += ground
            if crowded and waiting[codes[index]] < smallest:
                continue
            waiting[codes[index]] -= smallest
            if used + 16 > len(out):
                out = grown(out, 2 * len(out))
            used = _dot(x, y, size, np.zeros(2, np.int64), out, used)
        if used > begun:
            ends[shown], which[shown] = used, index
            shown += 1
    return out[:used], ends[:shown], which[:shown]


@compiled
def _size(value: int) -> int:
    """Bytes of a varint."""
    size = 1
    while value >= 128:
        value >>= 7
        size += 1
    return size


@compiled
def _varint(out: Bytes, at: int, value: int) -> int:
    while value >= 128:
        out[at] = (value & 127) | 128
        at, value = at + 1, value >> 7
    out[at] = value
    return at + 1


@compiled
def written(commands: Ints, ends: Ints, tags: Ints, numbers: Ints) -> Bytes:
    """The `features` of a layer message. tags (k, 4): key, value, key, value; numbers (k,): each one's id."""
    count = len(ends)
    shapes, bodies = np.zeros(count, np.int64), np.zeros(count, np.int64)
    total, begin = 0, 0
    for k in range(count):
        for i in range(begin, ends[k]):
            shapes[k] += _size(commands[i])
        begin = ends[k]
        tag = 0
        for i in range(4):
            tag += _size(tags[k, i])
        # id, tags (their length is one byte), type, geometry
        bodies[k] = 1 + _size(numbers[k]) + 2 + tag + 2 + 1 + _size(shapes[k]) + shapes[k]
        total += 1 + _size(bodies[k]) + bodies[k]
    out, at, begin = np.empty(total, np.uint8), 0, 0
    for k in range(count):
        out[at] = 0x12
        at = _varint(out, at + 1, bodies[k])
        out[at] = 0x08
        at = _varint(out, at + 1, numbers[k])
        out[at] = 0x12
        length = at + 1
        at += 2
        for i in range(4):
            at = _varint(out, at, tags[k, i])
        out[length] = at - length - 1
        out[at], out[at + 1], out[at + 2] = 0x18, 3, 0x22
        at = _varint(out, at + 3, shapes[k])
        for i in range(begin, ends[k]):
            at = _varint(out, at, commands[i])
        begin = ends[k]
    return out


@compiled
def whole_numbers(numbers: Ints) -> Bytes:
    """The `values` of a layer message that hold these numbers, in their order."""
    total = 0
    for number in numbers:
        total += 3 + _size(number)
    out, at = np.empty(total, np.uint8), 0
    for number in numbers:
        out[at], out[at + 1], out[at + 2] = 0x22, 1 + _size(number), 0x28
        at = _varint(out, at + 3, number)
    return out

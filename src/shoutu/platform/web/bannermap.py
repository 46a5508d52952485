"""The city's banners as a small map made on the server: tint and pattern by level, labels, leader lines.

An SVG, because it prints sharp and needs no WebGL. Longitude and latitude are laid out simply
(x = longitude × cos of the middle latitude): a picture of where, not a map to measure on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from numpy.typing import NDArray

from shoutu.platform.web.levels import LEVELS, defs, paint

Ring = NDArray[np.float64]
"""n × 2, closed."""

WIDTH, MARGIN = 424, 6
TOLERANCE = 0.4
"""Pixels by which a simplified outline may stray."""
LETTER, BOX_HEIGHT, SHAPE = 13, 20, 11


@dataclass(frozen=True)
class Area:
    """One banner: its outline as GeoJSON (longitude, latitude) and what it is shown as."""

    code: str
    name: str
    level: str
    outline: dict[str, Any]
    href: str = ""


@dataclass(frozen=True)
class _Label:
    code: str
    name: str
    x: float
    y: float
    width: float
    anchor: tuple[float, float] | None
    """Where the leader line starts; None where the label lies in its banner."""


@dataclass(frozen=True)
class _Plan:
    """What does not depend on levels: each code's path, the labels, and the height of the picture."""

    paths: dict[str, str]
    labels: tuple[_Label, ...]
    height: int


def draw(areas: Sequence[Area], sentence: str, key: str = "banners") -> SafeString:
    """The map. `sentence` says in words what it shows; `key` makes its ids unique on the page."""
    drawn = [area for area in areas if area.outline]
    by_code = sorted(drawn, key=lambda area: area.code)
    plan = _plan(tuple((area.code, area.name, _frozen(area.outline)) for area in by_code))
    return format_html(
        '<svg class="banners" viewBox="0 0 {} {}" role="img" aria-label="{}" data-banners="">{}{}{}{}</svg>',
        WIDTH,
        plan.height,
        sentence,
        defs(key),
        _paths(drawn, plan.paths, key),
        _leaders(plan.labels),
        _texts(plan.labels, {area.code: area.level for area in drawn}),
    )


@lru_cache(maxsize=8)
def _plan(shapes: tuple[tuple[str, str, Any], ...]) -> _Plan:
    """Laid out once for the same outlines: placing labels takes some tenths of a second."""
    rings, height = _layout(tuple((code, frozen) for code, _, frozen in shapes))
    labels = _place([(code, name) for code, name, _ in shapes], rings, height)
    return _Plan({code: _path(found) for code, found in rings.items()}, tuple(labels), height)


def _path(rings: Sequence[Ring]) -> str:
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring[:-1]) + "Z" for ring in rings)


def _frozen(outline: dict[str, Any]) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The rings of a Polygon or MultiPolygon as hashable coordinates, holes included."""
    polygons = outline["coordinates"] if outline["type"] == "MultiPolygon" else [outline["coordinates"]]
    return tuple(tuple((float(p[0]), float(p[1])) for p in ring) for polygon in polygons for ring in polygon)


def _layout(shapes: tuple[tuple[str, Any], ...]) -> tuple[dict[str, list[Ring]], int]:
    """Each code's rings in pixels, simplified, and the height of the picture."""
    raw = {code: [np.array(ring, dtype=np.float64) for ring in rings] for code, rings in shapes}
    if not raw:
        return {}, 80
    points = np.concatenate([ring for rings in raw.values() for ring in rings])
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    squeeze = math.cos(math.radians((south + north) / 2))
    span = max((east - west) * squeeze, 1e-9)
    scale = (WIDTH - 2 * MARGIN) / span
    height = round((north - south) * scale) + 2 * MARGIN
    placed = {}
    for code, rings in raw.items():
        pixels = [
            np.column_stack(
                ((ring[:, 0] - west) * squeeze * scale + MARGIN, (north - ring[:, 1]) * scale + MARGIN)
            )
            for ring in rings
        ]
        placed[code] = [_simplified(ring) for ring in pixels if len(ring) > 3]
    return placed, height


def _simplified(ring: Ring) -> Ring:
    """Douglas and Peucker 1973, on a closed ring cut at the vertex farthest from its first."""
    far = int(np.argmax(np.hypot(*(ring - ring[0]).T)))
    keep = np.zeros(len(ring), dtype=bool)
    keep[[0, far, -1]] = True
    spans = [(0, far), (far, len(ring) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        distances = _distance_to(ring[first + 1 : last], ring[first : first + 1], ring[last : last + 1])[:, 0]
        worst = int(np.argmax(distances))
        if distances[worst] > TOLERANCE:
            middle = first + 1 + worst
            keep[middle] = True
            spans += [(first, middle), (middle, last)]
    return ring[keep]


def _distance_to(points: Ring, starts: Ring, ends: Ring) -> NDArray[np.float64]:
    """Distances from each point (rows) to each segment (columns)."""
    along = ends - starts
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    offset = points[:, None, :] - starts[None, :, :]
    at = np.clip((offset * along).sum(axis=2) / length, 0, 1)
    apart = offset - at[:, :, None] * along
    return np.asarray(np.hypot(apart[:, :, 0], apart[:, :, 1]), dtype=np.float64)


def _inside(points: Ring, rings: Sequence[Ring]) -> NDArray[np.bool_]:
    """Even-odd: which points lie in the rings."""
    odd = np.zeros(len(points), dtype=bool)
    x, y = points[:, :1], points[:, 1:]
    for ring in rings:
        (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
        crosses = (y0 > y) != (y1 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
        odd ^= (crosses & (x < at)).sum(axis=1) % 2 == 1
    return odd


def _middle(rings: Sequence[Ring]) -> tuple[tuple[float, float], float]:
    """The point deepest inside, on a grid, and how deep it lies in pixels."""
    points = np.concatenate(rings)
    low, high = points.min(axis=0), points.max(axis=0)
    grid = np.stack(np.meshgrid(*np.linspace(low, high, 26).T), axis=-1).reshape(-1, 2)
    grid = grid[_inside(grid, rings)]
    if not len(grid):
        return (float(points[0, 0]), float(points[0, 1])), 0.0
    depth = np.full(len(grid), np.inf)
    for ring in rings:
        depth = np.minimum(depth, _distance_to(grid, ring[:-1], ring[1:]).min(axis=1))
    best = int(np.argmax(depth))
    return (float(grid[best, 0]), float(grid[best, 1])), float(depth[best])


def _place(named: Sequence[tuple[str, str]], rings: dict[str, list[Ring]], height: int) -> list[_Label]:
    """Labels of large banners first, in their middle; the others go to free ground with a leader line."""
    middles = {code: _middle(rings[code]) for code, _ in named}
    labels: list[_Label] = []
    for code, name in sorted(named, key=lambda one: -middles[one[0]][1]):
        (x, y), depth = middles[code]
        width = SHAPE + 14 + LETTER * len(name)
        inside = _Label(code, name, min(max(x, width / 2 + 2), WIDTH - width / 2 - 2), y, width, None)
        if depth >= BOX_HEIGHT * 0.75 and not _collides(inside, labels):
            labels.append(inside)
        else:
            spots = _free_spots(width, rings, height)
            labels.append(_led(_Label(code, name, x, y, width, (x, y)), spots, labels))
    return labels


def _led(wanted: _Label, spots: Ring, labels: Sequence[_Label]) -> _Label:
    """The label on the nearest spot that covers no other; its line runs under another only where it must."""
    assert wanted.anchor is not None
    under_another = None
    for x, y in spots[np.argsort(np.hypot(*(spots - wanted.anchor).T))]:
        label = replace(wanted, x=float(x), y=float(y))
        if _collides(label, labels):
            continue
        if not _crosses(label, labels):
            return label
        under_another = under_another or label
    return under_another or replace(wanted, anchor=None)


def _free_spots(width: float, rings: dict[str, list[Ring]], height: int) -> Ring:
    """Middles, on a grid, of boxes of this width that cover no banner."""
    xs = np.arange(width / 2 + 2, WIDTH - width / 2 - 2, 8)
    ys = np.arange(BOX_HEIGHT / 2 + 2, height - BOX_HEIGHT / 2 - 2, 6)
    spots = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    probes = [(0.0, 0.0)]
    probes += [
        (a * (width / 2 + 4), b * (BOX_HEIGHT / 2 + 3)) for a in (-1, -0.5, 0, 0.5, 1) for b in (-1, 0, 1)
    ]
    for probe in probes:  # each throws out most of what is left, so later ones are cheap
        for shape in rings.values():
            spots = spots[~_inside(spots + probe, shape)]
    return spots


def _crosses(label: _Label, others: Sequence[_Label]) -> bool:
    """Whether the leader line runs under another label."""
    assert label.anchor is not None
    start, end = np.array(label.anchor), np.array(_edge_towards(label))
    line = start + np.linspace(0, 1, 24)[:, None] * (end - start)
    return any(
        bool(
            (
                (np.abs(line[:, 0] - other.x) < other.width / 2 + 3)
                & (np.abs(line[:, 1] - other.y) < BOX_HEIGHT / 2 + 3)
            ).any()
        )
        for other in others
    )


def _collides(label: _Label, others: Sequence[_Label]) -> bool:
    return any(
        abs(label.x - other.x) < (label.width + other.width) / 2 + 3
        and abs(label.y - other.y) < BOX_HEIGHT + 3
        for other in others
    )


def _paths(areas: Sequence[Area], paths: dict[str, str], key: str) -> SafeString:
    return format_html_join(
        "",
        '<g data-region="{}" data-href="{}"><path d="{}" fill="{}" fill-rule="evenodd"/>'
        '<path d="{}" fill="{}" fill-rule="evenodd" stroke="#16201f" stroke-width="0.9" '
        'stroke-linejoin="round" class="edge"/></g>',
        (
            (
                area.code,
                area.href,
                paths[area.code],
                LEVELS[area.level].area,
                paths[area.code],
                paint(area.level, key),
            )
            for area in areas
        ),
    )


def _leaders(labels: Sequence[_Label]) -> SafeString:
    return format_html_join(
        "",
        '<path d="M{} {}L{} {}" stroke="#fff" stroke-width="3.4"/><path d="M{} {}L{} {}" stroke="#16201f"/>'
        '<circle cx="{}" cy="{}" r="2.2" fill="#16201f" stroke="#fff"/>',
        (
            (*line, *line, *line[:2])
            for label in labels
            if label.anchor
            for line in [tuple(f"{v:.1f}" for v in (*label.anchor, *_edge_towards(label)))]
        ),
    )


def _edge_towards(label: _Label) -> tuple[float, float]:
    """Where the leader line meets the label: the middle of the side that faces its anchor."""
    assert label.anchor is not None
    side = -1 if label.anchor[0] < label.x else 1
    return label.x + side * label.width / 2, label.y


def _texts(labels: Sequence[_Label], levels: dict[str, str]) -> SafeString:
    return format_html_join(
        "",
        '<g data-label="{}" transform="translate({} {})">'
        '<rect x="{}" y="-10" width="{}" height="20" fill="#fff" '
        'stroke="#7f8b87" stroke-width="{}"/><svg x="{}" y="-5.5" width="11" height="11" viewBox="0 0 12 12" '
        'color="{}">{}</svg>'
        '<text x="{}" y="4.7" font-size="13" font-weight="600" fill="#16201f">{}</text></g>',
        (
            (
                label.code,
                f"{label.x:.1f}",
                f"{label.y:.1f}",
                -label.width / 2,
                label.width,
                0 if label.anchor else 0.8,
                5 - label.width / 2,
                LEVELS[levels[label.code]].mark,
                SafeString(LEVELS[levels[label.code]].shape),
                20 - label.width / 2,
                label.name,
            )
            for label in labels
        ),
    )

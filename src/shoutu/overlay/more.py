"""More facts than areas: the measures of patches and layers as one table, from files and imported layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np

from shoutu.crs import to_lonlat
from shoutu.errors import BadInput, Text, Where
from shoutu.geometry.nearest import nearest
from shoutu.geometry.rings import Floats
from shoutu.layers.export import Column
from shoutu.layers.read import read
from shoutu.overlay import offsite, vertical, within
from shoutu.overlay.facts import LayerView
from shoutu.overlay.measures import OF_THE_PATCH, Measure
from shoutu.overlay.run import overlay
from shoutu.overlay.shape import shapes
from shoutu.overlay.sources import Opened, Reading, identities, of_features, open_source


@dataclass(frozen=True)
class Request:
    """patches, layers, by, id, crs, strict, home  as in `overlay.files`; layers may hold lines or points
    measures  what is asked; one that names no layer is asked about every layer, or about the patch alone
    """

    patches: str
    layers: tuple[tuple[str, str], ...]
    measures: tuple[Measure, ...]
    by: Mapping[str, str] = field(default_factory=dict)
    id: str | None = None
    crs: str | None = None
    strict: bool = False
    home: Path | None = None


class Fact(NamedTuple):
    """One fact of one patch.

    patch    position in the file from 0
    layer    empty for facts of the patch alone
    fact     its name: the measure's, or one of several that a measure gives
    feature  of the layer, from 0; None where the fact is about no one feature
    value    None where there is none: nothing found, or not known
    word     overlapping, above, below … of `vertical`, `not-known` where heights are missing
    """

    patch: int
    layer: str
    fact: str
    feature: int | None
    class_: str
    value: float | None
    unit: str
    word: str = ""


@dataclass(frozen=True)
class Facts:
    """The facts in the order of patches, then of measures and layers as they were asked."""

    ids: Sequence[int] | Sequence[str]
    rows: tuple[Fact, ...]
    title: str = "facts"

    def columns(self) -> dict[str, Column]:
        return {
            "patch": [self.ids[row.patch] for row in self.rows],  # type: ignore[dict-item]
            "layer": [row.layer for row in self.rows],
            "fact": [row.fact for row in self.rows],
            "feature": ["" if row.feature is None else str(row.feature) for row in self.rows],
            "class": [row.class_ for row in self.rows],
            "value": np.array([np.nan if row.value is None else row.value for row in self.rows]),
            "unit": [row.unit for row in self.rows],
            "word": [row.word for row in self.rows],
        }


def facts_of(request: Request, threads: int = 2) -> tuple[Facts, list[Reading]]:
    """What was asked, and what was found in each source, patches first.

    Raises BadInput naming source, feature, field and remedy.
    """
    _check(request)
    features = read(request.patches, crs=request.crs)
    ids = identities(features, request.id)
    patches = of_features("patches", features, request.strict)
    opened = {
        name: open_source(name, source, crs=request.crs, strict=request.strict, home=request.home, lines=True)
        for name, source in request.layers
    }
    texts = [str(one) for one in ids] if request.id is not None else []
    rows: list[Fact] = []
    for measure in request.measures:
        if measure.kind in OF_THE_PATCH:
            rows += _PATCH[measure.kind](measure, patches, threads)
            continue
        for name in [measure.layer] if measure.layer is not None else opened:
            layer = _Layer(name, opened[name], request.by.get(name), texts, threads)
            rows += _LAYER[measure.kind](measure, patches, layer)
    rows.sort(key=lambda row: row.patch)
    return Facts(ids, tuple(rows)), [patches.reading, *(one.reading for one in opened.values())]


@dataclass(frozen=True)
class _Layer:
    """texts: the patches' ids where a field names them"""

    name: str
    opened: Opened
    by: str | None
    texts: list[str]
    threads: int

    def classes(self) -> list[str]:
        """The class text of each feature, none without `--by`."""
        return [] if self.by is None else self.opened.texts(self.by)


def _check(request: Request) -> None:
    names = [name for name, _ in request.layers]
    for name in (*request.by, *(one.layer for one in request.measures if one.layer is not None)):
        if name not in names:
            raise BadInput(
                Text("没有给出这个图层", "this layer is not given"),
                where=Where(layer=name),
                found=", ".join(names) or None,
                remedy=Text("用 --layer 名称=来源 指定", "give it with --layer NAME=SOURCE"),
            )
    for name in names:
        if names.count(name) > 1:
            raise BadInput(
                Text("图层名重复", "a layer's name is given twice"),
                where=Where(layer=name),
                remedy=Text("给每个图层一个不同的名称", "give each layer a name of its own"),
            )
    if not names and any(measure.kind not in OF_THE_PATCH for measure in request.measures):
        raise BadInput(
            Text("没有指定图层", "no layer is given"),
            remedy=Text("用 --layer 名称=来源 指定", "give one with --layer NAME=SOURCE"),
        )


def _shape(measure: Measure, patches: Opened, threads: int) -> Iterator[Fact]:
    found = shapes(patches.polygons, threads)
    columns = (
        ("perimeter", found.perimeter, "m"),
        ("compactness", found.compactness, "1"),
        ("mean-width", found.mean_width, "m"),
        ("inscribed-radius", found.circle[:, 0], "m"),
        ("length", found.length, "m"),
        ("width", found.width, "m"),
        ("azimuth", found.azimuth, "degree"),
    )
    for patch in np.flatnonzero(patches.polygons.area > 0).tolist():
        for name, values, unit in columns:
            yield Fact(patch, "", name, None, "", float(values[patch]), unit)


def _around(measure: Measure, patches: Opened, threads: int) -> Iterator[Fact]:
    assert measure.metres is not None
    for patch, area in enumerate(within.zone_area(patches.polygons, measure.metres, threads).tolist()):
        if area == area:  # not NaN
            yield Fact(patch, "", measure.text, None, "", area, "m2")


def _distance(measure: Measure, patches: Opened, layer: _Layer) -> Iterator[Fact]:
    found = nearest(patches.traces(), layer.opened.traces(), layer.threads)
    classes = layer.classes()
    for patch in np.flatnonzero(patches.polygons.area > 0).tolist():
        feature = int(found.feature[patch])
        if feature < 0:
            yield Fact(patch, layer.name, "distance", None, "", None, "m")
            continue
        of = classes[feature] if classes else ""
        yield Fact(patch, layer.name, "distance", feature, of, float(found.metres[patch]), "m")


def _within(measure: Measure, patches: Opened, layer: _Layer) -> Iterator[Fact]:
    assert measure.metres is not None
    areas = within.area_within(patches.polygons, layer.opened.traces(), measure.metres, layer.threads)
    for patch in np.flatnonzero(patches.polygons.area > 0).tolist():
        yield Fact(patch, layer.name, measure.text, None, "", float(areas[patch]), "m2")


def _off_site(measure: Measure, patches: Opened, layer: _Layer) -> Iterator[Fact]:
    view = layer.opened.view(layer.by)
    if layer.by is not None and not layer.texts:
        raise BadInput(
            Text("按批准文件比对需要图斑标识", "matching patches to approvals needs the patches' ids"),
            where=Where(layer=layer.name, field=layer.by),
            remedy=Text(
                "用 --id 指明与该字段取值相同的图斑字段",
                "name with --id the patches' field of the same values",
            ),
        )
    of_patches = layer.texts if layer.by is not None else [""] * patches.polygons.features
    wanted = offsite.wanted_classes(view.class_names, of_patches)
    found = offsite.off_site(patches.polygons, view, wanted, layer.threads)
    columns = [
        ("approved", found.approved, "m2"),
        ("off-site", found.off_site, "m2"),
        ("off-site-of-actual", found.share_of_actual, "1"),
        ("off-site-of-approved", found.share_of_approved, "1"),
        ("excess", found.excess, "m2"),
    ]
    if measure.metres is not None:
        errors = _spreads(patches), _spreads(layer.opened)
        limits = offsite.surveyed(patches.polygons, view, wanted, errors, measure.metres, layer.threads)
        columns += [
            ("off-site-beyond-survey", limits.off_site, "m2"),
            ("excess-of-survey", limits.excess, "m2"),
        ]
    for patch in np.flatnonzero(patches.polygons.area > 0).tolist():
        for name, values, unit in columns:
            value = float(values[patch])
            known = value if np.isfinite(value) else None
            yield Fact(patch, layer.name, name, None, of_patches[patch], known, unit)


def _spreads(opened: Opened) -> Floats:
    rings, crs = opened.delivered()
    return offsite.spreads(rings, to_lonlat(crs, rings.xy))


def _vertical(measure: Measure, patches: Opened, layer: _Layer) -> Iterator[Fact]:
    assert measure.fields is not None
    single = layer.opened.view(None)
    features = len(single.class_codes)
    names = tuple(str(feature) for feature in range(features))
    each = LayerView(layer.name, single.ground, np.arange(features, dtype=np.int32), names)
    mine = [patches.texts(name) for name in measure.fields]
    theirs = [layer.opened.texts(name) for name in measure.fields]
    found = overlay(patches.polygons, [each], layer.threads)
    order = np.lexsort((found.class_code, found.patch))
    classes = layer.classes()
    for at in order.tolist():
        patch, feature = int(found.patch[at]), int(found.class_code[at])
        one, other = (
            vertical.levels(floor[row], roof[row], Where(file=opened.reading.source, feature=row))
            for (floor, roof), row, opened in (
                (mine, patch, patches),
                (theirs, feature, layer.opened),
            )
        )
        of = classes[feature] if classes else ""
        word = vertical.in_height(one, other) or "not-known"
        gap: Fraction | None = vertical.gap_in_height(one, other)
        yield Fact(patch, layer.name, "vertical", feature, of, float(found.area_m2[at]), "m2", word)
        if gap is not None:
            yield Fact(patch, layer.name, "vertical-gap", feature, of, float(gap), "m")


_PATCH: dict[str, Callable[[Measure, Opened, int], Iterator[Fact]]] = {"shape": _shape, "around": _around}
_LAYER: dict[str, Callable[[Measure, Opened, _Layer], Iterator[Fact]]] = {
    "distance": _distance,
    "within": _within,
    "off-site": _off_site,
    "vertical": _vertical,
}

"""Pages of reference layers, and the outlines that lie under every map."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from shoutu.errors import BadInput, Language, NotFound, Text
from shoutu.layers.open import LayerVersion, open_version
from shoutu.layers.query import attributes_of, outlines
from shoutu.platform import doors
from shoutu.platform.doors import Actor
from shoutu.platform.http_errors import problem, status_of
from shoutu.platform.territory import atlas, geojson, measuring, queries
from shoutu.platform.territory.kinds import KINDS, kind_name
from shoutu.platform.territory.legend import class_of, label
from shoutu.platform.territory.queries import LayerRow
from shoutu.platform.web import figures
from shoutu.platform.web.maps import MapView, region_base
from shoutu.platform.web.pages import page_of

LEVELS = frozenset({"city", "banner", "township", "village"})
COLUMNS = 6
"""Attributes shown of each feature; the file has them all."""


@dataclass(frozen=True)
class Shelf:
    """One kind of layer with its current versions; none means 未收到数据."""

    kind: str
    name: str
    rows: tuple[LayerRow, ...]


def _reader(request: HttpRequest) -> Actor:
    actor: Actor | None = getattr(request, "actor", None)
    doors.require(actor, "see.layers", actor.region if actor else "")
    assert actor is not None
    return actor


def _language() -> Language:
    return "en" if get_language() == "en" else "zh"


def _word(kind: str) -> str:
    return kind_name(kind).to(_language())


@require_safe
def regions(request: HttpRequest) -> HttpResponse:
    """GeoJSON of one level's outlines, for maps."""
    actor: Actor | None = getattr(request, "actor", None)
    level = request.GET.get("level", "banner")
    found = geojson.regions(actor, level) if actor and level in LEVELS else geojson.collection([])
    return JsonResponse(
        found, content_type="application/geo+json", headers={"Cache-Control": "private, max-age=300"}
    )


@require_safe
def layers(request: HttpRequest) -> HttpResponse:
    """Every kind that the rules ask for, received or not, with its current versions."""
    actor = _reader(request)
    rows = queries.layers(actor)
    live: dict[str, list[LayerRow]] = {kind: [] for kind in KINDS}
    for row in rows:
        if row.current:
            live.setdefault(row.kind, []).append(row)
    shelves = [Shelf(kind, _word(kind), tuple(found)) for kind, found in live.items()]
    context = {"word": "layers", "shelves": shelves, "versions": len(rows)}
    context["may_import"] = doors.may(actor, "layer.register", queries.city().code)
    return render(request, "territory/layers.html", context)


@require_safe
def layer(request: HttpRequest, identifier: str) -> HttpResponse:
    """One version on the map with its legend, features and origin; other layers can be laid on it."""
    actor = _reader(request)
    row = queries.layer(actor, identifier)
    rows = queries.layers(actor)
    version = open_version(row.folder)
    names = version.attributes.column_names[:COLUMNS]

    def read(start: int, end: int) -> list[tuple[int, str, list[object]]]:
        wanted = range(start, min(end, row.features))
        found = attributes_of(version, list(wanted)) if wanted else []
        return [
            (i, _box(version, i), [values[name] for name in names])
            for i, values in zip(wanted, found, strict=True)
        ]

    own = atlas.laid(row, shown=True)
    among = atlas.editions(row, rows)
    others = [atlas.laid(one, shown=False) for one in rows if one.current and one.name != row.name]
    layers = atlas.stacked([own, *others])
    context = {
        "word": "layers",
        "layer": row,
        "kind": _word(row.kind),
        "meta": version.meta,
        "columns": names,
        "page": page_of(request, row.features, read),
        "own": own,
        "layers": layers,
        "document": atlas.document(layers),
        "editions": among,
        "changes": atlas.changed(own, among.older),
        "zone": atlas.zone(actor),
        "map": MapView(
            gettext("%s的范围") % row.title,
            (),
            fit=atlas.around(own, actor),
            base=region_base(reverse("regions")),
        ),
    }
    return render(request, "territory/layer.html", context)


def _box(version: LayerVersion, number: int) -> str:
    """`west,south,east,north` of a feature in degrees; empty where it has no geometry."""
    rings = outlines(version, number)
    return ",".join(f"{edge:.7f}" for edge in atlas.corners(rings)) if rings else ""


@require_safe
def layer_feature(request: HttpRequest, identifier: str, number: int) -> HttpResponse:
    """One feature of a version: class, area, attributes, and the version that says so."""
    actor = _reader(request)
    row = queries.layer(actor, identifier)
    if number >= row.features:
        raise NotFound(Text("这一版没有这个图形。", "This version has no such feature."), found=str(number))
    version = open_version(row.folder)
    measured = bool(outlines(version, number))
    context = {
        "word": "layers",
        "layer": row,
        "kind": _word(row.kind),
        "number": number,
        "klass": label(class_of(version, number)),
        "area": figures.exact(str(float(version.reference.polygons.area[number]))) if measured else None,
        "box": _box(version, number),
        "attributes": attributes_of(version, [number])[0],
    }
    return render(request, "territory/feature.html", context)


@require_safe
def measure(request: HttpRequest) -> HttpResponse:
    """Length and area of what is drawn on a map, as text: {legs, m, m2, mu, crossing}."""
    _reader(request)
    try:
        points = measuring.points_of(request.GET.get("points", ""))
    except BadInput as error:
        return JsonResponse(problem(error, _language(), ""), status=status_of(error))
    found = measuring.measure(points, closed=request.GET.get("closed") == "1")
    return JsonResponse(
        {
            "legs": [figures.m2(leg) for leg in found.legs],
            "m": figures.m2(found.m),
            "m2": None if found.m2 is None else figures.m2(found.m2),
            "mu": None if found.m2 is None else figures.mu(found.m2),
            "crossing": found.crossing,
        }
    )

"""Pages of reference layers, and the outlines that lie under every map."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from shoutu.errors import Language
from shoutu.layers.open import open_version
from shoutu.layers.query import attributes_of
from shoutu.platform import doors
from shoutu.platform.doors import Actor
from shoutu.platform.territory import geojson, queries
from shoutu.platform.territory.kinds import KINDS, kind_name
from shoutu.platform.territory.queries import LayerRow
from shoutu.platform.web.maps import MapView, Source, region_base
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


def _word(kind: str) -> str:
    language: Language = "en" if get_language() == "en" else "zh"
    return kind_name(kind).to(language)


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
    """One version: where it comes from, its place on the map, its features and its earlier versions."""
    actor = _reader(request)
    row = queries.layer(actor, identifier)
    others = [one for one in queries.layers(actor) if one.name == row.name and one.id != row.id]
    version = open_version(row.folder)
    names = version.attributes.column_names[:COLUMNS]

    def read(start: int, end: int) -> list[tuple[str, list[object]]]:
        wanted = range(start, min(end, row.features))
        found = attributes_of(version, list(wanted)) if wanted else []
        return [(str(i), [values[name] for name in names]) for i, values in zip(wanted, found, strict=True)]

    source = Source(row.id, row.title, row.kind, reverse("layer-features", args=(row.id,)))
    context = {
        "word": "layers",
        "layer": row,
        "kind": _word(row.kind),
        "meta": version.meta,
        "others": others,
        "columns": names,
        "page": page_of(request, row.features, read),
        "most": geojson.MOST_FEATURES,
        "map": MapView(
            gettext("%s的范围") % row.title, (source,), base=region_base(reverse("regions")), fit=None
        ),
    }
    return render(request, "territory/layer.html", context)


@require_safe
def layer_features(request: HttpRequest, identifier: str) -> HttpResponse:
    """GeoJSON of a version's features in a box, for maps."""
    actor = _reader(request)
    row = queries.layer(actor, identifier)
    asked = request.GET.get("box", "")
    box = geojson.box_of(asked) if asked else geojson.WORLD
    return JsonResponse(
        geojson.features(actor, row, box),
        content_type="application/geo+json",
        headers={"Cache-Control": "private, max-age=3600"},
    )

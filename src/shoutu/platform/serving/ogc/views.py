"""OGC API – Features. A collection is a layer; `datetime` chooses among its versions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from shoutu import clocks
from shoutu.errors import NotFound, Text, Where
from shoutu.platform.doors import Actor
from shoutu.platform.serving.ogc import items, openapi
from shoutu.platform.serving.ogc.answers import (
    GEOJSON,
    HTML,
    JSON,
    SCHEMA,
    absent,
    answering,
    both,
    json,
    link,
    page,
    root,
)
from shoutu.platform.serving.ogc.asked import Asked, asked, only_known, until_of
from shoutu.platform.serving.ogc.systems import CRS84, STORAGE, SYSTEMS, system_of
from shoutu.platform.serving.reach import Reach, opened, reach
from shoutu.platform.territory import queries
from shoutu.platform.territory.queries import LayerRow

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)
_F = frozenset({"f"})


def _layers(actor: Actor) -> dict[str, list[LayerRow]]:
    """The versions of each layer that the caller may read, latest first."""
    found: dict[str, list[LayerRow]] = {}
    for row in queries.readable_layers(actor):
        found.setdefault(row.name, []).append(row)
    return found


def _versions(actor: Actor, name: str) -> list[LayerRow]:
    rows = _layers(actor).get(name)
    if rows is None:
        raise absent(name)
    return rows


def _chosen(rows: list[LayerRow], until: date | None) -> LayerRow:
    """The version in force at the end of a day; the latest for None."""
    row = next((row for row in rows if until is None or row.as_of <= until), None)
    if row is None:
        raise NotFound(
            Text("该日期之前没有版本。", "There is no version as of that day."),
            where=Where(field="datetime"),
            found=str(until),
        )
    return row


@answering
def landing(request: HttpRequest, actor: Actor, *, html: bool) -> HttpResponseBase:
    only_known(request.GET, _F)
    base = root(request)
    links = [
        *both(request, html=html),
        link(f"{base}/api", "service-desc", openapi.MEDIA_TYPE, "API"),
        link(f"{base}/api?f=html", "service-doc", HTML, "API"),
        link(f"{base}/conformance", "conformance", JSON, "Conformance"),
        link(f"{base}/collections", "data", JSON, "Collections"),
    ]
    body = {"title": "Shoutu 守土", "description": "Reference layers / 参考图层", "links": links}
    return page(request, "landing", {"body": body}) if html else json(body)


@answering
def conformance(request: HttpRequest, actor: Actor, *, html: bool) -> HttpResponseBase:
    only_known(request.GET, _F)
    body = {"conformsTo": CONFORMANCE}
    return page(request, "conformance", {"body": body}) if html else json(body)


@answering
def api(request: HttpRequest, actor: Actor, *, html: bool) -> HttpResponseBase:
    only_known(request.GET, _F)
    known = [
        (name, rows[0].title, items.fields(opened(rows[0].folder))) for name, rows in _layers(actor).items()
    ]
    body = openapi.document(root(request), known)
    return page(request, "api", {"body": body}) if html else json(body, media_type=openapi.MEDIA_TYPE)


@answering
def collections(request: HttpRequest, actor: Actor, *, html: bool) -> HttpResponseBase:
    only_known(request.GET, _F)
    found = [_collection(request, reach(actor, rows[0]), rows) for rows in _layers(actor).values()]
    body = {"links": both(request, html=html), "crs": list(SYSTEMS), "collections": found}
    return page(request, "collections", {"body": body}) if html else json(body)


@answering
def collection(request: HttpRequest, actor: Actor, *, html: bool, name: str) -> HttpResponseBase:
    only_known(request.GET, _F)
    rows = _versions(actor, name)
    body = _collection(request, reach(actor, rows[0]), rows)
    body["links"] = [*both(request, html=html), *body["links"][1:]]
    return page(request, "collection", {"body": body}) if html else json(body)


def _collection(request: HttpRequest, part: Reach, rows: list[LayerRow]) -> dict[str, Any]:
    """The latest version describes the collection; `versions` lists all, with their tiles."""
    row, base = part.row, f"{root(request)}/collections/{part.row.name}"
    box = items.box_of(part)
    since = min(one.as_of for one in rows)
    extent: dict[str, Any] = {"temporal": {"interval": [[f"{since.isoformat()}T00:00:00Z", None]]}}
    if box is not None:
        extent["spatial"] = {"bbox": [box], "crs": CRS84}
    return {
        "id": row.name,
        "title": row.title,
        "description": f"{row.title} {row.version}",
        "links": [
            link(base, "self", JSON),
            link(f"{base}/items?f=json", "items", GEOJSON, row.title),
            link(f"{base}/items?f=html", "items", HTML, row.title),
            link(f"{base}/queryables", "http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA),
        ],
        "extent": extent,
        "itemType": "feature",
        "crs": list(SYSTEMS),
        "storageCrs": STORAGE,
        "secrecy": row.secrecy,
        "synthetic": row.synthetic,
        "versions": [_version(request, one) for one in rows],
    }


def _version(request: HttpRequest, row: LayerRow) -> dict[str, Any]:
    tiles = request.build_absolute_uri(f"/tiles/{row.name}/{quote(row.version)}")
    return {
        "version": row.version,
        "asOf": row.as_of.isoformat(),
        "checksum": row.checksum,
        "features": row.features,
        "tiles": f"{tiles}/{{z}}/{{x}}/{{y}}.mvt",
    }


@answering
def queryables(request: HttpRequest, actor: Actor, *, html: bool, name: str) -> HttpResponseBase:
    only_known(request.GET, _F)
    row = _versions(actor, name)[0]
    fields = items.fields(opened(row.folder))
    body = {
        "$schema": "https://json-schema.org/draft/2019-09/schema",
        "$id": f"{root(request)}/collections/{name}/queryables",
        "type": "object",
        "title": row.title,
        "properties": {
            field.name: {
                "title": field.name,
                "type": items.TYPES[field.kind],
                **({"format": "date"} if field.kind == "date" else {}),
            }
            for field in fields
        },
        "additionalProperties": False,
    }
    return page(request, "queryables", {"body": body}) if html else json(body, media_type=SCHEMA)


@answering
def features(request: HttpRequest, actor: Actor, *, html: bool, name: str) -> HttpResponseBase:
    rows = _versions(actor, name)
    row = _chosen(rows, until_of(request.GET))
    part = reach(actor, row)
    ask = asked(request.GET, frozenset(field.name for field in items.fields(part.version)))
    found = items.matching(part, ask)
    numbers = found.page(ask.offset, ask.limit)
    head = {
        "type": "FeatureCollection",
        "links": _paging(request, ask, row, found.count, html=html),
        "timeStamp": clocks.now().isoformat(),
        "numberMatched": found.count,
        "numberReturned": len(numbers),
        "version": row.version,
    }
    if html:
        return _features_page(request, part, head, ask, numbers)
    response = StreamingHttpResponse(
        _stream(head, items.encoded(part.version, numbers, ask.system)), content_type=GEOJSON
    )
    response["Content-Crs"] = f"<{ask.system.uri}>"
    return response


def _stream(head: dict[str, Any], blocks: Iterator[bytes]) -> Iterator[bytes]:
    yield msgspec.json.encode(head)[:-1] + b',"features":['
    for place, block in enumerate(blocks):
        yield b"," + block if place else block
    yield b"]}"


def _paging(
    request: HttpRequest, ask: Asked, row: LayerRow, count: int, *, html: bool
) -> list[dict[str, str]]:
    """Links to this page, its other form, the next and the one before; those keep to this version."""
    media_type = HTML if html else GEOJSON
    kept = {**request.GET.dict(), "datetime": row.as_of.isoformat(), "f": "html" if html else "json"}
    here = request.build_absolute_uri(request.path)

    def to(offset: int, rel: str) -> dict[str, str]:
        moved = {**kept, "limit": ask.limit, "offset": offset}
        return link(f"{here}?{urlencode(moved)}", rel, media_type)

    links = both(request, html=html, media_type=GEOJSON)
    if ask.offset + ask.limit < count:
        links.append(to(ask.offset + ask.limit, "next"))
    if ask.offset > 0:
        links.append(to(max(0, ask.offset - ask.limit), "prev"))
    links.append(link(f"{root(request)}/collections/{row.name}", "collection", JSON))
    return links


def _features_page(
    request: HttpRequest, part: Reach, head: dict[str, Any], ask: Asked, numbers: Any
) -> HttpResponse:
    names = list(dict.fromkeys(part.version.attributes.schema.names))
    rows = items.rows(part.version, numbers)
    context = {
        "row": part.row,
        "head": head,
        "names": names,
        "rows": [(n, [row[name] for name in names]) for n, row in zip(numbers.tolist(), rows, strict=True)],
        "first": ask.offset + 1,
        "last": ask.offset + len(numbers),
        "next": next((one["href"] for one in head["links"] if one["rel"] == "next"), ""),
        "previous": next((one["href"] for one in head["links"] if one["rel"] == "prev"), ""),
    }
    response = page(request, "items", context)
    response["Content-Crs"] = f"<{ask.system.uri}>"
    return response


@answering
def feature(request: HttpRequest, actor: Actor, *, html: bool, name: str, number: str) -> HttpResponseBase:
    only_known(request.GET, frozenset({"f", "crs", "datetime"}))
    row = _chosen(_versions(actor, name), until_of(request.GET))
    part = reach(actor, row)
    system = system_of(request.GET.get("crs", CRS84), "crs")
    index = int(number) if number.isascii() and number.isdigit() and len(number) < 12 else -1
    if not 0 <= index < part.version.meta.features or (part.mask is not None and not part.mask[index]):
        raise absent(number)
    found = items.features(part.version, items.one(index), system)[0]
    found["links"] = [
        *both(request, html=html, media_type=GEOJSON),
        link(f"{root(request)}/collections/{name}", "collection", JSON),
    ]
    response = page(request, "item", {"row": row, "body": found}) if html else json(found, media_type=GEOJSON)
    response["Content-Crs"] = f"<{system.uri}>"
    return response

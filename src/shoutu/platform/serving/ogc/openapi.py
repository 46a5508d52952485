"""The description of the features service (OpenAPI 3.0), with the collections that the caller may read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shoutu.platform.serving.ogc.asked import DEFAULT_LIMIT, MOST
from shoutu.platform.serving.ogc.items import TYPES, Field
from shoutu.platform.serving.ogc.systems import CRS84, SYSTEMS

MEDIA_TYPE = "application/vnd.oai.openapi+json;version=3.0"
_JSON = {"application/json": {"schema": {"type": "object"}}}
_GEOJSON = {"application/geo+json": {"schema": {"type": "object"}}}
_HTML = {"text/html": {"schema": {"type": "string"}}}
_F = {
    "name": "f",
    "in": "query",
    "description": "json or html; without it the Accept header is asked",
    "schema": {"type": "string", "enum": ["json", "html"]},
}
_DATETIME = {
    "name": "datetime",
    "in": "query",
    "description": "A day or an interval: the version that is in force on it, or at its end. "
    "Without it the latest.",
    "schema": {"type": "string"},
    "style": "form",
    "explode": False,
}


def _crs(name: str, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": {"type": "string", "format": "uri", "default": CRS84, "enum": list(SYSTEMS)},
        "style": "form",
        "explode": False,
    }


_CRS = _crs("crs", "The coordinate system of the answer")
_BOX = {
    "name": "bbox",
    "in": "query",
    "description": "Lower and upper corner in the axis order of bbox-crs",
    "schema": {
        "type": "array",
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
        "items": {"type": "number"},
    },
    "style": "form",
    "explode": False,
}
_LIMIT = {
    "name": "limit",
    "in": "query",
    "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
    "style": "form",
    "explode": False,
}
_OFFSET = {
    "name": "offset",
    "in": "query",
    "schema": {"type": "integer", "minimum": 0, "default": 0},
    "style": "form",
    "explode": False,
}
_ID = {
    "name": "featureId",
    "in": "path",
    "required": True,
    "description": "The feature's number in the version, from 0",
    "schema": {"type": "integer", "minimum": 0},
}


def document(root: str, collections: Sequence[tuple[str, str, Sequence[Field]]]) -> dict[str, Any]:
    """collections: id, title and the fields that may be asked by, of each."""
    paths = {
        "/": _get("landing", "The way in", [_F], _JSON),
        "/conformance": _get("conformance", "What this service conforms to", [_F], _JSON),
        "/api": _get("api", "This document", [_F], {MEDIA_TYPE: {"schema": {"type": "object"}}}),
        "/collections": _get("collections", "The layers", [_F], _JSON),
    }
    for name, title, fields in collections:
        base = f"/collections/{name}"
        schema = {"application/schema+json": {"schema": {"type": "object"}}}
        asked: list[dict[str, Any]] = [
            _F,
            _LIMIT,
            _OFFSET,
            _BOX,
            _crs("bbox-crs", "The coordinate system of bbox"),
            _CRS,
            _DATETIME,
        ]
        paths |= {
            base: _get(f"{name}-collection", title, [_F], _JSON),
            f"{base}/queryables": _get(f"{name}-queryables", f"{title}: fields", [_F], schema),
            f"{base}/items": _get(
                f"{name}-items",
                f"{title}: features",
                [*asked, *(_parameter(field) for field in fields)],
                _GEOJSON,
            ),
            f"{base}/items/{{featureId}}": _get(
                f"{name}-item", f"{title}: a feature", [_ID, _F, _CRS, _DATETIME], _GEOJSON
            ),
        }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Shoutu 守土 – OGC API Features", "version": "1.0.0"},
        "servers": [{"url": root}],
        "paths": paths,
        "security": [{"key": []}, {"password": []}, {"session": []}],
        "components": {
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer"},
                "password": {"type": "http", "scheme": "basic"},
                "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
            },
            "schemas": {"exception": EXCEPTION},
        },
    }


EXCEPTION = {
    "type": "object",
    "required": ["code"],
    "properties": {"code": {"type": "string"}, "description": {"type": "string"}},
}


def _parameter(field: Field) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": TYPES[field.kind]}
    if field.kind == "date":
        schema["format"] = "date"
    return {"name": field.name, "in": "query", "schema": schema, "style": "form", "explode": False}


def _get(
    operation: str, summary: str, parameters: Sequence[dict[str, Any]], content: dict[str, Any]
) -> dict[str, Any]:
    fault = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/exception"}}}}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": list(parameters),
            "responses": {
                "200": {"description": "OK", "content": {**content, **_HTML}},
                "400": {"description": "A parameter does not fit", **fault},
                "401": {"description": "Nobody is known", **fault},
                "403": {"description": "The caller may not", **fault},
                "404": {"description": "There is no such thing", **fault},
            },
        }
    }

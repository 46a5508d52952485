"""What the page of a patch asks of this app: its pictures, its outline, and the cut."""

from __future__ import annotations

import json
from fractions import Fraction

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from shoutu.errors import BadInput, Language, NotFound, ShoutuError, Text, Where
from shoutu.platform.discovery import maps, queries
from shoutu.platform.discovery.inputs import Split
from shoutu.platform.discovery.services.splitting import preview_split, split
from shoutu.platform.discovery.views.batches import reader
from shoutu.platform.home import home
from shoutu.platform.http_errors import problem, status_of
from shoutu.platform.territory import geojson
from shoutu.platform.web.figures import m2, mu
from shoutu.platform.web.once import once_of
from shoutu.units import to_text

SEALED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=3600",
}
"""For files that came from outside: shown as what they are, and nothing in them runs."""


@require_safe
def picture(request: HttpRequest, identifier: str, moment: str) -> HttpResponse:
    """The before or after picture, to those who see the patch."""
    shown = queries.pictures(reader(request), identifier)
    found = next((row for row in shown if row.moment == moment), None)
    if found is None:
        raise NotFound(Text("没有这张影像。", "There is no such picture."), found=identifier)
    body = (home() / found.path).read_bytes()
    media_type = "image/png" if body.startswith(b"\x89PNG") else "image/jpeg"
    return HttpResponse(body, content_type=media_type, headers=SEALED)


@require_safe
def patch_features(request: HttpRequest, identifier: str) -> HttpResponse:
    """GeoJSON of one patch, or of its parts, for the map that stands where no picture came."""
    actor = reader(request)
    shape = queries.outline(actor, identifier)
    row = queries.patch(actor, identifier)
    shapes = [] if shape is None else [maps.feature(row.id, shape, name=maps.short_number(row.number))]
    return JsonResponse(geojson.collection(shapes), content_type="application/geo+json")


def cut_of(request: HttpRequest, identifier: str) -> Split:
    """The form's cut: `line` as the script writes it, else the list of points as a person types it."""
    form: QueryDict = request.POST.copy()
    if not form.get("line") and not form.get("parts"):
        form["line"] = json.dumps(_points(form.get("points", "")))
    return Split.parse_form(form, identifier)


def _points(text: str) -> list[list[float]]:
    """Longitude and latitude, a point a line."""
    points = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.replace(",", " ").replace("，", " ").split()
        if not words:
            continue
        try:
            longitude, latitude = (float(word) for word in words)
        except ValueError as error:
            raise BadInput(
                Text("这一行不是经度和纬度。", "This line is no longitude and latitude."),
                where=Where(row=number, field="points"),
                found=line[:80],
                remedy=Text("写成 109.8012 39.5543，每行一点。", "Write 109.8012 39.5543, a point a line."),
            ) from error
        points.append([longitude, latitude])
    return points


@require_POST
def split_preview(request: HttpRequest, identifier: str) -> HttpResponse:
    """The parts' areas before anything is recorded, as JSON for the form."""
    language: Language = "en" if getattr(request, "LANGUAGE_CODE", "") == "en" else "zh"
    try:
        cut = preview_split(reader(request), cut_of(request, identifier))
    except ShoutuError as error:
        return JsonResponse(problem(error, language, ""), status=status_of(error))
    whole = queries.patch(reader(request), identifier)
    left = sum((Fraction(part.area_m2) for part in cut.parts), Fraction("0")) - Fraction(whole.area_m2)
    return JsonResponse(
        {
            "parts": [
                {
                    "name": part.label,
                    "m2": m2(part.area_m2),
                    "mu": mu(part.area_m2),
                    "outline": maps.polygons(part.lonlat),
                }
                for part in cut.parts
            ],
            "m2": m2(whole.area_m2),
            "mu": mu(whole.area_m2),
            "difference": to_text(left, 2),
        }
    )


@require_POST
def split_patch(request: HttpRequest, identifier: str) -> HttpResponse:
    split(reader(request), cut_of(request, identifier), once=once_of(request))
    return HttpResponseRedirect(reverse("patch", args=(identifier,)))

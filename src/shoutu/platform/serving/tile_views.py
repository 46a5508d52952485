"""`/tiles/LAYER/VERSION/z/x/y.mvt`: vector tiles, narrowed to the caller."""

from __future__ import annotations

import gzip

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from shoutu.errors import NotFound, Text
from shoutu.layers.tiles import Tile
from shoutu.platform.serving import kept
from shoutu.platform.serving.callers import caller_of
from shoutu.platform.serving.reach import WHOLE, Reach, reach, readable

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
_YEAR = 31_536_000


@login_not_required  # a program shows a key instead
@require_safe
def tile(request: HttpRequest, layer: str, version: str, z: int, x: int, y: int) -> HttpResponse:
    """The tile, empty where nothing is drawn; 304 where the caller has it, 401 to nobody."""
    actor = caller_of(request)
    if actor is None:
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Bearer, Basic realm="Shoutu"'})
    asked = Tile(z, x, y)
    if not asked.exists:
        raise NotFound(Text("没有这个瓦片。", "There is no such tile."), found=f"{z}/{x}/{y}")
    part = reach(actor, readable(actor, layer, version))
    etag = f'"{kept.tag(part, asked)}"'
    if etag in request.headers.get("If-None-Match", "").replace("W/", "").split(", "):
        return _headed(HttpResponseNotModified(), part, etag)
    data = kept.packed(part, asked)
    response = HttpResponse(content_type=MEDIA_TYPE)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.content = data
        response["Content-Encoding"] = "gzip"
    else:
        response.content = gzip.decompress(data)
    return _headed(response, part, etag)


def _headed(response: HttpResponse, part: Reach, etag: str) -> HttpResponse:
    """A whole version's tile never changes. A region's part does when the reader takes another post: ask."""
    keep = f"max-age={_YEAR}, immutable" if part.part == WHOLE else "no-cache"
    response["Cache-Control"] = f"private, {keep}"
    response["Vary"] = "Accept-Encoding, Authorization, Cookie"
    response["ETag"] = etag
    return response

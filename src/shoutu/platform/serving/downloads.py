"""A version, or a box of it, as a file: prepared in a child, recorded, handed out, not kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from shoutu.errors import BadInput, Text, Where
from shoutu.geometry.meeting import meets
from shoutu.geometry.rings import Ints
from shoutu.layers.export_child import export_apart
from shoutu.layers.export_layer import FORMATS
from shoutu.layers.query import features_in
from shoutu.platform import doors
from shoutu.platform.doors import Actor
from shoutu.platform.forms import of_form
from shoutu.platform.serving.inputs import DownloadForm, DownloadLayer
from shoutu.platform.serving.reach import Reach, reach, readable_by_id
from shoutu.platform.serving.services import download_layer
from shoutu.platform.territory.geojson import Box, box_of
from shoutu.platform.web.once import once_of

OFFERED = {"gpkg": "GeoPackage", "shp": "Shapefile (zip)", "gdb": "FileGDB (zip)", "parquet": "GeoParquet"}


@require_http_methods(["GET", "HEAD", "POST"])
def download(request: HttpRequest, identifier: str) -> HttpResponseBase:
    """The form; and what it asks for, as a file."""
    actor: Actor | None = getattr(request, "actor", None)
    doors.require(actor, "layer.download", actor.region if actor else "")
    assert actor is not None
    row = readable_by_id(actor, identifier)
    if request.method != "POST":
        context = {"word": "layers", "row": row, "formats": OFFERED.items()}
        page: HttpResponse = render(request, "serving/download.html", context)
        return page
    return _handed_out(request, actor, reach(actor, row))


def _handed_out(request: HttpRequest, actor: Actor, part: Reach) -> FileResponse:
    form = of_form(DownloadForm, request.POST)
    features = _wanted(part, box_of(form.box) if form.box else None)
    with _prepared(part, form.format, features) as (file, digest):
        data = DownloadLayer(
            layer=part.row.id,
            region=actor.region,
            format=form.format,
            box=form.box,
            features=part.version.meta.features if features is None else len(features),
            sha256=digest,
        )
        download_layer(actor, data, once=once_of(request))
        name = f"{part.row.name}-{part.row.version}{FORMATS[form.format][0]}"
        # Its name goes with the folder; what is open stays until it was sent.
        return FileResponse(file.open("rb"), as_attachment=True, filename=name)


def _wanted(part: Reach, box: Box | None) -> Ints | None:
    """The features to hand out, ascending; None: all. BadInput where there are none."""
    if box is None and part.mask is None:
        return None
    polygons = part.version.reference.polygons
    numbers = np.arange(polygons.features)
    if box is not None:
        near = features_in(part.version, box)
        numbers = near[meets(polygons.xy, polygons.ring_starts, polygons.feature_rings, near, np.array(box))]
    if part.mask is not None:
        numbers = numbers[part.mask[numbers]]
    if not len(numbers):
        raise BadInput(
            Text("范围内没有图形。", "There is no feature in the box."),
            where=Where(field="box"),
            remedy=Text("换一个范围。", "Choose another box."),
        )
    return numbers


@contextmanager
def _prepared(part: Reach, format_: str, features: Ints | None) -> Iterator[tuple[Path, str]]:
    """The file and its SHA-256; both go when the block ends."""
    with TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        file = Path(folder) / f"layer{FORMATS[format_][0]}"
        export_apart(part.row.folder, file, format_, features, part.version.meta.features)
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        yield file, digest

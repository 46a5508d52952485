"""The page on which the city imports a version of a reference layer and lets the platform use it."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from shoutu.errors import BadInput, Language, Text, Where
from shoutu.layers.importing import import_layer
from shoutu.platform import doors
from shoutu.platform.doors import Actor
from shoutu.platform.home import prepare
from shoutu.platform.territory import queries
from shoutu.platform.territory.intake import current_version
from shoutu.platform.territory.kinds import KINDS
from shoutu.platform.territory.services import register_layer
from shoutu.platform.web.once import once_of


@require_http_methods(["GET", "HEAD", "POST"])
def layer_import(request: HttpRequest) -> HttpResponse:
    """Take a file in, write its version, register it; a fault says what to mend and nothing is registered."""
    actor: Actor | None = getattr(request, "actor", None)
    doors.require(actor, "layer.register", queries.city().code)
    assert actor is not None
    if request.method == "POST":
        _import(actor, request)
        return HttpResponseRedirect(reverse("layers"))
    language: Language = "en" if get_language() == "en" else "zh"
    context = {
        "word": "layers",
        "kinds": [(key, name.to(language)) for key, name in KINDS.items()],
        "names": sorted({row.name for row in queries.layers(actor)}),
    }
    return render(request, "territory/import.html", context)


def _import(actor: Actor, request: HttpRequest) -> None:
    file, said = request.FILES.get("file"), {key: str(value).strip() for key, value in request.POST.items()}
    for field in ("name", "kind", "title", "secrecy", "as_of"):
        if not said.get(field):
            raise _missing(field)
    if not isinstance(file, TemporaryUploadedFile):
        raise _missing("file")
    with TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        # under its own name, for a version keeps the name of the file that it came from
        source = Path(folder) / Path(file.name or "file").name
        shutil.copyfile(file.temporary_file_path(), source)
        import_layer(
            source,
            name=said["name"],
            secrecy=said["secrecy"],
            home=prepare(),
            by=said.get("by") or None,
            crs=said.get("crs") or None,
            as_of=said["as_of"],
        )
    version = current_version(
        said["name"], kind=said["kind"], title=said["title"], synthetic="synthetic" in said
    )
    register_layer(actor, version, once=once_of(request))


def _missing(field: str) -> BadInput:
    return BadInput(
        Text("有一项没有填。", "A field is missing."),
        where=Where(field=field),
        remedy=Text("填好后再导入；密级必须写明。", "Fill it in; the secrecy must be said."),
    )

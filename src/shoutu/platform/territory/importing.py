"""The pages on which the city imports a version of a reference layer: the file, what it is, yes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shoutu.errors import BadInput, Language, ShoutuError, Text, Where
from shoutu.layers.check import Fault
from shoutu.layers.fields import MEANINGS
from shoutu.layers.likeness import Proposal
from shoutu.platform import doors
from shoutu.platform.doors import Actor
from shoutu.platform.territory import drafts, geojson, queries
from shoutu.platform.territory.drafts import Draft, Look, Said
from shoutu.platform.territory.kinds import KINDS, kind_name
from shoutu.platform.web.maps import MapView, Source, region_base
from shoutu.platform.web.once import once_of

_ASKED = ("name", "kind", "title", "secrecy", "as_of")
_SHOWN_FAULTS = 200


@dataclass(frozen=True)
class FaultRow:
    """One fault as the page shows it; `place` is a feature from 1, empty for none."""

    place: str
    level: str
    what: str
    remedy: str
    area_change_m2: str


def _importer(request: HttpRequest) -> Actor:
    actor: Actor | None = getattr(request, "actor", None)
    doors.require(actor, "layer.register", queries.city().code)
    assert actor is not None
    return actor


def _language() -> Language:
    return "en" if get_language() == "en" else "zh"


@require_http_methods(["GET", "HEAD", "POST"])
def layer_import(request: HttpRequest) -> HttpResponse:
    """Take a file in; nothing is written before it was looked at on the next page."""
    actor = _importer(request)
    if request.method == "POST":
        return HttpResponseRedirect(reverse("layer-draft", args=(_start(actor, request),)))
    language = _language()
    context = {
        "word": "layers",
        "kinds": [(key, name.to(language)) for key, name in KINDS.items()],
        "names": sorted({row.name for row in queries.layers(actor)}),
    }
    return render(request, "territory/import.html", context)


def _start(actor: Actor, request: HttpRequest) -> str:
    file, form = request.FILES.get("file"), {key: str(value).strip() for key, value in request.POST.items()}
    for field in _ASKED:
        if not form.get(field):
            raise _missing(field)
    if not isinstance(file, TemporaryUploadedFile):
        raise _missing("file")
    said = Said(
        person=actor.person,
        # under its own name, for a version keeps the name of the file that it came from
        file=Path(file.name or "file").name,
        crs=form.get("crs", ""),
        by=form.get("by", ""),
        synthetic="synthetic" in form,
        **{field: form[field] for field in _ASKED},
    )
    identifier = drafts.start(actor, Path(file.temporary_file_path()), said)
    try:
        drafts.look(drafts.find(actor, identifier))
    except ShoutuError:
        drafts.drop(drafts.find(actor, identifier))
        raise
    return identifier


def _missing(field: str) -> BadInput:
    return BadInput(
        Text("有一项没有填。", "A field is missing."),
        where=Where(field=field),
        remedy=Text("填好后再导入；密级必须写明。", "Fill it in; the secrecy must be said."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def layer_draft(request: HttpRequest, identifier: str) -> HttpResponse:
    """What the file is: its CRS, or what it may be on a map; its fields, its faults; and the person's yes."""
    actor = _importer(request)
    draft = drafts.find(actor, identifier)
    if request.method == "POST":
        fields = {field: request.POST.get(f"field-{field}", "") for field in MEANINGS}
        crs, as_of = request.POST.get("crs", "").strip(), request.POST.get("as_of", "")
        drafts.take(actor, draft, crs=crs, fields=fields, as_of=as_of, once=once_of(request))
        return HttpResponseRedirect(reverse("layers"))
    crs = request.GET.get("crs", "").strip()
    looked = drafts.look(draft, crs)
    return render(request, "territory/draft.html", _context(draft, looked, crs))


def _context(draft: Draft, looked: Look, crs: str) -> dict[str, Any]:
    language = _language()
    found = looked.faults or ()
    features = looked.features
    candidates = () if looked.unsure is None else looked.unsure.proposals
    counts = Counter(fault.kind for fault in found)
    return {
        "word": "layers",
        "draft": draft.id,
        "said": draft.said,
        "kind": kind_name(draft.said.kind).to(language),
        "crs": crs,
        "why": None if looked.why is None else looked.why.to(language),
        "features": features,
        "said_by": None if features is None else features.said_by,
        "finding_only": features is not None and features.crs.only_for_finding,
        "notes": [] if features is None else [note.to(language) for note in features.notes],
        "candidates": [(one.crs, one.name, one.reason.to(language)) for one in candidates],
        "cautions": [] if looked.unsure is None else [one.to(language) for one in looked.unsure.cautions],
        "meanings": [
            (key, meaning.name.to(language), looked.fields.get(key, "")) for key, meaning in MEANINGS.items()
        ],
        "columns": looked.columns,
        "latest": looked.latest,
        "as_of": draft.said.as_of,
        "unchecked": looked.faults is None and features is not None,
        "faults": [_row(fault, language) for fault in found[:_SHOWN_FAULTS]],
        "faulty": len(found),
        "unusable": any(fault.level == "error" for fault in found),
        "counts": sorted(counts.items()),
        "map": _map(draft, crs, candidates),
    }


def _row(fault: Fault, language: Language) -> FaultRow:
    change = "" if fault.area_change_m2 is None else f"{fault.area_change_m2:+.2f}"
    place = "" if fault.feature is None else str(fault.feature + 1)
    return FaultRow(place, fault.level, fault.what.to(language), fault.remedy.to(language), change)


def _map(draft: Draft, crs: str, candidates: tuple[Proposal, ...]) -> MapView:
    """The file where it would lie, once for each candidate; the first is shown."""
    address = reverse("layer-draft-shapes", args=(draft.id,))
    if not candidates:
        query = f"?{urlencode({'crs': crs})}" if crs else ""
        sources = [Source("draft", draft.said.title, draft.said.kind, address + query)]
    else:
        sources = [
            Source(
                f"candidate-{index}",
                one.crs,
                "candidate",
                f"{address}?{urlencode({'crs': one.crs})}",
                shown=index == 0,
            )
            for index, one in enumerate(candidates)
        ]
    return MapView(gettext("文件的位置"), sources, base=region_base(reverse("regions")))


@require_safe
def draft_shapes(request: HttpRequest, identifier: str) -> HttpResponse:
    """GeoJSON of the first features, if the file were in the CRS that is asked for."""
    draft = drafts.find(_importer(request), identifier)
    found = [
        {"type": "Feature", "properties": {"id": str(index), "name": ""}, "geometry": geometry}
        for index, geometry in drafts.shapes(draft, request.GET.get("crs", "")).items()
    ]
    return JsonResponse(geojson.collection(found), content_type="application/geo+json")


@require_POST
def draft_drop(request: HttpRequest, identifier: str) -> HttpResponse:
    drafts.drop(drafts.find(_importer(request), identifier))
    return HttpResponseRedirect(reverse("layers"))

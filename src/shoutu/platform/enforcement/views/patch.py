"""图斑: one patch or part with its pictures, its ground, its report and what happened to it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from shoutu import clocks
from shoutu.errors import BadInput, NotFound, Refused, ShoutuError, Text, Where
from shoutu.platform import doors
from shoutu.platform.accounts import queries as accounts
from shoutu.platform.acts import Once
from shoutu.platform.discovery import maps, rechecks
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery.views.batches import reader
from shoutu.platform.discovery.views.patches import SEALED
from shoutu.platform.doors import Actor
from shoutu.platform.enforcement import queries, trail
from shoutu.platform.enforcement.factsheet import factsheet
from shoutu.platform.enforcement.inputs import AREAS, AnswerReturn, ObjectToReturn, ReportPatch
from shoutu.platform.enforcement.rows import PatchPage
from shoutu.platform.enforcement.services import reports, reviews
from shoutu.platform.forms import of_form
from shoutu.platform.home import home
from shoutu.platform.http_errors import status_of
from shoutu.platform.territory import queries as territory
from shoutu.platform.web.once import once_of

PREVIEW_PIXELS = 1280
TERNARY = {True: "yes", False: "no", None: ""}


@require_safe
def patch(request: HttpRequest, identifier: str) -> HttpResponse:
    return _render(request, identifier)


def _render(
    request: HttpRequest,
    identifier: str,
    *,
    typed: Mapping[str, Any] | None = None,
    proofs: list[str] | None = None,
    fault: ShoutuError | None = None,
) -> HttpResponse:
    """The page; with what was typed and its fault when a form comes back."""
    actor = reader(request)
    page = queries.patch_page(actor, identifier)
    batch = discovery.batch(actor, page.patch.batch)
    events = trail.events(actor, page, batch)
    context = {
        "word": "clearing",
        "page": page,
        "patch": page.patch,
        "batch": batch,
        "place": trail.position(actor, identifier),
        "steps": trail.steps(page, batch),
        "events": events,
        "facts": factsheet(page.patch, page.facts),
        "names": territory.names(),
        "people": accounts.names(_people(page) | {event.who for event in events}),
        "scheme": queries.categories(page.patch.campaign_year),
        "form": typed if typed is not None else _prefilled(page),
        "proofs": proofs if proofs is not None else [proof.id for proof in page.evidence],
        "fault": fault,
        "field": fault.where.field if fault is not None else "",
        "returned": _returned(page),
        "may_answer": doors.may(actor, "patch.answer-objection", page.patch.region),
        "ties": _ties(actor, page),
        "today": clocks.today(),
        "rechecks": [row for row in rechecks.of_patch(actor, identifier) if row.state == "open"],
        **_ground(actor, page),
    }
    return render(
        request, "enforcement/patch.html", context, status=200 if fault is None else status_of(fault)
    )


def _ground(actor: Actor, page: PatchPage) -> dict[str, Any]:
    """The plate of pictures; a map where none came; nothing without a geometry."""
    shape = discovery.outline(actor, page.patch.id)
    if shape is None:
        return {"plate": None, "map": None}
    if not page.pictures:
        address = reverse("patch-features", args=(page.patch.id,))
        return {"plate": None, "map": maps.view(actor, gettext("图斑位置"), address, page.patch.box)}
    parts = [
        (part.label, part.area_m2, outline)
        for part in page.parts
        if (outline := discovery.outline(actor, part.id)) is not None
    ]
    return {"plate": maps.plate(actor, shape, page.pictures, parts), "map": None}


def _prefilled(page: PatchPage) -> dict[str, Any]:
    """The fields as they open: of the report that came back, else the system's figures."""
    figures = discovery.figures(page.patch.id)
    if not page.reports:
        return {
            "unit": "m2",
            "area": figures.area or "",
            "farmland": figures.farmland or "",
            "basic_farmland": figures.basic_farmland or "",
            "project": page.patch.project,
        }
    report = page.reports[0]
    kept = vars(report)
    names = (*AREAS, "category", "unit", "project", "actor_name", "explanation")
    return {
        **{name: kept[name] for name in names},
        "stopped": TERNARY[report.stopped],
        "investigated": TERNARY[report.investigated],
        "stopped_on": report.stopped_on.isoformat() if report.stopped_on else "",
        "investigated_on": report.investigated_on.isoformat() if report.investigated_on else "",
    }


def _people(page: PatchPage) -> set[str]:
    found = {page.assigned_to} | {proof.attached_by for proof in page.evidence}
    return found - {""}


def _returned(page: PatchPage) -> Any:
    """The return that stands, while it stands."""
    if page.patch.state != "returned" or not page.reports or not page.reports[0].reviews:
        return None
    return page.reports[0].reviews[-1]


def _ties(actor: Actor, page: PatchPage) -> list[dict[str, Any]]:
    """Earlier patches of this ground, each with the 宗 that it belongs to."""
    known = queries.violations_with(actor, [earlier.patch.id for earlier in page.earlier])
    return [{"earlier": earlier, "violation": known.get(earlier.patch.id)} for earlier in page.earlier]


@require_POST
def report(request: HttpRequest, identifier: str) -> HttpResponse:
    """Files chosen on the form are attached first; a fault gives the form back as it was typed."""
    actor = reader(request)
    proofs = request.POST.getlist("proofs")
    try:
        proofs = [*proofs, *_attached(request, actor, identifier)]
        form = request.POST.copy()
        form.setlist("proofs", proofs)
        reports.report(actor, ReportPatch.parse_form(form, identifier), once=once_of(request))
    except BadInput as error:
        return _render(request, identifier, typed=request.POST.dict(), proofs=proofs, fault=error)
    except Refused as error:
        return _stale(request, actor, identifier, proofs, error)
    return HttpResponseRedirect(reverse("patch", args=(identifier,)))


def _stale(
    request: HttpRequest, actor: Actor, identifier: str, proofs: list[str], refused: Refused
) -> HttpResponse:
    """Somebody was first: what was typed comes back over the patch as it stands now, to be sent again."""
    page = queries.patch_page(actor, identifier)
    if "patch.report" not in page.may:
        raise refused
    typed = {**request.POST.dict(), "version": page.patch.version}
    return _render(request, identifier, typed=typed, proofs=proofs, fault=refused)


@require_POST
def attach(request: HttpRequest, identifier: str) -> HttpResponse:
    """Keep the chosen files; the report's other fields come back as they were typed."""
    actor = reader(request)
    proofs = request.POST.getlist("proofs")
    fault = None
    try:
        if not request.FILES:
            raise BadInput(
                Text("没有选文件。", "No file was chosen."),
                where=Where(field="file"),
                remedy=Text("选一个文件再添加。", "Choose a file first."),
            )
        proofs = [*proofs, *_attached(request, actor, identifier)]
    except BadInput as error:
        fault = error
    return _render(request, identifier, typed=request.POST.dict(), proofs=proofs, fault=fault)


def _attached(request: HttpRequest, actor: Actor, patch: str) -> list[str]:
    """Ids of the evidence that the form's files became; a repeated form attaches nothing twice."""
    found, once = [], once_of(request)
    for file in request.FILES.getlist("file"):
        assert isinstance(file, TemporaryUploadedFile)
        path = Path(file.temporary_file_path())
        with path.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        each = None if once is None else Once(once.caller, f"{once.key}:{digest}"[:200], digest)
        kind = request.POST.get("kind", "")
        try:
            done = reports.attach(actor, patch, kind=kind, name=file.name or "", file=path, once=each)
        except BadInput as error:
            error.where = Where(file=error.where.file, field="file")
            raise
        if done.value is not None:
            found.append(done.value)
    return found


@require_POST
def object_to(request: HttpRequest, identifier: str) -> HttpResponse:
    reviews.object_to_return(reader(request), of_form(ObjectToReturn, request.POST), once=once_of(request))
    return HttpResponseRedirect(reverse("patch", args=(identifier,)))


@require_POST
def answer(request: HttpRequest, identifier: str) -> HttpResponse:
    reviews.answer_objection(reader(request), of_form(AnswerReturn, request.POST), once=once_of(request))
    return HttpResponseRedirect(reverse("patch", args=(identifier,)))


@require_safe
def evidence_file(request: HttpRequest, identifier: str) -> HttpResponse:
    """The file as it came, to keep; never opened in the page."""
    found = queries.evidence(reader(request), identifier)
    body = (home() / found.path).read_bytes()
    response = HttpResponse(body, content_type=found.media_type, headers=SEALED)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    return response


@require_safe
def evidence_preview(request: HttpRequest, identifier: str) -> HttpResponse:
    """A photograph drawn anew at the size of a screen: without EXIF, so without place and camera."""
    from PIL import Image, ImageOps

    found = queries.evidence(reader(request), identifier)
    if not found.media_type.startswith("image/"):
        raise NotFound(Text("这份材料不是照片。", "This file is no photograph."), found=identifier)
    with Image.open(home() / found.path, formats=("JPEG", "PNG")) as opened:
        image = ImageOps.exif_transpose(opened).convert("RGB")
    image.thumbnail((PREVIEW_PIXELS, PREVIEW_PIXELS))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return HttpResponse(out.getvalue(), content_type="image/jpeg", headers=SEALED)

"""导入批次: file → mapping of columns → check → preview → one publishing act."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shoutu import clocks
from shoutu.errors import BadInput, Refused, ShoutuError, Text, Where
from shoutu.platform import doors
from shoutu.platform.discovery import maps
from shoutu.platform.discovery.inputs import Header
from shoutu.platform.discovery.intake import drafts
from shoutu.platform.discovery.intake.columns import MEANINGS
from shoutu.platform.discovery.intake.drafts import Preview
from shoutu.platform.discovery.views.batches import as_file
from shoutu.platform.discovery.workbook import Cell, workbook
from shoutu.platform.doors import Actor
from shoutu.platform.territory import geojson
from shoutu.platform.territory import queries as territory
from shoutu.platform.web.maps import MapView, Source, region_base

SHOWN_FAULTS = 500
HEADER_FIELDS = ("number", "issued_on", "month", "report_due", "city_review_due", "campaign_year", "title")


def _publisher(request: HttpRequest) -> Actor:
    actor: Actor | None = getattr(request, "actor", None)
    doors.require(actor, "batch.publish", territory.city().code)
    assert actor is not None
    return actor


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file in and read it; what cannot be read at all is said here, with what was typed."""
    actor = _publisher(request)
    fault: ShoutuError | None = None
    if request.method == "POST":
        try:
            return HttpResponseRedirect(reverse("draft", args=(_start(actor, request),)))
        except (BadInput, Refused) as error:
            fault = error
    context = {
        "word": "batches",
        "fault": fault,
        "typed": request.POST,
        "waiting": drafts.waiting(actor),
    }
    return render(request, "discovery/upload.html", context, status=200 if fault is None else 422)


def _start(actor: Actor, request: HttpRequest) -> str:
    file, listed = request.FILES.get("file"), request.FILES.get("list")
    if not isinstance(file, TemporaryUploadedFile):
        raise BadInput(
            Text("没有选文件。", "No file was chosen."),
            where=Where(field="file"),
            remedy=Text("选一个文件再检查。", "Choose a file, then check."),
        )
    draft = drafts.start(
        actor,
        Path(file.temporary_file_path()),
        file.name or "",
        layer=request.POST.get("layer", "").strip(),
        crs=request.POST.get("crs", "").strip(),
        listed=Path(listed.temporary_file_path()) if isinstance(listed, TemporaryUploadedFile) else None,
    )
    try:
        drafts.preview(actor, draft)
    except ShoutuError:
        drafts.discard(actor, draft)
        raise
    return draft


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, identifier: str) -> HttpResponse:
    """Mapping, header and excluded rows are set here; each change is checked at once."""
    actor = _publisher(request)
    fault: BadInput | None = None
    if request.method == "POST":
        try:
            _check(actor, identifier, request)
            return HttpResponseRedirect(reverse("draft", args=(identifier,)) + "#check")
        except BadInput as error:
            fault = error
    shown = drafts.preview(actor, identifier)
    context = {
        "word": "batches",
        "shown": shown,
        "fault": fault,
        "header": _header(shown, request),
        "meanings": [(key, meaning.name, shown.mapping[key]) for key, meaning in MEANINGS.items()],
        "faults": shown.faults[:SHOWN_FAULTS],
        "faulty": len({row.row for row in shown.faults}),
        "names": territory.names(),
        "why_not": _why_not(shown),
        "map": _map(shown),
    }
    return render(request, "discovery/draft.html", context, status=200 if fault is None else 422)


def _check(actor: Actor, identifier: str, request: HttpRequest) -> None:
    form = request.POST
    header = Header.parse_form(form) if form.get("number") or form.get("issued_on") else None
    drafts.preview(
        actor,
        identifier,
        header=header,
        mapping={key: form.get(f"column-{key}", "") for key in MEANINGS},
        excluded=[int(row) for row in form.getlist("excluded") if row.isascii() and row.isdigit()],
    )


def _header(shown: Preview, request: HttpRequest) -> dict[str, Any]:
    """What stands in the fields: as typed, else as kept, else proposed."""
    if request.method == "POST":
        return dict(request.POST.items())
    if shown.header is not None:
        kept = shown.header
        days = ("issued_on", "report_due", "city_review_due")
        values = {name: getattr(kept, name) for name in (*HEADER_FIELDS, "secrecy", "view", "synthetic")}
        return {**values, **{name: values[name].isoformat() for name in days}}
    return {"number": shown.series or Path(shown.file_name).stem, "issued_on": clocks.today().isoformat()}


def _why_not(shown: Preview) -> str:
    """Why 发布 is shut, in words; empty when it is open."""
    if shown.known:
        return gettext("这份文件已经是一个批次。")
    if shown.faults:
        return gettext("还有 %d 行有误。改正文件，或勾选排除这些行，再检查。") % len(
            {fault.row for fault in shown.faults}
        )
    if not shown.accepted:
        return gettext("没有可以导入的行。")
    if shown.header is None:
        return gettext("还没有填写期号和下发日期。")
    return ""


def _map(shown: Preview) -> MapView | None:
    if not shown.outlines:
        return None
    address = reverse("draft-features", args=(shown.draft,))
    source = Source("draft", gettext("待导入图斑"), "patch", address, label="name")
    return MapView(gettext("待导入图斑的位置"), (source,), base=region_base(reverse("regions")))


@require_safe
def draft_features(request: HttpRequest, identifier: str) -> HttpResponse:
    shown = drafts.preview(_publisher(request), identifier)
    found = [
        maps.feature(str(row), wkb, name=maps.short_number(number) or str(row))
        for row, number, wkb, _ in shown.outlines
    ]
    return JsonResponse(geojson.collection(found), content_type="application/geo+json")


@require_safe
def faulty_rows(request: HttpRequest, identifier: str) -> HttpResponse:
    """The faults as a workbook, to mend the file by."""
    shown = drafts.preview(_publisher(request), identifier)
    lines: list[list[Cell]] = [["第几行", "字段", "列", "读到", "问题", "改法"]]
    for fault in shown.faults:
        column = shown.mapping.get(fault.field, "")
        lines.append([fault.row, _meaning(fault.field), column, fault.found, fault.what.zh, fault.remedy.zh])
    return as_file(
        workbook([("有误的行", [8, 16, 18, 30, 44, 50], lines)]),
        f"{Path(shown.file_name).stem}-有误的行.xlsx",
    )


def _meaning(field: str) -> str:
    return MEANINGS[field].name.zh if field in MEANINGS else {"geometry": "图形"}.get(field, field)


@require_POST
def publish(request: HttpRequest, identifier: str) -> HttpResponse:
    """One act; the digest is of what the page showed."""
    done = drafts.publish(_publisher(request), identifier, digest=request.POST.get("digest", ""))
    batch = done.receipt.subject.partition(":")[2]
    return HttpResponseRedirect(reverse("batch", args=(batch,)))


@require_POST
def discard(request: HttpRequest, identifier: str) -> HttpResponse:
    drafts.discard(_publisher(request), identifier)
    return HttpResponseRedirect(reverse("batches"))

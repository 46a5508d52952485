"""批次: the list, and one batch with table and map side by side."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from shoutu import clocks
from shoutu.platform import doors
from shoutu.platform.discovery import maps, queries
from shoutu.platform.discovery.inputs import MONTH
from shoutu.platform.discovery.intake import drafts
from shoutu.platform.discovery.listing import SORTS
from shoutu.platform.discovery.queries import Filter
from shoutu.platform.discovery.rows import BatchRow, Figures, PatchRow
from shoutu.platform.discovery.states import COUNTED_STATES
from shoutu.platform.discovery.templatetags.patches import STATES
from shoutu.platform.discovery.workbook import MEDIA_TYPE, Cell, workbook
from shoutu.platform.doors import Actor
from shoutu.platform.territory import queries as territory
from shoutu.platform.web.pages import page_of
from shoutu.units import m2_to_mu, to_text


def reader(request: HttpRequest) -> Actor:
    """Who may see patches at all; others read why not."""
    actor: Actor | None = getattr(request, "actor", None)
    doors.require(actor, "see.patches", actor.region if actor else "")
    assert actor is not None
    return actor


def may_publish(actor: Actor) -> bool:
    return doors.is_city(actor.region) and doors.may(actor, "batch.publish", actor.region)


@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    actor = reader(request)
    months = queries.months(actor)
    month = request.GET.get("month", "")
    month = month if MONTH.fullmatch(month) else ""
    context = {
        "word": "batches",
        "months": months,
        "month": month,
        "rows": queries.batches(actor, month=month),
        "may_publish": may_publish(actor),
        "waiting": drafts.waiting(actor) if may_publish(actor) else (),
    }
    return render(request, "discovery/batches.html", context)


def _filter(request: HttpRequest, batch: str) -> Filter:
    """What the address narrows the batch to; words that mean nothing narrow nothing."""
    asked = request.GET
    state = asked.get("state", "")
    kind = asked.get("kind", "")
    return Filter(
        batch=batch,
        state=state if state in (*COUNTED_STATES, "overdue") else "",
        kind=kind if kind in ("farmland", *queries.RULE_KINDS) else "",
        text=asked.get("q", "").strip()[:100],
        view="issued" if asked.get("view") == "issued" else "judged",
    )


def chosen_sort(request: HttpRequest, otherwise: str) -> str:
    sort = request.GET.get("sort", otherwise)
    return sort if sort.removeprefix("-") in SORTS else otherwise


@require_safe
def batch(request: HttpRequest, identifier: str) -> HttpResponse:
    actor = reader(request)
    row = queries.batch(actor, identifier)
    wanted, sort = _filter(request, row.id), chosen_sort(request, "number")
    page = page_of(
        request,
        queries.count(actor, wanted),
        lambda start, stop: queries.listed(actor, wanted, start, stop, sort),
    )
    figures = queries.figures_of(patch.id for patch in page.rows)
    query = urlencode({key: value for key, value in request.GET.items() if key not in ("after", "size")})
    address = reverse("batch-features", args=(row.id,)) + (f"?{query}" if query else "")
    context = {
        "word": "batches",
        "batch": row,
        "wanted": wanted,
        "sort": sort,
        "page": page,
        "figures": figures,
        "names": territory.names(),
        "states": [str(state) for state in COUNTED_STATES] + ["overdue"],
        "kinds": queries.RULE_KINDS[1:],
        "sums": _sums(page.rows, figures),
        "query": query,
        "map": maps.view(actor, gettext("%s的图斑") % row.title, address),
    }
    return render(request, "discovery/batch.html", context)


def _sums(rows: Sequence[PatchRow], figures: dict[str, Figures]) -> tuple[str, str]:
    """m² and m² of farmland of what is listed."""
    area = sum((Fraction(row.area_m2 or 0) for row in rows), Fraction(0))
    farmland = sum((Fraction(figures[row.id].farmland or 0) for row in rows), Fraction(0))
    return to_text(area, 2), to_text(farmland, 2)


@require_safe
def batch_features(request: HttpRequest, identifier: str) -> HttpResponse:
    """GeoJSON of the batch's patches in the reader's region, for the map."""
    actor = reader(request)
    found = maps.collection(actor, _filter(request, queries.batch(actor, identifier).id))
    return JsonResponse(
        found, content_type="application/geo+json", headers={"Cache-Control": "private, no-store"}
    )


@require_safe
def batch_export(request: HttpRequest, identifier: str) -> HttpResponse:
    """What the page lists, all of it, as xlsx."""
    actor = reader(request)
    row = queries.batch(actor, identifier)
    wanted, sort = _filter(request, row.id), chosen_sort(request, "number")
    rows = queries.listed(actor, wanted, 0, queries.count(actor, wanted), sort)
    return as_file(workbook([*_sheets(row, rows)]), f"{row.title}.xlsx")


def as_file(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _sheets(batch: BatchRow, rows: tuple[PatchRow, ...]) -> list[tuple[str, list[int], list[list[Cell]]]]:
    heads = ["图斑编号", "项目", "旗区", "苏木乡镇", "坐落", "面积（亩）", "面积（㎡）", "耕地（亩）"]
    heads += ["耕地（㎡）", "永久基本农田（亩）", "永久基本农田（㎡）", "状态", "期限"]
    names = territory.names()
    figures = figures_in_runs(rows)
    lines: list[list[Cell]] = [list(heads)]
    for row in rows:
        found = figures[row.id]
        areas = [
            cell for text in (row.area_m2, found.farmland, found.basic_farmland) for cell in both_units(text)
        ]
        places = [names.get(row.region, row.region), names.get(row.township, row.township), row.place]
        lines.append(
            [row.number, row.project, *places, *areas, str(STATES[row.state]), row.due_on.isoformat()]
        )
    return [
        ("图斑", [24, 40, 16, 20, 24, 11, 13, 11, 13, 13, 14, 12, 12], lines),
        ("来源和时间", [20, 70], sources(f"{batch.title}（{batch.number}）", len(rows), batch.synthetic)),
    ]


def both_units(m2: str | None) -> tuple[Cell, Cell]:
    """亩 and ㎡ as numbers; empty cells where nothing was measured or received."""
    if not m2:
        return None, None
    return Decimal(to_text(m2_to_mu(Fraction(m2)), 2)), Decimal(m2)


def figures_in_runs(rows: tuple[PatchRow, ...]) -> dict[str, Figures]:
    """Figures of many patches, some hundreds at a read."""
    found: dict[str, Figures] = {}
    for start in range(0, len(rows), 500):
        found |= queries.figures_of(row.id for row in rows[start : start + 500])
    return found


def sources(what: str, count: int, synthetic: bool) -> list[list[Cell]]:
    lines: list[list[Cell]] = [
        ["项目", "内容"],
        ["内容", what],
        ["行数", count],
        ["数据截至", f"{clocks.now():%Y-%m-%d %H:%M}"],
        ["换算", "1亩＝10000÷15平方米，亩数为换算值，合计以平方米为准"],
        ["空格", "没有图形，或未收到该图层的数据；0.00 表示零"],
        ["说明", "系统测算，不作为处理决定依据"],
    ]
    lines += [
        ["图层", f"{layer.title} {layer.version}（{layer.as_of.isoformat()}）"]
        for layer in territory.current_layers()
    ]
    if synthetic:
        lines.append(["说明", "演示数据"])
    return lines

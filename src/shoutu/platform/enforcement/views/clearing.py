"""月清: what of a month is owed, by whom and until when; the list, its export, and passing patches on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from shoutu import clocks
from shoutu.errors import BadInput, Text, Where
from shoutu.platform import doors
from shoutu.platform.accounts import queries as accounts
from shoutu.platform.acts import Once
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery import rechecks
from shoutu.platform.discovery.inputs import MONTH
from shoutu.platform.discovery.queries import Filter
from shoutu.platform.discovery.states import COUNTED_STATES
from shoutu.platform.discovery.templatetags.patches import STATES, in_language
from shoutu.platform.discovery.views.batches import (
    as_file,
    both_units,
    chosen_sort,
    figures_in_runs,
    reader,
    sources,
)
from shoutu.platform.discovery.workbook import Cell, workbook
from shoutu.platform.doors import Actor, Role, is_city
from shoutu.platform.enforcement import queries
from shoutu.platform.enforcement.inputs import Assign
from shoutu.platform.enforcement.rows import ClearingRow
from shoutu.platform.enforcement.services import reports
from shoutu.platform.territory import queries as territory
from shoutu.platform.web.once import once_of
from shoutu.platform.web.pages import page_of
from shoutu.units import mu_to_m2, to_text

_MU = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")
COLUMNS = (
    ("number", gettext_lazy("图斑编号")),
    ("project", gettext_lazy("项目")),
    ("township", gettext_lazy("苏木乡镇")),
    ("area", gettext_lazy("面积")),
    ("", gettext_lazy("耕地")),
    ("state", gettext_lazy("状态")),
    ("", gettext_lazy("承办人")),
    ("due", gettext_lazy("期限")),
)


def chosen_month(request: HttpRequest, months: Sequence[str]) -> str:
    """The month of the address, else the latest with a batch, else the present one."""
    asked = request.GET.get("month", "")
    if MONTH.fullmatch(asked):
        return asked
    return months[0] if months else f"{clocks.today():%Y-%m}"


def _filter(request: HttpRequest, month: str) -> Filter:
    asked = request.GET
    state, kind, least = asked.get("state", ""), asked.get("kind", ""), asked.get("least", "").strip()
    return Filter(
        month=month,
        region=asked.get("region", "")[:12],
        township=asked.get("township", "")[:12],
        state=state if state in (*COUNTED_STATES, "overdue") else "",
        kind=kind if kind in ("farmland", *discovery.RULE_KINDS) else "",
        least_m2=to_text(mu_to_m2(Fraction(least)), 2) if _MU.fullmatch(least) else "",
        text=asked.get("q", "").strip()[:100],
    )


@require_safe
def clearing(request: HttpRequest) -> HttpResponse:
    actor = reader(request)
    months = discovery.months(actor)
    month = chosen_month(request, months)
    wanted, sort = _filter(request, month), chosen_sort(request, "due")
    tabs = discovery.tabs(actor, wanted)
    page = page_of(
        request,
        tabs.get(wanted.state or "all", 0),
        lambda start, stop: queries.clearing_rows(discovery.listed(actor, wanted, start, stop, sort)),
    )
    banner = wanted.region or ("" if is_city(actor.region) else actor.region)
    context = {
        "word": "clearing",
        "month": month,
        "months": months if month in months else (month, *months),
        "batches": discovery.batches(actor, month=month),
        "wanted": wanted,
        "least": request.GET.get("least", ""),
        "sort": sort,
        "heads": [_head(key, name, sort) for key, name in COLUMNS],
        "tabs": [(key, str(STATES[key]), tabs[key]) for key in ("all", *map(str, COUNTED_STATES))],
        "overdue": tabs["overdue"],
        "page": page,
        "figures": discovery.figures_of(row.patch.id for row in page.rows),
        "people": accounts.names({row.officer for row in page.rows}),
        "names": territory.names(),
        "banners": territory.banners() if is_city(actor.region) else (),
        "townships": discovery.townships(actor, Filter(month=month, region=banner)),
        "kinds": discovery.RULE_KINDS[1:],
        "officers": _officers(actor, banner),
        "rechecks": rechecks.count(actor, "open"),
        "query": urlencode({k: v for k, v in request.GET.items() if k not in ("after", "size")}),
        "narrowed": any((wanted.region, wanted.township, wanted.kind, wanted.least_m2, wanted.text)),
    }
    return render(request, "enforcement/clearing.html", context)


def _head(key: str, name: Promise, sort: str) -> dict[str, str]:
    """A column's head: its word, the sort that a click asks for, and how it is sorted now."""
    now = {key: "ascending", f"-{key}": "descending"}.get(sort, "none") if key else ""
    return {"name": str(name), "to": f"-{key}" if sort == key else key, "now": now}


def _officers(actor: Actor, banner: str) -> list[accounts.Held]:
    """To whom the reader may pass patches of this banner."""
    if not banner or not doors.may(actor, "patch.assign", banner):
        return []
    return accounts.in_office(Role.OFFICER, banner)


@require_safe
def clearing_export(request: HttpRequest) -> HttpResponse:
    """What the page lists, all of it, as xlsx."""
    actor = reader(request)
    month = chosen_month(request, discovery.months(actor))
    wanted, sort = _filter(request, month), chosen_sort(request, "due")
    rows = discovery.listed(actor, wanted, 0, discovery.count(actor, wanted), sort)
    figures, names = figures_in_runs(rows), territory.names()
    lines = [
        line
        for start in range(0, len(rows), 500)
        for line in queries.clearing_rows(rows[start : start + 500])
    ]
    people = accounts.names({line.officer for line in lines})
    table: list[list[Cell]] = [list(_HEADS)]
    for line in lines:
        found = figures[line.patch.id]
        areas = [
            c for m2 in (line.patch.area_m2, found.farmland, found.basic_farmland) for c in both_units(m2)
        ]
        table.append(_row(line, areas, names, people))
    title = f"{month}月清"
    sheets = [
        ("月清", [24, 40, 16, 20, 24, 11, 13, 11, 13, 13, 14, 12, 18, 12, 12, 10, 16], table),
        ("来源和时间", [20, 70], sources(title, len(rows), any(row.synthetic for row in rows))),
    ]
    return as_file(workbook(sheets), f"{title}.xlsx")


_HEADS = (
    "图斑编号",
    "项目",
    "旗区",
    "苏木乡镇",
    "坐落",
    "面积（亩）",
    "面积（㎡）",
    "耕地（亩）",
    "耕地（㎡）",
    "永久基本农田（亩）",
    "永久基本农田（㎡）",
    "状态",
    "核实情况",
    "承办人",
    "期限",
    "是否超期",
    "宗",
)


def _row(line: ClearingRow, areas: list[Cell], names: object, people: dict[str, str]) -> list[Cell]:
    patch = line.patch
    assert isinstance(names, dict)
    return [
        patch.number,
        patch.project,
        names.get(patch.region, patch.region),
        names.get(patch.township, patch.township),
        patch.place,
        *areas,
        str(STATES[patch.state]),
        in_language(line.category_name),
        people.get(line.officer, ""),
        patch.due_on.isoformat(),
        "是" if patch.overdue else "否",
        line.violation,
    ]


@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """改派: one act for each ticked patch."""
    patches = request.POST.getlist("patches")
    if not patches:
        raise BadInput(
            Text("没有选中图斑。", "No patch was ticked."),
            where=Where(field="patches"),
            remedy=Text("先勾选要改派的图斑。", "Tick the patches first."),
        )
    once = once_of(request)
    for patch in patches:
        each = None if once is None else Once(once.caller, f"{once.key}:{patch}"[:200], once.digest)
        reports.assign(
            reader(request), Assign(patch=patch, officer=request.POST.get("officer", "")), once=each
        )
    query = request.POST.get("query", "")
    return HttpResponseRedirect(reverse("clearing") + (f"?{query}" if query else ""))

"""The board 总览: one page with each banner's level, how far the next one is, and who is late.

Stands above the apps: it reads what they answer and writes nothing. `view` asks them, `page` draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_safe

from shoutu import clocks
from shoutu.platform import doors
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery.inputs import MONTH
from shoutu.platform.discovery.rows import BatchRow
from shoutu.platform.doors import Actor
from shoutu.platform.territory import queries as territory
from shoutu.platform.warnings import queries as warnings
from shoutu.platform.warnings.rows import ISSUED, BoardRow
from shoutu.platform.web import navigation
from shoutu.platform.web.bannermap import Area, draw
from shoutu.platform.web.deadlines import Chip, due_chip
from shoutu.platform.web.levels import LEVELS

WARNED = frozenset({"red", "orange", "yellow"})


@dataclass(frozen=True)
class Line:
    """One banner's row.

    month, project   keys of LEVELS; project is empty when no project reached a level
    parcels, area_m2, farmland_m2   None while the month is not settled
    distance         the shortest way to a higher level, in words, or what stands in its place
    lists            addresses of the lists behind unreported, waiting and overdue
    """

    code: str
    name: str
    month: str
    project: str
    parcels: int | None
    area_m2: str | None
    farmland_m2: str | None
    distance: str
    unreported: int
    waiting: int
    overdue: int
    chip: Chip | None
    href: str
    lists: dict[str, str]
    outline: dict[str, Any] | None = None
    why: str = ""
    project_why: str = ""
    """Where the two levels are explained."""

    @property
    def highest(self) -> str:
        """The worse of the two levels: for the map only, whose title says so."""
        return max((self.month, self.project or "none"), key=lambda key: LEVELS[key].rank)


@dataclass(frozen=True)
class Indicator:
    """One of the order's four: a figure with both its terms."""

    name: str
    figure: str
    terms: str


def ordered(lines: Sequence[Line]) -> list[Line]:
    """By level of the month and of its projects, then area; otherwise by code."""

    def key(line: Line) -> tuple[int, int, float, str]:
        worst = LEVELS[line.highest].rank
        return (-worst, -LEVELS[line.month].rank, -float(line.area_m2 or -1), line.code)

    return sorted(lines, key=key)


def summary(lines: Sequence[Line]) -> list[tuple[str, list[str]]]:
    """For each level, worst first, the banners whose highest level it is."""
    return [
        (level, [line.name for line in lines if line.highest == level])
        for level in LEVELS
        if any(line.highest == level for line in lines)
    ]


def sentence(lines: Sequence[Line]) -> str:
    """The map in words, for those who do not see it."""
    joint = ", " if get_language() == "en" else "、"
    parts = [f"{LEVELS[level].word} {joint.join(names)}" for level, names in summary(lines)]
    return gettext("旗区最高一级：%s") % ("; ".join(parts) if get_language() == "en" else "；".join(parts))


def page(
    request: HttpRequest,
    month: str,
    lines: Sequence[Line],
    *,
    months: Sequence[str] = (),
    batches: Sequence[str] = (),
    indicators: Sequence[Indicator] = (),
    proposals: int = 0,
    issued: int = 0,
) -> HttpResponse:
    """Render the board from what the apps answered."""
    rows = ordered(lines)
    areas = [Area(row.code, row.name, row.highest, row.outline, row.href) for row in rows if row.outline]
    return render(
        request,
        "web/board.html",
        {
            "word": "board",
            "month": month,
            "months": months,
            "batches": batches,
            "lines": rows,
            "summary": summary(rows),
            "map": draw(areas, sentence(rows)) if areas else "",
            "levels": list(LEVELS),
            "indicators": indicators,
            "proposals": proposals,
            "issued": issued,
        },
    )


@require_safe
def view(request: HttpRequest) -> HttpResponse:
    """The board of the month that the address asks for, else of the latest month with a batch.

    Who has no board is led to the first page that their post has.
    """
    actor: Actor | None = getattr(request, "actor", None)
    own = navigation.items(actor)
    if own and not doors.may(actor, "see.board", actor.region if actor else ""):
        return HttpResponseRedirect(own[0].href)
    doors.require(actor, "see.board", actor.region if actor else "")
    months = discovery.months(actor)
    asked = request.GET.get("month", "")
    month = asked if MONTH.fullmatch(asked) else next(iter(months), f"{clocks.today():%Y-%m}")
    batches = discovery.batches(actor, month=month)
    outlines = territory.outlines("banner")
    rows = warnings.board(actor, month)
    return page(
        request,
        month,
        [_line(row, month, batches, outlines.get(row.region)) for row in rows],
        months=months if month in months else (month, *months),
        batches=[batch.number for batch in batches],
        proposals=sum(len(row.measures) for row in rows if row.level in WARNED),
        issued=sum(row.status == ISSUED for row in rows),
    )


def _line(row: BoardRow, month: str, batches: Sequence[BatchRow], outline: Mapping[str, Any] | None) -> Line:
    tabs = row.tabs
    owed = {
        "unreported": tabs.get("issued", 0) + tabs.get("returned", 0),
        "waiting": tabs.get("reported", 0) + tabs.get("banner-passed", 0),
        "overdue": tabs.get("overdue", 0),
    }
    known = row.month_level != "undetermined"
    return Line(
        code=row.region,
        name=row.name,
        month=row.month_level,
        project=row.project_level,
        parcels=row.parcels if known else None,
        area_m2=row.area_m2 or None,
        farmland_m2=row.farmland_m2 or None,
        distance=_distance(row),
        chip=_chip(row, batches, owed),
        href=reverse("month", args=(month, row.region)),
        lists=_lists(month, row.region),
        outline=None if outline is None else dict(outline),
        why=_why(month, row.region, row.month_entry),
        project_why=_why(month, row.region, row.project_entry),
        **owed,
    )


def _why(month: str, region: str, entry: str) -> str:
    """The page that explains a conclusion; without one, the month's reasons."""
    if entry:
        return reverse("explanation", args=(month, region, entry))
    return reverse("month", args=(month, region)) + "#why"


def _distance(row: BoardRow) -> str:
    """The shortest way to a higher level, in words."""
    if row.month_level == "undetermined":
        n = row.undecided.total
        return ngettext("%d 个待审、待归宗", "%d 个待审、待归宗", n) % n
    if row.month_level == "red":
        return gettext("已达最高档")
    if not row.tabs.get("all"):
        return gettext("本月无下发图斑")
    if row.nearest is None or row.nearest.next is None:
        return ""
    return gettext("离%(level)s %(gap)s %(unit)s") % {
        "level": LEVELS[row.nearest.next.level].short,
        "gap": row.nearest.gap_text,
        "unit": gettext("宗") if row.nearest.unit == "parcel" else gettext("亩"),
    }


def _chip(row: BoardRow, batches: Sequence[BatchRow], owed: Mapping[str, int]) -> Chip | None:
    """What runs for this banner: its leaders' time to object, else its reports, else the reviews."""
    if row.object_until is not None:
        stopped = gettext("异议") if row.open_objections else None
        return due_chip(row.object_until, stopped=stopped)
    if owed["unreported"]:
        return due_chip(min((batch.report_due for batch in batches), default=None))
    if owed["waiting"]:
        return due_chip(min((batch.city_review_due for batch in batches), default=None))
    return None


def _lists(month: str, region: str) -> dict[str, str]:
    """The month clearing list behind each number."""
    try:
        clearing = reverse("clearing")
    except NoReverseMatch:
        return {}
    states = {"unreported": "issued", "waiting": "reported", "overdue": "overdue"}
    return {key: f"{clearing}?month={month}&region={region}&state={state}" for key, state in states.items()}

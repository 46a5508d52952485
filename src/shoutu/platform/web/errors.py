"""Errors as pages: what, where, found, remedy; and for a closed door, whose it is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext

from shoutu.errors import Language, NotFound, Refused, ShoutuError, Text
from shoutu.platform.doors import DOORS
from shoutu.platform.http_errors import status_of
from shoutu.platform.web.words import ROLES

ABSENT = NotFound(
    Text("没有这一页，或不在你的范围内。", "There is no such page, or it is outside your region."),
    remedy=Text("请从总览进入，或核对网址。", "Start from the board, or check the address."),
)
EXPIRED = Refused(
    Text("本页的表单已过期，没有提交。", "This page's form has expired; nothing was submitted."),
    remedy=Text("回上一页，刷新后再交。", "Go back, reload the page and submit again."),
)


def _heading(status: int) -> str:
    return {
        403: gettext("不能办理"),
        404: gettext("没有找到"),
        409: gettext("没有办成"),
        422: gettext("内容有误，没有改动"),
    }.get(status, gettext("没有办成"))


def page(request: HttpRequest, error: ShoutuError) -> HttpResponse:
    """The error as a page with its HTTP status."""
    language: Language = "en" if get_language() == "en" else "zh"
    status = status_of(error)
    door = DOORS.get(str(error.found)) if isinstance(error, Refused) else None
    context = {
        "heading": _heading(status),
        "what": error.what.to(language),
        "place": error.where.to(language),
        "found": None if door or error.found is None else str(error.found),
        "remedy": error.remedy.to(language) if error.remedy else "",
        "roles": "、".join(sorted(str(ROLES[role]) for role in door.roles)) if door else "",
    }
    return render(request, "web/error.html", context, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, ABSENT)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token (Django's CSRF_FAILURE_VIEW)."""
    return page(request, EXPIRED)

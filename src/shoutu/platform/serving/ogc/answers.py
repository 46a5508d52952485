"""How the features service answers: JSON or HTML as asked, links, faults in the standard's form."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from shoutu.errors import BadInput, Language, NotFound, ShoutuError, Text, Where
from shoutu.platform.http_errors import status_of
from shoutu.platform.serving.callers import caller_of
from shoutu.platform.web import errors

JSON, GEOJSON, HTML, SCHEMA = (
    "application/json",
    "application/geo+json",
    "text/html",
    "application/schema+json",
)
_CODES = {
    400: "InvalidParameterValue",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
}
View = Callable[..., HttpResponseBase]


def wants_html(request: HttpRequest) -> bool:
    """By `f`, else by the Accept header: JSON to whoever does not ask for HTML by name."""
    asked = request.GET.get("f")
    if asked in ("json", "html"):
        return asked == "html"
    if asked is not None:
        raise BadInput(
            Text("没有这种格式。", "There is no such format."),
            where=Where(field="f"),
            found=asked[:40],
            remedy=Text("用 json 或 html。", "Use json or html."),
        )
    return "text/html" in request.headers.get("Accept", "")


def answering(view: View) -> View:
    """Find the caller and pass them on; turn house errors into the standard's exceptions."""

    @login_not_required  # a program shows a key instead
    @require_safe
    @functools.wraps(view)
    def answer(request: HttpRequest, **names: Any) -> HttpResponseBase:
        try:
            html = wants_html(request)
        except BadInput as error:
            return _fault(request, error, html=False)
        try:
            actor = caller_of(request)
            if actor is None:
                return redirect_to_login(request.get_full_path()) if html else _nobody()
            request.actor = actor  # type: ignore[attr-defined]
            response = view(request, actor, html=html, **names)
        except ShoutuError as error:
            return _fault(request, error, html=html)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers.setdefault("Vary", "Accept, Accept-Language, Authorization, Cookie")
        return response

    return answer


def _nobody() -> HttpResponse:
    body = {
        "code": _CODES[401],
        "description": "Say who you are: a key (Authorization: Bearer) or a session.",
    }
    response = json(body, status=401)
    response["WWW-Authenticate"] = 'Bearer, Basic realm="Shoutu"'
    return response


def _fault(request: HttpRequest, error: ShoutuError, *, html: bool) -> HttpResponse:
    status = 400 if isinstance(error, BadInput) else status_of(error)
    if html:
        page = errors.page(request, error)
        page.status_code = status
        return page
    language: Language = "en" if get_language() == "en" else "zh"
    return json(
        {"code": _CODES.get(status, "ServerError"), "description": error.diagnostics(language)}, status=status
    )


def json(body: Any, *, media_type: str = JSON, status: int = 200) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(body), content_type=media_type, status=status)


def page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    return render(request, f"serving/{template}.html", {"word": "layers", **context})


def root(request: HttpRequest) -> str:
    """The service's address, without a slash at its end."""
    return request.build_absolute_uri("/ogc")


def link(href: str, rel: str, media_type: str, title: str = "") -> dict[str, str]:
    found = {"href": href, "rel": rel, "type": media_type}
    return {**found, "title": title} if title else found


def both(request: HttpRequest, *, html: bool, media_type: str = JSON) -> list[dict[str, str]]:
    """Links to this page itself and to its other form."""
    here = request.build_absolute_uri(request.path)

    def to(form: str) -> str:
        return f"{here}?{urlencode({**request.GET.dict(), 'f': form})}"

    return [
        link(to("html" if html else "json"), "self", HTML if html else media_type),
        link(to("json" if html else "html"), "alternate", media_type if html else HTML),
    ]


def absent(found: str) -> NotFound:
    return NotFound(Text("没有这个对象。", "There is no such thing."), found=found[:80])

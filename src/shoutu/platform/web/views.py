"""The reader's own settings of a page: language and size of type, kept in a cookie."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from shoutu.platform.web.context import LARGE_COOKIE

A_YEAR = 365 * 24 * 3600


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page that asked, if it is one of ours."""
    target = request.POST.get("next", "/")
    inside = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(target if inside else "/")


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    from django.conf import settings

    response = _back(request)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=A_YEAR, samesite="Lax")
    return response


@login_not_required
@require_POST
def large(request: HttpRequest) -> HttpResponse:
    """大字版 on or off."""
    response = _back(request)
    chosen = "1" if request.POST.get("large") == "1" else "0"
    response.set_cookie(LARGE_COOKIE, chosen, max_age=A_YEAR, samesite="Lax")
    return response

"""Signing in and out, choosing a post, changing the password."""

from __future__ import annotations

from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from shoutu import clocks
from shoutu.errors import NotFound, ShoutuError, Text
from shoutu.platform.accounts import cast, logins, queries, throttle
from shoutu.platform.accounts.addresses import client_address
from shoutu.platform.accounts.inputs import ChangePassword
from shoutu.platform.accounts.middleware import TERM
from shoutu.platform.accounts.models import Person
from shoutu.platform.accounts.services import people

TRIES = "tries"
"""Session key: how often the current password was typed wrong on the page that changes it."""

MOST_TRIES = 5


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """One answer for a wrong login, a wrong password and a closed account."""
    target = _inside(request, request.POST.get("next") or request.GET.get("next"))
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(target)
        return _sign_in_page(request, status=200)
    login = logins.normal(request.POST.get("login", ""))
    wait = throttle.wait(login, client_address(request), clocks.now())
    if wait:
        return _slow(request, wait)
    person = auth.authenticate(request, username=login, password=request.POST.get("password", ""))
    if person is None:
        return _sign_in_page(request, gettext("用户名或密码不对。"), status=422)
    auth.login(request, person)
    terms = queries.terms_of(str(person.pk))
    if len(terms) != 1:
        return HttpResponseRedirect(reverse("choose-post"))
    request.session[TERM] = terms[0].id
    return HttpResponseRedirect(target)


def locked_out(request: HttpRequest, response: object = None, credentials: object = None) -> HttpResponse:
    """What django-axes answers instead of ours once an address is locked for an account."""
    page = _sign_in_page(request, gettext("连续输错 5 次。请 15 分钟后再试。"), status=429)
    page["Retry-After"] = "900"
    return page


def _slow(request: HttpRequest, wait: int) -> HttpResponse:
    words = ngettext("此用户名近来输错多次。请 %d 秒后再试。", "此用户名近来输错多次。请 %d 秒后再试。", wait)
    page = _sign_in_page(request, words % wait, status=429)
    page["Retry-After"] = str(wait)
    return page


def _sign_in_page(request: HttpRequest, fault: str | None = None, *, status: int) -> HttpResponse:
    password = cast.sample_password()
    context = {
        "login": request.POST.get("login", "")[:64],
        "fault": fault,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "changed": "changed" in request.GET,
        "cast": cast.players() if password else [],
        "password": password,
    }
    return render(request, "accounts/sign-in.html", context, status=status)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return HttpResponseRedirect(reverse("sign-in"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_post(request: HttpRequest) -> HttpResponse:
    """Act in another of one's posts; the session gets a new id with the new powers."""
    terms = queries.terms_of(str(request.user.pk))
    if request.method == "POST":
        chosen = next((term for term in terms if term.id == request.POST.get("term")), None)
        if chosen is None:
            raise NotFound(
                Text("没有这个职务，或任期已止。", "There is no such post, or its term has ended."),
                remedy=Text("从列出的职务中选取。", "Choose from the posts listed."),
            )
        request.session.cycle_key()
        request.session[TERM] = chosen.id
        return HttpResponseRedirect(_inside(request, request.POST.get("next")))
    context = {
        "terms": [{**_words(term), "id": term.id, "starts": term.starts} for term in terms],
        "chosen": getattr(getattr(request, "actor", None), "term", None),
    }
    return render(request, "accounts/choose-post.html", context)


def _words(term: queries.Held) -> dict[str, str]:
    return {"title": term.title, "unit": term.unit, "region": term.region_name}


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password. Every session of the person ends with it, this one too."""
    actor = getattr(request, "actor", None)
    temporary = isinstance(request.user, Person) and request.user.temporary
    if request.method != "POST" or actor is None:
        return render(request, "accounts/password.html", {"temporary": temporary, "can": actor is not None})
    new = request.POST.get("new", "")
    if new != request.POST.get("again", ""):
        return _refuse_password(request, gettext("两次输入的新密码不同。"), temporary=temporary)
    try:
        people.change_password(
            actor,
            ChangePassword(region=actor.region, current=request.POST.get("current", ""), new=new),
        )
    except ShoutuError as error:
        request.session[TRIES] = request.session.get(TRIES, 0) + 1
        if request.session[TRIES] >= MOST_TRIES:
            auth.logout(request)
            return HttpResponseRedirect(reverse("sign-in"))
        return _refuse_password(
            request, error.what.to("en" if get_language() == "en" else "zh"), temporary=temporary
        )
    auth.logout(request)
    return HttpResponseRedirect(f"{reverse('sign-in')}?changed")


def _refuse_password(request: HttpRequest, fault: str, *, temporary: bool) -> HttpResponse:
    context = {"fault": fault, "temporary": temporary, "can": True}
    return render(request, "accounts/password.html", context, status=422)


def _inside(request: HttpRequest, target: str | None) -> str:
    """The address if it is one of ours, else the first page."""
    own = target and url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if target and own else "/"

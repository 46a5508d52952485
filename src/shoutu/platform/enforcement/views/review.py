"""审核: the queue, what differs first, and the decision; by another natural person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shoutu.errors import BadInput, Refused, ShoutuError, Text, Where
from shoutu.platform.accounts import queries as accounts
from shoutu.platform.discovery import maps
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery.views.batches import reader
from shoutu.platform.doors import Actor, Role
from shoutu.platform.enforcement import queries
from shoutu.platform.enforcement.inputs import ReviewPatch
from shoutu.platform.enforcement.rows import PatchPage, QueueRow
from shoutu.platform.enforcement.services import reviews
from shoutu.platform.http_errors import status_of
from shoutu.platform.territory import queries as territory
from shoutu.platform.web.once import once_of

QUEUE = 50
FIGURES = {
    "area": gettext_lazy("总面积"),
    "farmland": gettext_lazy("耕地"),
    "basic_farmland": gettext_lazy("永久基本农田"),
}
WAITS_FOR = {Role.REVIEWER: "reported", Role.CITY_REVIEWER: "banner-passed"}


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The first of the queue, or the empty page that says whose this is."""
    actor = reader(request)
    rows = queries.review_queue(actor, limit=1)
    if rows:
        return HttpResponseRedirect(reverse("review-patch", args=(rows[0].patch.id,)))
    return render(
        request, "enforcement/review.html", {"word": "review", "rows": (), "reviews": _reviews(actor)}
    )


def _reviews(actor: Actor) -> bool:
    return actor.role in WAITS_FOR


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, identifier: str) -> HttpResponse:
    """One report. A fault gives the form back with what was typed, over what stands now."""
    actor = reader(request)
    fault: ShoutuError | None = None
    if request.method == "POST":
        try:
            return _decide(request, actor, identifier)
        except (BadInput, Refused) as error:
            fault = error
    page = queries.patch_page(actor, identifier)
    rows = queries.review_queue(actor, limit=QUEUE)
    if page.compared is None or page.patch.state != WAITS_FOR.get(actor.role):
        if fault is not None:
            raise fault
        return HttpResponseRedirect(reverse("patch", args=(identifier,)))
    row = next((row for row in rows if row.patch.id == identifier), None)
    context = {
        "word": "review",
        "reviews": True,
        "rows": rows,
        "waiting": discovery.tabs(actor, discovery.Filter())[page.patch.state],
        "page": page,
        "patch": page.patch,
        "report": page.reports[0],
        "compared": page.compared,
        "figures": FIGURES,
        "names": territory.names(),
        "people": accounts.names({page.reports[0].officer, actor.person}),
        "reviewer": actor.person,
        "reasons": queries.reasons(),
        "scheme": queries.categories(page.patch.campaign_year),
        "ticks": ticks(page),
        "typed": request.POST,
        "ticked": request.POST.getlist("seen"),
        "fault": fault,
        "barred": _barred(row, page, actor),
        "plate": _plate(actor, page),
        "near": sum(1 for proof in page.reports[0].proofs if proof.kind == "near"),
        "far": sum(1 for proof in page.reports[0].proofs if proof.kind == "panorama"),
    }
    return render(
        request, "enforcement/review.html", context, status=200 if fault is None else status_of(fault)
    )


def _plate(actor: Actor, page: PatchPage) -> maps.Plate | None:
    shape = discovery.outline(actor, page.patch.id) if page.pictures else None
    return None if shape is None else maps.plate(actor, shape, page.pictures, ())


def _barred(row: QueueRow | None, page: PatchPage, actor: Actor) -> str:
    """Why this person may not decide, in words; empty when they may."""
    barred = row.barred if row is not None else not page.may & {"patch.review", "patch.city-review"}
    if not barred:
        return ""
    if any(report.officer == actor.person for report in page.reports):
        return gettext("你填报过这个图斑，须由另一人审核。")
    return gettext("你已审核过这次填报，须由另一人审核。")


def ticks(page: PatchPage) -> list[tuple[str, str]]:
    """What a person confirms to have looked at before passing: (value, words)."""
    compared = page.compared
    assert compared is not None
    found = [(d.field, gettext("已看差异“%s”") % FIGURES[d.field]) for d in compared.differing]
    found += [(f"hint-{i}", gettext("已看提示 %d") % i) for i, _ in enumerate(compared.hints, 1)]
    if compared.missing_proofs:
        found.append(("missing", gettext("已看缺少的材料")))
    if page.pictures:
        found.append(("pictures", gettext("已看前后影像")))
    return found


def _decide(request: HttpRequest, actor: Actor, identifier: str) -> HttpResponse:
    form = request.POST.copy()
    if form.get("outcome") == "pass":
        form["reason"] = ""  # the list of reasons stands beside both choices
        _check_ticks(actor, identifier, form.getlist("seen"))
    act = reviews.city_review if actor.role == Role.CITY_REVIEWER else reviews.review
    act(actor, ReviewPatch.parse_form(form, identifier), once=once_of(request))
    return HttpResponseRedirect(reverse("review"))


def _check_ticks(actor: Actor, identifier: str, seen: list[str]) -> None:
    page = queries.patch_page(actor, identifier)
    left = [] if page.compared is None else [words for value, words in ticks(page) if value not in seen]
    if left:
        raise BadInput(
            Text(f"还有 {len(left)} 项未确认。", f"{len(left)} things are not confirmed yet."),
            where=Where(field="seen"),
            found="、".join(left),
            remedy=Text("看过后勾选，再签字通过。", "Look at them, tick them, then sign."),
        )

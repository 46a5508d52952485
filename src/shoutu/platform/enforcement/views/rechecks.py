"""图层更新复核: patches whose figures a newer layer version would change, both figures side by side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from shoutu.errors import BadInput, NotFound, Text, Where
from shoutu.platform import doors
from shoutu.platform.accounts import queries as accounts
from shoutu.platform.discovery import crossing_again
from shoutu.platform.discovery import rechecks as queries
from shoutu.platform.discovery.inputs import DecideRecheck
from shoutu.platform.discovery.services import rechecks
from shoutu.platform.discovery.views.batches import reader
from shoutu.platform.enforcement.reading import latest_reports
from shoutu.platform.outbox import jobs
from shoutu.platform.territory import queries as territory
from shoutu.platform.web.once import once_of
from shoutu.platform.web.pages import page_of

STATES = ("open", "kept", "renewed", "superseded")
DECISIONS = {"keep": rechecks.keep, "renew": rechecks.renew}


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The questions in one state, the oldest first; for the city also the jobs that look for them."""
    actor = reader(request)
    state = request.GET.get("state", "")
    state = state if state in STATES else "open"
    counts = {one: queries.count(actor, one) for one in STATES}
    page = page_of(request, counts[state], lambda start, stop: queries.listed(actor, state, start, stop))
    context = {
        "word": "clearing",
        "state": state,
        "counts": counts,
        "page": page,
        "reports": latest_reports(row.patch.id for row in page.rows),
        "names": territory.names(),
        "people": accounts.names({row.decided_by for row in page.rows} - {""}),
        "stale": queries.stale_layers(actor),
        "jobs": [job for job in jobs.recent(actor, 20) if job.title.startswith(crossing_again.TITLE % "")],
        "deciders": {row.id: doors.may(actor, "facts.renew", row.patch.region) for row in page.rows},
    }
    return render(request, "enforcement/rechecks.html", context)


@require_POST
def decide(request: HttpRequest, identifier: str) -> HttpResponse:
    """Keep or renew, by the button that was pressed."""
    actor = reader(request)
    decision = DECISIONS.get(request.POST.get("decision", ""))
    if decision is None:
        raise BadInput(
            Text("没有选择处理意见。", "No decision was chosen."),
            where=Where(field="decision"),
            remedy=Text("选“维持原数”或“改用新数”。", "Press one of the two buttons."),
        )
    data = DecideRecheck(recheck=identifier, reason=request.POST.get("reason", "").strip())
    decision(actor, data, once=once_of(request))
    return HttpResponseRedirect(_list())


@require_POST
def look_again(request: HttpRequest) -> HttpResponse:
    """Start the job anew for a current layer: after it was stopped, or failed."""
    actor = reader(request)
    doors.require(actor, "facts.question", actor.region)
    wanted = request.POST.get("layer", "")
    layer = next((one for one in queries.stale_layers(actor) if one.id == wanted), None)
    if layer is None:
        raise NotFound(Text("没有这个图层版本。", "There is no such layer version."), found=wanted)
    crossing_again.start(actor, layer)
    return HttpResponseRedirect(_list())


@require_POST
def stop(request: HttpRequest, job: str) -> HttpResponse:
    jobs.request_stop(reader(request), job)
    return HttpResponseRedirect(_list())


def _list() -> str:
    return reverse("rechecks")

"""Pages of a month: the list of banners, one banner's month with its reasons, and its acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from shoutu import clocks
from shoutu.errors import NotFound, Text
from shoutu.platform import doors
from shoutu.platform.accounts import queries as accounts
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery.inputs import MONTH
from shoutu.platform.documents import KINDS
from shoutu.platform.doors import Actor
from shoutu.platform.forms import of_form
from shoutu.platform.restrictions import services as restrictions
from shoutu.platform.restrictions.inputs import Lift
from shoutu.platform.territory import queries as territory
from shoutu.platform.warnings import inputs, queries
from shoutu.platform.warnings.rows import MonthPage
from shoutu.platform.warnings.services import documents, measures
from shoutu.platform.warnings.services import month as month_acts
from shoutu.platform.web.once import once_of

VERBS: dict[str, tuple[type[msgspec.Struct], Callable[..., Any]]] = {
    "announce": (inputs.Announce, month_acts.announce),
    "object": (inputs.Object, month_acts.object_to),
    "answer": (inputs.AnswerObjection, month_acts.answer_objection),
    "issue": (inputs.IssueMonth, month_acts.issue),
    "correct": (inputs.Correct, month_acts.correct),
    "propose": (inputs.Propose, measures.propose),
    "decide": (inputs.Decide, measures.decide),
    "draft": (inputs.Draft, documents.draft_document),
    "lift": (Lift, restrictions.lift),
}
"""What the forms of the month page submit, by the last word of their address."""


def reader_of(request: HttpRequest, verb: str) -> Actor:
    """Who may read such a page at all; others read whose it is."""
    actor: Actor | None = getattr(request, "actor", None)
    doors.require(actor, verb, actor.region if actor else "")
    assert actor is not None
    return actor


def chosen_month(request: HttpRequest, months: tuple[str, ...]) -> str:
    """The month that the address asks for, else the first of `months` (the latest), else now."""
    asked = request.GET.get("month", "")
    if MONTH.fullmatch(asked):
        return asked
    return months[0] if months else f"{clocks.now():%Y-%m}"


@require_GET
def warnings(request: HttpRequest) -> HttpResponse:
    """Every banner's month: level, figures, how far it has come, and the measures."""
    actor = reader_of(request, "see.warnings")
    months = discovery.months(actor)
    month = chosen_month(request, months)
    context = {"word": "warnings", "month": month, "months": months, "rows": queries.board(actor, month)}
    return render(request, "warnings/list.html", context)


@require_GET
def month(request: HttpRequest, month: str, region: str) -> HttpResponse:
    actor = reader_of(request, "see.warnings")
    page = queries.month_page(actor, region, month)
    context = {
        "word": "warnings",
        "page": page,
        "names": accounts.names(_people(page)),
        "papers": queries.papers(actor, month=month, region=region),
        "today": clocks.now().date(),
    }
    return render(request, "warnings/month.html", context)


def _people(page: MonthPage) -> set[str]:
    found = {page.announced_by, page.signed_by}
    found |= {person for o in page.objections for person in (o.raised_by, o.answered_by)}
    found |= {correction.signed_by for correction in page.corrections}
    return found - {""}


@require_GET
def trace(request: HttpRequest, month: str, region: str) -> HttpResponse:
    """The calculation itself: contract 1's answer, as a file to keep or to compute again."""
    calculation = queries.calculation(reader_of(request, "see.warnings"), region, month)
    response = JsonResponse(dict(calculation.answer), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="trace-{region}-{month}.json"'
    return response


@require_POST
def act_on_month(request: HttpRequest, month: str, region: str, verb: str) -> HttpResponse:
    """One of VERBS; back to the month afterwards."""
    if verb not in VERBS:
        raise NotFound(Text("没有这个办理事项。", "There is no such act."), found=verb)
    kind, perform = VERBS[verb]
    perform(reader_of(request, "see.warnings"), of_form(kind, request.POST), once=once_of(request))
    return HttpResponseRedirect(reverse("month", args=(month, region)))


MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_GET
def papers(request: HttpRequest) -> HttpResponse:
    """The official papers, the latest first; the month's bulletin is drafted here."""
    actor = reader_of(request, "see.documents")
    months = discovery.months(actor)
    month = request.GET.get("month", "")
    rows = queries.papers(actor, month=month if MONTH.fullmatch(month) else "")
    context = {
        "word": "documents",
        "months": months,
        "month": month,
        "rows": rows,
        "names": accounts.names({row.drafted_by for row in rows}),
        "latest": months[0] if months else "",
        "city": _city_for_drafts(actor),
    }
    return render(request, "warnings/papers.html", context)


def _city_for_drafts(actor: Actor | None) -> str:
    """The city's code where the reader may draft its bulletin, else nothing."""
    city = territory.city().code
    return city if doors.may(actor, "document.draft", city) else ""


@require_GET
def paper(request: HttpRequest, identifier: str) -> HttpResponse:
    actor = reader_of(request, "see.documents")
    row = queries.paper(actor, identifier)
    context = {
        "word": "documents",
        "paper": row,
        "label": KINDS[row.kind].label,
        "annex": KINDS[row.kind].render_xlsx is not None,
        "names": accounts.names({row.drafted_by}),
        "may_number": row.state == "draft" and doors.may(actor, "document.number", row.region),
        "today": clocks.now().date(),
        "is_bulletin": row.kind == "bulletin",
        "conclusions": () if row.kind == "bulletin" else queries.conclusions(actor, row.region, row.month),
    }
    return render(request, "warnings/paper.html", context)


@require_GET
def paper_file(request: HttpRequest, identifier: str, form: str) -> HttpResponse:
    actor = reader_of(request, "see.documents")
    body = queries.rendered(actor, identifier, form)
    title = queries.paper(actor, identifier).title
    response = HttpResponse(body, content_type=MEDIA_TYPES[form])
    named = content_disposition_header(form != "pdf", f"{title}.{form}")
    response["Content-Disposition"] = named or "inline"
    return response


@require_GET
def paper_picture(request: HttpRequest, identifier: str, page: int) -> HttpResponse:
    return HttpResponse(
        queries.picture(reader_of(request, "see.documents"), identifier, page), content_type="image/png"
    )


@require_POST
def number(request: HttpRequest, identifier: str) -> HttpResponse:
    documents.number_document(
        reader_of(request, "see.documents"), of_form(inputs.Number, request.POST), once=once_of(request)
    )
    return HttpResponseRedirect(reverse("document", args=(identifier,)))


@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Draft a paper that belongs to no single banner's page: the month's bulletin."""
    done = documents.draft_document(
        reader_of(request, "see.documents"), of_form(inputs.Draft, request.POST), once=once_of(request)
    )
    return HttpResponseRedirect(reverse("document", args=(done.receipt.subject.partition(":")[2],)))

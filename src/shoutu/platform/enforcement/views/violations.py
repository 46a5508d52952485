"""宗: what is proposed to be one, what was confirmed, and what was linked to it later."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from shoutu.platform import doors
from shoutu.platform.accounts import queries as accounts
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery.views.batches import reader
from shoutu.platform.enforcement import queries
from shoutu.platform.enforcement.inputs import Group, Link
from shoutu.platform.enforcement.rows import MemberRow, Proposal
from shoutu.platform.enforcement.services import violations as acts
from shoutu.platform.enforcement.views.clearing import chosen_month
from shoutu.platform.territory import queries as territory
from shoutu.platform.web.once import once_of
from shoutu.units import mu_to_m2, to_text


@require_safe
def violations(request: HttpRequest) -> HttpResponse:
    actor = reader(request)
    months = discovery.months(actor)
    month = chosen_month(request, months)
    region = request.GET.get("region", "")[:12]
    proposals = [p for p in queries.proposals(actor, month) if not region or p.region == region]
    context = {
        "word": "clearing",
        "month": month,
        "months": months if month in months else (month, *months),
        "region": region,
        "banners": territory.banners() if doors.is_city(actor.region) else (),
        "proposals": [(p, total_of(p), doors.may(actor, "violation.group", p.region)) for p in proposals],
        "rows": [
            (row, figures(row.members)) for row in queries.violations(actor, month=month, region=region)
        ],
        "names": territory.names(),
    }
    return render(request, "enforcement/violations.html", context)


def total_of(proposal: Proposal) -> str:
    """m² as measured, for the proposal only: what counts is what was reported."""
    return to_text(sum((Fraction(row.area_m2 or 0) for row in proposal.patches), Fraction(0)), 2)


def figures(members: Iterable[MemberRow]) -> dict[str, str]:
    """m² of what counts: first and enlargement, as reported; a re-issue adds nothing."""
    sums = dict.fromkeys(("area", "farmland", "basic_farmland"), Fraction(0))
    for member in members:
        if member.tie == "reissue" or member.report is None:
            continue
        for name in sums:
            filed = Fraction(getattr(member.report, name))
            sums[name] += mu_to_m2(filed) if member.report.unit == "mu" else filed
    return {name: to_text(value, 2) for name, value in sums.items()}


@require_safe
def violation(request: HttpRequest, identifier: str) -> HttpResponse:
    row = queries.violation(reader(request), identifier)
    context = {
        "word": "clearing",
        "row": row,
        "figures": figures(row.members),
        "names": territory.names(),
        "people": accounts.names({row.confirmed_by}),
    }
    return render(request, "enforcement/violation.html", context)


@require_POST
def group(request: HttpRequest) -> HttpResponse:
    done = acts.group(reader(request), Group.parse_form(request.POST), once=once_of(request))
    return HttpResponseRedirect(reverse("violation", args=(done.receipt.subject.partition(":")[2],)))


@require_POST
def link(request: HttpRequest, identifier: str) -> HttpResponse:
    acts.link(reader(request), Link.parse_form(request.POST, identifier), once=once_of(request))
    return HttpResponseRedirect(reverse("violation", args=(identifier,)))

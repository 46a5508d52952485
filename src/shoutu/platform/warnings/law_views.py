"""Pages of the law itself: one conclusion explained, a month under other readings, the order's text."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from shoutu.platform.discovery import queries as discovery
from shoutu.platform.warnings import comparing, queries
from shoutu.platform.warnings.order import order_page
from shoutu.platform.warnings.views import chosen_month, reader_of


@require_GET
def explanation(request: HttpRequest, month: str, region: str, entry: str) -> HttpResponse:
    """One conclusion of a banner's month, at an address of its own."""
    actor = reader_of(request, "see.warnings")
    one = queries.explained_one(actor, region, month, entry, "en" if get_language() == "en" else "zh")
    return render(request, "warnings/explanation.html", {"word": "warnings", "one": one})


@require_GET
def readings(request: HttpRequest) -> HttpResponse:
    """A month under each other reading: for one banner in full, for all of them what changes where."""
    actor = reader_of(request, "see.warnings")
    months = discovery.months(actor)
    month = chosen_month(request, months)
    region = comparing.banner_of(actor, request.GET.get("region", ""))
    banners = comparing.seen_banners(actor)
    context = {
        "word": "warnings",
        "month": month,
        "months": months if month in months else (month, *months),
        "region": region,
        "name": next((banner.name for banner in banners if banner.code == region), ""),
        "banners": banners,
        "rows": comparing.for_banner(actor, region, month) if region else (),
        "city": () if region else comparing.for_city(actor, month),
        "issued": bool(region) and queries.is_issued(region, month),
    }
    return render(request, "warnings/readings.html", context)


@require_GET
def order(request: HttpRequest) -> HttpResponse:
    """The order's text with what each sentence rests on and came to, up to the latest month."""
    actor = reader_of(request, "see.warnings")
    month = chosen_month(request, discovery.months(actor))
    return render(request, "warnings/order.html", {"word": "warnings", "page": order_page(actor, month)})

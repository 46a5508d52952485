"""Who already had a hand in a report: two persons means two natural persons (clause 5.7)."""

from __future__ import annotations

from shoutu.platform.enforcement.models import Report, Review


def earlier_hands(report: Report, level: str) -> frozenset[str]:
    """The people who may not review this report at this level.

    Every officer who ever reported the patch, so that nobody checks what he wrote; at the city's level
    also whoever looked at this report in the banner.
    """
    officers = Report.objects.filter(patch_id=report.patch_id).values_list("officer", flat=True)
    hands = set(officers)
    if level == "city":
        below = Review.objects.filter(report=report, level="banner")
        hands |= set(below.values_list("reviewer", flat=True))
    return frozenset(hands)

"""Lists of patches: their orders, and narrowing by what lies under them."""

from __future__ import annotations

from django.db.models import DecimalField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, NullIf

from shoutu.platform.discovery.landclass import FARMLAND
from shoutu.platform.discovery.models import Fact, Patch, PatchQuerySet

SORTS: dict[str, str] = {
    "number": "number",
    "project": "project",
    "township": "township",
    "area": "square",
    "state": "state",
    "due": "due_on",
}
"""What a list may be ordered by; ties go by number."""


def ordered(found: PatchQuerySet, sort: str) -> QuerySet[Patch]:
    name = SORTS[sort.lstrip("-")]
    first = F(name).desc(nulls_last=True) if sort.startswith("-") else F(name).asc(nulls_last=True)
    return _measured(found).order_by(first, "number", "id")


def on_ground(found: PatchQuerySet, least_m2: str, kind: str) -> PatchQuerySet:
    """Those of at least this area, and those on ground of this kind."""
    if least_m2:
        found = _measured(found).filter(square__gte=least_m2)
    if kind:
        under = Q(crossing__layer__kind=kind)
        if kind == "farmland":
            under = Q(crossing__layer__kind="land-use", klass__regex=FARMLAND)
        touched = Fact.objects.filter(under).exclude(area_m2="0.00")
        found = found.filter(id__in=touched.values("patch_id"))
    return found


def _measured(found: PatchQuerySet) -> PatchQuerySet:
    """With `square`, the area as a number: the records hold it as text."""
    number = DecimalField(max_digits=30, decimal_places=2)
    return found.annotate(square=Cast(NullIf("area_m2", Value("")), number))

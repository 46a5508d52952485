"""Lists of patches: their orders, and narrowing by what lies under them."""

from __future__ import annotations

from django.db.models import Case, DecimalField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, NullIf

from shoutu.platform.discovery.models import Crossing, Fact, Patch, PatchQuerySet
from shoutu.platform.discovery.states import OPEN_STATES
from shoutu.platform.territory.landclass import FARMLAND

SORTS: dict[str, str] = {
    "number": "number",
    "project": "project",
    "township": "township",
    "area": "square",
    "state": "state",
    "due": "due_on",
}
"""What a list may be ordered by; ties go by number."""

SQUARE = Cast(NullIf("area_m2", Value("")), DecimalField(max_digits=30, decimal_places=2))
"""The area as a number: the records hold it as text."""


def ordered(found: PatchQuerySet, sort: str) -> QuerySet[Patch]:
    """By a name of SORTS; in the order of deadlines, what owes nothing comes last."""
    name = SORTS[sort.lstrip("-")]
    first = F(name).desc(nulls_last=True) if sort.startswith("-") else F(name).asc(nulls_last=True)
    owing = Case(When(state__in=OPEN_STATES, then=0), default=1, output_field=IntegerField())
    before = [owing.asc()] if name == "due_on" else []
    return found.annotate(square=SQUARE).order_by(*before, first, "number", "id")


def on_ground(found: PatchQuerySet, least_m2: str, kind: str) -> PatchQuerySet:
    """Those of at least this area, and those on ground of this kind."""
    if least_m2:
        found = found.annotate(square=SQUARE).filter(square__gte=least_m2)
    if kind:
        under = Q(crossing__layer__kind=kind)
        if kind == "farmland":
            under = Q(crossing__layer__kind="land-use", klass__regex=FARMLAND)
        renewed = Crossing.objects.filter(
            patch=OuterRef("patch"),
            layer__name=OuterRef("crossing__layer__name"),
            recorded_at__gt=OuterRef("crossing__recorded_at"),
        )
        touched = Fact.objects.filter(under).exclude(area_m2="0.00").exclude(Exists(renewed))
        found = found.filter(id__in=touched.values("patch_id"))
    return found

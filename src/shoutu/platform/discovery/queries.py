"""What pages and other apps read of batches and patches, narrowed to the reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Q, QuerySet

from shoutu import clocks
from shoutu.errors import NotFound, Text
from shoutu.platform.discovery import listing
from shoutu.platform.discovery.models import (
    Batch,
    Crossing,
    Fact,
    Patch,
    PatchQuerySet,
    Picture,
)
from shoutu.platform.discovery.rows import (
    BatchRow,
    Box,
    ClassArea,
    Figures,
    LayerFacts,
    LayerPin,
    Page,
    PatchRow,
    PictureRow,
)
from shoutu.platform.discovery.states import COUNTED_STATES, LABELS, OPEN_STATES, State
from shoutu.platform.doors import Actor
from shoutu.platform.territory.kinds import KINDS
from shoutu.platform.territory.landclass import is_farmland
from shoutu.units import m2_to_mu, to_text

RULE_KINDS = tuple(KINDS)
"""Kinds of layers that the rules ask for; each stands on a patch's page, received or not."""


TABS = ("all", *(str(state) for state in COUNTED_STATES), "overdue")
"""The counts of a month: the states sum to `all`, and `overdue` stands across them."""


@dataclass(frozen=True)
class Filter:
    """What a list of patches is narrowed to; empty fields narrow nothing.

    view    `judged`: whole patches and parts (核实后); `issued`: the list as issued (原始下发)
    state   one of `State`, or `overdue`
    text    part of a number, project or place
    least_m2  decimal text; patches without geometry are left out by it
    kind    what lies under them: a kind of layer, or `farmland`
    """

    month: str = ""
    batch: str = ""
    region: str = ""
    state: str = ""
    text: str = ""
    view: str = "judged"
    township: str = ""
    least_m2: str = ""
    kind: str = ""


def batches(actor: Actor | None, *, month: str = "") -> tuple[BatchRow, ...]:
    """The batches that the reader sees, latest first."""
    found = Batch.objects.all().seen_by(actor)
    if month:
        found = found.filter(month=month)
    counts = _batch_counts(actor, found)
    return tuple(_batch_row(batch, counts.get(batch.id, {})) for batch in found.order_by("-issued_on", "id"))


def batch(actor: Actor | None, identifier: str) -> BatchRow:
    found = Batch.objects.all().seen_by(actor).filter(id=identifier)
    row = found.first()
    if row is None:
        raise NotFound(Text("没有这个批次。", "There is no such batch."), found=identifier)
    return _batch_row(row, _batch_counts(actor, found).get(row.id, {}))


def months(actor: Actor | None) -> tuple[str, ...]:
    """The months that have patches, latest first."""
    found = Batch.objects.all().seen_by(actor).values_list("month", flat=True).distinct()
    return tuple(found.order_by("-month"))


def batch_by_digest(sha256: str) -> str | None:
    """The id of the batch that this very file became."""
    return Batch.objects.filter(source_sha256=sha256).values_list("id", flat=True).first()


def _batch_counts(actor: Actor | None, found: QuerySet[Batch]) -> dict[str, dict[str, int]]:
    today = clocks.now().date()
    rows = (
        Patch.objects.all()
        .seen_by(actor)
        .filter(batch__in=found)
        .values("batch_id")
        .annotate(
            seen=Count("id", filter=Q(parent__isnull=True)),
            done=Count("id", filter=Q(state=State.CITY_PASSED)),
            owed=Count("id", filter=Q(state__in=OPEN_STATES)),
            overdue=Count("id", filter=Q(state__in=OPEN_STATES, due_on__lt=today)),
        )
    )
    return {
        row["batch_id"]: {name: int(row[name]) for name in ("seen", "done", "owed", "overdue")}
        for row in rows
    }


def _batch_row(row: Batch, counts: Mapping[str, int]) -> BatchRow:
    return BatchRow(
        id=row.id,
        number=row.number,
        title=row.title,
        month=row.month,
        campaign_year=row.campaign_year,
        issued_on=row.issued_on,
        report_due=row.report_due,
        city_review_due=row.city_review_due,
        count=row.count,
        seen=counts.get("seen", 0),
        done=counts.get("done", 0),
        owed=counts.get("owed", 0),
        overdue=counts.get("overdue", 0),
        secrecy=row.secrecy,
        synthetic=row.synthetic,
        source_name=row.source_name,
        source_sha256=row.source_sha256,
        digest=row.digest,
        excluded=tuple(row.excluded),
        published_by=row.published_by,
        published_at=row.published_at,
        version=row.version,
    )


def narrowed(actor: Actor | None, wanted: Filter) -> PatchQuerySet:
    """The patches that the reader sees under a filter."""
    found = Patch.objects.all().seen_by(actor)
    found = found.as_issued() if wanted.view == "issued" else found.as_judged()
    found = found.exclude(state=State.WITHDRAWN)
    if wanted.month:
        found = found.filter(batch__month=wanted.month)
    if wanted.batch:
        found = found.filter(batch_id=wanted.batch)
    if wanted.region:
        found = found.filter(Q(region=wanted.region) | Q(township=wanted.region))
    if wanted.township:
        found = found.filter(township=wanted.township)
    if wanted.least_m2 or wanted.kind:
        found = listing.on_ground(found, wanted.least_m2, wanted.kind)
    if wanted.text:
        text = wanted.text
        found = found.filter(
            Q(number__icontains=text) | Q(project__icontains=text) | Q(place__icontains=text)
        )
    if wanted.state == "overdue":
        found = found.overdue(clocks.now().date())
    elif wanted.state:
        found = found.filter(state=wanted.state)
    return found


def patches(actor: Actor | None, wanted: Filter, *, after: str = "", limit: int = 50) -> Page:
    """One page, ordered by number; `after` is the cursor that the page before gave."""
    found = narrowed(actor, wanted).select_related("batch").order_by("number", "id")
    if after:
        number, _, identifier = after.rpartition("~")
        found = found.filter(Q(number__gt=number) | Q(number=number, id__gt=identifier))
    rows = [patch_row(row) for row in found[: limit + 1]]
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(tuple(rows[:limit]), f"{last.number}~{last.id}" if last else "")


def tabs(actor: Actor | None, wanted: Filter) -> dict[str, int]:
    """How many stand in each state; the states sum to `all`, and `overdue` stands across them."""
    found = narrowed(actor, Filter(**{**wanted.__dict__, "state": "", "view": "judged"}))
    counted = dict(found.values_list("state").annotate(Count("id")))
    states = {str(state): counted.get(state, 0) for state in COUNTED_STATES}
    return {
        "all": sum(states.values()),
        **states,
        "overdue": found.overdue(clocks.now().date()).count(),
    }


def state_counts(actor: Actor | None, month: str) -> Iterable[tuple[str, str, bool, int]]:
    """(banner, state, whether overdue, how many) for each that occurs in the month."""
    late = Q(state__in=OPEN_STATES, due_on__lt=clocks.now().date())
    for overdue, which in ((True, late), (False, ~late)):
        found = narrowed(actor, Filter(month=month)).filter(which)
        for region, state, count in found.values_list("region", "state").annotate(Count("id")):
            yield region, state, overdue, count


def listed(actor: Actor | None, wanted: Filter, start: int, stop: int, sort: str) -> tuple[PatchRow, ...]:
    """The rows of a half-open range, in an order of `listing.SORTS`, a minus before it to turn it round."""
    rows = listing.ordered(narrowed(actor, wanted), sort).select_related("batch")
    return tuple(patch_row(row) for row in rows[start:stop])


def count(actor: Actor | None, wanted: Filter) -> int:
    return narrowed(actor, wanted).count()


def townships(actor: Actor | None, wanted: Filter) -> tuple[str, ...]:
    """Codes of the townships in which there are such patches."""
    found = narrowed(actor, wanted).exclude(township="").order_by("township")
    return tuple(found.values_list("township", flat=True).distinct())


def due_first(actor: Actor, state: str, *, after: str = "", limit: int) -> tuple[PatchRow, ...]:
    """Patches in one state by the day on which the next step is owed; `after` is the last one's id."""
    rows = narrowed(actor, Filter(state=state)).select_related("batch").order_by("due_on", "number", "id")
    last = Patch.objects.filter(id=after).first() if after else None
    if last is not None:
        rows = rows.filter(
            Q(due_on__gt=last.due_on)
            | Q(due_on=last.due_on, number__gt=last.number)
            | Q(due_on=last.due_on, number=last.number, id__gt=last.id)
        )
    return tuple(patch_row(row) for row in rows[:limit])


def all_in_month(actor: Actor | None, month: str) -> tuple[PatchRow, ...]:
    """Every whole patch and part of a month that the reader sees, by number."""
    rows = narrowed(actor, Filter(month=month)).select_related("batch").order_by("number", "id")
    return tuple(patch_row(row) for row in rows)


def patch(actor: Actor | None, identifier: str) -> PatchRow:
    return patch_row(found(actor, identifier))


def found(actor: Actor | None, identifier: str) -> Patch:
    """The patch itself, for this app's services; absent and not yours read the same."""
    row = Patch.objects.all().seen_by(actor).select_related("batch").filter(id=identifier).first()
    if row is None:
        raise NotFound(Text("没有这个图斑。", "There is no such patch."), found=identifier)
    return row


def region_of(identifier: str) -> str:
    """The banner of a patch, for the door of an act on it."""
    region = Patch.objects.filter(id=identifier).values_list("region", flat=True).first()
    if region is None:
        raise NotFound(Text("没有这个图斑。", "There is no such patch."), found=identifier)
    return region


def rows_of(identifiers: Iterable[str]) -> dict[str, PatchRow]:
    """Rows by id in the order asked, for services that were let in by their door; absent ones left out."""
    wanted = list(identifiers)
    found = {row.id: patch_row(row) for row in Patch.objects.filter(id__in=wanted).select_related("batch")}
    return {identifier: found[identifier] for identifier in wanted if identifier in found}


def in_months(banner: str, *, until: str) -> tuple[PatchRow, ...]:
    """Every whole patch and part of one banner issued up to and including a month."""
    rows = Patch.objects.filter(region=banner, batch__month__lte=until).select_related("batch")
    return tuple(patch_row(row) for row in rows.as_judged().order_by("batch__month", "number"))


def parts_of(identifier: str) -> tuple[PatchRow, ...]:
    rows = Patch.objects.filter(parent_id=identifier).exclude(state=State.WITHDRAWN)
    found = [patch_row(row) for row in rows.select_related("batch")]
    return tuple(sorted(found, key=lambda part: LABELS.find(part.label)))


def place_in_batch(actor: Actor | None, identifier: str) -> tuple[int, int, str, str]:
    """(which, of how many, id before, id after) in the batch as issued; a part is where its whole is."""
    row = found(actor, identifier)
    number = row.number if row.parent is None else row.parent.number
    rows = narrowed(actor, Filter(batch=row.batch_id, view="issued"))
    before, after = rows.filter(number__lt=number), rows.filter(number__gt=number)
    last = before.order_by("-number").values_list("id", flat=True).first()
    following = after.order_by("number").values_list("id", flat=True).first()
    return before.count() + 1, rows.count(), last or "", following or ""


def outline(actor: Actor | None, identifier: str) -> bytes | None:
    """WKB in CGCS2000 longitude and latitude; None where no geometry was delivered."""
    geometry = found(actor, identifier).geometry
    return None if geometry is None else bytes(geometry)


def outlines(actor: Actor | None, wanted: Filter) -> Iterable[tuple[PatchRow, bytes]]:
    """Rows with their WKB, for a map; those without geometry are left out."""
    rows = narrowed(actor, wanted).filter(geometry__isnull=False).select_related("batch")
    for row in rows.order_by("hilbert").iterator():
        yield patch_row(row), bytes(row.geometry or b"")


def attributes(actor: Actor | None, identifier: str) -> dict[str, str]:
    """What the delivered file said of the patch, column by column."""
    return dict(found(actor, identifier).attributes)


def pictures(actor: Actor | None, identifier: str) -> tuple[PictureRow, ...]:
    """Before and after; a part shows those of its whole."""
    row = found(actor, identifier)
    rows = Picture.objects.filter(patch_id__in=[row.id, row.parent_id]).order_by("-moment")
    return tuple(
        PictureRow(p.moment, p.path, p.sha256, Box(p.west, p.south, p.east, p.north), p.taken_on, p.sensor)
        for p in rows
    )


def patch_row(row: Patch) -> PatchRow:
    late = (clocks.now().date() - row.due_on).days if row.state in OPEN_STATES else 0
    box = None
    if row.west is not None and row.south is not None and row.east is not None and row.north is not None:
        box = Box(row.west, row.south, row.east, row.north)
    return PatchRow(
        id=row.id,
        number=row.number,
        batch=row.batch_id,
        batch_number=row.batch.number,
        month=row.batch.month,
        campaign_year=row.batch.campaign_year,
        state=str(row.state),
        version=row.version,
        due_on=row.due_on,
        report_due=row.batch.report_due,
        city_review_due=row.batch.city_review_due,
        overdue=late > 0,
        days_late=max(late, 0),
        region=row.region,
        township=row.township,
        place=row.place,
        project=row.project,
        area_m2=row.area_m2,
        area_mu=mu_text(row.area_m2),
        box=box,
        parent=row.parent_id,
        label=row.label,
        synthetic=row.batch.synthetic,
    )


def mu_text(m2: str) -> str:
    """亩 with two decimals from decimal text in m²; empty stays empty."""
    return to_text(m2_to_mu(Fraction(m2)), 2) if m2 else ""


def layer_facts(identifier: str) -> tuple[LayerFacts, ...]:
    """What lies under a patch or part, by kind of layer; every kind of the rules is listed."""
    return facts_of([identifier])[identifier]


def facts_of(identifiers: Iterable[str]) -> dict[str, tuple[LayerFacts, ...]]:
    """The same for many, in three reads."""
    rows = list(Patch.objects.filter(id__in=list(identifiers)))
    latest = latest_crossings(rows)
    areas: dict[tuple[str, str], list[ClassArea]] = {}
    wanted = {crossing.id for under in latest.values() for crossing in under.values()}
    for fact in Fact.objects.filter(patch__in=rows, crossing_id__in=wanted).order_by("klass"):
        found = areas.setdefault((fact.patch_id, fact.crossing_id), [])
        found.append(ClassArea(fact.klass, fact.area_m2, fact.area_mu))
    return {
        row.id: _by_kind(
            [
                _received(crossing, areas.get((row.id, crossing.id), []))
                for crossing in latest[row.id].values()
            ]
        )
        for row in rows
    }


def _by_kind(received: list[LayerFacts]) -> tuple[LayerFacts, ...]:
    kinds = {layer.kind for layer in received}
    missing = [LayerFacts(kind, received=False) for kind in RULE_KINDS if kind not in kinds]
    order = {kind: index for index, kind in enumerate(RULE_KINDS)}
    return tuple(sorted([*received, *missing], key=lambda f: (order.get(f.kind, 99), f.title)))


def latest_crossings(rows: list[Patch]) -> dict[str, dict[str, Crossing]]:
    """By patch and layer name, the last crossing that looked at this patch or part."""
    wholes = {row.parent_id for row in rows if row.parent_id}
    batches = {row.batch_id for row in rows if not row.parent_id}
    together = Q(whole_id__in=wholes) | Q(batch_id__in=batches, whole__isnull=True)
    looked = (together & Q(patch__isnull=True)) | Q(patch__in=rows)
    under: dict[str, dict[str, Crossing]] = {}
    for crossing in Crossing.objects.filter(looked).select_related("layer").order_by("recorded_at", "id"):
        key = crossing.patch_id or crossing.whole_id or crossing.batch_id
        under.setdefault(key, {})[crossing.layer.name] = crossing
    return {row.id: {**under.get(row.parent_id or row.batch_id, {}), **under.get(row.id, {})} for row in rows}


def _received(crossing: Crossing, classes: list[ClassArea]) -> LayerFacts:
    total = sum((Fraction(row.area_m2) for row in classes), Fraction(0))
    return LayerFacts(
        kind=crossing.layer.kind,
        received=True,
        layer=crossing.layer_id,
        name=crossing.layer.name,
        title=crossing.layer.title,
        version=crossing.layer.version,
        checksum=crossing.layer.checksum,
        as_of=crossing.layer.as_of,
        kernel=crossing.kernel,
        recorded_at=crossing.recorded_at,
        classes=tuple(classes),
        total_m2=to_text(total, 2),
        total_mu=to_text(m2_to_mu(total), 2),
    )


def figures(identifier: str) -> Figures:
    """The three figures of a report as the layers give them.

    Farmland and basic farmland come from two layers, which rarely agree to the square metre; a report
    whose farmland is below its basic farmland is the officer's to mend.
    """
    return figures_of([identifier])[identifier]


def figures_of(identifiers: Iterable[str]) -> dict[str, Figures]:
    rows = list(Patch.objects.filter(id__in=list(identifiers)))
    facts = facts_of(row.id for row in rows)
    return {row.id: _figures(row, facts[row.id]) for row in rows}


def _figures(row: Patch, facts: tuple[LayerFacts, ...]) -> Figures:
    layers = {layer.kind: layer for layer in facts if layer.received and row.area_m2}
    land, basic = layers.get("land-use"), layers.get("basic-farmland")
    farmland = None
    if land is not None:
        classes = [Fraction(c.area_m2) for c in land.classes if is_farmland(c.klass)]
        farmland = to_text(sum(classes, Fraction(0)), 2)
    return Figures(
        area=row.area_m2 or None,
        farmland=farmland,
        basic_farmland=None if basic is None else basic.total_m2,
        kernel=next((layer.kernel for layer in layers.values()), ""),
        layers=tuple(
            LayerPin(layer.kind, layer.name, layer.checksum, layer.as_of or date.min)
            for layer in layers.values()
        ),
    )

"""What the API answers. Areas are decimal text; times carry +08:00; ids are opaque text."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema
from pydantic import ConfigDict


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class ProblemError(Strict):
    pointer: str
    detail: str


class Problem(Strict):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[ProblemError]


class Receipt(Strict):
    """The answer to every act: where its entry lies in the ledger, and what it is about."""

    leaf_index: int
    leaf_hash: str
    subject: str


class Region(Strict):
    code: str
    name: str
    level: str
    illustrative: bool


class Layer(Strict):
    id: str
    name: str
    kind: str
    title: str
    version: str
    checksum: str
    as_of: date
    secrecy: str
    features: int
    synthetic: bool
    current: bool
    only_for_finding: bool


class Batch(Strict):
    id: str
    number: str
    title: str
    month: str
    campaign_year: int
    issued_on: date
    report_due: date
    city_review_due: date
    count: int
    seen: int
    done: int
    owed: int
    overdue: int
    synthetic: bool


class Patch(Strict):
    id: str
    number: str
    batch: str
    month: str
    state: str
    due_on: date
    overdue: bool
    region: str
    township: str
    place: str
    project: str
    area_m2: str
    parent: str | None
    label: str
    version: int
    synthetic: bool


class Patches(Strict):
    """`next` is the cursor of the next page, null on the last."""

    items: list[Patch]
    next: str | None


class ClassArea(Strict):
    klass: str
    area_m2: str
    area_mu: str


class LayerFacts(Strict):
    kind: str
    received: bool
    layer: str
    checksum: str
    total_m2: str
    classes: list[ClassArea]


class PatchDetail(Strict):
    patch: Patch
    parts: list[Patch]
    facts: list[LayerFacts]


class Banner(Strict):
    """One banner's month. Areas are null while it is undetermined."""

    region: str
    name: str
    status: str
    level: str
    month_level: str
    project_level: str | None
    parcels: int
    area_m2: str | None
    farmland_m2: str | None
    not_through: int
    object_until: date | None


class Warning(Strict):
    clause: str
    scope: str
    trigger: str
    title: str
    level: str
    because: list[str]
    sentence: str
    quotation: str
    citation: str


class Measure(Strict):
    id: str
    kind: str
    title: str
    state: str
    document: str
    decided_on: date | None


class Month(Strict):
    banner: Banner
    warnings: list[Warning]
    measures: list[Measure]
    announcement: str | None
    facts_digest: str
    issue: str | None
    issued_at: datetime | None


class Restriction(Strict):
    id: str
    kind: str
    region: str
    scope: list[str]
    document: str
    starts: date
    lifted_on: date | None
    lift_document: str


class Root(Strict):
    size: int
    root: str


class Inclusion(Strict):
    leaf_index: int
    tree_size: int
    leaf_hash: str
    path: list[str]
    root: str

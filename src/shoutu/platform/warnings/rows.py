"""What pages, the API and commands read of a month: frozen rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from shoutu.errors import Text
from shoutu.platform.enforcement.rows import Undecided
from shoutu.policy import Scale

OPEN, ANNOUNCED, ISSUED = "open", "announced", "issued"


@dataclass(frozen=True)
class ParcelRow:
    """One 宗 as it counts in the month. `new` False: an enlargement, area without a parcel."""

    id: str
    number: str
    project: str
    township: str
    area_mu: str
    area_m2: str
    farmland_mu: str
    basic_mu: str
    exact_m2: Mapping[str, Fraction]
    """`area`, `farmland`, `basic_farmland`."""
    new: bool


@dataclass(frozen=True)
class WarningRow:
    """One conclusion with all that explains it. `scope` month: the banner; project: a single project."""

    entry: str
    """What an address calls it, such as warnings-0."""
    clause: str
    scope: str
    trigger: str
    title: str
    level: str
    because: tuple[str, ...]
    sentence: str
    understanding: str
    """Which readings were used, in words; the rest of what the trace says."""
    comparisons: tuple[Mapping[str, Any], ...]
    readings: Mapping[str, str]
    quotation: str
    citation: str
    scales: tuple[Scale, ...]
    parcels: tuple[ParcelRow, ...]
    near: bool


@dataclass(frozen=True)
class MeasureRow:
    """A measure. `state`: due, proposed, decided, declined, lifted; `id` is empty before issue."""

    id: str
    entry: str
    kind: str
    title: Text
    touches: Text
    state: str
    grounds: tuple[str, ...]
    document: str
    decided_on: date | None
    reason: str
    restriction: str | None


@dataclass(frozen=True)
class ObjectionRow:
    id: str
    text: str
    raised_by: str
    raised_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True)
class CorrectionRow:
    id: str
    reason: str
    signed_by: str
    corrected_at: datetime
    differences: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """How the month stands against what was issued: sentences, and the digest to sign."""

    digest: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class BoardRow:
    """One banner's month on the board and in the bulletin."""

    region: str
    name: str
    status: str
    level: str
    """red, orange, yellow, none, or undetermined."""
    month_level: str
    project_level: str
    """Empty where no project is warned of."""
    month_entry: str
    project_entry: str
    """What addresses call the conclusions behind the two levels; empty where there is none."""
    parcels: int
    area_m2: str | None
    farmland_m2: str | None
    """Decimal text; None where the month is undetermined."""
    nearest: Scale | None
    """The figure of the banner that is relatively nearest to its next band."""
    tabs: Mapping[str, int]
    undecided: Undecided
    object_until: date | None
    open_objections: int
    measures: tuple[MeasureRow, ...]


@dataclass(frozen=True)
class MonthPage:
    """Everything that the page of one banner's month shows."""

    region: str
    name: str
    month: str
    row: BoardRow
    warnings: tuple[WarningRow, ...]
    quiet: tuple[Scale, ...]
    """The banner's rulers where it reached no band."""
    measures: tuple[MeasureRow, ...]
    undetermined: tuple[tuple[str, str], ...]
    """(key, sentence)."""
    referrals: tuple[tuple[str, str], ...]
    parcels: tuple[ParcelRow, ...]
    announcement: str | None
    announced_by: str
    facts_digest: str
    objections: tuple[ObjectionRow, ...]
    issue: str | None
    signed_by: str
    issued_at: datetime | None
    corrections: tuple[CorrectionRow, ...]
    difference: Difference | None
    history: tuple[BoardRow, ...]
    """The same banner in the months before, oldest first, this one last."""
    pack: str
    may: frozenset[str]
    """The acts that this reader can do now."""


@dataclass(frozen=True)
class DocumentRow:
    id: str
    kind: str
    title: str
    region: str
    month: str
    state: str
    number: str
    drafted_by: str
    drafted_at: datetime
    numbered_at: datetime | None

"""What pages and other apps read of reports, reviews and violations: frozen rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from shoutu.errors import Text
from shoutu.platform.discovery.rows import EarlierGround, LayerFacts, PatchRow, PictureRow


@dataclass(frozen=True)
class EvidenceRow:
    id: str
    kind: str
    kind_name: Text
    name: str
    media_type: str
    size: int
    sha256: str
    path: str
    attached_by: str
    attached_at: datetime


@dataclass(frozen=True)
class ObjectionRow:
    id: str
    state: str
    ground: str
    raised_by: str
    raised_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True)
class ReviewRow:
    id: str
    level: str
    reviewer: str
    outcome: str
    reason: str
    reason_name: Text | None
    note: str
    shown: Mapping[str, object]
    shown_digest: str
    reviewed_at: datetime
    objection: ObjectionRow | None


@dataclass(frozen=True)
class ReportRow:
    """One version. The three areas are decimal text in `unit`."""

    id: str
    version: int
    officer: str
    category: str
    category_name: Text
    scheme: str
    suspected: bool
    project: str
    actor_name: str
    unit: str
    area: str
    farmland: str
    basic_farmland: str
    explanation: str
    stopped: bool | None
    stopped_on: date | None
    investigated: bool | None
    investigated_on: date | None
    kernel: str
    layers: tuple[Mapping[str, str], ...]
    photos_near: int
    photos_far: int
    reported_at: datetime
    proofs: tuple[EvidenceRow, ...]
    reviews: tuple[ReviewRow, ...]


@dataclass(frozen=True)
class Difference:
    """One figure of a report beside the system's, both in m².

    field     `area`, `farmland` or `basic_farmland`
    system    None where the layer was not received: then nothing can be compared
    agrees    equal within the last decimal of the filed unit
    """

    field: str
    system: str | None
    reported: str
    filed: str
    """As it was filed, with its unit."""
    difference: str | None
    """reported - system."""
    agrees: bool


@dataclass(frozen=True)
class Hint:
    """Why a second look is due: a sentence, and the layer that gives rise to it."""

    kind: str
    sentence: Text
    layer: str = ""


@dataclass(frozen=True)
class Compared:
    """What a reviewer is shown of one report. `digest` is what the review act asks back."""

    report: str
    differing: tuple[Difference, ...]
    agreeing: int
    unknown: tuple[str, ...]
    """Figures without a layer to compare them with."""
    hints: tuple[Hint, ...]
    missing_proofs: tuple[str, ...]
    digest: str


@dataclass(frozen=True)
class QueueRow:
    """A report that waits for this reader's review."""

    patch: PatchRow
    report: ReportRow
    compared: Compared
    barred: bool
    """The reader reported or reviewed it: another natural person must."""


@dataclass(frozen=True)
class ClearingRow:
    patch: PatchRow
    category: str
    category_name: Text | None
    suspected: bool | None
    officer: str
    """Who reported it, else to whom it was assigned, else empty."""
    violation: str
    """Number of its 宗, empty while it is in none."""


@dataclass(frozen=True)
class Clearing:
    """The month clearing list. `tabs` holds a count a state; they sum to `all`; `overdue` stands across."""

    month: str
    tabs: Mapping[str, int]
    rows: tuple[ClearingRow, ...]
    after: str


@dataclass(frozen=True)
class BannerProgress:
    """One banner's month on the board."""

    region: str
    tabs: Mapping[str, int]


@dataclass(frozen=True)
class MemberRow:
    patch: PatchRow
    tie: str
    month: str
    report: ReportRow | None


@dataclass(frozen=True)
class ViolationRow:
    id: str
    number: str
    region: str
    month: str
    campaign_year: int
    actor_name: str
    project: str
    project_id: str | None
    version: int
    confirmed_by: str
    confirmed_at: datetime
    members: tuple[MemberRow, ...]


@dataclass(frozen=True)
class Proposal:
    """Parts that look like one 宗: what speaks for it. A person confirms."""

    region: str
    month: str
    patches: tuple[PatchRow, ...]
    actor_name: str
    project: str
    grounds: tuple[Text, ...]


@dataclass(frozen=True)
class Undecided:
    """What keeps a month open: the page says 未定 while `total` is not 0."""

    not_through: int
    """Patches and parts that have not reached the status from which they count."""
    ungrouped: int
    """Through and suspected, but not yet part of a 宗."""

    @property
    def total(self) -> int:
        return self.not_through + self.ungrouped


@dataclass(frozen=True)
class PolicyFacts:
    """`facts` is the document of `shoutu policy evaluate`; `lineage` says where each violation came from."""

    facts: Mapping[str, object]
    lineage: Mapping[str, Lineage]


@dataclass(frozen=True)
class Lineage:
    """One violation of the facts ← its patches and parts ← the reports that count."""

    violation: str
    number: str
    project: str
    actor_name: str
    members: tuple[MemberRow, ...]


@dataclass(frozen=True)
class PatchPage:
    """Everything that the page of one patch or part shows."""

    patch: PatchRow
    whole: PatchRow | None
    parts: tuple[PatchRow, ...]
    facts: tuple[LayerFacts, ...]
    attributes: Mapping[str, str]
    pictures: tuple[PictureRow, ...]
    reports: tuple[ReportRow, ...]
    """Latest first."""
    compared: Compared | None
    evidence: tuple[EvidenceRow, ...]
    assigned_to: str
    violation: ViolationRow | None
    earlier: tuple[EarlierGround, ...]
    may: frozenset[str]
    """The acts that this reader can do now."""

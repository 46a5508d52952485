"""What other apps and pages read of batches and patches: frozen rows, areas as decimal text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Box:
    """Degrees, CGCS2000."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class BatchRow:
    id: str
    number: str
    title: str
    month: str
    campaign_year: int
    issued_on: date
    report_due: date
    city_review_due: date
    count: int
    """Patches as issued (原始下发), over the whole city."""
    seen: int
    """Of them those the reader sees."""
    done: int
    """Whole patches and parts that the reader sees with 审核结束."""
    owed: int
    """Whole patches and parts that the reader sees and of which something is owed."""
    overdue: int
    secrecy: str
    synthetic: bool
    source_name: str
    source_sha256: str
    digest: str
    excluded: tuple[dict[str, object], ...]
    published_by: str
    published_at: datetime
    version: int


@dataclass(frozen=True)
class PatchRow:
    id: str
    number: str
    batch: str
    batch_number: str
    month: str
    campaign_year: int
    state: str
    version: int
    due_on: date
    """The day by which the next step is owed."""
    report_due: date
    city_review_due: date
    overdue: bool
    days_late: int
    """Calendar days since the day by which the next step was owed; 0 while it has not passed."""
    region: str
    township: str
    place: str
    project: str
    area_m2: str
    """Empty where no geometry was delivered."""
    area_mu: str
    box: Box | None
    parent: str | None
    label: str
    synthetic: bool


@dataclass(frozen=True)
class ClassArea:
    klass: str
    area_m2: str
    area_mu: str


@dataclass(frozen=True)
class LayerFacts:
    """One layer under one patch. `received` False: 未收到数据, the figures say nothing."""

    kind: str
    received: bool
    layer: str = ""
    """Id of the layer version."""
    name: str = ""
    title: str = ""
    version: str = ""
    checksum: str = ""
    as_of: date | None = None
    kernel: str = ""
    recorded_at: datetime | None = None
    classes: tuple[ClassArea, ...] = ()
    total_m2: str = ""
    total_mu: str = ""


@dataclass(frozen=True)
class LayerPin:
    """The layer version behind a figure."""

    kind: str
    name: str
    checksum: str
    as_of: date


@dataclass(frozen=True)
class Figures:
    """The system's three figures of one patch, m²; None where the layer was not received."""

    area: str | None
    farmland: str | None
    basic_farmland: str | None
    kernel: str
    layers: tuple[LayerPin, ...]


@dataclass(frozen=True)
class PictureRow:
    moment: str
    path: str
    sha256: str
    box: Box
    taken_on: date | None
    sensor: str


@dataclass(frozen=True)
class EarlierGround:
    """A patch of an earlier month on the same ground, or of the same number."""

    patch: PatchRow
    shared_m2: str
    share: str
    """Shared area over the smaller of the two, decimal text with four places."""
    same_number: bool
    proposal: str
    """`reissue` or `enlargement`."""


@dataclass(frozen=True)
class Page:
    """One page of a list. `after` is the cursor of the next, empty on the last."""

    rows: tuple[PatchRow, ...]
    after: str

"""The words in which a pack writes its rules: plain frozen data, no law and no code inside.

A rule names numbers by id (their value, unit, date and quotation stand in `numbers.yaml`) and leaves a
question open with `ByReading`, one value for each option of a reading in `readings.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar, Union

from shoutu.policy.facts import Column

T_co = TypeVar("T_co", covariant=True)
Subject = Literal["region", "project"]
Window = Literal["month", "year-to-date"]
YearOf = Literal["campaign", "batch"]


@dataclass(frozen=True)
class ByReading(Generic[T_co]):
    """A value that depends on how the order is read: one for each option of `reading`."""

    reading: str
    options: Mapping[str, T_co]


# ---- conditions: true, false or not known ---------------------------------------------------------


@dataclass(frozen=True)
class Flag:
    """A finding that the facts hold by this name, of the violation or of the year."""

    name: str


@dataclass(frozen=True)
class Not:
    condition: Condition


@dataclass(frozen=True)
class All:
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Either:
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Certain:
    """True only when the condition is known to be true; what is not known does not count."""

    condition: Condition


@dataclass(frozen=True)
class Named:
    """A condition that the answer lists under `because` by this name."""

    name: str
    condition: Condition


@dataclass(frozen=True)
class AtLeast:
    """The metric is ≥ the number, or > it with `beyond`."""

    metric: Metric
    number: str
    beyond: bool | ByReading[bool] = False


@dataclass(frozen=True)
class ShareAtLeast:
    """`part` divided by the year's area `whole` is ≥ the number (a percentage), compared exactly.

    The whole is rounded as the figures of the part are.

    Nothing is no share, whatever the whole. A part larger than the whole is a contradiction in the
    facts, hence not known. With `less_part` the divisor is the whole less the part; when that is 0
    the number is reached.
    """

    part: Total
    whole: str
    number: str
    less_part: bool | ByReading[bool] = False


Condition = Union[Flag, Not, All, Either, Certain, Named, AtLeast, ShareAtLeast, "ByReading[Condition]"]


# ---- metrics: figures of the violations in the window ----------------------------------------------


@dataclass(frozen=True)
class Count:
    """How many violations meet `where` (a condition on flags of the violation)."""

    where: Condition


@dataclass(frozen=True)
class Total:
    """The sum of an area in mu; `places` rounds each figure half up before it is added."""

    column: Column
    places: int | ByReading[int | None] | None = None


Metric = Count | Total


# ---- rules -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class InForce:
    """From when a part of the order is applied: the number is a month or a year.

    An answer about an earlier month or year is not known: the forerunner is not in this pack.
    """

    part: str
    window: Literal["month", "year"]
    since: str | ByReading[str]
    year_of: YearOf | ByReading[YearOf] = "batch"


@dataclass(frozen=True)
class Band:
    """A level, reached when any of its named tests is met."""

    level: str
    tests: tuple[Named, ...]


@dataclass(frozen=True)
class BandRule:
    """A warning for each subject of a month at the highest band that it reaches; highest band first."""

    clause: str
    subject: Subject
    window: Window | ByReading[Window]
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class Items:
    """What counts as one item in a row of warnings: each warning, those of `clauses` only, or with
    `merged` the month at its highest level."""

    clauses: tuple[str, ...] | None = None
    merged: bool = False


@dataclass(frozen=True)
class Hit:
    """An item of one of `levels` hits, if need be only when its predecessor is of one of `after`."""

    levels: tuple[str, ...]
    after: tuple[str, ...] | None = None


@dataclass(frozen=True)
class SequenceRule:
    """A measure in each month with an item that hits.

    items      what an item is
    adjacent   a predecessor counts only in the same month or the calendar month just before
    number     the number whose quotation says so
    """

    clause: str
    measure: str
    number: str
    items: Items | ByReading[Items]
    adjacent: bool | ByReading[bool]
    hits: tuple[Hit, ...] | ByReading[tuple[Hit, ...]]


@dataclass(frozen=True)
class LevelRule:
    """Measures in each month with warnings of `level`, in this order."""

    clause: str
    level: str
    number: str
    measures: tuple[str, ...]


@dataclass(frozen=True)
class YearRule:
    """A referral of the region for each year in which `reached` holds; `because` lists the true ones."""

    clause: str
    year_of: YearOf | ByReading[YearOf]
    reached: Condition
    because: tuple[Named, ...]


@dataclass(frozen=True)
class Effect:
    """What a measure is: its kind, whom or what it touches, and how it ends. A proposal until signed."""

    measure: str
    clause: str
    kind: Literal["interview", "suspend", "transfer"]
    touches: str | ByReading[str]
    ends: str | ByReading[str] | None = None


Rule = InForce | BandRule | SequenceRule | LevelRule | YearRule | Effect

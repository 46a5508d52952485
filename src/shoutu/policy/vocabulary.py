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


@dataclass(frozen=True)
class Ratio:
    """`part` divided by `whole`, both over the same rows, is ≥ the number (a percentage); > with `beyond`.

    Nothing is no share, whatever the whole; something of nothing reaches every number. With `inside`
    the part lies within the whole, and one that is larger is a contradiction, hence not known.
    """

    part: Metric
    whole: Metric
    number: str
    beyond: bool | ByReading[bool] = False
    inside: bool = True


@dataclass(frozen=True)
class Is:
    """The row's choice (or text) in `field` is one of `options`."""

    field: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Same:
    """Two texts of the row are the same, such as the person who filed and the person who checked."""

    field: str
    other: str


@dataclass(frozen=True)
class OnOrAfter:
    """The day in `field` is the number's date or later; later with `beyond`.

    With `until` it was some day from `field` to `until`: not known when the line lies between the two.
    """

    field: str
    number: str
    beyond: bool | ByReading[bool] = False
    until: str | None = None


@dataclass(frozen=True)
class Passed:
    """The day in `field`, such as a deadline that somebody set, lies before `by` (None: today's question)."""

    field: str
    by: str | None = None


@dataclass(frozen=True)
class RunOut:
    """The time that began on the day `since` has run its full length by the day `by`.

    by      a field; None: the day of the question.  beyond: it must be longer than that
    pauses  the table whose rows (`of`, `since`, `until`) are not counted
    Time that makes a right or a wrong ends on its day; it does not wait for a working day.
    """

    since: str | ByReading[str]
    number: str
    by: str | None = None
    beyond: bool | ByReading[bool] = False
    pauses: str | ByReading[str | None] | None = None


Condition = Union[
    Flag,
    Not,
    All,
    Either,
    Certain,
    Named,
    AtLeast,
    ShareAtLeast,
    Ratio,
    Is,
    Same,
    OnOrAfter,
    Passed,
    RunOut,
    "ByReading[Condition]",
]


# ---- metrics: figures of the violations in the window ----------------------------------------------


@dataclass(frozen=True)
class Count:
    """How many violations, or rows of a table, meet `where` (a condition on the single one)."""

    where: Condition


@dataclass(frozen=True)
class Total:
    """The sum of an area in mu; `places` rounds each figure half up before it is added."""

    column: Column
    places: int | ByReading[int | None] | None = None


@dataclass(frozen=True)
class Sum:
    """The sum of a quantity over a table's rows (areas in mu), of those that meet `where`.

    A row that may meet it may count: the sum then lies between two bounds.
    """

    field: str
    where: Condition | None = None


Metric = Count | Total | Sum


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
    """A level, reached when any of its named tests is met; the measures that a conclusion then brings."""

    level: str
    tests: tuple[Named, ...]
    measures: tuple[str, ...] = ()


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
    """What a measure is: its kind, whom or what it touches, and how it ends. A proposal until signed.

    ends     by what it ends; never by itself
    lasting  the number (a term) for which it lasts, where the law says so
    within   the number (a term) in which it must be done
    """

    measure: str
    clause: str
    kind: Literal[
        "interview",
        "suspend",
        "transfer",
        "warn",
        "report",
        "refer",
        "recover",
        "fine",
        "restrict",
        "publish",
        "record",
        "return",
    ]
    touches: str | ByReading[str]
    ends: str | ByReading[str] | None = None
    lasting: str | None = None
    within: str | None = None


# ---- rules on the tables that a pack declares --------------------------------------------------------

SubjectKind = Literal["place", "unit", "company", "department", "project", "person", "parcel", "case"]
Period = Literal["all", "month", "year"]
LawOf = Literal["question", "act"]


@dataclass(frozen=True)
class Conclude:
    """A conclusion about each subject: the first band that its rows reach, strictest first.

    question   its name in the wording: `question.<name>`
    table, by  the rows, and the text field that names their subject; None: each row is one by itself;
               "region": all rows are the place's
    period     all rows together, or by month or year of the date field `dated`
    where      only rows that surely meet it are judged; one that may is judged as not known
    otherwise  the outcome when no band is reached (`outcome.<name>`)
    law        "act": the numbers of the day `dated`, unless those of the day of the question are milder
               (行政处罚法 art. 37); else the numbers of the day of the question
    """

    clause: str
    question: str
    table: str
    subject: SubjectKind
    bands: tuple[Band, ...]
    otherwise: str
    by: str | ByReading[str | None] | None = None
    period: Period = "all"
    dated: str | None = None
    where: Condition | None = None
    law: LawOf = "question"


@dataclass(frozen=True)
class Indicator:
    """A share that is reported, not judged: `part` of `whole`, with both terms, for each subject.

    by, period, dated  as in `Conclude`.  Outcome: figure; not known where the whole is nothing
    """

    clause: str
    question: str
    table: str
    subject: SubjectKind
    part: Metric
    whole: Metric
    by: str | ByReading[str | None] | None = None
    period: Period = "all"
    dated: str | None = None


@dataclass(frozen=True)
class Clock:
    """A term of a procedure, for each row: its last day, and whether it was kept.

    since     the date field on which it begins; several: the latest of them
    terms     the numbers, each beginning when the one before has ended
    roll      whether a last day without work moves on to the next working day; a day of the calendar that
              a text names (the 3rd, 5 January) does not
    done      the date field of the act that the term is for
    more      the number field of further days that somebody granted, at most the number `most`, and only
              where `more_if` holds
    pauses    the table whose rows (`of`, `since`, `until`) are not counted
    where     the rows that the term is for
    Outcomes: not-begun, running, paused, overdue, met, late.
    """

    clause: str
    question: str
    table: str
    subject: SubjectKind
    since: tuple[str, ...]
    terms: tuple[str, ...] | ByReading[tuple[str, ...]]
    roll: bool = True
    done: str | None = None
    more: str | None = None
    most: str | None = None
    more_if: Condition | None = None
    pauses: str | None = None
    where: Condition | None = None


@dataclass(frozen=True)
class SafeWindow:
    """The days on which an act is safe: from the day after all of `opens` to the first end of `closes`.

    Outcomes: not-begun, before, open, closed.
    """

    clause: str
    question: str
    table: str
    subject: SubjectKind
    opens: tuple[Clock, ...]
    closes: tuple[Clock, ...]
    where: Condition | None = None


@dataclass(frozen=True)
class Amount:
    """A range of money for each row that meets `where`: the base times the two numbers.

    base   a quantity: an area (for numbers in yuan/m2), or money (for times or percent); None: the numbers
           are sums of money themselves
    high   None: there is one amount, not a range
    after  a clock: the amount is due for each day from its end until its `done`, those in `pauses` not
           counted, and is no more than the base times `cap`
    Outcome: due; a row that does not meet `where`, or of which nothing is late, has none.
    """

    clause: str
    question: str
    table: str
    subject: SubjectKind
    base: str | None
    low: str
    high: str | None = None
    where: Condition | None = None
    dated: str | None = None
    law: LawOf = "question"
    after: Clock | None = None
    cap: str | None = None
    pauses: str | None = None


TableRule = Conclude | Indicator | Clock | SafeWindow | Amount
Rule = InForce | BandRule | SequenceRule | LevelRule | YearRule | Effect | TableRule

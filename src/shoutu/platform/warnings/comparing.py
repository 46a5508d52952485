"""A month under each other reading of the order, one at a time. Nothing is recorded or changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from shoutu.errors import NotFound, Text
from shoutu.platform import doors
from shoutu.platform.doors import Actor, may
from shoutu.platform.enforcement import queries as enforcement
from shoutu.platform.territory import queries as territory
from shoutu.platform.warnings import evaluation, queries
from shoutu.platform.warnings.evaluation import Calculation, answer_to, calculate
from shoutu.platform.warnings.explaining import READINGS_BEGIN, banner_and_projects, named, trace_of
from shoutu.policy import effect_of, load_pack
from shoutu.policy.checks import parts
from shoutu.policy.pack import Pack
from shoutu.policy.vocabulary import BandRule, ByReading, InForce, LevelRule, SequenceRule, YearRule

STATUS = "6-status"
"""The reading that decides which facts count, not what follows from them."""


@dataclass(frozen=True)
class Outcome:
    """What a month comes to: levels by trigger, measures with whom they touch, and the year's referrals."""

    month_level: str
    projects: tuple[tuple[str, str], ...]
    """(project, level)."""
    measures: tuple[tuple[Text, Text], ...]
    """(measure, whom it touches)."""
    referrals: int
    undetermined: int


@dataclass(frozen=True)
class Cell:
    """One option of one reading for one banner."""

    option: Text
    default: bool
    outcome: Outcome
    changes: bool
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class ReadingRow:
    name: str
    question: Text
    cells: tuple[Cell, ...]
    """The default first."""

    @property
    def changes(self) -> bool:
        return any(cell.changes for cell in self.cells)


@dataclass(frozen=True)
class Changed:
    """A banner whose month another option changes."""

    region: str
    name: str
    before: Outcome
    after: Outcome


@dataclass(frozen=True)
class CityRow:
    """One reading over all banners: each option with the banners that it changes."""

    name: str
    question: Text
    default: Text
    options: tuple[tuple[Text, tuple[Changed, ...]], ...]

    @property
    def changes(self) -> bool:
        return any(changed for _, changed in self.options)


def for_banner(actor: Actor | None, region: str, month: str) -> tuple[ReadingRow, ...]:
    """Each reading that the month's rules ask, those first that change the outcome.

    An issued month is compared on the facts as issued, so that reading 6-status is left out there.
    """
    standing = queries.calculation(actor, region, month)
    name, pack = territory.region(region).name, load_pack(evaluation.PACK)
    open_month = not queries.is_issued(region, month)
    rows = []
    for reading in readings_of_months(pack):
        if len(pack.readings[reading].options) > 1 and (reading != STATUS or open_month):
            rows.append(_row(pack, reading, standing, name, month))
    return tuple(sorted(rows, key=lambda row: not row.changes))


def for_city(actor: Actor | None, month: str) -> tuple[CityRow, ...]:
    """The same over every banner that the reader sees, turned round: what an option changes, and where."""
    banners = [
        (banner.code, banner.name, {row.name: row for row in for_banner(actor, banner.code, month)})
        for banner in seen_banners(actor)
    ]
    pack, rows = load_pack(evaluation.PACK), []
    for reading in readings_of_months(pack):
        found = [(code, name, by[reading]) for code, name, by in banners if reading in by]
        if found:
            options = pack.readings[reading].options
            rows.append(
                CityRow(
                    reading,
                    pack.readings[reading].question,
                    options[0].text,
                    tuple(
                        (option.text, _changed(found, place)) for place, option in enumerate(options) if place
                    ),
                )
            )
    return tuple(sorted(rows, key=lambda row: not row.changes))


def seen_banners(actor: Actor | None) -> list[territory.RegionRow]:
    """The banners whose months the reader may open."""
    if actor is None:
        return []
    return [
        banner
        for banner in territory.regions("banner")
        if doors.covers(actor.region, banner.code) and may(actor, "see.warnings", banner.code)
    ]


def banner_of(actor: Actor | None, asked: str) -> str:
    """The banner to compare: the one asked for, else the only one seen; empty: all of them."""
    seen = [banner.code for banner in seen_banners(actor)]
    if asked and asked not in seen:
        raise NotFound(Text("没有这个旗区的预警。", "There is no such banner."), found=asked)
    return asked or (seen[0] if len(seen) == 1 else "")


def _changed(found: list[tuple[str, str, ReadingRow]], place: int) -> tuple[Changed, ...]:
    return tuple(
        Changed(code, name, row.cells[0].outcome, row.cells[place].outcome)
        for code, name, row in found
        if row.cells[place].changes
    )


def _row(pack: Pack, reading: str, standing: Calculation, name: str, month: str) -> ReadingRow:
    """The reading's options; the default is the calculation that stands."""
    region = standing.facts["region"]
    names = banner_and_projects(standing, name, enforcement.counted(region, until=month).lineage)
    cells: list[Cell] = []
    for option in pack.readings[reading].options:
        calculation = _under(standing, reading, option.name, month) if cells else standing
        outcome = _outcome(pack, calculation, month, names)
        changes = bool(cells) and outcome != cells[0].outcome
        sentences = _sentences(calculation, month, names) if changes or not cells else ()
        cells.append(Cell(option.text, not cells, outcome, changes, sentences))
    return ReadingRow(reading, pack.readings[reading].question, tuple(cells))


def _under(standing: Calculation, reading: str, option: str, month: str) -> Calculation:
    facts = standing.facts
    if reading == STATUS:
        facts = calculate(facts["region"], month, status=option).facts
    return Calculation(facts, answer_to(facts, {reading: option}))


def _outcome(pack: Pack, calculation: Calculation, month: str, names: Mapping[str, str]) -> Outcome:
    region = calculation.facts["region"]
    warnings = calculation.warnings(month)
    touches = [
        effect_of(pack, measure["measure"], calculation.answer["readings"])
        for measure in calculation.measures(month)
    ]
    return Outcome(
        month_level=queries.highest(w["level"] for w in warnings if w["trigger"] == region),
        projects=tuple(
            (names.get(w["trigger"], w["trigger"]), w["level"]) for w in warnings if w["trigger"] != region
        ),
        measures=tuple((touch.title, touch.touches) for touch in touches),
        referrals=len(evaluation.entries(calculation.answer, "referrals", month)),
        undetermined=len(evaluation.entries(calculation.answer, "undetermined", month)),
    )


def _sentences(calculation: Calculation, month: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """What the trace says of each conclusion, without the readings, which the table shows."""
    return tuple(
        named(trace_of(calculation, f"{kind}/{place}")["sentence"], names).partition(READINGS_BEGIN)[0]
        for kind in ("warnings", "measures", "referrals")
        for place in evaluation.entries(calculation.answer, kind, month)
    )


@cache
def _asked(name: str) -> frozenset[str]:
    """The readings that the rules of months and years ask, found in the rules themselves."""
    pack = load_pack(name)
    rules = [
        rule
        for rule in pack.rules
        if isinstance(rule, InForce | BandRule | SequenceRule | LevelRule | YearRule)
    ]
    brought = {measure for rule in rules for measure in _measures_of(rule)}
    effects = [rule for rule in pack.rules if getattr(rule, "measure", None) in brought]
    return frozenset(
        part.reading for rule in (*rules, *effects) for part in parts(rule) if isinstance(part, ByReading)
    )


def readings_of_months(pack: Pack) -> tuple[str, ...]:
    """In the order of the pack's own list; with the one that decides which 宗 count."""
    asked = _asked(pack.name) | {STATUS}
    return tuple(name for name in pack.readings if name in asked)


def _measures_of(rule: object) -> tuple[str, ...]:
    if isinstance(rule, LevelRule):
        return rule.measures
    return (rule.measure,) if isinstance(rule, SequenceRule) else ()

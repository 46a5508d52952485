"""What is wrong with a pack beyond what loading refuses: proved by evaluating it, not by reading it.

Faults: a case that fails, an outcome of a rule that no case comes to, a level that falls while its figure
grows. Notes: numbers and readings that nothing uses.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from typing import Literal

from shoutu.errors import BadInput, Text, Where
from shoutu.policy.answer import Answer
from shoutu.policy.cases import Case, cases, run
from shoutu.policy.checks import clause_of, parts
from shoutu.policy.evaluate import evaluate
from shoutu.policy.facts import COLUMNS, Facts, Violation, from_document
from shoutu.policy.figures import AreaUnit, Filed, exact_text
from shoutu.policy.pack import Pack, place_of
from shoutu.policy.vocabulary import (
    AtLeast,
    BandRule,
    ByReading,
    Conclude,
    Count,
    Effect,
    InForce,
    Rule,
    TableRule,
    Total,
)
from shoutu.policy.yaml_text import read
from shoutu.units import to_text

Kind = Literal["fault", "note"]
STEPS: tuple[tuple[AreaUnit, Fraction], ...] = (("mu", Fraction(1, 100)), ("m2", Fraction(1, 100)))
"""The smallest step of a figure in each unit in which areas are filed."""
MOST_READINGS = 512
"""Combinations of readings that one rule is tried under."""


@dataclass(frozen=True)
class Finding:
    kind: Kind
    where: Where
    what: Text
    found: str
    remedy: Text


def lint(pack: Pack) -> tuple[Finding, ...]:
    """All findings, faults first, by file and row."""
    found = [*_unused(pack), *_of_cases(pack), *_of_bands(pack)]
    order = sorted(found, key=lambda f: (f.kind, f.where.file or "", f.where.row or 0, f.found))
    return tuple(order)


# ---- what nothing uses ---------------------------------------------------------------------------------


def words_of(value: object) -> Iterator[str]:
    """Every text inside rule data, names of readings and their options included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from words_of(item)
    elif isinstance(value, ByReading):
        yield value.reading
        for option in value.options.values():
            yield from words_of(option)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from words_of(getattr(value, field.name))


def _unused(pack: Pack) -> Iterator[Finding]:
    used = {word for rule in pack.rules for word in words_of(rule)}
    for file, names, what in (
        ("numbers.yaml", pack.numbers, Text("没有规则用到这个数", "no rule uses this number")),
        ("readings.yaml", pack.readings, Text("没有规则用到这个口径", "no rule asks for this reading")),
    ):
        lines = read(pack.folder / file).pairs if names else {}
        for name in names:
            if name not in used:
                where = Where(file=str(pack.folder / file), row=lines[name].line)
                yield Finding("note", where, what, name, Text("用上或删去", "use it or take it out"))


# ---- cases ---------------------------------------------------------------------------------------------


def _of_cases(pack: Pack) -> Iterator[Finding]:
    """Failing cases; rules that no case reaches, outcome by outcome."""
    reached: set[tuple[str, str]] = set()
    for case in cases(pack):
        if not run(pack, case).passed:
            remedy = Text(
                "改正例子或规则；policy test 显示差别",
                "mend case or rule; `policy test` shows how they differ",
            )
            where = Where(file=case.file, row=case.line)
            yield Finding("fault", where, Text("例子不通过", "the case fails"), case.name, remedy)
        answer = _answer(pack, case)
        if answer is not None:
            reached |= set(_reached(answer))
    for rule in pack.rules:
        for outcome in _outcomes(rule):
            if (_name(rule), outcome) not in reached:
                remedy = Text("在 cases/ 里加一个走到这里的例子", "add a case that comes to it in cases/")
                what = Text("没有例子走到这个结果", "no case comes to this outcome")
                yield Finding("fault", place_of(pack, rule), what, f"{_name(rule)}: {outcome}", remedy)


def _answer(pack: Pack, case: Case) -> Answer | None:
    """The answer to a case; None where the case is about a refusal."""
    try:
        return evaluate(pack, from_document(case.facts, case.file, pack.tables), case.readings)
    except BadInput:
        return None


def _name(rule: Rule) -> str:
    """What an answer calls the rule: its question, or its clause."""
    return rule.question if isinstance(rule, TableRule) else clause_of(rule)


def _outcomes(rule: Rule) -> tuple[str, ...]:
    if isinstance(rule, BandRule):
        return tuple(band.level for band in rule.bands)
    if isinstance(rule, Conclude):
        return tuple(dict.fromkeys([*(band.level for band in rule.bands), rule.otherwise]))
    return () if isinstance(rule, Effect | InForce) else ("*",)


def _reached(answer: Answer) -> Iterator[tuple[str, str]]:
    """Rule and outcome of everything that the answer concludes; `*` for any outcome."""
    for warning in answer.warnings:
        yield warning.clause, warning.level
    for clause in {m.clause for m in answer.measures} | {r.clause for r in answer.referrals}:
        yield clause, "*"
    for made in answer.conclusions or ():
        yield made.question, "*"
        yield made.clause, "*"
        if made.outcome is not None:
            yield made.question, made.outcome


# ---- bands ---------------------------------------------------------------------------------------------


def _of_bands(pack: Pack) -> Iterator[Finding]:
    """Every band rule at each of its thresholds and one step to either side, under every reading it asks for.

    As a figure grows the level may only rise: a fall would be a gap or an overlap.
    """
    for rule in pack.rules:
        if isinstance(rule, BandRule):
            options = _readings_of(pack, rule)
            combinations = math.prod(len(names) for names in options.values())
            if combinations > MOST_READINGS:
                yield Finding(
                    "note",
                    place_of(pack, rule),
                    Text("口径组合太多，没有全部试过", "too many combinations of readings to try them all"),
                    f"{_name(rule)}: {MOST_READINGS} / {combinations}",
                    Text("其余组合写成例子", "write cases for the others"),
                )
            for chosen in itertools.islice(itertools.product(*options.values()), MOST_READINGS):
                yield from _falls(pack, rule, dict(zip(options, chosen, strict=True)))


def _readings_of(pack: Pack, rule: Rule) -> dict[str, list[str]]:
    """The readings that the rule asks for, each with its options."""
    names = sorted({piece.reading for piece in parts(rule) if isinstance(piece, ByReading)})
    return {name: [option.name for option in pack.readings[name].options] for name in names}


def _falls(pack: Pack, rule: BandRule, readings: Mapping[str, str]) -> Iterator[Finding]:
    tests = [test.condition for band in rule.bands for test in band.tests]
    lines = [condition for condition in tests if isinstance(condition, AtLeast)]
    for column in dict.fromkeys(c.metric.column for c in lines if isinstance(c.metric, Total)):
        numbers = [c.number for c in lines if isinstance(c.metric, Total) and c.metric.column == column]
        for unit, step in STEPS:
            ranks = [
                (
                    figure,
                    _rank(pack, rule, readings, (_violation(pack, COLUMNS.index(column), figure, unit),)),
                )
                for figure in _around(pack, numbers, unit, step)
            ]
            yield from _fallen(pack, rule, readings, f"{column} {unit}", ranks)
    if any(isinstance(c.metric, Count) for c in lines):
        most = max(int(pack.numbers[c.number].at(_month(pack))) for c in lines if isinstance(c.metric, Count))
        counted = [
            (
                Fraction(size),
                _rank(
                    pack,
                    rule,
                    readings,
                    tuple(_violation(pack, 0, Fraction(0), "mu", f"V{i}") for i in range(size)),
                ),
            )
            for size in range(most + 2)
        ]
        yield from _fallen(pack, rule, readings, "count", counted)


def _around(pack: Pack, numbers: list[str], unit: str, step: Fraction) -> list[Fraction]:
    """Each threshold and a step to either side of it, in the unit."""
    out = set()
    for name in numbers:
        line = pack.numbers[name].at(_month(pack))
        figure = line if unit == "mu" else line * 10000 / 15
        whole = figure // step * step
        out |= {max(whole - step, Fraction(0)), whole, whole + step, whole + 2 * step}
    return sorted(out)


def _month(pack: Pack) -> str:
    """The last month from which any number holds: the law as it stands."""
    return max(since for number in pack.numbers.values() for since, _ in number.values)[:7]


def _violation(pack: Pack, at: int, figure: Fraction, unit: AreaUnit, name: str = "V") -> Violation:
    """A violation with this figure in column `at`: what contains it is as large, what it contains nothing."""
    text = to_text(figure, 2)
    area, farmland, basic = (Filed(text if place <= at else "0", unit) for place in range(len(COLUMNS)))
    return Violation(id=name, month=_month(pack), area=area, farmland=farmland, basic_farmland=basic)


def _rank(pack: Pack, rule: BandRule, readings: Mapping[str, str], violations: tuple[Violation, ...]) -> int:
    """0 below every band."""
    answer = evaluate(pack, Facts(region="lint", violations=violations), readings)
    levels = [pack.levels.index(w.level) + 1 for w in answer.warnings if w.clause == rule.clause]
    return max(levels, default=0)


def _fallen(
    pack: Pack, rule: BandRule, readings: Mapping[str, str], figure: str, ranks: list[tuple[Fraction, int]]
) -> Iterator[Finding]:
    for (low, before), (high, after) in itertools.pairwise(ranks):
        if after < before:
            chosen = ", ".join(f"{name}={option}" for name, option in readings.items())
            names = ("-", *pack.levels)
            yield Finding(
                "fault",
                place_of(pack, rule),
                Text("数变大时等级反而降低", "the level falls while the figure grows"),
                f"{figure}: {exact_text(low)} {names[before]}, {exact_text(high)} {names[after]} ({chosen})",
                Text("核对各级的界限", "check the limits of the bands"),
            )

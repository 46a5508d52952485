"""Which rules can be asked of columns; the others are refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from shoutu.errors import BadInput, Text, Where
from shoutu.policy.checks import parts
from shoutu.policy.columnar.columns import MU, TERM
from shoutu.policy.columnar.figures import operands
from shoutu.policy.facts import YEAR_FLAGS
from shoutu.policy.pack import Pack
from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    BandRule,
    ByReading,
    Certain,
    Condition,
    Count,
    Either,
    Flag,
    Hit,
    Is,
    Items,
    Named,
    Not,
    OnOrAfter,
    Passed,
    Ratio,
    RunOut,
    Same,
    SequenceRule,
    ShareAtLeast,
    Total,
    YearRule,
)


def check_rules(pack: Pack) -> None:
    """Refuse, by its name, a month or year rule that is written in words which columns do not know."""
    seen: set[str] = set()
    for rule in pack.rules:
        if not isinstance(rule, BandRule | SequenceRule | YearRule):
            continue
        if isinstance(rule, BandRule | YearRule):
            if rule.clause in seen:
                raise _unknown(rule, "two rules of one clause")
            seen.add(rule.clause)
        if isinstance(rule, BandRule):
            _check_tests(rule)
        elif isinstance(rule, YearRule):
            for condition in (rule.reached, *rule.because):
                for name in _flags(condition):
                    if name not in YEAR_FLAGS:
                        raise _unknown(rule, f"{name} asked of a year")
        for piece in parts(rule):
            _check_piece(pack, rule, piece)


def _flags(condition: Condition) -> Iterator[str]:
    """The findings that a condition asks of the year itself."""
    if isinstance(condition, Flag):
        yield condition.name
    elif isinstance(condition, ByReading):
        for option in condition.options.values():
            yield from _flags(option)
    elif isinstance(condition, Named):
        yield from _flags(condition.condition)
    elif isinstance(condition, Not | Certain | All | Either):
        for part in operands(condition):
            yield from _flags(part)


def _check_tests(rule: BandRule) -> None:
    for band in rule.bands:
        for test in band.tests:
            condition = test.condition
            options = condition.options.values() if isinstance(condition, ByReading) else (condition,)
            if not all(isinstance(option, AtLeast) for option in options):
                raise _unknown(rule, f"the test {test.name}, which is not one AtLeast")


def _check_piece(pack: Pack, rule: BandRule | SequenceRule | YearRule, piece: object) -> None:
    if isinstance(piece, AtLeast):
        unit = pack.numbers[piece.number].unit
        if not isinstance(piece.metric, Total | Count):
            raise _unknown(rule, type(piece.metric).__name__)
        if isinstance(piece.metric, Total) != (unit == "mu") or unit in ("m2", "percent"):
            raise _unknown(rule, f"{type(piece.metric).__name__} in {unit}")
    elif isinstance(piece, ShareAtLeast):
        number = pack.numbers[piece.number]
        shares = [Fraction(text) / 100 for _, text in number.values]
        if number.unit != "percent" or any(max(s.numerator, s.denominator) > TERM for s in shares):
            raise _unknown(rule, f"the share {number.id}")
    elif isinstance(piece, Total):
        options = piece.places.options.values() if isinstance(piece.places, ByReading) else (piece.places,)
        if any(places is not None and MU % 10**places for places in options):
            raise _unknown(rule, "figures of more than five places")
    elif isinstance(piece, Hit):
        for level in (*piece.levels, *(piece.after or ())):
            if level not in pack.levels:
                raise _unknown(rule, f"the level {level}")
    elif isinstance(piece, Items):
        clauses = {other.clause for other in pack.rules if isinstance(other, BandRule)}
        for clause in piece.clauses or ():
            if clause not in clauses:
                raise _unknown(rule, f"the warnings of {clause}")
    elif isinstance(piece, Ratio | Is | Same | OnOrAfter | Passed | RunOut):
        raise _unknown(rule, type(piece).__name__)


def _unknown(rule: BandRule | SequenceRule | YearRule, what: str) -> BadInput:
    return BadInput(
        Text("列式计算不能处理这条规则", "columns cannot be asked this rule"),
        where=Where(field=rule.clause),
        found=what,
        remedy=Text("用逐旗区的计算", "evaluate banner by banner"),
    )

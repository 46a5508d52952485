"""Each figure of a month on its ruler: where it lies between the thresholds, and what the next one lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from shoutu.policy.evaluate import BandResult, Evaluation
from shoutu.policy.facts import Facts
from shoutu.policy.pack import Pack
from shoutu.policy.vocabulary import AtLeast, BandRule
from shoutu.units import to_text

MOST_PLACES = 6


@dataclass(frozen=True)
class Threshold:
    level: str
    value: Fraction


@dataclass(frozen=True)
class Scale:
    """One figure of one subject. `name` is that of its test, such as area; `unit` parcel or mu.

    value       exact; the lower bound where the figure is known only between bounds
    thresholds  ascending
    """

    name: str
    unit: str
    value: Fraction
    thresholds: tuple[Threshold, ...]

    @property
    def next(self) -> Threshold | None:
        """The threshold not yet reached."""
        return next((t for t in self.thresholds if self.value < t.value), None)

    @property
    def gap(self) -> Fraction | None:
        return None if self.next is None else self.next.value - self.value

    @property
    def gap_text(self) -> str:
        """The gap as it is printed: whole parcels; mu to two decimals, more where two would read as none."""
        if self.gap is None:
            return ""
        if self.unit == "parcel":
            return to_text(self.gap, 0)
        places = range(2, MOST_PLACES)
        enough = next((p for p in places if Fraction(to_text(self.gap, p)) > 0), MOST_PLACES)
        return to_text(self.gap, enough)


def scales(
    pack: Pack, facts: Facts, month: str, readings: Mapping[str, str] | None = None
) -> dict[str, tuple[Scale, ...]]:
    """The rulers of a month by trigger: the region, even where the month is quiet, and its projects."""
    run = Evaluation(pack, facts, readings or {})
    return {
        trigger: _of_result(pack, run.of_subject(rule, trigger, month))
        for rule in pack.rules
        if isinstance(rule, BandRule)
        for trigger in run.triggers(rule, month)
    }


def _of_result(pack: Pack, result: BandResult) -> tuple[Scale, ...]:
    found: dict[str, list[Threshold]] = {}
    figures: dict[str, tuple[str, Fraction]] = {}
    for band in reversed(result.rule.bands):
        for test in band.tests:
            if isinstance(test.condition, AtLeast):
                number = pack.numbers[test.condition.number]
                span, _ = result.judge.measure(test.condition.metric)
                found.setdefault(test.name, []).append(Threshold(band.level, number.at(result.month)))
                figures[test.name] = (number.unit, span.low)
    return tuple(
        Scale(name, *figures[name], tuple(sorted(thresholds, key=lambda t: t.value)))
        for name, thresholds in found.items()
    )

"""How far a figure is from the next band: the thresholds come from the pack, the figures from the facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from shoutu.policy import Pack, load_pack
from shoutu.policy.vocabulary import AtLeast, BandRule, Count, Total
from shoutu.units import m2_to_mu, to_text

NEAR = Fraction(1, 100)
"""临界: within one part in a hundred of a threshold, a small error of the outline could turn the result."""


@dataclass(frozen=True)
class Threshold:
    level: str
    value: Fraction


@dataclass(frozen=True)
class Scale:
    """One figure on its ruler. `name` is parcels, area or farmland; `unit` parcel or mu."""

    name: str
    unit: str
    value: Fraction
    thresholds: tuple[Threshold, ...]
    """Ascending."""

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
        places = next((p for p in range(2, 7) if Fraction(to_text(self.gap, p)) > 0), 6)
        return to_text(self.gap, places)

    @property
    def near(self) -> bool:
        """Whether the figure lies within NEAR of one of its thresholds; counts never do."""
        return self.unit == "mu" and any(abs(self.value - t.value) <= NEAR * t.value for t in self.thresholds)


@cache
def _rules(pack: str) -> dict[str, BandRule]:
    return {rule.subject: rule for rule in load_pack(pack).rules if isinstance(rule, BandRule)}


def scales(pack: str, subject: str, violations: Iterable[Mapping[str, Any]]) -> tuple[Scale, ...]:
    """The rulers of one subject (`region` or `project`) over the violations of its month."""
    counted = list(violations)
    loaded = load_pack(pack)
    rule = _rules(pack)[subject]
    found: dict[str, list[Threshold]] = {}
    values: dict[str, tuple[str, Fraction]] = {}
    for band in reversed(rule.bands):
        for test in band.tests:
            condition = test.condition
            if not isinstance(condition, AtLeast):
                continue
            found.setdefault(test.name, []).append(Threshold(band.level, _number(loaded, condition.number)))
            values[test.name] = _value(condition.metric, counted)
    return tuple(
        Scale(name, *values[name], tuple(sorted(thresholds, key=lambda t: t.value)))
        for name, thresholds in found.items()
    )


def _number(pack: Pack, identifier: str) -> Fraction:
    """The latest value of a number of the pack."""
    return Fraction(pack.numbers[identifier].values[-1][1])


def _value(metric: object, violations: list[Mapping[str, Any]]) -> tuple[str, Fraction]:
    if isinstance(metric, Count):
        return "parcel", Fraction(sum(1 for violation in violations if violation["new"]))
    assert isinstance(metric, Total)
    return "mu", sum((area_mu(violation, metric.column) for violation in violations), Fraction(0))


def area_mu(violation: Mapping[str, Any], column: str) -> Fraction:
    """One filed figure in mu, exactly. A violation of the platform has all three figures."""
    if (mu := violation.get(f"{column}_mu")) is not None:
        return Fraction(mu)
    return m2_to_mu(Fraction(violation[f"{column}_m2"]))

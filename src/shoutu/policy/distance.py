"""How far each subject of each month is from the next bands: what would have to be added to get there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from shoutu.errors import Language
from shoutu.policy.evaluate import BandResult, Evaluation
from shoutu.policy.facts import Facts
from shoutu.policy.figures import Span, exact_text
from shoutu.policy.pack import Pack
from shoutu.policy.vocabulary import AtLeast


@dataclass(frozen=True, kw_only=True)
class Distance:
    """What is missing to one threshold above the present level.

    level      the present level, None for none;  towards  the band of the threshold
    remaining  figure still to be added, exact, in `unit`; with `beyond` more than that
    near       the figure is within 1 % of the threshold, or within the uncertainty given (临界)
    """

    clause: str
    trigger: str
    month: str
    level: str | None
    towards: str
    figure: str
    value: Fraction
    threshold: Fraction
    remaining: Fraction
    unit: str
    beyond: bool
    near: bool


def distances(
    pack: Pack,
    facts: Facts,
    readings: Mapping[str, str] | None = None,
    *,
    uncertainty: Mapping[str, Fraction] | None = None,
) -> tuple[Distance, ...]:
    """For every subject of every month in force, each threshold of each higher band, nearest band first.

    A figure known only between bounds counts at its lower one.
    uncertainty  by unit, how far a figure may be off: {"mu": Fraction("0.05")}
    """
    run = Evaluation(pack, facts, readings or {})
    return tuple(
        distance for result in run.band_results() for distance in _of_result(pack, result, uncertainty or {})
    )


def _of_result(pack: Pack, result: BandResult, uncertainty: Mapping[str, Fraction]) -> list[Distance]:
    out: list[Distance] = []
    present = -1 if result.level is None else pack.levels.index(result.level)
    for band in reversed(result.rule.bands):
        if pack.levels.index(band.level) <= present:
            continue
        for test in band.tests:
            if not isinstance(test.condition, AtLeast):
                continue
            number = pack.numbers[test.condition.number]
            span, _ = result.judge.measure(test.condition.metric)
            threshold = number.at(result.month)
            margin = max(threshold / 100, uncertainty.get(number.unit, Fraction(0)))
            out.append(
                Distance(
                    clause=result.rule.clause,
                    trigger=result.trigger,
                    month=result.month,
                    level=result.level,
                    towards=band.level,
                    figure=test.name,
                    value=span.low,
                    threshold=threshold,
                    remaining=max(threshold - span.low, Fraction(0)),
                    unit=number.unit,
                    beyond=result.judge.pick(test.condition.beyond),
                    near=_near(span, threshold, margin) and number.unit == "mu",
                )
            )
    return out


def _near(span: Span, threshold: Fraction, margin: Fraction) -> bool:
    return abs(span.low - threshold) <= margin


def describe(pack: Pack, distance: Distance, language: Language) -> str:
    """「距橙色预警还差 3.34 亩（当月新增涉嫌违法用地总面积）」, or the same in English."""
    level = pack.terms[f"level.{distance.towards}"].to(language)
    unit = pack.terms[f"unit.{distance.unit}"].to(language)
    figure = pack.terms[f"{distance.clause}.{distance.figure}"].to(language)
    amount = exact_text(distance.remaining)
    if language == "zh":
        more = "以上" if distance.beyond else ""
        return f"距{level}还差{amount}{unit}{more}（{figure}）"
    more = "more than " if distance.beyond else ""
    return f"{more}{amount}{unit} short of {level} ({figure})"

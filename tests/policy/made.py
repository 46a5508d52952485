"""Fact sets for tests, made to lie on and beside every threshold; as a strategy and from a plain Random."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.policy.oracle import OPTIONS

T = TypeVar("T")
Pick = Callable[[Sequence[T]], T]

MU = (
    "0", "0.005", "0.01", "0.2", "1.99", "2", "2.01", "2.50", "2.99", "3", "3.00", "3.01", "4.99", "4.995",
    "5", "5.00", "5.01", "7", "9.99", "9.995", "10", "10.00", "10.01", "12.5", "14.99", "15", "15.01",
)  # fmt: skip
M2 = (
    "0", "0.01", "150.00", "1333.33", "1999.99", "2000", "2000.01", "3333.32", "3333.33", "3333.34",
    "4666.67", "6666.66", "6666.67", "6666.68", "9999.99", "10000", "10000.01",
    "3333." + "3" * 30, "6666." + "6" * 29 + "7",
)  # fmt: skip
MONTHS = ("2023-12", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06", "2024-08", "2024-12", "2025-01")
FLAGS = (None, True, False)


def _violation(index: int, pick: Pick[Any]) -> dict[str, Any]:
    unit, figures = pick((("mu", MU), ("m2", M2)))
    area, farmland, basic = sorted((pick(figures) for _ in range(3)), key=Fraction, reverse=True)
    farmland, basic = pick(((farmland, basic), (farmland, "0"), ("0", "0"), (area, basic), (area, area)))
    violation: dict[str, Any] = {"id": f"V{index}", "month": pick(MONTHS)}
    for name, value in (("area", area), ("farmland", farmland), ("basic_farmland", basic)):
        if pick(range(25)):
            violation[f"{name}_{unit}"] = value
    optional = {
        "project": (None, "P1", "P2", "P3"),
        "year": (None, None, 2023, 2024, 2025),
        "new": FLAGS,
        "stopped": FLAGS,
        "investigated": FLAGS,
    }
    for name, values in optional.items():
        if (value := pick(values)) is not None or pick(range(2)):
            violation[name] = value
    return violation


def _year(year: int, violations: list[dict[str, Any]], pick: Pick[Any]) -> dict[str, Any]:
    farmland = sum(
        (
            Fraction(v.get("farmland_mu") or 0) * 2000 / 3 + Fraction(v.get("farmland_m2") or 0)
            for v in violations
        ),
        Fraction(0),
    )
    # The line at 15 % of the whole, to the last hundredth of a square metre, and the whole itself.
    share = pick((Fraction(20, 3), Fraction(23, 3), Fraction(1)))
    line = int(farmland * share * 100) + pick((-1, 0, 1))
    whole = pick((f"{max(line, 0) // 100}.{max(line, 0) % 100:02d}", "0", "1000.00", None))
    facts: dict[str, Any] = {"year": year, "new_construction_farmland_m2": whole}
    for name in ("severe_impact", "serious_consequences", "disorder_found", "concealment_found"):
        if pick(range(3)):
            facts[name] = pick(FLAGS)
    return facts


def facts_with(pick: Pick[Any]) -> dict[str, Any]:
    violations = [_violation(index, pick) for index in range(pick(range(8)))]
    years = [year for year in (2023, 2024, 2025) if pick(range(2))]
    return {
        "schema": 1,
        "region": "150625",
        "violations": violations,
        "years": [_year(year, violations, pick) for year in years],
    }


def readings_with(pick: Pick[Any]) -> dict[str, str]:
    return {name: pick(options) for name, options in OPTIONS.items()}


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, str]]:
    def pick(values: Sequence[Any]) -> Any:
        return draw(st.sampled_from(values))

    return facts_with(pick), readings_with(pick)


def seeded(seed: int) -> tuple[dict[str, Any], dict[str, str]]:
    """The same without Hypothesis, for very many cases."""
    random = Random(seed)
    return facts_with(random.choice), readings_with(random.choice)

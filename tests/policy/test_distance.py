"""What would have to be added to reach the next band; checked by adding it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from shoutu.policy import (
    Facts,
    Filed,
    Violation,
    describe_distance,
    distances,
    evaluate,
    load_pack,
)
from shoutu.policy.figures import exact_text

PACK = load_pack()
ZERO = Filed("0", "mu")


def banner(*areas: str, farmland: str = "0") -> Facts:
    return Facts(
        region="150625",
        violations=tuple(
            Violation(
                id=f"V{i}",
                project="P",
                month="2024-05",
                area=Filed(area, "mu"),
                farmland=Filed(farmland, "mu"),
                basic_farmland=ZERO,
            )
            for i, area in enumerate(areas)
        ),
    )


def test_the_distance_to_each_band_above() -> None:
    found = {(d.clause, d.towards, d.figure): d for d in distances(PACK, banner("6.66", farmland="1"))}
    assert found["6.1", "yellow", "parcels"].remaining == 1
    assert found["6.1", "orange", "area"].remaining == Fraction("3.34")
    assert found["6.1", "orange", "farmland"].remaining == 4
    assert found["6.1", "red", "area"].remaining == Fraction("8.34")
    assert ("6.2", "orange", "area") not in found
    assert found["6.2", "red", "area"].level == "orange"
    said = describe_distance(PACK, found["6.1", "orange", "area"], "zh")
    assert said == "距橙色预警还差3.34亩（当月新增涉嫌违法用地总面积）"
    assert "3.34 mu short of an orange warning" in describe_distance(
        PACK, found["6.1", "orange", "area"], "en"
    )


@pytest.mark.parametrize("edge", ["stricter", "milder"])
@pytest.mark.parametrize("area", ["0", "2.99", "3", "4.999", "5", "9.5", "10"])
def test_adding_the_distance_reaches_the_band_and_less_does_not(area: str, edge: str) -> None:
    readings = {"6.2-edge": edge}
    step = Fraction(1, 1000)
    for distance in distances(PACK, banner(area), readings):
        if distance.clause != "6.2":
            continue
        reach = Fraction(area) + distance.remaining + (step if distance.beyond else 0)
        at = evaluate(PACK, banner(exact_text(reach)), readings)
        below = evaluate(PACK, banner(exact_text(reach - step)), readings)
        assert [w.level for w in at.warnings if w.clause == "6.2"] == [distance.towards]
        assert [w.level for w in below.warnings if w.clause == "6.2"] != [distance.towards]


def test_a_figure_within_one_per_cent_or_its_uncertainty_is_flagged() -> None:
    def near(area: str, uncertainty: str = "0") -> bool:
        found = distances(PACK, banner(area), uncertainty={"mu": Fraction(uncertainty)})
        return next(
            d.near for d in found if d.clause == "6.1" and (d.towards, d.figure) == ("orange", "area")
        )

    assert near("9.9")
    assert not near("9.89")
    assert near("9.89", "0.2")


def test_the_trace_flags_figures_close_to_a_line() -> None:
    answer = evaluate(PACK, banner("9.95"))
    flagged = [(c.threshold, c.near) for c in answer.trace[0].comparisons]
    assert flagged == [("10", True), ("5", False)]

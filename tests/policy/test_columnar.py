"""Many banners in columns: the scalar evaluator's answers, and an independent evaluation's in fractions."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from shoutu.errors import BadInput
from shoutu.policy import evaluate, facts_from_document, load_pack
from shoutu.policy.columnar import Columns, check, evaluate_columns, facts_of, hundredths
from shoutu.policy.document import parse
from shoutu.policy.facts import YEAR_FLAGS
from tests.policy.columns import columns_of, province, short
from tests.policy.oracle import conclude
from tests.scale import LONG, times

PACK = load_pack()
BANNERS = 25


def scalar(facts: dict[str, Any], readings: dict[str, str]) -> dict[str, list[Any]]:
    answer = evaluate(PACK, facts_from_document(parse(json.dumps(facts).encode(), "f")), readings)
    return {
        "warnings": [[w.clause, w.trigger, w.month, w.level, list(w.because)] for w in answer.warnings],
        "measures": [[m.clause, m.month, m.measure, list(m.grounds)] for m in answer.measures],
        "referrals": [[r.clause, r.year, list(r.because)] for r in answer.referrals],
        "undetermined": [[u.clause, u.month or u.year, set(u.missing)] for u in answer.undetermined],
    }


def test_columns_agree_with_the_scalar_evaluator_and_with_fractions() -> None:
    compared = 0
    for seed in range(times(24, 4000)):
        made, readings = province(seed, BANNERS)
        columns = columns_of(made)
        outcome = evaluate_columns(PACK, columns, readings)
        for index, facts in enumerate(made):
            got = short(outcome, columns.projects, index, facts["region"])
            if not LONG or seed % 10 == 0:
                assert got == scalar(facts, readings), (seed, facts, readings)
            plain = {**got, "undetermined": [row[:2] for row in got["undetermined"]]}
            assert plain == conclude(facts, readings), (seed, facts, readings)
            compared += 1
    print(f"counted: {compared} banners, no difference")


def one(**changed: Any) -> Columns:
    """A single violation of 10 mu in May 2024, changed."""
    made = [
        {
            "schema": 1,
            "region": "150625",
            "violations": [
                {"id": "V", "month": "2024-05", "area_mu": "10", "farmland_mu": "5", "basic_farmland_mu": "0"}
            ],
            "years": [{"year": 2024, "new_construction_farmland_m2": "100"}],
        }
    ]
    return dataclasses.replace(columns_of(made), **changed)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"farmland": np.array([1001])}, "farmland"),
        ({"basic_farmland": np.array([501])}, "basic_farmland"),
        ({"area": np.array([-2])}, "area"),
        ({"unit": np.array([2])}, "unit"),
        ({"month": np.array([5])}, "month"),
        ({"region": np.array([1])}, "region"),
        ({"project": np.array([1])}, "project"),
        ({"projects": ["V", "P"]}, "projects"),
        ({"area": np.array([10.5])}, "area"),
        ({"new": np.array([1, 1], np.int8)}, "new"),
        ({"area": np.array([2**45])}, "area"),
        ({"area": [1000]}, "area"),
        ({"area": np.array([1000], np.int32)}, "area"),
        ({"area": np.array([[1000]])}, "area"),
        ({"month": np.array([120_000])}, "month"),
        ({"year": np.array([10_000])}, "year"),
        ({"stopped": np.array([2], np.int8)}, "stopped"),
        ({"regions": ["150625", "150625"]}, "regions"),
        ({"ids": []}, "ids"),
        ({"year_area": np.array([2**54])}, "year_area"),
        ({"year_area": np.array([-2])}, "year_area"),
        ({"year_unit": np.array([2])}, "year_unit"),
        ({"year_region": np.array([1])}, "year_region"),
        ({"year_year": np.array([0])}, "year_year"),
        ({"year_flags": {}}, "year_flags"),
        ({"year_flags": dict.fromkeys(YEAR_FLAGS, np.array([0, 0], np.int8))}, "year_flags.severe_impact"),
        ({"year_flags": dict.fromkeys(YEAR_FLAGS, np.array([3], np.int8))}, "severe_impact"),
        ({"year_region": np.array([0, 0]), "year_year": np.array([2024, 2024]), "year_unit": np.array([0, 0]),
          "year_area": np.array([1, 1]), "year_flags": dict.fromkeys(YEAR_FLAGS, np.array([0, 0], np.int8))},
         "year_year"),
    ],
)  # fmt: skip
def test_columns_that_are_refused_name_the_column(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        check(one(**changed))
    assert refused.value.where.field == field


def test_figures_finer_than_a_hundredth_are_refused_and_never_rounded() -> None:
    assert hundredths(["10", "0.01", None, "3.20"], "area").tolist() == [1000, 1, -1, 320]
    for text in ("0.005", "-1", "1e3", "", "9" * 30):
        with pytest.raises(BadInput) as refused:
            hundredths(["1", text], "area")
        assert (refused.value.where.field, refused.value.where.row, refused.value.found) == ("area", 2, text)


def test_the_line_itself_in_either_unit() -> None:
    for unit, area, level in (
        (1, 1500, "red"),
        (1, 1499, "orange"),
        (0, 1_000_000, "red"),
        (0, 999_999, "orange"),
    ):
        outcome = evaluate_columns(
            PACK, one(unit=np.array([unit]), area=np.array([area]), farmland=np.array([0]))
        )
        w = outcome.warnings
        assert outcome.levels[w.level[w.rule == 0][0]] == level, (unit, area)


def test_a_banner_can_be_traced() -> None:
    made, readings = province(3, 4)
    columns = columns_of(made)
    for index, facts in enumerate(made):
        answer = evaluate(PACK, facts_of(columns, index), readings)
        again = scalar(facts, readings)
        assert [[w.clause, w.trigger, w.month, w.level] for w in answer.warnings] == [
            row[:4] for row in again["warnings"]
        ]
        assert len(answer.trace) == sum(len(rows) for rows in again.values())


def test_bounds_that_round_to_one_figure_are_of_an_area_that_is_missing() -> None:
    made = [
        {"schema": 1, "region": "150621", "years": [],
         "violations": [{"id": "V", "month": "2024-05", "area_m2": "2000", "basic_farmland_m2": "1999.99"}]}
    ]  # fmt: skip
    readings = {"6.1-figure": "mu-2dp"}
    columns = columns_of(made)
    got = short(evaluate_columns(PACK, columns, readings), columns.projects, 0, "150621")
    assert got == scalar(made[0], readings)
    assert ["7.4", 2024, {"farmland", "new_construction_farmland"}] in got["undetermined"]


def test_nothing_at_all_is_no_conclusion() -> None:
    made, _ = province(1, 1)
    empty = columns_of([{**made[0], "violations": [], "years": []}])
    outcome = evaluate_columns(PACK, empty)
    assert [
        len(t.region) for t in (outcome.warnings, outcome.measures, outcome.years, outcome.open_months)
    ] == [0] * 4


def test_the_scalar_engine_loads_no_numpy() -> None:
    code = "import sys, shoutu.policy, shoutu.policy.evaluate; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

"""The evaluator against the contract's examples and against a second evaluation of another make."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from shoutu.errors import BadInput
from shoutu.policy import Answer, evaluate, facts_from_document, load_pack
from shoutu.policy.document import parse
from tests.policy.made import cases, seeded
from tests.policy.oracle import OPTIONS, conclude

PACK = load_pack()
Facts = dict[str, Any]


def answer_to(facts: Facts, readings: dict[str, str] | None = None) -> Answer:
    return evaluate(PACK, facts_from_document(parse(json.dumps(facts).encode(), "facts")), readings)


def short(answer: Answer) -> dict[str, list[Any]]:
    return {
        "warnings": [[w.clause, w.trigger, w.month, w.level, list(w.because)] for w in answer.warnings],
        "measures": [[m.clause, m.month, m.measure, list(m.grounds)] for m in answer.measures],
        "referrals": [[r.clause, r.year, list(r.because)] for r in answer.referrals],
        "undetermined": [[u.clause, u.month or u.year] for u in answer.undetermined],
    }


def month_of(*areas: tuple[str, str], unit: str = "mu", month: str = "2024-05", **more: Any) -> Facts:
    """One violation for each (area, farmland), each its own project."""
    violations = [
        {
            "id": f"V{i}",
            "month": month,
            f"area_{unit}": area,
            f"farmland_{unit}": farmland,
            f"basic_farmland_{unit}": "0",
            **more,
        }
        for i, (area, farmland) in enumerate(areas)
    ]
    return {"schema": 1, "region": "150625", "violations": violations, "years": []}


@given(cases())
def test_a_second_evaluation_agrees(case: tuple[Facts, dict[str, str]]) -> None:
    facts, readings = case
    assert short(answer_to(facts, readings)) == conclude(facts, readings)


@pytest.mark.parametrize("block", range(4))
def test_a_second_evaluation_agrees_on_many_made_banners(block: int) -> None:
    for seed in range(block * 150, block * 150 + 150):
        facts, readings = seeded(seed)
        assert short(answer_to(facts, readings)) == conclude(facts, readings), seed


@pytest.mark.parametrize("part", ["6", "7"])
def test_every_combination_of_readings(part: str) -> None:
    """Each combination within a part of the order, on banners that differ from one to the next."""
    names = [name for name in OPTIONS if name.startswith(part) or name in ("0-from", "6.1-figure")]
    for seed, options in enumerate(itertools.product(*(OPTIONS[name] for name in names))):
        readings = dict(zip(names, options, strict=True))
        facts, _ = seeded(7000 + seed)
        assert short(answer_to(facts, readings)) == conclude(facts, readings), (seed, readings)


def _beside(threshold: int, unit: str) -> list[str]:
    """The threshold in mu, and one hundredth of the unit below and above it."""
    if unit == "mu":
        return [f"{threshold - 1}.99", f"{threshold}.00", f"{threshold}.01"]
    hundredths = threshold * 200000 // 3
    return [f"{n // 100}.{n % 100:02d}" for n in range(hundredths - 1, hundredths + 3)]


@pytest.mark.parametrize("unit", ["mu", "m2"])
@pytest.mark.parametrize("threshold", [3, 5, 10, 15])
@pytest.mark.parametrize("edge", OPTIONS["6.2-edge"])
@pytest.mark.parametrize("figure", OPTIONS["6.1-figure"])
def test_a_hundredth_below_on_and_above_every_threshold(
    unit: str, threshold: int, edge: str, figure: str
) -> None:
    readings = {"6.2-edge": edge, "6.1-figure": figure, "7.3": "any"}
    for value in _beside(threshold, unit):
        for farmland in (value, "0"):
            facts = month_of((value, farmland), unit=unit)
            assert short(answer_to(facts, readings)) == conclude(facts, readings), value


@pytest.mark.parametrize("denominator", OPTIONS["7.4-denominator"])
@pytest.mark.parametrize(
    "whole", ["999.99", "1000.00", "1000.01", "1149.99", "1150.00", "1150.01", "150", "149.99"]
)
def test_the_fifteen_per_cent_line(denominator: str, whole: str) -> None:
    facts = month_of(("150.00", "150.00"), unit="m2")
    facts["years"] = [{"year": 2024, "new_construction_farmland_m2": whole}]
    readings = {"7.4-denominator": denominator}
    assert short(answer_to(facts, readings)) == conclude(facts, readings)


def test_thirty_digits_on_either_side_are_compared_exactly() -> None:
    below = "9." + "9" * 30
    assert answer_to(month_of((below, "0"))).warnings[0].level == "orange"
    big = "9" * 30 + "." + "9" * 30
    assert answer_to(month_of((big, "0"))).warnings[0].level == "red"


def test_areas_filed_in_two_units_are_added_exactly() -> None:
    facts = month_of(("5", "0"))
    third = month_of(("3333.33", "0"), unit="m2")["violations"][0] | {"id": "W"}
    facts["violations"].append(third)
    assert [w.because for w in answer_to(facts).warnings if w.clause == "6.1"] == [("parcels",)]
    third["area_m2"] = "3333.34"
    assert [w.level for w in answer_to(facts).warnings if w.clause == "6.1"] == ["orange"]


def test_a_json_number_is_read_as_written() -> None:
    facts = json.dumps(month_of(("9.99", "0"))).replace('"9.99"', "10.000000000000000000000000000000")
    answer = evaluate(PACK, facts_from_document(parse(facts.encode(), "facts")))
    assert answer.warnings[0].level == "orange"
    facts = json.dumps(month_of(("9.99", "0"))).replace('"9.99"', "9.99999999999999999999")
    answer = evaluate(PACK, facts_from_document(parse(facts.encode(), "facts")))
    assert [w.clause for w in answer.warnings] == ["6.2"]


def test_year_to_date_begins_with_the_first_month_in_force() -> None:
    facts = month_of(("2", "0"), ("2", "0"), ("2", "0"), project="P")
    for violation, month in zip(facts["violations"], ("2024-03", "2024-04", "2024-05"), strict=True):
        violation["month"] = month
    late = answer_to(facts, {"6.2": "cumulative-year"})
    assert [(w.month, w.level) for w in late.warnings] == [("2024-05", "yellow")]
    early = answer_to(facts, {"6.2": "cumulative-year", "0-from": "signed"})
    assert [(w.month, w.level) for w in early.warnings] == [("2024-04", "yellow"), ("2024-05", "orange")]


def test_a_row_runs_over_the_turn_of_the_year() -> None:
    facts = month_of(("3", "0"), ("3", "0"))
    facts["violations"][0]["month"], facts["violations"][1]["month"] = "2024-12", "2025-01"
    assert [m.month for m in answer_to(facts).measures] == ["2025-01"]


def test_an_area_that_was_not_filed_leaves_the_month_open() -> None:
    facts = month_of(("4", "4"))
    del facts["violations"][0]["farmland_mu"], facts["violations"][0]["basic_farmland_mu"]
    assert [u.clause for u in answer_to(facts).undetermined] == ["7.4"]  # at most 4 mu: under every line
    facts["violations"][0]["area_mu"] = "6"
    answer = answer_to(facts)
    assert [(w.clause, w.level) for w in answer.warnings] == [("6.2", "orange")]
    assert answer.undetermined[0].month == "2024-05"
    assert answer.undetermined[0].missing == ("farmland",)


def test_a_figure_that_is_not_exact_shows_its_bounds() -> None:
    facts = month_of(("6", "4"), ("20", "1"))
    del facts["violations"][0]["farmland_mu"]
    entry = next(e for e in answer_to(facts).trace if e.clause == "6.1")
    shown = {c.figure: (c.value, c.low, c.high, c.result) for c in entry.comparisons}
    assert shown == {"area": ("26", None, None, True), "farmland": (None, "1", "7", False)}
    del facts["violations"][0]["area_mu"]
    entry = next(e for e in answer_to(facts).trace if e.clause == "6.1")
    assert [(c.low, c.high) for c in entry.comparisons] == [("20", None), ("1", None)]
    assert [c.to_document().get("low", "") for c in entry.comparisons] == ["20", "1"]


def test_the_trace_says_what_was_read_and_what_was_taken_for_granted() -> None:
    facts = month_of(("6666.67", "0"), unit="m2")
    facts["violations"].insert(0, facts["violations"][0] | {"id": "X", "month": "2024-08", "year": 2023})
    answer = answer_to(facts)
    entry = next(e for e in answer.trace if e.clause == "6.2" and e.month == "2024-05")
    assert entry.facts == (
        {"at": "/violations/1", "id": "V0", "month": "2024-05", "project": "V0", "area_m2": "6666.67"},
    )
    assert entry.defaulted == ({"fact": "/violations/1/project", "value": "V0"},)
    assert entry.readings == {
        "0-from": "first-batch", "6.1-figure": "filed", "6.2": "month", "6.2-edge": "stricter"
    }  # fmt: skip
    assert entry.comparisons[0].filed == "6666.67 m2"
    banner = next(e for e in answer.trace if e.clause == "6.1" and e.month == "2024-05")
    assert [c.filed for c in banner.comparisons if c.figure == "area"] == ["6666.67 m2"] * 2
    rounded = answer_to(facts, {"6.1-figure": "mu-2dp"}).trace[0]
    assert {c.filed for c in rounded.comparisons} == {None}


def test_yearly_traces_show_both_terms_of_the_share() -> None:
    facts = month_of(("15", "15"))
    facts["years"] = [{"year": 2024, "new_construction_farmland_mu": "115", "severe_impact": True}]
    answer = answer_to(facts, {"7.4-denominator": "lawful-only"})
    entry = answer.trace[-1]
    assert (entry.clause, entry.comparisons[0].part, entry.comparisons[0].whole) == ("7.4", "15", "100")
    assert entry.comparisons[0].value == "15"
    assert entry.comparisons[0].near
    read = {"new_construction_farmland_mu": "115", "concealment_found": None}
    assert entry.facts[-1] == {"at": "/years/0", "year": 2024} | read
    assert entry.defaulted == ({"fact": "/violations/0/year", "value": 2024},)
    open_ = answer_to(month_of(("1", "1"))).trace[-1]
    unknown = {"new_construction_farmland": None, "concealment_found": None}
    assert open_.facts[-1] == {"at": None, "year": 2024} | unknown
    assert (open_.comparisons[0].value, open_.comparisons[0].part, open_.comparisons[0].whole) == (
        None,
        "1",
        None,
    )


def test_measures_rest_on_the_warnings_that_they_name() -> None:
    facts = month_of(("3", "0"), ("3", "0"))
    facts["violations"][1]["month"] = "2024-06"
    entry = next(e for e in answer_to(facts).trace if e.kind == "measure")
    assert [fact["at"] for fact in entry.facts] == ["warnings/0", "warnings/1"]
    assert [(c.figure, c.value, c.operator, c.threshold) for c in entry.comparisons] == [
        ("predecessor 2024-05 V0", "yellow", "in", "yellow"),
        ("item 2024-06 V1", "yellow", "in", "yellow"),
    ]


def test_what_is_missing_names_only_what_could_decide() -> None:
    facts = month_of(("10", "10"), stopped=True, investigated=True)
    facts["years"] = [{"year": 2024, "new_construction_farmland_mu": "1000", "severe_impact": False}]
    assert [(u.clause, u.missing) for u in answer_to(facts).undetermined] == [
        ("7.3", ("serious_consequences",))
    ]
    facts["years"][0]["new_construction_farmland_mu"] = "9"
    assert answer_to(facts).undetermined[1].missing == ("contradiction",)
    del facts["years"][0]["new_construction_farmland_mu"]
    missing = answer_to(facts, {"7.4-cause": "found"}).undetermined[1].missing
    assert missing == ("new_construction_farmland", "disorder_found")
    open_acts = month_of(("1", "0"), ("1", "0"), ("1", "0"), stopped=None, investigated=False)
    assert answer_to(open_acts).undetermined[0].missing == ("stopped",)
    assert answer_to(open_acts, {"7.3-unhandled": "either"}).undetermined == ()


def test_only_what_is_true_counts_as_concealment() -> None:
    facts = month_of(("1", "1"))
    facts["years"] = [{"year": 2024, "concealment_found": None, "new_construction_farmland_mu": "100"}]
    assert short(answer_to(facts))["referrals"] == []
    assert short(answer_to(facts))["undetermined"] == []
    facts["years"] = [{"year": 2024, "concealment_found": True}]
    assert short(answer_to(facts))["referrals"] == [["7.4", 2024, ["concealment"]]]


def test_unknown_readings_and_options_are_refused() -> None:
    with pytest.raises(BadInput, match="unknown reading"):
        answer_to(month_of(), {"6.9": "x"})
    with pytest.raises(BadInput, match="no such option"):
        answer_to(month_of(), {"6.2": "x"})


def test_the_answer_names_every_reading_and_is_the_same_each_time() -> None:
    facts, readings = seeded(3)
    first, second = answer_to(facts, readings), answer_to(facts, readings)
    assert json.dumps(first.to_document()) == json.dumps(second.to_document())
    assert set(first.readings) == set(PACK.readings)


def test_the_contract_examples(shared: Path) -> None:
    for line in (shared / "contracts" / "examples.jsonl").read_text(encoding="utf-8").splitlines():
        example = json.loads(line)
        answer = short(answer_to(example["facts"], example["readings"]))
        assert answer == {key: example[key] for key in answer}, example["name"]
        assert conclude(example["facts"], example["readings"]) == answer, example["name"]

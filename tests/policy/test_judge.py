"""What the trace keeps of a comparison: figures filed in m², closeness to a line, the facts read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shoutu.policy import Answer, Comparison, TraceEntry, evaluate, facts_from_document, load_pack
from shoutu.policy.document import parse

PACK = load_pack()


def answer_to(violations: list[dict[str, Any]], *years: dict[str, Any], **readings: str) -> Answer:
    facts = {"schema": 1, "region": "150625", "violations": violations, "years": list(years)}
    named = {name.replace("_", "-").replace("c7-4", "7.4"): option for name, option in readings.items()}
    return evaluate(PACK, facts_from_document(parse(json.dumps(facts).encode(), "facts")), named)


def filed(unit: str, *areas: str, month: str = "2024-05", **more: Any) -> list[dict[str, Any]]:
    """Violations of these areas, all of it farmland and none basic."""
    return [
        {
            "id": f"V{index}",
            "month": month,
            f"area_{unit}": area,
            f"farmland_{unit}": area,
            f"basic_farmland_{unit}": "0",
            **more,
        }
        for index, area in enumerate(areas)
    ]


def entries(answer: Answer, clause: str) -> list[TraceEntry]:
    return [entry for entry in answer.trace if entry.clause == clause]


def compared(answer: Answer, clause: str, figure: str) -> list[Comparison]:
    return [c for e in entries(answer, clause) for c in e.comparisons if c.figure == figure]


def test_a_sum_filed_in_square_metres_is_shown_as_it_was_filed() -> None:
    alone = compared(answer_to(filed("m2", "4000.5", "3000")), "6.1", "area")
    assert {c.filed for c in alone} == {"7000.5 m2"}
    in_mu = compared(answer_to(filed("mu", "6", "5")), "6.1", "area")
    assert {c.filed for c in in_mu} == {None}
    second = filed("mu", "1", "5")[1:]
    mixed = compared(answer_to([*filed("m2", "7000"), *second]), "6.1", "area")
    assert {c.filed for c in mixed} == {None}
    unknown = [*filed("m2", "7000"), {"id": "U", "month": "2024-05"}]
    assert {c.filed for c in compared(answer_to(unknown), "6.1", "area")} == {None}


@pytest.mark.parametrize(
    ("area", "near"),
    [("7.89", False), ("7.9", True), ("8", True), ("8.1", True), ("8.11", False)],
)
def test_within_a_hundredth_of_the_line_itself_included_is_near(area: str, near: bool) -> None:
    """Two mu beside it, so that there are parcels enough for a warning below the line too."""
    violations = [{**violation, "farmland_mu": "0"} for violation in filed("mu", area, "1", "1")]
    found = compared(answer_to(violations), "6.1", "area")
    assert [c.near for c in found if c.threshold == "10"] == [near]


def test_a_count_is_never_near() -> None:
    answer = answer_to(filed("mu", "3", "3"))
    assert {c.near for e in answer.trace for c in e.comparisons if c.unit != "mu"} == {False}


def shares(
    new_farmland: str | None, illegal: str, denominator: str = "all"
) -> tuple[Answer, list[Comparison]]:
    year: dict[str, Any] = {"year": 2024, "concealment_found": True}
    if new_farmland is not None:
        year["new_construction_farmland_mu"] = new_farmland
    answer = answer_to(filed("mu", illegal), year, c7_4_denominator=denominator)
    return answer, compared(answer, "7.4", "ratio")


def test_a_share_is_at_least_the_line_and_says_of_what() -> None:
    line = PACK.numbers["7.4-share"].values[-1][1]
    _, (found,) = shares("100", line)
    assert (found.operator, found.value, found.threshold, found.result) == (">=", line, line, True)
    assert (found.part, found.whole, found.unit, found.near) == (line, "100", "percent", True)
    _, (found,) = shares("100", str(int(line) - 1))
    assert (found.result, found.near) == (False, False)


def test_a_share_of_the_lawful_land_only() -> None:
    _, (found,) = shares("100", "20", "lawful-only")
    assert (found.part, found.whole, found.value) == ("20", "80", "25")
    _, (found,) = shares("20", "20", "lawful-only")
    assert (found.part, found.whole, found.value, found.result) == ("20", "0", None, True)


def test_more_unlawful_land_than_there_is_new_land_is_a_contradiction() -> None:
    answer, (found,) = shares("10", "20", "lawful-only")
    assert (found.whole, found.value, found.result, found.near) == ("-10", None, None, False)
    assert "ratio" not in {reason for referral in answer.referrals for reason in referral.because}


def test_a_share_of_what_nobody_filed_is_not_known() -> None:
    _, (found,) = shares(None, "20")
    assert (found.whole, found.value, found.result) == (None, None, None)
    answer = answer_to(filed("mu", "20"), {"year": 2024})
    missing = [name for u in answer.undetermined if u.clause == "7.4" for name in u.missing]
    assert "new_construction_farmland" in missing


def test_the_year_is_found_by_its_pointer_among_several() -> None:
    years = [{"year": year, "new_construction_farmland_mu": "100"} for year in (2023, 2024, 2025)]
    (entry,) = entries(answer_to(filed("mu", "50"), *years), "7.4")
    (year,) = [fact for fact in entry.facts if "year" in fact and "id" not in fact]
    assert (year["at"], year["year"], year["new_construction_farmland_mu"]) == ("/years/1", 2024, "100")


def test_what_stood_in_for_an_absent_field_is_told_and_no_other() -> None:
    answer = answer_to(filed("mu", "12"))
    told = {fact["fact"]: fact["value"] for entry in answer.trace for fact in entry.defaulted}
    assert told["/violations/0/project"] == "V0"
    assert told["/violations/0/year"] == 2024
    assert set(told) <= {f"/violations/0/{name}" for name in ("project", "year", "new")}
    answer = answer_to(filed("mu", "1", "1", "1"))
    told = {fact["fact"]: fact["value"] for entry in answer.trace for fact in entry.defaulted}
    assert [told[f"/violations/{index}/new"] for index in range(3)] == [True, True, True]
    given = answer_to(filed("mu", "12", "1", "1", project="P", year=2024, new=True))
    assert [fact for entry in given.trace for fact in entry.defaulted] == []

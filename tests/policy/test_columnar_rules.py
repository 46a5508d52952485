"""Columns do what the rule data say, whatever the rules: made-up ones, other packs', and refusals by name."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Any

import pytest

from shoutu.errors import BadInput
from shoutu.policy import Pack, evaluate, load_pack
from shoutu.policy.columnar import check_rules, evaluate_columns, facts_of
from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    Band,
    BandRule,
    ByReading,
    Count,
    Flag,
    Hit,
    Is,
    Items,
    Named,
    Ratio,
    Rule,
    SequenceRule,
    ShareAtLeast,
    Sum,
    Total,
    YearRule,
)
from shoutu.testing.toy_pack import write_toy_pack
from tests.policy.columns import columns_of, province, short
from tests.policy.oracle import conclude
from tests.policy.rules import made_pack
from tests.scale import times

PACK = load_pack()
AREA = Total("area")


def scalar(pack: Pack, facts: Any) -> dict[str, list[Any]]:
    answer = evaluate(pack, facts)
    return {
        "warnings": [[w.clause, w.trigger, w.month, w.level, list(w.because)] for w in answer.warnings],
        "measures": [[m.clause, m.month, m.measure, list(m.grounds)] for m in answer.measures],
        "referrals": [[r.clause, r.year, list(r.because)] for r in answer.referrals],
        "undetermined": [[u.clause, u.month or u.year, set(u.missing)] for u in answer.undetermined],
    }


def agree(pack: Pack, seed: int, banners: int) -> int:
    """How many conclusions there were, all of them equal."""
    made, _ = province(seed, banners)
    columns = columns_of(made)
    outcome = evaluate_columns(pack, columns)
    seen = 0
    for index, facts in enumerate(made):
        got = short(outcome, columns.projects, index, facts["region"])
        for row in got["warnings"]:
            row[4].sort()
        assert got == scalar(pack, facts_of(columns, index)), (seed, index)
        seen += sum(map(len, got.values()))
    return seen


def test_made_up_rules_agree_with_the_scalar_evaluator(monkeypatch: pytest.MonkeyPatch) -> None:
    # The made-up rules have no words, so the scalar answer is asked for without its sentences.
    monkeypatch.setattr(sys.modules["shoutu.policy.evaluate"], "sentence", lambda *_: "")
    seen = sum(agree(made_pack(seed), seed, banners=8) for seed in range(times(80, 4000)))
    assert seen > 80
    print(f"counted: {times(80, 4000)} made-up packs, {seen} conclusions, no difference")


def test_another_pack_with_dated_numbers_agrees(tmp_path: Path) -> None:
    pack = load_pack(str(write_toy_pack(tmp_path / "toy")))
    assert sum(agree(pack, seed, banners=10) for seed in range(20)) > 20


@pytest.mark.parametrize("name", ["cn_national", "guangxi_reporting", "suizhou_2011"])
def test_a_pack_without_month_rules_concludes_nothing(name: str) -> None:
    made, _ = province(4, 3)
    outcome = evaluate_columns(load_pack(name), columns_of(made))
    tables = (outcome.warnings, outcome.measures, outcome.years, outcome.open_months)
    assert [len(table.region) for table in tables] == [0] * 4


LINES = [number for number in PACK.numbers.values() if number.unit == "mu" and number.clause[0] in "67"]


@pytest.mark.parametrize("number", LINES, ids=lambda number: number.id)
@pytest.mark.parametrize("edge", ["stricter", "milder"])
@pytest.mark.parametrize("figure", ["filed", "mu-2dp"])
def test_every_line_and_a_hundredth_beside_it(number: Any, edge: str, figure: str) -> None:
    """One violation, and the same area in three: 0.01 mu and 0.01 m² below, on and above each line."""
    line = int(number.at("2024-05") * 100)
    below = line * 2000 // 3  # hundredths of a square metre; the line itself may lie between two of them
    figures = [("mu", line + step) for step in (-1, 0, 1)] + [("m2", below + step) for step in (-1, 0, 1, 2)]
    made = [
        {"schema": 1, "region": f"R{index}{pieces}", "violations": violations(unit, amount, pieces),
         "years": [{"year": 2024, "new_construction_farmland_m2": "20000", "severe_impact": True}]}
        for index, (unit, amount) in enumerate(figures)
        for pieces in (1, 3)
    ]  # fmt: skip
    readings = {"6.2-edge": edge, "6.1-figure": figure}
    columns = columns_of(made)
    outcome = evaluate_columns(PACK, columns, readings)
    for index, facts in enumerate(made):
        got = short(outcome, columns.projects, index, facts["region"])
        got["undetermined"] = [row[:2] for row in got["undetermined"]]
        assert got == conclude(facts, readings), facts


def violations(unit: str, amount: int, pieces: int) -> list[dict[str, Any]]:
    """The amount, in hundredths, as the farmland and basic farmland of one project."""
    sizes = [amount // pieces] * (pieces - 1)
    sizes.append(amount - sum(sizes))
    texts = [f"{size // 100}.{size % 100:02d}" for size in sizes]
    return [
        {"id": f"V{index}", "project": "P", "month": "2024-05", "stopped": True, "investigated": True}
        | {f"{name}_{unit}": text for name in ("area", "farmland", "basic_farmland")}
        for index, text in enumerate(texts)
    ]


def bands(*tests: Named) -> BandRule:
    return BandRule("6.1", "region", "month", (Band("red", tests),))


def yearly(condition: Any) -> YearRule:
    return YearRule("7.3", "batch", condition, ())


def row(items: Items, hit: Hit) -> SequenceRule:
    return SequenceRule("6.3", "interview-deputy", "6.2-red", items, False, (hit,))


BIG = AtLeast(AREA, "6.2-red")
ABROAD: list[tuple[Rule, str]] = [
    (bands(Named("area", All((BIG,)))), "the test area"),
    (bands(Named("area", ByReading("6.2-edge", {"stricter": BIG, "milder": Flag("new")}))), "the test area"),
    (bands(Named("area", AtLeast(Sum("field"), "6.2-red"))), "Sum"),
    (bands(Named("area", AtLeast(AREA, "7.4-share"))), "Total in percent"),
    (bands(Named("area", AtLeast(Count(Flag("new")), "6.2-red"))), "Count in mu"),
    (bands(Named("area", AtLeast(Total("area", 6), "6.2-red"))), "more than five places"),
    (row(Items(("9.9",)), Hit(("red",))), "the warnings of 9.9"),
    (row(Items(), Hit(("purple",))), "the level purple"),
    (yearly(Is("field", ("a",))), "Is"),
    (yearly(Ratio(AREA, AREA, "7.4-share")), "Ratio"),
    (yearly(Flag("stopped")), "stopped"),
    (yearly(ShareAtLeast(AREA, "new_construction_farmland", "6.2-red")), "the share 6.2-red"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "found"), ABROAD)
def test_a_rule_that_columns_do_not_know_is_refused_by_its_name(rule: Rule, found: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_rules(dataclasses.replace(PACK, rules=(rule,)))
    assert refused.value.where.field == rule.clause  # type: ignore[union-attr]
    assert found in str(refused.value.found)


def test_two_rules_of_one_clause_are_refused() -> None:
    rule = bands(Named("area", BIG))
    with pytest.raises(BadInput) as refused:
        check_rules(dataclasses.replace(PACK, rules=(rule, rule)))
    assert refused.value.found == "two rules of one clause"

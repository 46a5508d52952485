"""The page “which reading and why”: every reading stands there, and what it says of them is so."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from shoutu.errors import BadInput
from shoutu.policy import evaluate, load_pack
from shoutu.policy.cases import cases, short
from shoutu.policy.checks import parts
from shoutu.policy.document import parse
from shoutu.policy.facts import from_document
from shoutu.policy.vocabulary import ByReading
from shoutu.policy.wording import effect_of

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/howto/jurist/which-reading-and-why.md").read_text(encoding="utf-8")
PACK = load_pack()
SETTLED_BEFORE = ("6-late",)
"""Settled by the record: no rule asks for it."""


def sections() -> dict[str, str]:
    """Each `### `name` · question` with what stands under it."""
    pieces = re.split(r"^### `([^`]+)` · (.+)$", TEXT, flags=re.M)[1:]
    return {
        f"{name} {question}": body
        for name, question, body in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True)
    }


def test_every_reading_stands_there_with_its_question_options_and_reasons() -> None:
    assert list(sections()) == [f"{r.name} {r.question.zh}" for r in PACK.readings.values()]
    for reading, body in zip(PACK.readings.values(), sections().values(), strict=True):
        listed = re.findall(r"^- (?:\*\*)?`([^`]+)`(\*\*)? (.+)$", body, re.M)
        assert [(name, text) for name, _, text in listed] == [(o.name, o.text.en) for o in reading.options]
        assert [bool(bold) for _, bold, _ in listed] == [True, *(False for _ in reading.options[1:])]
        for part in ("Why the first:", "What changes:"):
            assert re.search(rf"^\*{part}\* \S.{{10}}", body, re.M), (reading.name, part)


@cache
def documents() -> list[tuple[Any, dict[str, str]]]:
    return [(case.facts, dict(case.readings)) for case in cases(PACK)]


def told(facts: Any, readings: dict[str, str]) -> str:
    """All that an answer concludes, with whom and what its measures touch; without trace and readings."""
    answer = evaluate(PACK, from_document(facts, None, PACK.tables), readings)
    document = {k: v for k, v in answer.to_document().items() if k not in ("trace", "readings")}
    touched = [effect_of(PACK, m.measure, answer.readings).touches.zh for m in answer.measures]
    return json.dumps([document, touched])


def changes(reading: str, option: str) -> bool:
    """Whether some case of the pack comes out otherwise under the option than under the default."""
    default = PACK.readings[reading].default
    likely = sorted(documents(), key=lambda pair: pair[1].get(reading) != option)
    for facts, readings in likely:
        try:
            if told(facts, {**readings, reading: option}) != told(facts, {**readings, reading: default}):
                return True
        except BadInput:
            continue
    return False


def violations(*rows: dict[str, Any], **years: Any) -> Any:
    """A facts document; each act was stopped and investigated unless its row says otherwise."""
    base = {
        "area_mu": "1",
        "farmland_mu": "0",
        "basic_farmland_mu": "0",
        "stopped": True,
        "investigated": True,
    }
    listed = [{"id": f"V{i}", **base, **row} for i, row in enumerate(rows)]
    document = {"schema": 1, "region": "150625", "violations": listed, "years": [years] if years else []}
    return parse(json.dumps(document).encode(), "facts")


def found(facts: Any, **readings: str) -> dict[str, object]:
    return short(evaluate(PACK, from_document(facts), readings))


def levels(facts: Any, clause: str, **readings: str) -> list[str]:
    answer = evaluate(PACK, from_document(facts), readings)
    return [w.level for w in answer.warnings if w.clause == clause]


def interviews(facts: Any, **readings: str) -> int:
    answer = evaluate(PACK, from_document(facts), readings)
    return sum(m.measure == "interview-deputy" for m in answer.measures)


def referred(facts: Any, **readings: str) -> str:
    """yes, no, or ? where it is not known, by part seven."""
    answer = evaluate(PACK, from_document(facts), readings)
    return "yes" if answer.referrals else "?" if any(u.year for u in answer.undetermined) else "no"


COMPUTED = [
    (reading.name, option.name)
    for reading in PACK.readings.values()
    for option in reading.options[1:]
    if reading.name not in (*SETTLED_BEFORE, "0-from", "7.3-unhandled", "7-year")
]


@pytest.mark.parametrize(("reading", "option"), COMPUTED)
def test_each_option_changes_something(reading: str, option: str) -> None:
    assert changes(reading, option)


def test_only_these_are_settled_before() -> None:
    asked = {p.reading for rule in PACK.rules for p in parts(rule) if isinstance(p, ByReading)}
    assert set(PACK.readings) - asked == set(SETTLED_BEFORE)


# ---- what the page says of single readings --------------------------------------------------------------


def test_when_the_order_holds() -> None:
    march = violations({"month": "2024-03", "area_mu": "20"})
    assert levels(march, "6.1") == []
    assert found(march)["undetermined"] == [["6", "2024-03"]]
    assert levels(march, "6.1", **{"0-from": "signed"}) == ["red"]


def test_which_figure_and_which_edge() -> None:
    near = violations({"month": "2024-05", "area_m2": "6664.00", "area_mu": None, "farmland_mu": None,
                       "basic_farmland_mu": None, "farmland_m2": "0", "basic_farmland_m2": "0"})  # fmt: skip
    assert levels(near, "6.1") == []
    assert levels(near, "6.1", **{"6.1-figure": "mu-2dp"}) == ["orange"]
    edges = violations(
        {"month": "2024-05", "area_mu": "5.00", "project": "A"},
        {"month": "2024-05", "area_mu": "10.00", "project": "B"},
    )
    assert levels(edges, "6.2") == ["orange", "red"]
    assert levels(edges, "6.2", **{"6.2-edge": "milder"}) == ["yellow", "orange"]
    assert Fraction("5.40") * (1 - Fraction("0.08")) == Fraction("4.968")


def test_a_project_that_grows() -> None:
    grows = violations(*({"month": f"2024-{m:02}", "area_mu": "2", "project": "A"} for m in range(4, 9)))
    assert levels(grows, "6.2") == []
    by_year = levels(grows, "6.2", **{"6.2": "cumulative-year"})
    assert by_year == ["yellow", "orange", "orange", "red"]


def test_interviews() -> None:
    orange = {"month": "2024-05", "area_mu": "12", "project": "A"}
    pair = [{"month": "2024-05", "area_mu": "1"}] * 2
    quiet = [{"month": "2024-07", "area_mu": "1"}] * 2
    assert interviews(violations({**orange, "project": None, "area_mu": "9.99"})) == 1
    assert interviews(violations({**orange, "area_mu": "9.99"}), **{"6.3": "yellow-or-orange"}) == 0
    then = violations(*pair, {"month": "2024-06", "area_mu": "9.99"})
    assert interviews(then) == interviews(then, **{"6.3": "yellow-or-orange"}) == 1
    own = violations({"month": "2024-05", "area_mu": "3.2"}, {"month": "2024-05", "area_mu": "1.0"})
    assert [interviews(own, **{"6.3-items": o}) for o in ("month-highest", "all", "banner-only")] == [0, 1, 0]
    gap = violations(*pair, *quiet)
    assert [interviews(gap, **{"6.3-gap": o}) for o in ("adjacent-months", "items")] == [0, 1]


def test_referrals() -> None:
    idle = {"month": "2024-05", "stopped": False, "investigated": False}
    three = violations(idle, idle, idle, year=2024, new_construction_farmland_mu="100")
    options = ("two-limbs", "any", "any-with-consequences", "all")
    assert [referred(three, **{"7.3": o}) for o in options] == ["yes", "yes", "?", "no"]
    lost = violations({"month": "2024-05", "area_mu": "10", "farmland_mu": "10"}, year=2024,
                      new_construction_farmland_mu="100", serious_consequences=True)  # fmt: skip
    assert [referred(lost, **{"7.3": o}) for o in options] == ["yes", "yes", "yes", "no"]
    half = {**idle, "stopped": True}
    stopped = violations(half, half, half, year=2024, new_construction_farmland_mu="100")
    assert [referred(stopped, **{"7.3-unhandled": o}) for o in ("both", "either")] == ["no", "yes"]


def test_the_share_of_the_year() -> None:
    rows = [{"month": "2024-05", "area_mu": "7", "farmland_mu": "7"}] * 2
    share = violations(*rows, year=2024, new_construction_farmland_mu="100", serious_consequences=False,
                       severe_impact=False)  # fmt: skip
    assert [referred(share, **{"7.4-denominator": o}) for o in ("all", "lawful-only")] == ["no", "yes"]
    over = violations(*rows, year=2024, new_construction_farmland_mu="90", serious_consequences=False,
                      severe_impact=False)  # fmt: skip
    assert [referred(over, **{"7.4-cause": o}) for o in ("presumed", "found")] == ["yes", "?"]


def test_the_year_of_a_batch() -> None:
    late = {"month": "2025-01", "year": 2024, "stopped": False, "investigated": False}
    facts = violations(late, late, late)
    years = [found(facts, **{"7-year": o})["referrals"] for o in ("campaign", "batch")]
    assert years == [[["7.3", "2024", ["unhandled"]]], [["7.3", "2025", ["unhandled"]]]]

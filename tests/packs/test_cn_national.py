"""The national pack: its cases, its clocks against plain calendars, and what it says of itself."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from chinese_calendar import is_workday

from shoutu.policy import Pack, evaluate, explain, facts_from_document, load_pack
from shoutu.policy.answer import Answer, TraceEntry
from shoutu.policy.cases import Case, cases, run
from shoutu.policy.coverage import CARRIED, PARTLY, coverage
from shoutu.policy.document import parse
from shoutu.policy.numbers import Number
from shoutu.policy.vocabulary import Effect, TableRule

PACK = load_pack("cn_national")
CASES = list(cases(PACK))
FIRST_OF_EACH_KIND = {
    "clue-check": (7, "working"),
    "filing": (10, "working"),
    "evidence": (7, "working"),
    "statement": (5, "working"),
    "hearing-ask": (5, "working"),
    "service": (7, "working"),
    "withdraw": (3, "working"),
    "pay": (15, "rolled"),
    "suit-after-review": (15, "rolled"),
    "court-accept": (5, "working"),
    "court-rule": (7, "working"),
    "court-rule-heard": (30, "rolled"),
    "handover": (90, "rolled"),
    "seizure-report": (1, "plain"),
    "crime-head": (3, "plain"),
    "crime-hand": (1, "plain"),
    "police-examine": (3, "plain"),
    "refusal-review": (3, "plain"),
    "refusal-answer": (3, "plain"),
    "objects": (3, "plain"),
    "reclaim-accept": (60, "working"),
    "idle-answer": (30, "rolled"),
    "idle-finding": (60, "rolled"),
    "idle-pay": (30, "rolled"),
    "idle-register": (30, "rolled"),
}
"""Length of each term and how it is counted, typed here again from the law."""


def answer_to(as_of: str, **tables: list[dict[str, Any]]) -> Answer:
    facts = {"schema": 1, "region": "150625", "as_of": as_of, **tables}
    document = parse(json.dumps(facts).encode(), "facts")
    return evaluate(PACK, facts_from_document(document, None, PACK.tables), {})


def entries(answer: Answer) -> Iterator[TraceEntry]:
    return (entry for entry in answer.trace if entry.concluded is not None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{Path(case.file).stem}: {case.name}")
def test_case(case: Case) -> None:
    result = run(PACK, case)
    assert {kind: result.got.get(kind) for kind in case.expect} == case.expect


def failing(pack: Pack, tables: set[str]) -> bool:
    """Whether a case about one of the tables fails with this pack."""
    own = [case for case in CASES if isinstance(case.facts, dict) and tables & set(case.facts)]
    return any(not run(pack, case).passed for case in own)


@pytest.mark.parametrize("index", range(len(PACK.rules)))
def test_each_rule_matters(index: int) -> None:
    rule = PACK.rules[index]
    if isinstance(rule, Effect):
        mild = dataclasses.replace(rule, measure=f"not-{rule.measure}")
        assert mild.measure not in {other.measure for other in PACK.rules if isinstance(other, Effect)}
        assert any(rule.measure in str(case.expect) for case in CASES)
        return
    assert isinstance(rule, TableRule)
    assert failing(
        dataclasses.replace(PACK, rules=tuple(r for r in PACK.rules if r is not rule)), {rule.table}
    )


def stricter(number: Number) -> Iterator[Number]:
    """The number with one of its values moved by the smallest step that a case can show, up and down."""
    for index, (since, value) in enumerate(number.values):
        for step in (1, -1):
            if number.unit == "date":
                moved = (date.fromisoformat(value) + timedelta(days=step)).isoformat()
            elif number.unit in ("working-day", "day", "months", "years", "parcel", "number", "times"):
                moved = str(int(value) + step)
            else:
                moved = str(Fraction(value) + Fraction(step, 100))
            if moved.startswith("-") or (moved == "0" and number.unit in ("working-day", "day", "months")):
                continue
            if moved == "0" and number.unit in ("years", "parcel"):
                continue
            values = list(number.values)
            values[index] = (since, moved)
            yield dataclasses.replace(number, values=tuple(values))


@pytest.mark.parametrize("name", list(PACK.numbers))
def test_each_number_matters(name: str) -> None:
    """Any value of any number, a step up or down: a case fails."""
    tables = {rule.table for rule in PACK.rules if isinstance(rule, TableRule) and f"'{name}'" in repr(rule)}
    for moved in stricter(PACK.numbers[name]):
        lame = dataclasses.replace(PACK, numbers={**PACK.numbers, name: moved})
        assert failing(lame, tables), moved.values


# ---- clocks against plain calendars ---------------------------------------------------------------


def last_day(start: date, length: int, kind: str) -> date:
    day = start
    while length:
        day += timedelta(days=1)
        length -= kind != "working" or is_workday(day)
    while kind == "rolled" and not is_workday(day):
        day += timedelta(days=1)
    return day


@pytest.mark.parametrize("kind", list(FIRST_OF_EACH_KIND))
def test_a_step_ends_on_the_day_that_a_plain_calendar_gives(kind: str) -> None:
    starts = [date(2024, 5, 1) + timedelta(days=13 * n) for n in range(18)]
    rows = [{"id": d.isoformat(), "kind": kind, "began_on": d.isoformat()} for d in starts]
    found = answer_to("2025-03-03", steps=rows).conclusions or ()
    length, counted = FIRST_OF_EACH_KIND[kind]
    assert [made.due for made in found] == [last_day(d, length, counted).isoformat() for d in starts]


def test_the_steps_named_here_are_those_of_the_pack() -> None:
    kinds = set(PACK.tables["steps"].fields["kind"].options)
    assert kinds - set(FIRST_OF_EACH_KIND) == {"seizure", "public-notice", "reclaim-watch", "emergency"}


# ---- the law of the act ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "law"),
    [
        ({"kind": "occupy", "area_m2": "10", "act_on": "2021-08-31"}, ("2021-08-31", False)),
        ({"kind": "occupy", "area_m2": "10", "act_on": "2021-09-01"}, ("2021-09-01", False)),
        ({"kind": "collective", "gain_yuan": "10", "act_on": "2020-05-01"}, ("2020-05-01", False)),
    ],
)
def test_a_fine_goes_by_the_law_of_the_act(row: dict[str, Any], law: tuple[str, bool]) -> None:
    (entry,) = entries(answer_to("2024-06-28", penal_acts=[{"id": "F", **row}]))
    assert entry.law is not None
    assert (entry.law.applied, entry.law.milder) == law
    assert "适用行为发生时" in entry.sentence
    assert ("1998年实施条例的罚款幅度未见原文" in entry.sentence) == (row["act_on"] < "2021-09-01")


@pytest.mark.parametrize(
    ("value", "outcome", "applied"),
    [
        ("80000", "below", "2024-06-28"),
        ("400000", "suspected", "2024-06-28"),
        ("100000", "suspected", "2016-11-30"),
    ],
)
def test_a_newer_law_that_is_milder_is_applied(value: str, outcome: str, applied: str) -> None:
    row = {"id": "K", "actor": "甲", "kind": "mine", "ore_value_yuan": value, "guarded": False}
    row |= {"penalties": "0", "handled": False, "act_on": "2016-11-30"}  # type: ignore[dict-item]
    (entry,) = entries(answer_to("2024-06-28", crime_acts=[row]))
    assert entry.law is not None
    assert entry.concluded is not None
    assert (entry.concluded.outcome, entry.law.applied) == (outcome, applied)
    assert entry.law.milder is (applied == "2024-06-28")
    assert ("新规定较轻" in entry.sentence) is entry.law.milder


# ---- what it says -----------------------------------------------------------------------------------


def every_entry() -> list[TraceEntry]:
    out: list[TraceEntry] = []
    for case in CASES:
        facts = facts_from_document(case.facts, case.file, PACK.tables)
        out += entries(evaluate(PACK, facts, case.readings))
    return out


EVERY = every_entry()


def test_what_is_not_verified_is_printed_wherever_it_decides() -> None:
    seen = set()
    for entry in EVERY:
        used = {c.number for c in entry.comparisons if c.number}
        doubtful = {name for name in used if PACK.numbers[name].unverified is not None}
        assert doubtful <= {name.partition("@")[0] for name in entry.unverified}
        for mark in entry.unverified:
            name, _, since = mark.partition("@")
            note = PACK.numbers[name].doubt(since)
            assert note is not None
            assert note.zh in entry.sentence
            assert note.en in explain(PACK, entry, "en")
            seen.add(name)
    doubted = {number.id for number in PACK.numbers.values() if number.unverified or number.doubts}
    assert doubted <= seen


def test_sentences_cite_the_law_and_only_suspect() -> None:
    """No clause id of ours; 违法 and 非法 only after 涉嫌 or in the name of a law."""
    titles = "|".join(re.escape(title) for title in re.findall("《[^》]*》", str(PACK.clauses.values())))
    for entry in EVERY:
        bare = re.sub(titles, "", entry.sentence).replace("责令停止违法行为", "")
        for word in ("违法", "非法"):
            assert word not in re.sub(f"涉嫌{word}", "", bare), entry.sentence
        for word in ("犯罪分子", "责任人"):
            assert word not in bare
        assert entry.clause not in entry.sentence
        assert entry.sentence.endswith("系统测算，不作为处理决定依据。")
        english = explain(PACK, entry, "en")
        names = "".join(str(fact.get(key, "")) for fact in entry.facts for key in ("actor", "place", "id"))
        left = re.sub(r"[\u4e00-\u9fff]+(?=[:,])", "", english)
        assert not re.search("[\u4e00-\u9fff]", left.replace(names, "")), english


def test_coverage_names_every_clause_and_lacks_nothing_unsaid() -> None:
    found = coverage(PACK)
    assert [clause.clause for clause in found] == list(PACK.clauses)
    assert {clause.status for clause in found} <= {CARRIED, PARTLY}

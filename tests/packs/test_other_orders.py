"""Small packs of other orders, which show that the engine is general: each case, each rule, each number."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from shoutu.policy import Pack, evaluate, explain, load_pack
from shoutu.policy.answer import Answer
from shoutu.policy.cases import Case, cases, run
from shoutu.policy.coverage import BROKEN, MISSING, coverage
from shoutu.policy.facts import from_document
from shoutu.policy.figures import exact_text
from shoutu.policy.numbers import TERMS
from shoutu.policy.vocabulary import Conclude, Effect
from shoutu.policy.wording import cite

NAMES = (
    "guangxi_reporting",
    "mlr_2014_18",
    "mnr_2021_2",
    "order_9_2000",
    "suizhou_2011",
    "yunnan_transfer",
)
NOT_IN_THE_SHORT_FORM = {"suspension"}
"""How long a measure lasts is not in what a case expects; test_the_measure_lasts_one_year looks at it."""


@cache
def pack_of(name: str) -> Pack:
    return load_pack(name)


@cache
def cases_of(name: str) -> tuple[Case, ...]:
    return tuple(cases(pack_of(name)))


def answers(name: str) -> Iterator[Answer]:
    pack = pack_of(name)
    for case in cases_of(name):
        yield evaluate(pack, from_document(case.facts, case.file, pack.tables), case.readings)


@cache
def numbers_of(name: str, index: int) -> frozenset[str]:
    """The numbers that a case compares with."""
    pack, case = pack_of(name), cases_of(name)[index]
    answer = evaluate(pack, from_document(case.facts, case.file, pack.tables), case.readings)
    return frozenset(c.number for entry in answer.trace for c in entry.comparisons if c.number is not None)


def all_pass(pack: Pack, about: str | None = None) -> bool:
    """Whether every case passes; those that compare with the number `about` are tried first."""
    listed = list(enumerate(cases_of(pack.name)))
    if about is not None:
        listed.sort(key=lambda pair: about not in numbers_of(pack.name, pair[0]))
    return all(run(pack, case).passed for _, case in listed)


ALL_CASES = [(name, case) for name in NAMES for case in cases_of(name)]


@pytest.mark.parametrize(("name", "case"), ALL_CASES, ids=[f"{n}: {c.name}" for n, c in ALL_CASES])
def test_case(name: str, case: Case) -> None:
    result = run(pack_of(name), case)
    assert {kind: result.got.get(kind) for kind in case.expect} == case.expect


@pytest.mark.parametrize("name", NAMES)
def test_each_rule_matters(name: str) -> None:
    """With any rule taken away a case fails; every effect is one that some conclusion proposes."""
    pack = pack_of(name)
    proposed = {
        measure
        for rule in pack.rules
        if isinstance(rule, Conclude)
        for band in rule.bands
        for measure in band.measures
    }
    for rule in pack.rules:
        if isinstance(rule, Effect):
            assert rule.measure in proposed
            continue
        assert not all_pass(dataclasses.replace(pack, rules=tuple(r for r in pack.rules if r is not rule)))


@pytest.mark.parametrize("name", NAMES)
def test_each_number_is_held_on_both_sides(name: str) -> None:
    """A number that is one smallest step larger or smaller makes a case fail."""
    pack = pack_of(name)
    for number in pack.numbers.values():
        step = Fraction(1) if number.unit in TERMS else Fraction(1, 100)
        for change in (step, -step):
            value = Fraction(number.values[-1][1]) + change
            if value < 0 or (number.unit in TERMS and value < 1) or number.id in NOT_IN_THE_SHORT_FORM:
                continue
            other = dataclasses.replace(number, values=((number.values[-1][0], exact_text(value)),))
            altered = dataclasses.replace(pack, numbers={**pack.numbers, number.id: other})
            assert not all_pass(altered, number.id), (number.id, exact_text(value))


@pytest.mark.parametrize("name", NAMES)
def test_each_option_of_a_reading_has_a_case(name: str) -> None:
    pack = pack_of(name)
    used = {(k, v) for answer in answers(name) for e in answer.trace for k, v in e.readings.items()}
    assert used == {(r.name, o.name) for r in pack.readings.values() for o in r.options}


@pytest.mark.parametrize("name", NAMES)
def test_each_clause_has_its_carrier(name: str) -> None:
    for clause in coverage(pack_of(name)):
        assert clause.status not in (BROKEN, MISSING), clause


@pytest.mark.parametrize("name", NAMES)
def test_some_things_are_not_known(name: str) -> None:
    """Each pack says not known where a fact is missing, and where its law does not hold."""
    missing = {m for answer in answers(name) for made in answer.conclusions or () for m in made.missing}
    assert len(missing) > 1
    assert "not-in-force" in missing


@pytest.mark.parametrize("name", NAMES)
def test_sentences_are_whole_and_say_suspected(name: str) -> None:
    pack = pack_of(name)
    said = 0
    for answer in answers(name):
        for entry in answer.trace:
            zh, en = (explain(pack, entry, language) for language in ("zh", "en"))
            assert zh.endswith("系统测算，不作为处理决定依据。")
            assert not re.search(r"(outcome|question|measure|touches|ends|missing|unit)\.", zh + en), zh
            bare = zh.replace(cite(pack, entry.clause, "zh"), "").replace("涉嫌违法", "")
            for word in ("违法", "非法", "认定"):
                assert word not in bare, zh
            said += 1
    assert said > 10


def test_the_measure_lasts_one_year() -> None:
    found = [m for a in answers("suizhou_2011") for c in a.conclusions or () for m in c.measures]
    suspensions = [m for m in found if m.kind == "suspend"]
    assert suspensions
    assert all((m.lasting, m.ends) == ("1 years", None) for m in suspensions)
    (answer,) = [
        a for a, c in zip(answers("suizhou_2011"), cases_of("suizhou_2011"), strict=True) if "16.4" in c.name
    ]
    assert "为16.401%（1124.59亩÷6857亩），超过15%" in answer.trace[0].sentence
    assert "暂停农用地转用（对象：该辖区农用地转用审批，为期1年）" in answer.trace[0].sentence


def test_what_was_not_seen_in_the_text_says_so_where_it_decides() -> None:
    for name in ("suizhou_2011", "guangxi_reporting", "mnr_2021_2", "yunnan_transfer"):
        sentences = [e.sentence for a in answers(name) for e in a.trace if e.unverified]
        assert sentences
        assert all("未经核实的数：" in sentence for sentence in sentences)


def test_they_are_installed() -> None:
    root = Path(pack_of("ordos_2024_23").folder).parent
    assert set(NAMES) <= {path.parent.name for path in root.glob("*/pack.yaml")}

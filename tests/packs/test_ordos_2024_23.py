"""The Ordos pack: true to the order's text, whole, and in words that may stand on an official's page."""

from __future__ import annotations

import dataclasses
import importlib
import json
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import pytest

from shoutu.policy import Facts, Filed, Violation, evaluate, explain, load_pack
from shoutu.policy.answer import Answer, TraceEntry
from shoutu.policy.cases import Case, cases, run
from shoutu.policy.coverage import BROKEN, CARRIED, PARTLY, Carrier, coverage
from shoutu.policy.document import parse
from shoutu.policy.facts import from_document
from shoutu.policy.numbers import Number, squeeze
from shoutu.policy.vocabulary import (
    AtLeast,
    ByReading,
    Clock,
    Conclude,
    Effect,
    Flag,
    InForce,
    Is,
    Not,
    OnOrAfter,
    Ratio,
    Rule,
    RunOut,
    TableRule,
)
from shoutu.policy.wording import effect_of
from tests.coverage_disabled import by_case
from tests.policy.made import seeded

PACK = load_pack()
CASES = list(cases(PACK))


def made_answers(count: int = 40) -> list[Answer]:
    answers = []
    for seed in range(count):
        facts, readings = seeded(seed)
        typed = from_document(parse(json.dumps(facts).encode(), "facts"))
        answers.append(evaluate(PACK, typed, readings))
    return answers


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{Path(case.file).stem}: {case.name}")
def test_case(case: Case) -> None:
    result = run(PACK, case)
    assert {kind: result.got.get(kind) for kind in case.expect} == case.expect


def clause_of(rule: Rule) -> str:
    """The clause whose cases hold the rule; from when the order is applied is asked in those of 题头."""
    return "0.1" if isinstance(rule, InForce) else rule.clause


def name_of(rule: Rule) -> str:
    own = getattr(rule, "question", None) or getattr(rule, "measure", None) or type(rule).__name__
    return f"{clause_of(rule)} {own}"


def notices(rule: Rule, other: Rule | None, own: list[Case]) -> bool:
    """Whether one of the cases fails when `other` stands in the place of the rule (None: nothing does)."""
    rules = [other if r is rule else r for r in PACK.rules]
    lame = dataclasses.replace(PACK, rules=tuple(r for r in rules if r is not None))
    assert own
    return not all(run(lame, case).passed for case in own)


def of_clause(clause: str) -> list[Case]:
    return [case for case in CASES if Path(case.file).stem == clause]


def about(rule: TableRule) -> list[Case]:
    """The cases that expect a conclusion to the rule's question, and those of its clause."""
    found = [c for c in CASES if any(e[0] == rule.question for e in expected(c))]
    return [*found, *(case for case in of_clause(rule.clause) if case not in found)]


def expected(case: Case) -> list[list[str]]:
    return cast("list[list[str]]", case.expect.get("conclusions", []))


@pytest.mark.parametrize("rule", [r for r in PACK.rules if not isinstance(r, Effect)], ids=name_of)
def test_each_rule_matters(rule: Rule) -> None:
    """With any rule of the pack taken away, a case of its own clause fails."""
    assert notices(rule, None, of_clause(clause_of(rule)))


@pytest.mark.parametrize("effect", [r for r in PACK.rules if isinstance(r, Effect)], ids=name_of)
def test_each_effect_matters(effect: Effect) -> None:
    """Without what a measure is, a case of its own clause that proposes it cannot be told."""
    lame = dataclasses.replace(PACK, rules=tuple(r for r in PACK.rules if r is not effect))

    def tell(own: list[Case]) -> list[object]:
        facts = [from_document(case.facts, None, lame.tables) for case in own]
        return [evaluate(lame, f, c.readings).to_document() for f, c in zip(facts, own, strict=True)]

    own = [case for case in of_clause(effect.clause) if "refused" not in case.expect]
    with pytest.raises((StopIteration, RuntimeError)):
        tell(own)


def altered(value: Any) -> Iterator[Any]:
    """The piece of rule data with one thing in it changed: an operand dropped, a “not” or an edge turned."""
    if isinstance(value, Not):
        yield value.condition
    if isinstance(value, Flag):
        yield Not(value)
    if isinstance(value, AtLeast | Ratio | OnOrAfter | RunOut) and isinstance(value.beyond, bool):
        yield dataclasses.replace(value, beyond=not value.beyond)
    if isinstance(value, Is) and len(value.options) > 1:
        for option in value.options:
            yield dataclasses.replace(value, options=tuple(o for o in value.options if o != option))
    if isinstance(value, tuple):
        for at, item in enumerate(value):
            if len(value) > 1 and not isinstance(item, str):
                yield value[:at] + value[at + 1 :]
            for other in altered(item):
                yield (*value[:at], other, *value[at + 1 :])
    elif isinstance(value, ByReading):
        for option, item in value.options.items():
            for other in altered(item):
                yield ByReading(value.reading, {**value.options, option: other})
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            if not isinstance(getattr(value, field.name), str):
                for other in altered(getattr(value, field.name)):
                    yield dataclasses.replace(value, **{field.name: other})


@pytest.mark.parametrize("rule", [r for r in PACK.rules if isinstance(r, TableRule)], ids=name_of)
def test_each_piece_of_a_rule_matters(rule: TableRule) -> None:
    """With one operand dropped, one “not” or one edge turned, a case of its own clause fails."""
    own = about(rule)
    unnoticed = [other for other in altered(rule) if not notices(rule, other, own)]
    assert unnoticed == []


@pytest.mark.parametrize("rule", [r for r in PACK.rules if isinstance(r, TableRule)], ids=name_of)
def test_cases_show_every_outcome_and_every_reason(rule: TableRule) -> None:
    """Yes and no, each reason, and what is not known."""
    told = [found for case in of_clause(rule.clause) for found in expected(case) if found[0] == rule.question]
    outcomes, reasons = {found[2] for found in told}, {word for found in told for word in found[3:]}
    assert "?" in outcomes
    if isinstance(rule, Conclude):
        assert {rule.otherwise, *(band.level for band in rule.bands)} <= outcomes
        assert {test.name for band in rule.bands for test in band.tests} <= reasons
        assert {measure for band in rule.bands for measure in band.measures} <= reasons
    elif isinstance(rule, Clock):
        assert outcomes & {"running", "met"}
        assert outcomes & {"overdue", "late"}
    else:
        assert "figure" in outcomes


IN_CASES = [(c.clause, k) for c in coverage(PACK) for k in c.carriers if k.test.startswith("cases/")]


@pytest.mark.parametrize(("clause", "carrier"), IN_CASES, ids=lambda value: str(value)[:40])
def test_the_case_that_coverage_names_fails_without_its_carrier(clause: str, carrier: Carrier) -> None:
    """What the platform carries is tried by `python -m tests.coverage_disabled`, which takes minutes."""
    assert by_case(PACK, CASES, clause, carrier).held


def test_each_rule_stands_in_the_coverage_of_its_clause() -> None:
    """So that none is forgotten there: a carrier is named for every rule but the effects of measures."""
    carriers = {(c.clause, carrier.carrier) for c in coverage(PACK) for carrier in c.carriers}
    for part in range(1, 8):
        module = importlib.import_module(f"shoutu.packs.ordos_2024_23.rules.part{part}")
        for rule in module.RULES:
            if not isinstance(rule, Effect):
                name = next(name for name, value in vars(module).items() if value is rule)
                assert (rule.clause, f"{module.__name__}:{name}") in carriers, name


def test_before_the_order_nothing_is_known() -> None:
    early = Facts(
        region="150625",
        violations=(Violation(id="V", month="2024-03", year=2023, area=Filed("20", "mu")),),
    )
    answer = evaluate(PACK, early)
    assert [(u.clause, u.month, u.year, u.missing) for u in answer.undetermined] == [
        ("6", "2024-03", None, ("not-in-force",)),
        ("7", None, 2023, ("not-in-force",)),
    ]
    assert answer.warnings == ()
    assert [w.level for w in evaluate(PACK, early, {"0-from": "signed"}).warnings] == ["red", "red"]


def quoted() -> list[Number]:
    """The numbers that the order prints; the others rest on a provision beside it."""
    return [number for number in PACK.numbers.values() if PACK.clauses[number.clause].cite is None]


def test_numbers_beside_the_order_say_where_from_or_that_nobody_has_verified_them() -> None:
    for number in PACK.numbers.values():
        if number not in quoted():
            assert (
                number.clause in ("tdss-20", "xzcf-60", "ysgd-8")
                or number.unverified
                or number.id == "local-some"
            )


def test_every_quotation_stands_word_for_word_in_the_order() -> None:
    text = squeeze(PACK.order)
    for number in quoted():
        assert squeeze(number.quotation) in text, number.id


def test_the_value_of_a_number_is_in_its_quotation() -> None:
    """Only the first batch month is not printed: it follows from the day of issue (reading 0-from)."""
    spoken = {
        "0.1-first-batch": "2024年3月28日",
        "0.1-signed": "2024年3月",
        "6.3-items": "两项",
        "6.4-red": "红色",
        "5.3-two-years": "两年",
        "5.4-line": "2020年7月3日",
        "5.5-whole": "总量不减少",
        "2.6-mines": "否则",
    }
    for number in quoted():
        shown = spoken.get(number.id, number.values[-1][1])
        assert shown in number.quotation, number.id


def test_a_notice_does_not_repeat_the_slip_of_the_print() -> None:
    slip = "《中华人民共和国管土地理法实施条例》"
    assert slip in PACK.order
    assert PACK.as_read(f"根据{slip}") == "根据《中华人民共和国土地管理法实施条例》"


def test_sentences_cite_the_part_and_never_our_ids() -> None:
    sentences = 0
    for answer in made_answers():
        for entry in answer.trace:
            sentences += 1
            assert (
                "《意见》（鄂府发〔2024〕23号）第" + ("六" if entry.clause[0] == "6" else "七") + "部分"
                in entry.sentence
            )
            assert entry.sentence.endswith("系统测算，不作为处理决定依据。")
            words = entry.sentence.replace("（鄂府发〔2024〕23号）", "")
            assert not re.search(r"(?<![0-9.])[67]\.[1-4](?![0-9亩%])", words), entry.sentence
            assert "第六条" not in words
    assert sentences > 100


def test_sentences_say_suspected_outside_quotations() -> None:
    """违法 stands only in the order's own words and in 涉嫌违法; 认定, 非法 and 责任人 only in quotations."""
    terms = [text.zh for text in PACK.terms.values()]
    terms += [field.title.zh for table in PACK.tables.values() for field in table.fields.values()]
    said = [*terms, *(re.sub("“[^”]*”", "", e.sentence) for a in made_answers(20) for e in a.trace)]
    for sentence in said:
        bare = sentence
        for said_so in ("涉嫌违法", "疑似违法", "单个项目违法面积的计算期间", "直接责任人"):
            bare = bare.replace(said_so, "")
        for word in ("违法", "非法", "认定", "责任人"):
            assert word not in bare, sentence


def conclusions() -> Iterator[TraceEntry]:
    """The trace entries of the conclusions of all cases."""
    for case in CASES:
        if "refused" not in case.expect:
            answer = evaluate(PACK, from_document(case.facts, None, PACK.tables), case.readings)
            yield from (entry for entry in answer.trace if entry.concluded is not None)


def test_conclusions_cite_the_part_the_statute_and_the_doubt_and_never_our_ids() -> None:
    parts = dict(zip("1234567", "一二三四五六七", strict=True))
    told = 0
    for entry in conclusions():
        assert entry.concluded is not None
        chinese, english = (explain(PACK, entry, language) for language in ("zh", "en"))
        assert f"《意见》（鄂府发〔2024〕23号）第{parts[entry.clause[0]]}部分" in chinese
        assert f"part {entry.clause[0]}" in english
        statute = PACK.clauses[entry.clause].statute
        assert statute is None or (f"并见{statute.zh}" in chinese and statute.en in english)
        assert ("未经核实的数" in chinese) is bool(entry.unverified)
        assert chinese.endswith("系统测算，不作为处理决定依据。")
        assert f"“{entry.clause}”" not in chinese
        bare = re.sub("“[^”]*”|并见[^。]*。", "", chinese).replace("直接责任人", "")
        for word in ("违法", "非法", "认定", "责任人", "第六条"):
            assert word not in re.sub("疑似违法|涉嫌违法", "", bare), chinese
        for key in (entry.concluded.question, entry.concluded.outcome, *entry.concluded.because):
            assert key is None or "-" not in key or key not in chinese, chinese
        named = english.replace(entry.concluded.subject, "")
        assert not re.search("[\u4e00-\u9fff]", re.sub("“[^”]*”|鄂府发〔2024〕23号|核准|备案", "", named)), (
            named
        )
        told += 1
    assert told > 300


def test_every_comparison_can_be_done_again_from_its_entry() -> None:
    """Figures from the entry's own facts, results from figure, operator and threshold."""
    again = 0
    for answer in made_answers(60):
        for entry in answer.trace:
            rounded = answer.readings["6.1-figure"] == "mu-2dp"
            for made in entry.comparisons:
                if made.unit != "mu" or made.value is None:
                    continue
                reached = Fraction(made.value) >= Fraction(made.threshold)
                if made.operator == ">":
                    reached = Fraction(made.value) > Fraction(made.threshold)
                assert made.result is reached
                name = made.figure.replace("-", "_")
                figures = [
                    Fraction(str(fact[key])) * (1 if key.endswith("_mu") else Fraction(15, 10000))
                    for fact in entry.facts
                    for key in (f"{name}_mu", f"{name}_m2")
                    if key in fact
                ]
                if rounded:
                    figures = [Fraction(int(figure * 100 + Fraction(1, 2)), 100) for figure in figures]
                if all(fact.get(name, 0) is not None for fact in entry.facts):
                    assert sum(figures, Fraction(0)) == Fraction(made.value)
                    again += 1
    assert again > 300


def test_a_broken_comparison_changes_the_sentence() -> None:
    """The sentence is printed from the trace: another result, another sentence."""
    answer = next(a for a in made_answers() if a.warnings)
    entry = next(e for e in answer.trace if e.kind == "warning")
    turned = tuple(dataclasses.replace(c, result=not c.result) for c in entry.comparisons)
    assert explain(PACK, dataclasses.replace(entry, comparisons=turned), "zh") != entry.sentence


def test_english_sentences_have_no_chinese_but_the_citation_and_the_quotation() -> None:
    for answer in made_answers(15):
        for entry in answer.trace:
            bare = re.sub("“[^”]*”|鄂府发〔2024〕23号|核准", "", explain(PACK, entry, "en"))
            assert not re.search("[\u4e00-\u9fff]", bare), bare


def test_measures_say_whom_and_how_they_end() -> None:
    readings = PACK.settle({"6.3-whom": "both"})
    assert effect_of(PACK, "interview-deputy", readings).touches.zh == "旗区人民政府和旗区自然资源局"
    stop = effect_of(PACK, "propose-suspension", readings)
    assert stop.kind == "suspend"
    assert stop.ends is not None
    assert "临时用地" in stop.touches.zh


def own_clauses() -> list[str]:
    """The clauses of the order itself, without the provisions beside it."""
    return [clause.id for clause in PACK.clauses.values() if clause.cite is None]


def test_coverage_names_no_carrier_or_test_that_is_gone() -> None:
    found = coverage(PACK)
    assert [clause.clause for clause in found] == own_clauses()
    faults = [f for clause in found if clause.status == BROKEN for c in clause.carriers for f in c.faults]
    assert faults == []
    lost = [clause.clause for clause in found if clause.status not in (CARRIED, PARTLY)]
    assert lost == []


def test_the_pack_holds_every_clause_and_the_order_as_delivered(shared: Path) -> None:
    rows = re.findall(
        r"^\| ([0-9]\.[0-9]) \|", (shared / "order/CLAUSES.md").read_text(encoding="utf-8"), re.M
    )
    assert list(dict.fromkeys(rows)) == own_clauses()
    delivered = (shared / "order/order-2024-23.zh.txt").read_text(encoding="utf-8")
    assert delivered == PACK.order


def test_the_pack_holds_every_reading_and_option(shared: Path) -> None:
    text = (shared / "order/CLAUSES.md").read_text(encoding="utf-8")
    table = text[text.index("| name | question | options |") :]
    rows = re.findall(r"^\| `([^`]+)` \| .* \| (.*) \|$", table, re.M)
    assert [name for name, _ in rows] == list(PACK.readings)
    for name, options in rows:
        named = re.findall(r"(?:^|· |; )`([^`]+)`", options) + re.findall(r"· `([^`]+)`", options)
        known = [option.name for option in PACK.readings[name].options]
        assert set(named) <= set(known), name
        if options.startswith("`"):
            assert named[0] == known[0], name

"""Rules on a pack's own tables, against plain dates and fractions reckoned here."""

from __future__ import annotations

import itertools
import json
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from chinese_calendar import is_workday

from shoutu.policy import Pack, evaluate, explain, facts_from_document
from shoutu.policy.answer import Answer, Conclusion
from shoutu.policy.document import parse
from tests.policy.table_pack import loaded

Row = dict[str, Any]


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return loaded(tmp_path_factory.mktemp("sand"))


def answer_to(
    pack: Pack, *plots: Row, stops: tuple[Row, ...] = (), as_of: str = "2024-06-03", **readings: str
) -> Answer:
    facts = {"schema": 1, "region": "150625", "as_of": as_of, "plots": list(plots), "stops": list(stops)}
    document = parse(json.dumps(facts).encode(), "facts")
    return evaluate(pack, facts_from_document(document, None, pack.tables), readings)


def of(answer: Answer, question: str) -> list[Conclusion]:
    return [made for made in answer.conclusions or () if made.question == question]


# ---- a company's share, with what is not known ------------------------------------------------------


def ratio_of(plots: list[Row]) -> bool:
    """Idle area ≥ 20 % of all of it, by fractions."""
    part = sum((Fraction(p["area_mu"]) for p in plots if p["idle"]), Fraction(0))
    whole = sum((Fraction(p["area_mu"]) for p in plots), Fraction(0))
    return part > 0 and part * 5 >= whole


def completions(plots: list[Row]) -> Any:
    """Every way in which the unknown flags and areas could be filled in, areas at their extremes."""
    choices = [
        itertools.product(
            (p["idle"],) if p.get("idle") is not None else (True, False),
            (p["area_mu"],) if p.get("area_mu") is not None else ("0", "0.01", "1000000"),
        )
        for p in plots
    ]
    for filled in itertools.product(*(list(choice) for choice in choices)):
        yield [{"idle": idle, "area_mu": area} for idle, area in filled]


@pytest.mark.parametrize("seed", range(60))
def test_a_companys_share(pack: Pack, seed: int) -> None:
    dice = Random(seed)
    areas = ("0", "0.01", "1", "1.99", "2", "2.01", "4", "8")
    plots: list[Row] = [
        {"id": f"P{i}", "holder": dice.choice("AB"), "idle": dice.choice((True, False))}
        | {"area_mu": dice.choice(areas)}
        for i in range(dice.randint(1, 5))
    ]
    if seed % 2:
        lost = dice.choice(plots)
        lost[dice.choice(("idle", "area_mu"))] = None
    found = {made.subject: made for made in of(answer_to(pack, *plots), "stop")}
    assert sorted(found) == sorted({p["holder"] for p in plots})
    for holder, made in found.items():
        own = [p for p in plots if p["holder"] == holder]
        outcomes = {ratio_of(filled) for filled in completions(own)}
        if made.outcome is None:
            assert any(p.get("idle") is None or p.get("area_mu") is None for p in own)
            assert made.missing
        else:
            assert outcomes == {made.outcome == "stopped"}
            assert [m.measure for m in made.measures] == (["stop"] if made.outcome == "stopped" else [])


def test_what_the_share_leaves_open_names_the_fact(pack: Pack) -> None:
    (made,) = of(
        answer_to(pack, {"id": "P", "holder": "A", "area_mu": "1"}, {"id": "Q", "holder": "A", "idle": False,
                                                                     "area_mu": "1"}),
        "stop",
    )  # fmt: skip
    assert (made.outcome, made.missing, made.measures) == (None, ("idle",), ())


def test_a_reading_changes_what_counts(pack: Pack) -> None:
    plot = {"id": "P", "holder": "A", "area_mu": "1", "idle": True, "own": False}
    assert of(answer_to(pack, plot), "stop")[0].outcome == "stopped"
    answer = answer_to(pack, plot, owner="own")
    assert of(answer, "stop")[0].outcome == "go-on"
    entry = next(e for e in answer.trace if e.concluded is not None and e.concluded.question == "stop")
    assert entry.readings == {"owner": "own"}


def test_the_measure_says_for_how_long_and_the_sentence_says_so_too(pack: Pack) -> None:
    answer = answer_to(pack, {"id": "P", "holder": "甲", "area_mu": "1", "idle": True})
    (made,) = of(answer, "stop")
    assert made.to_document()["measures"] == [
        {"measure": "stop", "kind": "suspend", "touches": "holder", "lasting": "12 months"}
    ]
    zh, en = (explain(pack, answer.trace[0], language) for language in ("zh", "en"))
    assert "甲" in zh
    assert "为100.000%（1亩÷1亩），达到20%" in zh
    assert "依据《演示规定》第一条" in zh
    assert "拟停止供砂（对象：该企业，为期12个月）" in zh
    assert "a stop of supply is proposed (the company, for 12 months)" in en


# ---- one plot ----------------------------------------------------------------------------------------

OLD = {"act_on": "2020-01-01", "seen_on": "2020-02-01"}
NEW = {"act_on": "2022-01-01", "seen_on": "2022-02-01"}


@pytest.mark.parametrize(
    ("row", "outcome", "because", "missing"),
    [
        ({"kind": "pit", "area_mu": "9.99", "start": "2023-06-01", **NEW}, "medium", ("area",), ()),
        ({"kind": "pit", "area_mu": "10", "start": "2023-06-01", **NEW}, "large", ("area",), ()),
        ({"kind": "pit", "area_mu": "5", "start": "2023-06-01", **NEW}, "medium", ("area",), ()),
        ({"kind": "pit", "area_mu": "4.99", "start": "2023-06-01", **NEW}, "small", (), ()),
        ({"kind": "pit", "area_mu": "4.99", "start": "2022-04-30", **NEW}, "large", ("lying",), ()),
        ({"kind": "pit", "area_mu": "4.99", "start": "2022-05-01", **NEW}, "small", (), ()),
        ({"kind": "pit", "area_m2": "3333.33", "start": "2023-06-01", **NEW}, "small", (), ()),
        ({"kind": "pit", "area_m2": "3333.34", "start": "2023-06-01", **NEW}, "medium", ("area",), ()),
        ({"kind": "pit", "area_mu": "1", "start": "2023-06-01", **OLD}, "medium", ("old",), ()),
        ({"kind": "pit", "area_mu": "6", **NEW}, "medium", ("area",), ("start",)),
        ({"kind": "pit", "start": "2023-06-01", **NEW}, None, (), ("area",)),
        ({"area_mu": "6", "start": "2023-06-01", **NEW}, None, (), ("kind",)),
    ],
)
def test_one_plot(
    pack: Pack, row: Row, outcome: str | None, because: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    (made,) = of(answer_to(pack, {"id": "P", **row}, as_of="2024-04-30"), "plot")
    assert (made.outcome, made.because, made.missing) == (outcome, because, missing)


def test_rows_that_the_rule_is_not_for_are_passed_over(pack: Pack) -> None:
    assert of(answer_to(pack, {"id": "P", "kind": "yard", "area_mu": "99"}), "plot") == []


def test_a_day_between_two_bounds_is_not_known_when_the_line_lies_between(pack: Pack) -> None:
    row = {"id": "P", "kind": "pit", "area_mu": "1", "start": "2023-06-01"}
    for act, seen, outcome in (
        ("2020-07-03", "2020-07-03", "medium"),
        ("2020-07-03", "2020-07-04", None),
        ("2020-07-04", "2020-07-05", "small"),
    ):
        (made,) = of(answer_to(pack, {**row, "act_on": act, "seen_on": seen}), "plot")
        assert made.outcome == outcome, (act, seen)


def test_pauses_are_not_counted(pack: Pack) -> None:
    row = {"id": "P", "kind": "pit", "area_mu": "1", "start": "2022-06-03", **NEW}
    stop = {"id": "S", "of": "P", "since": "2023-01-01", "until": "2023-01-10"}
    for as_of, outcome in (("2024-06-12", "small"), ("2024-06-13", "large")):
        (made,) = of(answer_to(pack, row, stops=(stop,), as_of=as_of), "plot")
        assert made.outcome == outcome, as_of


# ---- which law ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "area", "outcome", "applied", "milder"),
    [
        ("2022-01-01", "6", "small", "2024-06-03", True),  # was medium from 5, is now from 8
        ("2022-01-01", "9", "medium", "2022-01-01", False),  # now large from 9: stricter, so not applied
        ("2024-05-01", "9", "large", "2024-05-01", False),
        ("2022-01-01", "4", "small", "2022-01-01", False),
    ],
)
def test_the_law_of_the_act_unless_the_newer_is_milder(
    pack: Pack, act: str, area: str, outcome: str, applied: str, milder: bool
) -> None:
    row = {"id": "P", "kind": "pit", "area_mu": area, "start": "2024-01-01", "act_on": act, "seen_on": act}
    answer = answer_to(pack, row)
    entry = next(e for e in answer.trace if e.concluded is not None and e.concluded.question == "plot")
    assert entry.concluded is not None
    assert entry.law is not None
    assert (entry.concluded.outcome, entry.law.act, entry.law.applied) == (outcome, act, applied)
    assert entry.law.milder is milder
    assert ("新规定较轻" in entry.sentence) is milder


def test_before_any_law_nothing_is_known(pack: Pack) -> None:
    row = {"id": "P", "kind": "pit", "area_mu": "99", "start": "2024-01-01", "act_on": "2019-12-31"}
    (made,) = of(answer_to(pack, {**row, "seen_on": "2019-12-31"}), "plot")
    assert made.outcome is None
    assert "not-in-force" in made.missing


def test_a_fine_is_a_range_of_the_base_and_the_milder_law_counts(pack: Pack) -> None:
    row = {"id": "P", "own": True, "area_mu": "3", "act_on": "2023-01-01"}
    (made,) = of(answer_to(pack, row), "fine")
    m2 = Fraction(3) * 10000 / 15
    # The newer lower bound is milder, the upper is the same.
    assert (made.low, made.high) == (str(m2 * 50), str(m2 * 1000))
    (before,) = of(answer_to(pack, row, as_of="2024-04-30"), "fine")
    assert before.low == str(m2 * 100)
    assert of(answer_to(pack, {**row, "own": False}), "fine") == []
    (open_,) = of(answer_to(pack, {**row, "own": None}), "fine")
    assert (open_.outcome, open_.missing) == (None, ("own",))


# ---- clocks ------------------------------------------------------------------------------------------


def rolled(day: date) -> date:
    while not is_workday(day):
        day += timedelta(days=1)
    return day


@pytest.mark.parametrize("start", [date(2023, 1, 2) + timedelta(days=29 * i) for i in range(24)])
def test_a_term_in_days_ends_on_a_working_day(pack: Pack, start: date) -> None:
    end = rolled(start + timedelta(days=90))
    for as_of, outcome in ((end, "running"), (end + timedelta(days=1), "overdue")):
        (made,) = of(answer_to(pack, {"id": "P", "filed": str(start)}, as_of=str(as_of)), "decide")
        assert (made.outcome, made.due) == (outcome, str(end))
    for done, outcome in ((end, "met"), (end + timedelta(days=1), "late")):
        row = {"id": "P", "filed": str(start), "decided": str(done)}
        assert of(answer_to(pack, row, as_of="2025-12-31"), "decide")[0].outcome == outcome


def test_further_days_lengthen_the_term_up_to_what_the_law_allows(pack: Pack) -> None:
    row = {"id": "P", "filed": "2024-01-02"}
    answer = answer_to(pack, {**row, "more": "30"}, as_of="2024-04-15")
    (made,) = of(answer, "decide")
    assert (made.outcome, made.due) == ("running", str(rolled(date(2024, 1, 2) + timedelta(days=120))))
    entry = next(e for e in answer.trace if e.concluded is made)
    assert entry.unverified == ("further",)
    assert "未经核实的数：未见原文" in entry.sentence
    (over,) = of(answer_to(pack, {**row, "more": "31"}, as_of="2024-04-15"), "decide")
    assert (over.outcome, over.missing) == (None, ("contradiction",))


def test_a_pause_stops_the_clock_and_its_end_starts_it_again(pack: Pack) -> None:
    row = {"id": "P", "filed": "2024-01-02"}
    open_ = {"id": "S", "of": "P", "since": "2024-02-01"}
    (made,) = of(answer_to(pack, row, stops=(open_,), as_of="2024-12-31"), "decide")
    assert (made.outcome, made.due) == ("paused", None)
    closed = open_ | {"until": "2024-02-29"}
    (made,) = of(answer_to(pack, row, stops=(closed,), as_of="2024-03-01"), "decide")
    assert made.due == str(rolled(date(2024, 1, 2) + timedelta(days=90 + 29)))
    ended = {"id": "S", "of": "P", "since": "2024-06-01"}
    (made,) = of(answer_to(pack, row, stops=(ended,), as_of="2024-12-31"), "decide")
    assert made.outcome == "overdue"


def test_an_event_that_is_not_recorded_starts_no_clock(pack: Pack) -> None:
    (made,) = of(answer_to(pack, {"id": "P"}), "decide")
    assert (made.outcome, made.missing, made.due) == (None, ("filed",), None)


def test_the_safe_time_opens_after_the_last_term_and_closes_with_the_first(pack: Pack) -> None:
    for as_of, outcome in (("2024-05-30", "before"), ("2024-05-31", "open"), ("2024-06-10", "open")):
        (made,) = of(answer_to(pack, {"id": "P", "decided": "2024-03-01"}, as_of=as_of), "safe")
        # 5 working days end on 8 March, three months after that is a Saturday: on to 11 June, for the
        # Monday is a holiday (端午). 90 days end on 30 May.
        assert (made.outcome, made.opens, made.due) == (outcome, "2024-05-31", "2024-06-11")
    (made,) = of(answer_to(pack, {"id": "P", "decided": "2024-03-01"}, as_of="2024-06-12"), "safe")
    assert made.outcome == "closed"


# ---- the answer --------------------------------------------------------------------------------------


def test_the_answer_has_conclusions_only_for_facts_with_tables(pack: Pack) -> None:
    plain = facts_from_document(
        parse(b'{"schema": 1, "region": "1", "violations": []}', "facts"), None, pack.tables
    )
    assert "conclusions" not in evaluate(pack, plain).to_document()
    answer = answer_to(pack, {"id": "P", "holder": "A", "area_mu": "1", "idle": True})
    document = answer.to_document()
    places = [entry["entry"] for entry in document["trace"]]  # type: ignore[index, attr-defined]
    assert places == [f"conclusions/{i}" for i in range(len(answer.conclusions or ()))]
    assert json.dumps(document)


def test_a_trace_shows_the_rows_that_were_read(pack: Pack) -> None:
    answer = answer_to(pack, {"id": "P", "filed": "2024-01-02"}, stops=({"id": "S", "of": "P",
                       "since": "2024-01-05", "until": "2024-01-06"},))  # fmt: skip
    entry = next(e for e in answer.trace if e.concluded is not None and e.concluded.question == "decide")
    assert entry.facts == (
        {"at": "/plots/0", "id": "P", "filed": "2024-01-02", "more": None, "decided": None},
        {"at": "/stops/0", "id": "S", "of": "P", "since": "2024-01-05", "until": "2024-01-06"},
    )

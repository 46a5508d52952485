"""Sums by the day, fixed sums, further days with a condition, windows for some rows, doubted values."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from shoutu.errors import BadInput
from shoutu.policy import Pack, evaluate, explain, facts_from_document
from shoutu.policy.answer import Answer, Conclusion
from shoutu.policy.document import parse
from tests.policy.table_pack import loaded

NUMBERS = """\
term: {clause: "3", unit: day, values: [{from: 2021-01-01, value: 15}]}
daily: {clause: "4", unit: percent, values: [{from: 2021-01-01, value: 3}]}
cap: {clause: "4", unit: times, values: [{from: 2021-01-01, value: 1}]}
fixed-low: {clause: "4", unit: yuan, values: [{from: 2021-01-01, value: 100000}]}
fixed-high: {clause: "4", unit: yuan, values: [{from: 2021-01-01, value: 1000000}]}
most: {clause: "3", unit: day, values: [{from: 2021-01-01, value: 30}]}
share: {clause: "1", unit: percent, values: [{from: 2021-01-01, value: 25}]}
old:
  clause: "4"
  unit: times
  values:
    - {from: 2000-01-01, value: 2, unverified: {zh: 旧数未见原文, en: the old figure was not seen}}
    - {from: 2021-01-01, value: 5}
"""
FACTS = """\
plots:
  title: {zh: 案件, en: cases}
  fields:
    fine: {type: money, zh: 罚款, en: fine}
    paid: {type: money, zh: 已付, en: paid so far}
    served: {type: date, zh: 送达, en: served}
    paid_on: {type: date, zh: 缴款, en: day paid}
    act_on: {type: date, zh: 行为日期, en: day of the act}
    more: {type: number, zh: 延长, en: further days}
    approved: {type: flag, zh: 批准, en: approved}
    own: {type: flag, zh: 自有, en: own}
stops:
  title: {zh: 暂停, en: pauses}
  fields:
    of: {type: row, table: plots, zh: 案件, en: case}
    since: {type: date, zh: 自, en: since}
    until: {type: date, zh: 至, en: until}
"""
RULES = """\
from shoutu.policy.vocabulary import Amount, Band, Clock, Conclude, Flag, Named, Ratio, SafeWindow, Sum

PAY = Clock("3", "answer", "plots", "case", since=("served",), terms=("term",), done="paid_on")
RULES = (
    Amount("4", "fine", "plots", "case", base="fine", low="daily", after=PAY, cap="cap", pauses="stops"),
    Amount("4", "plot", "plots", "case", base=None, low="fixed-low", high="fixed-high", where=Flag("own")),
    Clock("3", "decide", "plots", "case", since=("act_on",), terms=("term",), more="more", most="most",
          more_if=Flag("approved")),
    SafeWindow("3", "safe", "plots", "case", opens=(PAY,), closes=(PAY,), where=Flag("own")),
    Amount("4", "answer", "plots", "case", base="fine", low="old", dated="act_on", law="act"),
    Conclude("1", "stop", "plots", "case", otherwise="go-on",
             bands=(Band("stopped", (Named("idle", Ratio(Sum("paid"), Sum("fine"), "share")),)),
                    Band("large", (Named("idle", Ratio(Sum("paid"), Sum("fine"), "share")),)))),
)
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return loaded(
        tmp_path_factory.mktemp("money"),
        numbers__yaml=NUMBERS,
        facts__yaml=FACTS,
        rules__sand__py=RULES,
        readings__yaml="{}\n",
    )


def answer_to(pack: Pack, row: dict[str, Any], *stops: dict[str, Any], as_of: str = "2024-06-03") -> Answer:
    facts = {"schema": 1, "region": "1", "as_of": as_of, "plots": [{"id": "P", **row}], "stops": list(stops)}
    return evaluate(pack, facts_from_document(parse(json.dumps(facts).encode(), "f"), None, pack.tables), {})


def of(answer: Answer, question: str) -> list[Conclusion]:
    return [made for made in answer.conclusions or () if made.question == question]


@pytest.mark.parametrize("late", [0, 1, 2, 33, 34, 400])
def test_a_sum_for_each_day_is_capped(pack: Pack, late: int) -> None:
    served, due = date(2024, 3, 4), date(2024, 3, 19)
    row = {"fine_yuan": "1000.10", "served": served.isoformat()}
    as_of = (due + timedelta(days=late)).isoformat()
    found = of(answer_to(pack, row, as_of=as_of), "fine")
    if late == 0:
        assert found == []
    else:
        assert found[0].low is not None
        assert Fraction(found[0].low) == min(Fraction("1000.10") * 3 * late / 100, Fraction("1000.10"))


def test_paid_or_paused_days_do_not_count(pack: Pack) -> None:
    row = {"fine_yuan": "1000", "served": "2024-03-04", "paid_on": "2024-03-29"}
    assert of(answer_to(pack, row), "fine")[0].low == "300"
    stop = {"id": "S", "of": "P", "since": "2024-03-21", "until": "2024-03-23"}
    assert of(answer_to(pack, row, stop), "fine")[0].low == "210"
    assert of(answer_to(pack, {"fine_yuan": "1000"}), "fine")[0].missing == ("served",)


def test_fixed_sums_and_windows_are_for_rows_that_meet_their_condition(pack: Pack) -> None:
    made = of(answer_to(pack, {"own": True, "served": "2024-03-04"}), "plot")[0]
    assert (made.low, made.high) == ("100000", "1000000")
    assert of(answer_to(pack, {"own": True, "served": "2024-03-04"}), "safe")[0].outcome == "closed"
    assert of(answer_to(pack, {"own": False}), "plot") == []
    assert of(answer_to(pack, {"own": False}), "safe") == []
    assert of(answer_to(pack, {"served": "2024-03-04"}), "safe")[0].missing == ("own",)


def test_further_days_count_only_when_they_were_approved(pack: Pack) -> None:
    def due(**row: Any) -> tuple[str | None, tuple[str, ...]]:
        made = of(answer_to(pack, {"act_on": "2024-03-04", **row}), "decide")[0]
        return made.due, made.missing

    assert due() == due(more="30", approved=False) == ("2024-03-19", ())
    assert due(more="30", approved=True) == ("2024-04-18", ())
    assert due(more="31", approved=True) == (None, ("contradiction",))
    assert due(more="30") == (None, ("approved",))


def test_only_the_value_that_decides_is_called_unverified(pack: Pack) -> None:
    old = answer_to(pack, {"fine_yuan": "1", "act_on": "2020-01-01"})
    new = answer_to(pack, {"fine_yuan": "1", "act_on": "2021-01-01"})
    marks = []
    for answer in (old, new):
        entry = next(e for e in answer.trace if e.concluded is not None and e.concluded.question == "answer")
        marks.append((entry.unverified, "旧数未见原文" in explain(pack, entry, "zh")))
    assert marks == [(("old@2000-01-01",), True), ((), False)]


def test_a_share_of_money_says_yuan(pack: Pack) -> None:
    answer = answer_to(pack, {"fine_yuan": "400", "paid_yuan": "100"})
    entry = next(e for e in answer.trace if e.concluded is not None and e.concluded.question == "stop")
    assert "为25.000%（100元÷400元），达到25%" in entry.sentence
    assert entry.comparisons[-1].to_document()["of"] == "yuan"


def test_what_two_bands_ask_of_one_figure_is_said_once(pack: Pack) -> None:
    answer = answer_to(pack, {"fine_yuan": "400", "paid_yuan": "99"})
    entry = next(e for e in answer.trace if e.concluded is not None and e.concluded.question == "stop")
    assert len(entry.comparisons) == 2
    assert entry.sentence.count("未达到25%") == 1


def test_a_fixed_sum_is_in_yuan(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="unit"):
        loaded(
            tmp_path,
            numbers__yaml=NUMBERS,
            facts__yaml=FACTS,
            readings__yaml="{}\n",
            rules__sand__py=RULES.replace('low="fixed-low"', 'low="daily"'),
        )

"""Declared tables: what a document may say in them, what a rule may ask of them, and every refusal."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from shoutu.errors import BadInput
from shoutu.policy import Facts, Pack, facts_from_document
from shoutu.policy.document import parse
from tests.policy.table_pack import FILES, loaded


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return loaded(tmp_path_factory.mktemp("sand"))


def facts_of(pack: Pack, text: str) -> Facts:
    return facts_from_document(parse(text.encode(), "f.json"), "f.json", pack.tables)


def document(**tables: Any) -> str:
    return json.dumps({"schema": 1, "region": "1", "as_of": "2024-05-01", **tables})


def test_values_come_typed_and_exact(pack: Pack) -> None:
    text = (
        '{"schema": 1, "region": "1", "as_of": "2024-05-01", "plots": [{"id": "P", "area_m2": 1.5e3,'
        ' "idle": false, "kind": "pit", "act_on": "2024-02-29", "more": "12.5", "holder": "甲"}]}'
    )
    (row,) = facts_of(pack, text).tables["plots"]
    assert row.span("area").low == Fraction(1500) * 15 / 10000
    assert row.flag("idle") is False
    assert row.flag("own") is None
    assert row.day("act_on") == date(2024, 2, 29)
    assert row.span("more").low == Fraction("12.5")
    assert (row.text("holder"), row.text("id"), row.text("checker")) == ("甲", "P", None)
    assert row.at == "/plots/0"
    assert facts_of(pack, text).as_of == date(2024, 5, 1)


@pytest.mark.parametrize(
    ("tables", "pointer"),
    [
        ({"plots": {}}, "/plots"),
        ({"plots": [3]}, "/plots/0"),
        ({"plots": [{}]}, "/plots/0/id"),
        ({"plots": [{"id": ""}]}, "/plots/0/id"),
        ({"plots": [{"id": 3}]}, "/plots/0/id"),
        ({"plots": [{"id": "P"}, {"id": "P"}]}, "/plots/1/id"),
        ({"plots": [{"id": "P", "size": "1"}]}, "/plots/0/size"),
        ({"plots": [{"id": "P", "a/b": "1"}]}, "/plots/0/a~1b"),
        ({"plots": [{"id": "P", "area": "1"}]}, "/plots/0/area"),
        ({"plots": [{"id": "P", "area_mu": "-1"}]}, "/plots/0/area_mu"),
        ({"plots": [{"id": "P", "area_mu": True}]}, "/plots/0/area_mu"),
        ({"plots": [{"id": "P", "area_mu": "1", "area_m2": "1"}]}, "/plots/0/area_mu"),
        ({"plots": [{"id": "P", "idle": "true"}]}, "/plots/0/idle"),
        ({"plots": [{"id": "P", "idle": 1}]}, "/plots/0/idle"),
        ({"plots": [{"id": "P", "act_on": "2024-02-30"}]}, "/plots/0/act_on"),
        ({"plots": [{"id": "P", "act_on": "2024-2-3"}]}, "/plots/0/act_on"),
        ({"plots": [{"id": "P", "act_on": 2024}]}, "/plots/0/act_on"),
        ({"plots": [{"id": "P", "kind": "hill"}]}, "/plots/0/kind"),
        ({"plots": [{"id": "P", "holder": 3}]}, "/plots/0/holder"),
        ({"plots": [{"id": "P", "holder": ""}]}, "/plots/0/holder"),
        ({"plots": [{"id": "P"}], "stops": [{"id": "S", "of": "Q"}]}, "/stops/0/of"),
        ({"plots": [{"id": "P"}], "hills": []}, "/hills"),
        ({"plots": [{"id": "P"}], "as_of": "tomorrow"}, "/as_of"),
        ({"plots": [{"id": "P"}], "as_of": None}, "/as_of"),
        ({"as_of": "2024-05-01"}, "/as_of"),
    ],
)
def test_what_a_document_may_not_say(pack: Pack, tables: dict[str, Any], pointer: str) -> None:
    with pytest.raises(BadInput) as refused:
        facts_of(pack, document(**tables))
    assert refused.value.where.pointer == pointer
    assert refused.value.where.file == "f.json"


def test_a_row_may_name_one_that_stands_later(pack: Pack) -> None:
    found = facts_of(pack, document(stops=[{"id": "S", "of": "P"}], plots=[{"id": "P"}]))
    assert found.tables["stops"][0].text("of") == "P"


def swapped(name: str, old: str, new: str) -> dict[str, str]:
    assert old in FILES[name]
    return {name.replace("/", "__").replace(".", "__"): FILES[name].replace(old, new)}


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("facts.yaml", "plots:\n", "region:\n", "region"),
        ("facts.yaml", "type: flag, zh: 是否闲置", "type: bool, zh: 是否闲置", "bool"),
        ("facts.yaml", "    idle: {", "    id: {", "id"),
        ("facts.yaml", "type: row, table: plots", "type: row, table: hills", "hills"),
        ("facts.yaml", ", table: plots", "", "of"),
        ("facts.yaml", "type: text, zh: 企业", "type: text, options: {}, zh: 企业", "holder"),
        ("rules/sand.py", 'table="plots",\n    subject="comp', 'table="hills",\n    subject="comp', "hills"),
        ("rules/sand.py", 'by="holder"', 'by="area"', "area: area"),
        ("rules/sand.py", '"share")', '"size")', "mu"),
        ("rules/sand.py", 'Ratio(Sum("area", IDLE), Sum("area"), "share")', 'Flag("idle")', "Flag"),
        ("rules/sand.py", 'Sum("area"), "large"', 'Sum("idle"), "large"', "idle: flag"),
        ("rules/sand.py", 'Sum("area"), "large"', 'Sum("area"), "share"', "percent"),
        ("rules/sand.py", 'Is("kind", ("yard",))', 'Is("kind", ("hill",))', "hill"),
        ("rules/sand.py", 'RunOut("start", "idle"', 'RunOut("start", "line"', "date"),
        ("rules/sand.py", 'RunOut("start", "idle"', 'RunOut("holder", "idle"', "holder: text"),
        ("rules/sand.py", 'pauses="stops"))', 'pauses="plots"))', "of"),
        ("rules/sand.py", 'OnOrAfter("act_on", "line"', 'OnOrAfter("act_on", "size"', "mu"),
        ("rules/sand.py", '("stop",)),),', '("halt",)),),', "halt"),
        ("rules/sand.py", 'dated="act_on",\n)', 'dated="holder",\n)', "holder: text"),
        ("rules/sand.py", 'terms=("decide",)', 'terms=("share",)', "percent"),
        ("rules/sand.py", 'more="more"', 'more="area"', "area: area"),
        ("rules/sand.py", 'most="further"', 'most="then"', "months"),
        ("rules/sand.py", 'low="low"', 'low="share"', "percent"),
        ("rules/sand.py", 'base="area"', 'base="holder"', "holder: text"),
        ("rules/sand.py", 'lasting="stop"', 'lasting="never"', "never"),
        ("rules/sand.py", 'clause="1",\n    question="stop"', 'clause="9",\n    question="stop"', "9"),
        ("wording.yaml", "1.idle: {zh: 闲置面积比例, en: share of idle area}\n", "", "1.idle"),
        ("wording.yaml", "outcome.go-on: {zh: 未达到, en: not reached}\n", "", "outcome.go-on"),
        ("wording.yaml", "question.fine: {zh: 罚款幅度, en: range of the fine}\n", "", "question.fine"),
        ("numbers.yaml", "unit: months, values: [{from: 2020-01, value: 12}]",
         "unit: months, values: [{from: 2020-01, value: 1.5}]", "1.5"),
        ("numbers.yaml", "value: 2020-07-03", "value: 2020-13-03", "2020-13-03"),
        ("numbers.yaml", "unit: years, values", "unit: year's, values", "year's"),
    ],
)  # fmt: skip
def test_what_a_pack_may_not_say(tmp_path: Path, name: str, old: str, new: str, found: str) -> None:
    with pytest.raises(BadInput) as refused:
        loaded(tmp_path, **swapped(name, old, new))
    error = refused.value
    assert str(error.found) == found
    assert error.where.file is not None
    assert Path(error.where.file).name == Path(name).name or name in ("wording.yaml", "numbers.yaml")
    assert error.where.row is not None

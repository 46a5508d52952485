"""Explanations, readings side by side and the order's page: what they say, and that they record nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from shoutu import clocks
from shoutu.errors import NotFound
from shoutu.platform.ledger.models import Entry
from shoutu.platform.warnings import comparing, evaluation, inputs, queries
from shoutu.platform.warnings.explanation import explanation
from shoutu.platform.warnings.order import order_page
from shoutu.platform.warnings.services import documents, month
from shoutu.policy import evaluate, load_pack
from shoutu.policy.numbers import squeeze
from tests.platform.warnings.conftest import ANNOUNCED, BANNER, MONTH, RIPE, Records

pytestmark = pytest.mark.django_db


def test_a_conclusion_is_explained_at_its_own_address(people: Any, records: Records) -> None:
    records.add("A", "10000.01", "3000")
    one = queries.explained_one(people.erin, BANNER, MONTH, "warnings-0")
    assert (one.level, one.scope, one.near) == ("red", "month", True)
    assert [(line.value, line.sign, line.threshold, line.result) for line in one.lines] == [
        ("15.000015", "≥", "15", True),
        ("4.5", "<", "10", False),
    ]
    assert one.excess[0].over == "0.00002", "an excess is never rounded to nothing"
    assert [row.parcel.number for row in one.parcels] == ["A"]
    assert {reading.name for reading in one.readings} == {"0-from", "6.1-figure"}
    assert "6.1" not in one.sentence + one.quotation + one.citation


def test_a_measure_leads_to_the_warning_behind_it(people: Any, records: Records) -> None:
    records.add("A", "10000")
    one = queries.explained_one(people.erin, BANNER, MONTH, "measures-0")
    assert one.title.zh == "拟约谈主要负责人"
    assert [(ground.level, ground.entry) for ground in one.grounds] == [
        ("red", "warnings-0"),
        ("red", "warnings-1"),
    ]
    page = queries.month_page(people.erin, BANNER, MONTH)
    assert {measure.entry for measure in page.measures} == {"measures-0", "measures-1", "measures-2"}


@pytest.mark.parametrize("entry", ["warnings-9", "warnings", "trace-0", "warnings--1", "warnings-٣"])
def test_what_the_month_has_not_is_not_found(people: Any, records: Records, entry: str) -> None:
    records.add("A", "10000")
    with pytest.raises(NotFound):
        queries.explained_one(people.erin, BANNER, MONTH, entry)


def test_what_is_missing_is_named(people: Any, records: Records) -> None:
    records.add("A", "100", "100")
    one = queries.explained_one(people.erin, BANNER, MONTH, "undetermined-0")
    assert [fact.zh for fact in one.missing] == ["新增建设用地占用耕地总面积"]


def test_each_option_is_what_the_engine_says_of_it(people: Any, records: Records) -> None:
    records.add("A", "6666.66", month="2026-09")
    records.add("B", "3333.34")
    records.violations[1]["project"] = records.violations[0]["project"]
    rows = comparing.for_banner(people.erin, BANNER, MONTH)
    pack, facts = load_pack(), queries.calculation(people.erin, BANNER, MONTH).facts
    assert [row.changes for row in rows] == sorted((row.changes for row in rows), reverse=True)
    for row in rows:
        assert row.cells[0].default
        for option, cell in zip(pack.readings[row.name].options, row.cells, strict=True):
            answer = evaluate(pack, evaluation.typed(facts), {row.name: option.name})
            levels = [w.level for w in answer.warnings if w.month == MONTH and w.trigger != BANNER]
            assert [level for _, level in cell.outcome.projects] == levels, (row.name, option.name)
            measures = [m for m in answer.measures if m.month == MONTH]
            assert len(cell.outcome.measures) == len(measures), (row.name, option.name)
    edge = next(row for row in rows if row.name == "6.2")
    assert edge.cells[1].outcome.projects[0][1] == "red", "10 mu over the year"
    assert "红色" in edge.cells[1].sentences[0]


def test_comparing_records_nothing_and_an_issued_month_stays(people: Any, records: Records) -> None:
    records.add("A", "10000")
    with clocks.stopped_at(ANNOUNCED):
        told = month.announce(people.carol, inputs.Announce(region=BANNER, month=MONTH)).value
    with clocks.stopped_at(RIPE):
        sign = inputs.IssueMonth(announcement=told.id, facts_digest=told.facts_digest)
        month.issue(people.dan, sign)
    records.violations.clear()
    before = Entry.objects.count()
    rows = comparing.for_banner(people.erin, BANNER, MONTH)
    assert Entry.objects.count() == before
    assert rows[0].cells[0].outcome.month_level == "red", "on the facts as issued"
    assert comparing.STATUS not in {row.name for row in rows}


def test_the_city_sees_which_banner_another_reading_changes(people: Any, records: Records) -> None:
    records.add("A", "10000")
    rows = comparing.for_city(people.carol, MONTH)
    whom = next(row for row in rows if row.name == "6.3-whom")
    assert [[one.region for one in changed] for _, changed in whom.options] == [[BANNER], [BANNER]]
    assert comparing.banner_of(people.alice, "") == BANNER
    with pytest.raises(NotFound):
        comparing.banner_of(people.alice, "150625")


def test_every_quotation_of_the_pack_is_a_link_in_the_text(people: Any, records: Records) -> None:
    page, pack = order_page(people.erin, MONTH), load_pack()
    linked = {
        clause for p in page.parts for para in p.paragraphs for piece in para for clause in piece.clauses
    }
    assert linked == {number.clause for number in pack.numbers.values() if number.quotation}
    text = "".join(piece.text for p in page.parts for para in p.paragraphs for piece in para)
    headings = "".join(part.heading for part in page.parts)
    assert sorted(squeeze(text + headings)) == sorted(squeeze(pack.order)), "not a letter is lost"
    shown = [card.id for part in page.parts for card in part.cards]
    assert shown == [clause.id for clause in pack.clauses.values() if clause.cite is None]


def test_the_order_shows_this_years_conclusions_of_ones_own_region(people: Any, records: Records) -> None:
    records.add("A", "10000")
    cards = {card.id: card for part in order_page(people.alice, MONTH).parts for card in part.cards}
    assert [(one.region, one.level, one.entry) for one in cards["6.1"].concluded] == [
        (BANNER, "red", "warnings-0")
    ]
    assert len(cards["6.4"].concluded) == 3
    assert any(rule.bands for rule in cards["6.1"].rules)


def test_the_picture_is_of_the_recorded_way_or_there_is_none(people: Any, records: Records) -> None:
    records.add("<A>", "10000")
    one = queries.explained_one(people.erin, BANNER, MONTH, "warnings-0")
    assert one.picture.startswith("<svg")
    assert BANNER not in one.picture, "by name, not by code"
    assert "<A>" not in queries.explained_one(people.erin, BANNER, MONTH, "warnings-1").picture
    found = queries.calculation(people.erin, BANNER, MONTH)
    older = evaluation.recorded(found.facts_text, found.answer_text.replace("达到15亩", "达到了15亩"))
    assert explanation(older, BANNER, "旗", MONTH, "warnings-0").picture == ""


def test_a_paper_leads_to_its_conclusions(people: Any, records: Records, as_person: Any) -> None:
    records.add("A", "10000")
    with clocks.stopped_at(ANNOUNCED):
        told = month.announce(people.carol, inputs.Announce(region=BANNER, month=MONTH)).value
    with clocks.stopped_at(RIPE):
        month.issue(people.dan, inputs.IssueMonth(announcement=told.id, facts_digest=told.facts_digest))
        paper = documents.draft_document(
            people.carol, inputs.Draft(kind="warning", region=BANNER, month=MONTH)
        ).value
        body = as_person(people.carol).get(f"/documents/{paper.id}/").content.decode()
    assert f"/warnings/{MONTH}/{BANNER}/why/warnings-0/" in body
    assert f"/warnings/{MONTH}/{BANNER}/why/measures-2/" in body


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_render_in_both_languages(people: Any, records: Records, as_person: Any, language: str) -> None:
    records.add("A", "10000.01", "3000")
    client: Client = as_person(people.carol)
    client.cookies["django_language"] = language
    for path in (
        f"/warnings/{MONTH}/{BANNER}/why/warnings-0/",
        f"/warnings/{MONTH}/{BANNER}/why/measures-0/",
        f"/readings/?month={MONTH}",
        f"/readings/?month={MONTH}&region={BANNER}",
        "/order/",
    ):
        assert client.get(path).status_code == 200, path

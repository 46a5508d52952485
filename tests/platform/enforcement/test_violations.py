"""Each 宗 counts once, in its first month; enlargements add area, re-issues nothing."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from shoutu.errors import BadInput, NotFound, Refused
from shoutu.platform.discovery.inputs import Split
from shoutu.platform.discovery.services.splitting import split
from shoutu.platform.enforcement import queries
from shoutu.platform.enforcement.inputs import Group, Link
from shoutu.platform.enforcement.services.violations import group, link, short_name
from shoutu.policy.document import parse
from shoutu.policy.facts import from_document
from shoutu.proof.canonical import canonical
from tests.platform import ground

BANNER = "150627"


def facts(until="2026-12", **given):
    found = queries.policy_facts(BANNER, until=until, **given)
    from_document(parse(canonical(found), "facts"))  # contract 1 takes it
    return found["violations"]


@pytest.fixture
def grouped(people, office):
    def make(*numbers, who=None, **given):
        ids = tuple(office.patch(number).id for number in numbers)
        return group(who or people.bob, Group(patches=ids, **given)).value

    return make


@pytest.fixture
def linked(people, office):
    def make(violation, number, tie):
        data = Link(violation=violation.id, version=violation.version, patch=office.patch(number).id, tie=tie)
        return link(people.bob, data).value

    return make


@pytest.fixture
def october(month):
    month("十月", {"A1": ground.square(0), "A2": ground.square(1), "A3": ground.square(40)})


def test_a_group_counts_one_parcel_with_the_exact_sum(office, october, grouped):
    for number, area in (("A1", "1000.10"), ("A2", "2000.05")):
        office.through(number, area=area, farmland="100.01", basic_farmland="0")
    made = grouped("A1", "A2", project="某产业园")
    assert facts() == [
        {
            "id": "伊2026-10-01",
            "project": made.project_id,
            "month": "2026-10",
            "year": 2026,
            "new": True,
            "area_m2": "3000.15",
            "farmland_m2": "200.02",
            "basic_farmland_m2": "0",
            "stopped": None,
            "investigated": None,
        }
    ]


def test_mixed_units_sum_exactly_in_mu(office, october, grouped):
    office.through("A1", area="1000.01", farmland="0", basic_farmland="0")
    office.through("A2", unit="mu", area="3.33", farmland="0", basic_farmland="0")
    grouped("A1", "A2")
    (row,) = facts()
    assert Fraction(row["area_mu"]) == Fraction("1000.01") * 15 / 10000 + Fraction("3.33")


def test_issued_or_halfway_never_counts(people, office, october, grouped):
    office.report(people.alice, "A1")
    grouped("A1")
    assert facts() == []
    assert [row["id"] for row in facts(status="banner-reported")] == ["伊2026-10-01"]
    office.look(people.bob, "A1")
    assert facts() == []
    office.look(people.carol, "A1", city=True)
    assert len(facts()) == 1
    assert facts(status="region-closed") == []
    with pytest.raises(BadInput):
        facts(status="issued")


def test_undecided_counts_what_is_not_through_and_what_is_loose(people, office, october, grouped):
    office.through("A1")
    office.through("A3", category="false-change", kinds=("panorama", "near"))
    left = queries.undecided(BANNER, "2026-10")
    assert (left.not_through, left.ungrouped, left.total) == (1, 1, 2)
    grouped("A1")
    assert queries.undecided(BANNER, "2026-10").total == 1
    office.through("A2", category="false-change", kinds=("panorama", "near"))
    assert queries.undecided(BANNER, "2026-10").total == 0


def test_three_values_of_stopping(office, october, grouped):
    day = date(2026, 10, 10)
    office.through("A1", stopped=True, investigated=True)
    office.through("A2", stopped=False)
    grouped("A1", "A2")
    (row,) = facts()
    assert (row["stopped"], row["investigated"]) == (False, None)
    assert day


def test_an_enlargement_adds_area_and_no_parcel_a_reissue_nothing(office, month, grouped, linked):
    month("十月", {"A1": ground.square(0)})
    month("十一月", {"B1": ground.square(1), "B2": ground.square(0)}, issued_on=date(2026, 11, 9))
    for number in ("A1", "B1", "B2"):
        office.through(number, area="5000", farmland="0", basic_farmland="0")
    violation = grouped("A1")
    again = linked(violation, "B1", "enlargement")
    linked(again, "B2", "reissue")
    rows = facts()
    assert [(r["id"], r["month"], r["new"], r["area_m2"]) for r in rows] == [
        ("伊2026-10-01", "2026-10", True, "5000"),
        ("伊2026-10-01+2026-11", "2026-11", False, "5000"),
    ]
    assert [row["id"] for row in facts(until="2026-10")] == ["伊2026-10-01"]
    lineage = queries.counted(BANNER, until="2026-11").lineage
    assert [m.patch.number for m in lineage["伊2026-10-01+2026-11"].members] == ["B1"]


def test_old_ground_is_recognised_and_not_added_twice(people, office, month, grouped, linked):
    month("十月", {"A1": ground.square(0)})
    month("十一月", {"B1": ground.square(0, wide=3)}, issued_on=date(2026, 11, 9))
    office.through("A1")
    violation = grouped("A1")
    (earlier,) = queries.patch_page(people.alice, office.patch("B1").id).earlier
    assert (earlier.patch.number, earlier.share, earlier.proposal) == ("A1", "1.0000", "enlargement")
    outlines = [ground.square(-1, -1, wide=2, tall=3), ground.square(1, -1, wide=5, tall=3)]
    parts = tuple({"type": "Polygon", "coordinates": [outline]} for outline in outlines)
    split(people.alice, Split(patch=office.patch("B1").id, version=1, parts=parts))
    for number in ("B1-甲", "B1-乙"):
        office.through(number)
    with pytest.raises(Refused, match="issued before"):
        linked(violation, "B1-甲", "enlargement")
    again = linked(violation, "B1-甲", "reissue")
    linked(again, "B1-乙", "enlargement")
    assert [(row["new"], row["month"]) for row in facts()] == [(True, "2026-10"), (False, "2026-11")]
    area = office.patch("B1-乙").area_m2
    assert Fraction(facts()[1]["area_m2"]) == Fraction(area)


def test_a_patch_is_in_one_violation_once(office, october, grouped):
    office.through("A1")
    office.through("A2")
    grouped("A1")
    for again in (("A1",), ("A2", "A1")):
        with pytest.raises(Refused):
            grouped(*again)
    with pytest.raises(BadInput):
        grouped("A2", "A2")
    assert len(facts()) == 1


def test_only_reported_suspects_of_one_month_group(people, office, month, october, grouped):
    with pytest.raises(Refused):
        grouped("A1")
    office.through("A3", category="false-change", kinds=("panorama", "near"))
    with pytest.raises(Refused):
        grouped("A3")
    month("十一月", {"B1": ground.square(60)}, issued_on=date(2026, 11, 9))
    office.through("A1")
    office.through("B1")
    with pytest.raises(BadInput):
        grouped("A1", "B1")
    with pytest.raises(NotFound):
        grouped("A1", who=people.rita)


def test_a_tie_fits_its_month_and_a_stale_form_is_refused(office, month, october, grouped, linked):
    month("十一月", {"B1": ground.square(60)}, issued_on=date(2026, 11, 9))
    for number in ("A1", "A2", "B1"):
        office.through(number)
    violation = grouped("A1")
    for number, tie in (("A2", "enlargement"), ("A2", "reissue"), ("B1", "first")):
        with pytest.raises(BadInput):
            linked(violation, number, tie)
    linked(violation, "A2", "first")
    with pytest.raises(Refused):
        linked(violation, "B1", "enlargement")


def test_proposals_join_by_place_or_project_and_part_by_actor(people, office, month):
    squares = {"A1": 0, "A2": 1, "A3": 2.01, "A4": 40, "A5": 60}
    month("十月", {number: ground.square(column) for number, column in squares.items()})
    office.report(people.alice, "A1", actor_name="甲公司")
    office.report(people.alice, "A2", actor_name="乙公司")
    office.report(people.alice, "A3", actor_name="乙公司")
    office.report(people.alice, "A4", actor_name="", project="园区")
    office.report(people.alice, "A5", actor_name="丙公司", project="园区")
    found = queries.proposals(people.bob, "2026-10")
    assert [[row.number for row in p.patches] for p in found] == [["A1"], ["A2", "A3"], ["A4", "A5"]]
    assert found[1].actor_name == "乙公司"
    assert queries.proposals(people.rita, "2026-10") == ()


def test_a_return_takes_a_parcel_out_again(people, office, october, grouped):
    office.report(people.alice, "A1")
    office.look(people.bob, "A1")
    grouped("A1")
    office.look(people.carol, "A1", "return", city=True, reason="category-doubtful")
    office.report(people.alice, "A1", category="false-change", kinds=("panorama", "near"))
    office.look(people.bob, "A1")
    office.look(people.carol, "A1", city=True)
    assert facts() == []


def test_banners_are_named_in_one_character_or_two(people):
    names = {code: short_name(code) for code in ("150627", "150624", "150623", "150602")}
    assert names == {"150627": "伊", "150624": "鄂旗", "150623": "鄂前", "150602": "东"}


def test_violations_are_seen_by_their_banner_and_the_city(people, office, october, grouped):
    office.through("A1")
    made = grouped("A1")
    assert [row.number for row in queries.violations(people.erin)] == [made.number]
    assert queries.violation(people.carol, made.id).members[0].patch.number == "A1"
    for stranger in (people.frank, people.nobody, people.walt):
        assert queries.violations(stranger) == ()
        with pytest.raises(NotFound):
            queries.violation(stranger, made.id)

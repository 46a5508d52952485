"""旗区填报 → 旗区审核 → 市级审核: three natural persons, each on the record with what was shown."""

from __future__ import annotations

import json
from datetime import date

import pytest

from shoutu.errors import BadInput, NotFound, Refused
from shoutu.platform.acts import unsafe_writes
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery.queries import Filter
from shoutu.platform.doors import Actor, Role
from shoutu.platform.enforcement import queries
from shoutu.platform.enforcement.inputs import AnswerReturn, Assign, ObjectToReturn, ReportPatch
from shoutu.platform.enforcement.models import Evidence, Report, Review
from shoutu.platform.enforcement.services import reports, reviews
from shoutu.platform.home import home
from shoutu.platform.ledger.models import Entry, Sealed
from tests.platform import ground


@pytest.fixture
def october(month):
    month("十月", {"A1": ground.square(0), "A2": ground.square(2)})


def test_a_patch_goes_through_three_people(people, office, october):
    office.through("A1")
    assert office.patch("A1").state == "city-passed"
    acts = Entry.objects.filter(subject=f"patch:{office.patch('A1').id}").order_by("index")
    assert [e.act for e in acts][-3:] == ["patch.report", "patch.review", "patch.city-review"]


def test_the_figure_becomes_law_when_it_is_reported(people, office, october):
    made = office.report(people.alice, "A1", area="5000.5", farmland="12", basic_farmland="0")
    assert (made.area, made.farmland, made.basic_farmland, made.unit) == ("5000.50", "12.00", "0.00", "m2")
    facts = json.loads(bytes(Entry.objects.get(act="patch.report").body))["facts"]
    assert facts["area"] == "5000.50"
    assert facts["kernel"] == made.kernel


def test_names_and_words_are_sealed_in_the_record(people, office, october):
    office.report(people.alice, "A1", actor_name="金色煤业", explanation="现场已停工")
    body = bytes(Entry.objects.get(act="patch.report").body).decode()
    assert "金色煤业" not in body
    assert "现场已停工" not in body
    assert Sealed.objects.filter(text="金色煤业").exists()


def test_a_third_decimal_is_refused_never_rounded_away(people, office, october):
    with pytest.raises(BadInput) as fault:
        office.report(people.alice, "A1", area="5000.505")
    assert fault.value.where.field == "area"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"farmland": "9999999"}, "farmland"),
        ({"farmland": "1", "basic_farmland": "2"}, "basic_farmland"),
        ({"area": "-1"}, "area"),
        ({"area": "NaN"}, "area"),
        ({"area": "0", "farmland": "0", "basic_farmland": "0"}, "area"),
        ({"category": "made-up"}, "category"),
        ({"kinds": ("near", "record")}, "proofs"),
        ({"proofs": ("0" * 16,)}, "proofs"),
        ({"category": "other", "kinds": ("panorama", "near")}, "explanation"),
        ({"stopped": None, "stopped_on": date(2026, 10, 1)}, "stopped_on"),
        ({"stopped": True, "stopped_on": date(2999, 1, 1)}, "stopped_on"),
    ],
)
def test_a_wrong_report_names_its_field_and_changes_nothing(people, office, october, given, field):
    with pytest.raises(BadInput) as fault:
        office.report(people.alice, "A1", **given)
    assert fault.value.where.field == field
    assert office.patch("A1").state == "issued"
    assert Report.objects.count() == 0


def other_post(actor: Actor, role: Role, region: str) -> Actor:
    """The same natural person in another post."""
    return Actor(actor.person, "term-of-another", role, region)


def test_two_persons_means_two_natural_persons(people, office, october):
    office.report(people.alice, "A1")
    with pytest.raises(Refused, match="different people"):
        office.look(other_post(people.alice, Role.REVIEWER, "150627"), "A1")
    office.look(people.bob, "A1")
    for same in (people.alice, people.bob):
        with pytest.raises(Refused, match="different people"):
            office.look(other_post(same, Role.CITY_REVIEWER, "150600"), "A1", city=True)
    assert office.patch("A1").state == "banner-passed"


def test_who_wrote_an_earlier_version_does_not_check_a_later_one(people, office, october):
    office.report(people.alice, "A1")
    office.look(people.bob, "A1", "return", reason="photo-unclear")
    second = other_post(people.erin, Role.OFFICER, "150627")
    office.report(second, "A1")
    with pytest.raises(Refused, match="different people"):
        office.look(other_post(people.alice, Role.REVIEWER, "150627"), "A1")


def test_a_return_has_a_reason_and_goes_back_with_a_new_deadline(people, office, october):
    office.report(people.alice, "A1")
    for wrong in ({"reason": ""}, {"reason": "because"}, {"reason": "other"}):
        with pytest.raises(BadInput):
            office.look(people.bob, "A1", "return", **wrong)
    office.look(people.bob, "A1", "return", reason="area-differs", note="差二十平方米")
    row = office.patch("A1")
    assert row.state == "returned"
    assert row.due_on > date.today()
    office.report(people.alice, "A1")
    assert [r.version for r in queries.patch_page(people.alice, row.id).reports] == [2, 1]


def test_what_was_shown_is_kept_and_must_be_what_is_there(people, office, october):
    office.report(people.alice, "A1", area="5000")
    with pytest.raises(Refused):
        office.look(people.bob, "A1", shown="0" * 64)
    office.look(people.bob, "A1")
    kept = Review.objects.get()
    assert kept.shown["differences"][0][0] == "area"
    facts = json.loads(bytes(Entry.objects.get(act="patch.review").body))["facts"]
    assert facts["shown_sha256"] == kept.shown_digest == kept.shown["digest"]


def test_only_differences_are_shown(people, office, month):
    ground.layer(people.carol, "land", "land-use", {"0103": ground.square(-1, -1, wide=1.5, tall=3)})
    month("十月", {"A1": ground.square(0)})
    figures = discovery.figures(office.patch("A1").id)
    office.report(people.alice, "A1", farmland="0")
    compared = queries.differences(people.bob, office.patch("A1").id)
    assert [d.field for d in compared.differing] == ["farmland"]
    assert compared.differing[0].difference == f"-{figures.farmland}"
    assert (compared.agreeing, compared.unknown) == (1, ("basic_farmland",))


def test_a_figure_in_mu_agrees_within_its_last_decimal(people, office, october):
    row = office.patch("A1")
    office.report(people.alice, "A1", unit="mu", area=row.area_mu, farmland="0", basic_farmland="0")
    assert queries.differences(people.bob, row.id).differing == ()


def test_a_doubtful_category_is_hinted_at(people, office, month):
    ground.layer(people.carol, "basic", "basic-farmland", {"1": ground.square(-1, -1, wide=3, tall=3)})
    month("十月", {"A1": ground.square(0)})
    area = discovery.figures(office.patch("A1").id).area
    office.report(
        people.alice, "A1", category="rural-road", kinds=("panorama", "near", "survey"), farmland=area
    )
    compared = queries.differences(people.bob, office.patch("A1").id)
    assert [hint.kind for hint in compared.hints] == ["doubtful-on-layer"]


def test_the_queue_is_that_of_the_level_and_bars_the_author(people, office, october):
    office.report(people.alice, "A1")
    office.report(people.alice, "A2")
    assert [row.patch.number for row in queries.review_queue(people.bob)] == ["A1", "A2"]
    assert queries.review_queue(people.carol) == ()
    assert queries.review_queue(people.rita) == ()
    assert queries.review_queue(people.nobody) == ()
    alice = other_post(people.alice, Role.REVIEWER, "150627")
    assert [row.barred for row in queries.review_queue(alice)] == [True, True]
    office.look(people.bob, "A1")
    assert [row.patch.number for row in queries.review_queue(people.carol)] == ["A1"]


def test_an_upheld_objection_goes_back_to_who_returned(people, office, october):
    office.report(people.alice, "A1")
    office.look(people.bob, "A1")
    returned = office.look(people.carol, "A1", "return", city=True, reason="category-doubtful").value
    objection = reviews.object_to_return(
        people.alice, ObjectToReturn(review=returned.id, ground="图层有误")
    ).value
    answer = AnswerReturn(objection=objection.id, upheld=True, answer="图层有误属实")
    with pytest.raises(Refused):
        reviews.answer_objection(people.carol, answer)
    third = other_post(people.dan, Role.CITY_REVIEWER, "150600")
    reviews.answer_objection(third, answer)
    assert office.patch("A1").state == "banner-passed"
    office.look(people.carol, "A1", city=True)
    assert office.patch("A1").state == "city-passed"
    with pytest.raises(Refused):
        reviews.answer_objection(third, answer)


def test_evidence_is_kept_by_its_hash_and_read_only(people, office, october):
    office.photo(people.alice, "A1", "near")
    office.photo(people.alice, "A1", "near")
    row = Evidence.objects.get()
    kept = home() / row.path
    assert kept.name == row.sha256
    assert kept.stat().st_mode & 0o777 == 0o440
    assert row.media_type == "image/png"


def test_what_is_no_picture_is_refused(people, office, october, tmp_path):
    for name, content in (("a.jpg", b"MZ\x90\x00"), ("b.png", b"\x89PNG\r\n\x1a\nbroken"), ("c.jpg", b"")):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(BadInput):
            reports.attach(people.alice, office.patch("A1").id, kind="near", name=name, file=path)
    assert Evidence.objects.count() == 0


def test_a_patch_is_given_to_an_officer_of_its_banner(people, office, october):
    patch = office.patch("A1").id
    reports.assign(people.bob, Assign(patch=patch, officer=people.alice.person))
    assert queries.patch_page(people.alice, patch).assigned_to == people.alice.person
    with pytest.raises(BadInput):
        reports.assign(people.bob, Assign(patch=patch, officer=people.frank.person))


def test_strangers_can_do_nothing(people, office, october):
    patch = office.patch("A1")
    stated = ReportPatch(
        patch=patch.id,
        version=patch.version,
        category="false-change",
        unit="m2",
        area="1",
        farmland="0",
        basic_farmland="0",
    )
    for stranger in (people.frank, people.nobody, people.walt, people.bob, people.carol):
        with pytest.raises((Refused, NotFound)):
            reports.report(stranger, stated)
    for stranger in (people.frank, people.nobody, people.xena):
        with pytest.raises(NotFound):
            queries.patch_page(stranger, patch.id)


def test_the_page_says_what_its_reader_may_do(people, office, october):
    patch = office.patch("A1").id
    assert queries.patch_page(people.alice, patch).may == {"patch.report", "patch.attach", "patch.split"}
    assert queries.patch_page(people.bob, patch).may == {"patch.assign"}
    office.report(people.alice, "A1")
    assert queries.patch_page(people.alice, patch).may == {"violation.group", "violation.link"}
    assert "patch.review" in queries.patch_page(people.bob, patch).may
    alice = other_post(people.alice, Role.REVIEWER, "150627")
    assert "patch.review" not in queries.patch_page(alice, patch).may


def test_the_tabs_of_the_month_sum_and_overdue_stands_across(people, office, month):
    month("十月", {f"A{i}": ground.square(2 * i) for i in range(4)}, issued_on=date(2025, 10, 9))
    office.report(people.alice, "A0")
    office.report(people.alice, "A1")
    office.look(people.bob, "A1", "return", reason="photo-unclear")
    clearing = queries.clearing(people.alice, "2025-10")
    states = {key: count for key, count in clearing.tabs.items() if key not in ("all", "overdue")}
    assert sum(states.values()) == clearing.tabs["all"] == 4
    assert (states["issued"], states["reported"], states["returned"]) == (2, 1, 1)
    assert clearing.tabs["overdue"] == 3
    board = queries.board(people.carol, "2025-10")
    assert [(row.region, dict(row.tabs)) for row in board] == [("150627", dict(clearing.tabs))]
    overdue = queries.clearing(people.alice, "2025-10", Filter(state="overdue"))
    assert [row.patch.number for row in overdue.rows] == ["A0", "A2", "A3"]


def test_pages_of_a_list_hold_each_row_once(people, month):
    month("十月", {f"A{i:02d}": ground.square(2 * i) for i in range(7)})
    seen, after = [], ""
    while True:
        page = queries.clearing(people.alice, "2026-10", after=after, limit=3)
        seen += [row.patch.number for row in page.rows]
        after = page.after
        if not after:
            break
    assert seen == [f"A{i:02d}" for i in range(7)]


def test_somebody_was_first(people, office, october):
    patch = office.patch("A1")
    office.report(people.alice, "A1")
    with unsafe_writes("test: a race"):
        discovery.Patch.objects.filter(id=patch.id).update(state="issued")
    with pytest.raises(Refused, match="first"):
        office.report(people.alice, "A1", version=patch.version)

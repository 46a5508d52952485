"""A month from preview to issue and after: who may, when, on which facts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shoutu import clocks
from shoutu.errors import BadInput, NotFound, Refused
from shoutu.platform.ledger.models import Entry
from shoutu.platform.restrictions import queries as restrictions
from shoutu.platform.restrictions.inputs import Lift
from shoutu.platform.restrictions.services import lift
from shoutu.platform.warnings import inputs, queries
from shoutu.platform.warnings.models import Announcement, Issue, Measure
from shoutu.platform.warnings.services import documents, measures, month
from tests.platform.warnings.conftest import ANNOUNCED, BANNER, MONTH, RIPE, Records

pytestmark = pytest.mark.django_db


def announced(people: Any) -> Announcement:
    with clocks.stopped_at(ANNOUNCED):
        return month.announce(people.carol, inputs.Announce(region=BANNER, month=MONTH)).value


def issued(people: Any) -> Issue:
    announcement = announced(people)
    with clocks.stopped_at(RIPE):
        return month.issue(people.dan, sign(announcement)).value


def sign(announcement: Announcement) -> inputs.IssueMonth:
    return inputs.IssueMonth(announcement=announcement.id, facts_digest=announcement.facts_digest)


def test_preview_shows_level_and_distance_before_anybody_acts(people: Any, records: Records) -> None:
    records.add("A", "6666.66")
    (row,) = queries.board(people.erin, MONTH)
    assert (row.region, row.status, row.level, row.month_level, row.project_level) == (
        BANNER,
        "open",
        "orange",
        "none",
        "orange",
    )
    assert row.nearest is not None
    assert (row.nearest.name, row.nearest.gap_text) == ("area", "0.00001")


def test_the_distance_shown_is_to_a_higher_level_and_there_is_none_above_red(
    people: Any, records: Records
) -> None:
    records.add("A", "10000.00")
    assert queries.board(people.erin, MONTH)[0].nearest is None, "one parcel more would not make red yellow"


def test_nothing_through_yet_is_not_known_rather_than_quiet(people: Any, records: Records) -> None:
    records.undecided = 3
    (row,) = queries.board(people.erin, MONTH)
    assert row.level == "undetermined"
    assert row.area_m2 is None


def test_a_red_month_is_issued_and_brings_its_measures(people: Any, records: Records) -> None:
    records.add("A", "10000.00")
    issue = issued(people)
    assert {m.kind for m in Measure.objects.filter(issue=issue)} == {
        "interview-principal",
        "propose-suspension",
        "consider-transfer",
    }
    page = queries.month_page(people.erin, BANNER, MONTH)
    assert page.row.status == "issued"
    assert [w.level for w in page.warnings] == ["red", "red"]
    assert "违法用地总面积15亩以上" in page.warnings[0].quotation
    assert all(m.state == "due" for m in page.measures)


def test_only_the_city_issues_and_not_the_announcer(people: Any, records: Records) -> None:
    records.add("A", "10000.00")
    announcement = announced(people)
    with clocks.stopped_at(RIPE):
        for stranger in (people.erin, people.alice, people.carol, people.sam):
            with pytest.raises(Refused):
                month.issue(stranger, sign(announcement))
        with pytest.raises(NotFound):
            month.issue(people.frank, sign(announcement))
    assert not Issue.objects.exists()


def test_not_before_the_objection_time_has_run_out(people: Any, records: Records) -> None:
    records.add("A", "10000.00")
    announcement = announced(people)
    assert announcement.object_until == date(2026, 11, 19)
    with clocks.stopped_at(RIPE.replace(day=19)), pytest.raises(Refused, match="not run out"):
        month.issue(people.dan, sign(announcement))


def test_an_objection_is_answered_before_issue_by_somebody_else(people: Any, records: Records) -> None:
    records.add("A", "10000.00")
    announcement = announced(people)
    with clocks.stopped_at(ANNOUNCED):
        objection = month.object_to(
            people.erin, inputs.Object(announcement=announcement.id, text="乙部分已有批文")
        ).value
    with clocks.stopped_at(RIPE):
        with pytest.raises(Refused, match="not answered"):
            month.issue(people.dan, sign(announcement))
        month.answer_objection(people.carol, inputs.AnswerObjection(objection=objection.id, text="已核减"))
        with pytest.raises(Refused):
            month.answer_objection(people.carol, inputs.AnswerObjection(objection=objection.id, text="再答"))
        month.issue(people.dan, sign(announcement))
    body = bytes(Entry.objects.get(act="month.object").body).decode()
    assert "批文" not in body, "free text is sealed"


def test_no_objection_after_its_time_nor_from_another_banner(people: Any, records: Records) -> None:
    records.add("A", "10000.00")
    wanted = inputs.Object(announcement=announced(people).id, text="有异议")
    with clocks.stopped_at(RIPE), pytest.raises(Refused, match="over"):
        month.object_to(people.erin, wanted)
    with clocks.stopped_at(ANNOUNCED), pytest.raises(NotFound):
        month.object_to(people.frank, wanted)


def test_facts_that_moved_after_the_announcement_stop_the_issue(people: Any, records: Records) -> None:
    records.add("A", "10000.00")
    announcement = announced(people)
    records.add("B", "100.00")
    with clocks.stopped_at(RIPE), pytest.raises(Refused, match="changed"):
        month.issue(people.dan, sign(announcement))
    renewed = announced(people)
    with clocks.stopped_at(RIPE):
        month.issue(people.dan, sign(renewed))
    assert Announcement.objects.filter(current=True).count() == 1


def test_an_issued_month_stays_and_the_correction_names_the_difference(people: Any, records: Records) -> None:
    records.add("A", "10000.00")
    issue = issued(people)
    before = (issue.facts, issue.answer)
    records.violations.clear()
    records.add("A", "3000.00")
    page = queries.month_page(people.dan, BANNER, MONTH)
    assert page.difference is not None
    assert "总面积由 15.00 亩变为 4.50 亩" in page.difference.sentences
    wanted = inputs.Correct(issue=issue.id, facts_digest=page.difference.digest, reason="补办批文")
    with clocks.stopped_at(RIPE):
        month.correct(people.dan, wanted)
        with pytest.raises(Refused, match="not changed"):
            month.correct(people.dan, wanted)
    issue.refresh_from_db()
    assert (issue.facts, issue.answer) == before
    page = queries.month_page(people.dan, BANNER, MONTH)
    assert page.difference is None
    assert [w.level for w in page.warnings] == ["red", "red"]
    assert page.corrections[0].reason == "补办批文"


def test_a_month_is_issued_once(people: Any, records: Records) -> None:
    records.add("A", "10000.00")
    issue = issued(people)
    with clocks.stopped_at(RIPE), pytest.raises(Refused, match="issued already"):
        month.announce(people.carol, inputs.Announce(region=BANNER, month=MONTH))
    with clocks.stopped_at(RIPE), pytest.raises(Refused):
        month.issue(people.dan, sign(issue.announcement))


def test_a_suspension_needs_two_people_and_a_document_and_ends_only_by_decision(
    people: Any, records: Records
) -> None:
    records.add("A", "10000.00")
    issue = issued(people)
    measure = Measure.objects.get(issue=issue, kind="propose-suspension")
    decision = inputs.Decide(
        measure=measure.id, accept=True, document="鄂府办函〔2026〕9号", decided_on=date(2026, 11, 20)
    )
    with clocks.stopped_at(RIPE):
        with pytest.raises(Refused):
            measures.decide(people.dan, decision)
        measures.propose(people.carol, inputs.Propose(measure=measure.id))
        measures.decide(people.dan, decision)
    (held,) = restrictions.in_force(BANNER, date(2026, 11, 20))
    assert (held.document, held.kind) == ("鄂府办函〔2026〕9号", "land-approval-suspension")
    assert restrictions.in_force(BANNER, date(2030, 1, 1)), "it never ends by itself"
    wanted = Lift(restriction=held.id, document="鄂府办函〔2026〕20号", lifted_on=date(2026, 12, 20))
    lift(people.dan, wanted)
    assert not restrictions.in_force(BANNER, date(2026, 12, 20))
    states = {m.kind: m.state for m in queries.month_page(people.dan, BANNER, MONTH).measures}
    assert states["propose-suspension"] == "lifted"


def test_a_measure_is_declined_only_with_a_reason(people: Any, records: Records) -> None:
    with pytest.raises(BadInput, match="Say why"):
        inputs.Decide(measure="x", accept=False, document="d", decided_on=date(2026, 11, 20))


def test_two_yellow_months_bring_the_interview_and_stay_when_the_first_is_corrected(
    people: Any, records: Records
) -> None:
    records.add("A", "2100.00", month="2026-09")
    with clocks.stopped_at(ANNOUNCED):
        first = month.announce(people.carol, inputs.Announce(region=BANNER, month="2026-09")).value
    with clocks.stopped_at(RIPE):
        month.issue(people.dan, sign(first))
    records.add("B", "2100.00")
    assert [m.kind for m in queries.month_page(people.dan, BANNER, MONTH).measures] == ["interview-deputy"]
    records.violations.pop(0)
    page = queries.month_page(people.dan, BANNER, MONTH)
    assert [m.kind for m in page.measures] == ["interview-deputy"], "6.3 looks back at what was issued"


def test_a_paper_is_a_draft_until_numbered_without_gaps(people: Any, records: Records) -> None:
    records.add("A", "10000.00", "7000.00")
    issued(people)
    with clocks.stopped_at(RIPE):
        drafts = [
            documents.draft_document(people.carol, inputs.Draft(kind=kind, region=BANNER, month=MONTH)).value
            for kind in ("warning", "interview-notice", "suspension")
        ]
        numbers = []
        for draft in drafts:
            wanted = inputs.Number(
                document=draft.id, code="鄂自然资函", dated=date(2026, 11, 20), basis="经市人民政府同意"
            )
            documents.number_document(people.carol, wanted)
            numbers.append(queries.paper(people.dan, draft.id).number)
            with pytest.raises(Refused):
                documents.number_document(people.carol, wanted)
    assert numbers == [f"鄂自然资函〔2026〕{n}号" for n in (1, 2, 3)]
    assert queries.rendered(people.erin, drafts[0].id, "pdf").startswith(b"%PDF")
    with pytest.raises(NotFound):
        queries.rendered(people.frank, drafts[0].id, "pdf")


def test_foreign_banners_and_nobody_see_nothing(people: Any, records: Records) -> None:
    assert queries.board(None, MONTH) == ()
    assert [row.region for row in queries.board(people.frank, MONTH)] == ["150625"]
    with pytest.raises(NotFound):
        queries.month_page(people.frank, BANNER, MONTH)
    with pytest.raises(NotFound):
        queries.month_page(people.walt, BANNER, MONTH)

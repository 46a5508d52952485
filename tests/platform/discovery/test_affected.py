"""Figures that a newer layer version would change: found, asked about once, decided by a person."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from django.urls import reverse

from shoutu.errors import BadInput, NotFound, Refused
from shoutu.platform.discovery import crossing_again, queries, rechecks
from shoutu.platform.discovery.affected import affected_by, edition_of
from shoutu.platform.discovery.inputs import DecideRecheck, Split
from shoutu.platform.discovery.models import Crossing, Fact, Patch, Recheck
from shoutu.platform.discovery.queries import Filter
from shoutu.platform.discovery.services import rechecks as acts
from shoutu.platform.discovery.services.splitting import split
from shoutu.platform.ledger import queries as ledger
from shoutu.platform.ledger.models import Entry
from shoutu.platform.outbox import jobs
from shoutu.platform.outbox.models import Progress
from shoutu.platform.outbox.worker import JobWorker
from shoutu.platform.territory import queries as territory
from tests.platform import ground

OLD = {"0101": ground.square(0, wide=2), "0601": ground.square(2)}
NEW = {"0101": ground.square(0), "0601": ground.square(1, wide=2)}
"""The middle square goes from farmland to a mine; the first and the last stay."""


def published(people: Any) -> dict[str, str]:
    """Three patches, each on one of the three squares: ids by number."""
    ground.layer(people.carol, "land", "land-use", OLD)
    outlines = {f"P{column}": ground.square(column + 0.25, 0.25, wide=0.5, tall=0.5) for column in range(3)}
    ground.publish_made(people.carol, outlines, ground.header())
    return dict(Patch.objects.values_list("number", "id"))


def newer(people: Any, outlines: Any = NEW) -> str:
    return ground.layer(people.carol, "land", "land-use", outlines)


def run(people: Any, layer: str) -> dict[str, int]:
    return crossing_again.cross_again.func(layer, people.carol.person, people.carol.term)


def figures(patch: str) -> dict[str, str]:
    land = next(layer for layer in queries.layer_facts(patch) if layer.name == "land")
    return {one.klass: one.area_m2 for one in land.classes}


def only(people: Any) -> rechecks.RecheckRow:
    (row,) = rechecks.listed(people.alice, Recheck.OPEN, 0, 9)
    return row


def test_only_what_changes_is_asked_about_with_both_figures(people):
    patches = published(people)
    assert run(people, newer(people)) == {"batches": 1, "asked": 1}
    row = only(people)
    area = Patch.objects.get(id=patches["P1"]).area_m2
    assert row.patch.number == "P1"
    assert [(f.klass, f.old_m2, f.new_m2, f.change_m2) for f in row.figures] == [
        ("0101", area, "0.00", f"-{area}"),
        ("0601", "0.00", area, f"+{area}"),
    ]
    assert row.outside is None
    assert figures(patches["P1"]) == {"0101": area}


def test_the_command_and_the_job_find_the_same(people):
    patches = published(people)
    layer = territory.layer_versions([newer(people)])[0]
    unregistered = edition_of(layer.folder)
    (found,) = affected_by(unregistered)
    assert (found.patch, found.state) == (patches["P1"], "issued")
    assert {one.klass for one in found.old} == {"0101"}
    assert {one.klass for one in found.new} == {"0601"}
    assert list(affected_by(layer)) == [found]


def test_run_again_it_asks_nothing_twice(people):
    published(people)
    layer = newer(people)
    run(people, layer)
    entries = Entry.objects.count()
    assert run(people, layer) == {"batches": 1, "asked": 0}
    assert Recheck.objects.count() == 1
    assert Entry.objects.count() == entries


def test_renewed_figures_stand_and_the_old_stay_on_record(people):
    patches = published(people)
    before = figures(patches["P1"])
    layer = newer(people)
    run(people, layer)
    done = acts.renew(people.alice, DecideRecheck(recheck=only(people).id, reason="已核对新版来源"))
    assert figures(patches["P1"]) == {"0601": before["0101"]}
    assert figures(patches["P0"]) == before
    assert queries.figures(patches["P1"]).farmland == "0.00"
    assert {pin.checksum for pin in queries.figures(patches["P1"]).layers} == {
        territory.layer_versions([layer])[0].checksum
    }
    assert Fact.objects.filter(patch=patches["P1"]).count() == 2
    (entry,) = [e for e in ledger.history(people.alice, f"patch:{patches['P1']}") if e.act == "facts.renew"]
    assert (entry.index, entry.person) == (done.receipt.leaf_index, people.alice.person)
    assert entry.facts["to"][1:] == [["0601", before["0101"]]]
    assert entry.facts["reason"] == "已核对新版来源"
    assert "已核对新版来源".encode() not in bytes(Entry.objects.get(act="facts.renew").body)
    assert list(affected_by(territory.layer_versions([layer])[0])) == []


def test_kept_figures_stay_with_the_reason(people):
    patches = published(people)
    before = figures(patches["P1"])
    layer = newer(people)
    run(people, layer)
    acts.keep(people.alice, DecideRecheck(recheck=only(people).id, reason="新版晚于下发日"))
    assert figures(patches["P1"]) == before
    assert Crossing.objects.filter(patch__isnull=False).count() == 0
    (row,) = rechecks.of_patch(people.alice, patches["P1"])
    assert (row.state, row.reason, row.decided_by) == ("kept", "新版晚于下发日", people.alice.person)
    assert run(people, layer)["asked"] == 0


@pytest.mark.parametrize("who", ["bob", "carol", "frank", "nobody"])
def test_nobody_but_an_officer_of_the_banner_decides(people, who):
    published(people)
    run(people, newer(people))
    data = DecideRecheck(recheck=only(people).id, reason="理由")
    for act in (acts.keep, acts.renew):
        with pytest.raises((Refused, NotFound)):
            act(getattr(people, who), data)
    assert only(people).state == "open"


def test_others_see_nothing(people):
    published(people)
    run(people, newer(people))
    seen = {
        who: rechecks.count(getattr(people, who), "open")
        for who in ("alice", "bob", "carol", "frank", "nobody")
    }
    assert seen == {"alice": 1, "bob": 1, "carol": 1, "frank": 0, "nobody": 0}
    waiting = {
        who: rechecks.count_open(getattr(people, who)) for who in ("alice", "bob", "carol", "frank", "nobody")
    }
    assert waiting == {"alice": 1, "bob": 0, "carol": 0, "frank": 0, "nobody": 0}


def test_a_decision_needs_a_reason_and_is_made_once(people):
    published(people)
    run(people, newer(people))
    with pytest.raises(BadInput):
        DecideRecheck(recheck=only(people).id, reason="  ")
    data = DecideRecheck(recheck=only(people).id, reason="理由")
    acts.keep(people.alice, data)
    with pytest.raises(Refused):
        acts.renew(people.alice, data)


def test_a_still_newer_version_overtakes_the_question(people):
    patches = published(people)
    run(people, newer(people))
    asked = only(people).id
    third = {"0101": ground.square(0, wide=1.5), "0601": ground.square(1.5, wide=1.5)}
    run(people, newer(people, third))
    assert Recheck.objects.get(id=asked).state == "superseded"
    row = only(people)
    area = Fraction(Patch.objects.get(id=patches["P1"]).area_m2)
    assert sum(Fraction(one.new_m2) for one in row.figures) == area
    assert {one.klass for one in row.figures} == {"0101", "0601"}


def test_a_version_that_agrees_again_closes_the_question(people):
    published(people)
    run(people, newer(people))
    same = {"0101": ground.square(0, wide=2), "0601": ground.square(2), "0401": ground.square(7)}
    assert run(people, newer(people, same)) == {"batches": 1, "asked": 0}
    assert list(Recheck.objects.values_list("state", flat=True)) == ["superseded"]


def test_parts_are_asked_about_and_not_their_whole(people):
    patches = published(people)
    row = Patch.objects.get(id=patches["P1"])
    west = ground.WEST + 1.5 * ground.SIDE
    line = ((west, ground.SOUTH), (west, ground.SOUTH + ground.SIDE))
    split(people.alice, Split(patch=row.id, version=row.version, line=line))
    run(people, newer(people))
    rows = rechecks.listed(people.alice, Recheck.OPEN, 0, 9)
    assert {row.patch.label for row in rows} == {"甲", "乙"}
    parts = {row.patch.id: row.figures[1].new_m2 for row in rows}
    assert sum(map(Fraction, parts.values())) == Fraction(row.area_m2)


def test_a_filter_by_ground_follows_the_renewed_figures(people):
    patches = published(people)
    run(people, newer(people))
    farmland = Filter(kind="farmland")
    assert {row.id for row in queries.patches(people.carol, farmland).rows} == {patches["P0"], patches["P1"]}
    acts.renew(people.alice, DecideRecheck(recheck=only(people).id, reason="理由"))
    assert {row.id for row in queries.patches(people.carol, farmland).rows} == {patches["P0"]}


def test_registering_starts_the_job_only_where_figures_depend_on_it(people):
    ground.layer(people.carol, "sea", "plan", OLD)
    assert not Progress.objects.filter(title__startswith="核对").exists()
    published(people)
    newer(people)
    (job,) = Progress.objects.filter(title__startswith="核对图层新版影响的图斑：land")
    assert job.started_by == people.carol.person
    newer(people)
    assert Progress.objects.filter(title__startswith="核对").count() == 1


def test_an_older_version_raises_no_question(people):
    patches = published(people)
    layer = newer(people)
    newer(people, {"0601": ground.square(0, wide=3)})
    assert run(people, layer) == {"batches": 0, "asked": 0}
    assert patches


def test_who_is_no_longer_in_office_asks_nothing(people):
    published(people)
    layer = newer(people)
    with pytest.raises(Refused):
        crossing_again.cross_again.func(layer, people.carol.person, "ended")
    assert not Recheck.objects.exists()


def test_the_worker_runs_it_stops_it_and_goes_on(committed_people, monkeypatch):
    people = committed_people
    published(people)
    second = {"Q1": ground.square(1.25, 0.25, wide=0.5, tall=0.5)}
    ground.publish_made(people.carol, second, ground.header("2026年十月二批"))
    newer(people)
    (job,) = Progress.objects.filter(title__startswith="核对").values_list("job", flat=True)
    ask, seen = acts.ask, []

    def ask_and_stop(actor, question, **given):
        seen.append(question.batch)
        done = ask(actor, question, **given)
        if len(seen) == 1:
            jobs.request_stop(people.carol, job)
        return done

    monkeypatch.setattr(acts, "ask", ask_and_stop)
    JobWorker(once=True, interval=0.01).run()
    stopped = jobs.progress(job)
    assert (stopped.state, Recheck.objects.count()) == ("stopped", 1)
    layer = next(row for row in territory.current_layers() if row.name == "land")
    again = crossing_again.start(people.carol, layer)
    JobWorker(once=True, interval=0.01).run()
    done = jobs.progress(again)
    assert (done.state, done.done, done.total) == ("done", 2, 2)
    assert done.result == {"batches": 2, "asked": 1}
    assert sorted(seen) == sorted(set(seen))
    assert Recheck.objects.count() == 2


def test_a_run_that_was_killed_goes_on_behind_the_batch_it_kept(people, monkeypatch):
    published(people)
    ground.publish_made(people.carol, {"Q1": ground.square(1.25)}, ground.header("2026年十月二批"))
    layer = newer(people)
    first = min(Patch.objects.values_list("batch_id", flat=True))
    monkeypatch.setattr(jobs, "kept", lambda: first)
    run(people, layer)
    assert set(Recheck.objects.values_list("patch__batch_id", flat=True)) == {
        max(Patch.objects.values_list("batch_id", flat=True))
    }


def test_the_page_shows_both_and_takes_the_decision(people, as_person):
    patches = published(people)
    run(people, newer(people))
    alice = as_person(people.alice)
    page = alice.get(reverse("rechecks")).content.decode()
    area = Patch.objects.get(id=patches["P1"]).area_m2
    assert "图层更新后数字有变，请复核" in page
    assert f"{Fraction(area).__floor__():,}" in page
    assert "水田 0101" in page
    assert "还没有填报" in page
    assert reverse("rechecks") in alice.get(reverse("clearing")).content.decode()
    assert reverse("rechecks") in alice.get(reverse("patch", args=(patches["P1"],))).content.decode()
    address = reverse("recheck-decide", args=(only(people).id,))
    assert alice.post(address, {"decision": "renew", "reason": ""}).status_code == 422
    assert alice.post(address, {"reason": "理由"}).status_code == 422
    assert as_person(people.bob).post(address, {"decision": "renew", "reason": "理由"}).status_code == 403
    assert as_person(people.frank).post(address, {"decision": "renew", "reason": "理由"}).status_code == 404
    assert alice.post(address, {"decision": "renew", "reason": "核对过"}).status_code == 302
    assert "核对过" in alice.get(reverse("rechecks") + "?state=renewed").content.decode()
    assert "图层更新后改用新数" in alice.get(reverse("patch", args=(patches["P1"],))).content.decode()


def test_the_city_starts_it_again_and_stops_it_from_the_page(people, as_person):
    published(people)
    layer = newer(people)
    carol = as_person(people.carol)
    before = Progress.objects.count()
    assert "再核对一次" in carol.get(reverse("rechecks")).content.decode()
    assert carol.post(reverse("rechecks-again"), {"layer": layer}).status_code == 302
    assert Progress.objects.count() == before + 1
    assert carol.post(reverse("rechecks-again"), {"layer": "none"}).status_code == 404
    assert as_person(people.alice).post(reverse("rechecks-again"), {"layer": layer}).status_code in (403, 404)
    job = Progress.objects.order_by("created_at").last()
    assert as_person(people.alice).post(reverse("rechecks-stop", args=(job.job,))).status_code == 403
    assert carol.post(reverse("rechecks-stop", args=(job.job,))).status_code == 302
    assert "正在停止" in carol.get(reverse("rechecks")).content.decode()

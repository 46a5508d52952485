"""Importing a batch: one act after a preview, whole or not at all, and never twice."""

from __future__ import annotations

import json
from datetime import date

import openpyxl
import pytest

from shoutu.errors import BadInput, NotFound, Refused
from shoutu.platform.discovery import queries
from shoutu.platform.discovery.intake import drafts
from shoutu.platform.discovery.models import Batch, Draft, Fact, Patch
from shoutu.platform.discovery.queries import Filter
from shoutu.platform.ledger.models import Entry
from tests.platform import ground

THREE = [
    ground.patch("T1", ground.square(0)),
    ground.patch("T2", ground.square(2), 项目名称="某产业园"),
    ground.patch("T3", ground.square(4)),
]


@pytest.fixture
def file(tmp_path):
    return ground.geojson(tmp_path / "十月.geojson", THREE)


def test_a_batch_comes_in_by_one_act(people, file):
    done = ground.publish(people.carol, file, ground.header())
    assert [row.number for row in queries.patches(people.alice, Filter()).rows] == ["T1", "T2", "T3"]
    entry = Entry.objects.get(act="batch.publish")
    facts = json.loads(bytes(entry.body))["facts"]
    assert (entry.subject, facts["count"]) == (f"batch:{done.value.id}", 3)
    assert facts["rows_sha256"] == Batch.objects.get().digest


def test_what_follows_from_the_day_of_issue_is_proposed(people, file):
    ground.publish(people.carol, file, ground.header(issued_on=date(2026, 10, 9)))
    row = queries.batches(people.carol)[0]
    assert (row.month, row.campaign_year, row.synthetic) == ("2026-10", 2026, True)
    assert row.issued_on < row.report_due < row.city_review_due


def test_the_same_file_again_gets_the_first_receipt(people, file):
    first = ground.publish(people.carol, file, ground.header())
    again = ground.publish(people.carol, file, ground.header("另一期"))
    assert again.receipt == first.receipt
    assert (Batch.objects.count(), Patch.objects.count(), Entry.objects.count()) == (1, 3, 1)
    draft = drafts.start(people.carol, file, file.name)
    assert drafts.preview(people.carol, draft, header=ground.header("x")).known == first.value.id


def test_a_number_is_used_once(people, file, tmp_path):
    ground.publish(people.carol, file, ground.header())
    other = ground.geojson(tmp_path / "b.geojson", [ground.patch("T9", ground.square(9))])
    with pytest.raises(Refused):
        ground.publish(people.carol, other, ground.header())
    assert Batch.objects.count() == 1


def test_a_broken_file_leaves_nothing(people, tmp_path):
    broken = tmp_path / "b.geojson"
    broken.write_text('{"type": "FeatureCollection", "features": [{"type"')
    draft = drafts.start(people.carol, broken, broken.name)
    with pytest.raises(BadInput) as fault:
        drafts.preview(people.carol, draft, header=ground.header())
    assert fault.value.where.file == "b.geojson"
    assert (Batch.objects.count(), Patch.objects.count(), Entry.objects.count()) == (0, 0, 0)


BAD = [
    (ground.patch("", ground.square(0)), "图斑编号"),
    (ground.patch("T2", ground.square(6)), "图斑编号"),
    (ground.patch("T9", None), "geometry"),
    (ground.patch("T9", ground.square(2.2)), "geometry"),
    (ground.patch("T9", ground.square(6), 行政区代码="110101"), "region"),
    (ground.patch("T9", ground.square(6), 项目名称="长" * 201), "项目名称"),
    (ground.patch("T" * 71, ground.square(6)), "图斑编号"),
]


BAD_NAMES = ["no number", "twice", "no shape", "overlap", "abroad", "long project", "long number"]


@pytest.mark.parametrize(("bad", "field"), BAD, ids=BAD_NAMES)
def test_one_bad_row_refuses_all_and_says_where(people, tmp_path, bad, field):
    file = ground.geojson(tmp_path / "f.geojson", [THREE[1], THREE[2], bad])
    draft = drafts.start(people.carol, file, file.name)
    shown = drafts.preview(people.carol, draft, header=ground.header())
    assert [(fault.row, fault.field) for fault in shown.faults] == [(3, field)]
    assert all(fault.what.zh and fault.remedy.zh for fault in shown.faults)
    assert not shown.publishable
    with pytest.raises(Refused) as refusal:
        drafts.publish(people.carol, draft, digest=shown.digest)
    assert refusal.value.where.row == 3
    assert Patch.objects.count() == 0


def test_bad_rows_are_left_out_by_number_only_and_that_is_kept(people, tmp_path):
    file = ground.geojson(tmp_path / "f.geojson", [*THREE, ground.patch("T9", None)])
    ground.publish(people.carol, file, ground.header(), excluded=[4])
    assert Patch.objects.count() == 3
    assert queries.batches(people.carol)[0].excluded == ({"row": "4", "fault": "没有图形。"},)


def test_what_was_not_shown_is_not_published(people, file):
    draft = drafts.start(people.carol, file, file.name)
    drafts.preview(people.carol, draft, header=ground.header())
    with pytest.raises(Refused):
        drafts.publish(people.carol, draft, digest="0" * 64)
    assert Batch.objects.count() == 0


def test_only_the_city_imports_and_a_draft_is_its_owners(people, file):
    with pytest.raises(NotFound):
        drafts.start(people.rita, file, file.name)
    with pytest.raises((Refused, NotFound)):
        drafts.start(people.alice, file, file.name)
    draft = drafts.start(people.carol, file, file.name)
    with pytest.raises(NotFound):
        drafts.find(people.alice, draft)
    with pytest.raises(NotFound):
        drafts.find(people.nobody, draft)


def test_another_banner_sees_nothing(people, file):
    done = ground.publish(people.carol, file, ground.header())
    patch = Patch.objects.first()
    for stranger in (people.frank, people.nobody, people.walt, people.xena):
        assert queries.patches(stranger, Filter()).rows == ()
        assert queries.batches(stranger) == ()
        with pytest.raises(NotFound):
            queries.patch(stranger, patch.id)
        with pytest.raises(NotFound):
            queries.batch(stranger, done.value.id)


def test_columns_are_proposed_and_a_set_mapping_is_remembered(people, tmp_path):
    rows = [ground.feature(ground.square(i), 编码=f"N{i}", XMC="伊金霍洛旗") for i in (0, 2)]
    first = ground.geojson(tmp_path / "a.geojson", rows)
    draft = drafts.start(people.carol, first, first.name)
    shown = drafts.preview(people.carol, draft, header=ground.header())
    assert (shown.mapping["region_name"], shown.mapping["number"]) == ("XMC", "")
    shown = drafts.preview(people.carol, draft, mapping={"number": "编码", "region_name": "XMC"})
    drafts.publish(people.carol, draft, digest=shown.digest)
    rows = [ground.feature(ground.square(i), 编码=f"N{i}", XMC="伊金霍洛旗") for i in (4, 6)]
    second = ground.geojson(tmp_path / "b.geojson", rows)
    draft = drafts.start(people.carol, second, second.name)
    assert drafts.preview(people.carol, draft, header=ground.header("二")).mapping["number"] == "编码"


def test_a_mapping_names_columns_of_the_file_once(people, file):
    draft = drafts.start(people.carol, file, file.name)
    for wrong in ({"number": "没有"}, {"nothing": "图斑编号"}, {"number": "图斑编号", "place": "图斑编号"}):
        with pytest.raises(BadInput):
            drafts.preview(people.carol, draft, mapping=wrong)


def sheet(path, rows):
    book = openpyxl.Workbook()
    book.active.title = "图斑列表"
    book.active.append(["某地2026年图斑"])
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


HEAD = ["图斑编号", "监测批次", "县级行政区名称", "图斑状态", "项目名称", "监测面积"]


def test_a_list_with_wholes_and_parts_is_never_taken_whole(people, tmp_path):
    rows = [
        HEAD,
        ["A1", "七月一批", "伊金霍洛旗", "", "", 3.5],
        ["A2", "七月一批", "伊金霍洛旗", "被拆分", "", 8],
        ["A2", "七月一批", "伊金霍洛旗", "拆分", "", 5],
        ["A2", "七月一批", "伊金霍洛旗", "拆分", "", 3],
    ]
    file = sheet(tmp_path / "list.xlsx", rows)
    draft = drafts.start(people.carol, file, file.name)
    with pytest.raises(BadInput, match="twice"):
        drafts.preview(people.carol, draft, header=ground.header())
    issued = drafts.preview(people.carol, draft, header=ground.header(view="issued"))
    assert (issued.accepted, issued.left_out, issued.series) == (2, 2, "七月一批")
    assert issued.without_shape == 2
    judged = drafts.preview(people.carol, draft, header=ground.header(view="judged"))
    assert (judged.accepted, judged.left_out) == (3, 1)
    drafts.publish(people.carol, draft, digest=judged.digest)
    numbers = [row.number for row in queries.patches(people.carol, Filter()).rows]
    assert sorted(numbers) == ["A1", "A2-乙", "A2-甲"]
    assert {row.area_m2 for row in queries.patches(people.carol, Filter()).rows} == {""}


def test_a_list_is_joined_to_shapes_by_number(people, tmp_path):
    shapes = ground.geojson(
        tmp_path / "s.geojson", [ground.feature(ground.square(0), TBBH="A1", XZQDM="150627")]
    )
    listed = sheet(
        tmp_path / "list.xlsx",
        [HEAD, ["A1", "七月一批", "伊金霍洛旗", "", "某光伏", 14.3], ["A7", "", "", "", "", ""]],
    )
    draft = drafts.start(people.carol, shapes, shapes.name, listed=listed)
    shown = drafts.preview(people.carol, draft, header=ground.header())
    assert shown.accepted == 1
    assert any("A7" in remark.zh for remark in shown.remarks)
    drafts.publish(people.carol, draft, digest=shown.digest)
    assert queries.patches(people.carol, Filter()).rows[0].project == "某光伏"


def test_facts_come_with_the_batch_and_a_missing_layer_is_not_zero(people, file):
    ground.layer(people.carol, "land", "land-use", {"0103": ground.square(-1, -1, wide=1.5, tall=3)})
    ground.publish(people.carol, file, ground.header())
    first = queries.patches(people.alice, Filter()).rows[0]
    by_kind = {facts.kind: facts for facts in queries.layer_facts(first.id)}
    land = by_kind["land-use"]
    assert [row.klass for row in land.classes] == ["0103"]
    assert float(land.total_m2) == pytest.approx(float(first.area_m2) / 2, abs=0.02)
    assert not by_kind["basic-farmland"].received
    figures = queries.figures(first.id)
    assert (figures.farmland, figures.basic_farmland) == (land.total_m2, None)
    third = queries.patches(people.alice, Filter()).rows[2]
    assert queries.figures(third.id).farmland == "0.00"
    assert Fact.objects.filter(patch_id=third.id).count() == 0


def test_a_draft_is_bookkeeping_and_can_be_dropped(people, file):
    draft = drafts.start(people.carol, file, file.name)
    drafts.discard(people.carol, draft)
    assert (Draft.objects.count(), Entry.objects.count()) == (0, 0)

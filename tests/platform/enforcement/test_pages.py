"""Pages of a month: narrowed to the reader, forms that lose nothing, files that cannot do harm."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from shoutu.platform.enforcement.models import Evidence, Report
from tests.platform import ground

NUMBER = "150627202610B0004"


@pytest.fixture
def patch(month: Any, office: Any, people: Any) -> Any:
    ground.layer(people.carol, "dltb", "land-use", {"0103": ground.square(0), "1003": ground.square(3)})
    month("十月", {NUMBER: ground.square(0), "150627202610B0005": ground.square(3)})
    return office.patch(NUMBER)


def text(response: Any) -> str:
    return str(response.content.decode())


def form(patch: Any, **given: str) -> dict[str, str]:
    stated = {
        "version": str(patch.version),
        "category": "suspected-construction",
        "unit": "m2",
        "area": patch.area_m2,
        "farmland": "0",
        "basic_farmland": "0",
        "explanation": "已写了很长的一段说明。",
    }
    return {**stated, **given}


def test_patch_is_seen_by_its_banner_and_the_city(patch: Any, people: Any, as_person: Any) -> None:
    for path in (f"/patches/{patch.id}/", f"/batches/{patch.batch}/", f"/patches/{patch.id}/features"):
        for actor in (people.alice, people.bob, people.carol):
            assert as_person(actor).get(path).status_code == 200, path
        assert as_person(people.frank).get(path).status_code == 404, path
        assert as_person(None).get(path).status_code == 302, path


def test_state_tabs_sum_to_the_total(patch: Any, people: Any, as_person: Any) -> None:
    shown = as_person(people.carol).get("/clearing/?month=2026-10").context
    counts = {key: count for key, _, count in shown["tabs"]}
    assert counts.pop("all") == sum(counts.values()) == 2
    assert shown["page"].total == 2


def test_filters_narrow_by_area_and_ground(patch: Any, people: Any, as_person: Any) -> None:
    client = as_person(people.carol)

    def found(query: str) -> list[str]:
        return [
            row.patch.number for row in client.get(f"/clearing/?month=2026-10&{query}").context["page"].rows
        ]

    assert found("kind=farmland") == [NUMBER]
    assert found("least=14") == [NUMBER, "150627202610B0005"]
    assert found("least=15") == []
    assert found("q=B0005") == ["150627202610B0005"]
    assert found("sort=-number") == ["150627202610B0005", NUMBER]


def test_facts_add_up_and_missing_layers_are_said(patch: Any, people: Any, as_person: Any) -> None:
    page = as_person(people.alice).get(f"/patches/{patch.id}/")
    facts = page.context["facts"]
    assert [row.name for row in facts.rows] == ["耕地"]
    assert facts.rows[0].m2 == facts.total == patch.area_m2
    assert f"× 15 ÷ 10,000 = {patch.area_mu[:5]}" in facts.arithmetic
    assert "未收到数据" in text(page)


def test_faulty_report_comes_back_as_typed(patch: Any, people: Any, as_person: Any) -> None:
    client = as_person(people.alice)
    answer = client.post(f"/patches/{patch.id}/report", form(patch, area="很大"))
    assert answer.status_code == 422
    assert "已写了很长的一段说明。" in text(answer)
    assert 'id="fault-area"' in text(answer)
    answer = client.post(f"/patches/{patch.id}/report", form(patch))
    assert answer.status_code == 422, "proof is missing"
    assert "举证材料不齐" in text(answer)
    assert not Report.objects.exists()


def test_stale_report_comes_back_over_what_stands(
    patch: Any, people: Any, as_person: Any, office: Any
) -> None:
    proofs = [office.photo(people.alice, NUMBER, kind) for kind in ("panorama", "near", "record")]
    stale = {**form(patch), "version": str(patch.version + 1), "proofs": proofs}
    answer = as_person(people.alice).post(f"/patches/{patch.id}/report", stale)
    assert answer.status_code == 403
    assert "已写了很长的一段说明。" in text(answer)
    assert answer.context["form"]["version"] == patch.version


def test_evidence_is_kept_as_it_came_and_shown_without_exif(
    patch: Any, people: Any, as_person: Any, office: Any
) -> None:
    found = Evidence.objects.get(id=office.photo(people.alice, NUMBER, "near"))
    kept = as_person(people.bob).get(f"/evidence/{found.id}/file")
    assert kept["Content-Disposition"].startswith("attachment")
    assert kept["X-Content-Type-Options"] == "nosniff"
    assert kept["Content-Security-Policy"] == "default-src 'none'; sandbox"
    shown = as_person(people.bob).get(f"/evidence/{found.id}/preview")
    assert shown["Content-Type"] == "image/jpeg"
    assert b"Exif" not in shown.content
    assert as_person(people.frank).get(f"/evidence/{found.id}/file").status_code == 404


def test_who_reported_is_barred_in_words(patch: Any, people: Any, as_person: Any, office: Any) -> None:
    office.report(people.alice, NUMBER)
    page = as_person(people.bob).get(f"/review/{patch.id}/")
    assert page.status_code == 200
    assert page.context["barred"] == ""
    office.look(people.bob, NUMBER, "return", reason="photo-unclear")
    assert as_person(people.bob).get(f"/review/{patch.id}/").status_code == 302
    assert "照片不清" in text(as_person(people.alice).get(f"/patches/{patch.id}/"))


def test_passing_needs_every_tick(patch: Any, people: Any, as_person: Any, office: Any) -> None:
    report = office.report(people.alice, NUMBER, farmland="1.00", basic_farmland="0")
    client = as_person(people.bob)
    page = client.get(f"/review/{patch.id}/")
    sent = {"report": report.id, "shown": page.context["compared"].digest, "outcome": "pass"}
    answer = client.post(f"/review/{patch.id}/", {**sent, "note": "我的意见"})
    assert answer.status_code == 422
    assert "我的意见" in text(answer)
    ticks = [value for value, _ in page.context["ticks"]]
    assert "farmland" in ticks
    assert client.post(f"/review/{patch.id}/", {**sent, "seen": ticks}).status_code == 302
    assert office.patch(NUMBER).state == "banner-passed"


def test_split_preview_and_split_by_points(patch: Any, people: Any, as_person: Any, office: Any) -> None:
    client = as_person(people.alice)
    middle = ground.WEST + ground.SIDE / 2
    points = f"{middle} {ground.SOUTH - 0.001}\n{middle}，{ground.SOUTH + 0.002}"
    sent = {"version": patch.version, "points": points}
    shown = client.post(f"/patches/{patch.id}/split-preview", sent).json()
    assert [part["name"] for part in shown["parts"]] == ["甲", "乙"]
    assert shown["difference"] == "0.00"
    bad = client.post(f"/patches/{patch.id}/split-preview", {**sent, "points": "东边"})
    assert bad.status_code == 422
    assert client.post(f"/patches/{patch.id}/split", sent).status_code == 302
    assert office.patch(f"{NUMBER}-甲").state == "issued"
    assert as_person(people.frank).post(f"/patches/{patch.id}/split-preview", sent).status_code == 404


def test_export_has_numbers_and_no_formulas(people: Any, as_person: Any, tmp_path: Any) -> None:
    file = ground.geojson(
        tmp_path / "十月.geojson", [ground.patch(NUMBER, ground.square(0), 项目名称="=HYPERLINK(1)")]
    )
    ground.publish(people.carol, file, ground.header())
    answer = as_person(people.carol).get("/clearing/export.xlsx?month=2026-10")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    heads, row = list(book["月清"].iter_rows())
    cells = {head.value: cell for head, cell in zip(heads, row, strict=True)}
    assert cells["项目"].value == "=HYPERLINK(1)"
    assert cells["项目"].data_type == "s"
    assert cells["面积（亩）"].value == pytest.approx(14.29, abs=0.2)
    assert "数据截至" in [row[0].value for row in book["来源和时间"].iter_rows()]


def test_upload_says_what_is_wrong_and_leaves_nothing(people: Any, as_person: Any) -> None:
    client = as_person(people.carol)
    assert client.post("/batches/upload", {}).status_code == 422
    broken = io.BytesIO(b"no zip")
    broken.name = "broken.zip"
    answer = client.post("/batches/upload", {"file": broken, "crs": "EPSG:4490"})
    assert answer.status_code == 422
    assert 'value="EPSG:4490"' in text(answer)
    assert client.get("/batches/upload").context["waiting"] == ()


def test_upload_to_publication(people: Any, as_person: Any, tmp_path: Any) -> None:
    file = ground.geojson(
        tmp_path / "十月.geojson",
        [
            ground.patch("A1", ground.square(0)),
            ground.patch("A1", ground.square(3)),
            ground.patch("A2", None),
        ],
    )
    client = as_person(people.carol)
    with file.open("rb") as opened:
        address = client.post("/batches/upload", {"file": opened})["Location"]
    page = client.get(address)
    assert page.context["faulty"] == 2
    faults = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}faults.xlsx").content)).active
    assert faults is not None
    assert faults.max_row == 3
    mapping = {f"column-{key}": column for key, _, column in page.context["meanings"]}
    sent = {**mapping, "number": "十月一批", "issued_on": "2026-10-08", "excluded": ["2", "3"]}
    assert client.post(address, sent).status_code == 302
    shown = client.get(address).context["shown"]
    assert shown.publishable
    done = client.post(f"{address}publish", {"digest": shown.digest})
    assert client.get(done["Location"]).context["page"].total == 1
    assert client.post(f"{address}publish", {"digest": shown.digest})["Location"] == done["Location"]


def test_patches_are_passed_on(patch: Any, people: Any, as_person: Any) -> None:
    sent = {"patches": [patch.id], "officer": people.alice.person, "query": "month=2026-10"}
    client = as_person(people.bob)
    assert client.post("/clearing/assign", sent)["Location"] == "/clearing/?month=2026-10"
    rows = client.get("/clearing/?month=2026-10").context["page"].rows
    assert next(row.officer for row in rows if row.patch.id == patch.id) == people.alice.person

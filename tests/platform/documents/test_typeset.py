"""The PDF file itself: archival form, equal bytes, and texts that try to be markup."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pypdf
import pytest

from shoutu.errors import BadInput
from shoutu.platform.documents import KINDS
from tests.platform.documents import reading, samples

ATTACKS = (
    '#read("/etc/passwd")',
    "#panic[x]",
    "]] #import sys",
    "$x^2$ *b* _i_ `raw` <label> @ref",
    "// gone /* gone */",
    "\\u{41} \\n ~ -- ---",
    '"; #let a = 1',
    "= 标题\u3000- 列表\u3000+ 编号",
    "<w:t>&amp;</w:t>]]>",
    "{{7*7}} {% if %} ${x}",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_name_prints_as_it_is_written(attack):
    parcel = replace(samples.PARCELS[0], project=attack)
    fields = samples.warning(parcels=(parcel,))
    wanted = reading.squeezed(attack)
    assert wanted in reading.pdf_text(KINDS["warning"].render_pdf(fields, samples.MOMENT))
    assert wanted in reading.squeezed("".join(reading.docx_paragraphs(KINDS["warning"].render_docx(fields))))


@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\u202e", "\u2028", "\ud800"])
def test_a_character_that_cannot_be_printed_is_refused_by_code_point(bad):
    parcel = replace(samples.PARCELS[0], project=f"储煤{bad}棚")
    with pytest.raises(BadInput) as refused:
        KINDS["warning"].compose(samples.warning(parcels=(parcel,)))
    assert f"U+{ord(bad):04X}" in refused.value.diagnostics("zh")


@pytest.mark.parametrize("name", KINDS)
def test_equal_fields_give_equal_bytes(name):
    kind, fields = KINDS[name], samples.DRAFTS[name]
    first = kind.render_pdf(fields, samples.MOMENT)
    assert first == kind.render_pdf(fields, samples.MOMENT)
    assert first != kind.render_pdf(fields, samples.MOMENT + timedelta(hours=1))
    assert kind.render_docx(fields) == kind.render_docx(fields)


@pytest.mark.parametrize("name", KINDS)
def test_it_is_pdf_a_2b_with_every_face_embedded(name):
    reader = pypdf.PdfReader(io.BytesIO(KINDS[name].render_pdf(samples.ISSUED[name], samples.MOMENT)))
    metadata = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert "/OutputIntents" in reader.trailer["/Root"]
    assert reader.metadata.title == KINDS[name].compose(samples.ISSUED[name]).headline
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert "/FontFile2" in inner or "/FontFile3" in inner


def test_everyday_and_local_characters_print():
    parcel = replace(samples.PARCELS[0], project="喆堃玥赟圐圙祎璟旸翀垚犇昇珺坬镕")
    text = reading.pdf_text(KINDS["warning"].render_pdf(samples.warning(parcels=(parcel,)), samples.MOMENT))
    assert "喆堃玥赟圐圙祎璟旸翀垚犇昇珺坬镕" in text


def test_a_long_id_does_not_leave_its_cell():
    parcel = replace(samples.PARCELS[0], number="15062720261000000000000000000001")
    pages = reading.pages(KINDS["warning"].render_pdf(samples.warning(parcels=(parcel,)), samples.MOMENT))
    runs = [run for page in pages for run in page if run.text.replace("\u200b", "").strip("0123456789") == ""]
    assert all(
        run.x + len(run.text) * 5.5 * reading.POINT < 28 + 34 for run in runs if run.x < 30 and run.size == 11
    )


def test_an_empty_warning_is_refused():
    with pytest.raises(BadInput, match="no warning"):
        KINDS["warning"].compose(samples.warning(findings=()))

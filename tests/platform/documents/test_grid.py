"""GB/T 9704-2012 measured on the PDF: 22 lines of 28 characters, margins, head, page numbers, foot."""

from __future__ import annotations

import io
import itertools

import pypdf
import pytest

from shoutu.platform.documents import KINDS
from shoutu.platform.documents.fields import bureau_circular
from shoutu.platform.documents.sheet import Paragraph, compose
from shoutu.platform.documents.typeset import pdf
from tests.platform.documents import reading, samples

MILLIMETRE = 1.0


@pytest.fixture(scope="module")
def plain() -> bytes:
    """A letter of Han characters without punctuation, several pages long."""
    sheet = compose(samples.letter(), title=("测", "试"), body=[Paragraph(text="守土有责" * 600)])
    return pdf(sheet, samples.MOMENT)


def body_runs(runs: list[reading.Run]) -> list[reading.Run]:
    return [run for run in runs if run.size == pytest.approx(16)]


def test_a_full_page_has_22_lines_of_28_characters(plain):
    for page in reading.pages(plain)[1:3]:
        lines = body_runs(page)
        assert len(lines) == 22
        assert {len(line.text) for line in lines[1:]} == {28}


def test_lines_stand_225_over_22_mm_apart(plain):
    lines = body_runs(reading.pages(plain)[1])
    steps = [b.baseline - a.baseline for a, b in itertools.pairwise(lines)]
    assert steps == pytest.approx([225 / 22] * 21, abs=0.01)


def test_characters_stand_156_over_28_mm_apart(plain):
    lines = [line for line in reading.pitches(plain, 1, 16.0) if len(line) == 27]
    assert len(lines) >= 21
    assert all(line == pytest.approx([156 / 28] * 27, abs=0.01) for line in lines)


def test_type_area_begins_28_mm_from_the_left_and_37_mm_from_the_top(plain):
    for page in reading.pages(plain)[1:3]:
        lines = body_runs(page)
        assert min(line.x for line in lines) == pytest.approx(28, abs=0.1)
        assert lines[0].top == pytest.approx(37, abs=MILLIMETRE)
        # The last character ends 26 mm from the right edge; the last line lies above 35 mm.
        assert lines[-1].x + 28 * 156 / 28 == pytest.approx(210 - 26, abs=0.1)
        assert lines[-1].top + 16 * reading.POINT <= 37 + 225


@pytest.mark.parametrize("name", KINDS)
def test_every_paper_keeps_to_the_type_area_and_the_lines(name):
    blob = KINDS[name].render_pdf(samples.ISSUED[name], samples.MOMENT)
    reader = pypdf.PdfReader(io.BytesIO(blob))
    for page in reader.pages:
        assert [round(float(v) * reading.POINT) for v in page.mediabox] == [0, 0, 210, 297]
    for page in reading.pages(blob):
        assert all(run.x >= 28 - 0.1 for run in body_runs(page))
    for page in reading.pages(blob)[1:]:
        if page[0].text.startswith("附件"):
            break  # tables on annexes have lines of their own
        for run in body_runs(page):
            line = (run.top - 37) / (225 / 22)
            assert line == pytest.approx(round(line), abs=0.02), run


def test_first_line_of_a_paragraph_goes_in_two_characters(plain):
    first = next(run for run in body_runs(reading.pages(plain)[0]) if run.text.startswith("守土"))
    assert first.x == pytest.approx(28 + 2 * 156 / 28, abs=0.1)
    assert len(first.text) == 26


def test_page_numbers_stand_7_mm_below_odd_right_even_left_and_none_on_a_letters_first(plain):
    numbers = [[r for r in page if r.baseline > 265 and r.size == 14] for page in reading.pages(plain)]
    assert numbers[0] == []
    even, odd = numbers[1], numbers[2]
    one_character = 14 * reading.POINT
    assert "".join(r.text for r in even) == "—2—"
    assert even[0].x == pytest.approx(28 + one_character, abs=MILLIMETRE)
    right = odd[-1].x + one_character
    assert right == pytest.approx(210 - 26 - one_character, abs=MILLIMETRE)
    # The dash lies about 0.38 em over the baseline.
    dash = even[0].baseline - 0.38 * one_character
    assert dash == pytest.approx(37 + 225 + 7, abs=MILLIMETRE)


def test_head_of_a_circular_is_where_the_standard_puts_it():
    blob = KINDS["bulletin"].render_pdf(samples.ISSUED["bulletin"], samples.MOMENT)
    page = reading.pages(blob)[0]
    mark = next(run for run in page if "鄂尔多斯市自然资源局文件" in run.text)
    number = next(run for run in page if "鄂自然资发" in run.text)
    assert mark.top == pytest.approx(37 + 35, abs=MILLIMETRE)
    bottom = mark.top + mark.size * reading.POINT
    assert number.top - bottom == pytest.approx(2 * 225 / 22, abs=MILLIMETRE)


def test_head_of_a_letter_is_where_the_standard_puts_it():
    blob = KINDS["warning"].render_pdf(samples.ISSUED["warning"], samples.MOMENT)
    page = reading.pages(blob)[0]
    mark = next(run for run in page if run.text == "鄂尔多斯市自然资源局" and run.size > 30)
    assert mark.top == pytest.approx(30, abs=MILLIMETRE)
    number = next(run for run in page if "鄂自然资函" in run.text)
    assert number.x > 105


@pytest.mark.parametrize("name", ["suspension", "restoration", "bulletin", "interview-minutes"])
def test_foot_ends_an_even_page_on_the_last_line(name):
    blob = KINDS[name].render_pdf(samples.ISSUED[name], samples.MOMENT)
    pages = reading.pages(blob)
    assert len(pages) % 2 == 0
    printed = next(run for run in pages[-1] if "印发" in run.text)
    assert 37 + 225 - 8 < printed.baseline < 37 + 225


def test_foot_never_meets_the_text_and_a_page_left_blank_for_it_has_no_number():
    """Of 183 lengths and forms tried by hand none failed; these cover each way it can end."""
    seen = set()
    for count in (1, 11, 13, 24, 30, 32, 33, 34, 36, 52):
        sheet = compose(bureau_circular(), title=("试",), body=[Paragraph(text="守土有责")] * count)
        pages = reading.pages(pdf(sheet, samples.MOMENT))
        foot = min(run.top for run in pages[-1] if run.size == 14 and run.baseline < 262)
        assert all(run.baseline + 2 < foot for run in body_runs(pages[-1]))
        assert len(pages) % 2 == 0
        bare = [
            i for i, page in enumerate(pages, 1) if not any(r.baseline > 265 and r.size == 14 for r in page)
        ]
        seen.add((len(pages), tuple(bare)))
    assert seen == {(2, ()), (4, ()), (4, (3, 4))}


def test_no_page_carries_the_seal_alone():
    for length in range(40, 280, 40):
        fields = samples.restoration(follow_up=("守" * length,))
        for page in reading.pages(KINDS["restoration"].render_pdf(fields, samples.MOMENT)):
            texts = [run.text for run in body_runs(page)]
            if fields.head.issuer in texts:
                assert any("守" in text for text in texts)


def test_date_stands_four_characters_from_the_right():
    blob = KINDS["warning"].render_pdf(samples.ISSUED["warning"], samples.MOMENT)
    day = [run for page in reading.pages(blob)[:3] for run in page if run.text == "日"]
    assert day
    assert day[-1].x + 156 / 28 == pytest.approx(210 - 26 - 4 * 156 / 28, abs=MILLIMETRE)

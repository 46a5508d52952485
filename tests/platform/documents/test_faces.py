"""Faces are found, named and checked; a character that nobody draws is an error that names it."""

from __future__ import annotations

import io
import struct
from dataclasses import replace

import pypdf
import pytest

from shoutu.errors import BadInput
from shoutu.platform.documents import KINDS, faces
from shoutu.platform.documents.typeset import pdf
from tests.platform.documents import reading, samples

needs_vendored = pytest.mark.skipif(
    not any(faces.VENDORED.glob("*.ttf")), reason="set-up has not fetched Noto Serif SC (make install)"
)


@needs_vendored
def test_the_vendored_face_alone_prints_every_kind_and_says_so():
    alone = faces.faces_in((str(faces.VENDORED),))
    assert alone.stand_in == "Noto Serif SC"
    for name, kind in KINDS.items():
        blob = pdf(kind.compose(samples.DRAFTS[name]), samples.MOMENT, alone)
        assert "Noto Serif SC" in pypdf.PdfReader(io.BytesIO(blob)).metadata["/Keywords"]
        foot = "".join(r.text for r in reading.pages(blob)[0] if r.baseline > 280)
        assert "正文字体" in foot
        issued = pdf(kind.compose(samples.ISSUED[name]), samples.MOMENT, alone)
        assert not any(r.baseline > 280 for r in reading.pages(issued)[0])


@needs_vendored
def test_the_grid_does_not_depend_on_the_face():
    from shoutu.platform.documents.sheet import Paragraph, compose

    sheet = compose(samples.letter(), title=("试",), body=[Paragraph(text="守土有责" * 400)])
    blob = pdf(sheet, samples.MOMENT, faces.faces_in((str(faces.VENDORED),)))
    lines = [run for run in reading.pages(blob)[1] if run.size == 16]
    assert len(lines) == 22
    assert {len(line.text) for line in lines} == {28}


def test_a_character_of_no_face_is_named():
    parcel = replace(samples.PARCELS[0], project="储煤棚\U0001f600")
    with pytest.raises(BadInput) as refused:
        KINDS["warning"].render_pdf(samples.warning(parcels=(parcel,)), samples.MOMENT)
    assert "U+1F600" in refused.value.diagnostics("zh")
    assert faces.FOLDER_VARIABLE in refused.value.diagnostics("en")


def test_no_face_at_all_says_what_to_do(tmp_path):
    with pytest.raises(BadInput) as refused:
        faces.faces_in((str(tmp_path),))
    assert "make install" in refused.value.diagnostics("en")


@needs_vendored
def test_the_operators_folder_comes_first(monkeypatch):
    monkeypatch.setenv(faces.FOLDER_VARIABLE, str(faces.VENDORED))
    assert faces.folders(str(faces.VENDORED))[0] == str(faces.VENDORED)
    assert "Noto Serif SC" in faces.find_faces().chains["fang"].families


@needs_vendored
def test_covered_characters_are_those_that_pillow_can_draw():
    """The oracle draws: a missing glyph has the picture of .notdef."""
    from PIL import ImageFont

    path = faces.VENDORED / "NotoSerifSC_400Regular.ttf"
    points = faces.code_points(path, 0)
    font = ImageFont.truetype(str(path), 24)
    missing = bytes(font.getmask("\U000fffff"))
    for character in "守土亩〇〔〕喆堃玥赟圐圙A9—“”㎡ᠮ😀\u0e01":
        drawn = bytes(font.getmask(character)) != missing
        assert drawn == (ord(character) in points), character


def test_both_formats_of_the_character_map_are_read(tmp_path):
    """A made font: format 4 with a delta and with a glyph array (one hole), and format 12."""
    four = struct.pack(">HHHHHHH", 4, 0, 0, 6, 0, 0, 0)
    four += struct.pack(">3H", 0x42, 0x52, 0xFFFF) + struct.pack(">H", 0)
    four += struct.pack(">3H", 0x41, 0x50, 0xFFFF) + struct.pack(">3H", 10, 0, 1)
    four += struct.pack(">3H", 0, 4, 0) + struct.pack(">3H", 7, 0, 9)
    twelve = struct.pack(">HHIII", 12, 0, 0, 0, 1) + struct.pack(">III", 0x20BB7, 0x20BB8, 5)
    cmap = (
        struct.pack(">HH", 0, 2) + struct.pack(">HHI", 3, 1, 20) + struct.pack(">HHI", 3, 10, 20 + len(four))
    )
    table = cmap + four + twelve
    font = (
        b"\x00\x01\x00\x00"
        + struct.pack(">HHHH", 1, 0, 0, 0)
        + struct.pack(">4sIII", b"cmap", 0, 28, len(table))
    )
    path = tmp_path / "made.ttf"
    path.write_bytes(font + table)
    assert faces.code_points(path, 0) == {0x41, 0x42, 0x50, 0x52, 0x20BB7, 0x20BB8}

"""Encodings of tables told from their bytes; `said`: the .cpg says it and the bytes agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from shoutu.layers.dbf import encoding_of
from tests.layers import made

RING = [made.square(110, 40, 0.001, clockwise=True)]


@pytest.mark.parametrize(
    ("texts", "written", "language", "cpg", "expected", "said"),
    [
        (["plain"], "ascii", 0, None, "utf-8", False),
        (["旱地", "水浇地"], "gbk", 0, None, "gb18030", False),
        (["旱地"], "gbk", 0x57, None, "gb18030", False),
        (["喆镕堃"], "gbk", 0x4D, None, "gb18030", False),
        (["旱地"], "utf-8", 0x4D, None, "utf-8", False),  # GDAL would believe the byte
        (["réservé", "protégé"], "cp1252", 0, None, "cp1252", False),
        (["旱地"], "gbk", 0, "UTF-8", "gb18030", False),
        (["旱地"], "utf-8", 0, "utf-8", "utf-8", True),
        (["réservé"], "cp1252", 0, "1252", "cp1252", True),
        (["réservé"], "latin-1", 0, "ISO-8859-1", "iso8859-1", True),
        (["旱地"], "gbk", 0, "ANSI 936", "gb18030", True),
        (["旱地"], "utf-8", 0, "65001", "utf-8", True),
        (["旱地"], "gbk", 0, "nonsense", "gb18030", False),
    ],
)
def test_encoding_of(
    tmp_path: Path, texts: list[str], written: str, language: int, cpg: str | None, expected: str, said: bool
) -> None:
    rings = [RING] * len(texts)
    file = made.shapefile(
        tmp_path / "a.shp", rings, {"t": texts}, encoding=written, language=language, cpg=cpg
    )
    codec, note = encoding_of(file)
    assert codec == expected
    assert (note is None) == (texts == ["plain"] or said)


def test_a_character_cut_at_the_end_of_its_field_is_no_proof(tmp_path: Path) -> None:
    file = made.shapefile(tmp_path / "a.shp", [RING], {"t": ["地" * 13]}, encoding="utf-8", cpg="UTF-8")
    table = file.with_suffix(".dbf")
    raw = table.read_bytes()
    at = raw.index("地".encode())
    table.write_bytes(raw[:at] + ("地" * 14).encode()[:40] + raw[at + 40 :])
    assert encoding_of(file) == ("utf-8", None)


def test_a_shapefile_without_a_table(tmp_path: Path) -> None:
    file = made.shapefile(tmp_path / "a.shp", [RING])
    file.with_suffix(".dbf").unlink()
    assert encoding_of(file) == ("utf-8", None)

"""Mutations into the parsers that we wrote; and the cases that once broke out of them, one by one."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from shoutu.errors import ShoutuError
from tests.fuzz import parsers
from tests.fuzz.targets import TOLD, damaged_header, every
from tests.layers.test_landtext import HEAD, PARCEL

TARGETS = {target.name: target for target in every()}


def test_every_mutation_is_read_or_refused() -> None:
    tallies = parsers.fuzz(6000, 20240023)
    cases, faults = sum(t.cases for t in tallies.values()), [f for t in tallies.values() for f in t.faults]
    assert not faults, "\n".join(faults)
    assert cases >= 6000
    # Both ends are reached in every target, or the mutations say nothing.
    assert all(tally.read for tally in tallies.values())


_BOW = TARGETS["geometry read and mended"].seeds[4].replace(b"\x80[@", b"\x80\xfb\xef")
_OVERFLOWING = b'{"a":{"dtype":"<f8","shape":[4294967296,4294967296],"offset":0}}'.ljust(70)


def _named(name: bytes) -> bytes:
    """An archive whose one name says that it is UTF-8 and is not."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("é.shp", b"x")
    return file.getvalue().replace("é".encode(), name)


def _parcel(north: str, count: str = "5") -> bytes:
    return (HEAD + PARCEL.replace("5,", f"{count},", 1) + f"J1,1,{north},37395212.66\n").encode()


@pytest.mark.parametrize(
    ("target", "data"),
    [
        ("国土TXT", _parcel("1e999")),
        ("国土TXT", HEAD.replace("带号=37", "带号=" + "3" * 5000).encode() + _parcel("4385827.8")),
        ("国土TXT", _parcel("4385827.8", count="9" * 5000)),
        ("国土TXT", _parcel("4385827.8", count="²")),
        ("tables of points, WKT in CSV", b"X,Y\n1e999,37395212.6\n"),
        ("tables of points, WKT in CSV", b"X,Y\rA\r4385827.8,37395212.6\n"),
        ("tables of points, WKT in CSV", b'id,"WKT\n'),
        ("cells of a workbook", b"A,X,Y\n1,inf,37395212.6\n"),
        ("zip archives", _named(b"\xff\xfe")),
        (".cpg", b"GB\x00K"),
        (".cpg", b"zlib"),
        (".cpg", b"undefined"),
        ("GeoJSON looked up", b'{"crs":' + b'{"a":' * 30_000),
        ("GeoJSON looked up", b'{"crs":"\xff","features":[]}'),
        ("geometry read and mended", _BOW),
        ("reference systems", b"EPSG:4525" + b" " * 40_000 + b"x"),
        ("reference systems", b"PROJCS[" * 20_000),
        ("reference systems", b"no such system"),
        ("store: arrays", damaged_header(10 << 30)),
        ("store: arrays", damaged_header(2) + b"[]"),
        ("store: arrays", damaged_header(60) + b'{"a":{"dtype":"O","shape":[1],"offset":0}}'.ljust(60)),
        ("store: arrays", damaged_header(60) + b'{"a":{"dtype":"<f8","shape":[-1],"offset":0}}'.ljust(60)),
        ("store: arrays", damaged_header(70) + _OVERFLOWING),
        ("store: meta", b'{"name":"\xff"}'),
        ("packs (YAML)", b"a: \x01"),
        ("packs (YAML)", b"[" * 30_000),
    ],
)  # fmt: skip
def test_what_once_broke_out(tmp_path: Path, target: str, data: bytes) -> None:
    with suppress(*TOLD):  # what is compiled on first use
        TARGETS[target].run(TARGETS[target].seeds[0], tmp_path)
    with parsers.confined(), parsers.alarm():
        said = _said(target, data, tmp_path)
    assert said is None or said.what.zh


def _said(target: str, data: bytes, folder: Path) -> ShoutuError | None:
    try:
        TARGETS[target].run(data, folder)
    except TOLD as error:
        return error
    return None


def test_a_polygon_of_many_vertices_in_a_cell_of_csv(tmp_path: Path) -> None:
    """200,000 characters: more than Python's reader of CSV takes by default."""
    ring = ",".join(f"110.{i:05d} 40" for i in range(12_000))
    said = _said(
        "tables of points, WKT in CSV", f'id,WKT\n1,"POLYGON (({ring},110 40))"\n'.encode(), tmp_path
    )
    assert said is not None
    assert said.what.en == "this geometry cannot be read"  # the target plays that GDAL could not


def test_a_table_of_more_fields_than_bytes(tmp_path: Path) -> None:
    """A .dbf head that claims rows of one byte and 2,000 fields: the work stays bounded."""
    field = b"a".ljust(11, b"\0") + b"C" + bytes(4) + b"\x01" + bytes(15)
    head = b"\x03" + bytes(7) + (32 + 32 * 2000).to_bytes(2, "little") + b"\x01\x00" + bytes(20)
    with parsers.confined(), parsers.alarm():
        TARGETS[".shp and .dbf heads"].run(head + field * 2000 + b" " * 400_000, tmp_path)

"""Files made by hand to hurt: archives that swell or lead outside, heads that claim gigabytes."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Iterator
from functools import cache

Member = tuple[str | zipfile.ZipInfo, bytes]
HUGE = 10 << 30


def zipped(*members: Member) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members:
            out.writestr(name, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _special(name: str, kind: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (kind | 0o777) << 16
    return info


def _overlapping() -> bytes:
    """One packed body that many entries of the directory point to, as in Fifield's bombs (2019)."""
    whole = zipped(("a.dbf", bytes(8 << 20)))
    at = whole.rindex(b"PK\x01\x02")
    end = whole.rindex(b"PK\x05\x06")
    entry, count = whole[at:end], 500
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, count * len(entry), at, 0)
    return whole[:at] + entry * count + tail


def _locked() -> bytes:
    whole = bytearray(zipped(("a.shp", b"x" * 200)))
    whole[6] |= 1
    whole[whole.index(b"PK\x01\x02") + 8] |= 1
    return bytes(whole)


def _shp(claimed_words: int) -> bytes:
    head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, claimed_words) + struct.pack("<2i8d", 1000, 5, *(0.0,) * 8)
    record = struct.pack(">2i", 1, 0x7FFFFFF0) + struct.pack("<i4d2i", 5, 0, 0, 1, 1, 0x7FFFFFFF, 0x7FFFFFFF)
    return head + record


def _dbf() -> bytes:
    return (
        b"\x03"
        + bytes(3)
        + struct.pack("<IHH", 0xFFFFFFFF, 65, 0xFFFF)
        + bytes(20)
        + b"a".ljust(11, b"\0")
        + b"C"
        + bytes(20)
    )


def _fgb() -> bytes:
    return b"fgb\x03fgb\x00" + struct.pack("<I", 0x7FFFFFFF) + bytes(200)


def _fgb_of_many() -> bytes:
    """A head that is whole and claims 2⁶² features."""
    return b"fgb\x03fgb\x00" + struct.pack("<I", 64) + struct.pack("<Q", 1 << 62) * 8


def _gpkg() -> bytes:
    head = bytearray(b"SQLite format 3\x00" + bytes(84))
    head[16:18], head[28:32] = b"\x10\x00", b"\xff\xff\xff\xff"
    return bytes(head) + bytes(4096)


def _parquet() -> bytes:
    return b"PAR1" + bytes(64) + struct.pack("<I", 0xFFFFFFF0) + b"PAR1"


def _entities() -> bytes:
    lines = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "ha"}">' for i in range(12))
    return f'<?xml version="1.0"?>\n<!DOCTYPE kml [{lines}]><kml xmlns="http://www.opengis.net/kml/2.2">&a11;</kml>'.encode()


def _linked() -> bytes:
    """KML that asks for another file and an address."""
    return (
        b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link><href>'
        b"file:///etc/passwd</href></Link></NetworkLink><NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href>"
        b"</Link></NetworkLink></Document></kml>"
    )


def _each() -> Iterator[tuple[str, str, bytes]]:
    inner = zipped(("a.geojson", bytes(1 << 20)))
    for _ in range(4):
        inner = zipped(*((f"{i}.zip", inner) for i in range(10)))
    yield "zips in zips", "nested.zip", inner
    yield "64 MiB of nothing", "bomb.zip", zipped(("a.dbf", bytes(64 << 20)))
    yield "entries that share a body", "overlap.zip", _overlapping()
    yield "3,000 entries", "many.zip", zipped(*((f"{n}.txt", b"") for n in range(3000)))
    yield "a way up", "up.zip", zipped(("../../a.geojson", b"{}"))
    yield "a way up in Windows' manner", "up2.zip", zipped(("..\\..\\a.geojson", b"{}"))
    yield "an absolute name", "root.zip", zipped(("/etc/a.geojson", b"{}"))
    yield "a drive", "drive.zip", zipped(("C:\\a.geojson", b"{}"))
    yield "a link", "link.zip", zipped((_special("a.geojson", stat.S_IFLNK), b"/etc/passwd"))
    yield "a device", "device.zip", zipped((_special("a.geojson", stat.S_IFCHR), b""))
    yield "an encrypted member", "locked.zip", _locked()
    yield "names alike but for case", "case.zip", zipped(("a.geojson", b"{}"), ("A.GEOJSON", b"{}"))
    yield "the same name twice", "twice.zip", zipped(("x/a.csv", b"1"), ("x/a.csv", b"2"))
    yield "NUL in a name", "nul.zip", zipped(("aXb.geojson", b"{}")).replace(b"aXb", b"a\0b")
    yield (
        "a name that is no UTF-8",
        "name.zip",
        zipped(("é.geojson", b"{}")).replace("é".encode(), b"\xff\xfe"),
    )
    yield "a name of 60,000 letters", "long.zip", zipped(("n" * 60_000 + ".geojson", b"{}"))
    yield "an .shp that claims 4 GiB", "huge.shp", _shp(0x7FFFFFFF)
    yield "an .shp whose record claims 4 GiB", "record.shp", _shp(76)
    yield "a .dbf that claims 280 TB", "dbf.zip", zipped(("a.shp", _shp(76)), ("a.dbf", _dbf()))
    yield "FlatGeobuf with a head of 2 GiB", "head.fgb", _fgb()
    yield "FlatGeobuf of 2⁶² features", "many.fgb", _fgb_of_many()
    yield "SQLite of 16 TB", "huge.gpkg", _gpkg()
    yield "Parquet with a foot of 4 GiB", "foot.parquet", _parquet()
    yield "entities that grow", "laughs.kml", _entities()
    yield "links to files and addresses", "links.kml", _linked()
    yield "brackets 100,000 deep", "deep.geojson", b'{"type":"Feature","geometry":' + b"[" * 100_000
    parts = ("[Content_Types].xml", b"<a b"), ("xl/workbook.xml", b"<workbook><sheets></workbook>")
    yield "a workbook of broken XML", "broken.xlsx", zipped(*parts)
    yield "a TIFF of 10 GB", "huge.tif", b"II*\x00" + struct.pack("<I", HUGE & 0xFFFFFFFF)


@cache
def every() -> tuple[tuple[str, str, bytes], ...]:
    """(what it is, its name, its bytes)"""
    return tuple(_each())

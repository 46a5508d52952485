"""Which format a file is in: its first bytes say so, its name only where the bytes cannot."""

from __future__ import annotations

import zipfile
from pathlib import Path

from shoutu.errors import BadInput, Text, Where

DRIVERS = {
    "shp": ("ESRI Shapefile",),
    "gpkg": ("GPKG",),
    "json": ("GeoJSON", "GeoJSONSeq"),
    "csv": ("CSV",),
    "gdb": ("OpenFileGDB",),
    "fgb": ("FlatGeobuf",),
    "gml": ("GML",),
    "kml": ("LIBKML",),
    "dxf": ("DXF",),
}
"""The drivers of GDAL that a kind may use. `parquet`, `landtext` and `points` are read without GDAL."""
GDB = ".gdb"
PARTS_OF_SHP = (".shx", ".dbf", ".prj", ".cpg")
IN_ARCHIVES = {
    ".shp": "shp",
    ".gpkg": "gpkg",
    ".geojson": "json",
    ".geojsonl": "json",
    ".json": "json",
    ".csv": "csv",
    ".fgb": "fgb",
    ".gml": "gml",
    ".kml": "kml",
    ".dxf": "dxf",
    ".parquet": "parquet",
    ".geoparquet": "parquet",
    ".txt": "landtext",
}
SUFFIXES = frozenset({*IN_ARCHIVES, ".zip", ".kmz", ".xlsx", ".tsv"})
"""Names under which files arrive; what they are, their content says."""
SUPPORTED = Text(
    "提交 GeoJSON、GPKG、Shapefile（.shp 或 zip）、FileGDB、FlatGeobuf、GeoParquet、GML、KML/KMZ、DXF、"
    "国土坐标 TXT、界址点表（.xlsx 或 .csv）或含 WKT 列的 CSV",
    "hand in GeoJSON, GPKG, Shapefile (.shp or zip), FileGDB, FlatGeobuf, GeoParquet, GML, KML/KMZ, DXF, "
    "国土TXT, a table of boundary points (.xlsx or .csv) or CSV with a WKT column",
)
_FOREIGN = (
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"%PDF", "PDF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"\xd0\xcf\x11\xe0", "Microsoft Office 97–2003"),
)
_HEAD = 65_536
_LANDTEXT = ("[地块坐标]", "[属性描述]")


def kind_of(path: Path, where: Where) -> str:
    """A key of `DRIVERS`, or zip, parquet, landtext, points. BadInput names what was found instead."""
    if path.is_dir():
        return _kind_of_folder(path, where)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    suffix = path.suffix.lower()
    if not head:
        raise BadInput(
            Text("文件是空的（0 字节）", "the file is empty (0 bytes)"),
            where=where,
            remedy=Text("重新导出后提交", "export it again and hand it in"),
        )
    kind = _by_magic(path, head, suffix)
    if kind is not None:
        return kind
    if suffix in (*PARTS_OF_SHP, ".sbn", ".sbx"):
        remedy = Text("指明同名的 .shp 文件", "name the .shp file beside it")
        raise unsupported(
            Text("这是 Shapefile 的附属文件", "it is a part of a shapefile"), where, None, remedy
        )
    for magic, name in _FOREIGN:
        if head.startswith(magic):
            raise unsupported(Text("内容不是矢量图层", "its content is no vector layer"), where, name)
    if head.startswith(b"AC10"):
        remedy = Text("在 CAD 中另存为 DXF 后提交", "save it as DXF in the CAD program")
        raise unsupported(Text("这是 DWG 图纸", "it is a DWG drawing"), where, "DWG", remedy)
    return _by_text(head, suffix, where)


def _kind_of_folder(path: Path, where: Where) -> str:
    if path.suffix.lower() == GDB and any(path.glob("*.gdbtable")):
        return "gdb"
    raise unsupported(Text("这是文件夹", "it is a folder"), where, path.suffix or None)


def is_workbook(path: Path) -> bool:
    """By content: an .xlsx is a zip with the part that says so."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, UnicodeDecodeError):
        return False


def _by_magic(path: Path, head: bytes, suffix: str) -> str | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "points" if is_workbook(path) else "zip"
    if head.startswith(b"SQLite format 3\x00"):
        return "gpkg"
    if head.startswith(b"\x00\x00\x27\x0a") and suffix != ".shx":
        return "shp"
    if head.startswith(b"fgb"):
        return "fgb"
    return "parquet" if head.startswith(b"PAR1") else None


def _by_text(head: bytes, suffix: str, where: Where) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x1e")
    if start.startswith(b"{"):
        return "json"
    if start.startswith(b"<"):
        return _kind_of_xml(head, where)
    if b"\0" not in head:
        if any(mark in read_text(head) for mark in _LANDTEXT):
            return "landtext"
        if suffix == ".dxf" and start.startswith((b"0", b"999")):
            return "dxf"
        if suffix in (".csv", ".txt", ".tsv"):
            return "csv"
    found = repr(head[:8])
    raise unsupported(Text("内容与扩展名都认不出", "neither content nor name is known"), where, found)


def _kind_of_xml(head: bytes, where: Where) -> str:
    """GML or KML. A document type could define entities that grow without end; neither format has one."""
    text = head.decode("utf-8", errors="replace")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise unsupported(Text("XML 自带文档类型定义", "its XML brings a document type"), where, "<!DOCTYPE")
    if "opengis.net/kml" in text or "<kml" in text or "earth.google.com/kml" in text:
        return "kml"
    if "opengis.net/gml" in text:
        return "gml"
    raise unsupported(Text("内容不是矢量图层", "its content is no vector layer"), where, "XML")


def read_text(raw: bytes) -> str:
    """Text from outside: UTF-8, or GB18030 as Windows in China writes."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= len(raw) - 3:  # the head of a file may end within a character
            return raw.decode("utf-8-sig", errors="replace")
        return raw.decode("gb18030", errors="replace")


def unsupported(what: Text, where: Where, found: str | None = None, remedy: Text = SUPPORTED) -> BadInput:
    return BadInput(
        Text(f"读不了这个文件：{what.zh}", f"this file cannot be read: {what.en}"),
        where=where,
        found=found,
        remedy=remedy,
    )

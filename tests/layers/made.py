"""Files made for the tests of reading: shapefiles byte by byte, GeoJSON, GeoPackages, archives."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

SQUARE = [[110.0, 40.0], [110.001, 40.0], [110.001, 40.001], [110.0, 40.001], [110.0, 40.0]]
CGCS2000_PRJ = (
    'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)


def square(x: float, y: float, size: float, clockwise: bool = False) -> list[list[float]]:
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return ring[::-1] if clockwise else ring


def polygon(*rings: Sequence[Sequence[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def geojson(path: Path, *features: tuple[dict[str, Any] | None, dict[str, Any]], **more: Any) -> Path:
    document = {
        "type": "FeatureCollection",
        **more,
        "features": [{"type": "Feature", "properties": p, "geometry": g} for g, p in features],
    }
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def shapefile(
    path: Path,
    shapes: Sequence[Sequence[Sequence[Sequence[float]]] | None],
    columns: dict[str, Sequence[str | int | None]] | None = None,
    *,
    encoding: str = "utf-8",
    language: int = 0,
    prj: str | None = CGCS2000_PRJ,
    cpg: str | None = None,
) -> Path:
    """Write .shp, .shx, .dbf (and .prj, .cpg) by the published layout. Outer rings run clockwise."""
    records = []
    for number, rings in enumerate(shapes, 1):
        if rings is None:
            body = struct.pack("<i", 0)
        else:
            points = np.concatenate([np.asarray(ring, dtype="<f8") for ring in rings])
            starts = np.cumsum([0, *(len(ring) for ring in rings[:-1])]).astype("<i4")
            body = struct.pack("<i4d2i", 5, *points.min(0), *points.max(0), len(rings), len(points))
            body += starts.tobytes() + points.tobytes()
        records.append(struct.pack(">2i", number, len(body) // 2) + body)

    def head(length: int) -> bytes:
        box = (-180, -90, 180, 90, 0, 0, 0, 0)
        return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, length // 2) + struct.pack("<2i8d", 1000, 5, *box)

    index, offset = b"", 50
    for record in records:
        index += struct.pack(">2i", offset, (len(record) - 8) // 2)
        offset += len(record) // 2
    path.write_bytes(head(offset * 2) + b"".join(records))
    path.with_suffix(".shx").write_bytes(head(100 + len(index)) + index)
    _table(path.with_suffix(".dbf"), columns or {"id": list(range(len(shapes)))}, encoding, language)
    if prj is not None:
        path.with_suffix(".prj").write_text(prj, encoding="utf-8")
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    return path


def _table(path: Path, columns: dict[str, Sequence[str | int | None]], encoding: str, language: int) -> None:
    widths = {
        name: 9 if all(isinstance(value, int | None) for value in values) else 40
        for name, values in columns.items()
    }
    rows = max(map(len, columns.values()))
    size = 1 + sum(widths.values())
    out = struct.pack("<4BIHH17xBxx", 3, 124, 1, 1, rows, 33 + 32 * len(columns), size, language)
    for name, width in widths.items():
        kind = b"N" if width == 9 else b"C"
        out += name.encode(encoding)[:10].ljust(11, b"\0") + kind + bytes(4) + bytes([width, 0]) + bytes(14)
    out += b"\r"
    for row in range(rows):
        out += b" "
        for name, values in columns.items():
            text = "" if values[row] is None else str(values[row])
            cell = text.encode(encoding)
            out += cell.rjust(widths[name]) if widths[name] == 9 else cell.ljust(widths[name])
    path.write_bytes(out + b"\x1a")


class _GbkNamed(zipfile.ZipInfo):
    """An entry named in GBK without the flag for UTF-8, as archivers in China write it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def zipped(archive: Path, *parts: Path, folder: str = "", gbk_names: bool = False) -> Path:
    with zipfile.ZipFile(archive, "w") as out:
        for part in parts:
            info = (_GbkNamed if gbk_names else zipfile.ZipInfo)(folder + part.name)
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, part.read_bytes())
    return archive


def siblings(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.stem}.*"))

"""Closed lines as polygons: a drawing (DXF) holds outlines, not areas."""

from __future__ import annotations

import struct
from typing import Any

from shoutu.errors import Text

_LINE, _POLYGON, _MULTIPOLYGON, _COLLECTION = 2, 3, 6, 7


def closed(geometries: Any) -> tuple[Any, list[Text]]:
    """Each WKB of an Arrow array: polygons as they are, closed lines as polygons, all else as none.

    Returns the array and what was left out, so that numbers of features stay those of the drawing.
    """
    out: list[bytes | None] = []
    open_, other = 0, 0
    for value in geometries.to_pylist():
        if value is None:
            out.append(None)
            continue
        kind, stride = _kind(value)
        if kind in (_POLYGON, _MULTIPOLYGON, _COLLECTION):
            out.append(value)
        elif kind == _LINE and (polygon := _polygon(value, stride)) is not None:
            out.append(polygon)
        else:
            out.append(None)
            open_ += kind == _LINE
            other += kind != _LINE
    notes = []
    if open_:
        notes.append(Text(f"{open_} 条未闭合的线未采用", f"{open_} lines that are not closed were left out"))
    if other:
        notes.append(
            Text(f"{other} 个点或文字未采用", f"{other} points and texts of the drawing were left out")
        )
    return _array(out), notes


def _array(values: list[bytes | None]) -> Any:
    """An Arrow array of bytes, by its buffers: the child has no pandas, which `pa.array` looks for."""
    import numpy as np
    import pyarrow as pa

    valid = np.packbits([value is not None for value in values], bitorder="little")
    ends = np.cumsum([0, *(len(value or b"") for value in values)], dtype=np.int32)
    data = b"".join(value or b"" for value in values)
    buffers = [pa.py_buffer(part) for part in (valid.tobytes(), ends.tobytes(), data)]
    return pa.Array.from_buffers(pa.binary(), len(values), buffers)


def _kind(wkb: bytes) -> tuple[int, int]:
    """The type without its dimensions, and how many numbers a point has (ISO and extended WKB)."""
    (code,) = struct.unpack_from("<I" if wkb[0] else ">I", wkb, 1)
    extended = bool(code & 0x80000000) + bool(code & 0x40000000)
    thousands, kind = divmod(code & 0x0FFFFFFF, 1000)
    return kind, 2 + (extended or (2 if thousands == 3 else 1 if thousands else 0))


def _polygon(wkb: bytes, stride: int) -> bytes | None:
    """A line that ends where it began, as a polygon of one ring; heights are dropped."""
    order = "<" if wkb[0] else ">"
    (count,) = struct.unpack_from(f"{order}I", wkb, 5)
    numbers = struct.unpack_from(f"{order}{count * stride}d", wkb, 9)
    points = list(zip(numbers[::stride], numbers[1::stride], strict=True))
    if count < 4 or points[0] != points[-1]:
        return None
    flat = [number for point in points for number in point]
    return struct.pack(f"<BIII{2 * count}d", 1, _POLYGON, 1, count, *flat)

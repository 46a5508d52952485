"""Named arrays in one file, to be mapped into memory: the container of docs/format/layer-v1.md.

    8 bytes magic "SHTLAYR1" · 8 bytes length of the header, little-endian · header (JSON) · arrays

The header holds, for each array, its dtype (NumPy notation, little-endian), shape and offset from the
file's start; offsets are multiples of 64.
"""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
import numpy.typing as npt

from shoutu.errors import Text, VerificationFailed, Where

MAGIC = b"SHTLAYR1"
ALIGN = 64

Arrays = dict[str, npt.NDArray[Any]]
_Whole = Annotated[int, msgspec.Meta(ge=0)]


class _Entry(msgspec.Struct):
    """An array of the header: plain numbers, at most eight bytes each."""

    dtype: Annotated[str, msgspec.Meta(pattern="^(<[fiu][248]|[|][iu]1)$")]
    shape: Annotated[list[_Whole], msgspec.Meta(max_length=8)]
    offset: _Whole


class Mapped(Arrays):
    """Arrays over one mapped file."""

    def __init__(self, buffer: mmap.mmap, path: Path) -> None:
        super().__init__()
        self._buffer = buffer
        self._path = path

    def __missing__(self, name: str) -> npt.NDArray[Any]:
        raise _broken(self._path, f"no array {name}")

    def release(self) -> None:
        """Let go of the pages read so far: they stay the file's, and are read again when touched."""
        self._buffer.madvise(mmap.MADV_DONTNEED)


Form = tuple[np.dtype[Any], tuple[int, ...]]
_BLOCK = 1 << 26
"""Bytes that are written at once: so much of a mapped array is in memory."""


class ArrayFile:
    """A file of named arrays whose forms are known before their values; rows are put in any order."""

    def __init__(self, path: Path, forms: Mapping[str, Form]) -> None:
        self._entries: dict[str, dict[str, Any]] = {}
        offset = 0
        for name, (kind, shape) in forms.items():
            little = kind.newbyteorder("<")
            self._entries[name] = {"dtype": little.str, "shape": list(shape), "offset": offset}
            size = int(np.prod(shape, dtype=np.int64)) * little.itemsize
            offset = -(-(offset + size) // ALIGN) * ALIGN
        # Offsets count from the end of the header's place, whose length depends on them only by its digits.
        self._start = -(-(16 + len(_header(self._entries, 1 << 40)) + 64) // ALIGN) * ALIGN
        self._file = path.open("wb")
        header = _header(self._entries, self._start)
        self._file.write(MAGIC + len(header).to_bytes(8, "little") + header)
        self._file.truncate(self._start + offset)

    def put(self, name: str, row: int, rows: npt.NDArray[Any]) -> None:
        """Write `rows` at the array's row `row`."""
        entry = self._entries[name]
        kind, width = np.dtype(entry["dtype"]), int(np.prod(entry["shape"][1:], dtype=np.int64))
        self._file.seek(self._start + entry["offset"] + row * width * kind.itemsize)
        step = max(1, _BLOCK // max(width * kind.itemsize, 1))
        for first in range(0, len(rows), step):
            np.ascontiguousarray(rows[first : first + step], dtype=kind).tofile(self._file)

    def __enter__(self) -> ArrayFile:
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        """Make sure that all lies on the disk, unless it failed."""
        with self._file:
            if failed is None:
                self._file.flush()
                os.fsync(self._file.fileno())


def write_arrays(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write all arrays to `path`, and make sure that they lie on the disk."""
    forms = {name: (array.dtype, array.shape) for name, array in arrays.items()}
    with ArrayFile(path, forms) as file:
        for name, array in arrays.items():
            file.put(name, 0, array)


def _header(entries: Mapping[str, Mapping[str, Any]], start: int) -> bytes:
    moved = {name: {**entry, "offset": entry["offset"] + start} for name, entry in entries.items()}
    return json.dumps(moved, separators=(",", ":")).encode()


def map_arrays(path: Path) -> Mapped:
    """The arrays of a file, mapped copy-on-write: nothing is read before it is touched.

    VerificationFailed when the file is not one of ours or shorter than its header says.
    """
    with path.open("rb") as file:
        head = file.read(16)
        if head[:8] != MAGIC:
            raise _broken(path, head[:8].hex())
        length = int.from_bytes(head[8:], "little")
        size = path.stat().st_size
        if 16 + length > size:
            raise _broken(path, f"{size} bytes")
        try:
            entries = msgspec.json.decode(file.read(length), type=dict[str, _Entry])
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _broken(path, str(error)) from error
        # Copy-on-write and not read-only: the kernel is compiled for writable arrays alone.
        buffer = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    arrays = Mapped(buffer, path)
    for name, entry in entries.items():
        kind, count = np.dtype(entry.dtype), prod(entry.shape)
        if entry.offset + count * kind.itemsize > size:
            raise _broken(path, f"{size} bytes")
        arrays[name] = np.frombuffer(buffer, kind, count, entry.offset).reshape(entry.shape)
    return arrays


def _broken(path: Path, found: str) -> VerificationFailed:
    return VerificationFailed(
        Text("图层文件损坏或不是本系统所写", "the layer file is damaged or not written by this system"),
        where=Where(file=path.name),
        found=found,
        remedy=Text("从备份恢复或重新导入该图层", "restore it from the backup or import the layer again"),
    )

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
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from shoutu.errors import Text, VerificationFailed, Where

MAGIC = b"SHTLAYR1"
ALIGN = 64

Arrays = dict[str, npt.NDArray[Any]]


class Mapped(Arrays):
    """Arrays over one mapped file."""

    def __init__(self, buffer: mmap.mmap) -> None:
        super().__init__()
        self._buffer = buffer

    def release(self) -> None:
        """Let go of the pages read so far: they stay the file's, and are read again when touched."""
        self._buffer.madvise(mmap.MADV_DONTNEED)


def write_arrays(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write all arrays to `path`, and make sure that they lie on the disk."""
    entries: dict[str, dict[str, Any]] = {}
    offset = 0
    for name, array in arrays.items():
        kind = array.dtype.newbyteorder("<").str
        entries[name] = {"dtype": kind, "shape": list(array.shape), "offset": offset}
        offset = -(-(offset + array.nbytes) // ALIGN) * ALIGN
    # Offsets count from the end of the header's place, whose length depends on them only through its digits.
    start = -(-(16 + len(_header(entries, 1 << 40)) + 64) // ALIGN) * ALIGN
    header = _header(entries, start)
    with path.open("wb") as file:
        file.write(MAGIC + len(header).to_bytes(8, "little") + header)
        for name, array in arrays.items():
            file.seek(start + entries[name]["offset"])
            np.ascontiguousarray(array, dtype=entries[name]["dtype"]).tofile(file)
        file.truncate(start + offset)
        file.flush()
        os.fsync(file.fileno())


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
        entries = json.loads(file.read(length))
        # Copy-on-write and not read-only: the kernel is compiled for writable arrays alone.
        buffer = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    arrays = Mapped(buffer)
    for name, entry in entries.items():
        kind, shape = np.dtype(entry["dtype"]), tuple(entry["shape"])
        count = int(np.prod(shape, dtype=np.int64))
        if entry["offset"] + count * kind.itemsize > size:
            raise _broken(path, f"{size} bytes")
        arrays[name] = np.frombuffer(buffer, kind, count, entry["offset"]).reshape(shape)
    return arrays


def _broken(path: Path, found: str) -> VerificationFailed:
    return VerificationFailed(
        Text("图层文件损坏或不是本系统所写", "the layer file is damaged or not written by this system"),
        where=Where(file=path.name),
        found=found,
        remedy=Text("从备份恢复或重新导入该图层", "restore it from the backup or import the layer again"),
    )

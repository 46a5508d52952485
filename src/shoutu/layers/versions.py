"""Which version of a layer somebody means: NAME, the last imported one, or NAME@WHICH.

WHICH is a day (YYYY-MM-DD): the version that tells of the latest day not after it; of two that tell of
one day the later import. Or a version by the number of its import (1, 0001), its own name, or the first
digits of its checksum, eight at least.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from shoutu.errors import BadInput, NotFound, Text
from shoutu.layers.meta import META
from shoutu.layers.open import meta_of

_LONGEST = 255
"""Bytes of a folder's name."""
_SHORTEST = 8
"""Digits of a checksum that name a version."""


def folders_of(layer: Path) -> list[Path]:
    """The versions in a layer's folder in the order of their import."""
    if not layer.is_dir():
        return []
    folders = [path for path in layer.glob("[0-9]*-*") if (path / META).is_file()]
    return sorted(folders, key=lambda path: (number_of(path), path.name))


def number_of(folder: Path) -> int:
    return int(folder.name.split("-")[0])


def find_version(said: str, home: Path) -> Path:
    """The folder of NAME or NAME@WHICH.

    BadInput where two versions fit, NotFound where none does; both list what is there.
    """
    name, _, which = said.rpartition("@")
    whole = _layer(said, home)
    if whole:
        return whole[-1]
    there = _layer(name, home)
    fitting = _fitting(there, which)
    if len(fitting) == 1:
        return fitting[0]
    known = ", ".join(f"{name}@{folder.name} ({meta_of(folder).as_of or '-'})" for folder in there) or None
    if not fitting:
        raise NotFound(
            Text("没有这个图层版本", "there is no such layer version"),
            found=known or said,
            remedy=Text("shoutu layer list 列出已导入的版本", "`shoutu layer list` shows those imported"),
        )
    raise BadInput(
        Text("有几个版本符合", "several versions fit"),
        found=known,
        remedy=Text("写出完整的版本名", "write the whole name of the version"),
    )


def _layer(name: str, home: Path) -> list[Path]:
    """Nothing that is no name of a layer leads out of the folder of layers."""
    if not name or name[0] == "." or "/" in name or "\0" in name or len(name.encode()) > _LONGEST:
        return []
    return folders_of(home / "layers" / name)


def _fitting(folders: list[Path], which: str) -> list[Path]:
    if (day := _day(which)) is not None:
        told = [(meta_of(folder).as_of, number_of(folder), folder) for folder in folders]
        past = [
            (as_of, number, folder) for as_of, number, folder in told if as_of is not None and as_of <= day
        ]
        return [max(past)[2]] if past else []
    return [folder for folder in folders if _fits(folder, which)]


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else None
    except ValueError:
        return None


def _fits(folder: Path, which: str) -> bool:
    counted = which.isascii() and which.isdecimal() and number_of(folder) == int(which)
    by_sum = len(which) >= _SHORTEST and meta_of(folder).checksum.startswith(which.lower())
    return which == folder.name or counted or by_sum

"""Which type faces are on this machine, and whether they can print a text.

No face is shipped in the repository. They are looked up at run time, in this order: the folder named
by SHOUTU_FONTS, the system's folders, the folder that set-up fills with Noto Serif SC. The licensed
faces of GB/T 9704-2012 come first wherever they are installed, then free ones. Every chain ends in
Noto Serif SC, because the free 仿宋 lacks everyday characters such as 喆 and 堃.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from shoutu.errors import BadInput, Text, Where

FOLDER_VARIABLE = "SHOUTU_FONTS"
VENDORED = Path(__file__).parent.parent / "web/static/vendor/fonts"
SYSTEM_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol",
    "/usr/share/texmf/fonts/opentype/public/fandol",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)

Role = Literal["fang", "title", "hei", "kai", "song"]

# Family and weight, best first. 小标宋 has no free face: a bold Song stands in.
_SERIF = (("Noto Serif CJK SC", 400), ("Source Han Serif SC", 400), ("Noto Serif SC", 400))
_SERIF_BOLD = (("Noto Serif CJK SC", 700), ("Source Han Serif SC", 700), ("Noto Serif SC", 700))
CANDIDATES: dict[Role, tuple[tuple[str, int], ...]] = {
    "fang": (
        ("FangSong_GB2312", 400),
        ("仿宋_GB2312", 400),
        ("FangSong", 400),
        ("仿宋", 400),
        ("FZFangSong-Z02S", 400),
        ("STFangsong", 400),
        ("FandolFang R", 400),
        *_SERIF,
    ),
    "title": (
        ("FZXiaoBiaoSong-B05S", 400),
        ("方正小标宋简体", 400),
        ("FandolSong", 700),
        *_SERIF_BOLD,
    ),
    "hei": (
        ("SimHei", 400),
        ("黑体", 400),
        ("FandolHei", 400),
        ("Noto Sans CJK SC", 700),
        *_SERIF_BOLD,
    ),
    "kai": (
        ("KaiTi_GB2312", 400),
        ("楷体_GB2312", 400),
        ("KaiTi", 400),
        ("楷体", 400),
        ("FandolKai", 400),
        ("LXGW WenKai", 400),
        *_SERIF,
    ),
    "song": (("SimSun", 400), ("宋体", 400), ("FandolSong", 400), *_SERIF),
}
LATIN = ("Times New Roman", "Liberation Serif", "TeX Gyre Termes")
FANGSONG = {name for name, _ in CANDIDATES["fang"][:7]}


@dataclass(frozen=True)
class Chain:
    """Families in the order in which a character is looked up, at one weight."""

    families: tuple[str, ...]
    weight: int
    files: tuple[tuple[str, int], ...]

    @property
    def first(self) -> str:
        return self.families[0]


@dataclass(frozen=True)
class Faces:
    """The faces in use. `fonts` is what typst compiles with; system fonts beyond it are ignored."""

    fonts: Any
    chains: dict[Role, Chain]
    latin: str | None

    @property
    def stand_in(self) -> str | None:
        """The body's face when no 仿宋 is installed, to be named on the paper."""
        first = self.chains["fang"].first
        return None if first in FANGSONG else first

    def refuse_missing(self, texts: Iterable[str]) -> None:
        """BadInput naming the first character that some chain cannot draw."""
        characters = {c: None for text in texts for c in text if c != "\n"}
        covered = [_covered(chain.files) for chain in self.chains.values()]
        for character in characters:
            if not all(ord(character) in points for points in covered):
                raise BadInput(
                    Text(
                        f"字体里没有“{character}”（U+{ord(character):04X}），不能印",
                        f"no installed face has {character} (U+{ord(character):04X})",
                    ),
                    where=Where(field="text"),
                    found=", ".join(chain.first for chain in self.chains.values()),
                    remedy=Text(
                        f"把含有该字的字体放进 {FOLDER_VARIABLE} 所指的文件夹",
                        f"put a font that has it into the folder named by {FOLDER_VARIABLE}",
                    ),
                )


def find_faces() -> Faces:
    """The faces of this machine, found once for each value of SHOUTU_FONTS."""
    return _find(os.environ.get(FOLDER_VARIABLE, ""))


def folders(own: str) -> tuple[str, ...]:
    """Existing folders, the operator's first."""
    named = ([own] if own else []) + [str(Path(name).expanduser()) for name in SYSTEM_FOLDERS]
    return tuple(name for name in (*named, str(VENDORED)) if Path(name).is_dir())


@lru_cache(maxsize=4)
def _find(own: str) -> Faces:
    return faces_in(folders(own))


def faces_in(font_folders: tuple[str, ...]) -> Faces:
    """The faces of these folders only."""
    import typst

    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=list(font_folders)
    )
    found: dict[tuple[str, int], tuple[str, int]] = {}
    for info in fonts.fonts():
        if info.style == "normal" and info.path:
            found.setdefault((info.family, info.weight), (info.path, info.index))
    families = {family for family, _ in found}
    return Faces(
        fonts=fonts,
        chains={role: _chain(role, found) for role in CANDIDATES},
        latin=next((name for name in LATIN if name in families), None),
    )


def _chain(role: Role, found: dict[tuple[str, int], tuple[str, int]]) -> Chain:
    present = [candidate for candidate in CANDIDATES[role] if candidate in found]
    if not present:
        raise BadInput(
            Text(
                "没有可用的中文字体，不能生成文书", "no Chinese face is installed, so no document can be made"
            ),
            found=role,
            remedy=Text(
                f"运行 make install，或者用 {FOLDER_VARIABLE} 指定字体文件夹",
                f"run make install, or name a folder of fonts in {FOLDER_VARIABLE}",
            ),
        )
    return Chain(
        families=tuple(family for family, _ in present),
        weight=present[0][1],
        files=tuple(found[candidate] for candidate in present),
    )


@lru_cache(maxsize=16)
def _covered(files: tuple[tuple[str, int], ...]) -> frozenset[int]:
    return frozenset().union(*(code_points(Path(path), index) for path, index in files))


@lru_cache(maxsize=32)
def code_points(path: Path, index: int) -> frozenset[int]:
    """Characters that a font file maps to a glyph (OpenType `cmap`, formats 4 and 12)."""
    data = path.read_bytes()
    start = struct.unpack_from(">I", data, 12 + 4 * index)[0] if data[:4] == b"ttcf" else 0
    tables = struct.unpack_from(">H", data, start + 4)[0]
    for place in range(start + 12, start + 12 + 16 * tables, 16):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, place)
        if tag == b"cmap":
            return frozenset(_mapped(data, offset))
    return frozenset()


def _mapped(data: bytes, cmap: int) -> Iterator[int]:
    count = struct.unpack_from(">H", data, cmap + 2)[0]
    for record in range(cmap + 4, cmap + 4 + 8 * count, 8):
        offset = cmap + struct.unpack_from(">I", data, record + 4)[0]
        table_format = struct.unpack_from(">H", data, offset)[0]
        if table_format == 4:
            yield from _segments(data, offset)
        elif table_format == 12:
            groups = struct.unpack_from(">I", data, offset + 12)[0]
            for first, last, glyph in struct.iter_unpack(
                ">III", data[offset + 16 : offset + 16 + 12 * groups]
            ):
                yield from range(first + (glyph == 0), last + 1)


def _segments(data: bytes, offset: int) -> Iterator[int]:
    """Format 4: end codes, start codes, deltas and range offsets, parallel arrays."""
    double = struct.unpack_from(">H", data, offset + 6)[0]
    shape = f">{double // 2}H"
    ends = struct.unpack_from(shape, data, offset + 14)
    starts = struct.unpack_from(shape, data, offset + 16 + double)
    deltas = struct.unpack_from(shape, data, offset + 16 + 2 * double)
    ranges_at = offset + 16 + 3 * double
    ranges = struct.unpack_from(shape, data, ranges_at)
    for i, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, last + 1):
            if ranges[i] == 0:
                glyph = (code + deltas[i]) & 0xFFFF
            else:
                at = ranges_at + 2 * i + ranges[i] + 2 * (code - first)
                glyph = struct.unpack_from(">H", data, at)[0]
            if glyph and code != 0xFFFF:
                yield code

"""Which encoding the text of a shapefile's table is in.

A shapefile says it in a .cpg file or in one byte of the table's head; in practice the first is often
missing and the second often wrong, and a wrong guess gives unreadable names without any error.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from shoutu.errors import Text

_SAMPLE_ROWS = 20_000
_SAMPLE_BYTES = 16 << 20
_SAMPLE_VALUES = 1_000_000
_LANGUAGE_DRIVERS = {0x4D: "gb18030", 0x4F: "cp950", 0x7A: "gb18030", 0x7B: "cp932", 0x79: "cp949"}
_GB_PAIR = re.compile(rb"[\x81-\xfe][\xa1-\xfe]")
_THREE_BYTES = re.compile(rb"[\xe0-\xef][\x80-\xbf][\x80-\xbf]")
_HIGH = re.compile(rb"[\x80-\xff]")
_CHARACTERS = re.compile(r"utf-(8|16|32)|ascii|gb|big5|cp\d|iso8859|euc|shift_jis|johab|koi8|mac-|tis")
"""Codecs of Python that turn bytes into text and need nothing more: not hex, zip, idna, unicode_escape."""


def encoding_of(shapefile: Path) -> tuple[str, Text | None]:
    """The codec for the table beside `shapefile`, and what to tell the user about the choice.

    Order: the .cpg, where the bytes agree with it; UTF-8 where all decodes and some of it is Chinese
    (or other script of three bytes, which no other encoding gives by chance); the table's own byte where
    it names an East Asian code page; UTF-8 where all decodes; GB18030 where high bytes come in pairs, as
    Chinese does; else Windows-1252.
    """
    values = _texts(shapefile)
    declared = _declared(shapefile)
    if declared and _fits(values, declared):
        return declared, None
    if not values:
        return "utf-8", None
    why = Text(".cpg 与内容不符", "the .cpg does not fit the bytes") if declared else _NO_CPG
    raw = b" ".join(text for text, _ in values)
    driver = _LANGUAGE_DRIVERS.get(_head(shapefile)[29], "")
    for codec in ("utf-8", driver) if _THREE_BYTES.search(raw) else (driver, "utf-8"):
        if codec and _fits(values, codec):
            return codec, _note(why, codec)
    rest, pairs = _GB_PAIR.subn(b"", raw)
    codec = "gb18030" if pairs >= len(_HIGH.findall(rest)) else "cp1252"
    return codec, _note(why, codec)


_NO_CPG = Text("没有 .cpg", "there is no .cpg")


def _note(why: Text, codec: str) -> Text:
    name = codec.upper()
    return Text(
        f"属性表{why.zh}，按 {name} 读取；若文字不对，请补 .cpg",
        f"table: {why.en}, read as {name}; add a .cpg if the text is wrong",
    )


def _declared(shapefile: Path) -> str | None:
    for suffix in (".cpg", ".CPG"):
        path = shapefile.with_suffix(suffix)
        if path.is_file():
            text = path.read_bytes()[:64].decode("ascii", errors="replace").strip().lower()
            break
    else:
        return None
    text = {"65001": "utf-8", "936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030"}.get(text, text)
    text = re.sub(r"^(ansi |oem |cp-?|windows-?)?(\d{3,4})$", r"cp\2", text)
    text = "gb18030" if text == "cp936" else re.sub(r"^8859-?(\d+)$", r"iso8859-\1", text)
    try:
        name = codecs.lookup(text).name
    except (LookupError, ValueError):  # no such codec; a NUL in its name
        return None
    return name if _CHARACTERS.match(name) else None


def _table(shapefile: Path) -> Path | None:
    for suffix in (".dbf", ".DBF"):
        path = shapefile.with_suffix(suffix)
        if path.is_file():
            return path
    return None


def _head(shapefile: Path) -> bytes:
    table = _table(shapefile)
    if table is None:
        return bytes(32)
    with table.open("rb") as file:
        return file.read(32).ljust(32, b"\0")


def _texts(shapefile: Path) -> list[tuple[bytes, bool]]:
    """Field names and values with a byte above 127 in the first rows, and whether each fills its field.

    A value that fills its field may have been cut inside a character.
    """
    table = _table(shapefile)
    if table is None:
        return []
    with table.open("rb") as file:
        head = file.read(32).ljust(32, b"\0")
        head_size, row_size = int.from_bytes(head[8:10], "little"), int.from_bytes(head[10:12], "little")
        descriptors = file.read(max(head_size - 32, 0))
        rows = file.read(min(row_size * _SAMPLE_ROWS, _SAMPLE_BYTES))
    found: list[tuple[bytes, bool]] = []
    spans: list[tuple[int, int]] = []
    offset = 1  # after the deletion mark
    for at in range(0, len(descriptors) - 31, 32):
        field = descriptors[at : at + 32]
        if field[0] == 0x0D:
            break
        name = field[:11].split(b"\0")[0]
        found.append((name, len(name) >= 10))
        width = field[16]
        if field[11:12] == b"C":
            width += 256 * field[17]
            spans.append((offset, offset + width))
        offset += width
    last = min(len(rows) - row_size, row_size * (_SAMPLE_VALUES // max(len(spans), 1)))
    for start in range(0, last + 1, row_size) if row_size else ():
        for low, high in spans:
            value = rows[start + low : start + high]
            found.append((value.rstrip(b" \0"), not value.endswith((b" ", b"\0"))))
    return [(text, full) for text, full in found if _HIGH.search(text)]


def _fits(values: list[tuple[bytes, bool]], codec: str) -> bool:
    for text, full in values:
        try:
            text.decode(codec)
        except UnicodeDecodeError as error:
            if not (full and error.end >= len(text)):
                return False
    return True

"""Mutations of a file's bytes: blind ones, and ones that know numbers, lengths, brackets and encodings.

Everything follows from the generator that is handed in, so a case is found again by its seed.
"""

from __future__ import annotations

import random
import re
import struct
from collections.abc import Callable, Sequence

_NUMBER = re.compile(rb"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(rb"[A-Za-z_]{2,}")
_NASTY_NUMBERS = (
    b"0",
    b"-0",
    b"-1",
    b"1e308",
    b"-1e309",
    b"1e-320",
    b"NaN",
    b"nan",
    b"inf",
    b"-Infinity",
    b"1e400",
    b"2147483647",
    b"2147483648",
    b"-2147483649",
    b"4294967296",
    b"9223372036854775808",
    b"0x10",
    b"1_000",
    b"1,5",
    b"1e",
    b".",
    b"+",
    b"00012",
    b"9" * 400,
    b"9" * 5000,
    b"0." + b"1" * 400,
    b"1e999999999",
    b"",
    "１２３".encode(),
    "٣".encode(),
    "²".encode(),
    b"4385827.895",
    b"37395212.66",
    b"110.5",
    b"40.5",
    b"true",
    b"null",
)
_NASTY_TEXTS = (
    b"",
    b"\0",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"\t",
    b",",
    b",,",
    b";",
    b'"',
    b'""',
    b"'",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\x81",
    b"\x81\x30\x81\x30",
    b"\xff",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    "，".encode(),
    "＠".encode(),
    "＝".encode(),
    "\u2028".encode(),
    "\u0085".encode(),
    "\u202e".encode(),
    "\U0001f600".encode(),
    b"@",
    b"[",
    b"]",
    b"{",
    b"}",
    b"[[",
    b"]]",
    b"{{",
    b"<",
    b"&lt;",
    b"<!DOCTYPE a [",
    b"&a;",
    b"*a",
    b"&a",
    b"!!python/object",
    b"---",
    b"...",
    b"- ",
    b": ",
    b"? ",
    b"| ",
    b"> ",
    b"%YAML 1.1",
    b"$(id)",
    b"../",
    b"/etc/passwd",
    b"C:\\",
    b"\x1b[31m",
    b"POLYGON EMPTY",
    b"EPSG:4525",
    b"+proj=longlat",
    b"towgs84=1,2,3",
    b" via ",
    b" yx",
)
_LENGTHS = (0, 1, 2, 7, 8, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 10 << 30)
_FLOATS = (0.0, -0.0, 1e308, -1e308, 1e-320, float("nan"), float("inf"), -float("inf"), 180.0, 90.0, 1e7, 4e6)
_CODECS = ("utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "utf-8-sig", "cp437")
LONGEST = 400_000
"""Bytes of the largest case: large enough to hurt what is quadratic, small enough to make thousands."""


def mutated(chance: random.Random, seed: bytes, others: Sequence[bytes]) -> bytes:
    """`seed` after one to eight mutations; `others` lend parts."""
    data = seed
    for _ in range(1 if chance.random() < 0.4 else chance.randint(2, 8)):
        data = chance.choice(_MUTATORS)(chance, data, others)
        if len(data) > LONGEST:
            data = data[:LONGEST]
    return data


def _place(chance: random.Random, data: bytes) -> tuple[int, int]:
    """A short or long span."""
    a = chance.randint(0, len(data))
    reach = chance.choice((1, 2, 4, 8, 16, 64, 512, len(data)))
    return a, min(len(data), a + chance.randint(0, reach))


def _flip(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    if not data:
        return data
    out = bytearray(data)
    for _unused in range(chance.choice((1, 1, 2, 4, 16))):
        out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def _random_bytes(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    a, b = _place(chance, data)
    return data[:a] + chance.randbytes(min(b - a, 64)) + data[b:]


def _delete(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    a, b = _place(chance, data)
    return data[:a] + data[b:]


def _truncate(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    return data[: chance.randint(0, len(data))]


def _repeat(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    a, b = _place(chance, data)
    times = chance.choice((2, 2, 3, 10, 1000)) if b - a < 200 else 2
    return data[:a] + data[a:b] * times + data[b:]


def _move(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    a, b = _place(chance, data)
    rest = data[:a] + data[b:]
    at = chance.randint(0, len(rest))
    return rest[:at] + data[a:b] + rest[at:]


def _splice(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    other = chance.choice(others)
    a, b = _place(chance, other)
    at, end = _place(chance, data)
    return data[:at] + other[a:b] + data[end:]


def _halves(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    other = chance.choice(others)
    return data[: chance.randint(0, len(data))] + other[chance.randint(0, len(other)) :]


def _text(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    a, b = _place(chance, data) if chance.random() < 0.5 else (chance.randint(0, len(data)),) * 2
    return data[:a] + chance.choice(_NASTY_TEXTS) + data[b:]


def _picked(chance: random.Random, data: bytes, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
    """One match near a random place: not all of a long file is searched."""
    at = chance.randint(0, len(data))
    return pattern.search(data, at) or pattern.search(data)


def _number(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    found = _picked(chance, data, _NUMBER)
    if found is None:
        return data
    old = found.group()
    if chance.random() < 0.5:
        new = chance.choice(_NASTY_NUMBERS)
    else:
        at = chance.randrange(len(old))
        new = old[:at] + bytes([chance.choice(b"0123456789.eE+-")]) + old[at + chance.randint(0, 1) :]
    return data[: found.start()] + new + data[found.end() :]


def _word(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    found, other = _picked(chance, data, _WORD), _picked(chance, chance.choice(others), _WORD)
    if found is None or other is None:
        return data
    return data[: found.start()] + other.group() + data[found.end() :]


def _length(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """An integer of two, four or eight bytes, either order: a count, an offset, a size."""
    code = chance.choice(("<H", ">H", "<I", ">I", "<I", ">I", "<Q"))
    size = struct.calcsize(code)
    if len(data) < size:
        return data
    at = chance.randint(0, min(len(data) - size, chance.choice((40, 200, len(data)))))
    limit = 1 << (8 * size)
    near = int.from_bytes(data[at : at + size], "little" if code[0] == "<" else "big")
    value = chance.choice((*_LENGTHS, near + 1, near - 1, near * 2, len(data), len(data) - at)) % limit
    return data[:at] + struct.pack(code, value) + data[at + size :]


def _float(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    if len(data) < 8:
        return data
    at = chance.randint(0, len(data) - 8)
    return data[:at] + struct.pack("<d", chance.choice(_FLOATS)) + data[at + 8 :]


def _lines(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Lines swapped, doubled, dropped, sorted, or ended in another way."""
    end = chance.choice((b"\n", b"\n", b"\r\n", b"\r", "\u2028".encode()))
    lines = data.split(b"\n")
    if len(lines) < 2 or len(lines) > 5000:
        return data
    a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
    what = chance.randrange(4)
    if what == 0:
        lines[a], lines[b] = lines[b], lines[a]
    elif what == 1:
        lines.insert(a, lines[b])
    elif what == 2:
        del lines[a]
    else:
        lines[a] = lines[a] + lines[b]
    return end.join(lines)


def _nest(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Brackets, elements or indents, thousands deep."""
    at = chance.randint(0, len(data))
    depth = chance.choice((3, 30, 300, 3000, 30_000))
    opening, closing = chance.choice(
        ((b"[", b"]"), (b'{"a":', b"}"), (b"(", b")"), (b"<a>", b"</a>"), (b"- ", b""), (b"\n ", b""))
    )
    tail = closing * depth if chance.random() < 0.5 else b""
    return data[:at] + opening * depth + tail + data[at:]


def _recode(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """The text in another encoding, or bytes read in the wrong one."""
    came, goes = chance.choice(("utf-8", "utf-8", "gb18030", "latin-1")), chance.choice(_CODECS)
    return data.decode(came, errors="replace").encode(goes, errors="replace")


def _mark(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    return chance.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\n", b" ", b"\x1e")) + data


Mutator = Callable[[random.Random, bytes, Sequence[bytes]], bytes]
_MUTATORS: tuple[Mutator, ...] = (
    _flip,
    _flip,
    _random_bytes,
    _delete,
    _delete,
    _truncate,
    _repeat,
    _move,
    _splice,
    _splice,
    _halves,
    _text,
    _text,
    _text,
    _number,
    _number,
    _number,
    _word,
    _length,
    _length,
    _float,
    _lines,
    _lines,
    _nest,
    _recode,
    _mark,
)

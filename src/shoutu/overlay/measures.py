"""What can be asked of patches and layers beside areas in classes, each written as `KIND[:DETAIL]`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from shoutu.errors import BadInput, Text, Where

Kind = Literal["shape", "around", "distance", "within", "off-site", "vertical"]

OF_THE_PATCH: tuple[Kind, ...] = ("shape", "around")
"""Kinds that ask about the patch alone; the others ask about a layer."""


@dataclass(frozen=True)
class Measure:
    """One question.

    text    as it was written: what messages and the column `fact` call it
    layer   the layer that it asks about, None: every layer given, or the patch alone
    metres  of `around` and `within`; the accuracy of `off-site`, None where none was given
    fields  floor and roof of `vertical`
    """

    text: str
    kind: Kind
    layer: str | None = None
    metres: float | None = None
    fields: tuple[str, str] | None = None


def parse(text: str) -> Measure:
    """`[LAYER=]KIND[:DETAIL]` as a measure. BadInput says what can be asked."""
    layer, mark, rest = text.rpartition("=")
    kind, _, detail = rest.partition(":")
    if kind not in _READERS or (mark and not layer) or (layer and kind in OF_THE_PATCH):
        raise _unknown(text)
    return _READERS[kind](rest, layer or None, detail)


def _plain(kind: Kind) -> Callable[[str, str | None, str], Measure]:
    def read(text: str, layer: str | None, detail: str) -> Measure:
        if detail:
            raise _unknown(text)
        return Measure(text, kind, layer)

    return read


def _metric(kind: Kind, *, needed: bool) -> Callable[[str, str | None, str], Measure]:
    def read(text: str, layer: str | None, detail: str) -> Measure:
        if not detail and not needed:
            return Measure(text, kind, layer)
        try:
            metres = float(detail)
        except ValueError:
            raise _unknown(text) from None
        if not 0 < metres <= 100_000:
            raise _unknown(text)
        return Measure(text, kind, layer, metres)

    return read


def _vertical(text: str, layer: str | None, detail: str) -> Measure:
    floor, _, roof = detail.partition(",")
    if not (floor and roof):
        raise _unknown(text)
    return Measure(text, "vertical", layer, fields=(floor, roof))


_READERS: dict[str, Callable[[str, str | None, str], Measure]] = {
    "shape": _plain("shape"),
    "around": _metric("around", needed=True),
    "distance": _plain("distance"),
    "within": _metric("within", needed=True),
    "off-site": _metric("off-site", needed=False),
    "vertical": _vertical,
}


def _unknown(text: str) -> BadInput:
    known = "shape, around:METRES, distance, within:METRES, off-site[:ACCURACY], vertical:FLOOR,ROOF"
    return BadInput(
        Text("不认识的量", "this measure is not known"),
        where=Where(field="--measure"),
        found=text,
        remedy=Text(
            f"写 {known}；距离和精度以米为单位，大于0、不超过100000；图层的量可写 图层=量",
            f"write {known}; metres above 0 and up to 100,000; NAME=MEASURE asks about one layer",
        ),
    )

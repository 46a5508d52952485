"""The legend of a layer version: its classes with counts and areas, and how each is drawn.

A class that is a code or name of the third survey has that class's tint and pattern. Other classes, up to
CLASSES of them, share the ink of the layer's kind and differ by pattern; with more, all look alike and
the legend only counts them. The word stands beside the swatch always.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np

from shoutu import units
from shoutu.layers.open import LayerVersion, open_version
from shoutu.layers.query import view
from shoutu.platform.territory.landclass import NAMES, class_name
from shoutu.platform.web import kinds

CLASSES = 8
"""Classes of no known code that are told apart by pattern."""
LISTED = 24
"""Rows that a legend lists, largest area first; the rest are one row."""
PATTERNS = ("lines", "slant", "dots", "back", "bars", "crosses", "waves", "rings")


@dataclass(frozen=True)
class Swatch:
    """A fill: `tint` under the pattern `fill` in `ink`; patterns are those of patterns.js."""

    tint: str
    ink: str
    fill: str


@dataclass(frozen=True)
class ClassRow:
    """One class. Areas in m² as exact figures, balanced so that the rows sum to the layer's whole."""

    name: str
    label: str
    swatch: Swatch | None
    count: int
    m2: Fraction


@dataclass(frozen=True)
class Legend:
    """`classes` largest first; `overlapping` features lie on others, `m2` counts such ground for each."""

    classes: tuple[ClassRow, ...]
    count: int
    m2: Fraction
    overlapping: int

    @property
    def rows(self) -> tuple[ClassRow, ...]:
        """Those that are listed one by one."""
        return self.classes[:LISTED]

    @property
    def others(self) -> Others | None:
        rest = self.classes[LISTED:]
        if not rest:
            return None
        return Others(len(rest), sum(row.count for row in rest), sum((row.m2 for row in rest), Fraction(0)))

    @property
    def pictured(self) -> tuple[ClassRow, ...]:
        """All that the map must tell apart."""
        return tuple(row for row in self.classes if row.swatch)


@dataclass(frozen=True)
class Others:
    """The classes beyond those listed."""

    classes: int
    count: int
    m2: Fraction


@dataclass(frozen=True)
class Change:
    """What a class had in an older version and has now, m²."""

    label: str
    before: Fraction
    after: Fraction

    @property
    def difference(self) -> Fraction:
        return self.after - self.before


_FIRST: dict[str, Swatch] = {
    "01": Swatch("#f4f0b8", "#6f6a1e", "lines"),
    "02": Swatch("#eadcf0", "#75508a", "rings"),
    "03": Swatch("#b5d6ab", "#2f6b33", "discs"),
    "04": Swatch("#dcebc4", "#4f7a1e", "vees"),
    "05": Swatch("#efd3e2", "#87406a", "plus"),
    "06": Swatch("#d9cbc0", "#6b4426", "crosses"),
    "07": Swatch("#f2dada", "#84474f", "slant"),
    "08": Swatch("#e9d9ea", "#6d4478", "back"),
    "09": Swatch("#dcd6d0", "#5b5148", "plus"),
    "10": Swatch("#d8dadd", "#4e565e", "bars"),
    "11": Swatch("#c5e0ee", "#2a6285", "waves"),
    "12": Swatch("#ece6dc", "#6d6350", "dots"),
}
"""By first class of the third survey: yellow fields, green woods, lighter grass, blue water, grey roads, rose
houses, brown works, as on the survey's own maps. Paler than any warning, and none of their patterns."""

_SECOND: dict[str, Swatch] = {
    "0101": Swatch("#eeea9a", "#5a5a10", "waves"),
    "0103": Swatch("#f8f5d2", "#7a742e", "dashes"),
    "0305": Swatch("#c8dfb6", "#3c7033", "dots"),
    "0306": Swatch("#c8dfb6", "#3c7033", "dots"),
    "0307": Swatch("#d4e4c6", "#47763c", "plus"),
    "0402": Swatch("#cfe6cf", "#3b7150", "waves"),
    "0403": Swatch("#d6ecb0", "#4f7a1e", "lines"),
    "0404": Swatch("#e6efd6", "#617f36", "dashes"),
    "0602": Swatch("#cdb9a8", "#5c3517", "crosses"),
    "0701": Swatch("#efcfd4", "#84474f", "back"),
    "1006": Swatch("#e4e6e8", "#5b646c", "dashes"),
    "1107": Swatch("#d6eaf4", "#336b8e", "lines"),
    "1108": Swatch("#cfe3df", "#2c6a63", "vees"),
    "1202": Swatch("#e8dcc4", "#6b5a2e", "slant"),
    "1205": Swatch("#f3ead6", "#7a6a3e", "dots"),
}
"""Second classes that would be taken for another of their first class."""


def _codes() -> dict[str, str]:
    found = {}
    for first, names in NAMES.items():
        name, *rest = names.split()
        found[name] = first
        found.update({called: code for code, called in zip(rest[::2], rest[1::2], strict=True)})
    return found


_BY_NAME = _codes()
"""Code of the third survey by the class's name."""


def land_code(klass: str) -> str:
    """The code of a class that is one, or is called by its name; empty for any other."""
    text = klass.strip()
    if class_name(text) != text:
        return text
    return _BY_NAME.get(text, "")


def swatch_of(code: str) -> Swatch:
    """How a class of the third survey is drawn; a K behind the code changes nothing."""
    plain = code.removesuffix("K")
    return _SECOND.get(plain) or _FIRST[plain[:2]]


def swatches(names: Sequence[str], kind: str) -> list[Swatch | None]:
    """How each class is drawn, in the order given; None where the layer's own look serves all."""
    codes = [land_code(name) for name in names]
    unknown = [name for name, code in zip(names, codes, strict=True) if not code]
    ink = kinds.kind(kind).colour
    told = 1 < len(unknown) <= CLASSES or (bool(unknown) and len(unknown) < len(names))
    own = {
        name: Swatch("", ink, PATTERNS[place % len(PATTERNS)]) if told else None
        for place, name in enumerate(unknown)
    }
    return [swatch_of(code) if code else own[name] for name, code in zip(names, codes, strict=True)]


def label(klass: str) -> str:
    """`0103 旱地` for a code, the text itself for any other."""
    name = class_name(klass)
    return f"{klass.strip()} {name}" if name != klass else klass


@lru_cache(maxsize=64)
def legend(folder: Path, checksum: str, kind: str) -> Legend:
    """The legend of a version. Kept by checksum: a version never changes."""
    version = open_version(folder)
    seen = view(version, version.meta.class_field)
    count = np.bincount(seen.class_codes, minlength=len(seen.class_names))
    areas = np.bincount(
        seen.class_codes, weights=version.reference.polygons.area, minlength=len(seen.class_names)
    )
    exact = [Fraction(float(area)) for area in areas]
    whole = units.round_half_up(sum(exact, Fraction(0)), 2)
    figures = units.balance(exact, sum(exact, Fraction(0)))
    looks = swatches(seen.class_names, kind)
    rows = [
        ClassRow(name, label(name), look, int(n), m2)
        for name, look, n, m2 in zip(seen.class_names, looks, count, figures, strict=True)
    ]
    rows.sort(key=lambda row: (-row.m2, row.name))
    return Legend(tuple(rows), version.meta.features, whole, version.meta.overlapping)


def changes(before: Legend, after: Legend) -> tuple[Change, ...]:
    """The classes whose sum changed, the largest change first."""
    old = {row.name: row for row in before.classes}
    new = {row.name: row for row in after.classes}
    found = [
        Change(
            (new.get(name) or old[name]).label,
            old[name].m2 if name in old else Fraction(0),
            new[name].m2 if name in new else Fraction(0),
        )
        for name in {**old, **new}
    ]
    return tuple(
        sorted((one for one in found if one.difference), key=lambda one: (-abs(one.difference), one.label))
    )


def class_of(version: LayerVersion, feature: int) -> str:
    """The class of one feature, empty where the version declares none."""
    seen = view(version, version.meta.class_field)
    return seen.class_names[int(seen.class_codes[feature])]

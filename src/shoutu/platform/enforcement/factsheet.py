"""The tables of a patch's page: what it lies on, that it adds up, and what is checked beside the sum."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import get_language, gettext

from shoutu.platform.discovery.rows import LayerFacts, PatchRow
from shoutu.platform.enforcement.counting import exact_text
from shoutu.platform.territory.landclass import class_name, is_farmland
from shoutu.platform.web import figures
from shoutu.platform.web.kinds import kind
from shoutu.units import m2_to_mu, to_text

SPLIT_BY = frozenset({"town-boundary", "plan"})
"""Kinds of which the share outside tells as much as that inside."""
STEP = Fraction(1, 100)


@dataclass(frozen=True)
class GroundRow:
    """A line of the sum. `within`: part of the line above (其中), and not added."""

    kind: str
    name: str
    m2: str
    source: str = ""
    within: bool = False


@dataclass(frozen=True)
class CheckRow:
    """A layer beside the sum. m2 None: 未收到数据."""

    kind: str
    name: str
    m2: str | None
    result: str
    source: str


@dataclass(frozen=True)
class Factsheet:
    """rows add up to `total`; `arithmetic` says it; land False: no land-use layer was received."""

    rows: tuple[GroundRow, ...]
    total: str
    arithmetic: str
    mends: str
    checks: tuple[CheckRow, ...]
    land: bool


def factsheet(patch: PatchRow, facts: Iterable[LayerFacts]) -> Factsheet:
    found = list(facts)
    land = next((f for f in found if f.kind == "land-use" and f.received), None)
    basic = next((f for f in found if f.kind == "basic-farmland" and f.received), None)
    rows = [] if land is None or not patch.area_m2 else _ground(patch, land, basic)
    added = [row for row in rows if not row.within]
    listed = {"land-use", "basic-farmland"} if rows and basic is not None else {"land-use"} if rows else set()
    return Factsheet(
        rows=tuple(rows),
        total=patch.area_m2,
        arithmetic=_arithmetic(added, patch.area_m2) if patch.area_m2 else "",
        mends=_mends(added, patch.area_m2) if added else "",
        checks=tuple(_check(patch, f) for f in found if f.kind not in listed),
        land=land is not None,
    )


def _source(layer: LayerFacts) -> str:
    when = figures.day(layer.as_of, english=get_language() == "en")
    as_of = "" if layer.as_of is None else gettext("截至 %s") % when
    return f"{layer.title}　{as_of}".strip("　")


def _code(klass: str) -> str:
    """The code as it came, where the name stands in its place."""
    return "" if class_name(klass) == klass else gettext("地类 %s") % klass


def _ground(patch: PatchRow, land: LayerFacts, basic: LayerFacts | None) -> list[GroundRow]:
    farmland = [c for c in land.classes if is_farmland(c.klass)]
    others = [c for c in land.classes if not is_farmland(c.klass) and Fraction(c.area_m2)]
    total = sum((Fraction(c.area_m2) for c in farmland), Fraction(0))
    source = _source(land)
    names = "、".join(class_name(c.klass) for c in farmland if Fraction(c.area_m2))
    rows = [
        GroundRow("farmland", gettext("耕地"), to_text(total, 2), f"{names}　{source}" if names else source)
    ]
    if basic is not None:
        name = gettext("其中：永久基本农田")
        rows.append(GroundRow("basic-farmland", name, basic.total_m2, _source(basic), within=True))
    rows += [
        GroundRow("land-use", class_name(c.klass) or gettext("未分类"), c.area_m2, _code(c.klass))
        for c in sorted(others, key=lambda c: -Fraction(c.area_m2))
    ]
    rest = Fraction(patch.area_m2) - sum((Fraction(row.m2) for row in rows if not row.within), Fraction(0))
    if rest >= STEP:
        rows.append(GroundRow("land-use", gettext("图层没有覆盖"), to_text(rest, 2)))
    return rows


def _arithmetic(rows: list[GroundRow], total: str) -> str:
    """3,400.12 + 2,011.40 = 5,411.52 ㎡；5,411.52 × 15 ÷ 10,000 = 8.11728 亩."""
    parts = [figures.m2(row.m2) for row in rows if Fraction(row.m2)]
    sum_line = f"{' + '.join(parts)} = {figures.m2(total)} ㎡" if len(parts) > 1 else ""
    exact = exact_text(m2_to_mu(Fraction(total)))
    turned = f"{figures.m2(total)} × 15 ÷ 10,000 = {exact} {gettext('亩')}"
    return f"{sum_line}；{turned}" if sum_line else turned


def _mends(rows: list[GroundRow], total: str) -> str:
    """What a reader who adds the 亩 will find, where it is not the sum that stands there."""
    listed = sum((Fraction(to_text(m2_to_mu(Fraction(row.m2)), 2)) for row in rows), Fraction(0))
    if to_text(listed, 2) == to_text(m2_to_mu(Fraction(total)), 2):
        return ""
    return gettext("各行亩数分别取两位小数，相加为 %s，合计以㎡为准。") % to_text(listed, 2)


def _check(patch: PatchRow, layer: LayerFacts) -> CheckRow:
    name = str(kind(layer.kind).name)
    if not layer.received:
        return CheckRow(layer.kind, name, None, gettext("该图层尚未导入"), "")
    return CheckRow(layer.kind, name, layer.total_m2, _result(patch, layer), _source(layer))


def _result(patch: PatchRow, layer: LayerFacts) -> str:
    inside = Fraction(layer.total_m2)
    if not inside:
        return gettext("不涉及")
    if layer.kind in SPLIT_BY and patch.area_m2:
        share = figures.share(layer.total_m2, patch.area_m2)
        outside = figures.share(to_text(Fraction(patch.area_m2) - inside, 2), patch.area_m2)
        return gettext("界内 %(inside)s，界外 %(outside)s") % {"inside": share, "outside": outside}
    names = [c.klass for c in layer.classes if c.klass and Fraction(c.area_m2)]
    return "、".join(names) if names else gettext("涉及")

"""Land classes: a code together with its scheme, what it is called, and to which great class it belongs.

Three schemes are in use and share numbers: 0403 is artificial pasture in one and other grassland in another.
So there is no class without a scheme, and a conversion exists only where one class is exactly one other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

import yaml

from shoutu.errors import BadInput, Text
from shoutu.units import round_half_up

Scheme = Literal["gbt21010-2017", "survey3", "guide2023"]
Great = Literal["farm", "building", "unused"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
_FARMLAND = ("0101", "0102", "0103")
_FROM: Scheme = "gbt21010-2017"
_TO: Scheme = "guide2023"
_PLACES = 2


@dataclass(frozen=True)
class LandClass:
    """One class of one scheme.

    great            农用地 farm, 建设用地 building, 未利用地 unused
    farmland         耕地: 01xx
    farmland_before  可调整地类 (suffix K): farmland by origin, shown apart and never added to farmland
    unverified       what of the scheme was not seen in its text; None for farmland, which was
    """

    scheme: Scheme
    code: str
    name: str
    great: Great
    farmland: bool
    farmland_before: bool
    unverified: Text | None


def land_class(scheme: str, code: str) -> LandClass:
    """The class; BadInput when the scheme or the code in it is unknown."""
    if scheme not in SCHEMES:
        raise BadInput(
            Text("地类编码必须注明分类标准", "a land class needs its scheme"),
            found=scheme,
            remedy=Text("可用：" + "、".join(SCHEMES), "one of: " + ", ".join(SCHEMES)),
        )
    found = classes(scheme).get(code)
    if found is None:
        others = [name for name in SCHEMES if code in classes(name)]
        raise BadInput(
            Text("该分类标准没有这一编码", "the scheme has no such code"),
            found=f"{scheme} {code}",
            remedy=Text("有此编码的：" + "、".join(others), "it stands in: " + ", ".join(others))
            if others
            else None,
        )
    return found


@cache
def classes(scheme: Scheme) -> Mapping[str, LandClass]:
    """All classes of a scheme by code."""
    held = _document()["schemes"][scheme]
    doubt = Text(held["unverified"]["zh"], held["unverified"]["en"])
    return {
        code: LandClass(
            scheme=scheme,
            code=code,
            name=name,
            great=cast("Great", great),
            farmland=code in _FARMLAND,
            farmland_before=code.endswith("K"),
            unverified=None if code in _FARMLAND else doubt,
        )
        for code, (name, great) in held["classes"].items()
    }


def convert(found: LandClass, scheme: Scheme) -> LandClass | None:
    """The same class in another scheme; None where classes were split or joined, which a person decides."""
    if found.scheme == scheme:
        return found
    through = _in_standard(found)
    if through is None or scheme == _FROM:
        return through
    if scheme == "survey3":
        same = classes(scheme).get(through.code)
        return same if same is not None and same.name == through.name else None
    code = _document()[f"{_FROM}-to-{_TO}"].get(through.code)
    return None if code is None else classes(scheme)[code]


def _in_standard(found: LandClass) -> LandClass | None:
    """The class in GB/T 21010-2017, through which the other two meet."""
    if found.scheme == "guide2023":
        pairs: Mapping[str, str] = _document()[f"{_FROM}-to-{_TO}"]
        code = next((old for old, new in pairs.items() if new == found.code), None)
        return None if code is None else classes(_FROM)[code]
    same = classes(_FROM).get(found.code)
    return same if same is not None and same.name == found.name else None


def traps() -> tuple[str, ...]:
    """Codes of both GB/T 21010-2017 and the guide that do not mean the same: their conversion is another."""
    old, new = classes(_FROM), classes(_TO)
    shared = sorted(set(old) & set(new))
    return tuple(code for code in shared if (same := convert(old[code], _TO)) is None or same.code != code)


def net_area(gross: Fraction, ridge: Fraction) -> Fraction:
    """Farmland less its ridges (田坎): TBMJ × (1 − KCXS), exact, in the unit of `gross`.

    BadInput unless 0 ≤ ridge < 1 and gross ≥ 0.
    """
    if not 0 <= ridge < 1:
        raise BadInput(
            Text("扣除地类系数应当在0以上、1以下", "KCXS lies from 0 to below 1"), found=str(ridge)
        )
    if gross < 0:
        raise BadInput(Text("面积是负数", "the area is negative"), found=str(gross))
    return gross * (1 - ridge)


def survey_area(gross: Fraction, ridge: Fraction) -> tuple[Fraction, Fraction]:
    """TBDLMJ and KCMJ as a survey prints them in m²: the deduction to 0.01, the rest by difference."""
    net_area(gross, ridge)
    deducted = round_half_up(gross * ridge, _PLACES)
    return gross - deducted, deducted


@cache
def _document() -> Any:
    text = (Path(__file__).parent / "land_classes.yaml").read_text(encoding="utf-8")
    # BaseLoader makes text, lists and mappings, nothing else: 0101 stays 0101.
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506

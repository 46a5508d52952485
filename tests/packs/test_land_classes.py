"""Land classes: a code means something only with its scheme."""

from __future__ import annotations

from fractions import Fraction

import pytest

from shoutu.errors import BadInput
from shoutu.packs.cn_national.land_classes import (
    SCHEMES,
    classes,
    convert,
    land_class,
    net_area,
    survey_area,
    traps,
)

FARM = [
    "01",
    "02",
    "0301",
    "0302",
    "0303",
    "0304",
    "0305",
    "0306",
    "0307",
    "0401",
    "0402",
    "0403",
    "1006",
    "1103",
    "1104",
    "1107",
    "1202",
    "1203",
]
UNUSED = ["0404", "1101", "1102", "1105", "1106", "1108", "1110", "1204", "1205", "1206", "1207"]


def test_great_classes_of_the_standard() -> None:
    """Typed here again: farm use, unused, and all else is building land."""
    for code, found in classes("gbt21010-2017").items():
        expected = "farm" if code.startswith(tuple(FARM)) else "unused" if code in UNUSED else "building"
        assert found.great == expected, code


@pytest.mark.parametrize("scheme", SCHEMES)
def test_farmland_is_01_in_every_scheme_and_is_not_in_doubt(scheme: str) -> None:
    farmland = [found for found in classes(scheme).values() if found.farmland]  # type: ignore[arg-type]
    assert [(found.code, found.name) for found in farmland] == [
        ("0101", "水田"),
        ("0102", "水浇地"),
        ("0103", "旱地"),
    ]
    assert all(found.unverified is None for found in farmland)
    others = [found for found in classes(scheme).values() if not found.farmland]  # type: ignore[arg-type]
    assert all(found.unverified is not None for found in others)


def test_the_same_number_in_two_schemes() -> None:
    meant = {
        "0403": ("人工牧草地", "其他草地"),
        "0702": ("农村宅基地", "城镇社区服务设施用地"),
        "1003": ("公路用地", "盐田"),
        "0601": ("工业用地", "农村道路"),
        "0602": ("采矿用地", "设施农用地"),
        "1001": ("铁路用地", "工业用地"),
        "1002": ("轨道交通用地", "采矿用地"),
    }
    for code, names in meant.items():
        assert tuple(land_class(scheme, code).name for scheme in ("gbt21010-2017", "guide2023")) == names
    assert set(meant) <= set(traps())
    assert not set(traps()) & {"0101", "0102", "0103", "0301", "0401"}


def test_a_code_without_its_scheme_is_refused() -> None:
    with pytest.raises(BadInput, match="scheme"):
        land_class("", "0403")
    with pytest.raises(BadInput) as error:
        land_class("gbt21010-2017", "060102")
    assert error.value.remedy is not None
    assert "guide2023" in error.value.remedy.en


def test_conversion_goes_there_and_back_or_not_at_all() -> None:
    kept = 0
    for scheme in SCHEMES:
        for other in SCHEMES:
            for found in classes(scheme).values():
                there = convert(found, other)
                if there is not None:
                    assert convert(there, scheme) == found
                    assert there.great == found.great, (found, there)
                    assert there.farmland is found.farmland
                    kept += 1
    assert kept > 400


def test_what_was_split_or_joined_needs_a_person() -> None:
    for scheme, code, other in (
        ("gbt21010-2017", "0604", "guide2023"),
        ("gbt21010-2017", "0501", "guide2023"),
        ("survey3", "05H1", "guide2023"),
        ("survey3", "0201K", "guide2023"),
        ("survey3", "1104A", "gbt21010-2017"),
        ("guide2023", "060101", "gbt21010-2017"),
    ):
        assert convert(land_class(scheme, code), other) is None  # type: ignore[arg-type]


def test_adjustable_land_is_shown_apart_from_farmland() -> None:
    found = land_class("survey3", "0301K")
    assert (found.farmland, found.farmland_before) == (False, True)
    assert sorted(c for c, v in classes("survey3").items() if v.farmland_before) == sorted(
        ["0201K", "0202K", "0203K", "0204K", "0301K", "0302K", "0305K", "0307K", "0403K", "1104K"]
    )


def test_ridges_are_taken_off_exactly() -> None:
    gross, ridge = Fraction("6872.35"), Fraction("0.1185")
    assert net_area(gross, ridge) == Fraction("6872.35") * Fraction("0.8815") == Fraction("6057.976525")
    assert survey_area(gross, ridge) == (Fraction("6057.98"), Fraction("814.37"))
    assert sum(survey_area(gross, ridge)) == gross
    assert net_area(gross, Fraction(0)) == gross
    for bad in (Fraction(1), Fraction(-1, 100)):
        with pytest.raises(BadInput):
            net_area(gross, bad)
    with pytest.raises(BadInput):
        net_area(Fraction(-1), ridge)

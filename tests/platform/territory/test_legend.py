"""Legends: which class is drawn how, and figures that add up."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
import shapely

from shoutu.layers.importing import import_layer
from shoutu.platform.territory import landclass
from shoutu.platform.territory.legend import CLASSES, LISTED, changes, land_code, legend, swatch_of, swatches
from tests import oracles


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _codes() -> list[str]:
    found = []
    for first, names in landclass.NAMES.items():
        found += [first, *names.split()[1::2]]
    return found


def test_every_class_of_the_survey_has_a_pattern_that_is_seen() -> None:
    for code in _codes():
        look = swatch_of(code)
        assert look.fill
        assert _contrast(look.ink, look.tint) >= 3, code
        assert _contrast("#16201f", look.tint) >= 7, f"words on {code}"


def test_first_classes_differ_by_pattern_or_lightness_and_no_tint_is_that_of_a_warning() -> None:
    warnings = {"#d4575c", "#f6bc84", "#fbeba9"}
    looks = {code: swatch_of(code) for code in landclass.NAMES}
    assert not {look.tint for look in looks.values()} & warnings
    for (one, a), (other, b) in combinations(looks.items(), 2):
        assert (a.fill, a.tint) != (b.fill, b.tint), (one, other)


def test_the_grasses_and_fields_of_the_steppe_all_look_different() -> None:
    common = ["0102", "0103", "0301", "0305", "0401", "0404", "0602", "0702", "1003", "1006", "1101", "1205"]
    looks = [(swatch_of(code).fill, swatch_of(code).tint) for code in common]
    assert len(set(looks)) == len(looks)


@pytest.mark.parametrize(
    ("klass", "code"),
    [
        ("0103", "0103"),
        (" 0103 ", "0103"),
        ("旱地", "0103"),
        ("耕地", "01"),
        ("0201K", "0201K"),
        ("草原", ""),
        ("", ""),
    ],
)
def test_code_of_a_class(klass: str, code: str) -> None:
    assert land_code(klass) == code


def test_unknown_classes_are_told_apart_by_pattern_while_they_are_few() -> None:
    few = [f"用途{i}" for i in range(CLASSES)]
    looks = swatches(few, "plan")
    assert len({look.fill for look in looks if look}) == CLASSES
    assert swatches([*few, "再一类"], "plan") == [None] * (CLASSES + 1)
    assert swatches([""], "redline") == [None]


def test_codes_keep_their_look_beside_what_is_no_code() -> None:
    known, unknown = swatches(["0103", "待定"], "land-use")
    assert known == swatch_of("0103")
    assert unknown is not None
    assert not unknown.tint


def _import(folder: Path, classes: list[str], by: str | None) -> tuple[Path, str, list[float]]:
    features, areas = [], []
    for index, klass in enumerate(classes):
        x = 109.0 + 0.01 * index
        ring = [[x, 39.0], [x + 0.004, 39.0003], [x + 0.005, 39.004], [x, 39.0031], [x, 39.0]]
        features.append(
            {
                "type": "Feature",
                "properties": {"L": klass},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
        areas.append(oracles.area(shapely.Polygon(ring)))
    file = folder / "made.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    done = import_layer(str(file), name="made", secrecy="internal", home=folder, by=by, as_of="2025-12-31")
    return done.folder, done.meta.checksum, areas


def test_rows_are_counted_and_sum_to_the_whole(tmp_path: Path) -> None:
    folder, checksum, areas = _import(tmp_path, ["0103", "0401", "0103"], "L")
    made = legend(folder, checksum, "land-use")
    assert {row.name: row.count for row in made.rows} == {"0103": 2, "0401": 1}
    assert [row.label for row in made.rows] == ["0103 旱地", "0401 天然牧草地"]
    assert sum((row.m2 for row in made.rows), Fraction(0)) == made.m2
    assert float(made.m2) == pytest.approx(sum(areas), abs=0.006)
    assert float(made.rows[0].m2) == pytest.approx(areas[0] + areas[2], abs=0.011)


def test_many_classes_are_listed_by_area_and_the_rest_is_one_row(tmp_path: Path) -> None:
    folder, checksum, _ = _import(tmp_path, [f"批{i:02d}" for i in range(LISTED + 6)], "L")
    made = legend(folder, checksum, "approval")
    assert len(made.rows) == LISTED
    assert made.others is not None
    assert (made.others.classes, made.others.count) == (6, 6)
    assert sum((row.m2 for row in made.rows), Fraction(0)) + made.others.m2 == made.m2
    assert not made.pictured


def test_a_layer_without_classes_is_one_row(tmp_path: Path) -> None:
    folder, checksum, _ = _import(tmp_path, ["a", "b"], None)
    made = legend(folder, checksum, "redline")
    assert [(row.count, row.swatch) for row in made.rows] == [(2, None)]


def test_changes_name_the_classes_whose_sum_moved(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    folder, checksum, areas = _import(one, ["0103", "0401", "0301"], "L")
    before = legend(folder, checksum, "land-use")
    folder, checksum, _ = _import(two, ["0103", "0702", "0301"], "L")
    found = changes(before, legend(folder, checksum, "land-use"))
    assert [(change.label, float(change.difference)) for change in found] == [
        ("0401 天然牧草地", pytest.approx(-areas[1], abs=0.011)),
        ("0702 农村宅基地", pytest.approx(areas[1], abs=0.011)),
    ]
    assert changes(before, before) == ()

"""The banner map and the band ruler, judged against GEOS and by their own words."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely

from shoutu.platform.web import bannermap
from shoutu.platform.web.bannermap import Area, draw
from shoutu.platform.web.levels import LEVELS
from shoutu.platform.web.ruler import ruler
from tests.journeys.gallery import lines, outlines


def _areas() -> list[Area]:
    return [Area(line.code, line.name, line.highest, line.outline or {}, line.href) for line in lines()]


def _rings() -> dict[str, list[Any]]:
    placed, _ = bannermap._layout(
        tuple((code, bannermap._frozen(outline)) for code, outline in outlines().items())
    )
    return placed


def test_map_is_well_formed_and_names_every_banner() -> None:
    root = ElementTree.fromstring(str(draw(_areas(), "旗区最高一级")))
    words = {text for element in root.iter() for text in element.itertext()}
    assert {line.name for line in lines()} <= words
    assert "style" not in {name for element in root.iter() for name in element.attrib}


def test_names_are_escaped() -> None:
    outline = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
    drawn = str(draw([Area("1", "<script>", "red", outline)], '"><b>'))
    assert "<script>" not in drawn
    assert "<b>" not in drawn


@pytest.mark.parametrize("code", sorted(outlines()))
def test_middle_lies_inside_as_geos_sees_it(code: str) -> None:
    rings = _rings()[code]
    (x, y), depth = bannermap._middle(rings)
    shape = shapely.union_all([shapely.polygons(ring) for ring in rings])
    assert shape.contains(shapely.Point(x, y))
    assert depth == pytest.approx(shape.boundary.distance(shapely.Point(x, y)), abs=1e-9)


@pytest.mark.parametrize("code", sorted(outlines()))
def test_simplifying_strays_less_than_the_tolerance(code: str) -> None:
    whole = [np.array(ring) for ring in bannermap._frozen(outlines()[code])]
    scaled = [(ring - ring.min(axis=0)) * 100 for ring in whole if len(ring) > 3]
    for ring in scaled:
        simple = bannermap._simplified(ring)
        far = shapely.hausdorff_distance(shapely.linestrings(ring), shapely.linestrings(simple), densify=0.1)
        assert far <= bannermap.TOLERANCE + 1e-9


def test_labels_cover_no_other_label() -> None:
    areas = _areas()
    rings, height = bannermap._layout(tuple((a.code, bannermap._frozen(a.outline)) for a in areas))
    boxes = [
        shapely.box(
            one.x - one.width / 2,
            one.y - bannermap.BOX_HEIGHT / 2,
            one.x + one.width / 2,
            one.y + bannermap.BOX_HEIGHT / 2,
        )
        for one in bannermap._place([(a.code, a.name) for a in areas], rings, height)
    ]
    assert len(boxes) == 9
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_no_outline_draws_an_empty_map() -> None:
    assert "<path" not in re.sub(r"<defs>.*</defs>", "", str(draw([], "无")))


def test_ruler_ends_past_the_last_band_and_past_the_value() -> None:
    bands = [("orange", "10"), ("red", "15")]
    low = ElementTree.fromstring(str(ruler("12.46", bands, "总面积", "亩", "a")))
    assert low.attrib["aria-label"] == "总面积 12.46 亩。标准：橙色 10 亩，红色 15 亩"
    high = str(ruler("100", bands, "总面积", "亩", "b"))
    widths = [float(w) for w in re.findall(r'<rect x="[\d.]+" y="22" width="([\d.]+)"', high)]
    assert sum(widths[1::2]) <= widths[0]
    assert {level for level in LEVELS if f'id="b-{level}"' in high} == {
        "red",
        "orange",
        "yellow",
        "undetermined",
    }

"""The features service read by GDAL's client for it, in a process of its own, from a live server."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import Any

import pyogrio
import pytest
import shapely

from tests.platform.serving import conftest as ground

pytestmark = pytest.mark.django_db(transaction=True)

CLIENT = """
import json, sys
import pyogrio
source, token, ask = json.loads(sys.stdin.read())
# GDAL's OAPIF driver sets headers of its own, and GDAL_HTTP_HEADERS goes unheard
pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": token})
if ask is None:
    print(json.dumps([row[0] for row in pyogrio.list_layers(source).tolist()]))
else:
    if "bbox" in ask:
        ask["bbox"] = tuple(ask["bbox"])
    frame = pyogrio.read_dataframe(source, **ask)
    epsg = frame.crs.to_epsg(min_confidence=20) or frame.crs.name
    columns = {name: frame[name].astype(str).tolist() for name in frame.columns if name != "geometry"}
    print(json.dumps({"epsg": epsg, "columns": columns, "wkt": frame.geometry.to_wkt().tolist()}))
"""


@pytest.fixture
def gdal(live_server: Any, committed_people: Any, key: Any) -> Any:
    if "OAPIF" not in pyogrio.list_drivers():
        pytest.skip("this GDAL has no OAPIF driver")
    ground.plant(committed_people.carol)
    token = key(committed_people.carol)
    root = str(live_server.url).replace("localhost", "127.0.0.1")

    def ask(wanted: Any, source: str = "/ogc/", token: str = token) -> Any:
        words = json.dumps([f"OAPIF:{root}{source}", token, wanted])
        done = subprocess.run(
            [sys.executable, "-c", CLIENT],
            input=words,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    ask.key = lambda who: key(getattr(committed_people, who))  # type: ignore[attr-defined]
    ask.token, ask.source = token, f"OAPIF:{root}/ogc/"  # type: ignore[attr-defined]
    return ask


def test_gdal_lists_and_reads_every_page(gdal: Any) -> None:
    assert gdal(None) == ["land-use", "redline"]
    found = gdal({"layer": "land-use", "PAGE_SIZE": "5"})
    assert len(found["wkt"]) == 13
    assert found["columns"]["地类名称"][:2] == ["乔木林地", "旱地"]
    assert found["columns"]["编号"] == [str(100 + i) for i in range(13)]
    for text, rings in zip(found["wkt"], ground.SHAPES, strict=True):
        wanted = shapely.Polygon(rings[0], rings[1:])
        assert shapely.from_wkt(text).symmetric_difference(wanted).area < 1e-12


@pytest.mark.parametrize("epsg", [4490, 4326, 3857, 4524, 4525])
def test_gdal_reads_every_system_with_its_axes(gdal: Any, epsg: int) -> None:
    from pyproj import Transformer

    found = gdal({"layer": "land-use", "CRS": f"EPSG:{epsg}"})
    # of two systems that differ by their axes alone GDAL takes CRS84
    assert found["epsg"] == (epsg if epsg != 4326 else "WGS 84 (CRS84)")
    to = Transformer.from_crs("EPSG:4490", epsg, always_xy=True)
    wanted = shapely.transform(shapely.Polygon(ground.square(0)), lambda xy: _moved(to, xy))
    got = shapely.from_wkt(found["wkt"][0])
    assert got.symmetric_difference(wanted).area < wanted.area * 1e-5


def _moved(to: Any, xy: Any) -> Any:
    import numpy as np

    return np.column_stack(to.transform(*xy.T))


def test_gdal_asks_by_box_and_by_field(gdal: Any) -> None:
    boxed = gdal({"layer": "land-use", "bbox": [109.8032, 39.5502, 109.8058, 39.5508]})
    assert boxed["columns"]["编号"] == ["103", "104", "105"]
    by_field = gdal({"layer": "land-use", "where": "DLBM = '0301'"})
    assert by_field["columns"]["编号"] == ["100", "103", "106", "109", "112"]


def test_debian_s_ogrinfo_signs_in_with_a_password_and_reads(gdal: Any) -> None:
    ogrinfo = shutil.which("ogrinfo")
    if ogrinfo is None:
        pytest.skip("gdal-bin is not installed: there is no ogrinfo")
    done = subprocess.run(
        [
            ogrinfo,
            "-ro",
            "-so",
            "--config",
            "GDAL_HTTP_USERPWD",
            f"key:{gdal.token}",
            gdal.source,
            "land-use",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Feature Count: 13" in done.stdout
    assert "地类名称: String" in done.stdout
    assert "Extent: (109.800000, 39.550000) - (109.813000, 39.551000)" in done.stdout


def test_gdal_gets_the_part_of_the_key_s_banner(gdal: Any) -> None:
    found = gdal({"layer": "land-use"}, token=gdal.key("alice"))
    assert found["columns"]["编号"] == ["100", "101", "102", "103", "104"]

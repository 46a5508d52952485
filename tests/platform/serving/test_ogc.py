"""The features service: what the standard's two parts ask for, and whose features they are."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from shoutu.platform.serving.ogc import items
from shoutu.platform.serving.ogc.systems import CRS84, SYSTEMS
from shoutu.platform.serving.ogc.views import CONFORMANCE
from tests.platform.serving import conftest as ground

pytestmark = pytest.mark.django_db
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
ITEMS = "/ogc/collections/land-use/items"


def body(response: Any) -> Any:
    """The JSON of an answer, streamed or not."""
    assert response.status_code == 200, response.content
    return json.loads(b"".join(response) if response.streaming else response.content)


def numbers(response: Any) -> list[int]:
    return [feature["id"] for feature in body(response)["features"]]


@pytest.fixture
def carol(people: Any, as_person: Any, layers: Any) -> Any:
    return as_person(people.carol)


def test_the_landing_page_leads_to_everything(carol: Any) -> None:
    links = {link["rel"]: link for link in body(carol.get("/ogc/"))["links"]}
    assert {"self", "alternate", "service-desc", "service-doc", "conformance", "data"} <= set(links)
    for rel in ("service-desc", "conformance", "data"):
        answer = carol.get(links[rel]["href"])
        assert answer["Content-Type"] == links[rel]["type"]
        assert body(answer)
    assert body(carol.get("/ogc/conformance"))["conformsTo"] == list(CONFORMANCE)


def test_every_page_comes_as_html_too(carol: Any) -> None:
    paths = ["", "conformance", "api", "collections", "collections/land-use"]
    paths += [f"collections/land-use/{rest}" for rest in ("queryables", "items", "items/3")]
    for path in paths:
        by_name = carol.get(f"/ogc/{path}", {"f": "html"})
        by_header = carol.get(f"/ogc/{path}", headers={"Accept": "text/html,*/*;q=0.8"})
        for answer in (by_name, by_header):
            assert answer.status_code == 200
            assert answer["Content-Type"].startswith("text/html")
        assert carol.get(f"/ogc/{path}", headers={"Accept": "*/*"})["Content-Type"] != "text/html"
    assert "乔木林地" in carol.get(ITEMS, {"f": "html"}).content.decode()


def test_a_collection_tells_extent_systems_and_versions(carol: Any) -> None:
    found = body(carol.get("/ogc/collections"))["collections"]
    assert [one["id"] for one in found] == ["land-use", "redline"]
    one = body(carol.get("/ogc/collections/land-use"))
    assert one["extent"]["spatial"]["bbox"][0] == pytest.approx([109.8, 39.55, 109.813, 39.551])
    assert one["extent"]["temporal"]["interval"] == [["2023-12-31T00:00:00Z", None]]
    assert one["crs"] == list(SYSTEMS)
    assert one["storageCrs"] in one["crs"]
    assert [version["asOf"] for version in one["versions"]] == ["2024-12-31", "2023-12-31"]
    tile = one["versions"][0]["tiles"].format(z=12, x=3297, y=1557)
    assert carol.get(tile).status_code == 200


def test_pages_follow_one_another_to_the_end(carol: Any) -> None:
    seen: list[int] = []
    url: str | None = f"{ITEMS}?limit=5"
    while url:
        page = body(carol.get(url))
        assert page["numberMatched"] == 13
        assert page["numberReturned"] == len(page["features"])
        seen += [feature["id"] for feature in page["features"]]
        url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert seen == list(range(13))
    last = body(carol.get(f"{ITEMS}?limit=5&offset=10"))
    previous = next(link["href"] for link in last["links"] if link["rel"] == "prev")
    assert numbers(carol.get(previous)) == [5, 6, 7, 8, 9]
    assert numbers(carol.get(f"{ITEMS}?offset=1000")) == []


def test_large_answers_are_streamed(carol: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = body(carol.get(ITEMS))
    monkeypatch.setattr(items, "BLOCK", 4)
    answer = carol.get(ITEMS)
    assert answer.streaming
    assert len(list(answer)) == 6
    assert body(carol.get(ITEMS))["features"] == whole["features"]


def test_properties_keep_their_types_and_holes_their_place(carol: Any) -> None:
    features = body(carol.get(ITEMS))["features"]
    assert features[4]["properties"] == {
        "DLBM": "0103", "地类名称": "旱地", "TBMJ": 6.0, "编号": 104, "变更": "2024-01-05",
    }  # fmt: skip
    shape = shapely.geometry.shape(features[12]["geometry"])
    assert shape.is_valid
    assert [len(part.interiors) for part in shape.geoms] == [1]


@pytest.mark.parametrize("uri", list(SYSTEMS))
def test_coordinates_come_in_the_system_and_axes_that_were_asked_for(carol: Any, uri: str) -> None:
    answer = carol.get(ITEMS, {"crs": uri, "limit": "1"})
    assert answer["Content-Crs"] == f"<{uri}>"
    got = np.array(body(answer)["features"][0]["geometry"]["coordinates"][0][0])
    code = "OGC:CRS84" if uri == CRS84 else f"EPSG:{uri.rpartition('/')[2]}"
    # PROJ in the authority's own order of axes; from the same datum, which it must not shift
    source = "EPSG:4490" if code in ("EPSG:4490", "EPSG:4524", "EPSG:4525") else "EPSG:4326"
    to = Transformer.from_crs(source, code)
    wanted = np.column_stack(to.transform(*np.array(ground.square(0))[:, ::-1].T))
    assert got == pytest.approx(wanted, abs=1e-4 if abs(wanted).max() > 360 else 1e-9)
    single = carol.get(f"{ITEMS}/0", {"crs": uri})
    assert single["Content-Crs"] == f"<{uri}>"
    assert np.array(body(single)["geometry"]["coordinates"][0][0]) == pytest.approx(got)


def test_what_came_projected_goes_out_as_it_came(carol: Any) -> None:
    answer = carol.get("/ogc/collections/redline/items", {"crs": f"{EPSG}4525", "limit": "1"})
    got = np.array(body(answer)["features"][0]["geometry"]["coordinates"][0][0])
    to = Transformer.from_crs("EPSG:4490", "EPSG:4525")
    wanted = np.column_stack(to.transform(*np.array(ground.square(0))[:, ::-1].T))
    assert got == pytest.approx(wanted, abs=2e-4)


def box_in(uri: str, west: float, south: float, east: float, north: float) -> str:
    if uri == CRS84:
        return f"{west},{south},{east},{north}"
    to = Transformer.from_crs("EPSG:4490", f"EPSG:{uri.rpartition('/')[2]}")
    low, high = to.transform(south, west), to.transform(north, east)
    return ",".join(str(number) for number in (*low, *high))


@pytest.mark.parametrize("uri", list(SYSTEMS))
def test_a_box_in_any_system_finds_what_it_meets(carol: Any, uri: str) -> None:
    asked = {"bbox": box_in(uri, 109.8032, 39.5502, 109.8058, 39.5508), "bbox-crs": uri}
    assert numbers(carol.get(ITEMS, asked)) == [3, 4, 5]


def test_a_box_in_a_hole_or_beside_meets_nothing(carol: Any) -> None:
    assert numbers(carol.get(ITEMS, {"bbox": "109.81225,39.55025,109.81235,39.55035"})) == []
    assert numbers(carol.get(ITEMS, {"bbox": "109.81205,39.55005,109.81235,39.55035"})) == [12]
    assert numbers(carol.get(ITEMS, {"bbox": "109.9,39.6,110,39.7"})) == []
    # inside one feature, and at its corner
    assert numbers(carol.get(ITEMS, {"bbox": "109.8004,39.5504,109.8005,39.5505"})) == [0]
    assert numbers(carol.get(ITEMS, {"bbox": "109.7,39.5,109.8,39.55"})) == [0]
    # six numbers have heights; west beyond east goes over the antimeridian
    assert numbers(carol.get(ITEMS, {"bbox": "109.8004,39.5504,0,109.8005,39.5505,9"})) == [0]
    assert numbers(carol.get(ITEMS, {"bbox": "170,39,-170,40"})) == []
    assert len(numbers(carol.get(ITEMS, {"bbox": "100,39,-170,40"}))) == 13


def test_a_day_chooses_the_version(carol: Any) -> None:
    def matched(when: str) -> int:
        return body(carol.get(ITEMS, {"datetime": when}))["numberMatched"]

    assert matched("2024-06-30") == 3
    assert matched("2023-12-31T08:00:00Z") == 3
    assert matched("2025-01-01") == 13
    assert matched("../2024-01-01") == 3
    assert matched("2024-01-01/..") == 13
    assert matched("2024-01-01/2024-12-30T23:00:00+08:00") == 3
    assert carol.get(ITEMS, {"datetime": "2020-01-01"}).status_code == 404
    page = body(carol.get(ITEMS, {"datetime": "2024-06-30", "limit": "2"}))
    following = next(link["href"] for link in page["links"] if link["rel"] == "next")
    assert body(carol.get(following))["version"] == "2023-12-31-made"


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"DLBM": "0301"}, [0, 3, 6, 9, 12]),
        ({"地类名称": "旱地", "编号": "104"}, [4]),
        ({"TBMJ": "4.5"}, [3]),
        ({"变更": "2024-01-02"}, [1]),
        ({"DLBM": "0301", "bbox": "109.8032,39.5502,109.8058,39.5508"}, [3]),
        ({"DLBM": "nothing"}, []),
    ],
)
def test_fields_are_asked_by_value(carol: Any, asked: dict[str, str], wanted: list[int]) -> None:
    assert numbers(carol.get(ITEMS, asked)) == wanted


@pytest.mark.parametrize(
    "asked",
    [
        "unknown=1", "limit=0", "limit=x", "limit=-1", "offset=-1", "bbox=1,2,3", "bbox=a,b,c,d",
        "bbox=1,2,nan,4",
        "bbox=109,40,110,39", "bbox-crs=EPSG:9999", "crs=EPSG:4525", "datetime=yesterday",
        "datetime=2024-13-01",
        "datetime=../..", "datetime=2025-01-01/2024-01-01", "f=xml", "编号=x", "变更=x", "limit=1&limit=2",
        "bbox=110,39,109,40&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3857",
    ],
)  # fmt: skip
def test_what_does_not_fit_is_the_standard_s_exception(carol: Any, asked: str) -> None:
    answer = carol.get(f"{ITEMS}?{asked}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
    fault = json.loads(answer.content)
    assert fault["code"] == "InvalidParameterValue"
    assert fault["description"]


def test_a_limit_above_the_most_is_the_most_and_other_pages_take_no_parameters(carol: Any) -> None:
    assert len(numbers(carol.get(ITEMS, {"limit": "9999999"}))) == 13
    for path in (
        "",
        "conformance",
        "api",
        "collections",
        "collections/land-use",
        "collections/land-use/items/1",
    ):
        assert carol.get(f"/ogc/{path}", {"nonsense": "1"}).status_code == 400


def test_what_is_not_there_is_the_standard_s_exception(carol: Any) -> None:
    for path in ("nowhere", "nowhere/items", "land-use/items/13", "land-use/items/x", "land-use/items/-1"):
        answer = carol.get(f"/ogc/collections/{path}")
        assert (answer.status_code, json.loads(answer.content)["code"]) == (404, "NotFound")


def test_the_description_names_every_parameter_that_is_taken(carol: Any) -> None:
    answer = carol.get("/ogc/api")
    assert answer["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = body(answer)
    assert re.match(r"3\.0\.", document["openapi"])
    named = {one["name"] for one in document["paths"]["/collections/land-use/items"]["get"]["parameters"]}
    fields = {"DLBM", "地类名称", "TBMJ", "编号", "变更"}
    assert named == {"f", "limit", "offset", "bbox", "bbox-crs", "crs", "datetime"} | fields
    properties = body(carol.get("/ogc/collections/land-use/queryables"))["properties"]
    assert set(properties) == fields


def test_a_banner_reads_its_part_everywhere(people: Any, as_person: Any, layers: Any) -> None:
    alice = as_person(people.alice)
    assert numbers(alice.get(ITEMS)) == [0, 1, 2, 3, 4]
    assert numbers(alice.get(ITEMS, {"bbox": "109.8,39.5,109.9,39.6", "DLBM": "0301"})) == [0, 3]
    assert alice.get(f"{ITEMS}/4").status_code == 200
    assert alice.get(f"{ITEMS}/5").status_code == 404
    extent = body(alice.get("/ogc/collections/land-use"))["extent"]["spatial"]["bbox"][0]
    assert extent == pytest.approx([109.8, 39.55, 109.805, 39.551])


def test_departments_read_open_layers_only(people: Any, as_person: Any, layers: Any) -> None:
    walt = as_person(people.walt)
    assert [one["id"] for one in body(walt.get("/ogc/collections"))["collections"]] == ["land-use"]
    assert walt.get("/ogc/collections/redline/items").status_code == 404
    assert "redline" not in json.dumps(body(walt.get("/ogc/api")))


def test_nobody_is_asked_who_they_are(client: Any, people: Any, layers: Any) -> None:
    answer = client.get("/ogc/")
    assert (answer.status_code, json.loads(answer.content)["code"]) == (401, "Unauthorized")
    assert "Bearer" in answer["WWW-Authenticate"]
    led = client.get(ITEMS, headers={"Accept": "text/html"})
    assert led.status_code == 302


def test_a_key_reads_like_its_holder(client: Any, people: Any, layers: Any, key: Any) -> None:
    headers = {"Authorization": f"Bearer {key(people.alice)}"}
    assert numbers(client.get(ITEMS, headers=headers)) == [0, 1, 2, 3, 4]

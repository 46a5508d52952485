"""The page that imports a layer: secrecy must be said, classified data are refused, the rest is a version."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shoutu import shifted
from shoutu.errors import NotFound
from shoutu.layers.open import meta_of
from shoutu.platform.territory import drafts, queries
from tests.journeys.gallery import outlines
from tests.journeys.ground import fields, plant_outlines

pytestmark = pytest.mark.django_db

PAGE = "/layers/import"


def send(client: Any, body: bytes | None = None, **said: str) -> Any:
    content = json.dumps(fields(4), ensure_ascii=False).encode() if body is None else body
    file = SimpleUploadedFile(said.pop("file", "基本农田.geojson"), content, "application/geo+json")
    common = {"name": "page-made", "kind": "basic-farmland", "title": "永久基本农田", "as_of": "2025-12-31"}
    return client.post(PAGE, {**common, **said, "file": file})


def made(actor: Any) -> list[queries.LayerRow]:
    return [row for row in queries.layers(actor) if row.name == "page-made"]


def test_an_imported_file_is_a_registered_version_under_its_own_name(people: Any, as_person: Any) -> None:
    client = as_person(people.carol)
    answer = send(client, secrecy="internal", by="DLMC", synthetic="1")
    assert answer.status_code == 302
    assert not made(people.carol)  # nothing is written before the person said yes
    page = client.get(answer["Location"])
    assert {key: column for key, _, column in page.context["meanings"]}["class"] == "DLMC"
    assert client.post(answer["Location"], {"field-class": "DLMC", "as_of": "2025-12-31"}).status_code == 302
    (row,) = made(people.carol)
    assert (row.features, row.secrecy, row.source, row.synthetic) == (4, "internal", "基本农田.geojson", True)
    assert meta_of(row.folder).class_field == "DLMC"
    assert client.get(answer["Location"]).status_code == 404  # the draft has gone


def test_fields_are_proposed_from_the_last_version(people: Any, as_person: Any) -> None:
    client = as_person(people.carol)
    first = send(client, secrecy="internal")["Location"]
    chosen = {"field-class": "编号", "field-name": "DLMC", "as_of": "2025-12-31"}
    assert client.post(first, chosen).status_code == 302
    page = client.get(send(client, secrecy="internal")["Location"])
    proposed = {key: column for key, _, column in page.context["meanings"]}
    assert proposed == {"class": "编号", "name": "DLMC", "date": ""}


def shifted_outline() -> bytes:
    """The outline of a banner as a map service has it."""
    outline = outlines()["150627"]
    rings = [np.array(ring) for part in outline["coordinates"] for ring in part]
    polygon = [[shifted.wgs84_to_gcj02(ring).tolist()] for ring in rings]
    feature = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "MultiPolygon", "coordinates": polygon},
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def test_shifted_degrees_wait_for_a_yes_and_are_never_measured_by(people: Any, as_person: Any) -> None:
    plant_outlines()
    client = as_person(people.carol)
    place = send(client, shifted_outline(), secrecy="open")["Location"]
    page = client.get(place)
    assert next(code for code, _, _ in page.context["candidates"]) == "GCJ-02"
    assert "整体偏" in page.content.decode()
    assert client.post(place, {"as_of": "2025-12-31"}).status_code == 422
    assert not made(people.carol)
    for code, _, _ in page.context["candidates"]:
        drawn = client.get(f"{place}shapes?crs={quote(code)}").json()
        assert len(drawn["features"]) == 1
    page = client.get(f"{place}?crs=GCJ-02")
    assert "近似换算，只供查找" in page.content.decode()
    assert client.post(place, {"crs": "GCJ-02", "as_of": "2025-12-31"}).status_code == 302
    (row,) = made(people.carol)
    assert row.only_for_finding
    assert "只供查找" in client.get("/layers/").content.decode()
    assert "page-made" not in {one.name for one in queries.current_layers()}


def test_a_file_without_a_system_lists_what_it_may_be(people: Any, as_person: Any) -> None:
    plant_outlines()
    client = as_person(people.carol)
    text = 'WKT,n\n"POLYGON((400000 4380000,401000 4380000,401000 4381000,400000 4380000))",1\n'
    place = send(client, text.encode(), secrecy="open", file="a.csv")["Location"]
    page = client.get(place)
    codes = [code for code, _, _ in page.context["candidates"]]
    assert "EPSG:4545" in codes or "EPSG:4546" in codes
    assert "1980 西安" in page.content.decode()
    assert client.post(f"{place}drop").status_code == 302
    assert client.get(place).status_code == 404


def test_a_draft_is_its_own_person_s_alone(people: Any, as_person: Any) -> None:
    place = send(as_person(people.carol), secrecy="internal")["Location"]
    identifier = place.split("/")[-2]
    assert drafts.find(people.carol, identifier).said.name == "page-made"
    for actor, name in ((replace(people.carol, person="another"), identifier), (people.carol, "../x")):
        with pytest.raises(NotFound):
            drafts.find(actor, name)
    assert as_person(people.dan).get(place).status_code == 403


@pytest.mark.parametrize(("secrecy", "status"), [("", 422), ("涉密", 403), ("whatever", 422)])
def test_secrecy_has_no_default_and_classified_is_refused(
    people: Any, as_person: Any, secrecy: str, status: int
) -> None:
    answer = send(as_person(people.carol), secrecy=secrecy)
    assert answer.status_code == status
    assert not [row for row in queries.layers(people.carol) if row.name == "page-made"]
    if secrecy == "涉密":
        assert "涉密数据不得导入本系统" in answer.content.decode()


def test_only_the_city_sees_the_way_in(people: Any, as_person: Any) -> None:
    assert PAGE in as_person(people.carol).get("/layers/").content.decode()
    assert PAGE not in as_person(people.bob).get("/layers/").content.decode()
    assert as_person(people.bob).get(PAGE).status_code == 404

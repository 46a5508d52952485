"""The page that imports a layer: secrecy must be said, classified data are refused, the rest is a version."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shoutu.platform.territory import queries
from tests.journeys.ground import fields

pytestmark = pytest.mark.django_db

PAGE = "/layers/import"


def send(client: Any, **said: str) -> Any:
    body = json.dumps(fields(4), ensure_ascii=False).encode()
    file = SimpleUploadedFile("基本农田.geojson", body, "application/geo+json")
    common = {"name": "page-made", "kind": "basic-farmland", "title": "永久基本农田", "as_of": "2025-12-31"}
    return client.post(PAGE, {**common, **said, "file": file})


def test_an_imported_file_is_a_registered_version_under_its_own_name(people: Any, as_person: Any) -> None:
    answer = send(as_person(people.carol), secrecy="internal", by="DLMC", synthetic="1")
    assert answer.status_code == 302
    (row,) = [row for row in queries.layers(people.carol) if row.name == "page-made"]
    assert (row.features, row.secrecy, row.source, row.synthetic) == (4, "internal", "基本农田.geojson", True)


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

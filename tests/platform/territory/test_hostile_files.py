"""The import page and files made to hurt: our sentence with a status of 4xx, and the next page as ever."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shoutu.platform.territory import queries
from tests.fuzz.hostile import every

pytestmark = pytest.mark.django_db

SOME = {
    "64 MiB of nothing",
    "entries that share a body",
    "a way up",
    "a link",
    "an encrypted member",
    "NUL in a name",
    "an .shp that claims 4 GiB",
    "FlatGeobuf with a head of 2 GiB",
    "entities that grow",
    "brackets 100,000 deep",
}  # fmt: skip


@pytest.mark.parametrize(("name", "data"), [one[1:] for one in every() if one[0] in SOME])
def test_the_page_says_what_is_wrong_and_goes_on(people: Any, as_person: Any, name: str, data: bytes) -> None:
    client = as_person(people.carol)
    said = {
        "name": "hostile",
        "kind": "basic-farmland",
        "title": "演示",
        "as_of": "2025-12-31",
        "secrecy": "internal",
    }
    answer = client.post("/layers/import", {**said, "file": SimpleUploadedFile(name, data)})
    assert 400 <= answer.status_code < 500
    page = answer.content.decode()
    assert name in page
    assert "Traceback" not in page
    assert client.get("/layers/").status_code == 200
    assert not [row for row in queries.layers(people.carol) if row.name == "hostile"]

"""What a layer's columns are proposed to mean, and how a version keeps it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import msgspec
import pytest

from shoutu.layers.fields import latest_day, proposed
from shoutu.layers.importing import import_layer
from shoutu.layers.meta import VersionMeta, encode
from shoutu.layers.open import meta_of
from tests.layers import made


def test_a_first_version_is_proposed_the_survey_s_names() -> None:
    assert proposed(["BSM", "dlbm", "XMMC", "变更日期"], None) == {
        "class": "dlbm",
        "name": "XMMC",
        "date": "变更日期",
    }
    assert proposed(["a", "b"], None) == {}


def test_a_later_version_is_proposed_what_the_last_one_had(tmp_path: Path) -> None:
    rows = {"DLMC": "旱地", "LB": "A", "MC": "一", "BGRQ": "20241231"}
    file = made.geojson(tmp_path / "a.geojson", (made.polygon(made.SQUARE), rows))
    done = import_layer(file, name="land", secrecy="open", home=tmp_path, by="LB", label="MC", dated="BGRQ")
    meta = meta_of(done.folder)
    assert (meta.as_of, meta.name_field, meta.date_field) == ("2024-12-31", "MC", "BGRQ")
    assert proposed(["DLMC", "LB", "MC", "BGRQ"], meta) == {"class": "LB", "name": "MC", "date": "BGRQ"}
    assert proposed(["DLMC", "MC"], meta) == {"name": "MC"}
    again = import_layer(file, name="land", secrecy="open", home=tmp_path, by="LB", label="MC", dated="BGRQ")
    assert not again.created
    other = import_layer(file, name="land", secrecy="open", home=tmp_path, by="LB", as_of="2024-12-31")
    assert other.created


@pytest.mark.parametrize(
    ("texts", "day"),
    [
        (["20241231", "2023-01-02", ""], date(2024, 12, 31)),
        (["2024年3月5日", "2024/3/4", "x", "20241399"], date(2024, 3, 5)),
        (["2024-12-31 00:00:00"], date(2024, 12, 31)),
        (["", "none", "1899"], None),
        ([], None),
    ],
)
def test_the_latest_day(texts: list[str], day: date | None) -> None:
    assert latest_day(texts) == day


def test_a_version_written_before_these_fields_keeps_its_bytes() -> None:
    """Nothing stands in the document where nothing is said, so its checksum is what it was."""
    meta = VersionMeta(
        name="a",
        version="0001-x",
        source_file="a",
        source_sha256="",
        as_of=None,
        crs="EPSG:4490",
        secrecy="open",
    ).sealed()
    document = json.loads(encode(meta))
    assert not {"reading", "name_field", "date_field"} & set(document)
    assert msgspec.json.decode(encode(meta), type=VersionMeta).sealed().checksum == meta.checksum
    assert not meta.only_for_finding

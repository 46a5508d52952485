"""`shoutu layer diff`: totals that balance, files, and faults before any work."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from shoutu.layers.importing import import_layer
from tests.cli.test_layer import call, document, home  # noqa: F401
from tests.layers import made


def square(column: int) -> dict[str, object]:
    west = 110 + column * 0.001
    ring = [[west, 40], [west + 0.001, 40], [west + 0.001, 40.001], [west, 40.001], [west, 40]]
    return made.polygon(ring)


@pytest.fixture
def two_versions(tmp_path: Path, home: Path) -> None:  # noqa: F811
    for name, classes in (("a", ["01", "03", "06"]), ("b", ["01", "06", None])):
        rows = [(square(k), {"DLBM": code}) for k, code in enumerate(classes) if code]
        file = made.geojson(tmp_path / f"{name}.geojson", *rows)
        import_layer(file, name="land", secrecy="open", home=home, by="DLBM")


def test_json_balances(two_versions: None, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(call(capsys, "diff", "land@1", "land@2", "--json")[0], "layer-diff")
    cells = {(t["from_class"], t["to_class"]): Decimal(t["area_m2"]) for t in found["totals"]}
    assert set(cells) == {("01", "01"), ("03", "06"), ("06", None)}
    for side, at in (("from", 0), ("to", 1)):
        covered = sum(area for key, area in cells.items() if key[at] is not None)
        account = found[side]
        parts = ("totals_m2", "covered_twice_m2", "rest_m2")
        assert abs(Decimal(account["totals_m2"]) - covered) <= Decimal("0.000003")
        assert abs(Decimal(account["area_m2"]) - sum(Decimal(account[p]) for p in parts)) <= Decimal(
            "0.000002"
        )
    assert (found["changes"], found["equal_features"], found["by"]) == (2, 1, "DLBM")


def test_a_file_and_words(two_versions: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = call(capsys, "diff", "land@1", "land@2", "--out", tmp_path / "changes.gpkg")
    assert "03 → 06:" in out
    assert "06 → -:" in out
    frame = gpd.read_file(tmp_path / "changes.gpkg")
    assert frame.change.to_list() == ["changed", "removed"]
    assert frame.geometry[1].equals(shapely.box(110.002, 40, 110.003, 40.001))


def test_faults_come_before_any_work(
    two_versions: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, err = call(capsys, "diff", "land@1", "land@2", "--out", tmp_path / "changes.shp", code=2)
    assert ".gpkg" in err
    _, err = call(capsys, "diff", "land@1", "land@7", code=1)
    assert "land@0001" in err
    _, err = call(capsys, "diff", "land@1", "land@2", "--by", "nothing", code=2)
    assert "DLBM" in err
    assert not list(tmp_path.glob("changes*"))

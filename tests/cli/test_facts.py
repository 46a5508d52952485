"""`shoutu facts`: each measure through the command, tables and JSON, and every refusal."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pyarrow.parquet as pq
import pytest
from pyproj import Geod

import shoutu
from shoutu.cli import main
from shoutu.layers.importing import import_layer
from tests.layers import made

GEOD = Geod(a=6378137.0, rf=298.257222101)
SCHEMA = json.loads((Path(shoutu.__file__).parent / "schemas/facts.json").read_text(encoding="utf-8"))
HEAD = ["patch", "layer", "fact", "feature", "class", "value", "unit", "word"]


@pytest.fixture
def patches(tmp_path: Path) -> Path:
    return made.geojson(
        tmp_path / "patches.geojson",
        (made.polygon(made.square(110.0, 40.0, 0.001)), {"no": "A", "low": 900, "high": 1000}),
        (None, {"no": "B", "low": None, "high": None}),
        (made.polygon(made.square(110.01, 40.0, 0.001)), {"no": "C", "low": None, "high": 800}),
    )


@pytest.fixture
def roads(tmp_path: Path) -> Path:
    line = {"type": "LineString", "coordinates": [[110.002, 39.99], [110.002, 40.01]]}
    two = {"type": "MultiPoint", "coordinates": [[110.5, 40.0], [110.0105, 40.003]]}
    return made.geojson(
        tmp_path / "roads.geojson", (line, {"name": "G65"}), (two, {"name": "嘎查"}), (None, {"name": ""})
    )


@pytest.fixture
def rights(tmp_path: Path) -> Path:
    return made.geojson(
        tmp_path / "rights.geojson",
        (made.polygon(made.square(109.9995, 40.0, 0.001)), {"no": "A", "low": 700, "high": 900}),
        (made.polygon(made.square(110.0102, 40.0, 0.002)), {"no": "C", "low": 750, "high": None}),
        (made.polygon(made.square(110.2, 40.0, 0.001)), {"no": "Z", "low": 0, "high": 1}),
    )


def ask(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> list[dict[str, Any]]:
    main(["facts", *map(str, arguments), "--json"])
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMA)
    facts: list[dict[str, Any]] = document["facts"]
    return facts


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(["facts", *map(str, arguments)])
    assert stopped.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    return printed.err


def test_the_nearest_road_or_settlement(
    capsys: pytest.CaptureFixture[str], patches: Path, roads: Path
) -> None:
    a, c = ask(
        capsys, patches, "--layer", f"r={roads}", "--by", "r=name", "--id", "no", "--measure", "distance"
    )
    assert (a["patch"], a["feature"], a["class"], a["unit"]) == ("A", 0, "G65", "m")
    assert float(a["value"]) == pytest.approx(GEOD.inv(110.001, 40.001, 110.002, 40.001)[2], abs=1e-3)
    assert (c["patch"], c["feature"], c["class"]) == ("C", 1, "嘎查")
    assert float(c["value"]) == pytest.approx(GEOD.inv(110.0105, 40.001, 110.0105, 40.003)[2], abs=1e-3)


def test_shape_and_the_ground_around(capsys: pytest.CaptureFixture[str], patches: Path) -> None:
    facts = ask(capsys, patches, "--measure", "shape", "--measure", "around:100")
    assert [fact["patch"] for fact in facts] == [0] * 8 + [2] * 8
    value = {fact["fact"]: float(fact["value"]) for fact in facts[:8]}
    assert value["compactness"] == pytest.approx(0.772, abs=0.01)
    assert value["inscribed-radius"] == pytest.approx(value["width"] / 2, rel=2e-3)
    area = value["compactness"] * value["perimeter"] ** 2 / (4 * 3.141592653589793)
    assert value["around:100"] == pytest.approx(
        area + 100 * value["perimeter"] + 3.14159265 * 100**2, rel=1e-5
    )


def test_off_site_and_within(capsys: pytest.CaptureFixture[str], patches: Path, rights: Path) -> None:
    call = (patches, "--layer", f"r={rights}", "--by", "r=no", "--id", "no")
    facts = ask(capsys, *call, "--measure", "off-site:0.1", "--measure", "r=within:50")
    value = {(fact["patch"], fact["fact"]): fact["value"] for fact in facts}
    assert float(value["A", "off-site-of-actual"]) == pytest.approx(0.5, abs=1e-6)
    assert abs(float(value["A", "excess"])) < 0.001
    assert float(value["A", "off-site-beyond-survey"]) < float(value["A", "off-site"])
    assert float(value["C", "off-site-of-approved"]) == pytest.approx(0.05, abs=1e-4)
    assert float(value["C", "excess"]) < 0 < float(value["C", "excess-of-survey"])
    assert float(value["A", "within:50"]) > float(value["A", "off-site"])
    assert "off-site-beyond-survey" not in {f["fact"] for f in ask(capsys, *call, "--measure", "off-site")}


def test_bodies_above_and_below(capsys: pytest.CaptureFixture[str], patches: Path, rights: Path) -> None:
    call = (patches, "--layer", f"r={rights}", "--by", "r=no", "--id", "no", "--measure", "vertical:low,high")
    a, gap, c = ask(capsys, *call)
    assert (a["patch"], a["class"], a["word"], gap["fact"], gap["value"]) == (
        "A",
        "A",
        "touching-above",
        "vertical-gap",
        "0.000000",
    )
    assert (c["patch"], c["feature"], c["word"]) == ("C", 1, "not-known")
    assert float(a["value"]) > 0


def test_the_tables(patches: Path, roads: Path, tmp_path: Path) -> None:
    for suffix in ("csv", "parquet", "xlsx"):
        main(
            [
                "facts",
                str(patches),
                "--layer",
                f"r={roads}",
                "--measure",
                "distance",
                "--out",
                str(tmp_path / f"t.{suffix}"),
            ]
        )
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == HEAD
    assert rows[1][:5] == ["0", "r", "distance", "0", ""]
    assert pq.read_table(tmp_path / "t.parquet").column_names == HEAD
    head, first, *_ = openpyxl.load_workbook(tmp_path / "t.xlsx").active.iter_rows(values_only=True)
    assert list(head) == HEAD
    assert first[5] == pytest.approx(float(rows[1][5]), abs=1e-6)


def test_an_imported_layer_and_one_without_features(
    capsys: pytest.CaptureFixture[str],
    patches: Path,
    rights: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("SHOUTU_HOME", str(home))
    import_layer(str(rights), name="rights", secrecy="open", home=home)
    measures = ("--measure", "distance", "--measure", "off-site:0.1", "--measure", "within:20")
    stored = ask(capsys, patches, "--layer", "x=rights", *measures)
    assert stored == ask(capsys, patches, "--layer", f"x={rights}", *measures)
    nothing = made.geojson(tmp_path / "nothing.geojson", (None, {"name": ""}))
    found = ask(capsys, patches, "--layer", f"x={nothing}", "--measure", "distance", "--measure", "within:20")
    assert [(fact["value"], fact["feature"]) for fact in found] == [(None, None), ("0.000000", None)] * 2


@pytest.mark.parametrize(
    "measure",
    [
        "far",
        "distance:3",
        "within",
        "within:0",
        "within:x",
        "within:nan",
        "around:200001",
        "vertical:low",
        "r=shape",
        "=distance",
        "off-site:-1",
    ],
)
def test_measures_that_are_none(
    capsys: pytest.CaptureFixture[str], patches: Path, roads: Path, measure: str
) -> None:
    said = refused(capsys, patches, "--layer", f"r={roads}", "--measure", measure, "--json")
    assert measure in said
    assert "off-site[:ACCURACY]" in said


def test_refusals(
    capsys: pytest.CaptureFixture[str], patches: Path, roads: Path, rights: Path, tmp_path: Path
) -> None:
    layer = ("--layer", f"r={roads}")
    assert "--out FILE, or --json" in refused(capsys, patches, "--measure", "shape")
    assert "no layer is given" in refused(capsys, patches, "--measure", "distance", "--json")
    assert "not given" in refused(capsys, patches, *layer, "--measure", "q=distance", "--json")
    assert "lines or points" in refused(capsys, patches, *layer, "--measure", "off-site", "--json")
    again = ("--layer", f"r={rights}")
    assert "given twice" in refused(capsys, patches, *layer, *again, "--measure", "distance", "--json")
    assert "--id" in refused(capsys, patches, *again, "--by", "r=no", "--measure", "off-site", "--json")
    assert "no such field" in refused(capsys, patches, *again, "--measure", "vertical:low,top", "--json")
    words = made.geojson(
        tmp_path / "w.geojson", (made.polygon(made.square(110, 40, 0.001)), {"low": "deep", "high": "9"})
    )
    said = refused(capsys, patches, "--layer", f"r={words}", "--measure", "vertical:low,high", "--json")
    assert "no number" in said
    assert "feature 0" in said
    mixed = made.geojson(
        tmp_path / "m.geojson",
        (made.polygon(made.square(110, 40, 0.001)), {}),
        ({"type": "Point", "coordinates": [110, 40]}, {}),
    )
    assert "feature 0" in refused(capsys, patches, "--layer", f"r={mixed}", "--measure", "distance", "--json")
    assert "polygon" in refused(capsys, roads, "--measure", "shape", "--json")

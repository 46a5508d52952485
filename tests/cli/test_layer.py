"""`shoutu layer`: import, list, check, and an overlay that names an imported layer."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import shoutu
from shoutu.cli import main
from shoutu.layers import build, importing
from shoutu.layers import runs as runs_module
from shoutu.layers.build import Limits
from shoutu.layers.importing import import_layer
from shoutu.layers.open import open_version
from shoutu.layers.read import read
from tests.conftest import share_compiled
from tests.layers import made

SCHEMAS = Path(shoutu.__file__).parent / "schemas"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    share_compiled(folder)
    monkeypatch.setenv("SHOUTU_HOME", str(folder))
    monkeypatch.setenv("SHOUTU_LANG", "en")
    return folder


def call(capsys: pytest.CaptureFixture[str], *arguments: str | Path, code: int = 0) -> tuple[str, str]:
    ended = 0
    try:
        main(["layer", *map(str, arguments)])
    except SystemExit as stopped:
        ended = int(str(stopped.code))
    assert ended == code
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    return printed.out, printed.err


def document(out: str, name: str) -> Any:
    found = json.loads(out)
    jsonschema.validate(found, json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8")))
    return found


@pytest.fixture
def land(tmp_path: Path) -> Path:
    tie = [[110.01, 40], [110.011, 40.001], [110.011, 40], [110.01, 40.001], [110.01, 40]]
    return made.geojson(
        tmp_path / "land.geojson",
        (made.polygon(made.SQUARE), {"name": "旱地", "code": 103}),
        (made.polygon(tie), {"name": "村庄", "code": None}),
        (None, {"name": None, "code": 1}),
    )


def test_the_same_file_twice_changes_nothing(
    tmp_path: Path, land: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = (
        "import",
        land,
        "--name",
        "土地",
        "--secrecy",
        "internal",
        "--by",
        "name",
        "--as-of",
        "2024-12-31",
    )
    first, said = call(capsys, *words)
    assert "feature 1: repaired" in said
    assert "written" in said
    before = {path: path.stat().st_mtime_ns for path in (home / "layers").rglob("*") if path.is_file()}
    second, said = call(capsys, *words)
    assert first == second
    assert "there already" in said
    assert before == {
        path: path.stat().st_mtime_ns for path in (home / "layers").rglob("*") if path.is_file()
    }
    (version,) = document(call(capsys, "list", "--json")[0], "layer-list")["layers"]
    assert version["checksum"] == first.strip()
    assert (version["features"], version["with_geometry"], version["repaired"]) == (3, 2, 1)
    assert (version["as_of"], version["secrecy"], version["class_field"]) == (
        "2024-12-31",
        "internal",
        "name",
    )
    (folder,) = (home / "layers" / "土地").iterdir()
    open_version(folder).verify()


def test_the_last_import_is_the_current_version(
    tmp_path: Path, land: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call(capsys, "import", land, "--name", "land", "--secrecy", "公开", "--as-of", "2023-12-31")
    made.geojson(land, (made.polygon(made.square(110, 40, 0.002)), {"name": "林地"}))
    call(capsys, "import", land, "--name", "land", "--secrecy", "open", "--as-of", "2024-12-31")
    listed = document(call(capsys, "list", "--json")[0], "layer-list")["layers"]
    assert [(row["version"][:4], row["as_of"]) for row in listed] == [
        ("0001", "2023-12-31"),
        ("0002", "2024-12-31"),
    ]
    patch = made.geojson(tmp_path / "p.geojson", (made.polygon(made.square(110.0012, 40.0012, 0.0005)), {}))
    out = tmp_path / "a.csv"
    main(["overlay", str(patch), "--layer", "l=land", "--by", "l=name", "--out", str(out)])
    assert "林地" in out.read_text(encoding="utf-8")
    capsys.readouterr()
    assert "0002" in call(capsys, "list")[0]


def test_an_imported_layer_gives_the_rows_that_its_file_gives(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shapefile in zone 37 under the same name as the layer: the layer wins, ./ forces the path."""
    x, y = 37_414_000.0, 4_429_000.0
    rings = [[made.square(x + 100 * n, y, 120, clockwise=True)] for n in range(5)]
    from pyproj import CRS

    made.shapefile(
        tmp_path / "land.shp", rings, {"k": [1, 2, 1, None, 2]}, prj=CRS("EPSG:4525").to_wkt("WKT1_ESRI")
    )
    monkeypatch.chdir(tmp_path)
    call(capsys, "import", "land.shp", "--name", "land.shp", "--secrecy", "open")
    patch = made.geojson(
        Path("p.geojson"),
        (made.polygon(made.square(x + 30, y + 30, 300)), {}),
        crs={"type": "name", "properties": {"name": "EPSG:4525"}},
    )
    texts = []
    for source in ("land.shp", "./land.shp"):
        for by in ([], ["--by", "l=k"]):
            main(["overlay", str(patch), "--layer", f"l={source}", *by, "--out", "a.csv"])
            texts.append(Path("a.csv").read_text(encoding="utf-8"))
    assert texts[:2] == texts[2:]
    assert len(texts[1].splitlines()) == 4
    capsys.readouterr()
    made.geojson(Path("land.shp"))  # another file under the name: only the path sees it
    main(["overlay", str(patch), "--layer", "l=land.shp", "--out", "a.csv"])
    assert Path("a.csv").read_text(encoding="utf-8") == texts[0]


def test_strict_refuses_a_version_that_was_repaired(
    tmp_path: Path, land: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call(capsys, "import", land, "--name", "land", "--secrecy", "open")
    patch = made.geojson(tmp_path / "p.geojson", (made.polygon(made.SQUARE), {}))
    with pytest.raises(SystemExit) as stopped:
        main(["overlay", str(patch), "--layer", "l=land", "--strict", "--out", str(tmp_path / "a.csv")])
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert "feature 1" in said
    assert "self-crossing" in said


def test_classified_data_are_refused_and_secrecy_has_no_default(
    tmp_path: Path, land: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for word in ("涉密", "秘密", "机密", "绝密", "secret"):
        _, said = call(capsys, "import", land, "--name", "land", "--secrecy", word, code=1)
        assert "classified data must not be imported" in said
    assert "--secrecy" in call(capsys, "import", land, "--name", "land", code=2)[1]
    assert "open or internal" in call(capsys, "import", land, "--name", "land", "--secrecy", "x", code=2)[1]
    assert not list((home / "layers").glob("*"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--name", "../x"], "cannot be a layer's name"),
        (["--name", "a/b"], "cannot be a layer's name"),
        (["--name", ""], "cannot be a layer's name"),
        (["--name", "land", "--by", "klass"], "name, code"),
        (["--name", "land", "--as-of", "2024-13-01"], "2024-13-01"),
        (["--name", "land", "--crs", "nothing"], "nothing"),
    ],
)
def test_bad_imports_leave_nothing(
    land: Path, home: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    _, said = call(capsys, "import", land, "--secrecy", "open", *options, code=2)
    assert words in said
    assert not list((home / "layers").rglob("*.json"))


@pytest.mark.parametrize("command", ["import", "check"])
def test_missing_empty_and_wrong_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (tmp_path / "empty.shp").touch()
    (tmp_path / "wrong.zip").write_bytes(b"Rar!\x1a\x07")
    more = ["--name", "x", "--secrecy", "open"] if command == "import" else []
    for name in ("missing.shp", "empty.shp", "wrong.zip"):
        out, said = call(capsys, command, tmp_path / name, *more, code=2)
        assert name in said
        assert "remedy" in said
        assert out == ""


def test_check_names_every_fault_with_its_remedy(
    tmp_path: Path, land: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _ = call(capsys, "check", land, "--json")
    found = document(out, "layer-check")
    assert found["usable"] is True
    assert [(one["feature"], one["level"], one["kind"]) for one in found["faults"]] == [
        (1, "repaired", "self-crossing"),
        (2, "notice", "null"),
    ]
    assert float(found["faults"][0]["area_change_m2"]) == pytest.approx(4739, rel=1e-3)
    assert found["counts"] == {"null": 1, "self-crossing": 1}
    text, _ = call(capsys, "check", land)
    assert "1: self-crossing" in text
    assert "2: null" in text


def test_check_of_a_file_that_cannot_be_used_exits_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = made.polygon(made.SQUARE)
    line = {"type": "LineString", "coordinates": made.SQUARE}
    file = made.geojson(tmp_path / "a.geojson", (good, {}), (line, {}), (good, {}), (line, {}))
    found = document(call(capsys, "check", file, "--json", code=1)[0], "layer-check")
    assert found["usable"] is False
    assert [(one["feature"], one["kind"]) for one in found["faults"]] == [
        (1, "unusable"),
        (2, "duplicate"),
        (3, "duplicate"),
        (3, "unusable"),
    ]


def test_check_against_a_region_says_what_overlaps_lies_open_and_lies_beyond(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    region = made.geojson(tmp_path / "r.geojson", (made.polygon(made.square(110, 40, 0.01)), {}))
    parts = [made.square(110, 40, 0.006), made.square(110.005, 40, 0.006)]
    file = made.geojson(tmp_path / "a.geojson", *((made.polygon(part), {}) for part in parts))
    call(capsys, "import", region, "--name", "banner", "--secrecy", "open")
    for source in (region, "banner"):
        out, _ = call(capsys, "check", file, "--region", source, "--covering", "--json")
        found = document(out, "layer-check")
        assert found["counts"] == {"beyond-region": 1, "gap": 1, "overlap": 1}
        assert [(one["feature"], one["other"]) for one in found["faults"]] == [
            (0, 1),
            (1, None),
            (None, None),
        ]
        assert all(float(one["area_m2"]) > 1e4 for one in found["faults"])
    text, _ = call(capsys, "check", file, "--region", region, "--covering", "--strict", code=1)
    assert "0: overlap" in text
    assert "-: gap" in text


def test_shifted_degrees_are_converted_as_named_and_say_what_they_are_good_for(
    tmp_path: Path, land: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--name", "map", "--secrecy", "open", "--crs", "gcj02"]
    _, said = call(capsys, "import", land, *words)
    assert "for finding only" in said
    home = Path(os.environ["SHOUTU_HOME"])
    (folder,) = (home / "layers" / "map").glob("0001-*")
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    assert meta["crs"] == "GCJ-02"
    assert meta["reading"] == {"operation": "GCJ-02", "swapped": False, "uncertainty_m": 10.0}
    # It lies where the shift says: some 480 m from the same numbers taken as they stand.
    call(capsys, "import", land, "--name", "plain", "--secrecy", "open")
    folders = [next((home / "layers" / name).glob("0001-*")) for name in ("map", "plain")]
    east, north = np.subtract(*(open_version(one).reference.polygons.xy.mean(axis=0) for one in folders))
    assert 300 < np.hypot(east * 85_000, north * 111_000) < 700
    main(["overlay", str(land), "--layer", "m=map", "--out", str(tmp_path / "a.csv")])
    assert "for finding only" in capsys.readouterr().err


def test_fields_of_the_last_version_are_proposed_and_not_taken(
    tmp_path: Path, land: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--name", "land", "--secrecy", "open"]
    call(capsys, "import", land, *words, "--by", "name", "--label", "name")
    _, said = call(capsys, "import", land, *words, "--as-of", "2025-01-01")
    assert "the last version had --by name --label name" in said


def test_an_empty_list_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert "layer import" in call(capsys, "list")[1]
    assert document(call(capsys, "list", "--json")[0], "layer-list")["layers"] == []


def test_strict_refuses_the_import_and_leaves_nothing(
    land: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("import", land, "--name", "land", "--secrecy", "open")
    _, said = call(capsys, *words, "--strict", code=2)
    assert "feature" in said
    assert not list((home / "layers").glob("*/0*"))
    call(capsys, *words)
    assert list((home / "layers").glob("land/0001-*"))


def test_a_file_geodatabase_is_imported_and_known_again(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.layers.test_formats import written

    database = written(tmp_path / "a.gdb", "OpenFileGDB")
    words = ("import", database, "--name", "gdb", "--secrecy", "internal", "--by", "code")
    first, said = call(capsys, *words)
    assert "written" in said
    again, said = call(capsys, *words)
    assert "there already" in said
    assert first == again
    table = next(database.glob("*.gdbtable"))
    table.write_bytes(table.read_bytes() + b"\0")
    assert "there already" not in call(capsys, *words)[1]


def test_a_stopped_import_goes_on(
    land: Path, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(import_layer.__kwdefaults__, "limits", Limits(at_once=0, window=100, block=5))
    words = ("import", land, "--name", "land", "--secrecy", "open", "--as-of", "2024-12-31")

    def stop(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    # A job that was started in the background has the signal switched off.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with monkeypatch.context() as during:
            during.setattr(build, "merge_runs", stop)
            out, said = call(capsys, *words, code=130)
    finally:
        signal.signal(signal.SIGINT, before)
    assert out == ""
    assert "the same command goes on from here" in said
    assert "prepare: 100 %" in said
    assert not any((home / "layers").glob("land/*"))
    (begun,) = (home / "layers" / ".building").iterdir()
    assert "land.geojson" in (begun / "README.txt").read_text("utf-8")
    listed = document(call(capsys, "list", "--json")[0], "layer-list")
    assert (listed["layers"], listed["unfinished"]) == ([], [begun.name])
    assert begun.name in call(capsys, "list")[1]
    runs = {path.name for path in begun.glob("run-*")}
    assert len(runs) == 2

    monkeypatch.setattr(runs_module, "make_ready", stop)
    assert "written" in call(capsys, *words)[1]
    assert not (home / "layers" / ".building").exists()
    (folder,) = (home / "layers" / "land").iterdir()
    open_version(folder).verify()


def test_what_was_begun_goes_when_the_layer_gets_another_version(
    land: Path, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("import", land, "--name", "land", "--secrecy", "open")

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as during:
        during.setattr(importing, "build_version", stop)
        call(capsys, *words, code=130)
    assert len(list((home / "layers" / ".building").iterdir())) == 1
    call(capsys, *words[:-2], "--secrecy", "internal")
    assert not (home / "layers" / ".building").exists()


def test_versions_by_day_and_number(
    tmp_path: Path, land: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sums = []
    for day, size in (("2023-12-31", 0.002), ("2024-12-31", 0.003), ("2023-12-31", 0.004)):
        made.geojson(land, (made.polygon(made.square(110, 40, size)), {"name": "林地"}))
        out, _ = call(capsys, "import", land, "--name", "land", "--secrecy", "open", "--as-of", day)
        sums.append(out.strip())
    found = {
        which: call(capsys, "export", f"land{which}", "--out", tmp_path / "out.gpkg")[0].strip()
        for which in ("", "@2023-12-31", "@2024-06-01", "@2025-01-01", "@1", "@0002", f"@{sums[0][:8]}")
    }
    assert list(found.values()) == [sums[2], sums[2], sums[2], sums[1], sums[0], sums[1], sums[0]]
    assert "0003-" in call(capsys, "export", "land@2020-01-01", "--out", tmp_path / "o.gpkg", code=1)[1]
    assert "list" in call(capsys, "export", "none", "--out", tmp_path / "o.gpkg", code=1)[1]
    assert "end the name" in call(capsys, "export", "land", "--out", tmp_path / "o.doc", code=2)[1]
    call(capsys, "export", "land@2024-12-31", "--out", tmp_path / "land.parquet")
    assert len(read(tmp_path / "land.parquet")) == 1
    patch = made.geojson(tmp_path / "p.geojson", (made.polygon(made.square(110.0022, 40.0022, 0.0005)), {}))
    out = tmp_path / "a.csv"
    for which, rows in (("@2024-12-31", 1), ("@1", 0)):
        main(["overlay", str(patch), "--layer", f"l=land{which}", "--out", str(out)])
        assert len(out.read_text(encoding="utf-8").splitlines()) == 1 + rows
    names = call(capsys, "list", "land")[0].splitlines()
    assert [line.split()[2] for line in names] == ["2023-12-31", "2024-12-31", "2023-12-31"]
    assert call(capsys, "list", "other")[0] == ""

"""`shoutu overlay` as contract 2 writes it: columns, numbers, order, names, and every refusal."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from shoutu.cli import main
from tests import oracles
from tests.layers import made

HEAD = ["patch", "layer", "class", "area_m2", "area_mu", "patch_area_m2"]


def call(capsys: pytest.CaptureFixture[str], *arguments: str | Path, code: int = 0) -> str:
    """What is printed on standard error; standard output must stay empty."""
    if code:
        with pytest.raises(SystemExit) as stopped:
            main(["overlay", *map(str, arguments)])
        assert stopped.value.code == code
    else:
        main(["overlay", *map(str, arguments)])
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    return printed.err


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def land(tmp_path: Path) -> Path:
    """Two classes side by side, one of them in two polygons that overlap, and a null class."""
    return made.geojson(
        tmp_path / "land.geojson",
        (made.polygon(made.square(110.000, 40, 0.001)), {"code": 103, "name": "旱地"}),
        (made.polygon(made.square(110.0005, 40, 0.001)), {"code": 103, "name": "旱地"}),
        (None, {"code": 1, "name": "空"}),
        (made.polygon(made.square(110.0015, 40, 0.001)), {"code": 20, "name": "=村庄"}),
        (made.polygon(made.square(110.0025, 40, 0.001)), {"code": None, "name": None}),
    )


@pytest.fixture
def patches(tmp_path: Path) -> Path:
    return made.geojson(
        tmp_path / "patches.geojson",
        (made.polygon(made.square(110.0002, 40.0002, 0.0005)), {"id": 12, "bsm": "乙"}),
        (None, {"id": 7, "bsm": "甲"}),
        (made.polygon(made.square(110.0012, 40.0002, 0.002)), {"id": 5, "bsm": "007"}),
        (made.polygon(made.square(110.2, 40.2, 0.001)), {"id": 6, "bsm": "丁"}),
    )


def box(x0: float, y0: float, x1: float, y1: float) -> float:
    import shapely

    return oracles.area(shapely.box(x0, y0, x1, y1))


def test_rows_columns_order_and_numbers(
    tmp_path: Path, land: Path, patches: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "areas.csv"
    words = call(
        capsys, patches, "--layer", f"b={land}", "--layer", f"a={land}", "--by", "b=code", "--out", out
    )
    assert "1 feature without geometry" in words
    raw = out.read_bytes()
    assert raw.startswith(b"patch,layer,class,area_m2,area_mu,patch_area_m2\n")
    found = rows(out)
    assert [(row["patch"], row["layer"], row["class"]) for row in found] == [
        ("0", "b", "103"),
        ("0", "a", ""),
        ("2", "b", ""),
        ("2", "b", "103"),
        ("2", "b", "20"),
        ("2", "a", ""),
    ]
    own = {"0": box(110.0002, 40.0002, 110.0007, 40.0007), "2": box(110.0012, 40.0002, 110.0032, 40.0022)}
    shared = [
        own["0"],  # where two polygons of the class overlap it counts once
        own["0"],
        box(110.0025, 40.0002, 110.0032, 40.001),
        box(110.0012, 40.0002, 110.0015, 40.001),
        box(110.0015, 40.0002, 110.0025, 40.001),
        box(110.0012, 40.0002, 110.0032, 40.001),
    ]
    for row, area in zip(found, shared, strict=True):
        assert float(row["area_m2"]) == pytest.approx(area, abs=oracles.allowed(area))
        assert float(row["area_mu"]) == pytest.approx(area * 15 / 10_000, abs=2e-6)
        assert float(row["patch_area_m2"]) == pytest.approx(own[row["patch"]], abs=1e-3)
        for name in HEAD[3:]:
            assert len(row[name].split(".")[1]) == 6


def test_the_three_formats_say_the_same(
    tmp_path: Path, land: Path, patches: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = (patches, "--layer", f"b={land}", "--by", "b=name", "--id", "id", "--out")
    for suffix in ("csv", "parquet", "xlsx"):
        call(capsys, *arguments, tmp_path / f"areas.{suffix}")
    listed = rows(tmp_path / "areas.csv")
    assert [(row["patch"], row["class"]) for row in listed] == [
        ("12", "旱地"),
        ("5", ""),
        ("5", "=村庄"),
        ("5", "旱地"),
    ]
    table = pq.read_table(tmp_path / "areas.parquet").to_pylist()
    sheet = openpyxl.load_workbook(tmp_path / "areas.xlsx").active
    head, *body = sheet.iter_rows()
    assert [cell.value for cell in head] == HEAD
    assert list(table[0]) == HEAD
    for row, line, cells in zip(listed, table, body, strict=True):
        assert line["patch"] == int(row["patch"]) == cells[0].value
        assert line["class"] == row["class"] == (cells[2].value or "")
        assert cells[2].data_type in ("s", "n")  # text, never a formula
        for name, cell in zip(HEAD[3:], cells[3:], strict=True):
            assert cell.data_type == "n"
            assert line[name] == pytest.approx(float(row[name]), abs=5e-7)
            assert cell.value == pytest.approx(line[name], rel=1e-15)


def test_ids_keep_their_text_and_the_order_of_the_file(
    tmp_path: Path, land: Path, patches: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "areas.csv"
    call(capsys, patches, "--layer", f"land={land}", "--id", "bsm", "--out", out)
    assert [row["patch"] for row in rows(out)] == ["乙", "007"]


def test_nothing_found_gives_the_head_alone(
    tmp_path: Path, land: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    far = made.geojson(tmp_path / "far.geojson", (made.polygon(made.square(100, 30, 0.01)), {}))
    for suffix in ("csv", "parquet", "xlsx"):
        call(capsys, far, "--layer", f"land={land}", "--out", tmp_path / f"none.{suffix}")
    assert (tmp_path / "none.csv").read_text(encoding="utf-8") == ",".join(HEAD) + "\n"
    assert pq.read_table(tmp_path / "none.parquet").num_rows == 0
    assert openpyxl.load_workbook(tmp_path / "none.xlsx").active.max_row == 1
    empty = made.geojson(tmp_path / "empty.geojson")
    call(capsys, empty, "--layer", f"land={land}", "--out", tmp_path / "none.csv")
    call(capsys, far, "--layer", f"land={empty}", "--out", tmp_path / "none.csv")
    assert rows(tmp_path / "none.csv") == []


def test_parts_of_one_patch_count_once_and_two_systems_meet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A patch of two overlapping parts in zone 37 over a layer in degrees that covers all of it."""
    x, y = 37_414_000.0, 4_429_000.0
    parts = [[made.square(x, y, 100)], [made.square(x + 50, y + 50, 100)]]
    crs = {"type": "name", "properties": {"name": "EPSG:4525"}}
    patch = made.geojson(
        tmp_path / "p.geojson", ({"type": "MultiPolygon", "coordinates": parts}, {}), crs=crs
    )
    land = made.geojson(tmp_path / "l.geojson", (made.polygon(made.square(109.9, 39.9, 0.2)), {}))
    words = call(capsys, patch, "--layer", f"l={land}", "--out", tmp_path / "a.csv")
    assert "feature 0: repaired" in words
    (row,) = rows(tmp_path / "a.csv")
    import shapely

    whole = shapely.union_all([shapely.Polygon(part[0]) for part in parts])
    area = oracles.area(oracles.on_globe(whole, "EPSG:4525"))
    assert float(row["area_m2"]) == pytest.approx(area, abs=oracles.allowed(area))
    assert float(row["patch_area_m2"]) == pytest.approx(area, abs=oracles.allowed(area))
    refused = call(capsys, patch, "--layer", f"l={land}", "--strict", "--out", tmp_path / "b.csv", code=2)
    assert "feature 0" in refused
    assert not (tmp_path / "b.csv").exists()


def test_repairs_are_reported_with_feature_and_area(
    tmp_path: Path, land: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tie = [[110, 40], [110.001, 40.001], [110.001, 40], [110, 40.001], [110, 40]]
    patch = made.geojson(tmp_path / "p.geojson", (made.polygon(made.SQUARE), {}), (made.polygon(tie), {}))
    words = call(capsys, patch, "--layer", f"l={land}", "--out", tmp_path / "a.csv")
    assert "p.geojson: feature 1: repaired, the outline crosses itself (110.0005, 40.0005)" in words
    assert "area changed by +4740" in words
    assert float(rows(tmp_path / "a.csv")[1]["area_m2"]) == pytest.approx(
        box(110, 40, 110.001, 40.001) / 2, rel=1e-6
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--layer", "l={land}", "--by", "l=klass", "--out", "a.csv"], ["klass", "code, name"]),
        (["--layer", "l={land}", "--by", "m=code", "--out", "a.csv"], ["--by", "layer m"]),
        (["--layer", "l={land}", "--id", "nr", "--out", "a.csv"], ["nr", "id, bsm"]),
        (["--layer", "l={land}", "--layer", "l={land}", "--out", "a.csv"], ["twice", "layer l"]),
        (["--layer", "l={land}", "--by", "l=code", "--by", "l=name", "--out", "a.csv"], ["twice"]),
        (["--layer", "l", "--out", "a.csv"], ["NAME=VALUE"]),
        (["--layer", "=x", "--out", "a.csv"], ["NAME=VALUE"]),
        (["--out", "a.csv"], ["--layer"]),
        (["--layer", "l={land}"], ["--out"]),
        (["--layer", "l={land}", "--out", "a.txt"], [".csv", ".txt"]),
        (["--layer", "l={land}", "--out", "no/such/a.csv"], ["folder"]),
        (["--layer", "l={land}", "--out", "a.csv", "--frobnicate"], ["frobnicate"]),
        (["--layer", "l=nowhere", "--out", "a.csv"], ["nowhere", "neither an imported layer nor a file"]),
        (["--layer", "l={png}", "--out", "a.csv"], ["PNG", "x.shp"]),
        (["--layer", "l={empty}", "--out", "a.csv"], ["0 bytes", "empty.geojson"]),
        (["--layer", "l={land}", "--crs", "EPSG:1", "--out", "a.csv"], ["EPSG:1", "CRS"]),
    ],
)
def test_bad_calls_name_what_is_wrong_and_what_to_do(
    tmp_path: Path,
    land: Path,
    patches: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    words: list[str],
) -> None:
    png, empty = tmp_path / "x.shp", tmp_path / "empty.geojson"
    png.write_bytes(b"\x89PNG\r\n\x1a\n")
    empty.touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOUTU_LANG", "en")
    filled = [argument.format(land=land, png=png, empty=empty) for argument in arguments]
    said = call(capsys, patches, *filled, code=2)
    for word in words:
        assert word in said
    assert not (tmp_path / "a.csv").exists()


def test_ids_that_are_null_or_stand_twice(
    tmp_path: Path, land: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    square = made.polygon(made.SQUARE)
    for values, words in (([1, None], "null"), ([4, 4], "twice"), (["", "a"], "null")):
        file = made.geojson(tmp_path / "p.geojson", *((square, {"id": value}) for value in values))
        said = call(capsys, file, "--layer", f"l={land}", "--id", "id", "--out", tmp_path / "a.csv", code=2)
        assert words in said
        assert "feature" in said


def test_missing_empty_and_wrong_patches(
    tmp_path: Path, land: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.shp").touch()
    (tmp_path / "wrong.gpkg").write_bytes(b"%PDF-1.7")
    old = tmp_path / "a.csv"
    old.write_text("old", encoding="utf-8")
    for name in ("missing.shp", "empty.shp", "wrong.gpkg"):
        said = call(capsys, tmp_path / name, "--layer", f"l={land}", "--out", old, code=2)
        assert name in said
        assert "remedy" in said
    assert old.read_text(encoding="utf-8") == "old"


def process(*arguments: str | Path, **more: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "shoutu.cli", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SHOUTU_LANG": "zh"},
        # What starts these tests may have had interrupts switched off, as a job in the background has.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def opened_for_reading(fifo: Path, seconds: float = 60) -> int:
    """The fifo's writing end, once somebody has opened the other; nothing is written, so they wait."""
    limit = time.monotonic() + seconds
    while True:
        try:
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            assert time.monotonic() < limit, "nobody opened the fifo"
            time.sleep(0.05)


def test_a_stop_leaves_the_old_file_and_exits_130(tmp_path: Path, land: Path) -> None:
    old, endless = tmp_path / "a.csv", tmp_path / "endless.csv"
    old.write_text("old", encoding="utf-8")
    os.mkfifo(endless)
    running = process("overlay", endless, "--layer", f"land={land}", "--out", old)
    end = opened_for_reading(endless)
    running.send_signal(signal.SIGINT)
    _, words = running.communicate(timeout=30)
    os.close(end)
    assert running.returncode == 130
    assert "Traceback" not in words
    assert old.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; from shoutu.cli import main\n"
        "try: main(['overlay', '--help'])\n"
        "finally: print(sorted({'numba', 'numpy', 'pyogrio', 'shapely', 'django'} & set(sys.modules)))"
    )
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert time.perf_counter() - began < 2  # 0.2 s alone on the machine; tests run beside others
    assert done.stdout.endswith("[]\n")
    assert "FILE|layername=NAME" in done.stdout

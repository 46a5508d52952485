"""`shoutu detect` as a process: exit codes, words, files whole or not there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyogrio
import pytest
import rasterio
from affine import Affine

from shoutu.cli import main
from tests.imagery.made import TRANSFORM, altered, ground, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    before = ground(80, 80, 3).astype(np.uint8)
    after, _ = altered(before, (slice(20, 40), slice(30, 50)))
    write(tmp_path / "before.tif", before)
    write(tmp_path / "after.tif", after)
    return tmp_path


class Ran(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def shoutu(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """The command in this process, for speed; what concerns a process as such starts one."""
    monkeypatch.chdir(folder)

    def run(*words: str, language: str = "en") -> Ran:
        monkeypatch.setenv("SHOUTU_LANG", language)
        try:
            main(["detect", *words])
            code = 0
        except SystemExit as done:
            code = int(done.code or 0)
        return Ran(code, *capsys.readouterr())

    return run


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_it_writes_both_outputs_and_prints_nothing_on_standard_output(
    folder: Path, shoutu: Callable[..., Ran]
) -> None:
    ran = shoutu("before.tif", "after.tif", "--out", "p.gpkg", "--score", "s.tif")
    assert (ran.returncode, ran.stdout) == (0, "")
    assert "1 suspected patches" in ran.stderr
    assert pyogrio.read_info(folder / "p.gpkg", layer="patches")["features"] == 1
    with rasterio.open(folder / "s.tif") as score:
        assert score.shape == (80, 80)
    assert names(folder) == {"before.tif", "after.tif", "p.gpkg", "s.tif"}


def test_no_change_is_an_empty_layer_and_success(folder: Path, shoutu: Callable[..., Ran]) -> None:
    ran = shoutu("before.tif", "before.tif", "--out", "p.gpkg", language="zh")
    assert ran.returncode == 0
    assert "疑似变化图斑 0 个" in ran.stderr
    assert pyogrio.read_info(folder / "p.gpkg", layer="patches")["features"] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("before.tif", "missing.tif", "--out", "p.gpkg"), "missing.tif"),
        (("before.tif", "two.tif", "--out", "p.gpkg"), "3 → 2"),
        (("before.tif", "far.tif", "--out", "p.gpkg"), "in common"),
        (("before.tif", "bare.tif", "--out", "p.gpkg"), "no usable CRS"),
        (("before.tif", "old.tif", "--out", "p.gpkg"), "Beijing 1954"),
        (("before.tif", "after.tif", "--out", "p.shp"), ".gpkg"),
        (("before.tif", "after.tif", "--out", "no/p.gpkg"), "does not exist"),
        (("before.tif", "after.tif", "--out", "p.gpkg", "--score", "after.tif"), "overwrite an input"),
        (("before.tif", "after.tif", "--out", "p.gpkg", "--mask", "after.tif"), "one band"),
        (("before.tif", "after.tif", "--out", "p.gpkg", "--min-area", "-1"), "--min-area"),
        (("before.tif", "after.tif", "--out", "p.gpkg", "--min-area", "nan"), "--min-area"),
        (("before.tif", "after.tif"), "--out"),
        (("before.tif", "--out", "p.gpkg"), "AFTER"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(
    folder: Path, shoutu: Callable[..., Ran], words: tuple[str, ...], said: str
) -> None:
    values = ground(80, 80, 3).astype(np.uint8)
    write(folder / "two.tif", values[:2])
    write(folder / "far.tif", values, transform=TRANSFORM @ Affine.translation(500, 0))
    write(folder / "bare.tif", values, crs=None)
    write(folder / "old.tif", values, crs="EPSG:2412")
    (folder / "p.gpkg").write_bytes(b"as it was")
    held = names(folder)
    ran = shoutu(*words)
    assert ran.returncode == 2
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert names(folder) == held
    assert (folder / "p.gpkg").read_bytes() == b"as it was"


def test_stopped_by_the_user(folder: Path) -> None:
    large = ground(1500, 1500, 6).astype(np.uint8)
    write(folder / "x.tif", large)
    write(folder / "y.tif", np.roll(large, 1, axis=2))
    held = names(folder)
    code = "import sys; from shoutu.cli import main; main(sys.argv[1:])"
    child = subprocess.Popen(
        [sys.executable, "-c", code, "detect", "x.tif", "y.tif", "--out", "p.gpkg"],
        cwd=folder, stderr=subprocess.PIPE, text=True, env=os.environ | {"SHOUTU_LANG": "en"},
        # What starts these tests may have had interrupts switched off, as a job in the background has.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert child.stderr is not None
    assert "registering" in child.stderr.readline()
    time.sleep(0.2)
    child.send_signal(signal.SIGINT)
    assert child.wait(timeout=60) == 130
    assert names(folder) == held


def test_help_is_whole_and_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from shoutu.cli import main\n"
        "try:\n    main(['detect', '--help'])\n"
        "finally:\n    assert not {'numba', 'rasterio', 'scipy', 'numpy', 'pyproj'} & set(sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    for option in ("--out", "--mask", "--score", "--min-area"):
        assert option in ran.stdout

"""What counts as an empty directory, and that a sample never appears half."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from shoutu.cli.demo import built, is_empty


def demo(home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SHOUTU_HOME": str(home), "SHOUTU_LANG": "en"}
    return subprocess.run(
        [sys.executable, "-m", "shoutu.cli", "demo"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_caches_do_not_make_a_directory_occupied(tmp_path: Path) -> None:
    assert is_empty(tmp_path / "absent")
    (tmp_path / "caches" / "numba").mkdir(parents=True)
    (tmp_path / "caches" / "numba" / "index").write_text("x")
    (tmp_path / "layers").mkdir()
    assert is_empty(tmp_path)
    (tmp_path / "layers" / "mine").write_text("x")
    assert not is_empty(tmp_path)


def test_a_directory_with_anything_else_is_refused_and_kept(tmp_path: Path) -> None:
    kept = tmp_path / "home" / "letter.txt"
    kept.parent.mkdir()
    kept.write_text("mine")
    done = demo(kept.parent)
    assert (done.returncode, kept.read_text()) == (1, "mine")
    assert "not empty" in done.stderr
    assert str(kept.parent) in done.stderr


def test_a_built_sample_is_known_by_its_announced_password(tmp_path: Path) -> None:
    assert not built(tmp_path)
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "sample-password").write_text("x")
    assert built(tmp_path)

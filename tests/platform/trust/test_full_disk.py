"""T3 in its short form: on a full disk every step says so, changes nothing, and goes on afterwards."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def can_mount() -> bool:
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    probe = ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not can_mount(), reason="a file system of a few megabytes needs root and unshare")
def test_a_full_disk_is_told_and_loses_nothing(installation, tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    words = ["-m", "tests.platform.trust.full_disk", installation.home, folder]
    done = subprocess.run(
        ["unshare", "-m", sys.executable, *map(str, words)],
        cwd=ROOT,
        env=installation.environment,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["done"] == 16
    assert found["state"], "the month brought its measures"
    # On PostgreSQL only what keeps a file needs this disk.
    on_disk = {"attach", "publish"} if installation.address else {"attach", "issue", "publish", "report"}
    assert on_disk <= set(found["kinds"]), found
    english, chinese = found["messages"]
    assert str(folder / "home") in english
    assert "磁盘已满" in chinese

"""An import that is killed, in its short form: a fixed seed, every tenth numbered step."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_old_version_or_the_new_and_no_litter() -> None:
    words = [sys.executable, "-m", "tests.layers.crashes", "10", "4", "20240023"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["missed"] == []
    assert found["steps"] >= 5
    assert found["old"] > 0
    assert found["resumed"] > 0

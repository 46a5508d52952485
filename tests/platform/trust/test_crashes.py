"""T1 in its short form: fixed seed, a hundred kills, and every numbered crash point of an act."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SEED = 20240023


def crash(installation, kills, seed=SEED, timeout=280):
    done = subprocess.run(
        [sys.executable, "-m", "tests.platform.trust.crashes", str(kills), str(seed)],
        cwd=ROOT,
        env=installation.environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(installation):
    found = crash(installation, 100)
    print(found)
    assert found["lost"] == []
    assert found["doubled"] == []
    assert found["kills"] == 100 + found["steps"]
    assert found["steps"] >= 8
    assert found["acknowledged"] > 0

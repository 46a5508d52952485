"""10,000,000 polygons of 45 vertices become a version in less than 4 GiB of memory.

The source is made first and not counted. `shoutu layer import` runs as a user runs it, the process
that reads included; peak memory is the kernel's count of each process (VmHWM, mapped pages too).
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks._parcels import write_source
from shoutu.layers.importing import current
from shoutu.layers.open import open_version
from shoutu.layers.query import features_in

BOUND = 4 << 30


@dataclass
class Watch:
    """What one import took. peaks: bytes of each process, by its name; steps: seconds until each began."""

    peaks: dict[str, int] = field(default_factory=dict)
    disk: int = 0
    steps: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0


def run(arguments: argparse.Namespace) -> str:
    millions = float(os.environ.get("SHOUTU_BENCH_MILLIONS", "0.1" if arguments.small else "10"))
    columns = 2500
    rows = max(int(millions * 1e6) // columns, 1)
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        source = Path(folder) / "parcels.parquet"
        write_source(source, columns, rows)
        home = Path(folder) / "home"
        small = Path(folder) / "small.parquet"
        write_source(small, 50, 110)
        _import(small, home, "small")  # compiles
        watch = _import(source, home, "parcels")
        found = current("parcels", home)
        assert found is not None
        start = time.perf_counter()
        version = open_version(found)
        inside = len(features_in(version, (109.0, 37.7, 109.01, 37.71)))
        opened = time.perf_counter() - start
        size = sum(path.stat().st_size for path in found.iterdir())
        meta = version.meta
    assert meta.features == columns * rows
    peak = max(watch.peaks.values())
    lines = [
        f"{meta.features:,} polygons, {len(version.reference.polygons.xy):,} vertices, "
        f"{meta.overlapping:,} of them overlap another; source {source.name} "
        f"read, repaired, ordered, joined with itself and written in {watch.seconds:,.0f} s",
        "",
        "| | |\n|---|---|",
        *(f"| peak memory, {name} | {bytes_ / 2**30:.2f} GiB |" for name, bytes_ in watch.peaks.items()),
        f"| bound | {BOUND / 2**30:.0f} GiB: {'held' if peak < BOUND else '**missed**'} |",
        f"| most disk in use meanwhile | {watch.disk / 2**30:.1f} GiB |",
        f"| the version | {size / 2**30:.1f} GiB |",
        *(f"| until {step} began | {seconds:,.0f} s |" for step, seconds in watch.steps.items()),
        f"| open, and the {inside} features of a square of 1 km | {opened * 1e3:.1f} ms |",
    ]
    return "\n".join(lines)


def _import(source: Path, home: Path, name: str) -> Watch:
    watch, ended = Watch(), threading.Event()
    words = [sys.executable, "-c", "from shoutu.cli import main; main()", "layer", "import", str(source)]
    words += ["--name", name, "--secrecy", "open", "--by", "DLBM", "--as-of", "2024-12-31"]
    start = time.perf_counter()
    child = subprocess.Popen(
        words, env={**os.environ, "SHOUTU_HOME": str(home)}, stderr=subprocess.PIPE, text=True
    )
    watcher = threading.Thread(target=_watch, args=(child.pid, home, watch, ended))
    watcher.start()
    assert child.stderr is not None
    for line in child.stderr:
        step = line.split(":")[0]
        watch.steps.setdefault(step, time.perf_counter() - start)
        print(f"{time.perf_counter() - start:8.0f} s  {line}", end="", file=sys.stderr, flush=True)
    assert child.wait() == 0
    watch.seconds = time.perf_counter() - start
    watch.steps = {step: at for step, at in watch.steps.items() if re.fullmatch("[a-z]+", step)}
    ended.set()
    watcher.join()
    return watch


def _watch(pid: int, home: Path, watch: Watch, ended: threading.Event) -> None:
    rounds = 0
    while not ended.wait(0.2):
        for name, process in (("the importer", pid), *(("the reader", one) for one in _children(pid))):
            watch.peaks[name] = max(watch.peaks.get(name, 0), _peak(process))
        rounds += 1
        if rounds % 25 == 1:
            watch.disk = max(watch.disk, sum(_size(path) for path in (home / "layers").rglob("*")))


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return [int(one) for one in path.read_text().split()]
    except OSError:
        return []


def _peak(pid: int) -> int:
    try:
        found = re.search(r"VmHWM:\s*(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found.group(1)) * 1024 if found else 0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0

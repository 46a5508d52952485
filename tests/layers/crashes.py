"""An import is killed at every file it touches, and at random; then the next start is looked at.

    python -m tests.layers.crashes EVERY KILLS SEED

Run as a process of its own, since it forks. The child kills itself before its N-th step on the data
directory (a file opened, renamed or removed, a folder made or removed, a lock taken, a file mapped), for
every EVERY-th N until it comes through; or the parent kills it after some milliseconds, KILLS times. After
each kill

- the old version is whole and current, or the new one is;
- the same import again ends in the new version, byte for byte as one that was never killed;
- nothing else is left in the folder of layers.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from shoutu.layers.build import Limits
from shoutu.layers.importing import current, every_version, import_layer
from shoutu.layers.open import open_version
from shoutu.testing.parcels import CLASSES, make_parcels
from tests.layers.made import geojson, polygon

LIMITS = Limits(at_once=0, window=20_000, block=1500)
NAME = "land"
BOX = (109.0, 39.0, 109.02, 39.016)
_STEPS = {
    "open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree", "fcntl.flock", "mmap.__new__",
}  # fmt: skip


@dataclass
class Tally:
    """`missed` must be empty."""

    kills: int = 0
    steps: int = 0
    old: int = 0
    new: int = 0
    resumed: int = 0
    missed: list[str] = field(default_factory=list)


class Ground:
    """A data directory with an old version, a file for a new one, and what that one must be."""

    def __init__(self, folder: Path) -> None:
        self.home, self.source = folder / "home", folder / "new.geojson"
        self.layers = self.home / "layers"
        write_parcels(folder / "old.geojson", 5)
        write_parcels(self.source, 9)
        self.old = self.run(folder / "old.geojson").meta.checksum
        self.before = tree(self.layers)
        self.new = self.run(self.source).meta.checksum
        self.after = tree(self.layers)
        self.back()

    def run(self, source: Path) -> Any:
        return import_layer(
            source, name=NAME, secrecy="open", home=self.home, by="DLBM", as_of="2024-12-31", limits=LIMITS
        )

    def back(self) -> None:
        """To the old version alone."""
        for folder in (self.layers / NAME).glob("0002-*"):
            shutil.rmtree(folder)
        shutil.rmtree(self.layers / ".building", ignore_errors=True)
        assert tree(self.layers) == self.before

    def look(self, tally: Tally, step: str) -> None:
        folder = current(NAME, self.home)
        assert folder is not None
        version = open_version(folder)
        version.verify()
        tally.old += version.meta.checksum == self.old
        tally.new += version.meta.checksum == self.new
        if version.meta.checksum not in (self.old, self.new) or len(every_version(self.home)) > 2:
            tally.missed.append(f"{step}: {version.meta.version}")
        tally.resumed += any(self.layers.glob(".building/*/run-*"))
        self.run(self.source)
        if (found := tree(self.layers)) != self.after:
            tally.missed.append(f"{step}: {sorted(set(found) ^ set(self.after))}")
        self.back()


def write_parcels(path: Path, side: int) -> None:
    parcels = make_parcels(side, side, BOX, detail=4, enlarged=0.2, seed=side)
    rings = np.split(parcels.rings.xy, parcels.rings.starts[1:-1])
    geojson(
        path,
        *(
            (polygon(ring.tolist()), {"DLBM": CLASSES[code]})
            for ring, code in zip(rings, parcels.codes, strict=True)
        ),
    )


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


def child(ground: Ground, kill_at: int | None) -> None:
    """Never returns."""
    count, inside = 0, str(ground.home)

    def hook(event: str, args: tuple[object, ...]) -> None:
        nonlocal count
        if event in _STEPS and (event in ("fcntl.flock", "mmap.__new__") or inside in str(args[0])):
            count += 1
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    if kill_at is not None:
        sys.addaudithook(hook)
    ground.run(ground.source)
    os._exit(0)


def spawn(ground: Ground, kill_at: int | None = None) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            child(ground, kill_at)
        finally:
            os._exit(70)
    return pid


def at_steps(ground: Ground, every: int, tally: Tally) -> None:
    step = 1
    while True:
        _, status = os.waitpid(spawn(ground, step), 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0, status
            ground.back()
            return
        ground.look(tally, f"step {step}")
        tally.kills += 1
        tally.steps += 1
        step += every


def at_random(ground: Ground, kills: int, seed: int, tally: Tally) -> None:
    dice = random.Random(seed)
    start = time.monotonic()
    os.waitpid(spawn(ground), 0)
    whole = time.monotonic() - start
    ground.back()
    for number in range(kills):
        pid = spawn(ground)
        time.sleep(dice.uniform(0, whole))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        ground.look(tally, f"random {number}")
        tally.kills += 1


def main() -> None:
    every, kills, seed = map(int, sys.argv[1:4])
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground(Path(folder))
        at_steps(ground, every, tally)
        at_random(ground, kills, seed, tally)
    print(json.dumps(vars(tally)))


if __name__ == "__main__":
    main()

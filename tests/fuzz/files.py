"""`python -m tests.fuzz.files COUNT SEED [STATE]`: mutated files through GDAL in the sandbox; prints JSON.

Each file goes the whole way of an import up to polygons ready for the kernel: `layers.read.read`, whose
child is forked from a loaded one (`zygote`), then `ground_of` in this process. It is
read, or refused with a BadInput that names the file and a remedy; every other end is a fault.
"""

from __future__ import annotations

import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from shoutu.errors import BadInput, Where
from shoutu.layers import sandbox
from shoutu.layers.read import read
from shoutu.overlay.sources import ground_of
from tests.fuzz.mutate import mutated
from tests.fuzz.seeds import Seed, every
from tests.fuzz.zygote import ANSWER, NOISE, OTHER

ROOT = Path(__file__).resolve().parent.parent.parent
CHUNK = 100
LIMITS = sandbox.Limits()
EARLY = "the file cannot be read: its parser ended early"


@dataclass
class Tally:
    """What became of a seed's cases. `early`: ends that the child had no words for, by their last line."""

    cases: int = 0
    read: int = 0
    refused: int = 0
    early: dict[str, int] = field(default_factory=dict)
    slowest_s: float = 0.0
    slowest_cpu_s: float = 0.0
    peak_mib: int = 0
    faults: list[str] = field(default_factory=list)
    fault_count: int = 0


class Pool:
    """Loaded children by the kinds that they can read."""

    def __init__(self) -> None:
        self._children: dict[frozenset[str], subprocess.Popen[str]] = {}
        self.last: dict[str, Any] = {}
        self.kinds: frozenset[str] = frozenset()

    def ask(self, request: dict[str, Any], limits: sandbox.Limits, where: Where) -> dict[str, Any]:
        """In the place of `sandbox._ask`."""
        self.last = self._send(self.kinds, request)
        folder = Path(request["folder"])
        if self.last["code"] == OTHER:
            kinds = frozenset(json.loads((folder / ANSWER).read_text()))
            for part in folder.iterdir():
                _remove(part)
            self.last = self._send(kinds, request)
        if self.last["late"]:
            raise sandbox._too_long(limits, where)
        if self.last["code"] != 0:
            raise sandbox._died(self.last["code"], (folder / NOISE).read_bytes(), limits, where)
        answer: dict[str, Any] = json.loads((folder / ANSWER).read_text(encoding="utf-8"))
        if "error" in answer:
            raise sandbox._error(answer["error"], where)
        return answer

    def _send(self, kinds: frozenset[str], request: dict[str, Any]) -> dict[str, Any]:
        child = self._children.get(kinds)
        if child is None or child.poll() is not None:
            child = self._children[kinds] = subprocess.Popen(
                [sys.executable, "-m", "tests.fuzz.zygote", ",".join(sorted(kinds))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=ROOT,
                env=sandbox._ENVIRONMENT | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
                text=True,
            )
            assert child.stdout is not None
            child.stdout.readline()
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps(request) + "\n")
        child.stdin.flush()
        answer: dict[str, Any] = json.loads(child.stdout.readline())
        return answer

    def close(self) -> None:
        for child in self._children.values():
            assert child.stdin is not None
            child.stdin.close()
            child.wait()


def _remove(path: Path) -> None:
    if path.is_dir():
        for part in path.iterdir():
            _remove(part)
        path.rmdir()
    else:
        path.unlink()


@contextmanager
def pool() -> Iterator[Pool]:
    """The sandbox's children come from a pool for the time of the block."""
    made = Pool()
    try:
        with mock.patch.object(sandbox, "_ask", made.ask):
            yield made
    finally:
        made.close()


def case(seed: Seed, number: int, begin: int) -> dict[str, bytes]:
    """The parts of a case: one of the seed's parts mutated, or the archive that they lie in."""
    chance = random.Random(f"{begin} {seed.name} {number}")
    parts = dict(seed.parts)
    if seed.archive is None:
        name = chance.choice(list(parts))
        return parts | {name: mutated(chance, parts[name], list(parts.values()))}
    inside = chance.random() < 0.6
    if inside:
        name = chance.choice(list(parts))
        parts[name] = mutated(chance, parts[name], list(parts.values()))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content)
    whole = file.getvalue()
    return {seed.archive: whole if inside else mutated(chance, whole, [whole])}


def run_case(
    seed: Seed, parts: dict[str, bytes], folder: Path, tally: Tally, workers: Pool, crs: str | None
) -> None:
    """Write the parts, read them, and count what became of them."""
    for name, content in parts.items():
        (folder / name).write_bytes(content)
    main = folder / (seed.archive or seed.main)
    workers.kinds, workers.last = seed.kinds, {}
    begun = time.monotonic()
    try:
        features = read(main, crs=crs)
        ground_of("fuzz", features, False)
        tally.read += 1
    except BadInput as error:
        _count_refusal(error, main, tally)
    except Exception as error:  # every other end is a fault, whatever it is
        last = traceback.extract_tb(error.__traceback__)[-1]
        raise _FaultError(
            f"{type(error).__name__} {error} ({Path(last.filename).name}:{last.lineno})"
        ) from error
    finally:
        tally.cases += 1
        tally.slowest_s = max(tally.slowest_s, time.monotonic() - begun)
        tally.slowest_cpu_s = max(tally.slowest_cpu_s, workers.last.get("cpu", 0.0))
        tally.peak_mib = max(tally.peak_mib, workers.last.get("peak", 0) >> 20)
        for part in folder.iterdir():
            _remove(part)


class _FaultError(Exception):
    pass


def _count_refusal(error: BadInput, main: Path, tally: Tally) -> None:
    tally.refused += 1
    if main.name not in (error.where.file or "") or error.remedy is None or not error.what.zh:
        raise _FaultError(f"no file or no remedy in: {error.diagnostics('en')}") from error
    if error.what.en == EARLY:
        found = str(error.found)
        tally.early[found[:120]] = tally.early.get(found[:120], 0) + 1


def plan(count: int) -> list[tuple[Seed, int, int]]:
    """(seed, first number, cases) of each chunk, the seeds in turn."""
    seeds = every()
    shares = sum(seed.share for seed in seeds)
    left = {seed.name: -(-count * seed.share // shares) for seed in seeds}
    out: list[tuple[Seed, int, int]] = []
    first = 0
    while any(left.values()):
        for seed in seeds:
            if size := min(CHUNK, left[seed.name]):
                out.append((seed, first, size))
                left[seed.name] -= size
        first += CHUNK
    return out


def fuzz(
    count: int, begin: int, state: Path | None = None, said: Callable[[str], object] = lambda _: None
) -> dict[str, Tally]:
    """All of `count` cases, going on from `state` where it is there; a tally for each seed."""
    done: dict[str, Any] = json.loads(state.read_text()) if state is not None and state.exists() else {}
    tallies = {name: Tally(**one) for name, one in done.get("tallies", {}).items()}
    steps = plan(count)
    with tempfile.TemporaryDirectory(prefix="shoutu-fuzz-") as name, pool() as workers:
        for index in range(done.get("steps", 0), len(steps)):
            seed, first, size = steps[index]
            tally = tallies.setdefault(seed.name, Tally())
            for number in range(first, first + size):
                try:
                    crs = "EPSG:4525" if number % 2 else None
                    run_case(seed, case(seed, number, begin), Path(name), tally, workers, crs)
                except _FaultError as fault:
                    tally.fault_count += 1
                    tally.faults = [*tally.faults, f"{seed.name} case {number}: {fault}"[:500]][:5]
            if state is not None:
                kept = {"steps": index + 1, "tallies": {n: asdict(t) for n, t in tallies.items()}}
                state.write_text(json.dumps(kept, ensure_ascii=False))
            said(f"{index + 1}/{len(steps)} {seed.name}")
    return tallies


def main() -> int:
    count, begin = int(sys.argv[1]), int(sys.argv[2])
    state = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    tallies = fuzz(count, begin, state, lambda text: print(text, file=sys.stderr, flush=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = {"peak_mib": peak >> 10, "tallies": {name: asdict(tally) for name, tally in tallies.items()}}
    print(json.dumps(found, ensure_ascii=False, indent=1))
    early = sum((Counter(tally.early) for tally in tallies.values()), Counter[str]())
    print(early.most_common(20), file=sys.stderr)
    return 1 if any(tally.fault_count for tally in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

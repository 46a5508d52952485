"""`python -m tests.fuzz.parsers COUNT SEED [STATE]`: mutations into the parsers that we wrote; prints JSON.

Work goes in chunks, each with a generator of its own, so a run that was stopped goes on from STATE and
any case is made again from (seed, target, chunk, number). A case may take two seconds of processor time
and what memory the process is allowed.
"""

from __future__ import annotations

import json
import random
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.fuzz.mutate import mutated
from tests.fuzz.targets import TOLD, Target, every

CHUNK = 2500
SECONDS = 2.0
"""Processor time that one case may take."""
MEMORY = 2 << 30
"""Address space beyond what the process has when it begins."""


class TooLong(BaseException):
    """Raised by the alarm; no parser catches it."""


@dataclass
class Tally:
    """What became of a target's cases. `faults`: cases that broke out, at most five kept."""

    cases: int = 0
    read: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    slowest_s: float = 0.0
    faults: list[str] = field(default_factory=list)
    fault_count: int = 0


def case(target: Target, seed: int, chunk: int, number: int) -> bytes:
    """The bytes of one case, again."""
    return mutated(_chance(target, seed, chunk, number), _chosen(target, seed, chunk, number), target.seeds)


def _chance(target: Target, seed: int, chunk: int, number: int) -> random.Random:
    return random.Random(f"{seed} {target.name} {chunk} {number}")


def _chosen(target: Target, seed: int, chunk: int, number: int) -> bytes:
    return target.seeds[(chunk * CHUNK + number + seed) % len(target.seeds)]


def run_chunk(target: Target, seed: int, chunk: int, count: int, folder: Path) -> Tally:
    """`count` cases of one chunk."""
    tally, refused = Tally(), Counter[str]()
    for whole in target.seeds:  # what is compiled or loaded on first use is no case's own time
        with suppress(*TOLD):
            target.run(whole, folder)
    for number in range(count):
        data = case(target, seed, chunk, number)
        begun = time.thread_time()
        try:
            with alarm():
                target.run(data, folder)
            tally.read += 1
        except TOLD as error:
            refused[error.what.en[:60]] += 1
        except (Exception, TooLong) as error:  # noqa: BLE001 (every other end is a fault, whatever it is)
            tally.fault_count += 1
            if len(tally.faults) < 5:
                last = traceback.extract_tb(error.__traceback__)[-1]
                place = f"{Path(last.filename).name}:{last.lineno}"
                tally.faults.append(
                    f"{target.name} chunk {chunk} case {number}: {type(error).__name__} {error} ({place})"[
                        :400
                    ]
                )
        tally.cases += 1
        tally.slowest_s = max(tally.slowest_s, time.thread_time() - begun)
    tally.refused = dict(refused)
    return tally


@contextmanager
def alarm() -> Iterator[None]:
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


@contextmanager
def confined() -> Iterator[None]:
    """The alarm's handler and a ceiling on memory, for the time of the block."""

    def rang(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, rang)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)
        signal.signal(signal.SIGVTALRM, before)


def plan(count: int) -> list[tuple[Target, int, int]]:
    """(target, chunk, cases): `count` cases in all, by the targets' shares, the targets in turn."""
    targets = every()
    shares = sum(target.share for target in targets)
    left = {target.name: -(-count * target.share // shares) for target in targets}
    out: list[tuple[Target, int, int]] = []
    chunk = 0
    while any(left.values()):
        for target in targets:
            if size := min(CHUNK, left[target.name]):
                out.append((target, chunk, size))
                left[target.name] -= size
        chunk += 1
    return out


def fuzz(
    count: int, seed: int, state: Path | None = None, said: Callable[[str], object] = lambda _: None
) -> dict[str, Tally]:
    """All of `count` cases, going on from `state` where it is there; a tally for each target."""
    done: dict[str, Any] = json.loads(state.read_text()) if state is not None and state.exists() else {}
    tallies = {name: Tally(**one) for name, one in done.get("tallies", {}).items()}
    steps = plan(count)
    shm = Path("/dev/shm")
    with TemporaryDirectory(dir=shm if shm.is_dir() else None) as name, confined():
        for index in range(done.get("steps", 0), len(steps)):
            target, chunk, size = steps[index]
            _add(tallies.setdefault(target.name, Tally()), run_chunk(target, seed, chunk, size, Path(name)))
            if state is not None:
                kept = {"steps": index + 1, "tallies": {n: asdict(t) for n, t in tallies.items()}}
                state.write_text(json.dumps(kept, ensure_ascii=False))
            said(f"{index + 1}/{len(steps)} {target.name}")
    return tallies


def _add(whole: Tally, part: Tally) -> None:
    whole.cases += part.cases
    whole.read += part.read
    whole.refused = dict(Counter(whole.refused) + Counter(part.refused))
    whole.slowest_s = max(whole.slowest_s, part.slowest_s)
    whole.faults = (whole.faults + part.faults)[:5]
    whole.fault_count += part.fault_count


def main() -> int:
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    state = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    tallies = fuzz(count, seed, state, lambda text: print(text, file=sys.stderr, flush=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = {"peak_mib": peak >> 10, "tallies": {name: asdict(tally) for name, tally in tallies.items()}}
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 1 if any(tally.fault_count for tally in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

"""Our own threads over slices of a job: compiled kernels release the GIL, so two cores do twice the work."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import TypeVar

import numpy as np

from shoutu.errors import Stopped, Text
from shoutu.geometry.rings import Ints

Result = TypeVar("Result")
SLICES = 16


def sliced(count: int, slices: int = SLICES) -> list[Ints]:
    """0..count − 1 in at most `slices` runs."""
    return [part for part in np.array_split(np.arange(count), max(1, min(slices, count))) if len(part)]


def run_threads(
    jobs: Sequence[Callable[[], Result]],
    threads: int,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> list[Result]:
    """The jobs' results in their order. Stopped when `should_stop` says so between two jobs."""

    def guarded(job: Callable[[], Result]) -> Result:
        if should_stop is not None and should_stop():
            raise Stopped(Text("已按要求停止", "stopped as asked"))
        return job()

    if threads <= 1 or len(jobs) <= 1:
        results = []
        for done, job in enumerate(jobs, start=1):
            results.append(guarded(job))
            if progress is not None:
                progress(done, len(jobs))
        return results
    with ThreadPoolExecutor(threads) as pool:
        futures = [pool.submit(guarded, job) for job in jobs]
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                future.result()
                if progress is not None:
                    progress(done, len(jobs))
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return [future.result() for future in futures]


def in_order(jobs: Iterable[Callable[[], Result]], threads: int) -> Iterator[Result]:
    """The jobs' results in their order, no more than `threads` of them begun and not yet handed over.

    The first job that fails is the one whose error comes out, whichever of two ended sooner.
    """
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for job in jobs:
            if len(waiting) == threads:
                yield waiting.popleft().result()
            waiting.append(pool.submit(job))
        while waiting:
            yield waiting.popleft().result()

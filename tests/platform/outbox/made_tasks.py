"""Made tasks for the tests of the worker."""

from __future__ import annotations

import time
from pathlib import Path

from django_tasks import task

from shoutu.platform.outbox import jobs


@task
def count(upto: int, log: str, pause: float = 0.0) -> int:
    """Write each number once, keeping the place; the log shows what was done twice."""
    first = jobs.kept() or 0
    for n in range(first, upto):
        jobs.stop_if_asked()
        with Path(log).open("a", encoding="ascii") as file:
            file.write(f"{n}\n")
        jobs.keep(n + 1)
        jobs.report(n + 1, upto, f"number {n}")
        time.sleep(pause)
    return upto


@task
def fail() -> None:
    raise ValueError("made to fail")

"""Jobs: started by a page or command, run by a worker, watched and stopped from outside.

A task is a function under `django_tasks.task`. While it runs it calls `report` and `should_stop`,
and may `keep` a point from which it goes on after a crash or a restart; it must be safe to run
again from that point, since a worker may die between the work and the keeping.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from shoutu import clocks
from shoutu.errors import NotFound, Refused, Stopped, Text
from shoutu.platform.doors import Actor, may, stem
from shoutu.platform.outbox.models import Progress

_job: ContextVar[str | None] = ContextVar("shoutu_job", default=None)
_worker_stops: ContextVar[Callable[[], bool]] = ContextVar("shoutu_worker_stops", default=lambda: False)

STATES = {"READY": "waiting", "RUNNING": "running", "SUCCESSFUL": "done", "FAILED": "failed"}


@dataclass(frozen=True)
class Job:
    """How a job stands. state: waiting, running, done, failed, stopped; total 0 while unknown."""

    id: str
    title: str
    region: str
    state: str
    done: int
    total: int
    note: str
    stop_requested: bool
    moved_at: datetime
    result: Any
    fault: str


def start(task: Any, *, actor: Actor, title: str, **arguments: Any) -> str:
    """Queue a task in the same transaction as whatever else is written; returns the job's id."""
    now = clocks.now()
    with transaction.atomic():
        queued = task.enqueue(**arguments)
        job = str(queued.id)
        Progress.objects.create(
            job=job,
            title=title,
            region=actor.region,
            started_by=actor.person,
            created_at=now,
            moved_at=now,
        )
    return job


def progress(job: str) -> Job:
    """NotFound where there is no such job."""
    row = Progress.objects.filter(job=job).first()
    queued = None if row is None else DBTaskResult.objects.filter(id=job).first()
    if row is None or queued is None:
        raise NotFound(Text("没有这个任务。", "There is no such job."), found=job)
    return _job_of(row, queued)


def recent(actor: Actor | None, limit: int = 50) -> list[Job]:
    """The newest jobs that the actor may see: the city's all, others their own."""
    if actor is None:
        return []
    rows = Progress.objects.order_by("-created_at")
    if may(actor, "see.jobs", actor.region):
        rows = rows.filter(region__startswith=stem(actor.region))
    else:
        rows = rows.filter(started_by=actor.person)
    listed = list(rows[:limit])
    queued = {str(row.id): row for row in DBTaskResult.objects.filter(id__in=[row.job for row in listed])}
    return [_job_of(row, queued[row.job]) for row in listed if row.job in queued]


def request_stop(actor: Actor, job: str) -> None:
    """Ask a job to stop at its next safe place. Its starter may, and who may see all jobs."""
    row = Progress.objects.filter(job=job).first()
    if row is None:
        raise NotFound(Text("没有这个任务。", "There is no such job."), found=job)
    if row.started_by != actor.person and not may(actor, "see.jobs", row.region):
        raise Refused(
            Text("只有发起人能停止。", "Only its starter may stop it."),
            remedy=Text("请发起人停止。", "Ask its starter."),
        )
    Progress.objects.filter(job=job).update(stop_requested=True, moved_at=clocks.now())


@contextmanager
def running(job: str, worker_stops: Callable[[], bool]) -> Iterator[None]:
    """For the worker: in this block the functions below speak of this job."""
    tokens = _job.set(job), _worker_stops.set(worker_stops)
    try:
        yield
    finally:
        _job.reset(tokens[0])
        _worker_stops.reset(tokens[1])


def report(done: int, total: int, note: str = "") -> None:
    """From within a task: how far it is. Outside a job it does nothing, so that commands share the code."""
    if (job := _job.get()) is not None:
        Progress.objects.filter(job=job).update(
            done=done, total=total, note=note[:200], moved_at=clocks.now()
        )


def should_stop() -> bool:
    """From within a task, between two steps: whether somebody asked it to stop or the worker goes."""
    job = _job.get()
    if job is None:
        return False
    return _worker_stops.get()() or Progress.objects.filter(job=job, stop_requested=True).exists()


def stop_if_asked() -> None:
    """`should_stop`, as Stopped."""
    if should_stop():
        raise Stopped(Text("已停止；做完的部分保留。", "Stopped; what was finished is kept."))


def keep(point: Any) -> None:
    """From within a task: where to go on, as JSON. Call it in the transaction of the step it names."""
    if (job := _job.get()) is not None:
        Progress.objects.filter(job=job).update(point=point, moved_at=clocks.now())


def kept() -> Any:
    """From within a task: the point kept by an earlier run of this job, None on the first."""
    row = Progress.objects.filter(job=_job.get()).first()
    return None if row is None else row.point


def _job_of(row: Progress, queued: DBTaskResult[Any, Any]) -> Job:
    state = STATES[queued.status]
    if state == "failed" and queued.exception_class_path == "shoutu.errors.Stopped":
        state = "stopped"
    return Job(
        id=row.job,
        title=row.title,
        region=row.region,
        state=state,
        done=row.done,
        total=row.total,
        note=row.note,
        stop_requested=row.stop_requested,
        moved_at=row.moved_at,
        result=queued.return_value,
        fault=queued.traceback.strip().rpartition("\n")[2] if state == "failed" else "",
    )

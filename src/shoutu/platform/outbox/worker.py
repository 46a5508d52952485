"""The worker: runs queued tasks, shows that it lives, takes over from those that died.

django-tasks-db leaves a task RUNNING for ever when its worker is killed. So each worker writes a
heartbeat, and gives the tasks of silent workers back to the queue; a task then goes on from the
point that it kept. A task whose workers died five times is given up.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from shoutu import clocks
from shoutu.errors import Stopped
from shoutu.platform.ids import new_id
from shoutu.platform.outbox import delivery, jobs
from shoutu.platform.outbox.models import Heartbeat, Progress

BEAT = 5.0
SILENT_AFTER = timedelta(seconds=30)
MOST_DEATHS = 5

log = logging.getLogger("shoutu.worker")


class JobWorker(Worker):
    """One process, one task at a time."""

    def __init__(self, *, once: bool = False, interval: float = 1.0) -> None:
        super().__init__(
            queue_names=["default"],
            interval=interval,
            batch=once,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=new_id(),
            excluded_queue_names=[],
        )
        self.silence = threading.Event()

    def work(self) -> None:
        """Run until a signal, or until the queue is empty when made with `once`."""
        beat(self.worker_id)
        reap()
        pulse = threading.Thread(target=self._pulse, name="pulse", daemon=True)
        pulse.start()
        try:
            self.run()
        finally:
            self.silence.set()
            pulse.join(BEAT)
            Heartbeat.objects.filter(worker=self.worker_id).delete()

    def run_task(self, db_task_result: DBTaskResult[Any, Any]) -> None:
        with jobs.running(str(db_task_result.id), lambda: not self.running):
            super().run_task(db_task_result)
        self._give_back(db_task_result)

    def _give_back(self, queued: DBTaskResult[Any, Any]) -> None:
        """A task that stopped because this worker goes is not failed: the next worker goes on."""
        if self.running or queued.exception_class_path != f"{Stopped.__module__}.{Stopped.__qualname__}":
            return
        if not Progress.objects.filter(job=str(queued.id), stop_requested=True).exists():
            DBTaskResult.objects.filter(id=queued.id, status="FAILED").update(
                status="READY", finished_at=None, exception_class_path="", traceback=""
            )

    def _pulse(self) -> None:
        while not self.silence.wait(BEAT):
            for duty in (lambda: beat(self.worker_id), reap, delivery.deliver_due):
                attempt(duty)
        connection.close()


def attempt(duty: Callable[[], object]) -> None:
    """A duty of the pulse. SQLite may be busy with a long act: the next beat tries again."""
    try:
        duty()
    except OperationalError as error:
        log.warning("the database was busy: %s", error)


def beat(worker: str) -> None:
    Heartbeat.objects.update_or_create(
        worker=worker,
        defaults={"host": socket.gethostname(), "process": os.getpid(), "beat_at": clocks.now()},
    )


def reap() -> int:
    """Give the running tasks of silent workers back to the queue; returns how many."""
    alive = {row.worker for row in Heartbeat.objects.all() if not _is_silent(row)}
    orphans = [
        row
        for row in DBTaskResult.objects.filter(status="RUNNING")
        if row.worker_ids and row.worker_ids[-1] not in alive
    ]
    Heartbeat.objects.filter(beat_at__lt=clocks.now() - 10 * SILENT_AFTER).delete()
    return _return(orphans)


def _is_silent(row: Heartbeat) -> bool:
    """No beat for long, or on this machine and its process is gone."""
    if clocks.now() - row.beat_at > SILENT_AFTER:
        return True
    return row.host == socket.gethostname() and not _lives(row.process)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _return(orphans: Iterable[DBTaskResult[Any, Any]]) -> int:
    returned = 0
    for row in orphans:
        running = DBTaskResult.objects.filter(id=row.id, status="RUNNING", worker_ids=row.worker_ids)
        if len(row.worker_ids) >= MOST_DEATHS:
            fault = f"given up: its worker died {MOST_DEATHS} times"
            running.update(status="FAILED", finished_at=clocks.now(), traceback=fault)
        else:
            returned += running.update(status="READY", started_at=None)
    return returned

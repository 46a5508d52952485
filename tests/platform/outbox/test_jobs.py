"""Jobs: progress, stop, and going on after a worker was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from shoutu import clocks
from shoutu.errors import NotFound, Refused
from shoutu.platform.outbox import jobs
from shoutu.platform.outbox.models import Heartbeat, Progress
from shoutu.platform.outbox.worker import MOST_DEATHS, JobWorker, reap
from tests.platform.outbox import made_tasks

ROOT = Path(__file__).resolve().parents[3]


def run_queue():
    JobWorker(once=True, interval=0.01).run()


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


def test_a_job_reports_and_ends(committed_people, log):
    job = jobs.start(made_tasks.count, actor=committed_people.carol, title="计数", upto=5, log=str(log))
    assert jobs.progress(job).state == "waiting"
    run_queue()
    done = jobs.progress(job)
    assert (done.state, done.done, done.total, done.result) == ("done", 5, 5, 5)
    assert log.read_text() == "0\n1\n2\n3\n4\n"


def test_a_failure_says_why(committed_people):
    job = jobs.start(made_tasks.fail, actor=committed_people.carol, title="失败")
    run_queue()
    assert (jobs.progress(job).state, jobs.progress(job).fault) == ("failed", "ValueError: made to fail")


def test_a_rolled_back_start_leaves_no_job(committed_people, log):
    with transaction.atomic():
        jobs.start(made_tasks.count, actor=committed_people.carol, title="计数", upto=1, log=str(log))
        transaction.set_rollback(True)
    assert not DBTaskResult.objects.exists()
    assert not Progress.objects.exists()


def test_a_stopped_job_keeps_what_it_did(committed_people, log):
    people = committed_people
    job = jobs.start(made_tasks.count, actor=people.alice, title="计数", upto=5, log=str(log))
    with pytest.raises(Refused):
        jobs.request_stop(people.frank, job)
    jobs.request_stop(people.alice, job)
    run_queue()
    assert jobs.progress(job).state == "stopped"
    assert not log.exists()


def test_who_sees_which_jobs(committed_people, log):
    people = committed_people
    job = jobs.start(made_tasks.count, actor=people.alice, title="计数", upto=1, log=str(log))
    seen = {
        who: [row.id for row in jobs.recent(getattr(people, who))]
        for who in ("alice", "carol", "frank", "nobody")
    }
    assert seen == {"alice": [job], "carol": [job], "frank": [], "nobody": []}
    with pytest.raises(NotFound):
        jobs.progress("00000000-0000-0000-0000-000000000000")


def orphan(job, workers):
    DBTaskResult.objects.filter(id=job).update(status="RUNNING", worker_ids=workers)


def test_tasks_of_silent_workers_return_to_the_queue(committed_people, log):
    job = jobs.start(made_tasks.count, actor=committed_people.carol, title="计数", upto=2, log=str(log))
    orphan(job, ["dead"])
    Heartbeat.objects.create(worker="dead", host="elsewhere", process=1, beat_at=clocks.now())
    assert reap() == 0
    with clocks.stopped_at(clocks.now() + timedelta(seconds=31)):
        assert reap() == 1
    assert jobs.progress(job).state == "waiting"


def test_a_task_that_kills_its_workers_is_given_up(committed_people, log):
    job = jobs.start(made_tasks.count, actor=committed_people.carol, title="计数", upto=2, log=str(log))
    orphan(job, ["w"] * MOST_DEATHS)
    assert reap() == 0
    assert jobs.progress(job).state == "failed"


def worker_process(*words):
    """A worker of its own on the test database."""
    settings = connection.settings_dict
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from shoutu.platform import setup; setup.load()\n"
        "from django.db import connection\n"
        "connection.settings_dict['NAME'] = sys.argv[2]\n"
        "from shoutu.platform.outbox.worker import JobWorker\n"
        "worker = JobWorker(interval=0.05); worker.configure_signals(); worker.work()\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(ROOT), str(settings["NAME"])], env=dict(os.environ)
    )


def wait_for(condition, seconds=60):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.05)


def test_a_killed_worker_costs_at_most_one_step_and_a_stopped_one_none(committed_people, log):
    job = jobs.start(
        made_tasks.count, actor=committed_people.carol, title="计数", upto=60, log=str(log), pause=0.05
    )
    for end in (signal.SIGKILL, signal.SIGTERM):
        before = jobs.progress(job).done
        process = worker_process()
        wait_for(lambda before=before: jobs.progress(job).done >= before + 5)
        process.send_signal(end)
        process.wait(60)
        state = jobs.progress(job).state
        assert state == ("running" if end == signal.SIGKILL else "waiting")
    last = worker_process()
    wait_for(lambda: jobs.progress(job).state == "done")
    last.terminate()
    last.wait(60)
    lines = [int(line) for line in log.read_text().split()]
    assert sorted(set(lines)) == list(range(60))
    assert len(lines) <= 61
    assert len(DBTaskResult.objects.get(id=job).worker_ids) == 3

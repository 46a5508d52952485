"""T1 and T4 on a whole month, in short form: killed, and failed, at its numbered points."""

from __future__ import annotations

import errno
import functools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from shoutu.platform.home import home
from shoutu.platform.ledger.verify import verify
from shoutu.platform.space import NoSpace
from tests.platform.trust import story
from tests.scale import LONG

ROOT = Path(__file__).resolve().parents[3]
SEED = 20240023
KILLS = 25
CALLS = ("open", "fsync", "link", "replace", "rename", "mkdir", "sendfile", "write")
ACTS = {"publish", "attach", "report", "review", "city-review", "group", "announce", "issue"}


def test_a_month_killed_throughout_comes_to_the_same(installation):
    done = subprocess.run(
        [sys.executable, "-m", "tests.platform.trust.months", "short", str(KILLS), str(SEED)],
        cwd=ROOT,
        env=installation.environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    print(f"counted: {found['kills']} kills in {found['months']} months")
    assert found["missed"] == []
    assert found["kills"] == KILLS
    assert found["numbered"] >= 16
    assert found["old"]
    assert found["new"]
    assert set(found["by_kind"]) == ACTS


@pytest.fixture
def month(committed_people, monkeypatch):
    """A month that is about to begin."""
    monkeypatch.setattr(story.drafts, "open_source", story.drafts.open_source)
    story.read_once()
    story.lay_ground()
    # What another test kept would not be written again.
    shutil.rmtree(home() / "evidence")
    (home() / "evidence").mkdir(mode=0o700)


def fails(step, fault) -> int:
    """Do the step with its call 1, 2, … failing until none does; old or new each time. How many failed."""
    for number in range(1, 200):
        before = story.state()
        with fault(number) as happened:
            try:
                step.do()
            except (OperationalError, OSError, NoSpace):
                assert happened, f"{step.name} failed by itself"
        now = story.state()
        if now != before:
            assert len(now["ledger_entry"]) == len(before["ledger_entry"]) + 1, f"{step.name}, call {number}"
            step.do()
            assert story.state() == now, f"{step.name} was doubled"
        assert not story.rows_without_file()
        if not happened:
            return number - 1
    raise AssertionError(f"{step.name} never went through")


class EachStatement:
    """The statement of this number is refused by the database."""

    def __init__(self, number):
        self.left, self.happened = number, []

    def __enter__(self):
        self.wrapper = connection.execute_wrapper(self.refuse)
        self.wrapper.__enter__()
        return self.happened

    def __exit__(self, *error):
        return self.wrapper.__exit__(*error)

    def refuse(self, execute, sql, params, many, context):
        self.left -= 1
        if self.left == 0:
            self.happened.append(sql)
            raise OperationalError("made to fail")
        return execute(sql, params, many, context)


class EachCall:
    """The call of this number to any of the functions that write files finds no space."""

    def __init__(self, number):
        self.left, self.happened = number, []

    def __enter__(self):
        self.patch = pytest.MonkeyPatch()
        for name in CALLS:
            self.patch.setattr(os, name, functools.partial(self.refuse, getattr(os, name)))
        return self.happened

    def __exit__(self, *error):
        self.patch.undo()

    def refuse(self, real, *args, **given):
        self.left -= 1
        if self.left == 0:
            self.happened.append(real)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*args, **given)


def test_every_statement_of_every_step_fails_in_turn(month):
    failed = {}
    for step in story.steps():
        if LONG or step.kind not in failed:
            failed[step.kind] = failed.get(step.kind, 0) + fails(step, EachStatement)
        else:
            step.do()
    print(f"counted: statements made to fail: {failed}")
    assert set(failed) == ACTS
    assert all(count >= 8 for count in failed.values()), failed
    assert story.outcome()["measures"]
    verify()


def test_every_call_for_a_file_fails_in_turn(month):
    failed = {}
    for step in story.steps():
        if step.keeps or step.kind == "publish":
            failed[step.kind] = failed.get(step.kind, 0) + fails(step, EachCall)
        else:
            step.do()
    print(f"counted: calls for files made to fail: {failed}")
    assert failed["publish"] >= 2
    assert failed["attach"] >= 6 * 5
    verify()

"""T1 on a whole month: publish, attach, report, review, group, announce and issue, killed throughout.

    python -m tests.platform.trust.months short|long|postmaster KILLS SEED

Run as a process of its own on an installation made for it, since it forks. The numbered points of a
step are each statement that it sends, each call that makes a file lasting, the moment before the
commit and the moment after it, before anybody is told. `long` kills at every one of them, `short` at
a seeded sample. Then it is killed at random moments, KILLS times in `long`, until there are KILLS in
`short`; `postmaster` kills the database server itself instead of its client. After every kill:

- the database's own check is content and the ledger verifies
- the rows are those before the step, or those after it: one entry more, all of it there
- no row lacks its file; a file without a row is what `doctor` lists
- the step done again goes through, and changes nothing where it had gone through already

At the end of a month it must have come to the same as an undisturbed one.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.compiled import share_compiled
from tests.platform.trust.crashes import sound
from tests.postgres import Cluster

SHORT_POINTS = range(1, 25)
AFTER_COMMIT = -1
LASTING = ("fsync", "link", "replace", "rename")


@dataclass
class Tally:
    """What a run found; `missed` must be empty."""

    kills: int = 0
    numbered: int = 0
    old: int = 0
    new: int = 0
    acknowledged: int = 0
    orphans: int = 0
    months: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)


@dataclass
class Run:
    """One run of the harness: where the first state is kept and how to get back to it."""

    tally: Tally
    dice: random.Random
    reset: Callable[[], None]
    expected: dict[str, Any] = field(default_factory=dict)
    cluster: Cluster | None = None
    orphans: set[str] = field(default_factory=set)


def spawn(step: Any, kill_at: int | None) -> tuple[int, int]:
    """Fork a child that does the step; (pid, the pipe on which it says that it is done)."""
    from django.db import connection

    connection.close()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        code = 70
        try:
            if kill_at is not None:
                number_points(kill_at)
            index = step.do()
            os.write(writing, f"{index}\n".encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    return pid, reading


def number_points(kill_at: int) -> None:
    """In the child: die at the point of this number."""
    from django.db import connection

    count = itertools.count(1)

    def point(*, last: bool = False) -> None:
        if next(count) == kill_at or (last and kill_at == AFTER_COMMIT):
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        point()
        return execute(sql, params, many, context)

    def before(call: Callable[..., Any], *, after: bool = False) -> Callable[..., Any]:
        def numbered(*args: Any, **given: Any) -> Any:
            point()
            result = call(*args, **given)
            if after:
                point(last=True)
            return result

        return numbered

    connection.ensure_connection()
    connection.execute_wrappers.append(statement)
    connection.commit = before(connection.commit, after=True)
    for name in LASTING:
        setattr(os, name, before(getattr(os, name)))


def heard(reading: int) -> bool:
    """Whether the child said that the step was done, before it died."""
    with os.fdopen(reading, "rb") as pipe:
        return pipe.read().endswith(b"\n")


def settle() -> None:
    """Wait until the server has noticed that its client is dead: until then its commit may be under way."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        for _ in range(2000):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.005)
    raise AssertionError("the killed client's session never ended")


def examine(run: Run, step: Any, before: dict[str, list[str]], told: bool) -> None:
    """After a kill: old or new, whole, and doing it again goes on. Leaves the step done or not as found."""
    from tests.platform.trust import story

    settle()
    sound()
    tally, now = run.tally, story.state()
    tally.acknowledged += told
    if now == before:
        tally.old += 1
        if told:
            tally.missed.append(f"{step.name}: acknowledged and lost")
    else:
        tally.new += 1
        if len(now["ledger_entry"]) != len(before["ledger_entry"]) + 1:
            tally.missed.append(f"{step.name}: neither old nor new")
    if story.rows_without_file():
        tally.missed.append(f"{step.name}: a row without its file")
    if orphans := set(story.files_without_row()) - run.orphans:
        run.orphans |= orphans
        tally.orphans += len(orphans)
        if tally.orphans == 1 and not listed_by_doctor(orphans):
            tally.missed.append(f"{step.name}: doctor does not list {orphans}")
    if now != before:
        step.do()
        if story.state() != now:
            tally.missed.append(f"{step.name}: done again, it changed something")


def listed_by_doctor(orphans: set[str]) -> bool:
    from shoutu.platform.upkeep import doctor

    found = next(finding for finding in doctor.examine() if finding.check == "orphans")
    return found.state == "warn" and found.detail.en.startswith(f"{len(orphans)} files")


def points(run: Run, step: Any, mode: str) -> Iterator[int]:
    if mode == "short":
        yield run.dice.choice(SHORT_POINTS)
        if step.kind in ("report", "city-review", "issue"):
            yield AFTER_COMMIT
    else:
        yield from itertools.count(1)


def numbered_month(run: Run, mode: str) -> None:
    """Each step killed at its numbered points, then done."""
    from tests.platform.trust import story

    run.reset()
    for step in story.steps():
        before = story.state()
        for point in points(run, step, mode):
            pid, reading = spawn(step, point)
            told = heard(reading)
            _, status = os.waitpid(pid, 0)
            if os.WIFEXITED(status):
                if os.WEXITSTATUS(status):
                    run.tally.missed.append(f"{step.name}: the child failed at point {point}")
                break
            run.tally.numbered += 1
            count(run, step)
            examine(run, step, before, told)
            if story.state() != before:
                break
        step.do()
        settle()
    finish(run)


def count(run: Run, step: Any) -> None:
    run.tally.kills += 1
    run.tally.by_kind[step.kind] += 1


def random_month(run: Run, usual: dict[str, float], kills: int) -> None:
    """Each step killed at random moments of its usual time until it has gone through by itself."""
    from tests.platform.trust import story

    run.reset()
    for step in story.steps():
        before = story.state()
        while run.tally.kills < kills:
            pid, reading = spawn(step, None)
            time.sleep(run.dice.uniform(0, 1.5 * usual[step.name]))
            if run.cluster is not None:
                fell(run.cluster)
            os.kill(pid, signal.SIGKILL)
            told = heard(reading)
            os.waitpid(pid, 0)
            if run.cluster is not None:
                run.cluster.start()
            count(run, step)
            examine(run, step, before, told)
            if story.state() != before:
                break
        step.do()
        settle()
    finish(run)


def fell(cluster: Cluster) -> None:
    """SIGKILL the server and wait until all its processes are gone: a start while one lives is refused.

    Where nobody reaps the dead, as in many containers, the server's number still looks taken; so its
    locks go once nothing works in its folder any more.
    """
    os.kill(cluster.postmaster(), signal.SIGKILL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if not any(works_in(cluster.data, process) for process in Path("/proc").glob("[0-9]*")):
            for lock in (cluster.data / "postmaster.pid", *cluster.folder.glob(".s.PGSQL.*")):
                lock.unlink(missing_ok=True)
            return
        time.sleep(0.02)
    raise AssertionError("a process of the killed server lives on")


def works_in(folder: Path, process: Path) -> bool:
    with contextlib.suppress(OSError):
        return (process / "cwd").resolve() == folder
    return False


def finish(run: Run) -> None:
    from tests.platform.trust import story

    sound()
    run.tally.months += 1
    if (found := story.outcome()) != run.expected:
        wrong = [name for name in found if found[name] != run.expected[name]]
        run.tally.missed.append(f"a disturbed month came to something else: {wrong}")


def undisturbed(run: Run) -> dict[str, float]:
    """The month that the others are compared with, and how long a child takes for each step."""
    from tests.platform.trust import story

    usual = {}
    for step in story.steps():
        start = time.monotonic()
        pid, reading = spawn(step, None)
        told = heard(reading)
        os.waitpid(pid, 0)
        usual[step.name] = time.monotonic() - start
        assert told, f"{step.name} does not go through undisturbed"
    run.expected = story.outcome()
    assert run.expected["measures"], "the month brings no measure"
    return usual


def resetter() -> Callable[[], None]:
    """Keep the database as it is now; the function returned puts it back. Evidence goes, too."""
    from django.conf import settings
    from django.db import connection

    from shoutu.platform.home import home

    database = connection.vendor == "sqlite" and Path(settings.HOME) / "records.sqlite3"
    connection.close()
    if database:
        kept = shutil.copyfile(database, home() / "first.sqlite3")
    else:
        first = in_maintenance('CREATE DATABASE "{name}_first" TEMPLATE "{name}"')
        assert first

    def back() -> None:
        connection.close()
        shutil.rmtree(home() / "evidence")
        (home() / "evidence").mkdir(mode=0o700)
        if database:
            for suffix in ("-wal", "-shm"):
                Path(f"{database}{suffix}").unlink(missing_ok=True)
            shutil.copyfile(kept, database)
        else:
            in_maintenance('DROP DATABASE "{name}" WITH (FORCE)')
            in_maintenance('CREATE DATABASE "{name}" TEMPLATE "{name}_first"')

    return back


def in_maintenance(statement: str) -> bool:
    import psycopg

    base, _, name = os.environ["SHOUTU_DATABASE"].rpartition("/")
    with psycopg.connect(f"{base}/template1", autocommit=True) as server:
        server.execute(statement.format(name=name))
    return True


def play(mode: str, kills: int, seed: int, cluster: Cluster | None) -> Tally:
    from tests.platform.trust import story

    run = Run(Tally(), random.Random(seed), lambda: None, cluster=cluster)
    story.read_once()
    story.lay_ground()
    run.reset = resetter()
    usual = undisturbed(run)
    if mode != "postmaster":
        numbered_month(run, mode)
    if mode == "long":
        kills += run.tally.numbered
    while run.tally.kills < kills:
        random_month(run, usual, kills)
    return run.tally


@contextlib.contextmanager
def own_installation() -> Iterator[Cluster]:
    """A PostgreSQL with fsync on and a data directory, both of this run alone."""
    folder = Path(tempfile.mkdtemp(prefix="shoutu-trust-"))
    cluster = Cluster(durable=True)
    cluster.start()
    cluster.create("trust")
    share_compiled(folder / "home")
    os.environ |= {"SHOUTU_HOME": str(folder / "home"), "SHOUTU_DATABASE": cluster.address("trust")}
    try:
        yield cluster
    finally:
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    mode, kills, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with own_installation() if mode == "postmaster" else contextlib.nullcontext() as cluster:
        from shoutu.platform import setup

        setup.load()
        if mode == "postmaster":
            from tests.platform.planting import plant_people

            setup.migrate()
            plant_people()
        tally = play(mode, kills, seed, cluster)
    print(json.dumps(vars(tally)))


if __name__ == "__main__":
    main()

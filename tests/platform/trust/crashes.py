"""T1: a process that writes through the real services is killed, again and again.

Run as a process of its own on an installation made for it, since it forks: Django is loaded once
and each child is a fork without connections. The children keep an evidence file and perform an act
with a request key, and say so on a pipe only once the act has returned. The parent kills, then asks:

- is every act that was acknowledged there, with its file?
- does the request that was in flight, sent again, give one row and one entry?
- is the ledger whole, and the database sound?

`at random` kills after some milliseconds; `at step N` kills the child before its N-th statement, for
every N until the act passes: the numbered crash points.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import signal
import sys
import time
from dataclasses import dataclass, field

ROLE, REGION = "officer", "150627"


@dataclass
class Tally:
    """What a run found. `lost` and `doubled` must be 0."""

    kills: int = 0
    acknowledged: int = 0
    unacknowledged_yet_there: int = 0
    steps: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)


def write_one(name: str) -> int:
    """File first, act after, as every service does. Returns the index of the entry."""
    from shoutu.platform import doors
    from shoutu.platform.accounts.inputs import NewPost
    from shoutu.platform.accounts.services.terms import create_post
    from shoutu.platform.acts import Once

    sam = doors.Actor("personsam0000000", "termsam000000000", doors.Role.SYSTEM_ADMIN, "150600")
    keep_file(name)
    data = NewPost(title=name, unit="演示", role=doors.Role(ROLE), region=REGION)
    once = Once("crash", name, hashlib.sha256(name.encode()).hexdigest())
    return create_post(sam, data, once=once).receipt.leaf_index


def keep_file(name: str) -> None:
    from shoutu.platform.enforcement.evidence import keep
    from shoutu.platform.home import home

    upload = home() / "uploads" / f"{name}.pdf"
    upload.write_bytes(content(name))
    keep(upload, name=upload.name)
    upload.unlink()


def content(name: str) -> bytes:
    return b"%PDF-1.7\n% made " + name.encode() + b"\n%%EOF\n"


def child(out: int, prefix: str, kill_at: int | None) -> None:
    """Never returns."""
    from django.db import connection

    if kill_at is not None:
        count = 0

        def kill(execute, sql, params, many, context):
            nonlocal count
            count += 1
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, params, many, context)

        connection.ensure_connection()
        connection.execute_wrappers.append(kill)
    number = 0
    while True:
        index = write_one(f"{prefix}-{number}")
        os.write(out, f"{prefix}-{number} {index}\n".encode())
        number += 1
        if kill_at is not None:
            os._exit(0)


def spawn(prefix: str, kill_at: int | None = None) -> tuple[int, int]:
    from django.db import connection

    connection.close()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            child(writing, prefix, kill_at)
        finally:
            os._exit(70)
    os.close(writing)
    return pid, reading


def wait_for_acts(reading: int, wanted: int) -> bytes:
    """What the child said until it had finished `wanted` acts. Time alone would depend on the machine."""
    said = b""
    while said.count(b"\n") < wanted:
        block = os.read(reading, 4096)
        assert block, "the child ended by itself"
        said += block
    return said


def acknowledged(reading: int, said: bytes = b"") -> list[tuple[str, int]]:
    with os.fdopen(reading, "rb") as pipe:
        lines = (said + pipe.read()).decode().split("\n")[:-1]
    return [(line.split()[0], int(line.split()[1])) for line in lines]


def after(tally: Tally, prefix: str, done: list[tuple[str, int]]) -> None:
    """Compare what was acknowledged with what is there, then send the request in flight again."""
    from shoutu.platform.accounts.models import Post
    from shoutu.platform.home import home
    from shoutu.platform.ledger.models import Entry, RequestKey

    tally.acknowledged += len(done)
    for name, index in done:
        digest = hashlib.sha256(content(name)).hexdigest()
        file = home() / "evidence" / digest[:2] / digest
        whole = file.is_file() and file.read_bytes() == content(name)
        if not (
            whole and Post.objects.filter(title=name).exists() and Entry.objects.filter(index=index).exists()
        ):
            tally.lost.append(name)
    inflight = f"{prefix}-{len(done)}"
    standing = RequestKey.objects.filter(caller="crash", key=inflight).first()
    tally.unacknowledged_yet_there += standing is not None
    index = write_one(inflight)
    same = standing is None or standing.entry_id == index
    if not same or Post.objects.filter(title=inflight).count() != 1:
        tally.doubled.append(inflight)


def at_random(kills: int, seed: int, tally: Tally) -> None:
    dice = random.Random(seed)
    for number in range(kills):
        pid, reading = spawn(f"r{number}")
        said = wait_for_acts(reading, dice.randrange(4))
        time.sleep(dice.uniform(0, 0.03))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        after(tally, f"r{number}", acknowledged(reading, said))
        tally.kills += 1
        if number % 50 == 49:
            sound()


def at_steps(tally: Tally) -> None:
    step = 0
    while True:
        step += 1
        pid, reading = spawn(f"s{step}", step)
        _, status = os.waitpid(pid, 0)
        done = acknowledged(reading)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0, status
            break
        after(tally, f"s{step}", done)
        tally.kills += 1
        tally.steps += 1
    sound()


def sound() -> None:
    """The ledger verifies and the database's own check is content."""
    from django.db import connection

    from shoutu.platform.ledger.verify import verify

    verify()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchone() == ("ok",)


def main() -> None:
    kills, seed = int(sys.argv[1]), int(sys.argv[2])
    from shoutu.platform import setup

    setup.load()
    tally = Tally()
    at_steps(tally)
    at_random(kills, seed, tally)
    sound()
    with contextlib.suppress(BrokenPipeError):
        print(json.dumps(vars(tally)))


if __name__ == "__main__":
    main()

"""`python -m tests.trust` (make trust): the long proofs. Prints one table and writes docs/measured/trust.md.

Each row is a proof of research that `make test` runs short with a fixed seed. SHOUTU_TRUST_SCALE
(default 1) multiplies the work; the exit code is 1 on a miss.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

from tests.compiled import share_compiled
from tests.postgres import Cluster
from tests.scale import SCALE

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "measured" / "trust.md"
SEED = 20240023


@dataclass(frozen=True)
class Row:
    """One proof: what was done, in figures, and whether it held."""

    test: str
    database: str
    done: str
    held: bool
    seconds: float


@contextmanager
def installation(cluster: Cluster | None) -> Iterator[dict[str, str]]:
    """The environment of a migrated installation with the made people, removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix="shoutu-trust-"))
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SHOUTU_", "DJANGO_"))}
    share_compiled(home / "home")
    environment = {**kept, "SHOUTU_HOME": str(home / "home")}
    if cluster is not None:
        cluster.create("trust")
        environment["SHOUTU_DATABASE"] = cluster.address("trust")
    sow = (
        "from shoutu.platform import setup; setup.load(); setup.migrate()\n"
        "from tests.platform.planting import plant_people; plant_people()\n"
    )
    subprocess.run([sys.executable, "-c", sow], cwd=ROOT, env=environment, check=True)
    try:
        yield environment
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def database(name: str) -> Iterator[Cluster | None]:
    """A PostgreSQL with fsync on, or nothing for SQLite."""
    if name == "SQLite":
        yield None
        return
    cluster = Cluster(durable=True)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.remove()


def killed(name: str) -> tuple[str, bool]:
    """T1: the writing process is killed at every numbered point and at random."""
    kills = int(5000 * SCALE)
    with database(name) as cluster, installation(cluster) as environment:
        words = [sys.executable, "-m", "tests.platform.trust.crashes", str(kills), str(SEED)]
        done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        return done.stderr.strip().rpartition("\n")[2], False
    found = json.loads(done.stdout)
    told = (
        f"{found['kills']} kills ({found['steps']} numbered points), {found['acknowledged']} acknowledged, "
        f"{found['unacknowledged_yet_there']} there without acknowledgement; "
        f"lost {len(found['lost'])}, doubled {len(found['doubled'])}"
    )
    return told, not found["lost"] and not found["doubled"]


def imports_killed(name: str) -> tuple[str, bool]:
    """T1: an import of a layer is killed at every step on the data directory, and at random."""
    with installation(None) as environment:
        words = [sys.executable, "-m", "tests.layers.crashes", "1", str(int(200 * SCALE)), str(SEED)]
        done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        return done.stderr.strip().rpartition("\n")[2], False
    found = json.loads(done.stdout)
    told = (
        f"{found['kills']} kills, {found['steps']} at numbered steps; old version {found['old']}, "
        f"new {found['new']}; work gone on with {found['resumed']}; bytes compared and no litter after each"
    )
    return "; ".join([told, *found["missed"][:3]]), not found["missed"]


def months_killed(name: str) -> tuple[str, bool]:
    """T1: a whole month's work killed at every numbered point, then at random."""
    with database(name) as cluster, installation(cluster) as environment:
        return month_run(environment, "long", int(2000 * SCALE))


def server_killed(name: str) -> tuple[str, bool]:
    """T1: the same month while the database server itself is killed."""
    return month_run(
        {k: v for k, v in os.environ.items() if not k.startswith("SHOUTU_")}, "postmaster", int(200 * SCALE)
    )


def month_run(environment: dict[str, str], mode: str, kills: int) -> tuple[str, bool]:
    words = [sys.executable, "-m", "tests.platform.trust.months", mode, str(kills), str(SEED)]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        return done.stderr.strip().rpartition("\n")[2], False
    found = json.loads(done.stdout)
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(found["by_kind"].items()))
    told = (
        f"{found['kills']} kills, {found['numbered']} at numbered points, in {found['months']} months "
        f"({kinds}); "
        f"old state {found['old']}, new {found['new']}, of which {found['acknowledged']} acknowledged; "
        f"{found['orphans']} files left without a row; database and ledger checked after each"
    )
    return "; ".join([told, *found["missed"][:3]]), not found["missed"]


def suite(path: str) -> Callable[[str], tuple[str, bool]]:
    """A file of the test suite, run on this database with Hypothesis at length."""

    def run(name: str) -> tuple[str, bool]:
        environment = {**os.environ, "SHOUTU_TEST_DATABASE": name.lower(), "SHOUTU_TEST_LONG": "1"}
        words = [sys.executable, "-m", "pytest", *path.split(), "-s", "-p", "no:cacheprovider"]
        done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        said = [line for line in done.stdout.splitlines() if line.startswith("counted: ")]
        last = done.stdout.strip().rpartition("\n")[2]
        return "; ".join([*(line.removeprefix("counted: ") for line in said), last]), done.returncode == 0

    return run


def long_command(*words: str) -> subprocess.CompletedProcess[str]:
    """A command of the tests by itself: `python -m WORDS`."""
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


def made_pairs(name: str) -> tuple[str, bool]:
    """Areas of pairs of every kind against GEOS and quadrature; rewrites docs/measured/accuracy.md too."""
    done = long_command("tests.accuracy", str(int(1_000_000 * SCALE)), str(SEED))
    return (done.stdout or done.stderr).strip().rpartition("\n")[2], done.returncode == 0


def fuzzed(module: str, cases: int, what: str) -> Callable[[str], tuple[str, bool]]:
    """`cases` of a fuzzer, told by its tallies."""

    def run(name: str) -> tuple[str, bool]:
        done = long_command(module, str(int(cases * SCALE)), str(SEED))
        if not done.stdout:
            return done.stderr.strip().rpartition("\n")[2], False
        found = json.loads(done.stdout)
        tallies = found["tallies"].values()
        told = (
            f"{sum(t['cases'] for t in tallies)} {what} of {len(tallies)} kinds: "
            f"{sum(t['read'] for t in tallies)} read, the others refused in words; "
            f"slowest {max(t['slowest_s'] for t in tallies):.1f} s, at most {found['peak_mib']} MiB"
        )
        faults = [fault for tally in tallies for fault in tally["faults"]]
        return "; ".join([told, *faults[:3]]), done.returncode == 0

    return run


BOTH = ("SQLite", "PostgreSQL")
TRUST = "tests/platform/trust"
PROOFS: tuple[tuple[str, tuple[str, ...], Callable[[str], tuple[str, bool]]], ...] = (
    ("T1 kill -9 during a month's work", BOTH, months_killed),
    ("T1 kill -9 of the database server during a month's work", BOTH[1:], server_killed),
    ("T1 kill -9 of a process that keeps files", BOTH, killed),
    ("T1 kill -9 while a layer is built and published", BOTH[:1], imports_killed),
    ("T3 disk full", BOTH, suite(f"{TRUST}/test_full_disk.py")),
    (
        "T4 every step fails in turn",
        BOTH,
        suite(f"{TRUST}/test_steps_fail.py {TRUST}/test_months.py -k every"),
    ),
    ("T5 repeated requests", BOTH, suite(f"{TRUST}/test_repeated_requests.py")),
    ("T8 requests made up from the API's description", BOTH, suite("tests/platform/api/test_api.py")),
    ("T9 every address and command as every role", BOTH, suite("tests/platform/doors")),
    ("T10 two-person rules", BOTH, suite(f"{TRUST}/test_two_hands.py")),
    ("areas of real files, every patch", BOTH[:1], suite("tests/overlay/test_real_data.py")),
    ("areas of made pairs of every kind", BOTH[:1], made_pairs),
    (
        "mutations into the parsers that we wrote",
        BOTH[:1],
        fuzzed("tests.fuzz.parsers", 1_000_000, "mutations"),
    ),
    ("mutated files through GDAL in the sandbox", BOTH[:1], fuzzed("tests.fuzz.files", 20_000, "files")),
    (
        "files made to hurt, by command and by page",
        BOTH,
        suite("tests/fuzz/test_hostile.py tests/platform/territory/test_hostile_files.py"),
    ),
    (
        "many banners in columns, as one by one",
        BOTH[:1],
        suite("tests/policy/test_columnar.py tests/policy/test_columnar_rules.py"),
    ),
    (
        "real files by pages and by command",
        BOTH,
        suite("tests/platform/discovery/test_web_and_command.py"),
    ),
    ("T11 ledger tampering", BOTH, suite("tests/platform/ledger/test_tampering.py tests/proof")),
    ("T17 signing in", BOTH, suite("tests/platform/accounts/test_sign_in.py")),
    ("T18 backup and restore", BOTH, suite("tests/platform/upkeep/test_backup.py")),
)


def main() -> int:
    """The databases side by side, each through all its proofs; the page is written anew after each row."""
    rows: list[Row] = []
    writing = Lock()

    def go_through(name: str) -> None:
        for test, databases, prove in PROOFS:
            if name not in databases:
                continue
            start = time.monotonic()
            done, held = prove(name)
            with writing:
                rows.append(Row(test, name, done, held, time.monotonic() - start))
                print(line(rows[-1]), flush=True)
                TARGET.write_text(report(rows), "utf-8")

    with ThreadPoolExecutor(len(BOTH)) as pool:
        list(pool.map(go_through, BOTH))
    return 0 if all(row.held for row in rows) else 1


def line(row: Row) -> str:
    verdict = "held" if row.held else "**missed**"
    return f"| {row.test} | {row.database} | {row.done} | {verdict} | {row.seconds:.0f} s |"


def report(rows: list[Row]) -> str:
    order = [test for test, _, _ in PROOFS]
    rows = sorted(rows, key=lambda row: (order.index(row.test), row.database != BOTH[0]))
    lacking = [
        f"{test} ({name})"
        for test, databases, _ in PROOFS
        for name in databases
        if not any((row.test, row.database) == (test, name) for row in rows)
    ]
    head = (
        "# Trust, measured\n\n"
        f"Written by `make trust` on {date.today()}: {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, Python {platform.python_version()}, seed {SEED}.\n\n"
        f"**Scale {SCALE:g}**: 1 is the full length (5,000 and 2,000 kills, 200 of the server, 10,000 keys, "
        "10,000 steps, 2,000 requests for each operation, 1,000,000 pairs, as many mutations, 20,000 "
        "files). Numbered points, statements and calls are all "
        "tried at every scale. Both databases ran side by side.\n\n"
        "| proof | database | what was done | verdict | time |\n|---|---|---|---|---|\n"
    )
    tail = f"\nNot run to its end: {', '.join(lacking)}.\n" if lacking else ""
    return head + "\n".join(map(line, rows)) + "\n" + tail


if __name__ == "__main__":
    sys.exit(main())

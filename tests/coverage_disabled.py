"""`python -m tests.coverage_disabled`: each carrier of each clause disabled in turn; its test must fail.

Runs what `coverage.yaml` of the Ordos pack names, first as it is, then without the carrier, and writes
docs/measured/coverage.md. Exit code 1 when a test passes without its carrier, or fails with it.
"""

from __future__ import annotations

import dataclasses
import importlib
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shoutu.policy import Pack, load_pack
from shoutu.policy.cases import Case, cases, run
from shoutu.policy.coverage import Carrier, coverage

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "measured" / "coverage.md"


@dataclass(frozen=True)
class Row:
    """One carrier of one clause, and what its test did with it and without it."""

    clause: str
    carrier: Carrier
    passes: bool
    without: str

    @property
    def held(self) -> bool:
        return self.passes and self.without != "passed"


def without(pack: Pack, carrier: str) -> Pack:
    """The pack less the rule (or the tuple of rules) that the carrier names."""
    module, _, name = carrier.partition(":")
    found = getattr(importlib.import_module(module), name)
    gone = found if isinstance(found, tuple) else (found,)
    kept = tuple(rule for rule in pack.rules if not any(rule is lost for lost in gone))
    assert len(kept) == len(pack.rules) - len(gone)
    return dataclasses.replace(pack, rules=kept)


def case_of(known: list[Case], test: str) -> Case:
    path, _, name = test.partition("::")
    return next(c for c in known if Path(c.file).name == Path(path).name and c.name == name)


def by_case(pack: Pack, known: list[Case], clause: str, carrier: Carrier) -> Row:
    case = case_of(known, carrier.test)
    got = run(without(pack, carrier.carrier), case)
    differs = [kind for kind, wanted in case.expect.items() if got.got.get(kind) != wanted]
    said = f"failed: other {' and '.join(differs)}" if differs else "passed"
    return Row(clause, carrier, run(pack, case).passed, said)


def pytest(test: str, disabled: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", "--tb=short", test]
    environment = dict(os.environ)
    if disabled is not None:
        command += ["-p", "tests.disabled_carrier"]
        environment["SHOUTU_TEST_DISABLED"] = disabled
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def by_test(clause: str, carrier: Carrier, passed: dict[str, bool]) -> Row:
    if carrier.test not in passed:
        passed[carrier.test] = pytest(carrier.test).returncode == 0
    done = pytest(carrier.test, carrier.carrier)
    return Row(clause, carrier, passed[carrier.test], told(done))


def told(done: subprocess.CompletedProcess[str]) -> str:
    """How the test ended: whether it came to the carrier, and what was said."""
    if done.returncode == 0:
        return "passed"
    said = re.findall(r"^E +(\S.+)$", done.stdout, re.M)
    why = "the carrier was called" if "disabled_carrier.Disabled" in done.stdout else said[0][:60]
    return f"{'could not begin' if re.search(r'^ERROR ', done.stdout, re.M) else 'failed'}: {why}"


def rows(pack: Pack) -> list[Row]:
    known, passed = list(cases(pack)), dict[str, bool]()
    out = []
    for clause in coverage(pack):
        for carrier in clause.carriers:
            in_pack = carrier.test.startswith("cases/")
            row = (
                by_case(pack, known, clause.clause, carrier)
                if in_pack
                else by_test(clause.clause, carrier, passed)
            )
            print(row.clause, carrier.carrier, row.without, "" if row.held else "MISSED", flush=True)
            out.append(row)
    return out


def page(pack: Pack, found: list[Row]) -> str:
    held, kinds = sum(row.held for row in found), [row.carrier.kind for row in found]
    counted = ", ".join(f"{kinds.count(kind)} as {kind}" for kind in dict.fromkeys(kinds))
    clauses = len({row.clause for row in found})
    lines = [
        "# Coverage, measured",
        "",
        f"Written by `python -m tests.coverage_disabled` on {date.today().isoformat()}, pack `{pack.name}`.",
        f"{clauses} clauses, {len(found)} carriers ({counted}). Each was disabled in turn:",
        f"{held} of {len(found)} tests pass with their carrier and fail without it. A rule is taken out",
        "of the pack; anything else raises wherever it is called. `shoutu policy coverage` prints what each",
        "still lacks.",
        "",
        "| clause | as | carrier | test | with it | without it |",
        "|---|---|---|---|---|---|",
    ]
    for row in found:
        name = row.carrier.carrier.removeprefix("shoutu.packs.ordos_2024_23.")
        test = row.carrier.test.replace("|", "\\|")
        said = row.without.replace("|", "\\|")
        passes = "passed" if row.passes else "FAILED"
        lines.append(f"| {row.clause} | {row.carrier.kind} | `{name}` | {test} | {passes} | {said} |")
    return "\n".join([*lines, ""])


def main() -> int:
    pack = load_pack()
    found = rows(pack)
    TARGET.write_text(page(pack, found), encoding="utf-8")
    return 0 if all(row.held for row in found) else 1


if __name__ == "__main__":
    sys.exit(main())

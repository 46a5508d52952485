"""`python -m tools.mutate MODULE…`: see the package's own words."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from pathlib import Path

import pytest

from tools.mutate import run

WATCHED = ("units.py", "clocks.py", "proof/*.py", "policy/**/*.py", "packs/*/*.py")
TESTS = (
    "tests/test_units.py",
    "tests/test_clocks.py",
    "tests/proof",
    "tests/policy",
    "tests/packs",
    "tests/testing/test_toy_pack.py",
    "tests/docs",
    "tests/cli/test_policy.py",
    "tests/cli/test_policy_new.py",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.mutate", description=__doc__)
    parser.add_argument("modules", nargs="*", type=Path, help="files or folders under src/shoutu")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--budget", type=float, default=15.0, help="seconds of tests for one mutant, at most")
    parser.add_argument("--again", action="store_true", help="only those that were not killed last time")
    parser.add_argument("--every", type=int, default=1, help="only each n-th mutant")
    parser.add_argument("--tests", nargs="*", default=TESTS)
    parser.add_argument("--select", default="", help="only tests that pytest's -k takes")
    parser.add_argument("--show", action="store_true", help="run nothing, print what was found last")
    options = parser.parse_args()
    modules = [file for path in options.modules for file in _files(path)]
    if not options.show:
        _measure(options, modules)
    chosen = {str(path) for path in modules}
    found = [f for f in run.load() if not chosen or f.module in chosen]
    for one in found:
        if one.state in (run.SURVIVED, run.UNREACHED):
            print(one.told())
    _table(found)
    return 0


def _files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _measure(options: argparse.Namespace, modules: list[Path]) -> None:
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    root = Path("src/shoutu")
    watched = sorted({file for pattern in WATCHED for file in root.glob(pattern)} | set(modules))
    old = {f.key: f for f in run.load()}
    again = {key for key, f in old.items() if f.state in (run.SURVIVED, run.UNREACHED)}
    plugin = run.Plugin(
        run.Options(
            modules, watched, options.jobs, options.budget, again if options.again else None, options.every
        )
    )
    pytest.main([*run.PLAIN, "-k", options.select, *options.tests], plugins=[plugin])
    if options.again:
        fresh = {f.key: f for f in plugin.found}
        touched = {str(path) for path in modules}
        run.save([fresh.get(key, f) for key, f in old.items() if f.module in touched])


def _table(found: list[run.Found]) -> None:
    counts: dict[str, Counter[str]] = {}
    for one in found:
        counts.setdefault(one.module.removeprefix("src/shoutu/"), Counter())[one.state] += 1
    print("| module | mutants | killed | by time | survived | no test | killed % |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    total: Counter[str] = Counter()
    for counter in counts.values():
        total += counter
    for name, counter in [*sorted(counts.items()), ("together", total)]:
        size = sum(counter.values()) or 1
        held = counter[run.KILLED] + counter[run.BY_TIME]
        print(
            f"| {name} | {size} | {counter[run.KILLED]} | {counter[run.BY_TIME]} |"
            f" {counter[run.SURVIVED]} | {counter[run.UNREACHED]} | {100 * held / size:.1f} |"
        )


if __name__ == "__main__":
    raise SystemExit(main())

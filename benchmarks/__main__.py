"""Lists the benchmarks, or runs those named; all of them when none is.

A benchmark is a module of this package with a function `run(arguments) -> str`, which returns its
table in Markdown, and a first line of docstring that says what it claims.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import platform
from pathlib import Path

import benchmarks


def names() -> list[str]:
    return sorted(m.name for m in pkgutil.iter_modules(benchmarks.__path__) if not m.name.startswith("_"))


def machine() -> str:
    """The kind of machine, not its name: processor, cores in use, memory, Python."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return f"{model}, {cores} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=benchmarks.__doc__)
    parser.add_argument("name", nargs="*", help=f"one of: {', '.join(names())}")
    parser.add_argument("--list", action="store_true", help="list them and what each claims")
    parser.add_argument("--small", action="store_true", help="a hundredth of the work, to try it out")
    arguments = parser.parse_args()
    if unknown := set(arguments.name) - set(names()):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    for name in arguments.name or names():
        module = importlib.import_module(f"benchmarks.{name}")
        if arguments.list:
            print(f"{name}: {(module.__doc__ or '').splitlines()[0]}")
        else:
            print(f"# {name}\n\n{machine()}\n\n{module.run(arguments)}\n", flush=True)


if __name__ == "__main__":
    main()

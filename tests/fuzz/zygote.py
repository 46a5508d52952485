"""`python -m tests.fuzz.zygote KINDS`: the sandbox's child, loaded once and forked for each file.

A child of `shoutu.layers.sandbox` spends most of its time in starting Python and loading GDAL. Here that is
done once for each set of kinds; every file still gets a process of its own with the same limits, the same
code (`parse._parse`) and no network. A line of JSON comes in for each file, one goes out for each end.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from shoutu.errors import BadInput
from shoutu.layers import parse, sandbox

ANSWER, NOISE, OTHER = "answer.json", "noise.txt", 99
"""Exit code `OTHER`: the file is of kinds that this process has not loaded; they stand in the answer."""


def main() -> None:
    kinds = set(filter(None, sys.argv[1].split(",")))
    sandbox._leave_network()
    sandbox._leave_network = lambda: None
    load = parse._load_gdal
    load(kinds)
    if "points" in kinds:
        import openpyxl  # noqa: F401 (its loading is what is saved)

    loaded = {driver for kind in kinds for driver in parse.DRIVERS.get(kind, ())}

    def checked(wanted: set[str]) -> None:
        drivers = {driver for kind in wanted for driver in parse.DRIVERS.get(kind, ())}
        if drivers and drivers != loaded:
            raise _OtherKindsError(sorted(wanted))

    parse._load_gdal = checked
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(_forked(json.loads(line))), flush=True)


class _OtherKindsError(Exception):
    pass


def _forked(request: dict[str, Any]) -> dict[str, Any]:
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        os._exit(_child(request))
    handle = os.pidfd_open(child)
    try:
        ended = select.select([handle], [], [], request["limits"]["seconds"] + 10)[0]
    finally:
        os.close(handle)
    if not ended:
        os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    return {
        "code": code,
        "late": not ended,
        "seconds": time.monotonic() - begun,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss << 10,
    }


def _child(request: dict[str, Any]) -> int:
    folder = Path(request["folder"])
    os.environ["TMPDIR"] = str(folder)
    os.chdir(folder)
    noise = os.open(NOISE, os.O_WRONLY | os.O_CREAT, 0o600)
    null = os.open(os.devnull, os.O_RDWR)
    for from_, to in ((null, 0), (null, 1), (noise, 2)):
        os.dup2(from_, to)
    try:
        sandbox.confine(request["limits"])
        try:
            answer = parse._parse(request)
        except BadInput as error:
            answer = {"error": sandbox.error_document(error)}
        (folder / ANSWER).write_text(json.dumps(answer), encoding="utf-8")
    except _OtherKindsError as error:
        (folder / ANSWER).write_text(json.dumps(error.args[0]), encoding="utf-8")
        return OTHER
    except BaseException:  # noqa: BLE001 (as the interpreter does: a trace, exit code 1)
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()

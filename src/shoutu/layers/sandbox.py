"""Files from outside are parsed in a process of their own, with limits and without a network.

The parent never opens such a file with GDAL. The child (`shoutu.layers.parse`) gets a request on
its standard input, writes an Arrow file into a private folder and answers with one JSON document;
whatever it does, it ends within the limits, and the parent turns the end into one sentence.
Limits: CONTRIBUTING's trust rules; measured needs are far below them.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from shoutu.errors import BadInput, Text, Where

FEATURES = "features.arrow"
"""What the reader of geometry leaves in its folder."""
PREFIX = "shoutu-parse-"
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1

# A clean environment: nothing of the caller's reaches GDAL, whose options can open addresses.
_ENVIRONMENT = {
    "PATH": os.defpath,
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "GDAL_NUM_THREADS": "1",
    "GDAL_DISABLE_READDIR_ON_OPEN": "TRUE",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "PROJ_NETWORK": "OFF",
}


@dataclass(frozen=True)
class Limits:
    """What one parse may use."""

    memory_bytes: int = 4 << 30
    seconds: int = 20
    written_bytes: int = 8 << 30

    @staticmethod
    def of(size: int) -> Limits:
        """20 s, and a second more for every 2 MB of the file; memory does not grow, for the child streams."""
        return Limits(seconds=20 + size // 2_000_000, written_bytes=max(8 << 30, 4 * size))


@contextlib.contextmanager
def parsed(
    request: dict[str, Any], limits: Limits, inside: Path | None = None
) -> Iterator[tuple[dict[str, Any], Path]]:
    """The child's answer and the folder with what it wrote, which goes when the block ends.

    The folder is made `inside`, or where the system keeps what is temporary.

    `request["parser"]` names the child's module where it is not the reader of geometry.
    Raises BadInput with the child's own words, or naming the limit that it broke.
    """
    where = Where(file=str(request["file"]))
    with TemporaryDirectory(prefix=PREFIX, dir=inside) as folder:
        yield _ask({**request, "folder": folder, "limits": vars(limits)}, limits, where), Path(folder)


def _ask(request: dict[str, Any], limits: Limits, where: Where) -> dict[str, Any]:
    child = subprocess.Popen(  # noqa: S603 (a module of this package)
        [sys.executable, "-I", "-m", request.get("parser", "shoutu.layers.parse")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_ENVIRONMENT | {"TMPDIR": request["folder"]},
        cwd=request["folder"],
        start_new_session=True,
    )
    try:
        out, noise = child.communicate(json.dumps(request).encode(), timeout=limits.seconds + 10)
    except subprocess.TimeoutExpired as error:
        raise _too_long(limits, where) from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    if child.returncode != 0:
        raise _died(child.returncode, noise, limits, where)
    answer: dict[str, Any] = json.loads(out)
    if "error" in answer:
        raise _error(answer["error"], where)
    return answer


def _too_long(limits: Limits, where: Where) -> BadInput:
    return BadInput(
        Text(
            f"读取超过 {limits.seconds} 秒，已停止",
            f"reading took more than {limits.seconds} s and was stopped",
        ),
        where=where,
        remedy=Text("检查文件是否损坏，或拆分后提交", "check that the file is whole, or hand it in in parts"),
    )


def _died(code: int, noise: bytes, limits: Limits, where: Where) -> BadInput:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return _too_long(limits, where)
    if code == -signal.SIGXFSZ:
        found: str = f"> {limits.written_bytes >> 30} GiB"
    elif code < 0:
        found = signal.Signals(-code).name
    else:
        found = (noise.decode(errors="replace").strip().splitlines() or [f"exit {code}"])[-1][:200]
    return BadInput(
        Text("文件无法读取：解析进程中止", "the file cannot be read: its parser ended early"),
        where=where,
        found=found,
        remedy=Text(
            "文件可能损坏或过大；重新导出后提交", "the file may be damaged or too large; export it again"
        ),
    )


def error_document(error: BadInput) -> dict[str, Any]:
    """A BadInput as the child hands it over."""
    return {
        "what": list(error.what),
        "where": {key: value for key, value in vars(error.where).items() if value is not None},
        "found": None if error.found is None else str(error.found),
        "remedy": None if error.remedy is None else list(error.remedy),
    }


def _error(document: dict[str, Any], where: Where) -> BadInput:
    place = {**vars(where), **document["where"]}
    return BadInput(
        Text(*document["what"]),
        where=Where(**place),
        found=document["found"],
        remedy=Text(*document["remedy"]) if document["remedy"] else None,
    )


def confine(limits: dict[str, int]) -> None:
    """Called by the child on itself, before it loads GDAL or touches the file."""
    for kind, value in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, limits["seconds"]),
        (resource.RLIMIT_FSIZE, limits["written_bytes"]),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (ceiling, ceiling))
    # A parent that is killed takes the child along: nothing goes on writing into a folder that is let go.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _leave_network()


def _leave_network() -> None:
    """An empty network namespace where the kernel allows it.

    Where it does not (containers often), the drivers that speak HTTP are still not loaded.
    """
    libc = ctypes.CDLL(None)
    unshare = getattr(libc, "unshare", None)
    if unshare is not None and (os.geteuid() != 0 or unshare(_CLONE_NEWNET) != 0):
        unshare(_CLONE_NEWUSER | _CLONE_NEWNET)

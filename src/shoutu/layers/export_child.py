"""Writes a version, or some features of it, as a file in a process of its own: GDAL never runs in the server.

The process has limits of time, memory and output and no network, as the one that reads (`sandbox`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from shoutu.errors import BadInput, ShoutuError, Text, Where
from shoutu.geometry.rings import Ints
from shoutu.layers import sandbox

_BASE, _PER_SECOND = 60, 5_000
"""Seconds that a small layer may take, and features for each second more; measured: 40,000 a second."""


def export_apart(folder: Path, path: Path, format: str, features: Ints | None, count: int) -> None:
    """As `export_version` on the version in `folder`, which has `count` features, in a child.

    BadInput as there; ShoutuError where the child ended early or took too long.
    """
    seconds = _BASE + count // _PER_SECOND
    with TemporaryDirectory(prefix="shoutu-export-") as work:
        request: dict[str, object] = {
            "folder": str(folder),
            "path": str(path),
            "format": format,
            "features": None,
            "limits": vars(sandbox.Limits(memory_bytes=8 << 30, seconds=seconds, written_bytes=64 << 30)),
        }
        if features is not None:
            chosen = Path(work) / "features.npy"
            np.save(chosen, features)
            request["features"] = str(chosen)
        _ask(request, seconds, work)


def _ask(request: dict[str, object], seconds: int, work: str) -> None:
    kept = {
        name: os.environ[name] for name in ("PATH", "SHOUTU_HOME", "NUMBA_CACHE_DIR") if name in os.environ
    }
    try:
        done = subprocess.run(  # noqa: S603 (a module of this package)
            [sys.executable, "-I", "-m", __spec__.name],
            input=json.dumps(request).encode(),
            capture_output=True,
            env={**kept, "TMPDIR": work, "LANG": "C.UTF-8", "PROJ_NETWORK": "OFF"},
            timeout=2 * seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _ended(f"> {2 * seconds} s") from error
    if done.returncode != 0:
        raise _ended(
            (done.stderr.decode(errors="replace").strip().splitlines() or [f"exit {done.returncode}"])[-1]
        )
    answer = json.loads(done.stdout)
    if "error" in answer:
        fault = answer["error"]
        raise BadInput(
            Text(*fault["what"]),
            where=Where(layer=Path(str(request["folder"])).parent.name),
            found=fault["found"],
            remedy=Text(*fault["remedy"]) if fault["remedy"] else None,
        )


def _ended(found: str) -> ShoutuError:
    return ShoutuError(
        Text("输出没有完成。", "The export did not come to its end."),
        found=found[:200],
        remedy=Text("缩小范围或换一种格式再试。", "Try a smaller box or another format."),
    )


def main() -> None:
    request = json.load(sys.stdin)
    sandbox.confine(request["limits"])
    from shoutu.layers.export_layer import export_version
    from shoutu.layers.open import open_version

    features = None if request["features"] is None else np.load(request["features"])
    try:
        export_version(
            open_version(Path(request["folder"])), Path(request["path"]), request["format"], features=features
        )
    except BadInput as error:
        json.dump({"error": sandbox.error_document(error)}, sys.stdout)
    else:
        json.dump({}, sys.stdout)


if __name__ == "__main__":
    main()

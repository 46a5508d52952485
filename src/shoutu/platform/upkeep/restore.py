"""Putting a set into an empty installation, under any path and any user.

The set is read whole and compared with its manifest before anything is written; what it holds is
then put beside the data directory and moved into place in one rename, the records last checked.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import IO

from shoutu.errors import BadInput, Text, VerificationFailed, Where
from shoutu.platform.home import FOLDERS, home
from shoutu.platform.upkeep import archive
from shoutu.platform.upkeep.archive import MANIFEST, SEAL, Manifest

RECORDS = "records.sqlite3"


def unpack(path: Path) -> tuple[Manifest, Path]:
    """Check the set and the place, and lay the files out beside SHOUTU_HOME; the folder to settle."""
    _check_empty(home())
    manifest = archive.verify(path)
    staging = home().with_name(f"{home().name}.restoring")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(mode=0o700, parents=True)
    for name in FOLDERS:
        (staging / name).mkdir(mode=0o700, exist_ok=True)
    archive.each(path, _laying_out(staging))
    if manifest.database == "sqlite":
        (staging / "records" / RECORDS).replace(staging / RECORDS)
        (staging / "records").rmdir()
    return manifest, staging


def settle(staging: Path) -> None:
    """Make the laid-out folder the data directory. Complete or not at all."""
    target = home()
    if target.exists():
        _check_empty(target)
        shutil.rmtree(target)
    staging.rename(target)
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def check_root(manifest: Manifest, size: int, root_at: Callable[[int], bytes]) -> None:
    """The restored ledger must continue the one that the manifest saw."""
    if size < manifest.ledger_size or root_at(manifest.ledger_size).hex() != manifest.ledger_root:
        raise VerificationFailed(
            Text("恢复出的台账与备份清单不符。", "The restored ledger is not the one of the manifest."),
            found=f"{size} entries",
            remedy=Text("换一份备份。", "Use another copy."),
        )


def _laying_out(staging: Path) -> Callable[[str, int, IO[bytes]], None]:
    def put(name: str, size: int, content: IO[bytes]) -> None:
        if name in (MANIFEST, SEAL):
            return
        target = staging / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = 0o440 if name.startswith("evidence/") else 0o600
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(content, file)
            file.flush()
            os.fsync(file.fileno())

    return put


def _check_empty(root: Path) -> None:
    """Folders alone, caches and logs do not count: settings make them when they are read."""
    kept = [
        path
        for path in (root.rglob("*") if root.exists() else ())
        if not path.is_dir() and path.relative_to(root).parts[0] not in ("caches", "logs")
    ]
    # `keys/django` is made by loading the settings; an installation has records or other keys.
    kept = [path for path in kept if path.relative_to(root).as_posix() != "keys/django"]
    if kept:
        raise BadInput(
            Text("数据目录不是空的。", "The data directory is not empty."),
            where=Where(file=str(root)),
            found=", ".join(sorted(path.relative_to(root).as_posix() for path in kept)[:3]),
            remedy=Text("用 SHOUTU_HOME 指到一个空目录。", "Point SHOUTU_HOME at an empty directory."),
        )

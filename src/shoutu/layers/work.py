"""The folder in which a layer is built: it outlives a stop and a crash, and the same call goes on with it.

    SHOUTU_HOME/layers/.building/NAME-KEY

KEY is the digest of the source's bytes and of all that was said about it, so nothing that is found there
belongs to another file. One process at a time: the lock goes with the process, whatever becomes of it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from shoutu.errors import Stopped, Text, Where

FOLDER = ".building"
PAGE = "README.txt"
STEPS = 1
"""Raised when what a builder keeps in its folder changes: an older one's leavings are not gone on with."""


@contextmanager
def working(layers: Path, name: str, said: Mapping[str, object]) -> Iterator[Path]:
    """The folder for building `name` from what is `said`, held while the block runs.

    It goes when the block ends, by an error too. It stays when the user stops the work, which
    comes out as Stopped, and when the process dies.
    """
    words = json.dumps({**said, "steps": STEPS}, sort_keys=True, ensure_ascii=False, default=str)
    folder = layers / FOLDER / f"{name}-{hashlib.sha256(words.encode()).hexdigest()[:16]}"
    handle = _held(folder)
    try:
        (folder / PAGE).write_text(_page(name, said), "utf-8")
        try:
            yield folder
        except (KeyboardInterrupt, Stopped) as error:
            raise Stopped(
                Text("已停止；再次执行同一命令即从此处继续", "stopped; the same command goes on from here"),
                where=Where(layer=name, file=str(folder)),
                remedy=Text("不再需要时删除该文件夹", "delete this folder if it is no longer wanted"),
            ) from error
        except BaseException:
            shutil.rmtree(folder)
            raise
        shutil.rmtree(folder)
        _remove_abandoned(layers, name)
    finally:
        os.close(handle)
        with suppress(OSError):
            folder.parent.rmdir()


def unfinished(layers: Path) -> list[Path]:
    """Folders of work that was begun and neither ended nor goes on."""
    found = []
    for folder in sorted((layers / FOLDER).glob("*-*")):
        handle = _locked(folder, wait=False)
        if handle is not None:
            os.close(handle)
            found.append(folder)
    return found


def _held(folder: Path) -> int:
    """A handle on the folder, locked; made where it is not there."""
    while True:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = _locked(folder, wait=True)
        if handle is not None:
            return handle


def _locked(folder: Path, *, wait: bool) -> int | None:
    """None where it is held by somebody else, or went while this process waited for it."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        if folder.stat().st_ino == os.fstat(handle).st_ino:
            return handle
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(handle)
    return None


def _remove_abandoned(layers: Path, name: str) -> None:
    """What was begun for this layer from other files or words: the version now there is the later will."""
    for folder in unfinished(layers):
        if folder.name.rpartition("-")[0] == name:
            shutil.rmtree(folder)


def _page(name: str, said: Mapping[str, object]) -> str:
    listed = "".join(f"    {key}: {value}\n" for key, value in said.items() if value is not None)
    return (
        f"图层 {name} 的导入在此进行，尚未完成。再次执行同一导入命令即继续；不再需要时可删除本文件夹。\n"
        f"Layer {name} is being built here and is not finished. The same import command goes on with it;\n"
        f"delete this folder if it is no longer wanted.\n\n{listed}"
    )

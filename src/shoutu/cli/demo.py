"""`shoutu demo`: the sample city in an empty data directory, and on request its pages."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

import click

from shoutu.errors import Refused, Text, Where


@click.command()
@click.option("--serve", metavar="HOST:PORT", help="Serve the pages afterwards, until stopped.")
def command(serve: str | None) -> None:
    """Fill an empty data directory with the sample city (演示数据).

    Ordos' real banner outlines; everything else is made up and says so. Three months of patches come
    in, are crossed with eight layers, reported, reviewed by different people, grouped and issued.
    A directory that holds anything else is refused; with --serve a sample that is there is kept as it
    is. The people and their password stand on the sign-in page.
    """
    from shoutu.platform.home import home

    root = home()
    if not (built(root) and serve is not None):
        if not is_empty(root):
            raise _occupied(root)
        make(root)
    if serve is not None:
        host, _, port = serve.rpartition(":")
        words = ["-m", "shoutu.cli", "serve", "--host", host, "--port", port]
        os.execv(sys.executable, [sys.executable, *words])  # noqa: S606 (this very program)


def built(root: Path) -> bool:
    return (root / "keys" / "sample-password").exists()


def is_empty(root: Path) -> bool:
    """Whether nothing lies there but caches, which any command may have left."""
    found = (path.relative_to(root) for path in root.rglob("*") if path.is_file()) if root.is_dir() else ()
    return all(path.parts[0] == "caches" for path in found)


def make(root: Path) -> None:
    """Build the sample beside its place and move it there when complete: a stop half-way leaves nothing."""
    began = time.monotonic()
    click.echo(f"the sample city is built in {root}", err=True)
    draft = root.with_name(f".{root.name}.building")
    shutil.rmtree(draft, ignore_errors=True)
    os.environ["SHOUTU_HOME"] = str(draft)
    password = _fill()
    shutil.rmtree(root, ignore_errors=True)
    draft.rename(root)
    os.environ["SHOUTU_HOME"] = str(root)
    taken = time.monotonic() - began
    click.echo(f"done in {taken:.0f} s; sign in as anybody listed, password {password}", err=True)


def _fill() -> str:
    """Build in SHOUTU_HOME, saying each step and how long it took; the people's password."""
    from shoutu.platform import setup

    setup.load()
    setup.migrate()

    from django.db import connections

    from shoutu.platform.sample import PASSWORD, build

    steps: list[tuple[str, float]] = []

    def say(text: str) -> None:
        now = time.monotonic()
        if steps:
            said, since = steps[-1]
            click.echo(f"  {now - since:5.1f} s  {said}", err=True)
        steps.append((text, now))

    build(say)
    say("")
    connections.close_all()
    return PASSWORD


def _occupied(root: Path) -> Refused:
    return Refused(
        Text("数据目录不是空的。", "The data directory is not empty."),
        where=Where(file=str(root)),
        remedy=Text(
            "另设 SHOUTU_HOME，或清空该目录。", "Name another by SHOUTU_HOME, or empty this one yourself."
        ),
    )

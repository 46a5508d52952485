"""`shoutu demo`: the sample city in an empty data directory, and on request its pages."""

from __future__ import annotations

import time
from pathlib import Path

import click

from shoutu.errors import Refused, Text, Where


@click.command()
@click.option("--serve", metavar="HOST:PORT", help="Serve the pages afterwards, until stopped.")
@click.option("--keep", is_flag=True, help="Where the sample was built before, keep it as it is and go on.")
def command(serve: str | None, keep: bool) -> None:
    """Fill an empty data directory with the sample city (演示数据).

    Ordos' real banner outlines; everything else is made up and says so. Three months of patches come
    in, are crossed with eight layers, reported, reviewed by different people, grouped and issued.
    A directory that holds anything else is refused. The people and their password stand on the
    sign-in page.
    """
    from shoutu.platform.home import home

    root = home()
    if built(root):
        if not keep and serve is None:
            raise _occupied(root)
        click.echo(f"the sample in {root} is kept as it is", err=True)
    elif root.is_dir() and any(root.iterdir()):
        raise _occupied(root)
    else:
        make(root)
    if serve is not None:
        from shoutu.cli.serve import command as serve_command

        host, _, port = serve.rpartition(":")
        serve_command.main(["--host", host, "--port", port], standalone_mode=False)


def built(root: Path) -> bool:
    return (root / "keys" / "sample-password").exists()


def make(root: Path) -> None:
    """Build the sample, saying each step and how long it took."""
    began = step = time.monotonic()
    click.echo(f"the sample city is built in {root}", err=True)

    from shoutu.platform import setup

    setup.load()
    setup.migrate()

    from shoutu.platform.sample import PASSWORD, build

    said: list[str] = []

    def say(text: str) -> None:
        nonlocal step
        now = time.monotonic()
        if said:
            click.echo(f"  {now - step:5.1f} s  {said[-1]}", err=True)
        said.append(text)
        step = now

    build(say)
    say("")
    click.echo(
        f"done in {time.monotonic() - began:.0f} s; sign in as anybody listed, password {PASSWORD}", err=True
    )


def _occupied(root: Path) -> Refused:
    return Refused(
        Text("数据目录不是空的。", "The data directory is not empty."),
        where=Where(file=str(root)),
        remedy=Text(
            "另设 SHOUTU_HOME，或清空该目录。", "Name another by SHOUTU_HOME, or empty this one yourself."
        ),
    )

"""`shoutu backup`: records, layers and evidence as one set."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
def command(out: Path) -> None:
    """Write everything to OUT (a tar) as one consistent set; the server may go on.

    The set holds the installation's keys and everybody's names: keep it as you keep the machine.
    """
    from shoutu.platform import setup

    setup.open_records()
    from shoutu.platform.upkeep.backup import backup

    manifest = backup(out)
    size = sum(size for size, _ in manifest.files.values())
    click.echo(
        f"{len(manifest.files)} files, {size:,} bytes, ledger of {manifest.ledger_size} entries in {out}"
    )

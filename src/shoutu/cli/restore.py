"""`shoutu restore`: put a backup into an empty data directory."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click

from shoutu.errors import BadInput, Text


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def command(file: Path) -> None:
    """Check FILE whole, then put it into the empty SHOUTU_HOME (and the empty SHOUTU_DATABASE).

    Nothing is written before every file agreed with the manifest; the ledger is verified at the end.
    """
    from shoutu.platform.home import home
    from shoutu.platform.upkeep.restore import settle, unpack

    target = home()
    manifest, staging = unpack(file)
    wanted = "sqlite" if os.environ.get("SHOUTU_DATABASE") is None else "postgresql"
    try:
        if manifest.database != wanted:
            raise BadInput(
                Text("备份与本安装用的不是同一种数据库。", "The backup is of another database."),
                found=f"{manifest.database}, not {wanted}",
                remedy=Text("设置或取消 SHOUTU_DATABASE。", "Set or unset SHOUTU_DATABASE."),
            )
        os.environ["SHOUTU_HOME"] = str(staging)
        size = _check(manifest, staging)
        os.environ["SHOUTU_HOME"] = str(target)
        settle(staging)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    click.echo(f"restored into {target}: {len(manifest.files)} files, ledger of {size} entries verified")


def _check(manifest: object, staging: Path) -> int:
    """Load the records in their staging place, verify the ledger, bring the schema up to date."""
    from shoutu.platform import setup
    from shoutu.platform.upkeep.archive import Manifest

    assert isinstance(manifest, Manifest)
    setup.load()
    from django.db import connection

    from shoutu.platform.ledger import queries, verify
    from shoutu.platform.upkeep import records
    from shoutu.platform.upkeep.restore import RECORDS, check_root
    from shoutu.proof import tree

    if manifest.database == "sqlite":
        records.check_sqlite(staging / RECORDS)
    elif setup.has_records():
        raise BadInput(
            Text("数据库不是空的。", "The database is not empty."),
            remedy=Text("新建一个空库。", "Create an empty one."),
        )
    else:
        records.load_tables(staging / "records", manifest.migrations)
        shutil.rmtree(staging / "records")
    setup.migrate()
    found = verify.verify()
    check_root(manifest, found.size, lambda size: tree.root(queries.leaves(size)))
    connection.close()
    return found.size

"""The database in a backup.

SQLite: its online backup, which writers do not disturb; one file. PostgreSQL: `COPY` of each table in
one REPEATABLE READ transaction, so that the set does not hang on a `pg_dump` of the right version;
the schema comes from the migrations that the manifest lists.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from shoutu.errors import BadInput, Text, VerificationFailed
from shoutu.platform.acts import unsafe_writes
from shoutu.platform.ledger import append_only

FILE = "records/records.sqlite3"
_NOT_COPIED = ("django_migrations", "django_session", "outbox_heartbeat")
"""The first is made by migrating; a session and a worker do not survive a move."""


def applied() -> list[str]:
    """The migrations of this database, as `app.name`."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def dump(folder: Path) -> list[Path]:
    """Write a snapshot of the records into `folder`; the files, to lie under `records/`."""
    if connection.vendor == "sqlite":
        return [_dump_sqlite(folder / "records.sqlite3")]
    return _dump_tables(folder)


def _dump_sqlite(target: Path) -> Path:
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("DELETE FROM django_session")
        copy.execute("DELETE FROM outbox_heartbeat")
        copy.commit()
    return target


def _dump_tables(folder: Path) -> list[Path]:
    written = []
    connection.ensure_connection()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for table in _tables():
            path = folder / f"{table}.copy"
            with (
                path.open("wb") as file,
                cursor.cursor.copy(f'COPY "{table}" ({_columns(table)}) TO STDOUT') as rows,
            ):
                for block in rows:
                    file.write(block)
            written.append(path)
    return written


def load_tables(folder: Path, migrations: list[str]) -> None:
    """Fill an empty PostgreSQL database from `folder`, at the state of the schema it was dumped in."""
    executor = MigrationExecutor(connection)
    listed = {_migration(name) for name in migrations}
    unknown = sorted(listed - executor.loader.graph.nodes.keys())
    if unknown:
        raise BadInput(
            Text("备份来自更新的版本。", "The backup was made by a newer version."),
            found=", ".join(".".join(name) for name in unknown),
            remedy=Text("先升级本软件。", "Upgrade this software first."),
        )
    with unsafe_writes("restore"):
        executor.migrate(_last_steps(executor, listed))
        append_only.remove(connection)
        with transaction.atomic(), connection.cursor() as cursor:
            for table in _tables():
                cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608 - names from the schema
            for table in _tables():
                _load(cursor, table, folder / f"{table}.copy")
            for statement in _sequences():
                cursor.execute(statement)
        append_only.install(connection)


def _last_steps(executor: MigrationExecutor, listed: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of each app the step that no other of its listed steps follows: migrating to an earlier one undoes."""
    followed = {
        parent.key
        for step in listed
        for parent in executor.loader.graph.node_map[step].parents
        if parent.key[0] == step[0]
    }
    return sorted(listed - followed)


def _migration(name: str) -> tuple[str, str]:
    app, _, step = name.partition(".")
    return app, step


def _load(cursor: Any, table: str, path: Path) -> None:
    with (
        path.open("rb") as file,
        cursor.cursor.copy(f'COPY "{table}" ({_columns(table)}) FROM STDIN') as rows,
    ):
        while block := file.read(1 << 16):
            rows.write(block)


def _tables() -> list[str]:
    return sorted(set(connection.introspection.table_names()) - set(_NOT_COPIED))


def _columns(table: str) -> str:
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return ", ".join(f'"{name}"' for name in sorted(column.name for column in described))


def _sequences() -> Iterator[str]:
    from django.apps import apps
    from django.core.management.color import no_style

    models = [
        model for config in apps.get_app_configs() for model in config.get_models(include_auto_created=True)
    ]
    yield from connection.ops.sequence_reset_sql(no_style(), models)


def check_sqlite(path: Path) -> None:
    """VerificationFailed unless the file is a sound database."""
    with closing(sqlite3.connect(path)) as copy:
        try:
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            found = str(error)
    if found != "ok":
        raise VerificationFailed(
            Text("备份里的记录库已损坏。", "The records in the backup are damaged."), found=found
        )

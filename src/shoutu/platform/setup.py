"""Loading the platform from a command: settings, guard on every connection, schema up to date."""

from __future__ import annotations

import os

from shoutu.errors import BadInput, Text, Where


def load() -> None:
    """Make Django ready. Commands call it before they import an app."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shoutu.platform.settings")
    import django

    django.setup()


def migrate() -> None:
    """Bring the schema of the records up to date."""
    from django.core.management import call_command

    from shoutu.platform.acts import unsafe_writes

    with unsafe_writes("migration"):
        call_command("migrate", verbosity=0, interactive=False)


def open_records() -> None:
    """Make Django ready for a command that needs records to be there; BadInput where there are none."""
    load()
    from shoutu.platform.home import home

    if not has_records():
        raise BadInput(
            Text("这个数据目录里还没有记录。", "There are no records in this data directory."),
            where=Where(file=str(home())),
            remedy=Text(
                "用 SHOUTU_HOME 指明目录；新装先运行 shoutu person add-first-administrators 或 shoutu demo。",
                "Name the directory in SHOUTU_HOME; a new one begins with "
                "`shoutu person add-first-administrators` or `shoutu demo`.",
            ),
        )


def has_records() -> bool:
    """Whether the database has our tables. Asking makes no file."""
    from pathlib import Path

    from django.db import connection

    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return False
    return "ledger_head" in connection.introspection.table_names()

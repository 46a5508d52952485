"""Triggers that make the record append-only in the database itself.

The guard of `acts` stops our own code; these stop a hand at the database's prompt who does not
first remove them. Whoever removes them is caught by `verify` against a published checkpoint.
Entries, checkpoints: no UPDATE, no DELETE. Sealed texts, request keys: no UPDATE (a salt may be
destroyed, never replaced). The head grows by one; an entry's index is the head's size.
"""

from __future__ import annotations

from typing import Any

FROZEN = ("ledger_entry", "ledger_checkpoint")
UNCHANGING = ("ledger_sealed", "ledger_requestkey")
MESSAGE = "the record is append-only"

_SQLITE_CONDITIONS = (
    *((table, verb, "1") for table in FROZEN for verb in ("UPDATE", "DELETE")),
    *((table, "UPDATE", "1") for table in UNCHANGING),
    ("ledger_head", "DELETE", "1"),
    ("ledger_head", "UPDATE", "NEW.size <> OLD.size + 1"),
    ("ledger_entry", "INSERT", 'NEW."index" <> (SELECT size FROM ledger_head WHERE id = 1)'),
)

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'ledger_head' AND TG_OP = 'UPDATE' THEN
    IF NEW.size = OLD.size + 1 THEN RETURN NEW; END IF;
  ELSIF TG_TABLE_NAME = 'ledger_entry' AND TG_OP = 'INSERT' THEN
    IF NEW.index = (SELECT size FROM ledger_head WHERE id = 1) THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'the record is append-only: % %', TG_OP, TG_TABLE_NAME;
END $$
"""


def names(vendor: str) -> frozenset[str]:
    """The triggers that must be there."""
    if vendor == "sqlite":
        return frozenset(f"{table}_{verb.lower()}" for table, verb, _ in _SQLITE_CONDITIONS)
    return frozenset(name for name, _, _ in _postgresql())


def present(connection: Any) -> frozenset[str]:
    """Those of them that are there and enabled."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return frozenset(row[0] for row in cursor.fetchall()) & names(connection.vendor)


def install(connection: Any) -> None:
    _run(connection, _sqlite_create() if connection.vendor == "sqlite" else _postgresql_create())


def remove(connection: Any) -> None:
    """Take them off: for the reverse migration, a restore, and tests that forge a record."""
    if connection.vendor == "sqlite":
        _run(connection, [f"DROP TRIGGER IF EXISTS {name}" for name in sorted(names("sqlite"))])
    else:
        drops = [f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, table, _ in _postgresql()]
        _run(connection, [*drops, "DROP FUNCTION IF EXISTS ledger_append_only()"])


def _run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite_create() -> list[str]:
    return [
        f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        for table, verb, condition in _SQLITE_CONDITIONS
    ]


def _postgresql() -> list[tuple[str, str, str]]:
    """(name, table, events and level) of each trigger."""
    return [
        *((f"{table}_frozen", table, "UPDATE OR DELETE") for table in FROZEN),
        *((f"{table}_unchanging", table, "UPDATE") for table in UNCHANGING),
        ("ledger_head_grows", "ledger_head", "UPDATE OR DELETE"),
        ("ledger_entry_follows", "ledger_entry", "INSERT"),
        *((f"{table}_truncate", table, "TRUNCATE") for table in (*FROZEN, *UNCHANGING, "ledger_head")),
    ]


def _postgresql_create() -> list[str]:
    return [
        _POSTGRESQL_FUNCTION,
        *(
            f"CREATE TRIGGER {name} BEFORE {events} ON {table} "
            f"FOR EACH {'STATEMENT' if events == 'TRUNCATE' else 'ROW'} EXECUTE FUNCTION ledger_append_only()"
            for name, table, events in _postgresql()
        ),
    ]

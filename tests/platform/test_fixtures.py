"""The fixtures themselves: the database asked for, the durable settings, an installation of its own."""

from __future__ import annotations

import os

from django.db import connection


def test_the_database_asked_for_is_the_one_used(db):
    assert connection.vendor == os.environ.get("SHOUTU_TEST_DATABASE", "sqlite")


def test_a_commit_survives_power_loss_by_settings(db):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)
            cursor.execute("PRAGMA synchronous")
            assert cursor.fetchone() == (2,)
            cursor.execute("PRAGMA foreign_keys")
            assert cursor.fetchone() == (1,)
        else:
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)


def test_an_installation_is_its_own(installation):
    code = "from shoutu.platform.accounts.models import Person; print(Person.objects.count())"
    done = installation.python(code)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10
    assert installation.run("--version").returncode == 0

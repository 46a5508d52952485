"""T4: each statement, and each call that keeps a file, fails in turn; old state or new, never between."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from shoutu import clocks
from shoutu.platform.accounts.inputs import ErasePerson, NewKey, NewPerson, NewTerm
from shoutu.platform.accounts.services.keys import issue_key
from shoutu.platform.accounts.services.people import create_person, erase_person
from shoutu.platform.accounts.services.terms import grant_term
from shoutu.platform.acts import Once
from shoutu.platform.enforcement.evidence import keep
from shoutu.platform.home import home
from shoutu.platform.ledger.verify import verify

MOST = 200


def snapshot() -> dict[str, list]:
    """Every row of every table."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names()):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def each_statement_fails(perform: Callable[[], object]) -> int:
    """Fail statement 1, 2, … until the act passes; nothing may have changed before. How many failed."""
    before = snapshot()
    for step in range(1, MOST):
        count = 0

        def fail(execute, sql, params, many, context, step=step):
            nonlocal count
            count += 1
            if count == step:
                raise OperationalError("made to fail")
            return execute(sql, params, many, context)

        with connection.execute_wrapper(fail):
            try:
                perform()
            except OperationalError:
                failed = True
            else:
                failed = False
        if not failed:
            assert snapshot() != before
            return step - 1
        assert snapshot() == before, f"statement {step}"
    raise AssertionError("never passed")


def test_every_statement_of_every_kind_of_act(people):
    made = create_person(people.sam, NewPerson(login="made", name="某（演示）")).value
    once = Once("caller", "key", "0" * 64)
    key = NewKey(
        term=people.walt.term,
        label="系统",
        scopes=("gate:loan",),
        region="150600",
        expires=clocks.today() + timedelta(days=9),
    )
    ended = NewTerm(
        person=made.person,
        post="postalice0000000",
        starts=clocks.today() - timedelta(days=30),
        ends=clocks.today() - timedelta(days=20),
    )
    points = {
        "person.create": each_statement_fails(
            lambda: create_person(people.sam, NewPerson(login="other", name="另（演示）"), once=once)
        ),
        "key.issue": each_statement_fails(lambda: issue_key(people.tina, key)),
        "term.grant": each_statement_fails(lambda: grant_term(people.tina, ended)),
        "person.erase": each_statement_fails(
            lambda: erase_person(people.uma, ErasePerson(person=made.person, ground="本人申请"))
        ),
    }
    assert all(count >= 8 for count in points.values()), points
    verify()


def files() -> set[str]:
    return {str(path) for path in (home() / "evidence").rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["open", "fsync", "replace", "rename", "link", "chmod", "fchmod"])
def test_every_call_that_keeps_a_file(monkeypatch, tmp_path, name):
    """A file is there whole under its hash, or not at all; the second try succeeds."""
    body = b"%PDF-1.7\n% made to fail at " + name.encode() + b"\n%%EOF\n"
    upload = tmp_path / "made.pdf"
    upload.write_bytes(body)
    real = getattr(os, name)
    step = 0
    while True:
        step += 1
        calls = 0
        before = files()

        def fail(*args, step=step, **kwargs):
            nonlocal calls
            calls += 1
            if calls == step:
                raise OSError(28, "No space left on device")
            return real(*args, **kwargs)

        monkeypatch.setattr(os, name, fail)
        try:
            kept = keep(upload, name="made.pdf")
        except OSError:
            # What is there afterwards under a hash must be whole.
            for path in files() - before:
                assert (home() / path).read_bytes() == body
            continue
        finally:
            monkeypatch.setattr(os, name, real)
        assert (home() / kept.path).read_bytes() == body
        assert step < 10
        return

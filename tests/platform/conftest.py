"""The platform's tests: migrated database, made people, a client that is one of them.

`people.alice` is the officer of 伊金霍洛旗, `people.bob` her reviewer, `people.carol` the city's
reviewer; `people.frank` and `people.rita` are the same in another banner and must see nothing of
hers. `people.nobody` is None. See `shoutu.testing.people` for all of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase

from shoutu.platform import setup
from shoutu.platform.doors import Actor
from tests.compiled import share_compiled
from tests.platform.planting import STARTS as STARTS
from tests.platform.planting import plant_people
from tests.postgres import Cluster

setup.load()  # before the modules below, whose tables need the list of apps

from shoutu.platform.acts import unsafe_writes  # noqa: E402
from shoutu.platform.ledger import append_only  # noqa: E402

_DONE: set[str] = set()


def _once(what: str) -> bool:
    """Whether this was done before: the browser's tests import these fixtures, so pytest sees two of each."""
    done = what in _DONE
    _DONE.add(what)
    return done


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """A file, not memory: threads and other processes see what an installation would see."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(Path(settings.HOME) / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None
) -> Iterator[None]:
    from django.test.utils import setup_databases, teardown_databases

    if _once("database"):
        yield
        return
    with django_db_blocker.unblock(), unsafe_writes("test: schema"):
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def _record_is_planted_again() -> Iterator[None]:
    """After a test that commits, the emptied record gets its head and its triggers back."""
    if _once("record"):
        yield
        return
    flush = TransactionTestCase._fixture_teardown

    def clear(case: TransactionTestCase) -> None:
        from shoutu.platform.ledger.models import Head

        with unsafe_writes("test: between tests"):
            append_only.remove(connection)
            flush(case)
            Head.objects.get_or_create(id=1)
            append_only.install(connection)

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", clear)
    yield
    patch.undo()


class People:
    """The made people as actors. Attribute access by key: `people.alice`."""

    nobody = None

    def __init__(self, actors: dict[str, Actor]) -> None:
        self.actors = actors

    def __getattr__(self, key: str) -> Actor:
        try:
            return self.actors[key]
        except KeyError:
            raise AttributeError(key) from None

    def __iter__(self) -> Iterator[tuple[str, Actor]]:
        return iter(self.actors.items())


@pytest.fixture
def people(db: None) -> People:
    return People(plant_people())


@pytest.fixture
def committed_people(transactional_db: None) -> People:
    """The same, committed: for tests with threads or other connections. Slower."""
    return People(plant_people())


@pytest.fixture
def as_person() -> Callable[[Actor | None], Client]:
    """A client signed in as this actor, in their post; as nobody for None."""

    def sign_in(actor: Actor | None) -> Client:
        from shoutu.platform.accounts.models import Person

        client = Client()
        if actor is not None:
            client.force_login(
                Person.objects.get(id=actor.person), backend="django.contrib.auth.backends.ModelBackend"
            )
            session = client.session
            session["term"] = actor.term
            session.save()
        return client

    return sign_in


@dataclass(frozen=True)
class Installation:
    """A data directory and database of its own, driven by commands in other processes."""

    home: Path
    address: str | None

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SHOUTU_", "PYTEST_", "DJANGO_"))}
        named = {} if self.address is None else {"SHOUTU_DATABASE": self.address}
        return {**kept, "SHOUTU_HOME": str(self.home), "SHOUTU_LANG": "en", **named}

    def run(
        self, *words: str | Path, stdin: str = "", timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """`shoutu WORDS` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "shoutu.cli", *map(str, words)],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def python(self, code: str, *words: str | Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """A script in a process with the platform loaded."""
        prelude = "from shoutu.platform import setup; setup.load()\n"
        return subprocess.run(
            [sys.executable, "-c", prelude + code, *map(str, words)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


_SOW = """
import sys
sys.path.insert(0, sys.argv[1])
setup.migrate()
from tests.platform.planting import STARTS as STARTS
from tests.platform.planting import plant_people
plant_people()
from django.db import connection
connection.close()
"""


@pytest.fixture(scope="session")
def _template(
    tmp_path_factory: pytest.TempPathFactory, make_database: Callable[[str], str | None]
) -> Installation:
    """One migrated installation with the made people; `installation` copies it."""
    home = tmp_path_factory.mktemp("template") / "home"
    share_compiled(home)
    made = Installation(home, make_database("template"))
    done = made.python(_SOW, Path(__file__).resolve().parents[2])
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="session")
def make_database() -> Callable[[str], str | None]:
    """Makes an empty database (or a copy of another) beside the test database; None on SQLite."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")

    def create(name: str, template: str | None = None) -> str | None:
        address = os.environ.get("SHOUTU_DATABASE")
        if address is None:
            return None
        import psycopg

        full = f"{worker}_{name}"
        like = f' TEMPLATE "{worker}_{template}"' if template else ""
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{full}"{like}')
        return address.rpartition("/")[0] + f"/{full}"

    return create


@pytest.fixture
def installation(
    _template: Installation,
    make_database: Callable[..., str | None],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Installation:
    """A migrated installation with the made people, of this test alone, on the database under test."""
    home = tmp_path / "home"
    shutil.copytree(_template.home, home, symlinks=True)
    return Installation(home, make_database(f"copy_{abs(hash(request.node.nodeid))}", "template"))


@pytest.fixture
def fresh_installation(
    make_database: Callable[..., str | None], tmp_path: Path, request: pytest.FixtureRequest
) -> Installation:
    """An installation that nobody has set up: empty directory, empty database."""
    return Installation(tmp_path / "home", make_database(f"fresh_{abs(hash(request.node.nodeid))}"))


@pytest.fixture
def durable_cluster() -> Iterator[Cluster]:
    """A PostgreSQL with fsync on, for tests that kill it."""
    cluster = Cluster(durable=True)
    cluster.start()
    yield cluster
    cluster.remove()

"""Fixtures for every test: a data directory of its own, one of two databases, real data where it is.

SHOUTU_TEST_DATABASE=sqlite (default) or postgresql picks the database; `make test` runs the
platform's tests on both. Everything lies under one temporary folder that is removed at the end.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.compiled import share_compiled
from tests.postgres import Cluster
from tests.scale import LONG, times

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
WORKER = os.environ.get("PYTEST_XDIST_WORKER")
DATABASE = os.environ.get("SHOUTU_TEST_DATABASE", "sqlite")
CLUSTER: Cluster | None = None

# Settings are read once, when Django is set up, so this cannot wait for a fixture. The process that
# starts the workers of xdist starts the server too; they inherit both addresses.
os.environ["DJANGO_SETTINGS_MODULE"] = "shoutu.platform.settings"
if WORKER is None:
    os.environ["SHOUTU_TEST_ROOT"] = tempfile.mkdtemp(prefix="shoutu-test-")
    os.environ.pop("SHOUTU_DATABASE", None)
    if DATABASE == "postgresql":
        CLUSTER = Cluster()
        CLUSTER.start()
        os.environ["SHOUTU_DATABASE"] = CLUSTER.address()
ROOT = Path(os.environ["SHOUTU_TEST_ROOT"])
os.environ["SHOUTU_HOME"] = str(ROOT / (WORKER or "main"))

share_compiled(Path(os.environ["SHOUTU_HOME"]))

settings.register_profile(
    "fast", max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("long", max_examples=times(60, 5000), deadline=None, print_blob=True)
settings.load_profile("long" if LONG else "fast")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Workers inherit this process's environment; with settings named in it they would be read
    before this file gives the worker its own data directory."""
    if WORKER is None and session.config.getoption("numprocesses", None):
        del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure(config: pytest.Config) -> None:
    if WORKER is None:
        if CLUSTER is not None:
            CLUSTER.remove()
        shutil.rmtree(ROOT, ignore_errors=True)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the repository; a user's clone does without it."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real data is not beside this clone")
    return SHARED

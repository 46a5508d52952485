"""Two hundred connections at once at a server that really serves: every call is answered."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.platform.conftest import Installation

CONNECTIONS, CALLS = 200, 600

_KEY = """
import json
from datetime import timedelta
from shoutu import clocks
from shoutu.platform.accounts.inputs import NewKey
from shoutu.platform.accounts.queries import acting
from shoutu.platform.accounts.services.keys import issue_key
held = acting("carol")
until = clocks.today() + timedelta(days=30)
data = NewKey(term=held.term, label="load", scopes=("read",), region=held.region, expires=until)
print(json.dumps(issue_key(acting("tina"), data).value.token))
"""


@pytest.fixture
def served(installation: Installation) -> Iterator[tuple[str, str]]:
    """(address, key) of a served installation; the server is the one that `shoutu serve` starts."""
    made = installation.python(_KEY)
    assert made.returncode == 0, made.stderr
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    tree = subprocess.Popen(
        [sys.executable, "-m", "shoutu.cli", "serve", "--port", str(port), "--no-worker"],
        env=installation.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert tree.stdout is not None
        assert tree.stdout.readline().strip() == f"http://127.0.0.1:{port}/"
        yield f"http://127.0.0.1:{port}/api/v1/", json.loads(made.stdout)
    finally:
        tree.send_signal(signal.SIGTERM)
        tree.wait(60)


async def _ask(address: str, token: str) -> Counter[str]:
    """CALLS requests over CONNECTIONS connections, all opened before the first is done."""
    paths = ("regions", "ledger/root", "patches")
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    headers = {"Authorization": f"Bearer {token}"}
    found: Counter[str] = Counter()
    async with httpx.AsyncClient(base_url=address, headers=headers, limits=limits, timeout=120) as client:

        async def one(number: int) -> None:
            answer = await client.get(paths[number % len(paths)])
            found[str(answer.status_code)] += 1

        await asyncio.gather(*(one(number) for number in range(CALLS)))
    return found


def test_two_hundred_connections_are_answered_without_an_error(served: tuple[str, str]) -> None:
    address, token = served
    # In a thread of its own: tests with a browser leave their event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(asyncio.run, _ask(address, token)).result()
    assert found == Counter({"200": CALLS})

"""Claim: every page of the sample city is answered in under a second on two cores, half of them in 200 ms.

The sample is built into a fresh data directory and served as `shoutu serve` does; one client on the
same machine asks each address forty times, after three that do not count. There is no peer: it says what a
person waits for. Times are of the whole answer; the browser draws afterwards.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

PORT = 8791
BASE = f"http://127.0.0.1:{PORT}"
PASSWORD = "shoutu-sample"
PAGES = (
    "/",
    "/clearing/",
    "/batches/",
    "/review/",
    "/warnings/",
    "/documents/",
    "/layers/",
    "/people",
    "/ledger/",
)
TIMES, WARM_UP, SMALL = 40, 3, 5


def run(arguments: argparse.Namespace) -> str:
    times = SMALL if arguments.small else TIMES
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "SHOUTU_HOME": str(Path(folder) / "home")}
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "shoutu.cli", "demo"], env=environment, check=True)
        built = time.perf_counter() - began
        with served(environment):
            rows = measure(times)
    lines = [f"The sample was built in {built:.0f} s.", "", "| address | p50 ms | p99 ms |", "|---|---|---|"]
    lines += [f"| {path} | {p50:.0f} | {p99:.0f} |" for path, p50, p99 in rows]
    return "\n".join(lines)


@contextmanager
def served(environment: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "shoutu.cli", "serve", "--port", str(PORT), "--no-worker"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(240):
            try:
                httpx.get(f"{BASE}/sign-in")
                break
            except httpx.TransportError:
                time.sleep(0.5)
        yield
    finally:
        server.terminate()
        server.wait(30)


def measure(times: int) -> list[tuple[str, float, float]]:
    """(address, p50, p99) in milliseconds, as the city's reviewer sees them."""
    with httpx.Client(base_url=BASE, follow_redirects=True, timeout=60) as client:
        page = client.get("/sign-in").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        form = {"csrfmiddlewaretoken": token[1], "login": "city", "password": PASSWORD}
        client.post("/sign-in", data=form).raise_for_status()
        month = client.get("/warnings/").text
        addresses = [*PAGES, *_linked(month), "/api/v1/patches?limit=100", "/api/v1/layers"]
        return [_timed(client, path, times) for path in addresses]


def _linked(page: str) -> list[str]:
    """The worst banner's month, from the list."""
    found = re.search(r'href="(/warnings/[0-9-]+/[0-9]+/)"', page)
    return [found[1]] if found else []


def _timed(client: httpx.Client, path: str, times: int) -> tuple[str, float, float]:
    taken = []
    for _ in range(WARM_UP + times):
        began = time.perf_counter()
        client.get(path).raise_for_status()
        taken.append((time.perf_counter() - began) * 1000)
    counted = sorted(taken[WARM_UP:])
    return path, statistics.median(counted), counted[min(len(counted) - 1, int(len(counted) * 0.99))]

"""`shoutu serve` as a process: it answers, restarts its worker, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children(parent: int) -> dict[int, str]:
    """Process id → command line of the direct children."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                status = (folder / "stat").read_text().rpartition(")")[2].split()
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if int(status[1]) == parent and status[0] != "Z":
                found[int(folder.name)] = words
    return found


def wait_for(condition, seconds=120):
    limit = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.1)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_the_tree_starts_and_ends_together(tmp_path, end):
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("SHOUTU_", "DJANGO_"))}
    environment |= {"SHOUTU_HOME": str(tmp_path / "home"), "SHOUTU_LANG": "en"}
    words = [sys.executable, "-m", "shoutu.cli", "serve", "--port", str(port)]
    tree = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert tree.stdout is not None
        assert tree.stdout.readline().strip() == f"http://127.0.0.1:{port}/"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=60) as answer:
            assert answer.status == 200
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        started = wait_for(lambda: children(tree.pid) if len(children(tree.pid)) == 2 else None)
        worker = next(process for process, words in started.items() if words.endswith("worker "))
        os.kill(worker, signal.SIGKILL)
        again = wait_for(lambda: children(tree.pid) if worker not in children(tree.pid) else None)
        again = wait_for(lambda: children(tree.pid) if len(children(tree.pid)) == 2 else None)
    finally:
        tree.send_signal(end)
        tree.wait(60)
    assert tree.returncode == (0 if end == signal.SIGTERM else -signal.SIGKILL)
    wait_for(lambda: not any(Path(f"/proc/{process}").exists() for process in again), 30)


def test_a_taken_port_is_bad_input(tmp_path):
    environment = {**os.environ, "SHOUTU_HOME": str(tmp_path / "home"), "SHOUTU_LANG": "en"}
    environment.pop("SHOUTU_DATABASE", None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        words = ["serve", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(
            [sys.executable, "-m", "shoutu.cli", *words],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 2, done.stderr
    assert "cannot be used" in done.stderr

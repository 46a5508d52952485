"""`shoutu serve`: the pages, the API and a worker, in one process tree that starts and ends together."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType

import click

from shoutu.errors import BadInput, ShoutuError, Text

PATIENCE = 20.0
"""Seconds that a child may take to end before it is killed."""

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Server processes.")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="Threads in each.")
@click.option("--no-worker", is_flag=True, help="Run no jobs here.")
def command(host: str, port: int, workers: int, threads: int, no_worker: bool) -> None:
    """Serve the pages and the API until stopped.

    On a network, put a proxy with TLS in front and set SHOUTU_HTTPS=1 and SHOUTU_HOSTS.
    """
    from shoutu.platform import setup

    _check_free(host, port)
    setup.load()
    setup.migrate()
    tree = Tree()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, tree.stop)
    tree.start(
        "server",
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
            *("--workers", str(workers), "--blocking-threads", str(threads), "--respawn-failed-workers"),
            *("--log-level", "warning", "shoutu.platform.wsgi:application"),
        ],
    )
    if not no_worker:
        tree.start("worker", [sys.executable, "-m", "shoutu.cli", "worker"])
    tree.watch(lambda: click.echo(f"http://{host}:{port}/"), (host, port))


class Tree:
    """The child processes. A worker that dies is started again; a server that dies ends the tree."""

    def __init__(self) -> None:
        self.children: dict[str, tuple[list[str], subprocess.Popen[bytes]]] = {}
        self.stopping = False

    def start(self, name: str, words: list[str]) -> None:
        self.children[name] = words, subprocess.Popen(words, preexec_fn=_end_with_parent)  # noqa: S603

    def stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def watch(self, say_ready: Callable[[], None], address: tuple[str, int]) -> None:
        """Until a signal or the server's end; then end every child."""
        said = False
        failed = False
        while not self.stopping and not failed:
            time.sleep(0.2)
            for name, (words, child) in list(self.children.items()):
                if child.poll() is None:
                    continue
                if name == "server":
                    failed = True
                elif not self.stopping:
                    time.sleep(1.0)
                    self.start(name, words)
            if not said and _answers(address):
                said = True
                say_ready()
        self._end()
        if failed:
            raise ShoutuError(
                Text("服务进程意外结束。", "The server process ended by itself."),
                remedy=Text("看上面的信息。", "See the messages above."),
            )

    def _end(self) -> None:
        for _, child in self.children.values():
            if child.poll() is None:
                child.terminate()
        limit = time.monotonic() + PATIENCE
        for _, child in self.children.values():
            try:
                child.wait(max(0.1, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _end_with_parent() -> None:
    """In the child: be told to end when `serve` itself is killed (Linux), in a group of its own.

    The group keeps Ctrl-C from reaching the children twice.
    """
    os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)


def _answers(address: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(address, timeout=0.2):
            return True
    except OSError:
        return False


def _check_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise BadInput(
                Text("这个地址用不了。", "This address cannot be used."),
                found=f"{host}:{port}: {error.strerror}",
                remedy=Text(
                    "换一个 --port，或停掉占用它的程序。", "Choose another --port, or stop what holds it."
                ),
            ) from error

"""The limits of the child: no network, bounded memory and time, and an end that becomes a sentence."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from shoutu.errors import BadInput
from shoutu.layers import sandbox
from shoutu.layers.sandbox import Limits
from tests.layers import made

BOUNDS = "{'memory_bytes': 4 << 30, 'seconds': 2, 'written_bytes': 1 << 20}"


def child(code: str) -> subprocess.CompletedProcess[str]:
    text = f"from shoutu.layers.sandbox import confine\nconfine({BOUNDS})\n" + textwrap.dedent(code)
    return subprocess.run([sys.executable, "-I", "-c", text], capture_output=True, text=True, check=False)


def test_memory_files_and_time_are_bounded() -> None:
    assert "MemoryError" in child("bytearray(5 << 30)").stderr
    assert child(
        "open('/dev/null'); import tempfile\nwith tempfile.TemporaryFile() as f: f.write(bytes(2 << 20))"
    ).returncode
    assert child("while True: pass").returncode < 0


def test_no_address_can_be_reached() -> None:
    """A server on this machine answers before, and is out of reach after, where the kernel allows it."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        result = child(f"import socket\nsocket.create_connection(('127.0.0.1', {port}), timeout=5)")
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody leave the network")
    assert result.returncode != 0
    assert "Error" in result.stderr


def request(path: Path) -> dict[str, object]:
    return {"file": path.name, "path": str(path), "layer": None}


def ask(path: Path, limits: Limits) -> str:
    with pytest.raises(BadInput) as caught, sandbox.parsed(request(path), limits):
        pass
    return caught.value.diagnostics("en")


def test_a_broken_limit_becomes_a_sentence(tmp_path: Path) -> None:
    file = made.geojson(tmp_path / "a.geojson", (made.polygon(made.SQUARE), {}))
    assert "parser ended early" in ask(file, Limits(memory_bytes=60 << 20))
    assert "took more than 0 s" in ask(file, Limits(seconds=0))
    assert "a.geojson" in ask(file, Limits(written_bytes=10))


def test_only_the_drivers_of_the_kind_are_there(tmp_path: Path) -> None:
    """A new release of pyogrio with another driver fails here before it reads a file from outside."""
    code = """
        from shoutu.layers import parse
        parse._load_gdal({"json"})
        import pyogrio
        print(sorted(pyogrio.list_drivers()))
    """
    assert child(code).stdout.strip() == "['GeoJSON', 'GeoJSONSeq']"


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    file = made.geojson(tmp_path / "a.geojson", (made.polygon(made.SQUARE), {}))
    with sandbox.parsed(request(file), Limits()) as (answer, folder):
        assert folder.parent == tmp_path
        assert answer["layer"] == "a"
    assert [path.name for path in tmp_path.iterdir()] == ["a.geojson"]

"""Every command: its help, what the light ones load, and what bad files are answered with."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from shoutu import cli

KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"  # of Go's package sumdb/note
HEAVY = ("numba", "osgeo", "pyogrio", "django", "shapely", "rasterio", "numpy")


def commands() -> Iterator[tuple[str, ...]]:
    """The words of every group and command."""
    context = click.Context(cli.shoutu)
    for name in cli.COMMANDS:
        found = cli.shoutu.get_command(context, name)
        yield (name,)
        if isinstance(found, click.Group):
            yield from ((name, inner) for inner in found.commands)


def run(*words: str | Path) -> int:
    """`shoutu WORDS` in this process; its exit code."""
    try:
        cli.main([str(word) for word in words])
    except SystemExit as done:
        return int(done.code or 0)
    return 0


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_help_says_what_it_is_for(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    for flag in ("--help", "-h"):
        assert run(*words, flag) == 0
        said = capsys.readouterr().out
        assert said.startswith(f"Usage: shoutu {' '.join(words)}")
        assert len(said.splitlines()) > 3


def test_the_whole_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    said = capsys.readouterr().out
    assert all(f"  {name} " in said for name in cli.COMMANDS)


def test_help_and_policy_load_nothing_heavy() -> None:
    """One process asks for every help; what it has loaded by then is named with the first that did it."""
    asked = [["--help"], *([*words, "--help"] for words in commands()), ["policy", "readings"]]
    code = f"""
import contextlib, io, sys
from shoutu import cli
for words in {asked!r}:
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        cli.main(words)
    loaded = [name for name in {HEAVY!r} if name in sys.modules]
    if loaded:
        sys.exit(f"{{words}} loaded {{loaded}}")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_outsider_verifies_without_the_platform(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    file.write_bytes(b"")
    root = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # RFC 6962: the empty tree
    code = (
        "import sys\n"
        "from shoutu import cli\n"
        f"try: cli.main(['ledger', 'verify', {str(file)!r}, '--root', {root!r}])\n"
        "except SystemExit as done: assert not done.code, done.code\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "")


BAD = ("missing", "wrong", "empty")
ON_FILES: dict[str, tuple[str, ...]] = {
    # what is typed, FILE standing for the bad file, GOOD for a good one, OUT for the answer
    "policy evaluate": ("policy", "evaluate", "FILE.json", "--json"),
    "policy explain": ("policy", "explain", "FILE.json"),
    "policy diff": ("policy", "diff", "suizhou_2011", "suizhou_2011", "FILE.json"),
    "policy replay": ("policy", "replay", "FILE.json", "FILE.json"),
    "overlay patches": ("overlay", "FILE.geojson", "--layer", "a=GOOD", "--out", "OUT.csv"),
    "overlay layer": ("overlay", "GOOD", "--layer", "a=FILE.gpkg", "--out", "OUT.csv"),
    "facts patches": ("facts", "FILE.geojson", "--measure", "shape", "--out", "OUT.csv"),
    "facts layer": ("facts", "GOOD", "--layer", "a=FILE.gpkg", "--measure", "distance", "--out", "OUT.csv"),
    "layer import": ("layer", "import", "FILE.zip", "--name", "bad", "--secrecy", "open"),
    "layer check": ("layer", "check", "FILE.geojson"),
    "detect": ("detect", "FILE.tif", "FILE.tif", "--out", "OUT.gpkg"),
    "ledger verify": ("ledger", "verify", "FILE.jsonl", "--root", "0" * 64),
    "ledger verify checkpoint": (
        "ledger",
        "verify",
        "EMPTY.jsonl",
        "--checkpoint",
        "FILE.note",
        "--key",
        KEY,
    ),
    "restore": ("restore", "FILE.tar"),
}
NO_FILE = {
    "policy readings",
    "policy coverage",
    "policy test",
    "policy lint",
    "policy unverified",
    "policy new",
    "layer list",
    "layer register",
    "layer export",
    "layer diff",
    "layer affected",
    "ledger export",
}
NO_FILE |= {"ledger root", "ledger prove", "ledger checkpoint", "region list", "batch list", "demo", "serve"}
NO_FILE |= {"month preview", "month announce", "month issue", "worker", "doctor", "backup"}
NO_FILE |= {"person add-first-administrators", "person add", "person grant"}
NO_FILE |= {"key issue", "key list", "key revoke"}
WITH_RECORDS = {"batch import", "region import"}
"""Their files are tried where there are records: tests/platform/doors."""


def test_every_command_that_reads_a_file_is_tried() -> None:
    groups = {words[0] for words in commands() if len(words) == 2}
    known = {" ".join(words) for words in commands() if len(words) == 2 or words[0] not in groups}
    tried = {next(name for name in known if key.startswith(name)) for key in ON_FILES}
    assert known == tried | NO_FILE | WITH_RECORDS


@pytest.mark.parametrize("key", ON_FILES)
@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_named_and_refused(
    key: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUTU_HOME", str(tmp_path / "home"))
    (tmp_path / "EMPTY.jsonl").write_bytes(b"")
    good = tmp_path / "good.geojson"
    good.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": '
        '{"type": "Polygon", "coordinates": [[[110, 40], [110.001, 40], [110, 40.001], [110, 40]]]}}]}'
    )
    words, bad = [], ""
    for word in ON_FILES[key]:
        name, _, suffix = word.rpartition("=")[2].partition(".")
        if name in ("FILE", "OUT", "EMPTY") and suffix:
            path = tmp_path / (f"{kind}.{suffix}" if name == "FILE" else f"{name}.{suffix}")
            bad = path.name if name == "FILE" else bad
            _make(path, kind) if name == "FILE" else None
            word = word.replace(f"{name}.{suffix}", str(path))
        words.append(word.replace("GOOD", str(good)))
    code = run(*words)
    said = capsys.readouterr()
    assert code in (1, 2), (words, said)
    assert said.out == ""
    assert "Traceback" not in said.err
    assert bad in said.err, said.err
    assert not list(tmp_path.glob("OUT.*"))


def _make(path: Path, kind: str) -> None:
    if kind == "wrong":
        path.write_bytes(b"\x89\x00not what its name says\xff\xfe" * 40)
    elif kind == "empty":
        path.write_bytes(b"")

"""An outsider's check of an export: what each step finds, and what only the root finds."""

from __future__ import annotations

import subprocess
import sys

import pytest

from shoutu.errors import BadInput, VerificationFailed
from shoutu.proof import package, tree
from shoutu.proof.canonical import canonical

TIME = "2026-01-02T03:04:05.678+08:00"
ENTRIES = [{"index": n, "act": "made", "facts": {"名": "演示", "n": n}, "time": TIME} for n in range(9)]
LINES = [canonical(entry) + b"\n" for entry in ENTRIES]
ROOT = tree.root([tree.leaf_hash(line[:-1]) for line in LINES])


def test_an_export_checks():
    found = package.check(LINES, root=ROOT, sizes=(0, 4, 9))
    assert (found.size, found.root) == (9, ROOT)
    assert found.roots == {
        0: tree.EMPTY_ROOT,
        4: tree.root([tree.leaf_hash(line[:-1]) for line in LINES[:4]]),
        9: ROOT,
    }


def test_an_empty_export_has_the_empty_root():
    assert package.check([]).root == tree.EMPTY_ROOT


@pytest.mark.parametrize(
    ("step", "line"),
    [
        ("cut off", LINES[4][:-1]),
        ("one JSON object", b"\n"),
        ("one JSON object", b"[]\n"),
        ("one JSON object", b"\xff\n"),
        ("one JSON object", b"[" * 100_000 + b"\n"),
        ("one JSON object", b'{"index":4,"index":4}\n'),
        ("canonical", b'{"index": 4}\n'),
        ("canonical", b'{"index":4,"act":"x"}\n'),
        ("canonical", b'{"act":"\\u0041","index":4}\n'),
        ("canonical", LINES[4][:-1] + b"\r\n"),
        ("not allowed", b'{"index":4.0}\n'),
        ("not allowed", b'{"a":9007199254740992,"index":4}\n'),
        ("not allowed", b'{"a":NaN,"index":4}\n'),
        ("has the index 5", LINES[5]),
        ("has the index True", b'{"index":true}\n'),
        ("has the index None", b"{}\n"),
    ],
)
def test_the_first_bad_line_is_named(step, line):
    with pytest.raises(VerificationFailed, match=f"Entry 4.*{step}") as error:
        package.check([*LINES[:4], line, *LINES[5:]], file="ledger.jsonl")
    assert error.value.where.row == 5


@pytest.mark.parametrize(
    "lines",
    [
        LINES[:-1],
        [*LINES, canonical({"index": 9}) + b"\n"],
        [*LINES[:4], LINES[4].replace(b"made", b"fake"), *LINES[5:]],
    ],
    ids=["tail cut", "tail added", "changed and written canonically"],
)
def test_only_the_root_finds_these(lines):
    package.check(lines)
    with pytest.raises(VerificationFailed, match="root differs"):
        package.check(lines, root=ROOT)


def test_a_missing_file_is_bad_input(tmp_path):
    with pytest.raises(BadInput):
        package.check_file(tmp_path / "none.jsonl")


def test_the_core_needs_no_django():
    code = "import sys, shoutu.proof.package, shoutu.proof.checkpoint; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

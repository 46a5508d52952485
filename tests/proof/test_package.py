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
    found = package.check(lines)
    with pytest.raises(VerificationFailed, match="root differs") as error:
        package.check(lines, root=ROOT, file="ledger.jsonl")
    assert error.value.where.file == "ledger.jsonl"
    assert error.value.found == f"{found.root.hex()}, {len(lines)} entries"
    assert ROOT.hex() in error.value.remedy.zh
    assert ROOT.hex() in error.value.remedy.en


def test_roots_are_told_at_the_sizes_asked_for_and_no_other():
    assert package.check(LINES).roots == {}
    assert set(package.check(LINES, sizes=[3, 99]).roots) == {3}


def test_what_a_bad_line_is_called_in_chinese_and_english():
    with pytest.raises(VerificationFailed) as error:
        package.check([LINES[0], b"[]\n"])
    assert error.value.what.zh == "第 1 条不是一个 JSON 对象。"
    assert error.value.what.en == "Entry 1 is not one JSON object."
    assert (error.value.where.file, error.value.where.row) == (None, 2)
    with pytest.raises(VerificationFailed) as error:
        package.check([LINES[1]])
    assert error.value.what == ("第 0 条序号是 1。", "Entry 0 has the index 1.")


def test_true_is_no_index_though_it_equals_one():
    for before, line, found in (([], b'{"index":false}\n', False), (LINES[:1], b'{"index":true}\n', True)):
        with pytest.raises(VerificationFailed, match=f"has the index {found}"):
            package.check([*before, line])


def test_a_file_is_checked_like_its_lines(tmp_path):
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(b"".join(LINES))
    assert package.check_file(path) == package.check(LINES)
    assert package.check_file(path, root=ROOT, sizes=(0, 4)) == package.check(LINES, root=ROOT, sizes=(0, 4))
    with pytest.raises(VerificationFailed, match="root differs") as error:
        package.check_file(path, root=tree.EMPTY_ROOT)
    assert error.value.where.file == str(path)
    path.write_bytes(b"".join(LINES[:3]) + LINES[5])
    with pytest.raises(VerificationFailed, match="Entry 3 has the index 5") as error:
        package.check_file(path)
    assert (error.value.where.file, error.value.where.row) == (str(path), 4)


def test_a_missing_file_is_bad_input(tmp_path):
    with pytest.raises(BadInput, match="cannot be read") as error:
        package.check_file(tmp_path / "none.jsonl")
    assert error.value.where.file == str(tmp_path / "none.jsonl")
    assert error.value.found == "No such file or directory"


def test_the_core_needs_no_django():
    code = "import sys, shoutu.proof.package, shoutu.proof.checkpoint; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

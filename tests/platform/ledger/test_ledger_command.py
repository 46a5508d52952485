"""Contract 5 through the command, checked with our own hashing only where RFC 6962 gives no oracle."""

from __future__ import annotations

import hashlib
import json
from importlib import resources

import jsonschema
import pytest

from shoutu.cli import main
from shoutu.platform import acts
from shoutu.platform.acts import Recorded, act
from shoutu.platform.ledger import services


def schema(name: str) -> dict:
    return json.loads(resources.files("shoutu").joinpath("schemas", f"{name}.json").read_text("utf-8"))


@pytest.fixture
def remark(people, monkeypatch):
    """A made act that seals a text; thirteen entries are there."""
    monkeypatch.setattr(acts, "REGISTER", {})

    @act("patch.assign", clause="5.7", region=lambda data: "150627")
    def remark(actor, data):
        return Recorded(None, f"patch:{data}", {"note": services.seal(f"remark {data}"), "n": data})

    for n in range(13):
        remark(people.bob, n)
    return lambda n: remark(people.bob, n)


@pytest.fixture
def ledger(capsys, monkeypatch):
    """`shoutu ledger WORDS` in this process, on the test database: (exit code, stdout, stderr)."""
    monkeypatch.setenv("SHOUTU_LANG", "en")
    monkeypatch.setattr("shoutu.platform.setup.has_records", lambda: True)

    def run(*words):
        try:
            main(["ledger", *map(str, words)])
            code = 0
        except SystemExit as ended:
            code = ended.code
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def answer(ledger):
    def run(name, *words):
        code, out, err = ledger(*words, "--json")
        assert code == 0, err
        document = json.loads(out)
        jsonschema.validate(document, schema(name))
        return document

    return run


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def mth(lines: list[bytes]) -> bytes:
    """RFC 6962 §2.1 over the exported lines."""
    if len(lines) == 1:
        return hashlib.sha256(b"\x00" + lines[0]).digest()
    k = 1
    while k * 2 < len(lines):
        k *= 2
    return node(mth(lines[:k]), mth(lines[k:]))


def test_export_root_and_proofs_agree_with_the_rfc(remark, ledger, answer, tmp_path):
    out = tmp_path / "ledger.jsonl"
    assert ledger("export", "--out", out)[0] == 0
    lines = out.read_bytes().split(b"\n")
    assert lines.pop() == b""
    for index, line in enumerate(lines):
        entry = json.loads(line)
        jsonschema.validate(entry, schema("ledger-entry"))
        assert entry["index"] == index
        assert b"remark" not in line
    root = answer("ledger-root", "root")
    assert root == {"schema": 1, "size": 13, "root": mth(lines).hex()}

    proof = answer("ledger-inclusion", "prove", "6")
    assert (proof["leaf_index"], proof["tree_size"], proof["root"]) == (6, 13, root["root"])
    assert proof["leaf_hash"] == hashlib.sha256(b"\x00" + lines[6]).hexdigest()
    # PATH(6, D[13]): leaf 7, then 4..5, then 0..3, then 8..12.
    assert proof["path"] == [mth(part).hex() for part in (lines[7:8], lines[4:6], lines[0:4], lines[8:13])]

    grown = answer("ledger-consistency", "prove", "--from", "6", "--to", "13")
    assert (grown["root_from"], grown["root_to"]) == (mth(lines[:6]).hex(), root["root"])
    # PROOF(6, D[13]): 4..5, 6..7, 0..3, 8..12.
    assert grown["path"] == [mth(part).hex() for part in (lines[4:6], lines[6:8], lines[0:4], lines[8:13])]

    checked = answer("ledger-verified", "verify", out, "--root", root["root"])
    assert checked == {"schema": 1, "size": 13, "root": root["root"], "compared": True, "checkpoints": 0}


def test_publishing_and_checking_from_outside(remark, ledger, answer, tmp_path):
    code, note, err = ledger("checkpoint")
    assert code == 0, err
    key = ledger("checkpoint", "--key")[1].strip()
    assert ledger("checkpoint")[1] == note
    kept = tmp_path / "note.txt"
    kept.write_text(note, "utf-8")
    for n in range(5):
        remark(n)
    assert answer("ledger-verified", "verify", "--checkpoint", kept)["size"] == 18
    out = tmp_path / "ledger.jsonl"
    ledger("export", "--out", out)
    found = answer("ledger-verified", "verify", out, "--checkpoint", kept, "--key", key)
    assert (found["size"], found["compared"]) == (18, True)
    lines = out.read_bytes().splitlines(keepends=True)
    out.write_bytes(b"".join([lines[0].replace(b"personbob", b"personbib"), *lines[1:]]))
    assert ledger("verify", out, "--checkpoint", kept, "--key", key)[0] == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["prove", "13"], 1),
        (["prove", "--from", "2", "--to", "14"], 1),
        (["prove", "--from", "5", "--to", "4"], 2),
        (["prove"], 2),
        (["prove", "1", "--from", "0", "--to", "2"], 2),
        (["prove", "-1"], 2),
        (["prove", "99999999999999999999999"], 1),
        (["verify", "none.jsonl"], 2),
        (["verify", "--root", "00"], 2),
        (["export", "--out", "/nowhere/at/all"], 2),
        (["verify", "--checkpoint", "none.txt"], 2),
    ],
)
def test_exit_codes(remark, ledger, words, code):
    found, out, err = ledger(*words)
    assert (found, out) == (code, ""), err


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n", b"\x00\xff", b"nonsense"])
def test_a_wrong_file_is_not_verified(tmp_path, ledger, content):
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    assert ledger("verify", path, "--root", "0" * 64)[0] == 1


def test_an_outsider_needs_no_platform(tmp_path, fresh_installation):
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"")
    done = fresh_installation.run("ledger", "verify", path, "--root", hashlib.sha256(b"").hexdigest())
    assert done.returncode == 0, done.stderr
    assert not fresh_installation.home.exists()


def test_no_records_is_said_and_nothing_made(fresh_installation):
    done = fresh_installation.run("ledger", "root")
    assert done.returncode == 2, done.stderr
    assert "no records" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (fresh_installation.home / "records.sqlite3").exists()

"""T18: one set, another place, the same ledger root; a damaged set changes nothing."""

from __future__ import annotations

import hashlib
import json
import tarfile
from importlib import resources

import jsonschema
import pytest

from tests.platform.conftest import Installation

FILL = """
from shoutu.platform import doors
from shoutu.platform.accounts.inputs import NewPerson
from shoutu.platform.accounts.services.people import create_person
from shoutu.platform.home import home
from shoutu.platform.ledger import checkpoints
import hashlib
sam = doors.Actor("personsam0000000", "termsam000000000", doors.Role.SYSTEM_ADMIN, "150600")
for n in range(3):
    create_person(sam, NewPerson(login=f"made{n}", name=f"某{n}（演示）"))
print(checkpoints.publish())
content = b"a photograph"
path = home() / "evidence" / "ab" / hashlib.sha256(content).hexdigest()
path.parent.mkdir()
path.write_bytes(content)
path.chmod(0o440)
"""


@pytest.fixture
def source(installation):
    done = installation.python(FILL)
    assert done.returncode == 0, done.stderr
    return installation


def tree_of(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_set_restores_elsewhere_and_a_damaged_one_does_not(source, tmp_path, make_database):
    out = tmp_path / "set.tar"
    begun = source.home / "layers" / ".building" / "land-1" / "run-0"
    begun.parent.mkdir(parents=True)
    begun.write_bytes(b"a layer that is being built")
    done = source.run("backup", out)
    assert done.returncode == 0, done.stderr
    with tarfile.open(out) as kept:
        assert not [name for name in kept.getnames() if ".building" in name]
    assert out.stat().st_mode & 0o777 == 0o600
    assert source.run("backup", out).returncode == 2  # never replaced
    root = source.run("ledger", "root").stdout

    place = Installation(
        tmp_path / "another" / "place", make_database(f"restored_{abs(hash(str(tmp_path)))}")
    )
    body = out.read_bytes()
    for name, damaged in {
        "cut": body[: len(body) // 2],
        "flipped": body[:3000] + bytes([body[3000] ^ 1]) + body[3001:],
        "not a tar": b"nonsense",
        "empty": b"",
    }.items():
        path = tmp_path / "damaged.tar"
        path.write_bytes(damaged)
        done = place.run("restore", path)
        assert done.returncode == 1, (name, done.stderr)
        assert "Traceback" not in done.stderr
        assert not place.home.exists()
    assert place.run("restore", tmp_path / "none.tar").returncode == 2

    done = place.run("restore", out)
    assert done.returncode == 0, done.stderr
    assert place.run("ledger", "root").stdout == root
    assert not place.home.with_name("place.restoring").exists()
    kept = {
        name: digest for name, digest in tree_of(source.home).items() if name.startswith(("evidence", "keys"))
    }
    assert kept.items() <= tree_of(place.home).items()
    again = place.run("restore", out)
    assert again.returncode == 2
    assert "not empty" in again.stderr

    report = place.run("doctor", "--deep", "--json")
    findings = json.loads(report.stdout)
    schema = json.loads(resources.files("shoutu").joinpath("schemas", "doctor.json").read_text("utf-8"))
    jsonschema.validate(findings, schema)
    states = {(row["check"], row["state"]) for row in findings["findings"]}
    assert {("ledger", "ok"), ("checkpoint", "ok"), ("schema", "ok"), ("append-only", "ok")} <= states
    assert ("orphans", "warn") in states  # the photograph of the fixture has no row
    failed = [row for row in findings["findings"] if row["state"] == "fail"]
    # The server of the tests runs without fsync, and the doctor says so.
    assert bool(failed) == (place.address is not None), failed
    assert report.returncode == (1 if failed else 0)


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "records/../../x", "other/x"])
def test_a_hostile_name_is_refused(tmp_path, name):
    from shoutu.errors import VerificationFailed
    from shoutu.platform.upkeep import archive

    path = tmp_path / "set.tar"
    with tarfile.open(path, "w") as tar:
        tar.addfile(tarfile.TarInfo(name))
    with pytest.raises(VerificationFailed):
        archive.verify(path)


def test_a_link_is_refused(tmp_path):
    from shoutu.errors import VerificationFailed
    from shoutu.platform.upkeep import archive

    path = tmp_path / "set.tar"
    with tarfile.open(path, "w") as tar:
        link = tarfile.TarInfo("layers/x")
        link.type = tarfile.SYMTYPE
        link.linkname = "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(VerificationFailed):
        archive.verify(path)


def test_the_doctor_finds_a_lost_trigger_and_a_broken_entry(people, monkeypatch):
    from django.db import connection

    from shoutu.platform.accounts.inputs import NewPerson
    from shoutu.platform.accounts.services.people import create_person
    from shoutu.platform.acts import unsafe_writes
    from shoutu.platform.ledger import append_only
    from shoutu.platform.ledger.models import Entry
    from shoutu.platform.upkeep.doctor import examine

    create_person(people.sam, NewPerson(login="made", name="某"))
    with unsafe_writes("test: forging"):
        append_only.remove(connection)
        Entry.objects.update(region="150625")
    failed = {finding.check: finding.detail.en for finding in examine() if finding.state == "fail"}
    assert "triggers are missing" in failed["append-only"]
    assert "Entry 0" in failed["ledger"]
    with unsafe_writes("test: forging"):
        append_only.install(connection)


def test_an_unknown_place_for_a_backup_is_bad_input(installation):
    done = installation.run("backup", "/nowhere/at/all.tar")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr

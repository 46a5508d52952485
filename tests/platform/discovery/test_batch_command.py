"""`shoutu batch import`: the same numbers as the upload, and nothing left after a fault."""

from __future__ import annotations

import json

import pytest

from shoutu.platform.discovery import queries
from shoutu.platform.discovery.models import Batch, Draft
from tests.platform import ground

WORDS = ("--number", "2026年十月一批", "--issued-on", "2026-10-08", "--as", "carol", "--json")


@pytest.fixture
def shoutu(capsys, monkeypatch):
    """The command in this process, on the test database."""
    from shoutu import cli

    monkeypatch.setenv("SHOUTU_LANG", "en")

    def run(*words):
        code = 0
        try:
            cli.main([str(word) for word in words])
        except SystemExit as end:
            code = end.code
        out, err = capsys.readouterr()
        return code or 0, out, err

    return run


def test_command_and_upload_give_the_same_numbers(people, tmp_path, shoutu):
    patches = [ground.patch(f"T{i}", ground.square(2 * i, wide=1 + i / 10)) for i in range(3)]
    file = ground.geojson(tmp_path / "a.geojson", patches)
    code, out, _ = shoutu("batch", "import", file, *WORDS)
    answer = json.loads(out)
    assert (code, answer["accepted"], answer["batch"]) == (0, 3, Batch.objects.get().id)
    row = queries.batches(people.carol)[0]
    from shoutu.platform.discovery.intake import drafts

    shown = drafts.preview(
        people.carol, drafts.start(people.carol, file, file.name), header=ground.header("x")
    )
    assert (shown.digest, shown.area_m2) == (answer["rows_sha256"], answer["area_m2"])
    assert row.digest == shown.digest
    code, out, _ = shoutu("batch", "import", file, *WORDS)
    assert (code, json.loads(out)["receipt"]) == (0, answer["receipt"])
    assert Batch.objects.count() == 1


def test_faults_end_with_1_or_2_and_leave_nothing(people, tmp_path, shoutu):
    faulty = ground.geojson(tmp_path / "f.geojson", [ground.patch("", ground.square(0))])
    empty = tmp_path / "e.geojson"
    empty.write_bytes(b"")
    for file, code in ((faulty, 1), (empty, 2), (tmp_path / "none.zip", 2)):
        ended, out, err = shoutu("batch", "import", file, *WORDS)
        assert (ended, out) == (code, "")
        assert file.name in err
        assert "Traceback" not in err
    assert (Batch.objects.count(), Draft.objects.count()) == (0, 0)

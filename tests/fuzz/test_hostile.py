"""Files made to hurt, through the sandbox as it is: refused in a sentence, fast, within memory."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest

from shoutu.errors import BadInput
from shoutu.layers.read import read
from tests.fuzz.hostile import every


@pytest.mark.parametrize(("name", "data"), [one[1:] for one in every()], ids=[one[0] for one in every()])
def test_a_file_made_to_hurt_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / "in" / name
    path.parent.mkdir()
    path.write_bytes(data)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.monotonic()
    with pytest.raises(BadInput) as caught:
        read(path)
    assert time.monotonic() - begun < 20
    assert name in caught.value.diagnostics("zh")
    assert caught.value.remedy is not None
    assert "its parser ended early" not in caught.value.what.en
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 << 10
    assert [part.name for part in tmp_path.rglob("*")] == ["in", name]

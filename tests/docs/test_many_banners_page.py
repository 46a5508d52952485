"""The example of the page “many banners in one call” runs as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs/howto/analyst/many-banners.md"


def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    found = re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    exec(compile(found.group(1), str(PAGE), "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        "150625 2024-05 6.1 red",
        "150625 2024-05 6.2 red",
        "150627 2024-05 6.1 orange",
        "150627 2024-05 6.2 red",
    ]
    assert "15亩" in lines[4]

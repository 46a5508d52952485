"""One sheet of a workbook from outside, as texts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from shoutu.errors import BadInput, Text, Where
from shoutu.layers import sandbox
from shoutu.layers.parse_table import ROWS


@dataclass(frozen=True)
class Table:
    """numbers (n,) row of each record in the sheet, from 1; rows n × columns, texts"""

    file: str
    sheet: str
    columns: list[str]
    numbers: list[int]
    rows: list[list[str]]


def read_table(source: Path, *, name: str, sheet: str | None = None) -> Table:
    """Read a .xlsx in a process of its own with limits. `name` is the file's for messages.

    Titles above the row of column names are skipped, empty rows left out. Raises BadInput naming file,
    sheet and remedy.
    """
    if not source.is_file():
        raise BadInput(
            Text("文件不存在", "there is no such file"),
            where=Where(file=name),
            remedy=Text("检查路径", "check the path"),
        )
    request = {
        "parser": "shoutu.layers.parse_table",
        "file": name,
        "path": str(source.resolve()),
        "layer": sheet,
    }
    limits = sandbox.Limits.of(source.stat().st_size * 10)  # packed text: ten times as long to read
    numbers, rows = [], []
    with sandbox.parsed(request, limits) as (answer, folder):
        for line in (folder / ROWS).read_text("utf-8").splitlines():
            number, texts = json.loads(line)
            numbers.append(number)
            rows.append(texts)
    return Table(name, answer["sheet"], answer["columns"], numbers, rows)

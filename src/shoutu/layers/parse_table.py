"""The child that reads a sheet of a workbook (.xlsx) under the limits of `sandbox`, and ends."""

from __future__ import annotations

import json
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from shoutu.errors import BadInput, Text, Where
from shoutu.layers.sandbox import confine, error_document

ROWS = "rows.jsonl"
MOST_ROWS = 200_000
MOST_COLUMNS = 400
_HEAD_WITHIN = 20
"""Rows from the top among which the column names are looked for: exports put titles above them."""


def main() -> None:
    request = json.load(sys.stdin)
    confine(request["limits"])
    try:
        answer = _parse(request)
    except BadInput as error:
        answer = {"error": error_document(error)}
    json.dump(answer, sys.stdout, ensure_ascii=True)


def _parse(request: dict[str, Any]) -> dict[str, Any]:
    sheet, columns, rows = rows_of(Path(request["path"]), request["layer"], Where(file=request["file"]))
    with (Path(request["folder"]) / ROWS).open("x", encoding="utf-8") as out:
        for number, texts in rows:
            out.write(json.dumps([number, texts], ensure_ascii=False) + "\n")
    return {"sheet": sheet, "columns": columns}


def rows_of(
    path: Path, wanted: str | None, where: Where
) -> tuple[str, list[str], Iterator[tuple[int, list[str]]]]:
    """A sheet's name, its columns, and its rows that hold something, each with its number from 1."""
    sheet = _choose(_open(path, where), wanted, where)
    rows = _unbroken(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), where)
    top, columns = _head(rows, Where(file=where.file, layer=sheet.title))
    return sheet.title, columns, _filled(rows, top, len(columns), where)


def _filled(rows: Any, top: int, width: int, where: Where) -> Iterator[tuple[int, list[str]]]:
    count = 0
    for number, row in enumerate(rows, top + 1):
        texts = [text(value) for value in row[:width]]
        if not any(texts):
            continue
        count += 1
        if count > MOST_ROWS:
            raise _too_many(where)
        yield number, texts + [""] * (width - len(texts))


def _too_many(where: Where) -> BadInput:
    return BadInput(
        Text(f"表格超过 {MOST_ROWS} 行", f"the sheet has more than {MOST_ROWS} rows"),
        where=where,
        remedy=Text("拆分后提交", "hand it in in parts"),
    )


def _open(path: Path, where: Where) -> Any:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        return load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, *_BROKEN) as error:
        raise _unreadable(error, where) from error


_BROKEN = (
    zipfile.BadZipFile, zlib.error, SyntaxError, KeyError, IndexError, ValueError, TypeError, AttributeError,
    OSError, EOFError, NotImplementedError,
)  # fmt: skip
"""What openpyxl and the readers under it raise on parts that are missing, cut or not XML (`SyntaxError`)."""


def _unbroken(rows: Any, where: Where) -> Iterator[Any]:
    """The sheet's rows, which are parsed one after another."""
    try:
        yield from rows
    except _BROKEN as error:
        raise _unreadable(error, where) from error


def _unreadable(error: Exception, where: Where) -> BadInput:
    return BadInput(
        Text("工作簿打不开，可能不完整", "the workbook cannot be opened; it may be incomplete"),
        where=where,
        found=str(error)[:200],
        remedy=Text("另存为 .xlsx 后提交", "save it as .xlsx again and hand it in"),
    )


def _choose(book: Any, wanted: str | None, where: Where) -> Any:
    names = [sheet.title for sheet in book.worksheets]
    for name in (wanted, "图斑列表"):
        if name in names:
            return book[name]
    if wanted is None and len(names) == 1:
        return book[names[0]]
    raise BadInput(
        Text("请指明工作表", "name the sheet"),
        where=where,
        found="、".join(names),
        remedy=Text("选其中一个工作表", "choose one of these sheets"),
    )


def _head(rows: Any, where: Where) -> tuple[int, list[str]]:
    """The number of the row with the column names, from 1, and the names."""
    for number, row in enumerate(rows, 1):
        names = [text(value).strip() for value in row]
        while names and not names[-1]:
            names.pop()
        filled = [name for name in names if name]
        if len(filled) >= 3 and len(set(filled)) == len(filled):
            return number, [name or f"第{index}列" for index, name in enumerate(names, 1)]
        if number == _HEAD_WITHIN:
            break
    raise BadInput(
        Text("找不到列名所在的行", "no row of column names was found"),
        where=where,
        remedy=Text("列名放在同一行，至少三列，不重名", "put at least three unlike names in one row"),
    )


def text(value: object) -> str:
    """A cell as text: dates as ISO, whole numbers without a decimal point, nothing as empty."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


if __name__ == "__main__":
    main()

"""Tables out: areas as CSV, Parquet or xlsx; a file is whole or not there."""

from __future__ import annotations

import csv
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from shoutu.errors import BadInput, Text, Where

Floats = npt.NDArray[np.float64]

_M2_IN_MU = 10_000 / 15
_XLSX_ROWS = 1_048_575  # of data, under one row of heads
_XLSX_EXACT = 10**15  # a cell is a binary float that shows fifteen digits


@dataclass(frozen=True)
class Areas:
    """The rows of contract 2 in its order, as columns of one length.

    patch  the value of the id field or the position; integers stay integers
    """

    patch: Sequence[int] | Sequence[str]
    layer: Sequence[str]
    class_: Sequence[str]
    area_m2: Floats
    patch_area_m2: Floats

    @property
    def area_mu(self) -> Floats:
        return self.area_m2 / _M2_IN_MU

    def columns(self) -> dict[str, Any]:
        return {
            "patch": self.patch,
            "layer": self.layer,
            "class": self.class_,
            "area_m2": self.area_m2,
            "area_mu": self.area_mu,
            "patch_area_m2": self.patch_area_m2,
        }


def writer_for(path: Path) -> Callable[[Areas, Path], None]:
    """How to write to `path`, by its suffix. Raises BadInput before any work is done."""
    where = Where(file=str(path))
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise BadInput(
            Text("输出格式不支持", "this output format is not supported"),
            where=where,
            found=path.suffix or None,
            remedy=Text("用 .csv、.parquet 或 .xlsx 结尾", "end the name in .csv, .parquet or .xlsx"),
        )
    if not path.parent.is_dir() or path.is_dir():
        raise BadInput(
            Text("输出位置不是已有文件夹中的文件", "the output is no file in an existing folder"),
            where=where,
            remedy=Text("先建文件夹，再指明文件名", "make the folder first, and name a file in it"),
        )
    return writer


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes the place of `path` when the block ends well.

    Whatever happens, a reader sees the old file or the new, and nothing is left over.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield draft
        _sync(draft)
        draft.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise BadInput(
            Text("无法写入输出文件", "the output cannot be written"),
            where=Where(file=str(path)),
            found=error.strerror,
            remedy=Text("检查权限和剩余空间", "check permissions and free space"),
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _csv(areas: Areas, path: Path) -> None:
    columns = areas.columns()
    with replacing(path) as draft, draft.open("x", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(columns)
        for patch, layer, class_, *numbers in zip(*columns.values(), strict=True):
            out.writerow([patch, layer, class_, *(f"{number:.6f}" for number in numbers)])


def _parquet(areas: Areas, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = areas.columns()
    integers = isinstance(areas.patch[0], int) if len(areas.patch) else False
    types = [pa.int64() if integers else pa.string(), pa.string(), pa.string(), *[pa.float64()] * 3]
    table = pa.table(
        [pa.array(column, type=kind) for column, kind in zip(columns.values(), types, strict=True)],
        names=list(columns),
    )
    with replacing(path) as draft:
        pq.write_table(table, draft, compression="zstd")


def _xlsx(areas: Areas, path: Path) -> None:
    from openpyxl import Workbook

    if len(areas.layer) > _XLSX_ROWS:
        raise BadInput(
            Text("行数超过 xlsx 的上限", "more rows than an xlsx sheet holds"),
            where=Where(file=str(path)),
            found=len(areas.layer),
            remedy=Text("输出为 .csv 或 .parquet", "write .csv or .parquet"),
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("areas")
    columns = areas.columns()
    sheet.append(list(columns))
    for patch, layer, class_, *numbers in zip(*columns.values(), strict=True):
        cells = [_cell(sheet, patch), _cell(sheet, layer), _cell(sheet, class_)]
        sheet.append([*cells, *map(float, numbers)])
    with replacing(path) as draft:
        book.save(draft)


def _cell(sheet: Any, value: int | str) -> Any:
    """A number, or text that no spreadsheet takes for a formula."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, int) and abs(value) < _XLSX_EXACT:
        return value
    if value == "":
        return None
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("\ufffd", str(value)))
    cell.data_type = "s"
    return cell


_WRITERS: dict[str, Callable[[Areas, Path], None]] = {".csv": _csv, ".parquet": _parquet, ".xlsx": _xlsx}

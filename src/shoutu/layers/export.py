"""Tables out: areas as CSV, Parquet or xlsx; a file is whole or not there."""

from __future__ import annotations

import csv
import math
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from shoutu.errors import BadInput, Text, Where

Floats = npt.NDArray[np.float64]

_M2_IN_MU = 10_000 / 15
_XLSX_ROWS = 1_048_575  # of data, under one row of heads
_XLSX_EXACT = 10**15  # a cell is a binary float that shows fifteen digits

Column = Sequence[int] | Sequence[str] | Floats


class Table(Protocol):
    """Columns of one length, as they are written: floats with six decimals, NaN as nothing."""

    @property
    def title(self) -> str:
        """The sheet's name in a workbook."""

    def columns(self) -> dict[str, Column]: ...


@dataclass(frozen=True)
class Areas:
    """The rows of contract 2 in its order, as columns of one length.

    patch   the value of the id field or the position; integers stay integers
    net_m2  less the share that an attribute takes off, NaN in layers without one; None: nobody asked
    figure_m2  to 0.01, so that the classes of a layer and the rest sum to the patch; None: nobody asked
    """

    patch: Sequence[int] | Sequence[str]
    layer: Sequence[str]
    class_: Sequence[str]
    area_m2: Floats
    patch_area_m2: Floats
    net_m2: Floats | None = None
    figure_m2: Floats | None = None
    title: str = "areas"

    @property
    def area_mu(self) -> Floats:
        return self.area_m2 / _M2_IN_MU

    def columns(self) -> dict[str, Column]:
        columns: dict[str, Column] = {
            "patch": self.patch,
            "layer": self.layer,
            "class": self.class_,
            "area_m2": self.area_m2,
            "area_mu": self.area_mu,
            "patch_area_m2": self.patch_area_m2,
        }
        if self.net_m2 is not None:
            columns |= {"net_m2": self.net_m2, "net_mu": self.net_m2 / _M2_IN_MU}
        if self.figure_m2 is not None:
            columns["figure_m2"] = self.figure_m2
        return columns


def writer_for(path: Path) -> Callable[[Table, Path], None]:
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


def _csv(table: Table, path: Path) -> None:
    columns = table.columns()
    written = [map(_decimal, column) if _is_float(column) else column for column in columns.values()]
    with replacing(path) as draft, draft.open("x", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(columns)
        out.writerows(zip(*written, strict=True))


def _is_float(column: Column) -> bool:
    return isinstance(column, np.ndarray)


def _decimal(number: float) -> str:
    return "" if math.isnan(number) else f"{number:.6f}"


def _parquet(table: Table, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = table.columns()
    arrays = {}
    for name, column in columns.items():
        if _is_float(column):
            arrays[name] = pa.array(column, type=pa.float64(), from_pandas=True)
        else:
            integers = len(column) > 0 and isinstance(column[0], int)
            arrays[name] = pa.array(column, type=pa.int64() if integers else pa.string())
    with replacing(path) as draft:
        pq.write_table(pa.table(arrays), draft, compression="zstd")


def _xlsx(table: Table, path: Path) -> None:
    from openpyxl import Workbook

    columns = table.columns()
    rows = len(next(iter(columns.values())))
    if rows > _XLSX_ROWS:
        raise BadInput(
            Text("行数超过 xlsx 的上限", "more rows than an xlsx sheet holds"),
            where=Where(file=str(path)),
            found=rows,
            remedy=Text("输出为 .csv 或 .parquet", "write .csv or .parquet"),
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.title)
    sheet.append(list(columns))
    kinds = [_is_float(column) for column in columns.values()]
    for row in zip(*columns.values(), strict=True):
        sheet.append([_number(v) if kind else _cell(sheet, v) for v, kind in zip(row, kinds, strict=True)])
    with replacing(path) as draft:
        book.save(draft)


def _number(number: float) -> float | None:
    return None if math.isnan(number) else float(number)


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


_WRITERS: dict[str, Callable[[Table, Path], None]] = {".csv": _csv, ".parquet": _parquet, ".xlsx": _xlsx}

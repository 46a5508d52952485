"""Tables written whole or not at all, and cells that no spreadsheet runs."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from shoutu.errors import BadInput
from shoutu.layers import export
from shoutu.layers.export import Areas, replacing, writer_for

ROWS = Areas(
    patch=["=1+1", "-2", "0003", "9" * 20],
    layer=["a", "a", "@b", "b"],
    class_=["+SUM(A1)", "", "\x07bell", "水浇地"],
    area_m2=np.array([0.001, 2000.0, 1e9, 3.3333333]),
    patch_area_m2=np.array([1.0, 2.0, 3.0, 4.0]),
)


def test_formulas_stay_text_in_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    writer_for(path)(ROWS, path)
    _, *body = openpyxl.load_workbook(path).active.iter_rows()
    assert [cell.value for cell in (row[0] for row in body)] == list(ROWS.patch)
    assert all(row[0].data_type == "s" for row in body)
    assert [row[2].value for row in body] == ["+SUM(A1)", None, "\ufffdbell", "水浇地"]
    assert [row[3].value for row in body] == pytest.approx(ROWS.area_m2.tolist(), rel=1e-15)


def test_long_whole_numbers_keep_their_digits_in_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    numbers = dataclasses.replace(ROWS, patch=[1, 2, 10**15 - 1, 10**15 + 1])
    writer_for(path)(numbers, path)
    _, *body = openpyxl.load_workbook(path).active.iter_rows()
    assert [row[0].value for row in body] == [1, 2, 10**15 - 1, str(10**15 + 1)]


def test_csv_is_written_word_for_word(tmp_path: Path) -> None:
    path = tmp_path / "a.CSV"
    writer_for(path)(ROWS, path)
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines[1] == "=1+1,a,+SUM(A1),0.001000,0.000002,1.000000"
    assert lines[2] == "-2,a,,2000.000000,3.000000,2.000000"
    assert lines[3].endswith("1000000000.000000,1500000.000000,3.000000")


def test_more_rows_than_a_sheet_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_XLSX_ROWS", 3)
    path = tmp_path / "a.xlsx"
    with pytest.raises(BadInput, match="more rows"):
        writer_for(path)(ROWS, path)
    assert not list(tmp_path.iterdir())


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old", encoding="utf-8")

    def write(error: BaseException) -> None:
        with replacing(path) as draft:
            draft.write_text("half", encoding="utf-8")
            raise error

    for error in (KeyboardInterrupt(), ValueError()):
        with pytest.raises(type(error)):
            write(error)
    with pytest.raises(BadInput, match="cannot be written"):
        write(OSError(28, "No space left on device"))
    assert path.read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("name", ["a.txt", "a", "no/such/folder.csv", "folder.csv"])
def test_outputs_that_cannot_be(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(BadInput):
        writer_for(tmp_path / name)

"""The xlsx annex: numbers are numbers, text is text, and where it all comes from."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest

from shoutu.platform.documents import KINDS
from shoutu.platform.documents import fields as f
from tests.platform.documents import samples


def opened(bulletin):
    return openpyxl.load_workbook(io.BytesIO(KINDS["bulletin"].render_xlsx(bulletin)))


def test_figures_are_numbers_and_sum_to_the_last_row():
    table = opened(samples.bulletin()).worksheets[0]
    rows = list(table.iter_rows(min_row=2, values_only=True))
    assert len(rows) == 10
    for column in (*range(3, 4), 5, 7, 9, *range(10, 17)):  # counts and square metres
        assert all(isinstance(row[column], int | float) for row in rows)
        assert sum(row[column] for row in rows[:-1]) == pytest.approx(rows[-1][column], abs=1e-6)


def test_head_is_frozen_and_carries_the_units():
    table = opened(samples.bulletin()).worksheets[0]
    assert table.freeze_panes == "B2"
    heads = [cell.value for cell in table[1]]
    assert "总面积（亩）" in heads
    assert "总面积（平方米）" in heads


def test_second_sheet_names_time_rules_layers_and_marks():
    values = [
        c for row in opened(samples.bulletin()).worksheets[1].iter_rows(values_only=True) for c in row if c
    ]
    for wanted in (
        "2026年11月23日9时40分",
        "永久基本农田",
        "b20c5e11",
        "系统测算，不作为处理决定依据",
        "演示数据",
    ):
        assert wanted in values


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t="])
def test_a_text_that_looks_like_a_formula_stays_text(start):
    name = f'{start}HYPERLINK("http://example.invalid")'
    banner = replace(
        samples.BANNERS[0], projects=(f.ProjectWarning(project=name, level="red"),), measures=(name,)
    )
    table = opened(samples.bulletin(banners=(banner,))).worksheets[0]
    cells = [
        cell for row in table.iter_rows() for cell in row if cell.value and "HYPERLINK" in str(cell.value)
    ]
    assert len(cells) == 2
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_equal_fields_give_equal_bytes():
    render = KINDS["bulletin"].render_xlsx
    assert render(samples.bulletin()) == render(samples.bulletin())

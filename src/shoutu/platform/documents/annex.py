"""The monthly 通报's annex as xlsx: real numbers, units in the heads, sources on the second sheet."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shoutu.platform.documents import fields as f
from shoutu.platform.documents.archive import settled
from shoutu.platform.documents.sheet import (
    COMPUTED_MARK,
    SAMPLE_MARK,
    chinese_day,
    chinese_moment,
    chinese_month,
)

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
HEADS = (
    "旗区",
    "旗区当月合计测算预警",
    "单个项目测算预警",
    "宗数（宗）",
    "总面积（亩）",
    "总面积（平方米）",
    "耕地（亩）",
    "耕地（平方米）",
    "永久基本农田（亩）",
    "永久基本农田（平方米）",
    "下发图斑（个）",
    "未填报（个）",
    "审核中（个）",
    "打回（个）",
    "审核结束（个）",
    "超期未填报提示（个）",
    "超期未办结提示（件）",
    "有关措施",
)
WIDTHS = (16, 14, 34, 10, 12, 14, 12, 14, 14, 16, 12, 12, 12, 10, 12, 14, 14, 34)


def workbook(bulletin: f.MonthlyBulletin) -> bytes:
    """The annex; equal fields give equal bytes.

    Text that a spreadsheet would read as a formula is stored as text.
    """
    from openpyxl import Workbook

    book = Workbook()
    table = book.active
    assert table is not None
    table.title = f"{chinese_month(bulletin.month)}旗区情况"
    _fill(table, [HEADS, *(_row(banner) for banner in bulletin.banners), _sums(bulletin.banners)])
    _dress(table, WIDTHS)
    sources = book.create_sheet("来源和版本")
    _fill(sources, _sources(bulletin))
    _dress(sources, (22, 40, 22, 40))
    out = io.BytesIO()
    book.save(out)
    return settled(out.getvalue(), bulletin.provenance.computed_at)


def _row(banner: f.BannerMonth) -> Sequence[object]:
    projects = "；".join(f"{p.project} {f.LEVEL_NAMES[p.level]}" for p in banner.projects)
    return (
        banner.region,
        f.LEVEL_NAMES[banner.level] if banner.level else "未达到",
        projects or "无",
        banner.parcels,
        *_areas((banner,)),
        banner.issued,
        banner.unreported,
        banner.in_review,
        banner.returned,
        banner.finished,
        banner.overdue_report,
        banner.overdue_case,
        "；".join(banner.measures) or "无",
    )


def _areas(banners: Sequence[f.BannerMonth]) -> list[Decimal]:
    areas = (
        f.total([b.area for b in banners]),
        f.total([b.farmland for b in banners]),
        f.total([b.basic_farmland for b in banners]),
    )
    return [Decimal(text) for area in areas for text in (area.mu_text, area.m2_text)]


def _sums(banners: Sequence[f.BannerMonth]) -> Sequence[object]:
    counts = [
        sum(getattr(b, key) for b in banners)
        for key in (
            "issued",
            "unreported",
            "in_review",
            "returned",
            "finished",
            "overdue_report",
            "overdue_case",
        )
    ]
    return ("合计", "", "", sum(b.parcels for b in banners), *_areas(banners), *counts, "")


def _sources(bulletin: f.MonthlyBulletin) -> list[Sequence[object]]:
    source = bulletin.provenance
    rows: list[Sequence[object]] = [
        ("项目", "内容", "数据截至", "版本"),
        ("测算时间", chinese_moment(source.computed_at), "", ""),
        ("规则", source.rules, "", ""),
        *(("采用的理解", reading, "", "") for reading in source.readings),
        *(("图层", layer.name, chinese_day(layer.as_of), layer.version) for layer in source.layers),
        ("换算", "1亩＝10000÷15平方米，亩数为换算值，合计以平方米为准", "", ""),
    ]
    if source.record:
        rows.append(("记录", source.record, "", ""))
    if bulletin.head.draft:
        rows.append(("说明", COMPUTED_MARK, "", ""))
    if bulletin.head.sample:
        rows.append(("说明", SAMPLE_MARK, "", ""))
    return rows


def _fill(sheet: Worksheet, rows: Sequence[Sequence[object]]) -> None:
    for i, row in enumerate(rows, 1):
        for j, value in enumerate(row, 1):
            cell: Any = sheet.cell(i, j)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # openpyxl would read a leading "=" as a formula
                cell.quotePrefix = value.startswith(FORMULA_STARTS)
            elif isinstance(value, Decimal):
                cell.number_format = "0." + "0" * -int(value.as_tuple().exponent)


def _dress(sheet: Worksheet, widths: Sequence[int]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "B2"
    for j, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(j)].width = width
        head = sheet.cell(1, j)
        head.font = Font(bold=True)
        head.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True

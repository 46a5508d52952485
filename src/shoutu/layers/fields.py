"""What a layer's columns mean: its classes, its features' names, the days of which they tell.

A new version of a layer is proposed the columns of its last one; a first one those whose names are
known from the survey's databases. A proposal is never taken without being said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from shoutu.errors import Text
from shoutu.layers.columns import Meaning, propose
from shoutu.layers.meta import VersionMeta

MEANINGS: Mapping[str, Meaning] = {
    "class": Meaning(
        Text("分类字段", "classes"),
        ("DLMC", "DLBM", "地类名称", "地类编码", "地类", "LX", "类型", "LB", "class", "type"),
    ),
    "name": Meaning(Text("名称字段", "names"), ("MC", "名称", "XMMC", "项目名称", "QSDWMC", "name")),
    "date": Meaning(
        Text("日期字段", "days"), ("BGRQ", "变更日期", "PZRQ", "批准日期", "GXSJ", "更新时间", "date")
    ),
}
_DAY = re.compile(r"((?:19|20)\d\d)[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})")


def proposed(columns: Sequence[str], last: VersionMeta | None) -> dict[str, str]:
    """Our field → column: those of the layer's last version that are there again, else by their names."""
    if last is None:
        return propose(columns, MEANINGS)
    before = {"class": last.class_field, "name": last.name_field, "date": last.date_field}
    return {
        field: column for field, column in before.items() if isinstance(column, str) and column in columns
    }


def latest_day(texts: Sequence[str]) -> date | None:
    """The latest day among texts such as 20241231, 2024-12-31 or 2024年12月31日; None where there is none."""
    days = [day for text in set(texts) if (day := _day(text)) is not None]
    return max(days, default=None)


def _day(text: str) -> date | None:
    match = _DAY.match(text.strip())
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


def set_or_unset(value: str | None) -> Any:
    """For a field of a document that stands in it only where it says something."""
    return msgspec.UNSET if value is None else value

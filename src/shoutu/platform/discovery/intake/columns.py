"""Which column of a delivered file means what.

The names are those of the ministry's satellite-patch tables (JCBH, XZQDM …) and of the 图斑列表 that
provinces export; a city's own are remembered once they were set by hand.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shoutu.errors import BadInput, Text, Where


@dataclass(frozen=True)
class Meaning:
    """One of our fields. `synonyms` in order of trust, compared without case, space and brackets."""

    name: Text
    synonyms: tuple[str, ...]


MEANINGS: Mapping[str, Meaning] = {
    "number": Meaning(
        Text("图斑编号", "patch number"),
        ("图斑编号", "TBBH", "监测编号", "JCBH", "图斑号", "监测图斑编号", "TBH", "patch_number", "number"),
    ),
    "region": Meaning(
        Text("行政区代码", "region code"),
        ("行政区代码", "XZQDM", "县级行政区代码", "县代码", "XDM", "ZLDWDM", "乡镇代码", "region_code"),
    ),
    "region_name": Meaning(
        Text("旗区名称", "banner's name"),
        ("县级行政区名称", "XMC", "XZQMC", "县名", "旗县", "旗区", "区县", "county"),
    ),
    "township_name": Meaning(
        Text("苏木乡镇名称", "township's name"), ("乡镇行政区名称", "XZMC", "乡镇", "苏木乡镇", "XIANGMC")
    ),
    "place": Meaning(
        Text("坐落", "place"), ("坐落", "ZLDWMC", "坐落单位名称", "地址", "位置", "具体位置", "村名", "place")
    ),
    "project": Meaning(Text("项目名称", "project"), ("项目名称", "XMMC", "项目", "project")),
    "status": Meaning(Text("图斑状态", "patch status"), ("图斑状态", "TBZT", "拆分状态", "CFZT")),
    "series": Meaning(Text("监测批次", "monitoring series"), ("监测批次", "JCPC", "批次", "PC", "期号")),
    "area_mu": Meaning(
        Text("监测面积（亩）", "delivered area, mu"),
        ("监测面积", "JCMJ", "图斑面积", "TBMJ", "面积(亩)", "面积亩", "监测面积(亩)"),
    ),
    "before": Meaning(Text("前时相", "date before"), ("前时相", "QSX", "前时相时间")),
    "after": Meaning(Text("后时相", "date after"), ("后时相", "HSX", "后时相时间")),
    "kind": Meaning(Text("图斑类型", "kind of change"), ("图斑类型", "TBLX", "变化类型")),
}
"""Our fields, in the order in which the mapping is shown."""

_DROPPED = re.compile(r"[\s_\-（）()【】\[\]:：]+")


def _plain(name: str) -> str:
    return _DROPPED.sub("", name).casefold()


def propose(columns: Sequence[str]) -> dict[str, str]:
    """Our field → column, for those columns that a synonym names; the first synonym wins."""
    by_plain: dict[str, str] = {}
    for column in columns:
        by_plain.setdefault(_plain(column), column)
    mapping: dict[str, str] = {}
    for field, meaning in MEANINGS.items():
        found = (by_plain[_plain(word)] for word in meaning.synonyms if _plain(word) in by_plain)
        free = next((column for column in found if column not in mapping.values()), None)
        if free is not None:
            mapping[field] = free
    return mapping


def check(mapping: Mapping[str, str], columns: Sequence[str]) -> dict[str, str]:
    """The mapping without empty entries; BadInput for a field or column that is not there, or twice."""
    kept = {field: column for field, column in mapping.items() if column}
    for field, column in kept.items():
        if field not in MEANINGS:
            raise BadInput(
                Text("没有这个字段。", "There is no such field."),
                where=Where(field=field),
                remedy=Text("从列表中选。", f"Choose from {', '.join(MEANINGS)}."),
            )
        if column not in columns:
            raise BadInput(
                Text("文件中没有这一列。", "The file has no such column."),
                where=Where(field=field),
                found=column,
                remedy=Text("从文件的列中选。", f"Choose from {', '.join(columns)}."),
            )
    doubled = [column for column in kept.values() if list(kept.values()).count(column) > 1]
    if doubled:
        raise BadInput(
            Text("同一列对应了两个字段。", "One column stands for two fields."),
            where=Where(field=doubled[0]),
            remedy=Text("每列只对应一个字段。", "Give each column one field."),
        )
    return kept


def signature(columns: Sequence[str]) -> str:
    """SHA-256 of the sorted column names: files with the same columns share a remembered mapping."""
    return hashlib.sha256("\n".join(sorted(columns)).encode()).hexdigest()

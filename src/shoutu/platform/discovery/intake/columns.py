"""Which column of a delivered file means what.

The names are those of the ministry's satellite-patch tables (JCBH, XZQDM …) and of the 图斑列表 that
provinces export; a city's own are remembered once they were set by hand.
"""

from __future__ import annotations

from collections.abc import Mapping

from shoutu.errors import Text
from shoutu.layers.columns import Meaning

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

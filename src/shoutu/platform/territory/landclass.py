"""Which classes of a land-use layer are farmland (耕地).

Third-survey codes (三调工作分类, GB/T 21010-2017): 01 with 0101 paddy, 0102 irrigated, 0103 dry. A code
with K behind it (0201K: 可调整地类) was farmland once; it is shown and never added.
"""

from __future__ import annotations

import re

FARMLAND = "^(01(0[1-3])?|耕地|水田|水浇地|旱地)$"
"""The same for both databases."""

NAMES = {
    "01": "耕地 0101 水田 0102 水浇地 0103 旱地",
    "02": "种植园用地 0201 果园 0202 茶园 0203 橡胶园 0204 其他园地",
    "03": "林地 0301 乔木林地 0302 竹林地 0303 红树林地 0304 森林沼泽 0305 灌木林地 "
    "0306 灌丛沼泽 0307 其他林地",
    "04": "草地 0401 天然牧草地 0402 沼泽草地 0403 人工牧草地 0404 其他草地",
    "05": "商业服务业用地 05H1 商业服务业设施用地 0508 物流仓储用地",
    "06": "工矿用地 0601 工业用地 0602 采矿用地 0603 盐田",
    "07": "住宅用地 0701 城镇住宅用地 0702 农村宅基地",
    "08": "公共管理与公共服务用地 08H1 机关团体新闻出版用地 08H2 科教文卫用地 "
    "0809 公用设施用地 0810 公园与绿地",
    "09": "特殊用地",
    "10": "交通运输用地 1001 铁路用地 1002 轨道交通用地 1003 公路用地 1004 城镇村道路用地 "
    "1005 交通服务场站用地 1006 农村道路 1007 机场用地 1008 港口码头用地 1009 管道运输用地",
    "11": "水域及水利设施用地 1101 河流水面 1102 湖泊水面 1103 水库水面 1104 坑塘水面 1105 沿海滩涂 "
    "1106 内陆滩涂 1107 沟渠 1108 沼泽地 1109 水工建筑用地 1110 冰川及永久积雪",
    "12": "其他土地 1201 空闲地 1202 设施农用地 1203 田坎 1204 盐碱地 1205 沙地 1206 裸土地 1207 裸岩石砾地",
}
"""The third survey's working classes: each first class, then its second classes with their codes."""


def class_name(klass: str) -> str:
    """The name of a class that came as its code; any other stays as it came."""
    code = klass.strip()
    if code[:2] not in NAMES:
        return klass
    first, *rest = NAMES[code[:2]].split()
    if code[:2] == code:
        return first
    return dict(zip(rest[::2], rest[1::2], strict=True)).get(code.removesuffix("K"), klass)


def is_farmland(klass: str) -> bool:
    return re.match(FARMLAND, klass.strip()) is not None

"""Words and figures of patches, batches and lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy

from shoutu.errors import Text
from shoutu.platform.discovery import maps
from shoutu.platform.discovery.rows import PatchRow
from shoutu.platform.discovery.states import OPEN_STATES, State
from shoutu.platform.territory.landclass import class_name
from shoutu.platform.web import figures
from shoutu.platform.web.deadlines import Chip, due_chip

register = template.Library()

STATES: dict[str, Promise] = {
    State.ISSUED: gettext_lazy("未报"),
    State.REPORTED: gettext_lazy("待旗区审核"),
    State.BANNER_PASSED: gettext_lazy("待市级审核"),
    State.RETURNED: gettext_lazy("打回"),
    State.CITY_PASSED: gettext_lazy("审核结束"),
    State.SPLIT: gettext_lazy("被拆分"),
    State.WITHDRAWN: gettext_lazy("已撤销的拆分"),
    "all": gettext_lazy("全部"),
    "overdue": gettext_lazy("其中超期"),
}

FIELDS: dict[str, Promise] = {
    "number": gettext_lazy("期号"),
    "issued_on": gettext_lazy("下发日期"),
    "month": gettext_lazy("计入月份"),
    "report_due": gettext_lazy("填报截止"),
    "city_review_due": gettext_lazy("市级审核截止"),
    "geometry": gettext_lazy("图形"),
    "region": gettext_lazy("行政区代码"),
    "file": gettext_lazy("文件"),
    "layer": gettext_lazy("图层"),
    "crs": gettext_lazy("坐标系"),
    "category": gettext_lazy("核实认定意见"),
    "area": gettext_lazy("总面积"),
    "farmland": gettext_lazy("耕地"),
    "basic_farmland": gettext_lazy("永久基本农田"),
    "explanation": gettext_lazy("说明"),
    "note": gettext_lazy("说明"),
    "proofs": gettext_lazy("举证材料"),
    "kind": gettext_lazy("材料种类"),
    "stopped_on": gettext_lazy("责令停止送达日期"),
    "investigated_on": gettext_lazy("开展调查日期"),
    "reason": gettext_lazy("打回原因"),
    "seen": gettext_lazy("需要确认"),
    "outcome": gettext_lazy("审核意见"),
}
"""Names of inputs, as the pages call them."""


@register.filter
def in_language(text: Text | None) -> str:
    if text is None:
        return ""
    return text.to("en" if get_language() == "en" else "zh")


@register.filter
def of(names: Mapping[str, str], key: str | None) -> str:
    """The name behind a person's or region's key; the key where there is none."""
    return names.get(key or "", key or "")


@register.filter
def state_word(state: str) -> str:
    return str(STATES[state])


@register.filter
def short_number(number: str) -> str:
    return maps.short_number(number)


@register.filter
def class_word(klass: str) -> str:
    """A class's name, with its code behind it where it came as a code; empty for a layer without classes."""
    name = class_name(klass)
    return name if name == klass else f"{name} {klass}"


@register.filter
def change_m2(text: str) -> str:
    """What was added or taken away, with its sign."""
    return ("+" if text.startswith("+") else "") + figures.m2(text)


@register.filter
def due(patch: PatchRow) -> Chip | None:
    """The chip of what is owed; None once nothing is."""
    return due_chip(patch.due_on) if patch.state in OPEN_STATES else None


@register.filter
def known(text: str) -> str | None:
    """Areas are empty text where nothing was measured; pages write a dash for None."""
    return text or None


@register.filter
def get(mapping: Mapping[str, Any], key: str) -> Any:
    return mapping.get(key)


@register.filter
def field_word(field: str) -> str:
    """What a form or a file calls the field in which a fault lies; a column keeps its own name."""
    return str(FIELDS.get(field, field))


@register.filter
def secrecy_word(secrecy: str) -> str:
    return gettext("公开") if secrecy == "open" else gettext("内部")

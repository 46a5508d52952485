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
def secrecy_word(secrecy: str) -> str:
    return gettext("公开") if secrecy == "open" else gettext("内部")

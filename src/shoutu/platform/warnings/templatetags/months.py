"""Words and figures of a month's pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy

from shoutu.errors import Text
from shoutu.platform import documents
from shoutu.platform.warnings.models import Measure
from shoutu.platform.warnings.rows import ANNOUNCED, ISSUED, BoardRow, MeasureRow, MonthPage
from shoutu.platform.web.figures import day as day_text
from shoutu.platform.web.figures import grouped
from shoutu.platform.web.levels import LEVELS
from shoutu.platform.web.ruler import ruler
from shoutu.platform.web.words import pack_words
from shoutu.policy import Scale

register = template.Library()
register.filter(pack_words)

FIGURES: dict[str, Promise] = {
    "parcels": gettext_lazy("新增宗数"),
    "area": gettext_lazy("总面积"),
    "farmland": gettext_lazy("耕地"),
}
STATES: dict[str, Promise] = {
    Measure.DUE: gettext_lazy("应"),
    Measure.PROPOSED: gettext_lazy("拟"),
    Measure.DECIDED: gettext_lazy("已"),
    Measure.DECLINED: gettext_lazy("不予"),
    "lifted": gettext_lazy("已恢复"),
}
PAPERS = {
    "interview-deputy": ("interview-notice",),
    "interview-principal": ("interview-notice",),
    "propose-suspension": ("suspension",),
}


@register.filter
def in_language(text: Text) -> str:
    return text.to("en" if get_language() == "en" else "zh")


@register.filter
def of(names: Mapping[str, str], person: str) -> str:
    """The name behind a person's id; the id where the name was erased."""
    return names.get(person, person)


@register.filter
def earlier(month: str, count: int) -> str:
    """The month `count` months before."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 - count
    return f"{number // 12}-{number % 12 + 1:02d}"


@register.filter
def figure_name(name: str) -> str:
    return str(FIGURES.get(name, name))


@register.filter
def state_word(state: str) -> str:
    return str(STATES[state])


@register.filter
def path(measure: MeasureRow) -> list[tuple[str, bool]]:
    """应 拟 已 已恢复, each with whether the measure has come so far."""
    order = [Measure.DUE, Measure.PROPOSED, Measure.DECIDED, "lifted"]
    reached = order.index(measure.state) if measure.state in order else 1
    return [(str(STATES[state]), index <= reached) for index, state in enumerate(order)]


@register.filter
def paper_kinds(measure: MeasureRow) -> list[tuple[str, str]]:
    """The papers that a measure may be drafted as."""
    kinds = PAPERS.get(measure.kind, ())
    if measure.state == "lifted":
        kinds = (*kinds, "restoration")
    return [(kind, documents.KINDS[kind].label) for kind in kinds]


@register.filter
def distance(scale: Scale) -> str:
    """距橙色：总面积 3.34 亩."""
    if scale.next is None:
        return ""
    unit = gettext("宗") if scale.unit == "parcel" else gettext("亩")
    return gettext("距%(level)s：%(figure)s %(gap)s %(unit)s") % {
        "level": LEVELS[scale.next.level].word,
        "figure": figure_name(scale.name),
        "gap": scale.gap_text,
        "unit": unit,
    }


@register.simple_tag
def scale_ruler(scale: Scale, key: str) -> SafeString:
    bands = [(t.level, t.value) for t in scale.thresholds]
    return ruler(scale.value, bands, figure_name(scale.name), gettext("亩"), f"{key}-{scale.name}")


@register.filter
def compared_figure(line: Mapping[str, Any]) -> str:
    """The figure as it was filed, the other unit in brackets."""
    if line["value"] is None:
        return gettext("不清楚")
    if line["unit"] == "parcel":
        return str(line["value"])
    if line.get("filed"):
        filed = line["filed"].replace("m2", "").strip()
        return f"{grouped(filed)} ㎡" if re.fullmatch(r"[0-9.]+", filed) else filed
    return f"{line['value']} {gettext('亩')}"


@register.filter
def threshold_figure(line: Mapping[str, Any]) -> str:
    unit = gettext("宗") if line["unit"] == "parcel" else gettext("亩")
    return f"{line['threshold']} {unit}"


@register.filter
def progress(row: BoardRow) -> str:
    if row.status == ISSUED:
        return gettext("已签发")
    if row.status == ANNOUNCED:
        if row.open_objections:
            return gettext("异议待答复")
        until = day_text(row.object_until, english=get_language() == "en", year=False)
        return gettext("已告知，异议期至 %s") % until
    if row.undecided.total:
        return gettext("%d 个图斑未审核结束") % row.undecided.total
    return gettext("待告知")


@register.filter
def why_not_issue(page: MonthPage) -> str:
    """Why the button is shut, in words."""
    if page.announcement is None:
        return gettext("告知旗区并过了三个工作日异议期后，由市负责人签发。")
    if page.row.open_objections:
        return gettext("异议答复前不能签发。")
    if page.row.object_until is not None:
        until = day_text(page.row.object_until, english=get_language() == "en")
        return gettext("异议期到 %s；期满后由市负责人签发。") % until
    return gettext("由市负责人签发。")


RULES: dict[str, Promise] = {
    "InForce": gettext_lazy("适用时间"),
    "BandRule": gettext_lazy("分档"),
    "SequenceRule": gettext_lazy("连续"),
    "LevelRule": gettext_lazy("按等级"),
    "YearRule": gettext_lazy("年度"),
    "Effect": gettext_lazy("措施"),
    "Conclude": gettext_lazy("判断"),
    "Indicator": gettext_lazy("比例"),
    "Clock": gettext_lazy("期限"),
    "SafeWindow": gettext_lazy("稳妥期间"),
    "Amount": gettext_lazy("金额"),
}
COVERAGE: dict[str, Promise] = {
    "carried": gettext_lazy("已落实"),
    "carried in part": gettext_lazy("部分落实"),
    "not yet carried": gettext_lazy("未落实"),
    "broken": gettext_lazy("待修复"),
}
CARRIERS: dict[str, Promise] = {
    "rule": gettext_lazy("规则"),
    "gate": gettext_lazy("核查"),
    "register": gettext_lazy("登记"),
    "act": gettext_lazy("办理事项"),
}


@register.filter
def rule_word(kind: str) -> str:
    return str(RULES[kind])


@register.filter
def coverage_word(status: str) -> str:
    return str(COVERAGE[status])


@register.filter
def carrier_word(kind: str) -> str:
    return str(CARRIERS[kind])


@register.filter
def number_word(value: str) -> str:
    """A number of the law as it stands; a level in words."""
    return " / ".join(str(LEVELS[part].word) if part in LEVELS else part for part in value.split())

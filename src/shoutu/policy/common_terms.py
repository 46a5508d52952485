"""Words that belong to no law: what a clock, a window or an amount came to, and units. A pack may reword."""

from __future__ import annotations

from collections.abc import Mapping

from shoutu.errors import Text

COMMON: Mapping[str, Text] = {
    "outcome.running": Text("在期限内", "within the term"),
    "outcome.paused": Text("期限暂停计算", "the term is paused"),
    "outcome.overdue": Text("已超期", "overdue"),
    "outcome.met": Text("已按期办理", "done in time"),
    "outcome.late": Text("已办理，但超期", "done, but late"),
    "outcome.before": Text("尚未到期间", "not open yet"),
    "outcome.open": Text("在稳妥期间内", "within the safe time"),
    "outcome.closed": Text("期间已过", "the time has passed"),
    "outcome.due": Text("幅度", "range"),
    "outcome.figure": Text("比例", "share"),
    "outcome.nothing": Text("没有可计算的基数", "nothing to take a share of"),
    "unit.mu": Text("亩", " mu"),
    "unit.m2": Text("平方米", " m²"),
    "unit.m": Text("米", " m"),
    "unit.yuan": Text("元", " yuan"),
    "unit.percent": Text("%", "%"),
    "unit.working-day": Text("个工作日", " working days"),
    "unit.day": Text("日", " days"),
    "unit.months": Text("个月", " months"),
    "unit.years": Text("年", " years"),
    "unit.number": Text("", ""),
    "unit.parcel": Text("宗", " parcels"),
    "unit.act": Text("起", " acts"),
    "unit.item": Text("项", " items"),
    "unit.times": Text("次", " times"),
    "missing.not-in-force": Text(
        "不在有关规定施行期间", "outside the time in which the provision is in force"
    ),
    "missing.contradiction": Text("数据相互矛盾", "the facts contradict one another"),
}

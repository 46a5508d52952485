"""A small pack about a place that is not there, for those who write packs and for their tests.

The order is made up and says so (演示). It has one part, two levels, one yearly test and one reading, and
uses each word of the vocabulary that a first pack needs.
"""

from __future__ import annotations

from pathlib import Path

_FILES = {
    "pack.yaml": """\
name: toy
version: "1"
title: {zh: 演示市草原巡查办法（演示文件）, en: Grassland rules of a made-up city (demonstration)}
cite: {zh: "《演示市草原巡查办法》第{part}部分", en: "the demonstration rules, part {part}"}
levels: [notice, alarm]
""",
    "order.zh.txt": """\
演示市草原巡查办法（演示文件，不具效力）
一、自2025年1月起施行。每月新增占用土地1亩以上的，提示；超过2亩的，警示。
连续两月被提示的，约谈分管负责人。年度内出现2起以上不制止的，移送。
""",
    "clauses.yaml": """\
"1.1": {zh: 每月提示和警示, en: monthly notice and alarm}
"1.2": {zh: 连续提示后约谈, en: interview after two notices}
"1.3": {zh: 年度移送, en: yearly referral}
""",
    "numbers.yaml": """\
start:
  clause: "1.1"
  unit: month
  quotation: 自2025年1月起施行
  values: [{from: 2025-01, value: 2025-01}]
notice-area:
  clause: "1.1"
  unit: mu
  quotation: 每月新增占用土地1亩以上的，提示
  values: [{from: 2025-01, value: 1}, {from: 2026-01, value: 0.5}]
alarm-area:
  clause: "1.1"
  unit: mu
  quotation: 超过2亩的，警示
  values: [{from: 2025-01, value: 2}]
row:
  clause: "1.2"
  unit: item
  quotation: 连续两月被提示的，约谈分管负责人
  values: [{from: 2025-01, value: 2}]
acts:
  clause: "1.3"
  unit: act
  quotation: 年度内出现2起以上不制止的，移送
  values: [{from: 2025-01, value: 2}]
""",
    "readings.yaml": """\
row:
  question: {zh: 何为连续, en: what consecutive means}
  options:
    months: {zh: 相邻月份, en: adjacent months}
    items: {zh: 前后两次, en: one after the other}
""",
    "errata.yaml": "[]\n",
    "wording.yaml": """\
level.notice: {zh: 提示, en: a notice}
level.alarm: {zh: 警示, en: an alarm}
unit.mu: {zh: 亩, en: " mu"}
unit.act: {zh: 起, en: " acts"}
subject.1.1: {zh: "旗区（{trigger}）", en: "the banner ({trigger})"}
1.1.area: {zh: 当月新增占用土地, en: land newly occupied in the month}
1.3.unstopped: {zh: 疑似未制止的行为, en: acts apparently not stopped}
measure.interview: {zh: 约谈分管负责人, en: an interview of the leader in charge}
measure.referral: {zh: 移送, en: a referral}
touches.banner: {zh: 旗区人民政府, en: the banner's government}
missing.stopped: {zh: 是否已制止, en: whether it was stopped}
missing.area: {zh: 用地面积, en: the area}
missing.not-in-force: {zh: 尚未施行, en: not yet in force}
""",
    "coverage.yaml": """\
"1.1": []
"1.2": []
"1.3": []
""",
    "rules/part1.py": '''\
"""The one part of the made-up order."""

from shoutu.policy.vocabulary import (
    AtLeast,
    Band,
    BandRule,
    ByReading,
    Count,
    Effect,
    Flag,
    Hit,
    InForce,
    Items,
    Named,
    Not,
    SequenceRule,
    Total,
    YearRule,
)

AREA = Total("area")
UNSTOPPED = Named("unstopped", AtLeast(Count(Not(Flag("stopped"))), "acts"))

RULES = (
    InForce(part="1", window="month", since="start"),
    BandRule(
        clause="1.1",
        subject="region",
        window="month",
        bands=(
            Band("alarm", (Named("area", AtLeast(AREA, "alarm-area", beyond=True)),)),
            Band("notice", (Named("area", AtLeast(AREA, "notice-area")),)),
        ),
    ),
    SequenceRule(
        clause="1.2",
        measure="interview",
        number="row",
        items=Items(merged=True),
        adjacent=ByReading("row", {"months": True, "items": False}),
        hits=(Hit(("notice",), after=("notice",)),),
    ),
    YearRule(clause="1.3", year_of="batch", reached=UNSTOPPED, because=(UNSTOPPED,)),
    Effect("interview", "1.2", "interview", touches="banner"),
)
''',
    "cases/1.1.yaml": """\
- name: one mu is a notice
  violations:
    - {id: V1, month: 2025-03, area_mu: 1.00, stopped: true}
  expect:
    warnings: [["1.1", "150625", 2025-03, notice, [area]]]
- name: two mu is not yet an alarm
  violations:
    - {id: V1, month: 2025-03, area_mu: 2.00, stopped: true}
  expect:
    warnings: [["1.1", "150625", 2025-03, notice, [area]]]
- name: beyond two mu is an alarm
  violations:
    - {id: V1, month: 2025-03, area_mu: 2.01, stopped: true}
  expect:
    warnings: [["1.1", "150625", 2025-03, alarm, [area]]]
""",
    "cases/1.2.yaml": """\
- name: two months of notices bring the interview
  violations:
    - {id: V1, month: 2025-03, area_mu: 1.00, stopped: true}
    - {id: V2, month: 2025-04, area_mu: 1.00, stopped: true}
  expect:
    measures: [["1.2", 2025-04, interview, ["150625"]]]
""",
    "cases/1.3.yaml": """\
- name: two acts that were not stopped
  violations:
    - {id: V1, month: 2025-03, area_mu: 0.10, stopped: false}
    - {id: V2, month: 2025-03, area_mu: 0.10, stopped: false}
  expect:
    referrals: [["1.3", 2025, [unstopped]]]
""",
}


def write_toy_pack(folder: Path) -> Path:
    """Write the pack into `folder`, which is made when absent; the folder again."""
    for name, text in _FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder

"""A made-up pack with tables of its own, one rule of each kind, written into a folder for a test."""

from __future__ import annotations

from pathlib import Path

from shoutu.policy import Pack, load_pack

FILES = {
    "pack.yaml": """\
name: sand
version: "1"
title: {zh: 演示采砂规定（演示文件）, en: made-up rules on sand}
cite: {zh: 演示规定, en: the made-up rules}
levels: []
""",
    "clauses.yaml": """\
"1": {zh: 闲置的比例, en: share left idle, cite: {zh: 《演示规定》第一条, en: made-up rules art. 1}}
"2": {zh: 单块, en: one plot, cite: {zh: 《演示规定》第二条, en: made-up rules art. 2}}
"3": {zh: 期限, en: terms, cite: {zh: 《演示规定》第三条, en: made-up rules art. 3}}
"4": {zh: 罚款, en: fines, cite: {zh: 《演示规定》第四条, en: made-up rules art. 4}}
""",
    "numbers.yaml": """\
share: {clause: "1", unit: percent, values: [{from: 2020-01, value: 20}]}
stop: {clause: "1", unit: months, values: [{from: 2020-01, value: 12}]}
size: {clause: "2", unit: mu, values: [{from: 2020-01-01, value: 5}, {from: 2024-05-01, value: 8}]}
large: {clause: "2", unit: mu, values: [{from: 2020-01-01, value: 10}, {from: 2024-05-01, value: 9}]}
line: {clause: "2", unit: date, values: [{from: 2020-01, value: 2020-07-03}]}
idle: {clause: "2", unit: years, values: [{from: 2020-01, value: 2}]}
answer: {clause: "3", unit: working-day, values: [{from: 2021-07-15, value: 5}]}
then: {clause: "3", unit: months, values: [{from: 2021-07-15, value: 3}]}
decide: {clause: "3", unit: day, values: [{from: 2021-07-15, value: 90}]}
further: {clause: "3", unit: day, values: [{from: 2021-07-15, value: 30}],
          unverified: {zh: 未见原文, en: not seen}}
low: {clause: "4", unit: yuan/m2, values: [{from: 2021-09-01, value: 100}, {from: 2024-05-01, value: 50}]}
high: {clause: "4", unit: yuan/m2, values: [{from: 2021-09-01, value: 1000}]}
""",
    "readings.yaml": """\
owner:
  question: {zh: 以谁计, en: of whom}
  options:
    plain: {zh: 不论, en: of anybody}
    own: {zh: 只计自有, en: of its own only}
""",
    "wording.yaml": """\
question.stop: {zh: 是否停止, en: whether to stop}
question.plot: {zh: 单块情况, en: the plot}
question.answer: {zh: 答复期限, en: term for the answer}
question.decide: {zh: 决定期限, en: term for the decision}
question.safe: {zh: 稳妥期间, en: safe time}
question.fine: {zh: 罚款幅度, en: range of the fine}
outcome.stopped: {zh: 达到停止标准, en: to be stopped}
outcome.go-on: {zh: 未达到, en: not reached}
outcome.large: {zh: 大, en: large}
outcome.medium: {zh: 中, en: medium}
outcome.small: {zh: 小, en: small}
1.idle: {zh: 闲置面积比例, en: share of idle area}
2.area: {zh: 面积, en: area}
2.old: {zh: 早已存在, en: there before}
2.lying: {zh: 闲置已久, en: long idle}
2.kind: {zh: 类别, en: kind}
measure.stop: {zh: 停止供砂, en: a stop of supply}
touches.holder: {zh: 该企业, en: the company}
missing.area: {zh: 面积, en: area}
""",
    "facts.yaml": """\
plots:
  title: {zh: 地块, en: plots}
  fields:
    holder: {type: text, zh: 企业, en: company}
    checker: {type: text, zh: 审核人, en: checker}
    area: {type: area, zh: 面积, en: area}
    idle: {type: flag, zh: 是否闲置, en: whether idle}
    own: {type: flag, zh: 是否自有, en: whether its own}
    kind: {type: choice, zh: 类别, en: kind, options: {pit: {zh: 坑, en: pit}, yard: {zh: 场, en: yard}}}
    act_on: {type: date, zh: 行为日期, en: day of the act}
    seen_on: {type: date, zh: 发现日期, en: day seen}
    start: {type: date, zh: 约定动工日, en: agreed start}
    filed: {type: date, zh: 立案日, en: day of filing}
    decided: {type: date, zh: 决定日, en: day of the decision}
    more: {type: number, zh: 延长天数, en: further days}
stops:
  title: {zh: 暂停, en: pauses}
  fields:
    of: {type: row, table: plots, zh: 地块, en: plot}
    since: {type: date, zh: 自, en: since}
    until: {type: date, zh: 至, en: until}
""",
    "coverage.yaml": '"1": []\n',
    "rules/sand.py": '''\
"""Made-up rules."""

from shoutu.policy.vocabulary import (
    All, Amount, AtLeast, Band, ByReading, Clock, Conclude, Either, Effect, Flag, Is, Named, Not,
    OnOrAfter, Ratio, RunOut, SafeWindow, Sum,
)

IDLE = ByReading("owner", {"plain": Flag("idle"), "own": All((Flag("idle"), Flag("own")))})
STOP = Conclude(
    clause="1",
    question="stop",
    table="plots",
    subject="company",
    by="holder",
    bands=(Band("stopped", (Named("idle", Ratio(Sum("area", IDLE), Sum("area"), "share")),), ("stop",)),),
    otherwise="go-on",
)
PLOT = Conclude(
    clause="2",
    question="plot",
    table="plots",
    subject="parcel",
    where=Not(Is("kind", ("yard",))),
    bands=(
        Band("large", (Named("area", AtLeast(Sum("area"), "large")),
                       Named("lying", RunOut("start", "idle", pauses="stops")))),
        Band("medium", (Named("area", AtLeast(Sum("area"), "size")),
                        Named("old", Not(OnOrAfter("act_on", "line", beyond=True, until="seen_on"))))),
    ),
    otherwise="small",
    law="act",
    dated="act_on",
)
DECIDE = Clock(
    clause="3", question="decide", table="plots", subject="case", since=("filed",), terms=("decide",),
    done="decided", more="more", most="further", pauses="stops",
)


def _from(*terms):
    return Clock(clause="3", question="safe", table="plots", subject="case", since=("decided",), terms=terms)


RULES = (
    STOP,
    PLOT,
    DECIDE,
    SafeWindow("3", "safe", "plots", "case", opens=(_from("answer"), _from("decide")),
               closes=(_from("answer", "then"), _from("decide", "then"))),
    Amount("4", "fine", "plots", "case", base="area", low="low", high="high", where=Either((Flag("own"),)),
           dated="act_on", law="act"),
    Effect("stop", "1", "suspend", touches="holder", lasting="stop"),
)
''',
}


def written(folder: Path, **changed: str) -> Path:
    """The pack in `folder`; `changed` replaces one file's text by its name with `__` for `/` and `.`."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed.get(name.replace("/", "__").replace(".", "__"), text), encoding="utf-8")
    return folder


def loaded(folder: Path, **changed: str) -> Pack:
    return load_pack(str(written(folder, **changed)))

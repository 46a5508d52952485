"""What a person or another app fills in: one frozen dataclass per kind of document.

Areas come as filed figures (`Area`), never as floats. Terms, posts, places and numbers are data.
Between a bureau and a banner's government nothing is ordered: 《党政机关公文处理工作条例》 leaves
the 函, or a paper in the name of the city's government or its office, so `Letterhead` refuses a
通知 or 通报 by a bureau to a 人民政府.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Literal

from shoutu.errors import BadInput, Text, Where
from shoutu.units import m2_to_mu, mu_to_m2, round_half_up, to_text

BUREAU = "鄂尔多斯市自然资源局"
GOVERNMENT_OFFICE = "鄂尔多斯市人民政府办公室"

Level = Literal["yellow", "orange", "red"]
Form = Literal["letter", "file", "minutes"]
Whom = Literal["deputy", "principal"]

LEVEL_NAMES: dict[Level, str] = {"yellow": "黄色", "orange": "橙色", "red": "红色"}
POSTS: dict[Whom, str] = {"deputy": "分管负责人", "principal": "主要负责人"}

# 机关代字, year in hexagonal brackets, running number without 第 and without leading noughts.
_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,12}〔20\d\d〕[1-9]\d{0,4}号")
_MOST_PLACES = 6


@dataclass(frozen=True)
class Area:
    """An area as it was filed, in square metres, exact."""

    m2: Fraction

    @classmethod
    def from_m2(cls, text: str) -> Area:
        return cls(Fraction(text))

    @classmethod
    def from_mu(cls, text: str) -> Area:
        return cls(mu_to_m2(Fraction(text)))

    @property
    def mu_text(self) -> str:
        """Mu to two decimals; more where two would show a whole mu that was not reached or passed.

        Thresholds are whole mu: 9.996 mu must not read as 10.00 beside "10亩以上".
        """
        mu = m2_to_mu(self.m2)
        places = 2
        while places < _MOST_PLACES and _poses_as_whole(mu, places):
            places += 1
        return to_text(mu, places)

    @property
    def m2_text(self) -> str:
        return to_text(self.m2, 2)

    @property
    def both(self) -> str:
        return f"{self.mu_text}亩（{self.m2_text}平方米）"


def _poses_as_whole(mu: Fraction, places: int) -> bool:
    shown = round_half_up(mu, places)
    return shown.denominator == 1 and shown != 0 and shown != mu


def total(areas: Sequence[Area]) -> Area:
    return Area(sum((area.m2 for area in areas), Fraction(0)))


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """Issuer, kind, number and the rest of head and foot.

    A paper without `number` is a draft. `signer` (签发人) is printed on upward papers only
    (报告, 请示), as GB/T 9704-2012 has it. `sample` prints 演示数据 on every page.
    """

    issuer: str
    kind: str
    addressees: tuple[str, ...] = ()
    number: str | None = None
    dated: date | None = None
    signer: str | None = None
    copies: tuple[str, ...] = ()
    printer: str | None = None
    printed: date | None = None
    secrecy: str | None = None
    urgency: str | None = None
    sample: bool = False

    def __post_init__(self) -> None:
        if self.number is not None:
            self._check_number(self.number)
        to_government = any(name.endswith("人民政府") for name in self.addressees)
        if to_government and "人民政府" not in self.issuer and self.form == "file" and not self.upward:
            raise BadInput(
                Text(
                    "部门不能向人民政府下发此文种",
                    "a bureau cannot send a paper of this kind to a government",
                ),
                where=Where(field="kind"),
                found=f"{self.issuer} → {'、'.join(self.addressees)}，{self.kind}",
                remedy=Text(
                    "文种改为函，或者以市人民政府（办公室）名义行文",
                    "make it a 函, or issue it in the name of the city's government or its office",
                ),
            )

    def _check_number(self, number: str) -> None:
        if not _NUMBER.fullmatch(number):
            raise BadInput(
                Text("发文字号的写法不对", "the document number is not written as it must be"),
                where=Where(field="number"),
                found=number,
                remedy=Text(
                    "写作“鄂自然资函〔2026〕12号”：六角括号，序号前不加“第”，不编虚位",
                    "write 鄂自然资函〔2026〕12号: brackets 〔〕, no 第, no leading noughts",
                ),
            )
        if self.dated is None:
            raise BadInput(
                Text("已编号的文书缺成文日期", "a numbered document lacks its date"),
                where=Where(field="dated"),
                remedy=Text("填写签发日期", "give the day on which it was signed"),
            )

    @property
    def draft(self) -> bool:
        return self.number is None

    @property
    def form(self) -> Form:
        if self.kind == "函":
            return "letter"
        return "minutes" if self.kind.endswith("纪要") else "file"

    @property
    def upward(self) -> bool:
        return self.kind in ("报告", "请示")


def bureau_letter(region: str) -> Letterhead:
    """The default between the bureau and a banner's government: a 函."""
    return Letterhead(
        issuer=BUREAU, kind="函", addressees=(f"{region}人民政府",), copies=("市人民政府办公室",)
    )


def office_notice(region: str) -> Letterhead:
    """A 通知 in the name of the office of the city's government."""
    return Letterhead(
        issuer=GOVERNMENT_OFFICE,
        kind="通知",
        addressees=(f"{region}人民政府",),
        copies=(BUREAU,),
        printer=GOVERNMENT_OFFICE,
    )


def bureau_circular() -> Letterhead:
    """The monthly 通报 goes to the banners' bureaus; their governments get copies."""
    return Letterhead(
        issuer=BUREAU,
        kind="通报",
        addressees=("各旗区自然资源局",),
        copies=("市人民政府办公室", "各旗区人民政府"),
        printer=f"{BUREAU}办公室",
    )


def bureau_minutes(region: str) -> Letterhead:
    return Letterhead(
        issuer=BUREAU,
        kind="约谈纪要",
        copies=("市人民政府办公室", f"{region}人民政府"),
        printer=f"{BUREAU}办公室",
    )


@dataclass(frozen=True, kw_only=True)
class Decision:
    """That a named person decided. Without it the text says 拟 and the paper takes no number.

    basis  the clause that opens the paper, such as 经市人民政府同意
    on     the day of the decision
    """

    basis: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One warning: the sentence that the rules computed, and the words of the order it rests on."""

    level: Level
    sentence: str
    quotation: str
    project: str | None = None
    """None: the banner's month as a whole."""


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """One 宗 of suspected illegal land use."""

    number: str
    project: str
    township: str
    area: Area
    farmland: Area
    basic_farmland: Area


@dataclass(frozen=True, kw_only=True)
class LayerUsed:
    name: str
    as_of: date
    version: str


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """By what, when and from what the figures were computed."""

    computed_at: datetime
    rules: str
    readings: tuple[str, ...] = ()
    layers: tuple[LayerUsed, ...] = ()
    record: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Paper:
    """What all kinds share; a number without a decision is refused."""

    head: Letterhead
    decision: Decision | None = None
    contact: str | None = None

    def __post_init__(self) -> None:
        if self.decision is None and not self.head.draft:
            raise BadInput(
                Text("没有人作出决定的文书不能编号", "a paper that nobody decided cannot take a number"),
                where=Where(field="decision"),
                found=self.head.number,
                remedy=Text("先记录决定，再编号", "record the decision first, then number the paper"),
            )


@dataclass(frozen=True, kw_only=True)
class WarningNotice(_Paper):
    """预警通知: a banner's warnings of one month. `month` is YYYY-MM."""

    region: str
    month: str
    findings: tuple[Finding, ...]
    parcels: tuple[Parcel, ...]
    provenance: Provenance
    reply_by: date | None = None
    objection_days: int = 3


@dataclass(frozen=True, kw_only=True)
class InterviewNotice(_Paper):
    """约谈通知书: whom, why, when, where, what to bring."""

    region: str
    month: str
    whom: Whom
    grounds: tuple[Finding, ...]
    quotation: str
    when: datetime | None = None
    place: str | None = None
    interviewer: str | None = None
    materials: tuple[str, ...] = (
        "本旗区有关用地的基本情况和形成原因",
        "已经采取的制止、查处和整改措施",
        "下一步整改安排和完成时限",
    )


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One thing asked for, with its last day."""

    text: str
    due: date | None = None


@dataclass(frozen=True, kw_only=True)
class InterviewMinutes(_Paper):
    """约谈纪要: what was put, what was answered, what must be done by when."""

    region: str
    month: str
    whom: Whom
    when: datetime
    place: str
    chair: str
    facts: tuple[str, ...]
    statements: tuple[str, ...]
    requirements: tuple[Requirement, ...]
    present: tuple[str, ...]
    plan_by: date | None = None
    reply_by: date | None = None
    absent: tuple[str, ...] = ()
    observers: tuple[str, ...] = ()
    recorder: str | None = None


@dataclass(frozen=True, kw_only=True)
class SuspensionNotice(_Paper):
    """暂停用地审批通知. The default scope is the policy's first reading: conversion and temporary land."""

    region: str
    month: str
    grounds: tuple[Finding, ...]
    quotation: str
    from_day: date | None = None
    scope: tuple[str, ...] = (
        "由市人民政府批准的农用地转用和土地征收，暂停受理、审查和批准",
        "由市自然资源主管部门批准的临时用地，暂停受理、审查和批准",
        "需报自治区人民政府、国务院批准的用地，暂停转报",
    )
    exceptions: tuple[str, ...] = ()
    pending: str = "本文印发前已经受理、尚未批准的事项中止办理，期限相应中止计算，材料不予退回。"


@dataclass(frozen=True, kw_only=True)
class RestorationNotice(_Paper):
    """恢复用地审批通知: undoes a named suspension after accepted rectification."""

    region: str
    suspension_number: str
    suspension_dated: date
    acceptance: str
    """Title or number of the paper by which the rectification was accepted."""
    from_day: date | None = None
    resumed: str = "原暂停范围内的用地审批事项全部恢复办理，中止办理的事项自恢复之日起继续计算期限。"
    follow_up: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProjectWarning:
    project: str
    level: Level


@dataclass(frozen=True, kw_only=True)
class BannerMonth:
    """One banner's line in the monthly 通报: the warning figures and the state of the patches."""

    region: str
    level: Level | None
    projects: tuple[ProjectWarning, ...] = ()
    parcels: int = 0
    area: Area = field(default_factory=lambda: Area(Fraction(0)))
    farmland: Area = field(default_factory=lambda: Area(Fraction(0)))
    basic_farmland: Area = field(default_factory=lambda: Area(Fraction(0)))
    issued: int = 0
    unreported: int = 0
    in_review: int = 0
    returned: int = 0
    finished: int = 0
    overdue_report: int = 0
    overdue_case: int = 0
    measures: tuple[str, ...] = ()
    """Proposed or taken, each with its own 拟 or 已."""


@dataclass(frozen=True, kw_only=True)
class MonthlyBulletin(_Paper):
    """月度通报 for all banners; its annex goes out as xlsx too."""

    month: str
    banners: tuple[BannerMonth, ...]
    provenance: Provenance
    previous_parcels: int | None = None
    previous_area: Area | None = None
    requirements: tuple[str, ...] = (
        "各旗区要对照附件逐宗核实，抓紧填报审核；对正在实施的涉嫌违法用地行为，依法及时制止。",
        "超期未填报、超期未办结的旗区，要逐件说明原因，明确完成时限。",
    )
    reply_by: date | None = None

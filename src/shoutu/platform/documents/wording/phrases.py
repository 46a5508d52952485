"""Turns of phrase and blocks that several kinds share."""

from __future__ import annotations

from collections.abc import Sequence

from shoutu.errors import BadInput, Text, Where
from shoutu.platform.documents import fields as f
from shoutu.platform.documents.authority import ORDER_PART, SUPERVISION
from shoutu.platform.documents.sheet import (
    Block,
    Column,
    Heading,
    Note,
    Paragraph,
    Table,
    chinese_day,
    chinese_month,
    numeral,
)

PARCEL_COLUMNS = (
    Column(title="宗号", width=34),
    Column(title="项目", width=40),
    Column(title="苏木乡镇", width=28),
    Column(title="总面积\n亩\n平方米", width=18, number=True),
    Column(title="耕地\n亩\n平方米", width=18, number=True),
    Column(title="永久基\n本农田\n亩\n平方米", width=18, number=True),
)
PENDING_JUDGEMENT = "以上为测算结果，各宗用地的性质以依法作出的决定为准。"


def yours(region: str) -> str:
    """你旗 or 你区, as the place is called."""
    return f"你{region[-1]}"


def verb(head: f.Letterhead) -> str:
    """函告, 通知 or 通报: what a paper of this kind does."""
    return "函告" if head.kind == "函" else head.kind


def paper(head: f.Letterhead) -> str:
    """How the paper calls itself: 本函, 本通知."""
    return f"本{head.kind}"


def opening(decision: f.Decision | None) -> str:
    return f"{decision.basis}，" if decision else ""


def proposed(decision: f.Decision | None) -> str:
    """拟, until somebody decided."""
    return "" if decision else "拟"


def order_says(quotation: str) -> str:
    return f"{ORDER_PART}规定：“{quotation.rstrip('。；，')}”。"


def finding_name(finding: f.Finding) -> str:
    return "单个项目" if finding.project else "旗区当月合计"


def finding_blocks(findings: Sequence[f.Finding], *, measure: str) -> list[Block]:
    """For each warning its heading, the computed sentence, the order's words and `measure`.

    `measure` is a template with {level} and {object}; empty where the paper only recalls.
    """
    if not findings:
        raise BadInput(
            Text("没有预警，不能生成此文书", "there is no warning to write about"),
            where=Where(field="findings"),
        )
    blocks: list[Block] = []
    for place, finding in enumerate(findings, 1):
        blocks.append(Heading(text=f"（{numeral(place)}）{finding_name(finding)}", level=2))
        blocks.append(Paragraph(text=_sentence(finding)))
        tail = (
            measure.format(level=f.LEVEL_NAMES[finding.level], object="就该项目" if finding.project else "")
            if measure
            else ""
        )
        blocks.append(Paragraph(text=order_says(finding.quotation) + tail))
    return blocks


def _sentence(finding: f.Finding) -> str:
    if finding.project and finding.project not in finding.sentence:
        return f"项目：{finding.project}。{finding.sentence}"
    return finding.sentence


def supervision(head: f.Letterhead) -> str:
    return SUPERVISION.cited(draft=head.draft)


def parcel_table(parcels: Sequence[f.Parcel]) -> Table:
    """宗号, project, township, and three areas in mu over square metres, with the row of sums."""

    def cell(area: f.Area) -> str:
        return f"{area.mu_text}\n{area.m2_text}"

    sums = (
        f.total([p.area for p in parcels]),
        f.total([p.farmland for p in parcels]),
        f.total([p.basic_farmland for p in parcels]),
    )
    return Table(
        columns=PARCEL_COLUMNS,
        rows=tuple(
            (p.number, p.project, p.township, cell(p.area), cell(p.farmland), cell(p.basic_farmland))
            for p in parcels
        ),
        footer=("合计", f"{len(parcels)}宗", "", *(cell(area) for area in sums)),
    )


def conversion_note() -> Note:
    return Note(
        text="1亩＝10000÷15平方米。亩数为换算值，取两位小数；两位小数与实际比较结果不符的，多列小数。"
        "合计以平方米为准。“以上”“以下”均含本数。"
    )


def provenance_blocks(provenance: f.Provenance) -> list[Block]:
    at = provenance.computed_at
    blocks: list[Block] = [
        Heading(text="一、测算时间和规则", level=1),
        Paragraph(
            text=f"测算时间：{chinese_day(at)}{at.hour}时{at.minute:02d}分。规则：{provenance.rules}。"
        ),
    ]
    if provenance.readings:
        blocks.append(Heading(text="二、条文有不同理解的，本次采用的理解", level=1))
        blocks.extend(Paragraph(text=reading) for reading in provenance.readings)
    blocks.append(Heading(text=f"{numeral(3 if provenance.readings else 2)}、所用图层", level=1))
    blocks.append(
        Table(
            columns=(
                Column(title="图层", width=66),
                Column(title="数据截至", width=42),
                Column(title="版本", width=48),
            ),
            rows=tuple((layer.name, chinese_day(layer.as_of), layer.version) for layer in provenance.layers),
        )
        if provenance.layers
        else Paragraph(text="未收到图层数据。")
    )
    blocks.append(conversion_note())
    if provenance.record:
        blocks.append(Note(text=f"记录：{provenance.record}"))
    return blocks


def month_of(fields: f.WarningNotice | f.InterviewNotice | f.SuspensionNotice | f.InterviewMinutes) -> str:
    return chinese_month(fields.month)

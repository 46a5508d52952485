"""月度通报."""

from __future__ import annotations

from shoutu.platform.documents import fields as f
from shoutu.platform.documents.authority import ORDER_PART, ORDER_TITLE
from shoutu.platform.documents.sheet import (
    Block,
    Column,
    Heading,
    Paragraph,
    Sheet,
    Table,
    chinese_day,
    chinese_month,
    compose,
)
from shoutu.platform.documents.wording import phrases as say

LEVELS: tuple[f.Level, ...] = ("red", "orange", "yellow")
COLUMNS = (
    Column(title="旗区", width=23),
    Column(title="测算预警", width=25),
    Column(title="宗数", width=12, number=True),
    Column(title="总面积\n亩\n平方米", width=21, number=True),
    Column(title="耕地\n亩\n平方米", width=21, number=True),
    Column(title="下发\n图斑", width=12, number=True),
    Column(title="审核\n结束", width=12, number=True),
    Column(title="超期\n未填报", width=15, number=True),
    Column(title="超期\n未办结", width=15, number=True),
)


def sheet(fields: f.MonthlyBulletin) -> Sheet:
    month, head = chinese_month(fields.month), fields.head
    body: list[Block] = [
        Paragraph(
            text=f"{say.opening(fields.decision)}依据{ORDER_TITLE}和{say.supervision(head)}的规定，"
            f"现将{month}卫片执法和预警情况{say.verb(head)}如下。"
        ),
        Heading(text="一、总体情况", level=1),
        Paragraph(text=_overall(fields)),
        Heading(text="二、预警情况", level=1),
        *_warnings(fields),
        Heading(text="三、月清情况", level=1),
        *_clearing(fields),
        Heading(text="四、下一步要求", level=1),
        *(Paragraph(text=text) for text in fields.requirements),
        *_reply(fields),
    ]
    return compose(
        head,
        title=(head.issuer, "关于", month, "卫片执法和", f"预警情况的{head.kind}"),
        body=body,
        contact=fields.contact,
        annexes=(
            ((month, "各旗区卫片执法和", "预警情况表"), (_table(fields), say.conversion_note())),
            ((month, "测算说明"), say.provenance_blocks(fields.provenance)),
        ),
        names=(*(p.project for b in fields.banners for p in b.projects), *fields.provenance.readings),
    )


def _overall(fields: f.MonthlyBulletin) -> str:
    banners = fields.banners
    parcels = sum(b.parcels for b in banners)
    area = f.total([b.area for b in banners])
    farmland = f.total([b.farmland for b in banners])
    basic = f.total([b.basic_farmland for b in banners])
    text = (
        f"{chinese_month(fields.month)}，全市下发疑似违法图斑{sum(b.issued for b in banners)}个；"
        f"经填报审核，新增涉嫌违法用地{parcels}宗，总面积{area.both}，其中耕地{farmland.both}，"
        f"耕地中永久基本农田{basic.both}。"
    )
    if fields.previous_parcels is not None and fields.previous_area is not None:
        text += (
            f"上月为{fields.previous_parcels}宗、{fields.previous_area.both}，"
            f"宗数{_change(parcels - fields.previous_parcels, '宗')}。"
        )
    return text + say.PENDING_JUDGEMENT


def _change(difference: int, unit: str) -> str:
    if difference == 0:
        return "持平"
    return f"{'增加' if difference > 0 else '减少'}{abs(difference)}{unit}"


def _warnings(fields: f.MonthlyBulletin) -> list[Block]:
    maybe = say.proposed(fields.decision)
    lines: list[Block] = [Paragraph(text=f"按照{ORDER_PART}规定的标准测算：")]
    for level in LEVELS:
        months = [b.region for b in fields.banners if b.level == level]
        projects = [f"{b.region}{p.project}" for b in fields.banners for p in b.projects if p.level == level]
        if months or projects:
            parts = []
            if months:
                parts.append(f"旗区当月合计{len(months)}个：{'、'.join(months)}")
            if projects:
                parts.append(f"单个项目{len(projects)}个：{'、'.join(projects)}")
            lines.append(Paragraph(text=f"{maybe}实行{f.LEVEL_NAMES[level]}预警的，{'；'.join(parts)}。"))
    measures = [f"{b.region}{'、'.join(b.measures)}" for b in fields.banners if b.measures]
    if measures:
        lines.append(Paragraph(text=f"有关措施：{'；'.join(measures)}。"))
    if len(lines) == 1:
        lines.append(Paragraph(text="各旗区均未达到预警标准。"))
    return lines


def _clearing(fields: f.MonthlyBulletin) -> list[Block]:
    banners = fields.banners
    finished, issued = sum(b.finished for b in banners), sum(b.issued for b in banners)
    lines: list[Block] = [
        Paragraph(
            text=f"审核结束{finished}个（共{issued}个），未填报{sum(b.unreported for b in banners)}个，"
            f"审核中{sum(b.in_review for b in banners)}个，打回{sum(b.returned for b in banners)}个。"
        )
    ]
    late = [
        (name, [f"{b.region}{getattr(b, key)}{unit}" for b in banners if getattr(b, key)])
        for name, key, unit in (
            ("超期未填报", "overdue_report", "个"),
            ("超期未办结", "overdue_case", "件"),
        )
    ]
    lines.extend(Paragraph(text=f"{name}提示：{'、'.join(who)}。") for name, who in late if who)
    return lines


def _reply(fields: f.MonthlyBulletin) -> list[Block]:
    if fields.reply_by is None:
        return []
    return [Paragraph(text=f"请于{chinese_day(fields.reply_by)}前书面反馈落实情况。")]


def _level_cell(banner: f.BannerMonth) -> str:
    lines = [f"月：{f.LEVEL_NAMES[banner.level]}"] if banner.level else []
    for level in LEVELS:
        count = sum(p.level == level for p in banner.projects)
        if count:
            lines.append(f"项：{f.LEVEL_NAMES[level]}{count}个")
    return "\n".join(lines) or "未达到"


def _table(fields: f.MonthlyBulletin) -> Table:
    banners = fields.banners

    def row(name: str, level: str, group: tuple[f.BannerMonth, ...]) -> tuple[str, ...]:
        area, farmland = f.total([b.area for b in group]), f.total([b.farmland for b in group])
        return (
            name,
            level,
            str(sum(b.parcels for b in group)),
            f"{area.mu_text}\n{area.m2_text}",
            f"{farmland.mu_text}\n{farmland.m2_text}",
            str(sum(b.issued for b in group)),
            str(sum(b.finished for b in group)),
            str(sum(b.overdue_report for b in group)),
            str(sum(b.overdue_case for b in group)),
        )

    return Table(
        columns=COLUMNS,
        rows=tuple(row(b.region, _level_cell(b), (b,)) for b in banners),
        footer=row("合计", "", banners),
    )

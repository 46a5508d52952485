"""预警通知."""

from __future__ import annotations

from shoutu.platform.documents import fields as f
from shoutu.platform.documents.authority import MEASURES, ORDER_TITLE
from shoutu.platform.documents.sheet import Block, Heading, Paragraph, Sheet, chinese_day, compose
from shoutu.platform.documents.wording import phrases as say


def sheet(fields: f.WarningNotice) -> Sheet:
    month, you, head = say.month_of(fields), say.yours(fields.region), fields.head
    maybe = say.proposed(fields.decision)
    body: list[Block] = [
        Paragraph(
            text=f"{say.opening(fields.decision)}依据{ORDER_TITLE}和{say.supervision(head)}的规定，"
            f"现将{you}{month}涉嫌违法用地{maybe}预警情况{say.verb(head)}如下。"
        ),
        Heading(text=f"一、{maybe}预警等级及依据", level=1),
        *say.finding_blocks(fields.findings, measure=f"据此，{maybe}{{object}}对{you}实行{{level}}预警。"),
        Heading(text="二、涉嫌违法用地情况", level=1),
        Paragraph(text=_summary(fields)),
        Heading(text="三、有关事项", level=1),
        *_requests(fields),
    ]
    return compose(
        head,
        title=(head.issuer, "关于", fields.region, month, "涉嫌违法用地", f"{maybe}预警情况的", head.kind),
        body=body,
        contact=fields.contact,
        annexes=(
            ((f"{fields.region}{month}", "涉嫌违法用地", "宗地清单"), _parcels(fields)),
            ((f"{fields.region}{month}", "预警测算说明"), say.provenance_blocks(fields.provenance)),
        ),
        names=_names(fields),
    )


def _summary(fields: f.WarningNotice) -> str:
    area = f.total([p.area for p in fields.parcels])
    farmland = f.total([p.farmland for p in fields.parcels])
    basic = f.total([p.basic_farmland for p in fields.parcels])
    return (
        f"{say.month_of(fields)}，{say.yours(fields.region)}新增涉嫌违法用地{len(fields.parcels)}宗，"
        f"总面积{area.both}，其中耕地{farmland.both}；耕地中永久基本农田{basic.both}。"
        f"{say.PENDING_JUDGEMENT}"
    )


def _requests(fields: f.WarningNotice) -> list[Block]:
    you, head = say.yours(fields.region), fields.head
    by = f"于{chinese_day(fields.reply_by)}前" if fields.reply_by else ""
    return [
        Paragraph(
            text=f"请{you}组织逐宗核实，对正在实施的行为依法及时制止，依法处理，并{by}书面反馈核实整改情况。"
        ),
        Paragraph(
            text=f"对测算结果有异议的，请自收到{say.paper(head)}之日起{fields.objection_days}个工作日内"
            "书面提出，并附有关材料。"
        ),
        Paragraph(
            text=f"自然资源主管部门将依照{MEASURES.cited(draft=head.draft)}的规定进行监督检查，请予配合。"
            "《意见》第六部分规定的约谈、暂停用地审批等措施，由有权机关另行研究，另行行文。"
        ),
    ]


def _parcels(fields: f.WarningNotice) -> list[Block]:
    return [say.parcel_table(fields.parcels), say.conversion_note()]


def _names(fields: f.WarningNotice) -> tuple[str, ...]:
    projects = [p.project for p in fields.parcels] + [w.project for w in fields.findings if w.project]
    # Readings speak of the order's own words, not of anybody's land.
    return (*projects, *(p.township for p in fields.parcels), *fields.provenance.readings)

"""约谈通知书 and 约谈纪要."""

from __future__ import annotations

from shoutu.platform.documents import fields as f
from shoutu.platform.documents.authority import EXPLAIN, ORDER_PART, ORDER_TITLE
from shoutu.platform.documents.sheet import (
    Block,
    Heading,
    Paragraph,
    Sheet,
    chinese_day,
    chinese_moment,
    compose,
)
from shoutu.platform.documents.wording import phrases as say


def notice(fields: f.InterviewNotice) -> Sheet:
    month, you, head = say.month_of(fields), say.yours(fields.region), fields.head
    maybe, whom = say.proposed(fields.decision), f.POSTS[fields.whom]
    body: list[Block] = [
        Paragraph(
            text=f"{say.opening(fields.decision)}依据{ORDER_TITLE}和{say.supervision(head)}的规定，"
            f"{maybe}约谈{you}人民政府{whom}。现将有关事项{say.verb(head)}如下。"
        ),
        Heading(text="一、约谈事由", level=1),
        Paragraph(text=f"{month}，{you}涉嫌违法用地测算达到下列预警标准："),
        *say.finding_blocks(fields.grounds, measure=""),
        Paragraph(text=f"{say.order_says(fields.quotation)}"),
        Heading(text="二、约谈安排", level=1),
        *_arrangement(fields),
        Heading(text="三、有关要求", level=1),
        Paragraph(text=f"请围绕下列内容准备书面材料：{_materials(fields)}"),
        Paragraph(
            text=f"依照{EXPLAIN.cited(draft=head.draft)}，自然资源主管部门有权“{EXPLAIN.words.rstrip('；')}”。"
            "有关用地单位的说明材料请一并提供。"
        ),
        Paragraph(text="因故不能按时参加的，请提前1个工作日书面说明，时间另行商定。"),
    ]
    return compose(
        head,
        title=(head.issuer, "关于", f"{maybe}约谈", f"{fields.region}人民政府", whom, f"的{head.kind}"),
        body=body,
        contact=fields.contact,
        names=tuple(g.project for g in fields.grounds if g.project),
    )


def _arrangement(fields: f.InterviewNotice) -> list[Block]:
    when = chinese_moment(fields.when) if fields.when else "另行通知"
    return [
        Paragraph(text=f"约谈对象：{fields.region}人民政府{f.POSTS[fields.whom]}。"),
        Paragraph(text=f"约谈人：{fields.interviewer or '另行通知'}。"),
        Paragraph(text=f"时间：{when}。"),
        Paragraph(text=f"地点：{fields.place or '另行通知'}。"),
    ]


def _materials(fields: f.InterviewNotice) -> str:
    return "；".join(f"{i}. {text}" for i, text in enumerate(fields.materials, 1)) + "。"


def minutes(fields: f.InterviewMinutes) -> Sheet:
    month, whom = say.month_of(fields), f.POSTS[fields.whom]
    body: list[Block] = [
        Paragraph(
            text=f"{chinese_moment(fields.when)}，{fields.chair}在{fields.place}主持约谈，"
            f"依据{ORDER_PART}和{say.supervision(fields.head)}的规定，就{month}涉嫌违法用地预警事项"
            f"约谈{fields.region}人民政府{whom}。现纪要如下。"
        ),
        Heading(text="一、约谈指出的情况", level=1),
        *(Paragraph(text=fact) for fact in fields.facts),
        Heading(text="二、被约谈方的说明", level=1),
        *(Paragraph(text=statement) for statement in fields.statements),
        Heading(text="三、整改要求", level=1),
        *(Paragraph(text=_requirement(i, item)) for i, item in enumerate(fields.requirements, 1)),
        *_terms(fields),
        *_people(fields),
    ]
    return compose(
        fields.head,
        title=("关于", f"{fields.region}{month}", "涉嫌违法用地预警事项的", "约谈纪要"),
        body=body,
        contact=fields.contact,
        names=fields.present + fields.observers + fields.absent,
    )


def _requirement(place: int, item: f.Requirement) -> str:
    due = f"完成时限：{chinese_day(item.due)}。" if item.due else ""
    return f"{place}. {item.text.rstrip('。')}。{due}"


def _terms(fields: f.InterviewMinutes) -> list[Block]:
    terms = [
        (fields.plan_by, "报送整改方案，逐宗写明措施、责任单位和完成时限"),
        (fields.reply_by, "书面回复整改情况"),
    ]
    asked = "，".join(f"于{chinese_day(day)}前{what}" for day, what in terms if day)
    if not asked:
        return []
    return [
        Heading(text="四、整改方案和回复", level=1),
        Paragraph(text=f"请{fields.region}人民政府{asked}。"),
    ]


def _people(fields: f.InterviewMinutes) -> list[Block]:
    groups = (("出席", fields.present), ("请假", fields.absent), ("列席", fields.observers))
    rows: list[Block] = [
        Paragraph(lead=f"{name}：", text="，".join(people), hang=True, gap=place == 0)
        for place, (name, people) in enumerate(group for group in groups if group[1])
    ]
    if fields.recorder:
        rows.append(Paragraph(lead="记录：", text=fields.recorder, hang=True))
    return rows

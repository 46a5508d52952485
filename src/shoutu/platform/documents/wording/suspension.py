"""暂停用地审批通知 and 恢复用地审批通知.

《实施条例》48(4) reaches the case at hand only; that a whole banner's approvals stop rests on the
order. The notice therefore cites both, each for what it carries.
"""

from __future__ import annotations

from datetime import date

from shoutu.errors import BadInput, Text, Where
from shoutu.platform.documents import fields as f
from shoutu.platform.documents.authority import CASE_SUSPENSION, ORDER_PART, ORDER_TITLE
from shoutu.platform.documents.sheet import Block, Heading, Paragraph, Sheet, chinese_day, compose
from shoutu.platform.documents.wording import phrases as say


def suspension(fields: f.SuspensionNotice) -> Sheet:
    month, you, head = say.month_of(fields), say.yours(fields.region), fields.head
    maybe = say.proposed(fields.decision)
    _dated(fields.decision, fields.from_day)
    body: list[Block] = [
        Paragraph(
            text=f"{say.opening(fields.decision)}依据{ORDER_TITLE}和{say.supervision(head)}的规定，"
            f"{maybe}{_from(fields.from_day)}暂停{you}用地审批。现将有关事项{say.verb(head)}如下。"
        ),
        Heading(text=f"一、{maybe}暂停的依据", level=1),
        Paragraph(text=f"{month}，{you}涉嫌违法用地测算达到红色预警标准："),
        *say.finding_blocks(fields.grounds, measure=""),
        Paragraph(text=say.order_says(fields.quotation)),
        Paragraph(
            text=f"对个案，{CASE_SUSPENSION.cited(draft=head.draft)}规定，自然资源主管部门监督检查时"
            f"可以“{CASE_SUSPENSION.words.rstrip('；')}”。"
        ),
        Heading(text=f"二、{maybe}暂停的范围", level=1),
        *(Paragraph(text=f"{i}. {text.rstrip('。')}。") for i, text in enumerate(fields.scope, 1)),
        Heading(text="三、例外和已受理事项", level=1),
        *_exceptions(fields),
        Heading(text="四、整改和恢复", level=1),
        Paragraph(
            text=f"请{you}抓紧组织整改。整改经验收通过后，由市人民政府作出恢复用地审批的书面决定；"
            "未作出决定的，暂停不自行终止。"
        ),
    ]
    return compose(
        head,
        title=(head.issuer, "关于", f"{maybe}暂停", fields.region, f"用地审批的{head.kind}"),
        body=body,
        contact=fields.contact,
        names=tuple(g.project for g in fields.grounds if g.project),
    )


def _dated(decision: f.Decision | None, from_day: date | None) -> None:
    if decision is not None and from_day is None:
        raise BadInput(
            Text("已作出决定的文书缺起始日期", "a decided paper lacks the day from which it holds"),
            where=Where(field="from_day"),
            remedy=Text("填写起始日期", "give the day"),
        )


def _from(day: date | None) -> str:
    return f"自{chinese_day(day)}起" if day else ""


def _exceptions(fields: f.SuspensionNotice) -> list[Block]:
    if not fields.exceptions:
        first = "例外事项：无。确需办理的，由市人民政府逐件书面决定。"
    else:
        listed = "；".join(text.rstrip("。；") for text in fields.exceptions)
        first = f"例外事项：{listed}。其他确需办理的，由市人民政府逐件书面决定。"
    return [Paragraph(text=first), Paragraph(text=f"已受理事项：{fields.pending}")]


def restoration(fields: f.RestorationNotice) -> Sheet:
    you, head, maybe = say.yours(fields.region), fields.head, say.proposed(fields.decision)
    _dated(fields.decision, fields.from_day)
    body: list[Block] = [
        Paragraph(
            text=f"{chinese_day(fields.suspension_dated)}，依据{ORDER_PART}和{say.supervision(head)}的规定，"
            f"以{fields.suspension_number}文暂停{you}用地审批。整改已经验收通过（{fields.acceptance}）。"
            f"{say.opening(fields.decision)}{maybe}{_from(fields.from_day)}恢复{you}用地审批。"
            f"现将有关事项{say.verb(head)}如下。"
        ),
        Heading(text=f"一、{maybe}恢复的事项", level=1),
        Paragraph(text=fields.resumed),
        Heading(text="二、后续要求", level=1),
        *(Paragraph(text=text) for text in (fields.follow_up or _follow_up(you))),
    ]
    return compose(
        head,
        title=(head.issuer, "关于", f"{maybe}恢复", fields.region, f"用地审批的{head.kind}"),
        body=body,
        contact=fields.contact,
    )


def _follow_up(you: str) -> tuple[str, ...]:
    return (
        f"请{you}巩固整改成果，加强动态巡查，对新发现的涉嫌违法用地行为及时制止、及时报告。",
        "恢复后再次达到红色预警标准的，按《意见》第六部分另行研究。",
    )

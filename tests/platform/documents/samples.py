"""One made paper of each kind, and one decided and numbered; all names are made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from shoutu.platform.documents import fields as f

SHANGHAI = timezone(timedelta(hours=8))
MOMENT = datetime(2026, 11, 24, 1, 40, tzinfo=UTC)
REGION = "伊金霍洛旗"
DECISION = f.Decision(basis="经市人民政府同意", on=date(2026, 11, 24))

MONTH_FINDING = f.Finding(
    level="orange",
    sentence="2026年10月，你旗新增涉嫌违法用地3宗，总面积12.46亩（8306.75平方米），达到10亩以上，不足15亩；"
    "其中耕地5.10亩（3400.12平方米），达到5亩以上，不足10亩。",
    quotation="对当月新增违法用地总面积10亩以上或者违法占用耕地5亩以上的，实行橙色预警；",
)
PROJECT_FINDING = f.Finding(
    level="red",
    sentence="图克—阿勒腾席热110kV送出工程进站道路，面积10.004025亩（6669.35平方米），达到10亩以上。",
    quotation="对单个项目违法面积10亩以上的，实行红色预警。",
    project="图克—阿勒腾席热110kV送出工程进站道路",
)
PARCELS = (
    f.Parcel(
        number="150627202610001",
        project="图克—阿勒腾席热110kV送出工程进站道路",
        township="阿勒腾席热镇",
        area=f.Area.from_m2("6669.35"),
        farmland=f.Area.from_m2("3400.12"),
        basic_farmland=f.Area.from_m2("0"),
    ),
    f.Parcel(
        number="150627202610002",
        project="储煤棚扩建",
        township="乌兰木伦镇",
        area=f.Area.from_m2("1102.40"),
        farmland=f.Area.from_m2("0"),
        basic_farmland=f.Area.from_m2("0"),
    ),
    f.Parcel(
        number="150627202610003",
        project="散堆砂石（圐圙梁，经办人王喆堃、赵玥赟）",
        township="纳林陶亥镇",
        area=f.Area.from_m2("535.00"),
        farmland=f.Area.from_m2("0"),
        basic_farmland=f.Area.from_m2("0"),
    ),
)
PROVENANCE = f.Provenance(
    computed_at=datetime(2026, 11, 23, 9, 40, tzinfo=SHANGHAI),
    rules="鄂尔多斯2024年第23号文规则包，第3版",
    readings=("比较填报的原单位数，不先取整。", "连续两项黄色预警或者一项橙色预警，即约谈分管负责人。"),
    layers=(
        f.LayerUsed(name="国土变更调查", as_of=date(2025, 12, 31), version="7f3a91c2"),
        f.LayerUsed(name="永久基本农田", as_of=date(2025, 12, 31), version="b20c5e11"),
        f.LayerUsed(name="用地审批成果", as_of=date(2026, 10, 31), version="44d9a07e"),
    ),
    record="台账第18204条",
)
RED_QUOTATION = (
    "被红色预警的，将约谈主要负责人，并暂停属地旗区用地审批，将违法用地行为视情况移送司法纪检部门处理。"
)


def letter(**changes: Any) -> f.Letterhead:
    return replace(f.bureau_letter(REGION), sample=True, **changes)


def warning(**changes: Any) -> f.WarningNotice:
    given = {
        "head": letter(),
        "region": REGION,
        "month": "2026-10",
        "findings": (MONTH_FINDING, PROJECT_FINDING),
        "parcels": PARCELS,
        "provenance": PROVENANCE,
        "reply_by": date(2026, 12, 4),
        "contact": "执法监督科，0477-0000000",
    }
    return f.WarningNotice(**(given | changes))


def interview_notice(**changes: Any) -> f.InterviewNotice:
    given = {
        "head": letter(),
        "region": REGION,
        "month": "2026-10",
        "whom": "principal",
        "grounds": (PROJECT_FINDING,),
        "quotation": "被红色预警的，将约谈主要负责人",
        "when": datetime(2026, 11, 30, 9, 30, tzinfo=SHANGHAI),
        "place": "市自然资源局三楼会议室",
        "interviewer": "市自然资源局主要负责人",
        "contact": "执法监督科，0477-0000000",
    }
    return f.InterviewNotice(**(given | changes))


def minutes(**changes: Any) -> f.InterviewMinutes:
    given = {
        "head": replace(f.bureau_minutes(REGION), sample=True),
        "region": REGION,
        "month": "2026-10",
        "whom": "principal",
        "when": datetime(2026, 11, 30, 9, 30, tzinfo=SHANGHAI),
        "place": "市自然资源局三楼会议室",
        "chair": "市自然资源局局长",
        "facts": (
            "2026年10月新增涉嫌违法用地3宗，总面积12.46亩，其中耕地5.10亩；单个项目面积最大10.004025亩。",
            "其中1宗已要求停止施工，2宗正在核实。",
        ),
        "statements": ("进站道路先行开工，正在补充材料；储煤棚扩建已经停工。",),
        "requirements": (
            f.Requirement(text="对3宗用地逐宗核实，停止未经批准的施工", due=date(2026, 12, 7)),
            f.Requirement(text="占用的耕地恢复种植条件", due=date(2027, 3, 31)),
        ),
        "plan_by": date(2026, 12, 10),
        "reply_by": date(2026, 12, 31),
        "present": (
            "伊金霍洛旗人民政府旗长",
            "伊金霍洛旗自然资源局局长",
            "阿勒腾席热镇镇长",
            "乌兰木伦镇镇长",
        ),
        "observers": ("市自然资源局执法监督科科长",),
        "recorder": "执法监督科科员",
    }
    return f.InterviewMinutes(**(given | changes))


def suspension(**changes: Any) -> f.SuspensionNotice:
    given = {
        "head": replace(f.office_notice(REGION), sample=True),
        "region": REGION,
        "month": "2026-10",
        "grounds": (PROJECT_FINDING,),
        "quotation": RED_QUOTATION,
        "from_day": date(2026, 12, 1),
        "exceptions": ("抢险救灾用地", "农村村民住宅用地"),
    }
    return f.SuspensionNotice(**(given | changes))


def restoration(**changes: Any) -> f.RestorationNotice:
    given = {
        "head": replace(f.office_notice(REGION), sample=True),
        "region": REGION,
        "suspension_number": "鄂府办发〔2026〕88号",
        "suspension_dated": date(2026, 12, 1),
        "acceptance": "市自然资源局2027年3月20日验收意见",
        "from_day": date(2027, 4, 1),
    }
    return f.RestorationNotice(**(given | changes))


def bulletin(**changes: Any) -> f.MonthlyBulletin:
    given = {
        "head": replace(f.bureau_circular(), sample=True),
        "month": "2026-10",
        "banners": BANNERS,
        "provenance": PROVENANCE,
        "previous_parcels": 9,
        "previous_area": f.Area.from_m2("20013.50"),
        "reply_by": date(2026, 12, 15),
    }
    return f.MonthlyBulletin(**(given | changes))


def _banner(
    region: str, level: f.Level | None, parcels: int, m2: str, farmland: str, **more: Any
) -> f.BannerMonth:
    return f.BannerMonth(
        region=region,
        level=level,
        parcels=parcels,
        area=f.Area.from_m2(m2),
        farmland=f.Area.from_m2(farmland),
        **more,
    )


BANNERS = (
    _banner("东胜区", None, 0, "0", "0", issued=6, finished=6),
    _banner("康巴什区", None, 0, "0", "0", issued=2, finished=2),
    _banner("达拉特旗", "red", 4, "10500.00", "2100.20", issued=31, finished=25, in_review=4, unreported=2,
            overdue_report=2, measures=("拟约谈主要负责人", "拟暂停用地审批")),
    _banner("准格尔旗", "orange", 2, "6800.10", "1200.00", issued=44, finished=40, returned=4),
    _banner("鄂托克前旗", None, 1, "300.00", "0", issued=9, finished=9),
    _banner("鄂托克旗", "yellow", 2, "1200.55", "0", issued=18, finished=18),
    _banner("杭锦旗", None, 1, "666.00", "666.00", issued=12, finished=12),
    _banner("乌审旗", None, 0, "0", "0", issued=15, finished=15, overdue_case=1),
    _banner("伊金霍洛旗", "orange", 3, "8306.75", "3400.12", issued=23, finished=23,
            projects=(f.ProjectWarning(project="图克—阿勒腾席热110kV送出工程进站道路", level="red"),),
            measures=("拟约谈主要负责人", "拟暂停用地审批")),
)  # fmt: skip

DRAFTS: dict[str, Any] = {
    "warning": warning(),
    "interview-notice": interview_notice(),
    "interview-minutes": minutes(),
    "suspension": suspension(),
    "restoration": restoration(),
    "bulletin": bulletin(),
}


def numbered(fields: Any, number: str, dated: date = date(2026, 11, 24)) -> Any:
    """The same paper decided, numbered and dated, not marked as made."""
    head = replace(fields.head, number=number, dated=dated, sample=False)
    return replace(fields, head=head, decision=DECISION)


ISSUED: dict[str, Any] = {
    "warning": numbered(DRAFTS["warning"], "鄂自然资函〔2026〕12号"),
    "interview-notice": numbered(DRAFTS["interview-notice"], "鄂自然资函〔2026〕13号"),
    "interview-minutes": numbered(DRAFTS["interview-minutes"], "鄂自然资约谈〔2026〕3号"),
    "suspension": numbered(DRAFTS["suspension"], "鄂府办发〔2026〕88号"),
    "restoration": numbered(DRAFTS["restoration"], "鄂府办发〔2027〕21号", date(2027, 3, 28)),
    "bulletin": numbered(DRAFTS["bulletin"], "鄂自然资发〔2026〕45号"),
}

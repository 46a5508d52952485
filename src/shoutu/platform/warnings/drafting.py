"""From an issued month to the typed fields of an official paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import msgspec

from shoutu import clocks
from shoutu.errors import BadInput, NotFound, Text, Where
from shoutu.platform import documents
from shoutu.platform.documents import fields as paper
from shoutu.platform.documents.wording.phrases import yours
from shoutu.platform.enforcement import queries as enforcement
from shoutu.platform.restrictions import queries as restrictions
from shoutu.platform.territory import queries as territory
from shoutu.platform.warnings.evaluation import PACK, recorded
from shoutu.platform.warnings.explaining import warning_rows
from shoutu.platform.warnings.inputs import Draft
from shoutu.platform.warnings.models import Issue, Measure
from shoutu.platform.warnings.parcels import parcel_rows
from shoutu.platform.warnings.rows import BoardRow, ParcelRow, WarningRow
from shoutu.policy import load_pack
from shoutu.policy.wording import month_text

REACHED = {"area": "总面积", "farmland": "耕地面积"}
WHOM: dict[str, paper.Whom] = {"interview-deputy": "deputy", "interview-principal": "principal"}
MEASURE_OF = {"interview-notice": tuple(WHOM), "interview-minutes": tuple(WHOM)}
SUSPENSION = "propose-suspension"


def encode(fields: Any) -> str:
    """The fields as JSON; fractions as text."""
    return msgspec.json.encode(fields, enc_hook=str).decode()


def decode(kind: str, text: str) -> Any:
    """The fields of a paper of this kind, as `encode` wrote them."""
    return msgspec.json.decode(text, type=documents.KINDS[kind].fields, dec_hook=lambda t, value: t(value))


def draft(data: Draft, bulletin_rows: Callable[[str], tuple[BoardRow, ...]]) -> Any:
    """The fields of the paper asked for. NotFound where the month is not issued or brings no such measure."""
    if data.kind not in documents.KINDS:
        raise BadInput(
            Text("没有这种文书。", "There is no such paper."),
            where=Where(field="kind"),
            found=data.kind,
            remedy=Text("从列表中选。", f"One of {', '.join(documents.KINDS)}."),
        )
    if data.kind == "bulletin":
        return _bulletin(data.month, bulletin_rows(data.month))
    issue = Issue.objects.filter(region=data.region, month=data.month).first()
    if issue is None:
        raise NotFound(
            Text("这个月还没有签发。", "This month is not issued."),
            found=f"{data.region} {data.month}",
            remedy=Text("签发预警后再拟文。", "Issue it first."),
        )
    if data.kind == "warning":
        return _warning(issue)
    measure = _measure(data, issue)
    if data.kind == "interview-notice":
        return _interview(issue, measure)
    if data.kind == "interview-minutes":
        return _minutes(issue, measure, data)
    return _suspension(issue, measure) if data.kind == "suspension" else _restoration(issue, measure)


def _measure(data: Draft, issue: Issue) -> Measure:
    kinds = MEASURE_OF.get(data.kind, (SUSPENSION,))
    found = Measure.objects.filter(issue=issue, kind__in=kinds)
    measure = (found.filter(id=data.measure) if data.measure else found).order_by("-clause").first()
    if measure is None:
        raise NotFound(
            Text("这个月没有这项措施。", "The month brings no such measure."),
            found=data.kind,
            remedy=Text("从措施一栏拟文。", "Draft it from the measure."),
        )
    return measure


def _name(issue: Issue) -> str:
    return territory.region(issue.region).name


def _rows(issue: Issue) -> tuple[WarningRow, ...]:
    lineage = enforcement.counted(issue.region, until=issue.month).lineage
    return warning_rows(recorded(issue.facts, issue.answer), issue.month, _name(issue), lineage)


def _parcels(rows: Iterable[ParcelRow]) -> tuple[paper.Parcel, ...]:
    return tuple(
        paper.Parcel(
            number=row.number,
            project=row.project or "无",
            township=row.township,
            area=paper.Area(row.exact_m2["area"]),
            farmland=paper.Area(row.exact_m2["farmland"]),
            basic_farmland=paper.Area(row.exact_m2["basic_farmland"]),
        )
        for row in rows
    )


def _finding(row: WarningRow, region: str, month: str) -> paper.Finding:
    parcels = _parcels(row.parcels)
    area = paper.total([p.area for p in parcels])
    farmland = paper.total([p.farmland for p in parcels])
    if row.scope == "month":
        new = sum(1 for parcel in row.parcels if parcel.new)
        said = (
            f"{month_text(month, 'zh')}，{yours(region)}新增涉嫌违法用地{new}宗，"
            f"总面积{area.both}，其中耕地{farmland.both}"
        )
    else:
        said = f"{row.title}，面积{area.both}"
    reached = [
        f"{REACHED[scale.name]}达到{_whole(threshold.value)}亩以上"
        for scale in row.scales
        for threshold in scale.thresholds
        if scale.name in row.because and scale.name in REACHED and threshold.level == row.level
    ]
    if "parcels" in row.because:
        reached.append("达到2宗以上")
    return paper.Finding(
        level=row.level,  # type: ignore[arg-type]
        sentence="，".join([said, *reached]) + "。",
        quotation=row.quotation,
        project=None if row.scope == "month" else row.title,
    )


def _whole(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else str(float(value))


def _findings(issue: Issue, only: Iterable[str] | None = None) -> tuple[paper.Finding, ...]:
    name = _name(issue)
    wanted = None if only is None else set(only)
    return tuple(
        _finding(row, name, issue.month) for row in _rows(issue) if wanted is None or row.trigger in wanted
    )


def _provenance(issue: Issue) -> paper.Provenance:
    answer = recorded(issue.facts, issue.answer).answer
    pack = load_pack(PACK)
    used = dict(sorted({k: v for t in answer["trace"] for k, v in t["readings"].items()}.items()))
    return paper.Provenance(
        computed_at=issue.announcement.announced_at.astimezone(clocks.SHANGHAI),
        rules=f"{pack.title.zh}，第{pack.version}版",
        readings=tuple(
            f"{pack.readings[name].question.zh}：{pack.readings[name].option(option).text.zh}。"
            for name, option in used.items()
        ),
        layers=tuple(
            paper.LayerUsed(name=row.title, as_of=row.as_of, version=row.checksum[:8])
            for row in territory.current_layers()
        ),
    )


def _sample() -> bool:
    return any(row.synthetic for row in territory.current_layers())


def _warning(issue: Issue) -> paper.WarningNotice:
    name = _name(issue)
    calculation = recorded(issue.facts, issue.answer)
    lineage = enforcement.counted(issue.region, until=issue.month).lineage
    return paper.WarningNotice(
        head=replace(paper.bureau_letter(name), sample=_sample()),
        region=name,
        month=issue.month,
        findings=_findings(issue),
        parcels=_parcels(parcel_rows(calculation.counted(issue.month), lineage)),
        provenance=_provenance(issue),
    )


def _quotation(part: str) -> str:
    """The order's words behind a measure."""
    return load_pack(PACK).numbers[part].quotation


def _interview(issue: Issue, measure: Measure) -> paper.InterviewNotice:
    name = _name(issue)
    return paper.InterviewNotice(
        head=replace(paper.bureau_letter(name), sample=_sample()),
        region=name,
        month=issue.month,
        whom=WHOM[measure.kind],
        grounds=_findings(issue, measure.grounds),
        quotation=_quotation("6.3-items" if measure.kind == "interview-deputy" else "6.4-red"),
    )


def _minutes(issue: Issue, measure: Measure, data: Draft) -> paper.InterviewMinutes:
    if data.minutes is None:
        raise BadInput(
            Text("纪要须填写约谈情况。", "Minutes need what happened at the interview."),
            where=Where(field="minutes"),
            remedy=Text(
                "填写时间、地点、主持人、要求和参加人员。", "Say when, where, who, and what was required."
            ),
        )
    name, said = _name(issue), data.minutes
    return paper.InterviewMinutes(
        head=replace(paper.bureau_minutes(name), sample=_sample()),
        region=name,
        month=issue.month,
        whom=WHOM[measure.kind],
        when=said.when,
        place=said.place,
        chair=said.chair,
        facts=said.facts or tuple(f.sentence for f in _findings(issue, measure.grounds)),
        statements=said.statements,
        requirements=tuple(paper.Requirement(text=text) for text in said.requirements),
        present=said.present,
    )


def _suspension(issue: Issue, measure: Measure) -> paper.SuspensionNotice:
    name = _name(issue)
    return paper.SuspensionNotice(
        head=replace(paper.office_notice(name), sample=_sample()),
        region=name,
        month=issue.month,
        grounds=_findings(issue, measure.grounds),
        quotation=_quotation("6.4-red"),
        from_day=measure.decided_on,
    )


def _restoration(issue: Issue, measure: Measure) -> paper.RestorationNotice:
    if measure.restriction_id is None or measure.decided_on is None:
        raise NotFound(Text("没有已作出的暂停决定。", "No suspension was decided."), found=measure.id)
    name = _name(issue)
    row = restrictions.by_id(measure.restriction_id)
    return paper.RestorationNotice(
        head=replace(paper.office_notice(name), sample=_sample()),
        region=name,
        suspension_number=measure.document,
        suspension_dated=measure.decided_on,
        acceptance=row.lift_document or "整改验收意见（待附）",
        from_day=row.lifted_on,
    )


def _bulletin(month: str, rows: tuple[BoardRow, ...]) -> paper.MonthlyBulletin:
    return paper.MonthlyBulletin(
        head=replace(paper.bureau_circular(), sample=_sample()),
        month=month,
        banners=tuple(_banner_month(row, month) for row in rows),
        provenance=_city_provenance(),
    )


def _city_provenance() -> paper.Provenance:
    pack = load_pack(PACK)
    return paper.Provenance(
        computed_at=clocks.now(),
        rules=f"{pack.title.zh}，第{pack.version}版",
        layers=tuple(
            paper.LayerUsed(name=row.title, as_of=row.as_of, version=row.checksum[:8])
            for row in territory.current_layers()
        ),
    )


def _banner_month(row: BoardRow, month: str) -> paper.BannerMonth:
    issue = Issue.objects.filter(region=row.region, month=month).first()
    warnings = () if issue is None else _rows(issue)
    parcels = () if issue is None else _parcels(_counted(issue))
    level = None if row.month_level in ("none", "undetermined") else row.month_level
    return paper.BannerMonth(
        region=row.name,
        level=level,  # type: ignore[arg-type]
        projects=tuple(
            paper.ProjectWarning(project=w.title, level=w.level)  # type: ignore[arg-type]
            for w in warnings
            if w.scope == "project"
        ),
        parcels=row.parcels,
        area=paper.total([p.area for p in parcels]),
        farmland=paper.total([p.farmland for p in parcels]),
        basic_farmland=paper.total([p.basic_farmland for p in parcels]),
        issued=row.tabs.get("all", 0),
        unreported=row.tabs.get("issued", 0),
        in_review=row.tabs.get("reported", 0) + row.tabs.get("banner-passed", 0),
        returned=row.tabs.get("returned", 0),
        finished=row.tabs.get("city-passed", 0),
        overdue_report=row.tabs.get("overdue", 0),
        measures=() if issue is None else _measures_said(issue),
    )


def _counted(issue: Issue) -> tuple[ParcelRow, ...]:
    lineage = enforcement.counted(issue.region, until=issue.month).lineage
    return parcel_rows(recorded(issue.facts, issue.answer).counted(issue.month), lineage)


def _measures_said(issue: Issue) -> tuple[str, ...]:
    titles = {
        "interview-deputy": "约谈分管负责人",
        "interview-principal": "约谈主要负责人",
        "propose-suspension": "暂停用地审批",
        "consider-transfer": "视情况移送",
    }
    done = {Measure.DECIDED: "已", Measure.PROPOSED: "拟", Measure.DUE: "应", Measure.DECLINED: "不予"}
    return tuple(
        f"{done[measure.state]}{titles[measure.kind]}"
        for measure in Measure.objects.filter(issue=issue).order_by("clause", "kind")
    )

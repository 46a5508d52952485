"""What is read of months: the board, one banner's page, measures, and what changed since issue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from shoutu import clocks
from shoutu.errors import Language, NotFound, Text
from shoutu.platform import documents, doors
from shoutu.platform.doors import Actor, may
from shoutu.platform.enforcement import queries as enforcement
from shoutu.platform.enforcement.rows import Undecided
from shoutu.platform.restrictions import queries as restrictions
from shoutu.platform.territory import queries as territory
from shoutu.platform.warnings.drafting import decode
from shoutu.platform.warnings.evaluation import Calculation, calculate, entries, key_of, recorded
from shoutu.platform.warnings.explaining import explained, level_word, measure_word, warning_rows
from shoutu.platform.warnings.explanation import Explanation, explanation
from shoutu.platform.warnings.models import Announcement, Correction, Document, Issue, Measure, Objection
from shoutu.platform.warnings.parcels import area_mu, parcel_rows
from shoutu.platform.warnings.rows import (
    ANNOUNCED,
    ISSUED,
    OPEN,
    BoardRow,
    CorrectionRow,
    Difference,
    DocumentRow,
    MeasureRow,
    MonthPage,
    ObjectionRow,
)
from shoutu.policy import Scale
from shoutu.units import mu_to_m2, to_text

RANK = {"red": 4, "orange": 3, "yellow": 2, "none": 1, "undetermined": 0}
HISTORY = 3
"""Months shown on a banner's page, the month itself included."""

NO_TABS: Mapping[str, int] = {}


def board(actor: Actor | None, month: str) -> tuple[BoardRow, ...]:
    """Every banner that the reader sees, the worst level first, then by area."""
    if actor is None or not may(actor, "see.board", actor.region):
        return ()
    tabs = {progress.region: progress.tabs for progress in enforcement.board(actor, month)}
    rows = [
        _board_row(banner.code, banner.name, month, tabs.get(banner.code, NO_TABS))
        for banner in territory.regions("banner")
        if doors.covers(actor.region, banner.code) or doors.covers(banner.code, actor.region)
    ]
    return tuple(sorted(rows, key=lambda row: (-RANK[row.level], -Fraction(row.area_m2 or 0), row.region)))


def _standing(region: str, month: str) -> tuple[str, Calculation, Announcement | None, Issue | None]:
    """The month as issued, else as it stands now; with how far it has come."""
    issue = Issue.objects.filter(region=region, month=month).first()
    announcement = Announcement.objects.filter(region=region, month=month, current=True).first()
    if issue is not None:
        return ISSUED, recorded(issue.facts, issue.answer), announcement, issue
    return (
        ANNOUNCED if announcement is not None else OPEN,
        calculate(region, month),
        announcement,
        None,
    )


def _board_row(region: str, name: str, month: str, tabs: Mapping[str, int]) -> BoardRow:
    status, calculation, announcement, issue = _standing(region, month)
    undecided = enforcement.undecided(region, month)
    measures = _measures(issue, calculation, month)
    return _row_of(region, name, month, tabs, status, calculation, announcement, undecided, measures)


def _row_of(
    region: str,
    name: str,
    month: str,
    tabs: Mapping[str, int],
    status: str,
    calculation: Calculation,
    announcement: Announcement | None,
    undecided: Undecided,
    measures: tuple[MeasureRow, ...],
) -> BoardRow:
    counted = calculation.counted(month)
    warnings = calculation.warnings(month)
    month_level = highest(w["level"] for w in warnings if w["trigger"] == region)
    project_level = highest(w["level"] for w in warnings if w["trigger"] != region)
    waiting = status != ISSUED and undecided.total > 0 and not counted
    level = "undetermined" if waiting else highest((month_level, project_level))
    rulers = calculation.scales(month)[region]
    month_entry, project_entry = _worst(calculation, region, month)
    return BoardRow(
        region=region,
        name=name,
        status=status,
        level=level,
        month_level="undetermined" if waiting else month_level,
        project_level="" if project_level == "none" else project_level,
        month_entry="" if waiting else month_entry,
        project_entry=project_entry,
        parcels=sum(1 for violation in counted if violation["new"]),
        area_m2=None if waiting else to_text(mu_to_m2(_sum_mu(counted, "area")), 2),
        farmland_m2=None if waiting else to_text(mu_to_m2(_sum_mu(counted, "farmland")), 2),
        nearest=None if waiting else _nearest(rulers, month_level),
        tabs=tabs,
        undecided=undecided,
        object_until=announcement.object_until if announcement is not None and status == ANNOUNCED else None,
        open_objections=_open_objections(announcement),
        measures=measures,
    )


def _worst(calculation: Calculation, region: str, month: str) -> tuple[str, str]:
    """The keys of the month's own warning and of its projects' worst one."""
    found: dict[bool, tuple[int, str]] = {}
    for place in entries(calculation.answer, "warnings", month):
        warning = calculation.answer["warnings"][place]
        own, rank = warning["trigger"] == region, RANK[warning["level"]]
        if rank > found.get(own, (-1, ""))[0]:
            found[own] = rank, key_of(calculation.answer, "warnings", place, month)
    return found.get(True, (0, ""))[1], found.get(False, (0, ""))[1]


def highest(levels: Iterable[str]) -> str:
    return max(levels, key=RANK.__getitem__, default="none")


def _sum_mu(violations: Iterable[Mapping[str, Any]], column: str) -> Fraction:
    return sum((area_mu(v, column) for v in violations), Fraction(0))


def _nearest(rulers: tuple[Scale, ...], level: str) -> Scale | None:
    """Of the figures with a band above the month's level, the one that lacks the smallest share of it."""
    lacking = [
        (scale.gap / scale.next.value, index)
        for index, scale in enumerate(rulers)
        if scale.next is not None and scale.gap is not None and RANK[scale.next.level] > RANK[level]
    ]
    return rulers[min(lacking)[1]] if lacking else None


def _open_objections(announcement: Announcement | None) -> int:
    if announcement is None:
        return 0
    return Objection.objects.filter(announcement=announcement, answered_at=None).count()


def month_page(actor: Actor | None, region: str, month: str) -> MonthPage:
    """One banner's month. NotFound where the reader may not see that banner."""
    if actor is None or not may(actor, "see.warnings", region):
        raise NotFound(Text("没有这个旗区的预警。", "There is no such banner."), found=region)
    name = territory.region(region).name
    status, calculation, announcement, issue = _standing(region, month)
    lineage = enforcement.counted(region, until=month).lineage
    tabs = next((p.tabs for p in enforcement.board(actor, month) if p.region == region), NO_TABS)
    undecided = enforcement.undecided(region, month)
    measures = _measures(issue, calculation, month)
    row = _row_of(region, name, month, tabs, status, calculation, announcement, undecided, measures)
    return MonthPage(
        region=region,
        name=name,
        month=month,
        row=row,
        warnings=warning_rows(calculation, month, name, lineage),
        quiet=calculation.scales(month)[region],
        measures=measures,
        undetermined=explained(calculation, "undetermined", month, name),
        referrals=explained(calculation, "referrals", month, name),
        parcels=parcel_rows(calculation.counted(month), lineage),
        announcement=None if announcement is None else announcement.id,
        announced_by="" if announcement is None else announcement.announced_by,
        facts_digest=calculation.digest,
        objections=_objections(announcement),
        issue=None if issue is None else issue.id,
        signed_by="" if issue is None else issue.signed_by,
        issued_at=None if issue is None else issue.issued_at,
        corrections=_corrections(issue),
        difference=_difference(issue, month),
        history=_history(region, name, month, row),
        pack=f"{calculation.answer['pack']}@{calculation.answer['version']}",
        may=_may(actor, region, status, announcement, calculation),
    )


def _measures(issue: Issue | None, calculation: Calculation, month: str) -> tuple[MeasureRow, ...]:
    """The measures as recorded; before issue, as the calculation would bring them."""
    if issue is None:
        return tuple(
            _measure_row("", measure["measure"], measure["grounds"], calculation, month)
            for measure in calculation.measures(month)
        )
    rows = []
    for measure in Measure.objects.filter(issue=issue).order_by("clause", "kind"):
        lifted = (
            measure.restriction_id is not None
            and restrictions.by_id(measure.restriction_id).lifted_on is not None
        )
        row = _measure_row(measure.id, measure.kind, measure.grounds, calculation, month)
        rows.append(
            MeasureRow(
                **{
                    **row.__dict__,
                    "state": "lifted" if lifted else measure.state,
                    "document": measure.document,
                    "decided_on": measure.decided_on,
                    "reason": measure.reason,
                    "restriction": measure.restriction_id,
                }
            )
        )
    return tuple(rows)


def _measure_row(
    identifier: str, kind: str, grounds: list[str], calculation: Calculation, month: str
) -> MeasureRow:
    touch = measure_word(kind, calculation)
    return MeasureRow(
        id=identifier,
        entry=_measure_entry(calculation, kind, grounds, month),
        kind=kind,
        title=touch.title,
        touches=touch.touches,
        state=Measure.DUE,
        grounds=tuple(grounds),
        document="",
        decided_on=None,
        reason="",
        restriction=None,
    )


def _measure_entry(calculation: Calculation, kind: str, grounds: list[str], month: str) -> str:
    """The key of the measure in the calculation: by its grounds, since one kind can come up twice."""
    measures = calculation.answer["measures"]
    for place in entries(calculation.answer, "measures", month):
        if measures[place]["measure"] == kind and list(measures[place]["grounds"]) == list(grounds):
            return key_of(calculation.answer, "measures", place, month)
    return ""


def _objections(announcement: Announcement | None) -> tuple[ObjectionRow, ...]:
    if announcement is None:
        return ()
    return tuple(
        ObjectionRow(o.id, o.text, o.raised_by, o.raised_at, o.answer, o.answered_by, o.answered_at)
        for o in Objection.objects.filter(announcement=announcement).order_by("raised_at", "id")
    )


def _corrections(issue: Issue | None) -> tuple[CorrectionRow, ...]:
    if issue is None:
        return ()
    rows, before = [], recorded(issue.facts, issue.answer)
    for found in Correction.objects.filter(issue=issue).order_by("corrected_at", "id"):
        after = recorded(found.facts, found.answer)
        changed = _changes(before, after, issue.month)
        rows.append(CorrectionRow(found.id, found.reason, found.signed_by, found.corrected_at, changed))
        before = after
    return tuple(rows)


def _difference(issue: Issue | None, month: str) -> Difference | None:
    """What the facts say now against what was issued or last corrected; None while they agree."""
    if issue is None:
        return None
    last = Correction.objects.filter(issue=issue).order_by("-corrected_at").first()
    standing = recorded(issue.facts, issue.answer) if last is None else recorded(last.facts, last.answer)
    now = calculate(issue.region, month)
    if now.facts_text == standing.facts_text:
        return None
    return Difference(now.digest, _changes(standing, now, month))


def _changes(before: Calculation, after: Calculation, month: str) -> tuple[str, ...]:
    """Plain sentences: figures first, then levels and measures."""
    said = []
    for name, column in (("总面积", "area"), ("耕地", "farmland")):
        old, new = (to_text(_sum_mu(c.counted(month), column), 2) for c in (before, after))
        if old != new:
            said.append(f"{name}由 {old} 亩变为 {new} 亩")
    old_count, new_count = len(before.counted(month)), len(after.counted(month))
    if old_count != new_count:
        said.append(f"由 {old_count} 宗变为 {new_count} 宗")
    old_levels = {w["trigger"]: w["level"] for w in before.warnings(month)}
    new_levels = {w["trigger"]: w["level"] for w in after.warnings(month)}
    for trigger in sorted({*old_levels, *new_levels}):
        old, new = old_levels.get(trigger, "none"), new_levels.get(trigger, "none")
        if old != new:
            said.append(f"{trigger} 由{level_word(old)}变为{level_word(new)}")
    if not said:
        said.append("月度等级不变，事实的其他内容有变化")
    return tuple(said)


def _history(region: str, name: str, month: str, row: BoardRow) -> tuple[BoardRow, ...]:
    months = [month]
    while len(months) < HISTORY:
        months.append(_month_before(months[-1]))
    return (*(_board_row(region, name, earlier, NO_TABS) for earlier in reversed(months[1:])), row)


def _month_before(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year - 1}-12" if number == 1 else f"{year}-{number - 1:02d}"


def _may(
    actor: Actor, region: str, status: str, announcement: Announcement | None, calculation: Calculation
) -> frozenset[str]:
    today = clocks.now().date()
    waiting = announcement is not None and status == ANNOUNCED
    ripe = (
        waiting
        and announcement is not None
        and today > announcement.object_until
        and announcement.facts_digest == calculation.digest
        and _open_objections(announcement) == 0
        and actor.person != announcement.announced_by
    )
    open_now = {
        "month.announce": status != ISSUED,
        "month.object": waiting and announcement is not None and today <= announcement.object_until,
        "month.answer-objection": waiting and _open_objections(announcement) > 0,
        "month.issue": ripe,
        "month.correct": status == ISSUED,
        "measure.propose": status == ISSUED,
        "measure.decide": status == ISSUED,
        "document.draft": status == ISSUED,
        "restriction.lift": status == ISSUED,
    }
    return frozenset(verb for verb, is_open in open_now.items() if is_open and may(actor, verb, region))


def papers(actor: Actor | None, *, month: str = "", region: str = "") -> tuple[DocumentRow, ...]:
    """The papers that the reader sees, the latest first."""
    found = Document.objects.all().seen_by(actor)
    if month:
        found = found.filter(month=month)
    if region:
        found = found.filter(region=region)
    return tuple(_document_row(row) for row in found.order_by("-drafted_at", "id"))


def paper(actor: Actor | None, identifier: str) -> DocumentRow:
    return _document_row(_found_paper(actor, identifier))


def rendered(actor: Actor | None, identifier: str, form: str) -> bytes:
    """The paper as `pdf`, `docx` or, for the bulletin's annex, `xlsx`. The same bytes every time."""
    row = _found_paper(actor, identifier)
    kind, fields = documents.KINDS[row.kind], decode(row.kind, row.fields)
    if form == "docx":
        return kind.render_docx(fields)
    if form == "xlsx" and kind.render_xlsx is not None:
        return kind.render_xlsx(fields)
    if form == "pdf":
        return kind.render_pdf(fields, row.numbered_at or row.drafted_at)
    raise NotFound(Text("这种文书没有这个格式。", "This paper has no such form."), found=form)


def picture(actor: Actor | None, identifier: str, page: int) -> bytes:
    """One page of the paper as PNG, counted from 1."""
    row = _found_paper(actor, identifier)
    pages = documents.KINDS[row.kind].render_pictures(decode(row.kind, row.fields))
    if not 1 <= page <= len(pages):
        raise NotFound(Text("文书没有这一页。", "The paper has no such page."), found=page)
    return pages[page - 1]


def _found_paper(actor: Actor | None, identifier: str) -> Document:
    found = Document.objects.all().seen_by(actor).filter(id=identifier).first()
    if found is None:
        raise NotFound(Text("没有这份文书。", "There is no such paper."), found=identifier)
    return found


def _document_row(row: Document) -> DocumentRow:
    return DocumentRow(
        id=row.id,
        kind=row.kind,
        title=row.title,
        region=row.region,
        month=row.month,
        state=row.state,
        number=row.number,
        drafted_by=row.drafted_by,
        drafted_at=row.drafted_at,
        numbered_at=row.numbered_at,
    )


def calculation(actor: Actor | None, region: str, month: str) -> Calculation:
    """The calculation behind a month's page."""
    if actor is None or not may(actor, "see.warnings", region):
        raise NotFound(Text("没有这个旗区的预警。", "There is no such banner."), found=region)
    return _standing(region, month)[1]


def explained_one(
    actor: Actor | None, region: str, month: str, entry: str, language: Language = "zh"
) -> Explanation:
    """One conclusion of a month with all that explains it. NotFound where there is none to be seen."""
    found = calculation(actor, region, month)
    return explanation(found, region, territory.region(region).name, month, entry, language)


def conclusions(actor: Actor | None, region: str, month: str) -> tuple[tuple[str, Text], ...]:
    """(key, title) of the month's warnings and measures."""
    found, name = calculation(actor, region, month), territory.region(region).name
    return tuple(
        (key, explanation(found, region, name, month, key).title)
        for kind in ("warnings", "measures")
        for number in range(len(entries(found.answer, kind, month)))
        for key in (f"{kind}-{number}",)
    )


def is_issued(region: str, month: str) -> bool:
    return Issue.objects.filter(region=region, month=month).exists()

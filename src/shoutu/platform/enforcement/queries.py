"""What pages, the API and the warnings app read of enforcement, narrowed to the reader."""

from __future__ import annotations

from collections.abc import Iterable

from shoutu.errors import NotFound, Text
from shoutu.platform import doors
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery.queries import Filter
from shoutu.platform.discovery.rows import PatchRow
from shoutu.platform.discovery.states import State
from shoutu.platform.doors import Actor, Role
from shoutu.platform.enforcement.categories import Scheme, scheme_for
from shoutu.platform.enforcement.comparing import compare, compare_all
from shoutu.platform.enforcement.counting import counted, policy_facts, undecided
from shoutu.platform.enforcement.grouping import earlier_ground, proposals
from shoutu.platform.enforcement.models import (
    Assignment,
    Evidence,
    Member,
    Objection,
    Report,
    Review,
    Violation,
)
from shoutu.platform.enforcement.persons import earlier_hands
from shoutu.platform.enforcement.reading import evidence_row, latest_reports, report_rows
from shoutu.platform.enforcement.reasons import reasons
from shoutu.platform.enforcement.rows import (
    BannerProgress,
    Clearing,
    ClearingRow,
    Compared,
    MemberRow,
    PatchPage,
    QueueRow,
    ReportRow,
    ViolationRow,
)

__all__ = [
    "board",
    "categories",
    "clearing",
    "clearing_rows",
    "counted",
    "differences",
    "evidence",
    "filed_figures",
    "patch_page",
    "policy_facts",
    "proposals",
    "reasons",
    "review_queue",
    "undecided",
    "violation",
    "violations",
    "violations_with",
]

_WAITS_FOR = {
    Role.REVIEWER: ("banner", State.REPORTED),
    Role.CITY_REVIEWER: ("city", State.BANNER_PASSED),
}


def categories(year: int) -> Scheme:
    """The list from which a report of this campaign year chooses."""
    return scheme_for(year)


def clearing(
    actor: Actor | None, month: str, wanted: Filter | None = None, *, after: str = "", limit: int = 50
) -> Clearing:
    """The month clearing list (月清): 未报, 待审, 打回, 审核结束, and 超期 across them."""
    narrowed = Filter(**{**(wanted or Filter()).__dict__, "month": month})
    page = discovery.patches(actor, narrowed, after=after, limit=limit)
    return Clearing(month, discovery.tabs(actor, narrowed), clearing_rows(page.rows), page.after)


def clearing_rows(rows: Iterable[PatchRow]) -> tuple[ClearingRow, ...]:
    """The same rows with what enforcement knows of each."""
    wanted = list(rows)
    identifiers = [row.id for row in wanted]
    reports = report_rows(latest_reports(identifiers).values())
    by_patch = {r.patch_id: reports[r.id] for r in latest_reports(identifiers).values()}
    assigned = _assigned(identifiers)
    numbers = dict(
        Member.objects.filter(patch_id__in=identifiers).values_list("patch_id", "violation__number")
    )
    return tuple(
        _clearing_row(row, by_patch.get(row.id), assigned.get(row.id, ""), numbers.get(row.id, ""))
        for row in wanted
    )


def _clearing_row(patch: PatchRow, report: ReportRow | None, assigned: str, number: str) -> ClearingRow:
    if report is None:
        return ClearingRow(patch, "", None, None, assigned, number)
    return ClearingRow(patch, report.category, report.category_name, report.suspected, report.officer, number)


def filed_figures(patches: Iterable[str]) -> dict[str, dict[str, str]]:
    """By patch, what the report that stands states: unit, area, farmland, basic_farmland."""
    names = ("unit", "area", "farmland", "basic_farmland")
    return {
        patch: {name: str(getattr(report, name)) for name in names}
        for patch, report in latest_reports(patches).items()
    }


def _assigned(patches: Iterable[str]) -> dict[str, str]:
    rows = Assignment.objects.filter(patch_id__in=list(patches)).order_by("assigned_at", "id")
    return {row.patch_id: row.officer for row in rows}


def board(actor: Actor | None, month: str) -> tuple[BannerProgress, ...]:
    """Each banner that the reader sees and that has patches, with its month's counts by state."""
    counts: dict[str, dict[str, int]] = {}
    for region, state, overdue, count in discovery.state_counts(actor, month):
        tabs = counts.setdefault(region, dict.fromkeys(discovery.TABS, 0))
        tabs["all"] += count
        tabs[state] += count
        tabs["overdue"] += count if overdue else 0
    return tuple(BannerProgress(region, tabs) for region, tabs in sorted(counts.items()))


def review_queue(actor: Actor | None, *, after: str = "", limit: int = 20) -> tuple[QueueRow, ...]:
    """What waits for this reader's review, nearest deadline first; `after` is the last patch's id."""
    if actor is None or actor.role not in _WAITS_FOR:
        return ()
    level, state = _WAITS_FOR[actor.role]
    rows = discovery.due_first(actor, str(state), after=after, limit=limit)
    reports = latest_reports(row.id for row in rows)
    compared = compare_all(reports.values())
    shown = report_rows(reports.values())
    return tuple(
        QueueRow(row, shown[r.id], compared[r.id], barred=actor.person in earlier_hands(r, level))
        for row in rows
        if (r := reports.get(row.id)) is not None
    )


def differences(actor: Actor | None, patch: str) -> Compared:
    """The standing report of a patch beside the system's figures."""
    discovery.patch(actor, patch)
    report = latest_reports([patch]).get(patch)
    if report is None:
        raise NotFound(Text("这个图斑还没有填报。", "This patch has no report yet."), found=patch)
    return compare(report)


def patch_page(actor: Actor | None, identifier: str) -> PatchPage:
    """Everything that the page of one patch or part shows."""
    patch = discovery.patch(actor, identifier)
    versions = list(Report.objects.filter(patch_id=identifier).order_by("-version"))
    shown = report_rows(versions)
    member = Member.objects.select_related("violation").filter(patch_id=identifier).first()
    scheme = scheme_for(patch.campaign_year).name
    files = Evidence.objects.filter(patch_id=identifier).order_by("attached_at", "id")
    return PatchPage(
        patch=patch,
        whole=discovery.patch(actor, patch.parent) if patch.parent else None,
        parts=discovery.parts_of(identifier),
        facts=discovery.layer_facts(identifier),
        attributes=discovery.attributes(actor, identifier),
        pictures=discovery.pictures(actor, identifier),
        reports=tuple(shown[report.id] for report in versions),
        compared=compare(versions[0]) if versions else None,
        evidence=tuple(evidence_row(file, scheme) for file in files),
        assigned_to=_assigned([identifier]).get(identifier, ""),
        violation=_violation_rows([member.violation])[0] if member else None,
        earlier=earlier_ground(identifier),
        may=_may(actor, patch, versions[0] if versions else None, grouped=member is not None),
    )


def _may(actor: Actor | None, patch: PatchRow, report: Report | None, *, grouped: bool) -> frozenset[str]:
    """The acts that the state, the door and the two-person rule leave open to this reader."""
    open_now = _open_acts(patch, report, grouped=grouped)
    for verb, level in (("patch.review", "banner"), ("patch.city-review", "city")):
        if verb in open_now and report is not None and actor is not None:
            open_now -= {verb} if actor.person in earlier_hands(report, level) else set()
    return frozenset(verb for verb in open_now if doors.may(actor, verb, patch.region))


def _open_acts(patch: PatchRow, report: Report | None, *, grouped: bool) -> set[str]:
    """The acts that the state leaves open, whoever asks."""
    if patch.state in (State.ISSUED, State.RETURNED):
        cut = {"patch.split"} if patch.parent is None and patch.box is not None else set()
        objection = {"patch.object"} if report is not None and _may_object(report) else set()
        return {"patch.report", "patch.attach", "patch.assign"} | cut | objection
    if patch.state == State.SPLIT:
        return {"patch.split"}
    grouping = set() if grouped or report is None or not report.suspected else {"violation.group"}
    grouping |= {"violation.link"} if grouping else set()
    waits = {State.REPORTED: {"patch.review"}, State.BANNER_PASSED: {"patch.city-review"}}
    return grouping | waits.get(State(patch.state), set())


def _may_object(report: Report) -> bool:
    last = Review.objects.filter(report=report).order_by("-reviewed_at", "-id").first()
    return (
        last is not None and last.outcome == "return" and not Objection.objects.filter(review=last).exists()
    )


def evidence(actor: Actor | None, identifier: str) -> Evidence:
    """One file of evidence, for the page that serves it."""
    found = Evidence.objects.all().seen_by(actor).filter(id=identifier).first()
    if found is None:
        raise NotFound(Text("没有这份材料。", "There is no such file."), found=identifier)
    return found


def violations_with(actor: Actor | None, patches: Iterable[str]) -> dict[str, ViolationRow]:
    """By patch, the 宗 that it belongs to, of those that the reader sees."""
    members = Member.objects.filter(patch_id__in=list(patches))
    wanted = {member.patch_id: member.violation_id for member in members}
    seen = Violation.objects.all().seen_by(actor).filter(id__in=wanted.values())
    rows = {row.id: row for row in _violation_rows(list(seen))}
    return {patch: rows[violation] for patch, violation in wanted.items() if violation in rows}


def violations(actor: Actor | None, *, month: str = "", region: str = "") -> tuple[ViolationRow, ...]:
    """The 宗 that the reader sees, by number."""
    found = Violation.objects.all().seen_by(actor)
    if month:
        found = found.filter(month=month)
    if region:
        found = found.filter(region=region)
    return tuple(_violation_rows(list(found.order_by("number"))))


def violation(actor: Actor | None, identifier: str) -> ViolationRow:
    found = Violation.objects.all().seen_by(actor).filter(id=identifier).first()
    if found is None:
        raise NotFound(Text("没有这一宗。", "There is no such violation."), found=identifier)
    return _violation_rows([found])[0]


def _violation_rows(found: list[Violation]) -> list[ViolationRow]:
    members: dict[str, list[Member]] = {}
    for member in Member.objects.filter(violation__in=found).order_by("month", "id"):
        members.setdefault(member.violation_id, []).append(member)
    everyone = [member.patch_id for rows in members.values() for member in rows]
    patches, reports = discovery.rows_of(everyone), latest_reports(everyone)
    shown = report_rows(reports.values())

    def member_row(member: Member) -> MemberRow:
        report = reports.get(member.patch_id)
        return MemberRow(
            patches[member.patch_id], member.tie, member.month, None if report is None else shown[report.id]
        )

    return [
        ViolationRow(
            id=row.id,
            number=row.number,
            region=row.region,
            month=row.month,
            campaign_year=row.campaign_year,
            actor_name=row.actor_name,
            project=row.project.name if row.project else "",
            project_id=row.project_id,
            version=row.version,
            confirmed_by=row.confirmed_by,
            confirmed_at=row.confirmed_at,
            members=tuple(member_row(member) for member in members.get(row.id, [])),
        )
        for row in found
    ]

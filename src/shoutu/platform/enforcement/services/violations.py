"""Grouping into violations (宗), and linking what comes later. A person confirms; the month counts once."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from shoutu import clocks
from shoutu.errors import BadInput, NotFound, Refused, Text, Where
from shoutu.platform import doors
from shoutu.platform.acts import Recorded, act
from shoutu.platform.discovery import neighbours
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery.rows import PatchRow
from shoutu.platform.discovery.states import State
from shoutu.platform.doors import Actor
from shoutu.platform.enforcement.inputs import Group, Link
from shoutu.platform.enforcement.models import Member, Project, Violation
from shoutu.platform.enforcement.reading import latest_reports
from shoutu.platform.ledger.services import seal
from shoutu.platform.territory import queries as territory

OLD_GROUND_M2 = 1.0
OLD_GROUND_SHARE = 0.01
_FIRST_WAS_ANOTHER = Text("有人先办理了其中的图斑。", "Somebody was first with one of these patches.")
_RELOAD = Text("请刷新页面，看清最新情况后再办。", "Reload the page and look again.")


@act("violation.group", clause="6.1", region=lambda data: discovery.region_of(data.patches[0]))
def group(actor: Actor, data: Group) -> Recorded[Violation]:
    """Confirm that patches and parts of one month in one banner are one 宗."""
    patches = _suspected(actor, "violation.group", data.patches)
    region, month = patches[0].region, patches[0].month
    other = next((p for p in patches if (p.region, p.month) != (region, month)), None)
    if other is not None:
        raise BadInput(
            Text("一宗的图斑应在同一旗区、同一月。", "The patches of a group share banner and month."),
            where=Where(field="patches"),
            found=f"{other.number} {other.region} {other.month}",
            remedy=Text(
                "以后月份的图斑，用“关联已有宗”办理。", "Link patches of later months to the known 宗."
            ),
        )
    try:
        with transaction.atomic():
            made = _create(actor, data, region, month, patches[0].campaign_year)
            _add(actor, made, patches, "first")
    except IntegrityError as error:
        raise Refused(_FIRST_WAS_ANOTHER, remedy=_RELOAD) from error
    facts = {
        "violation": made.id,
        "number": made.number,
        "month": month,
        "patches": [patch.id for patch in patches],
        "actor": seal(data.actor_name),
    }
    return Recorded(made, f"violation:{made.id}", facts)


def _suspected(actor: Actor, verb: str, identifiers: Sequence[str]) -> list[PatchRow]:
    """The patches, each reported as suspected and in no 宗 yet; one of another banner reads as absent."""
    for identifier in identifiers:
        doors.require(actor, verb, discovery.region_of(identifier))
    rows, reports = discovery.rows_of(identifiers), latest_reports(identifiers)
    reported = (State.REPORTED, State.BANNER_PASSED, State.CITY_PASSED)
    for identifier in identifiers:
        row, report = rows.get(identifier), reports.get(identifier)
        if row is None:
            raise NotFound(Text("没有这个图斑。", "There is no such patch."), found=identifier)
        if row.state not in reported or report is None or not report.suspected:
            raise Refused(
                Text("只有已填报为涉嫌违法的图斑能归宗。", "Only patches reported as suspected form a 宗."),
                where=Where(field="patches"),
                found=row.number,
                remedy=Text("先填报这个图斑。", "Have it reported first."),
            )
    taken = Member.objects.filter(patch_id__in=list(identifiers)).select_related("violation").first()
    if taken is not None:
        raise Refused(
            Text("图斑已归入一宗。", "A patch belongs to a 宗 already."),
            where=Where(field="patches"),
            found=f"{rows[taken.patch_id].number} → {taken.violation.number}",
            remedy=_RELOAD,
        )
    return [rows[identifier] for identifier in identifiers]


def _create(actor: Actor, data: Group, region: str, month: str, year: int) -> Violation:
    known = Violation.objects.filter(region=region, month=month).count()
    project = None
    if data.project.strip():
        project, _ = Project.objects.get_or_create(region=region, name=" ".join(data.project.split()))
    return Violation.objects.create(
        number=f"{short_name(region)}{month}-{known + 1:02d}",
        region=region,
        month=month,
        campaign_year=year,
        actor_name=data.actor_name,
        project=project,
        confirmed_by=actor.person,
        confirmed_at=clocks.now(),
    )


def short_name(region: str) -> str:
    """The banner in one character, 伊 for 伊金霍洛旗; two where another banner begins alike.

    The second is the first character in which the two differ: 鄂旗 and 鄂前 for 鄂托克旗, 鄂托克前旗.
    """
    name = territory.region(region).name
    alike = [row.name for row in territory.banners() if row.name[0] == name[0] and row.name != name]
    if not alike:
        return name[0]
    differs = next(
        (i for i, letter in enumerate(name) if any(i >= len(o) or o[i] != letter for o in alike)), 0
    )
    return name[0] + name[differs]


def _add(actor: Actor, violation: Violation, patches: Sequence[PatchRow], tie: str) -> None:
    now = clocks.now()
    for patch in patches:
        Member.objects.create(
            violation=violation,
            patch_id=patch.id,
            tie=tie,
            month=patch.month,
            campaign_year=patch.campaign_year,
            linked_by=actor.person,
            linked_at=now,
        )


def _violation(identifier: str) -> Violation:
    found = Violation.objects.filter(id=identifier).first()
    if found is None:
        raise NotFound(Text("没有这一宗。", "There is no such violation."), found=identifier)
    return found


@act("violation.link", clause="6.1", region=lambda data: _violation(data.violation).region)
def link(actor: Actor, data: Link) -> Recorded[Violation]:
    """Confirm that a patch or part belongs to a known 宗: what it adds depends on the tie."""
    violation = _violation(data.violation)
    patch = _suspected(actor, "violation.link", [data.patch])[0]
    _check_month(violation, patch, data.tie)
    if data.tie == "enlargement":
        _check_new_ground(violation, patch)
    bumped = Violation.objects.filter(id=violation.id, version=data.version)
    if bumped.update(version=data.version + 1) != 1:
        raise Refused(Text("有人先改了这一宗。", "Somebody was first with this 宗."), remedy=_RELOAD)
    try:
        with transaction.atomic():
            _add(actor, violation, [patch], data.tie)
    except IntegrityError as error:
        raise Refused(_FIRST_WAS_ANOTHER, remedy=_RELOAD) from error
    violation.refresh_from_db()
    facts = {"number": violation.number, "patch": patch.id, "tie": data.tie, "month": patch.month}
    return Recorded(violation, f"violation:{violation.id}", facts)


def _check_month(violation: Violation, patch: PatchRow, tie: str) -> None:
    later = patch.month > violation.month
    if patch.region != violation.region or patch.month < violation.month or (tie == "first") == later:
        raise BadInput(
            Text(
                "关联关系与月份不符：同月为首次下发，以后月份为重复下发或扩大。",
                "The tie does not fit the month: first in the same month, re-issue or enlargement later.",
            ),
            where=Where(field="tie"),
            found=f"{tie}: {violation.month} {patch.month}",
            remedy=Text("改正关联关系。", "Choose another tie."),
        )


def _check_new_ground(violation: Violation, patch: PatchRow) -> None:
    """An enlargement adds new ground only: what was issued before must be cut off first."""
    members = list(Member.objects.filter(violation=violation).values_list("patch_id", flat=True))
    old = neighbours.shared_ground(patch.id, members)
    if old < OLD_GROUND_M2 or not patch.area_m2 or old < OLD_GROUND_SHARE * float(patch.area_m2):
        return
    raise Refused(
        Text("扩大部分含有已下发过的地块，会重复计算面积。", "The enlargement holds ground issued before."),
        found=f"{old:.2f} m²",
        remedy=Text(
            "先沿原图斑范围拆分：原有部分按重复下发、新增部分按扩大关联。",
            "Split it along the earlier outline: the old part is a re-issue, the new one an enlargement.",
        ),
    )

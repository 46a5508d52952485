"""Which parts look like one 宗, and which patches lie on ground issued before: proposals for a person."""

from __future__ import annotations

from shoutu.errors import Text
from shoutu.platform.discovery import neighbours
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery.rows import EarlierGround, PatchRow
from shoutu.platform.doors import Actor
from shoutu.platform.enforcement.models import Member, Report
from shoutu.platform.enforcement.reading import latest_reports
from shoutu.platform.enforcement.rows import Proposal

NEAR_M = 50.0
"""Metres between two parts that may still be one place."""


def earlier_ground(patch: str) -> tuple[EarlierGround, ...]:
    """Patches of earlier months on the same ground or of the same number."""
    return neighbours.earlier_ground(patch)


def proposals(actor: Actor | None, month: str) -> tuple[Proposal, ...]:
    """Suspected patches and parts of one month in no 宗 yet, joined by actor or project and by place."""
    rows = {row.id: row for row in discovery.all_in_month(actor, month)}
    grouped = set(Member.objects.filter(patch_id__in=rows).values_list("patch_id", flat=True))
    reports = {
        patch: report
        for patch, report in latest_reports(rows).items()
        if report.suspected and patch not in grouped
    }
    clusters = _clusters([rows[patch] for patch in reports], reports)
    return tuple(_proposal(cluster, reports) for cluster in clusters)


def _clusters(rows: list[PatchRow], reports: dict[str, Report]) -> list[list[PatchRow]]:
    """Connected groups under `_same_act`, in order of number."""
    near = neighbours.near([row.id for row in rows], NEAR_M)
    left = sorted(rows, key=lambda row: row.number)
    clusters: list[list[PatchRow]] = []
    while left:
        cluster, waiting = [], [left.pop(0)]
        while waiting:
            row = waiting.pop()
            cluster.append(row)
            joined = [other for other in left if _same_act(row, other, reports, near)]
            left = [other for other in left if other not in joined]
            waiting += joined
        clusters.append(sorted(cluster, key=lambda row: row.number))
    return clusters


def _same_act(a: PatchRow, b: PatchRow, reports: dict[str, Report], near: frozenset[frozenset[str]]) -> bool:
    """One banner, one actor where both are stated, and the same project or adjoining ground."""
    first, second = reports[a.id], reports[b.id]
    if a.region != b.region:
        return False
    if first.actor_name and second.actor_name and first.actor_name != second.actor_name:
        return False
    if first.project and first.project == second.project:
        return True
    return frozenset({a.id, b.id}) in near


def _proposal(cluster: list[PatchRow], reports: dict[str, Report]) -> Proposal:
    actors = sorted({reports[row.id].actor_name for row in cluster} - {""})
    projects = sorted({reports[row.id].project for row in cluster} - {""})
    grounds = []
    if len(cluster) == 1:
        grounds.append(Text("单独一处", "stands alone"))
    if len(actors) == 1 and len(cluster) > 1:
        grounds.append(Text("用地主体相同", "the same actor"))
    if len(projects) == 1 and len(cluster) > 1:
        grounds.append(Text("项目相同", "the same project"))
    if len(cluster) > 1 and len(projects) != 1:
        grounds.append(Text(f"相距不超过 {NEAR_M:.0f} 米", f"within {NEAR_M:.0f} m"))
    return Proposal(
        region=cluster[0].region,
        month=cluster[0].month,
        patches=tuple(cluster),
        actor_name=actors[0] if len(actors) == 1 else "",
        project=projects[0] if len(projects) == 1 else "",
        grounds=tuple(grounds),
    )

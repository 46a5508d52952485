"""From reports to the facts of part 6: which violations count, in which month, with which exact areas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from shoutu.errors import BadInput, Text, Where
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery.rows import PatchRow
from shoutu.platform.discovery.states import State
from shoutu.platform.enforcement.models import Member, Report, Unit, Violation
from shoutu.platform.enforcement.reading import latest_reports, report_rows
from shoutu.platform.enforcement.rows import Lineage, MemberRow, PolicyFacts, Undecided
from shoutu.units import m2_to_mu

STATUSES: Mapping[str, frozenset[str]] = {
    "city-reviewed": frozenset({State.CITY_PASSED}),
    "banner-reported": frozenset({State.REPORTED, State.BANNER_PASSED, State.CITY_PASSED}),
    # The autonomous region's check (自治区审核) is not recorded here yet: nothing has reached it.
    "region-closed": frozenset(),
}
"""Reading 6-status: the states from which a parcel counts; never from being issued alone."""


def policy_facts(banner: str, *, until: str, status: str = "city-reviewed") -> Mapping[str, object]:
    """Contract 1's facts of one banner, months up to and including `until`. `years` is empty here."""
    return counted(banner, until=until, status=status).facts


def counted(banner: str, *, until: str, status: str = "city-reviewed") -> PolicyFacts:
    """The same with lineage: violation ← patches and parts ← reports.

    A 宗 stands once as `new`, in its first month; what was linked to it in later months as an
    enlargement stands as `new: false`; a re-issue adds nothing (clause 6.1).
    """
    through = _status(status)
    violations = list(
        Violation.objects.filter(region=banner, month__lte=until)
        .select_related("project")
        .order_by("month", "number")
    )
    members = _counting_members(violations, until, through)
    rows, lineage = [], {}
    for violation in violations:
        for month in sorted({member.month for member in members.get(violation.id, ())}):
            counting = [member for member in members[violation.id] if member.month == month]
            row = _row(violation, month, counting)
            rows.append(row)
            lineage[str(row["id"])] = Lineage(
                violation=violation.id,
                number=violation.number,
                project=violation.project.name if violation.project else "",
                actor_name=violation.actor_name,
                members=tuple(counting),
            )
    rows.sort(key=lambda row: (str(row["month"]), str(row["id"])))
    return PolicyFacts({"schema": 1, "region": banner, "violations": rows, "years": []}, lineage)


def undecided(banner: str, month: str, *, status: str = "city-reviewed") -> Undecided:
    """What of one month has not reached the status, or is suspected and in no 宗 yet."""
    through = _status(status)
    rows = [row for row in discovery.in_months(banner, until=month) if row.month == month]
    passed = [row.id for row in rows if row.state in through]
    reports = latest_reports(passed)
    grouped = set(Member.objects.filter(patch_id__in=passed).values_list("patch_id", flat=True))
    loose = [id for id, report in reports.items() if report.suspected and id not in grouped]
    return Undecided(not_through=len(rows) - len(passed), ungrouped=len(loose))


def _status(name: str) -> frozenset[str]:
    try:
        return STATUSES[name]
    except KeyError:
        raise BadInput(
            Text("没有这种状态口径。", "There is no such status."),
            where=Where(field="status"),
            found=name,
            remedy=Text("从列表中选一项。", f"Choose one of: {', '.join(STATUSES)}."),
        ) from None


def _counting_members(
    violations: Iterable[Violation], until: str, through: frozenset[str]
) -> dict[str, list[MemberRow]]:
    found = Member.objects.filter(violation__in=list(violations), month__lte=until).exclude(tie="reissue")
    members = list(found.order_by("month", "id"))
    patches = discovery.rows_of(member.patch_id for member in members)
    reports = latest_reports(patches)
    rows = report_rows(reports.values())
    counting: dict[str, list[MemberRow]] = {}
    for member in members:
        patch, report = patches[member.patch_id], reports.get(member.patch_id)
        if _counts(patch, report, through) and report is not None:
            row = MemberRow(patch, member.tie, member.month, rows[report.id])
            counting.setdefault(member.violation_id, []).append(row)
    return counting


def _counts(patch: PatchRow, report: Report | None, through: frozenset[str]) -> bool:
    return patch.state in through and report is not None and report.suspected


def _row(violation: Violation, month: str, members: list[MemberRow]) -> dict[str, object]:
    """One object of `violations`. Areas are exact sums in the filed unit; in mu where units are mixed,
    for every decimal in m² is a decimal in mu, and not the other way round.
    """
    reports = [member.report for member in members if member.report is not None]
    unit = Unit.M2 if all(report.unit == Unit.M2 for report in reports) else Unit.MU
    first = month == violation.month
    return {
        "id": violation.number if first else f"{violation.number}+{month}",
        "project": violation.project_id,
        "month": month,
        "year": members[0].patch.campaign_year,
        "new": first,
        **{
            f"{column}_{unit}": exact_text(
                sum((_in(unit, report.unit, getattr(report, column)) for report in reports), Fraction(0))
            )
            for column in ("area", "farmland", "basic_farmland")
        },
        "stopped": _all([report.stopped for report in reports]),
        "investigated": _all([report.investigated for report in reports]),
    }


def _in(unit: str, filed: str, figure: str) -> Fraction:
    value = Fraction(figure)
    return m2_to_mu(value) if unit != filed else value


def exact_text(value: Fraction) -> str:
    """All digits of a finite decimal; ValueError for a fraction that has none."""
    places, scaled = 0, value
    while scaled.denominator != 1:
        scaled *= 10
        places += 1
        if places > 30:
            raise ValueError(f"{value} is no finite decimal")
    digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def _all(values: list[bool | None]) -> bool | None:
    """Three-valued: false when one is false, true when all are, else not known."""
    if False in values:
        return False
    return True if values and all(value is True for value in values) else None

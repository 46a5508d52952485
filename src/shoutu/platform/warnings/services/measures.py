"""What an issued month brings: the section proposes a measure, a leader decides it with a document."""

from __future__ import annotations

from shoutu import clocks
from shoutu.errors import BadInput, NotFound, Refused, Text
from shoutu.platform.acts import Recorded, act, require_other_person
from shoutu.platform.doors import Actor
from shoutu.platform.ledger.services import seal
from shoutu.platform.restrictions import services as restrictions
from shoutu.platform.warnings.inputs import Decide, Propose, RecordFinding
from shoutu.platform.warnings.models import Measure, YearFigures
from shoutu.platform.warnings.services.month import LOST_RACE, RELOAD


def _measure(identifier: str) -> Measure:
    found = Measure.objects.select_related("issue").filter(id=identifier).first()
    if not isinstance(found, Measure):
        raise NotFound(Text("没有这项措施。", "There is no such measure."), found=identifier)
    return found


def _move(measure: Measure, old: str, **new: object) -> None:
    if Measure.objects.filter(id=measure.id, state=old).update(**new) != 1:
        raise Refused(LOST_RACE, remedy=RELOAD)


@act("measure.propose", clause="6.4", region=lambda data: _measure(data.measure).region)
def propose(actor: Actor, data: Propose) -> Recorded[Measure]:
    """应 → 拟."""
    measure = _measure(data.measure)
    _move(measure, Measure.DUE, state=Measure.PROPOSED, reason=data.reason, proposed_by=actor.person)
    facts = {"kind": measure.kind, "grounds": measure.grounds, "reason": seal(data.reason)}
    return Recorded(measure, f"measure:{measure.id}", facts)


@act("measure.decide", clause="6.4", region=lambda data: _measure(data.measure).region)
def decide(actor: Actor, data: Decide) -> Recorded[Measure]:
    """拟 → 已, or 不予 with a reason. A suspension decided here is in force from the day of the decision."""
    measure = _measure(data.measure)
    require_other_person(
        actor,
        measure.proposed_by,
        what=Text("提出措施的人不能决定。", "Whoever proposed it cannot decide it."),
    )
    if data.decided_on > clocks.now().date():
        raise BadInput(
            Text("决定日期在今天之后。", "The decision is dated after today."),
            found=data.decided_on.isoformat(),
            remedy=Text("写文件上的日期。", "Write the date on the document."),
        )
    restriction = None
    if data.accept and measure.kind == "propose-suspension":
        restriction = restrictions.suspend_land_approvals(
            actor, region=measure.region, document=data.document, decided_on=data.decided_on
        )
    _move(
        measure,
        Measure.PROPOSED,
        state=Measure.DECIDED if data.accept else Measure.DECLINED,
        document=data.document,
        decided_by=actor.person,
        decided_on=data.decided_on,
        restriction_id=restriction,
        reason=data.reason or measure.reason,
    )
    facts = {
        "kind": measure.kind,
        "accepted": data.accept,
        "document": data.document,
        "decided_on": data.decided_on.isoformat(),
        "restriction": restriction,
        "reason": seal(data.reason),
    }
    return Recorded(measure, f"measure:{measure.id}", facts)


@act("finding.record", clause="7.3", region=lambda data: data.region)
def record_finding(actor: Actor, data: RecordFinding) -> Recorded[YearFigures]:
    """What part 7 needs and no patch can say: figures as delivered, findings of persons, with their paper."""
    row = YearFigures.objects.create(
        region=data.region,
        year=data.year,
        new_construction_farmland_m2=data.new_construction_farmland_m2,
        severe_impact=data.severe_impact,
        serious_consequences=data.serious_consequences,
        disorder_found=data.disorder_found,
        concealment_found=data.concealment_found,
        document=data.document,
        recorded_by=actor.person,
        recorded_at=clocks.now(),
    )
    facts = {
        "year": data.year,
        "document": data.document,
        "new_construction_farmland_m2": data.new_construction_farmland_m2,
        "severe_impact": data.severe_impact,
        "serious_consequences": data.serious_consequences,
        "disorder_found": data.disorder_found,
        "concealment_found": data.concealment_found,
    }
    return Recorded(row, f"year:{data.region}:{data.year}", facts)

"""Imposing and lifting. The suspension that a red month brings is recorded by its own measure's act."""

from __future__ import annotations

from datetime import date

from shoutu import clocks
from shoutu.errors import BadInput, NotFound, Refused, Text, Where
from shoutu.platform.acts import Recorded, act
from shoutu.platform.doors import Actor
from shoutu.platform.restrictions.inputs import Impose, Lift
from shoutu.platform.restrictions.models import Restriction

LAND_APPROVALS = (
    "农用地转用和土地征收",
    "临时用地",
    "需报上级批准的用地，暂停转报",
)
"""Scope of a suspension under the reading `6.4-scope=conversion-and-temporary`."""


@act("restriction.impose", clause="2.8", region=lambda data: data.region)
def impose(actor: Actor, data: Impose) -> Recorded[Restriction]:
    row = _record(actor, data)
    return Recorded(row, f"restriction:{row.id}", _facts(row))


def suspend_land_approvals(actor: Actor, *, region: str, document: str, decided_on: date) -> str:
    """The id of the banner's suspension, recorded inside the act that decides the measure (clause 6.4).

    One suspension at a time: while one is in force, a second red month adds none.
    """
    standing = (
        Restriction.objects.filter(kind=Restriction.SUSPENSION, region=region).in_force(decided_on).first()
    )
    if standing is not None:
        return standing.id
    data = Impose(
        kind=Restriction.SUSPENSION,
        region=region,
        scope=LAND_APPROVALS,
        document=document,
        starts=decided_on,
    )
    return _record(actor, data).id


def _record(actor: Actor, data: Impose) -> Restriction:
    if data.kind not in (Restriction.SUSPENSION, Restriction.CONTROL_LIST):
        raise BadInput(
            Text("没有这种限制措施。", "There is no such kind of restriction."),
            where=Where(field="kind"),
            found=data.kind,
            remedy=Text(
                "暂停用地审批，或管控名单。", f"{Restriction.SUSPENSION} or {Restriction.CONTROL_LIST}"
            ),
        )
    return Restriction.objects.create(
        kind=data.kind,
        region=data.region,
        holder=data.holder,
        scope=list(data.scope),
        exceptions=data.exceptions,
        document=data.document,
        starts=data.starts,
        imposed_by=actor.person,
        imposed_at=clocks.now(),
    )


def _facts(row: Restriction) -> dict[str, object]:
    return {
        "kind": row.kind,
        "scope": list(row.scope),
        "document": row.document,
        "starts": row.starts.isoformat(),
    }


def _restriction(identifier: str) -> Restriction:
    found = Restriction.objects.filter(id=identifier).first()
    if found is None:
        raise NotFound(Text("没有这项限制措施。", "There is no such restriction."), found=identifier)
    return found


@act("restriction.lift", clause="6.4", region=lambda data: _restriction(data.restriction).region)
def lift(actor: Actor, data: Lift) -> Recorded[Restriction]:
    """End a restriction from `lifted_on`, by a decision with a document (reading 6.4-end)."""
    row = _restriction(data.restriction)
    if data.lifted_on < row.starts:
        raise BadInput(
            Text("解除日期早于开始日期。", "It would end before it began."),
            where=Where(field="lifted_on"),
            found=data.lifted_on.isoformat(),
            remedy=Text(f"{row.starts} 或以后。", f"{row.starts} or later."),
        )
    lifted = Restriction.objects.filter(id=row.id, lifted_on=None).update(
        lifted_on=data.lifted_on, lift_document=data.document, lifted_by=actor.person
    )
    if lifted != 1:
        raise Refused(
            Text("这项限制已经解除。", "This restriction was lifted already."),
            remedy=Text("请刷新页面。", "Reload the page."),
        )
    facts = {"kind": row.kind, "document": data.document, "lifted_on": data.lifted_on.isoformat()}
    return Recorded(row, f"restriction:{row.id}", facts)

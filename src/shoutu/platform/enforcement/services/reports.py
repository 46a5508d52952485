"""Assigning, attaching evidence, reporting. A figure becomes a legal figure when it is reported."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from shoutu import clocks
from shoutu.errors import BadInput, NotFound, Refused, Text, Where
from shoutu.platform import doors, space
from shoutu.platform.accounts import queries as accounts
from shoutu.platform.acts import Done, Once, Recorded, act
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery.rows import Figures, PatchRow
from shoutu.platform.discovery.services.states import move
from shoutu.platform.discovery.states import State
from shoutu.platform.doors import Actor, Role
from shoutu.platform.enforcement.categories import Category, scheme_for
from shoutu.platform.enforcement.evidence import keep
from shoutu.platform.enforcement.inputs import AREAS, Assign, Attach, ReportPatch
from shoutu.platform.enforcement.models import Assignment, Evidence, Report
from shoutu.platform.ledger.services import seal
from shoutu.units import to_text

OPEN_TO_OFFICER = (State.ISSUED, State.RETURNED)


@act("patch.assign", clause="3.8", region=lambda data: discovery.region_of(data.patch))
def assign(actor: Actor, data: Assign) -> Recorded[str]:
    """Give a patch to an officer of its banner; the latest assignment stands."""
    patch = _patch(data.patch)
    officers = {held.person for held in accounts.in_office(Role.OFFICER, patch.region)}
    if data.officer not in officers:
        raise BadInput(
            Text("此人不是本旗区在任的执法人员。", "This is no officer in office of the banner."),
            where=Where(field="officer"),
            found=data.officer,
            remedy=Text("从本旗区执法人员中选。", "Choose one of the banner's officers."),
        )
    _require_open(patch)
    row = Assignment.objects.create(
        patch_id=patch.id,
        region=patch.region,
        officer=data.officer,
        assigned_by=actor.person,
        assigned_at=clocks.now(),
    )
    return Recorded(row.id, f"patch:{patch.id}", {"officer": data.officer})


def _patch(identifier: str) -> PatchRow:
    found = discovery.rows_of([identifier]).get(identifier)
    if found is None:
        raise NotFound(Text("没有这个图斑。", "There is no such patch."), found=identifier)
    return found


def _require_open(patch: PatchRow) -> None:
    if patch.state not in OPEN_TO_OFFICER:
        raise Refused(
            Text("这个图斑现在不能填报。", "This patch is not open to its officer now."),
            found=State(patch.state).label,
            remedy=Text("未报和已打回的图斑才能办理。", "Only what is 未报 or 已打回 is."),
        )


@space.told()
def attach(
    actor: Actor, patch: str, *, kind: str, name: str, file: Path, once: Once | None = None
) -> Done[str]:
    """Keep a file by its hash, then record it; the value is the evidence's id."""
    doors.require(actor, "patch.attach", discovery.region_of(patch))
    kept = keep(file, name=name)
    data = Attach(
        patch=patch,
        kind=kind,
        name=name,
        sha256=kept.sha256,
        path=kept.path,
        size=kept.size,
        media_type=kept.media_type,
    )
    return attach_evidence(actor, data, once=once)


@act("patch.attach", clause="5.7", region=lambda data: discovery.region_of(data.patch))
def attach_evidence(actor: Actor, data: Attach) -> Recorded[str]:
    """Record a kept file; the same file of the same kind again is the same evidence."""
    patch = _patch(data.patch)
    _require_open(patch)
    kinds = scheme_for(patch.campaign_year).proofs
    if data.kind not in kinds:
        raise BadInput(
            Text("没有这种材料。", "There is no such kind of proof."),
            where=Where(field="kind"),
            found=data.kind,
            remedy=Text("从列表中选。", f"Choose one of: {', '.join(kinds)}."),
        )
    row = Evidence.objects.filter(patch_id=patch.id, sha256=data.sha256, kind=data.kind).first()
    if row is None:
        row = Evidence.objects.create(
            patch_id=patch.id,
            region=patch.region,
            kind=data.kind,
            name=data.name,
            media_type=data.media_type,
            size=data.size,
            sha256=data.sha256,
            path=data.path,
            attached_by=actor.person,
            attached_at=clocks.now(),
        )
    facts = {"evidence": row.id, "kind": row.kind, "sha256": row.sha256, "size": row.size}
    return Recorded(row.id, f"patch:{patch.id}", {**facts, "name": seal(data.name)})


@act("patch.report", clause="5.7", region=lambda data: discovery.region_of(data.patch))
def report(actor: Actor, data: ReportPatch) -> Recorded[Report]:
    """Report a patch: category, legal figures, who acts, proofs. It goes to the banner's reviewer."""
    patch = _patch(data.patch)
    _require_open(patch)
    scheme = scheme_for(patch.campaign_year)
    category = scheme.category(data.category)
    proofs = _proofs(patch, data.proofs)
    _check_proofs(category, proofs)
    _check_words(category, data)
    figures = discovery.figures(patch.id)
    move(
        patch.id,
        old=patch.state,
        new=State.REPORTED,
        version=data.version,
        due_on=patch.city_review_due,
    )
    made = _write(actor, data, patch, scheme.name, category, figures, proofs)
    made.proofs.set(proofs)
    return Recorded(made, f"patch:{patch.id}", _facts(made, data, proofs))


def _proofs(patch: PatchRow, identifiers: Iterable[str]) -> list[Evidence]:
    """The named evidence, of the patch itself or of the whole of which it is a part."""
    wanted = set(identifiers)
    of = [patch.id, patch.parent] if patch.parent else [patch.id]
    found = list(Evidence.objects.filter(id__in=wanted, patch_id__in=of))
    if lost := wanted - {row.id for row in found}:
        raise BadInput(
            Text("材料不属于这个图斑。", "This evidence does not belong to the patch."),
            where=Where(field="proofs"),
            found=min(lost),
            remedy=Text("先上传到这个图斑。", "Attach it to this patch first."),
        )
    return found


def _check_proofs(category: Category, proofs: list[Evidence]) -> None:
    held: dict[str, int] = {}
    for proof in proofs:
        held[proof.kind] = held.get(proof.kind, 0) + 1
    lacking = [kind for kind, least in category.proofs.items() if held.get(kind, 0) < least]
    if lacking:
        raise BadInput(
            Text("举证材料不齐。", "Proof is missing."),
            where=Where(field="proofs"),
            found=", ".join(lacking),
            remedy=Text(
                f"“{category.name.zh}”须有：{'、'.join(category.proofs)}。",
                f"“{category.name.en}” needs: {', '.join(category.proofs)}.",
            ),
        )


def _check_words(category: Category, data: ReportPatch) -> None:
    if category.note and not data.explanation.strip():
        raise BadInput(
            Text(f"请写说明：{category.note}。", "This category asks for an explanation."),
            where=Where(field="explanation"),
            remedy=Text("填写后再提交。", "Fill it in and submit again."),
        )


def _write(
    actor: Actor,
    data: ReportPatch,
    patch: PatchRow,
    scheme: str,
    category: Category,
    figures: Figures,
    proofs: list[Evidence],
) -> Report:
    kinds = [proof.kind for proof in proofs]
    return Report.objects.create(
        patch_id=patch.id,
        region=patch.region,
        version=Report.objects.filter(patch_id=patch.id).count() + 1,
        officer=actor.person,
        officer_term=actor.term,
        category=category.code,
        scheme=scheme,
        suspected=category.suspected,
        project=data.project,
        actor_name=data.actor_name,
        unit=data.unit,
        # Two decimals always: the same figure is the same text, wherever it is printed.
        **{name: to_text(Fraction(getattr(data, name)), 2) for name in AREAS},
        explanation=data.explanation,
        stopped=data.stopped,
        stopped_on=data.stopped_on,
        investigated=data.investigated,
        investigated_on=data.investigated_on,
        kernel=figures.kernel,
        layers=[
            {"kind": pin.kind, "name": pin.name, "checksum": pin.checksum, "as_of": pin.as_of.isoformat()}
            for pin in figures.layers
        ],
        photos_near=kinds.count("near"),
        photos_far=kinds.count("panorama"),
        reported_at=clocks.now(),
    )


def _facts(made: Report, data: ReportPatch, proofs: list[Evidence]) -> dict[str, object]:
    return {
        "report": made.id,
        "version": made.version,
        "category": made.category,
        "scheme": made.scheme,
        "unit": made.unit,
        **{name: getattr(made, name) for name in AREAS},
        "stopped": made.stopped,
        "investigated": made.investigated,
        "kernel": made.kernel,
        "layers": [[layer["kind"], layer["name"], layer["checksum"]] for layer in made.layers],
        "proofs": sorted([proof.kind, proof.sha256] for proof in proofs),
        "actor": seal(data.actor_name),
        "project": seal(data.project),
        "explanation": seal(data.explanation),
    }

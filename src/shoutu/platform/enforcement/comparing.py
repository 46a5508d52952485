"""A report beside the system's figures: what a reviewer is shown, and the digest of it (clause 5.7)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from fractions import Fraction

from shoutu.errors import Text
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery.rows import Figures, LayerFacts
from shoutu.platform.enforcement.categories import Category, scheme_named
from shoutu.platform.enforcement.models import Report, Unit
from shoutu.platform.enforcement.reading import category_of
from shoutu.platform.enforcement.rows import Compared, Difference, Hint
from shoutu.proof.canonical import canonical
from shoutu.units import MU_IN_M2, to_text

FIELDS = ("area", "farmland", "basic_farmland")
SEEN_IN_LAYER = Fraction(1)
"""m². Less than this under a layer gives no hint: two digitisations of one line differ by as much."""


def compare(report: Report) -> Compared:
    """The report's figures, category and proofs beside the layers and the scheme, as they stand now."""
    return compare_all([report])[report.id]


def compare_all(reports: Iterable[Report]) -> dict[str, Compared]:
    wanted = list(reports)
    patches = [report.patch_id for report in wanted]
    figures, facts = discovery.figures_of(patches), discovery.facts_of(patches)
    return {r.id: _compare(r, figures[r.patch_id], facts[r.patch_id]) for r in wanted}


def _compare(report: Report, figures: Figures, facts: tuple[LayerFacts, ...]) -> Compared:
    differences = [_difference(report, field, getattr(figures, field)) for field in FIELDS]
    category = category_of(report)
    hints = tuple(_hints(category, facts))
    missing = tuple(missing_proofs(report, category))
    differing = tuple(d for d in differences if d.system is not None and not d.agrees)
    shown = {
        "report": report.id,
        "version": report.version,
        "category": report.category,
        "figures": [[d.field, d.system, d.reported, d.filed] for d in differences],
        "hints": [[hint.kind, hint.layer] for hint in hints],
        "missing": list(missing),
        "layers": [[pin.kind, pin.name, pin.checksum] for pin in figures.layers],
        "kernel": figures.kernel,
    }
    return Compared(
        report=report.id,
        differing=differing,
        agreeing=sum(d.agrees for d in differences),
        unknown=tuple(d.field for d in differences if d.system is None),
        hints=hints,
        missing_proofs=missing,
        digest=hashlib.sha256(canonical(shown)).hexdigest(),
    )


def shown_to(report: Report) -> Mapping[str, object]:
    """What a review keeps of the moment of signing: differences, layers, hints, and their digest."""
    compared, figures = compare(report), discovery.figures(report.patch_id)
    return {
        "digest": compared.digest,
        "differences": [[d.field, d.system, d.filed, d.difference] for d in compared.differing],
        "agreeing": compared.agreeing,
        "unknown": list(compared.unknown),
        "hints": [hint.kind for hint in compared.hints],
        "missing_proofs": list(compared.missing_proofs),
        "layers": [[pin.kind, pin.name, pin.checksum, pin.as_of.isoformat()] for pin in figures.layers],
        "kernel": figures.kernel,
    }


def _difference(report: Report, field: str, system: str | None) -> Difference:
    filed = Fraction(getattr(report, field))
    in_mu = report.unit == Unit.MU
    reported = filed * MU_IN_M2 if in_mu else filed
    # A figure filed in mu carries two decimals at most: 0.005 mu on either side is the same figure.
    slack = MU_IN_M2 / 200 if in_mu else Fraction(0)
    gap = None if system is None else reported - Fraction(system)
    return Difference(
        field=field,
        system=system,
        reported=to_text(reported, 2),
        filed=f"{getattr(report, field)} {Unit(report.unit).label}",
        difference=None if gap is None else to_text(gap, 2),
        agrees=gap is not None and abs(gap) <= slack,
    )


def missing_proofs(report: Report, category: Category) -> list[str]:
    """Kinds of evidence of which the report has fewer than its category needs."""
    held: dict[str, int] = {}
    for kind in report.proofs.values_list("kind", flat=True):
        held[kind] = held.get(kind, 0) + 1
    return [kind for kind, least in category.proofs.items() if held.get(kind, 0) < least]


def _hints(category: Category, facts: tuple[LayerFacts, ...]) -> Iterable[Hint]:
    touched = {f.kind: f for f in facts if f.received and Fraction(f.total_m2) >= SEEN_IN_LAYER}
    received = {f.kind for f in facts if f.received}
    for kind in category.doubtful:
        if kind in touched:
            layer = touched[kind]
            yield Hint(
                "doubtful-on-layer",
                Text(
                    f"类别“{category.name.zh}”，但图斑占用“{layer.title}” {layer.total_m2} 平方米，请复核。",
                    f"Category “{category.name.en}”, yet {layer.total_m2} m² lie in “{layer.title}”.",
                ),
                layer.title,
            )
    if "approval" in category.proofs and "approval" in received and "approval" not in touched:
        yield Hint(
            "approved-but-no-approval",
            Text(
                "类别为已批准，但审批图层中没有与图斑重叠的批准范围，请复核批准文件与地块是否对应。",
                "Reported as approved, yet no approval polygon overlaps the patch.",
            ),
        )
    if category.suspected and "approval" in touched:
        layer = touched["approval"]
        yield Hint(
            "suspected-but-approved",
            Text(
                f"涉嫌违法，但有 {layer.total_m2} 平方米在批准范围内，请核对是否应当拆分。",
                f"Suspected, yet {layer.total_m2} m² are approved: should it be split?",
            ),
            layer.title,
        )


def proof_name(scheme: str, kind: str) -> Text:
    return scheme_named(scheme).proofs.get(kind, Text(kind, kind))

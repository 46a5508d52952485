"""A banner's months put to the order: facts as they stand or as they were issued, and the answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shoutu.platform.enforcement import queries as enforcement
from shoutu.platform.warnings.models import Correction, Issue, YearFigures
from shoutu.policy import Facts, Scale, document, evaluate, facts_from_document, load_pack, scales
from shoutu.proof.canonical import canonical

PACK = "ordos_2024_23"


@dataclass(frozen=True)
class Calculation:
    """Contract 1's facts and answer for one banner, up to and including one month."""

    facts: Mapping[str, Any]
    answer: Mapping[str, Any]

    @property
    def facts_text(self) -> str:
        return canonical(self.facts).decode()

    @property
    def answer_text(self) -> str:
        return canonical(self.answer).decode()

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical facts: what a signer was shown."""
        return hashlib.sha256(canonical(self.facts)).hexdigest()

    def scales(self, month: str) -> dict[str, tuple[Scale, ...]]:
        """The rulers of one month by trigger: the banner's own, and each project's."""
        return scales(load_pack(PACK), typed(self.facts), month)

    def counted(self, month: str) -> list[dict[str, Any]]:
        """The violations of one month."""
        return [violation for violation in self.facts["violations"] if violation["month"] == month]

    def warnings(self, month: str) -> list[dict[str, Any]]:
        return [warning for warning in self.answer["warnings"] if warning["month"] == month]

    def measures(self, month: str) -> list[dict[str, Any]]:
        return [measure for measure in self.answer["measures"] if measure["month"] == month]


def calculate(region: str, month: str, *, status: str = "city-reviewed") -> Calculation:
    """The banner's calculation for `month` from the facts as they stand now.

    status  of reading 6-status: from which state a 宗 counts

    Months that were issued enter as issued (or last corrected), since an issued warning stays on
    record whatever changes later (reading 6-late) and 6.3 looks back at it; the month itself and
    months never issued enter as they stand.
    """
    live: Mapping[str, Any] = enforcement.policy_facts(region, until=month, status=status)
    fixed = _fixed_months(region, before=month)
    violations = [v for v in live["violations"] if v["month"] not in fixed]
    violations += [v for facts in fixed.values() for v in facts]
    facts = {
        "schema": 1,
        "region": region,
        "violations": sorted(violations, key=lambda v: (v["month"], v["id"])),
        "years": _years(region),
    }
    return Calculation(facts, answer_to(facts))


def answer_to(facts: Mapping[str, Any], readings: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """The answer of the order's pack, under its default readings where none are given."""
    return evaluate(load_pack(PACK), typed(facts), readings or {}).to_document()


def entries(answer: Mapping[str, Any], kind: str, month: str) -> list[int]:
    """The places in `answer[kind]` of what is about a month, or about its year."""
    return [
        place
        for place, entry in enumerate(answer[kind])
        if entry.get("month") == month or entry.get("year") == int(month[:4])
    ]


def key_of(answer: Mapping[str, Any], kind: str, place: int, month: str) -> str:
    """What an address calls a conclusion: `warnings-0` is the month's first warning."""
    return f"{kind}-{entries(answer, kind, month).index(place)}"


def typed(facts: Mapping[str, Any]) -> Facts:
    return facts_from_document(document.parse(canonical(facts), "facts"))


def recorded(facts: str, answer: str) -> Calculation:
    """A calculation as it lies in the record."""
    return Calculation(json.loads(facts), json.loads(answer))


def _fixed_months(region: str, *, before: str) -> dict[str, list[dict[str, Any]]]:
    """For each earlier month that was issued, its own violations as issued or last corrected."""
    fixed: dict[str, list[dict[str, Any]]] = {}
    for issue in Issue.objects.filter(region=region, month__lt=before):
        correction = Correction.objects.filter(issue=issue).order_by("-corrected_at").first()
        facts = json.loads((correction or issue).facts)
        fixed[issue.month] = [v for v in facts["violations"] if v["month"] == issue.month]
    return fixed


def _years(region: str) -> list[dict[str, Any]]:
    """The latest recorded figures of each year."""
    latest: dict[int, YearFigures] = {}
    for row in YearFigures.objects.filter(region=region).order_by("recorded_at"):
        latest[row.year] = row
    return [
        {
            "year": year,
            "new_construction_farmland_m2": row.new_construction_farmland_m2 or None,
            "severe_impact": row.severe_impact,
            "serious_consequences": row.serious_consequences,
            "disorder_found": row.disorder_found,
            "concealment_found": row.concealment_found,
        }
        for year, row in sorted(latest.items())
    ]

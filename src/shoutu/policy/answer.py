"""What an evaluation answers, typed and frozen, and its JSON (schemas/policy-answer.json)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shoutu.policy.logic import Truth

SCHEMA = 1
Kind = Literal["warning", "measure", "referral", "undetermined"]


@dataclass(frozen=True, kw_only=True)
class Warning:
    clause: str
    region: str
    trigger: str
    month: str
    level: str
    because: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Measure:
    clause: str
    region: str
    month: str
    measure: str
    grounds: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Referral:
    clause: str
    year: int
    because: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Undetermined:
    """No answer, and why: `missing` names facts, or `not-in-force`, or `contradiction`."""

    clause: str
    month: str | None = None
    year: int | None = None
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One comparison as it was made. Figures are exact decimal text in `unit`.

    value   the figure; None when it is known only between `low` and `high` (None: no limit)
    filed   the same figure in the unit in which all of it was filed, where that is another
    part, whole  the two terms of a share, in mu; the whole is the divisor
    near    within 1 % of the threshold, so that a small error could turn the result (临界)
    """

    figure: str
    value: str | None
    unit: str
    operator: str
    threshold: str
    number: str | None
    result: Truth
    low: str | None = None
    high: str | None = None
    filed: str | None = None
    part: str | None = None
    whole: str | None = None
    near: bool = False

    def to_document(self) -> dict[str, object]:
        out: dict[str, object] = {
            "figure": self.figure,
            "value": self.value,
            "unit": self.unit,
            "operator": self.operator,
            "threshold": self.threshold,
            "number": self.number,
            "result": self.result,
            "near": self.near,
        }
        if self.unit == "percent":
            out |= {"part": self.part, "whole": self.whole}
        elif self.value is None:
            out |= {"low": self.low, "high": self.high}
        if self.filed is not None:
            out["filed"] = self.filed
        return out


@dataclass(frozen=True, kw_only=True)
class TraceEntry:
    """What the evaluator did for one entry of the answer.

    entry      its place, as `warnings/0`
    outcome    the level, the measure, `referral`, or `undetermined`
    reasons    because, grounds, or missing
    facts      what was read, with the place in the facts or in the answer
    readings   the readings that were consulted, with their options
    defaulted  facts that were absent, with the value taken instead
    """

    entry: str
    kind: Kind
    clause: str
    region: str
    trigger: str | None = None
    month: str | None = None
    year: int | None = None
    outcome: str
    reasons: tuple[str, ...]
    facts: tuple[Mapping[str, object], ...]
    comparisons: tuple[Comparison, ...]
    readings: Mapping[str, str]
    defaulted: tuple[Mapping[str, object], ...]
    sentence: str

    def to_document(self) -> dict[str, object]:
        return {
            "entry": self.entry,
            "clause": self.clause,
            "sentence": self.sentence,
            "facts": [dict(fact) for fact in self.facts],
            "comparisons": [comparison.to_document() for comparison in self.comparisons],
            "readings": dict(self.readings),
            "defaulted": [dict(fact) for fact in self.defaulted],
        }


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Conclusions (测算结论) about one banner: proposals, until a named person signs them."""

    pack: str
    version: str
    readings: Mapping[str, str]
    warnings: tuple[Warning, ...]
    measures: tuple[Measure, ...]
    referrals: tuple[Referral, ...]
    undetermined: tuple[Undetermined, ...]
    trace: tuple[TraceEntry, ...]

    def to_document(self) -> dict[str, object]:
        return {
            "schema": SCHEMA,
            "pack": self.pack,
            "version": self.version,
            "readings": dict(self.readings),
            "warnings": [
                {
                    "clause": w.clause,
                    "region": w.region,
                    "trigger": w.trigger,
                    "month": w.month,
                    "level": w.level,
                    "because": list(w.because),
                }
                for w in self.warnings
            ],
            "measures": [
                {
                    "clause": m.clause,
                    "region": m.region,
                    "month": m.month,
                    "measure": m.measure,
                    "grounds": list(m.grounds),
                }
                for m in self.measures
            ],
            "referrals": [
                {"clause": r.clause, "year": r.year, "because": list(r.because)} for r in self.referrals
            ],
            "undetermined": [
                {
                    "clause": u.clause,
                    **({"year": u.year} if u.month is None else {"month": u.month}),
                    "missing": list(u.missing),
                }
                for u in self.undetermined
            ],
            "trace": [entry.to_document() for entry in self.trace],
        }

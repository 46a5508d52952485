"""What an evaluation answers, typed and frozen, and its JSON (schemas/policy-answer.json)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shoutu.policy.logic import Truth

SCHEMA = 1
Kind = Literal["warning", "measure", "referral", "undetermined", "conclusion"]


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
class Proposal:
    """A measure that a conclusion brings: proposed, until a named person signs it.

    ends     by what it ends (a term of the wording), never by itself
    lasting, within  a term as `1 years`: for how long, and in what time it must be done
    """

    measure: str
    kind: str
    touches: str
    ends: str | None = None
    lasting: str | None = None
    within: str | None = None

    def to_document(self) -> dict[str, object]:
        out: dict[str, object] = {"measure": self.measure, "kind": self.kind, "touches": self.touches}
        more = {"ends": self.ends, "lasting": self.lasting, "within": self.within}
        return out | {key: value for key, value in more.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """What a rule on a pack's own tables concludes about one subject.

    outcome      None: not known, `missing` says what could decide; an outcome with `missing` could
                 become a stricter one
    period       the month or year, where the rule goes by one
    due          the last day of a term; opens: the first day of a safe window
    provisional  a holiday calendar of that time is not published yet
    low, high    a range of money in yuan, exact
    part, whole, share  the terms of an indicator, exact, and what it comes to in percent
    """

    clause: str
    question: str
    subject_kind: str
    subject: str
    period: str | None
    outcome: str | None
    because: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    measures: tuple[Proposal, ...] = ()
    opens: str | None = None
    due: str | None = None
    provisional: bool = False
    low: str | None = None
    high: str | None = None
    part: str | None = None
    whole: str | None = None
    share: str | None = None

    def to_document(self) -> dict[str, object]:
        out: dict[str, object] = {
            "clause": self.clause,
            "question": self.question,
            "subject": {"kind": self.subject_kind, "id": self.subject},
            "period": self.period,
            "outcome": self.outcome,
            "because": list(self.because),
            "missing": list(self.missing),
            "measures": [measure.to_document() for measure in self.measures],
        }
        names = ("opens", "due", "low", "high", "part", "whole", "share")
        more = {name: getattr(self, name) for name in names}
        out |= {key: value for key, value in more.items() if value is not None}
        return out | ({"provisional": True} if self.provisional else {})


@dataclass(frozen=True, kw_only=True)
class Law:
    """Which day's law was applied: that of the act, or the newer one because it is milder."""

    act: str
    applied: str
    milder: bool

    def to_document(self) -> dict[str, object]:
        return {"act": self.act, "applied": self.applied, "milder": self.milder}


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One comparison as it was made. Figures are exact decimal text in `unit`.

    value   the figure; None when it is known only between `low` and `high` (None: no limit)
    filed   the same figure in the unit in which all of it was filed, where that is another
    part, whole  the two terms of a share, in the unit `of`; the whole is the divisor
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
    of: str = "mu"
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
            out |= {"of": self.of} if self.of != "mu" else {}
        elif self.value is None:
            out |= {"low": self.low, "high": self.high}
        if self.filed is not None:
            out["filed"] = self.filed
        return out


@dataclass(frozen=True, kw_only=True)
class TraceEntry:
    """What the evaluator did for one entry of the answer.

    entry      its place, as `warnings/0`
    outcome    the level, the measure, the conclusion's outcome, `referral`, or `undetermined`
    reasons    because, grounds, or missing
    facts      what was read, with the place in the facts or in the answer
    readings   the readings that were consulted, with their options
    defaulted  facts that were absent, with the value taken instead
    law, unverified, concluded  of a conclusion: the day's law, numbers not yet seen in the text, itself
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
    law: Law | None = None
    unverified: tuple[str, ...] = ()
    concluded: Conclusion | None = None

    def to_document(self) -> dict[str, object]:
        out: dict[str, object] = {
            "entry": self.entry,
            "clause": self.clause,
            "sentence": self.sentence,
            "facts": [dict(fact) for fact in self.facts],
            "comparisons": [comparison.to_document() for comparison in self.comparisons],
            "readings": dict(self.readings),
            "defaulted": [dict(fact) for fact in self.defaulted],
        }
        if self.law is not None:
            out["law"] = self.law.to_document()
        if self.unverified:
            out["unverified"] = list(self.unverified)
        return out


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
    conclusions: tuple[Conclusion, ...] | None = None
    """About rows of the pack's own tables; None when the facts hold no such table."""

    def to_document(self) -> dict[str, object]:
        concluded = (
            {} if self.conclusions is None else {"conclusions": [c.to_document() for c in self.conclusions]}
        )
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
            **concluded,
            "trace": [entry.to_document() for entry in self.trace],
        }

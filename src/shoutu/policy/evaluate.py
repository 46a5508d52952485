"""The scalar evaluator: one banner's facts through a pack's rules, with the trace of what it did.

Pure: no clock, no database, no file. `evaluate` is all that `shoutu policy evaluate` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from shoutu.policy.answer import (
    Answer,
    Comparison,
    Kind,
    Measure,
    Referral,
    TraceEntry,
    Undetermined,
    Warning,
)
from shoutu.policy.conclude import Concluded, conclusions
from shoutu.policy.facts import Facts, Violation
from shoutu.policy.judge import Judge, once
from shoutu.policy.logic import Truth
from shoutu.policy.pack import Pack
from shoutu.policy.sequence import Item, hits, items_of
from shoutu.policy.vocabulary import (
    BandRule,
    ByReading,
    Effect,
    InForce,
    LevelRule,
    SequenceRule,
    YearOf,
    YearRule,
)
from shoutu.policy.wording import sentence


@dataclass(frozen=True)
class BandResult:
    """One subject of one month under one band rule.

    level    the highest band known to be reached, None for none
    missing  facts that could lift it into a higher band; empty when the level is certain
    """

    rule: BandRule
    trigger: str
    month: str
    level: str | None
    because: tuple[str, ...]
    missing: tuple[str, ...]
    judge: Judge


class Evaluation:
    """One run: the pack, the settled readings, the facts, and their order in time."""

    def __init__(self, pack: Pack, facts: Facts, readings: Mapping[str, str]) -> None:
        self.pack = pack
        self.facts = facts
        self.readings = pack.settle(readings)
        self._indexes = {violation.id: index for index, violation in enumerate(facts.violations)}
        self._by_month: dict[str, list[Violation]] = {}
        self._by_project: dict[str, list[Violation]] = {}
        for violation in facts.violations:
            self._by_month.setdefault(violation.month, []).append(violation)
            self._by_project.setdefault(violation.own_project, []).append(violation)

    def judge(self) -> Judge:
        return Judge(self.pack, self.readings, self.facts, self._indexes)

    def judge_of(self, measure: str) -> Judge:
        """A judge that has consulted the readings on whom or what the measure touches."""
        judge = self.judge()
        for rule in self.pack.rules:
            if isinstance(rule, Effect) and rule.measure == measure:
                judge.pick(rule.touches)
                judge.pick(rule.ends)
        return judge

    # ---- when the order is applied ----

    def since(self, window: str, part: str, judge: Judge) -> str | None:
        """The first month or year in which the part is applied; None when the pack sets none."""
        for rule in self.pack.rules:
            if isinstance(rule, InForce) and rule.window == window and rule.part == part:
                return self.pack.numbers[judge.pick(rule.since)].values[0][1]
        return None

    def months(self) -> list[str]:
        return sorted(self._by_month)

    def months_in_force(self, part: str, judge: Judge) -> list[str]:
        since = self.since("month", part, judge)
        return [month for month in self.months() if since is None or month >= since]

    def years(self, year_of: YearOf | ByReading[YearOf], judge: Judge) -> dict[int, tuple[Violation, ...]]:
        """The years that the facts speak of, each with its violations, in order."""
        basis = judge.pick(year_of)
        out: dict[int, list[Violation]] = {facts.year: [] for facts in self.facts.years}
        for violation in self.facts.violations:
            year = violation.campaign_year if basis == "campaign" else violation.batch_year
            out.setdefault(year, []).append(violation)
        return {year: tuple(out[year]) for year in sorted(out)}

    # ---- bands ----

    def band_results(self) -> list[BandResult]:
        """Every subject of every month in force, by month, rule and trigger."""
        rules = [rule for rule in self.pack.rules if isinstance(rule, BandRule)]
        out = [result for rule in rules for result in self._of_rule(rule)]
        order = {id(rule): index for index, rule in enumerate(rules)}
        return sorted(out, key=lambda r: (r.month, order[id(r.rule)], r.trigger))

    def _of_rule(self, rule: BandRule) -> Iterator[BandResult]:
        part = rule.clause.split(".")[0]
        months = self.months_in_force(part, self.judge())
        for month in months:
            for trigger in self.triggers(rule, month):
                judge = self.judge()
                self.since("month", part, judge)
                yield self._of_subject(rule, trigger, month, months[0], judge)

    def triggers(self, rule: BandRule, month: str) -> list[str]:
        """The subjects of a rule in a month: the region always, each project that has a violation."""
        if rule.subject == "region":
            return [self.facts.region]
        return sorted({violation.own_project for violation in self._by_month.get(month, ())})

    def of_subject(self, rule: BandRule, trigger: str, month: str) -> BandResult:
        """One subject of one month, be the month quiet."""
        judge = self.judge()
        first = min(self.months_in_force(rule.clause.split(".")[0], judge), default=month)
        return self._of_subject(rule, trigger, month, min(first, month), judge)

    def _of_subject(self, rule: BandRule, trigger: str, month: str, first: str, judge: Judge) -> BandResult:
        start = month
        if judge.pick(rule.window) == "year-to-date":
            start = max(first, f"{month[:4]}-01")
        candidates = self._by_month.get(month, []) if start == month else list(self.facts.violations)
        if rule.subject == "project":
            judge.read_field("project")
            candidates = self._by_project[trigger]
        judge.look_at(tuple(v for v in candidates if start <= v.month <= month), month)
        missing: list[str] = []
        for band in rule.bands:
            judge.forget_names()
            verdicts = [(test.name, judge.verdict(test)) for test in band.tests]
            because = tuple(name for name, verdict in verdicts if verdict.truth is True)
            if because:
                return BandResult(rule, trigger, month, band.level, because, once(missing), judge)
            missing += [name for _, verdict in verdicts for name in verdict.missing]
        return BandResult(rule, trigger, month, None, (), once(missing), judge)


class _Trace:
    """Collects the entries of one kind, numbering them as the answer does."""

    def __init__(self, pack: Pack, facts: Facts) -> None:
        self._pack, self._region = pack, facts.region
        self.entries: dict[Kind, list[TraceEntry]] = {
            "warning": [],
            "measure": [],
            "referral": [],
            "undetermined": [],
            "conclusion": [],
        }

    def add(
        self,
        kind: Kind,
        clause: str,
        outcome: str,
        reasons: tuple[str, ...],
        judges: list[Judge],
        *,
        trigger: str | None = None,
        month: str | None = None,
        year: int | None = None,
        facts: tuple[Mapping[str, object], ...] = (),
        comparisons: tuple[Comparison, ...] = (),
    ) -> None:
        entries = self.entries[kind]
        plural = kind if kind == "undetermined" else f"{kind}s"
        read = (*facts, *(fact for judge in judges for fact in judge.facts_read()))
        defaulted = [fact for judge in judges for fact in judge.defaulted()]
        entry = TraceEntry(
            entry=f"{plural}/{len(entries)}",
            kind=kind,
            clause=clause,
            region=self._region,
            trigger=trigger,
            month=month,
            year=year,
            outcome=outcome,
            reasons=reasons,
            facts=_distinct(read),
            comparisons=(*comparisons, *(c for judge in judges for c in judge.comparisons)),
            readings=dict(sorted({k: v for judge in judges for k, v in judge.used.items()}.items())),
            defaulted=_distinct(tuple(defaulted)),
            sentence="",
        )
        entries.append(replace(entry, sentence=sentence(self._pack, entry, "zh")))

    def conclude(self, found: Concluded) -> None:
        """The entry of a conclusion on a pack's own tables."""
        entries, made, judge = self.entries["conclusion"], found.conclusion, found.judge
        entry = TraceEntry(
            entry=f"conclusions/{len(entries)}",
            kind="conclusion",
            clause=made.clause,
            region=self._region,
            trigger=made.subject,
            outcome=made.outcome or "undetermined",
            reasons=made.because or made.missing,
            facts=_distinct(judge.facts_read()),
            comparisons=tuple(judge.comparisons),
            readings=dict(sorted(judge.used.items())),
            defaulted=(),
            sentence="",
            law=found.law,
            unverified=tuple(
                doubt
                for number in judge.numbers.values()
                if (doubt := number.doubt_at(judge.at.isoformat())) is not None
            ),
            concluded=made,
        )
        entries.append(replace(entry, sentence=sentence(self._pack, entry, "zh")))

    def all(self) -> tuple[TraceEntry, ...]:
        return tuple(entry for entries in self.entries.values() for entry in entries)


def _distinct(facts: tuple[Mapping[str, object], ...]) -> tuple[Mapping[str, object], ...]:
    """Each once, in order. Two judges of one entry may have read the same fact."""
    return tuple({repr(fact): fact for fact in facts}.values())


def evaluate(pack: Pack, facts: Facts, readings: Mapping[str, str] | None = None) -> Answer:
    """The pack's conclusions about one banner.

    pack      from `shoutu.policy.pack.load`
    readings  chosen options by name; the others take the pack's default
    Raises BadInput on an unknown reading or option.
    """
    run = Evaluation(pack, facts, readings or {})
    trace = _Trace(pack, facts)
    results = run.band_results()
    warnings = tuple(_warnings(facts, results, trace))
    measures = tuple(_measures(run, warnings, trace))
    by_year = _year_results(run)
    referrals = tuple(_referrals(by_year, trace))
    undetermined = (*_unknown_months(run, results, trace), *_unknown_years(by_year, trace))
    concluded = conclusions(pack, facts, run.readings)
    for found in concluded:
        trace.conclude(found)
    return Answer(
        pack=pack.name,
        version=pack.version,
        readings=run.readings,
        warnings=warnings,
        measures=measures,
        referrals=referrals,
        undetermined=undetermined,
        trace=trace.all(),
        conclusions=tuple(found.conclusion for found in concluded) if facts.tables else None,
    )


def _warnings(facts: Facts, results: list[BandResult], trace: _Trace) -> Iterator[Warning]:
    for result in results:
        if result.level is None:
            continue
        clause = result.rule.clause
        trace.add(
            "warning",
            clause,
            result.level,
            result.because,
            [result.judge],
            trigger=result.trigger,
            month=result.month,
        )
        yield Warning(
            clause=clause,
            region=facts.region,
            trigger=result.trigger,
            month=result.month,
            level=result.level,
            because=result.because,
        )


# ---- measures -------------------------------------------------------------------------------------


def _measures(run: Evaluation, warnings: tuple[Warning, ...], trace: _Trace) -> Iterator[Measure]:
    """By month; in a month as the pack names them."""
    rules = [rule for rule in run.pack.rules if isinstance(rule, SequenceRule | LevelRule)]
    places = {id(warning): f"warnings/{index}" for index, warning in enumerate(warnings)}
    for month in sorted({warning.month for warning in warnings}):
        for rule in rules:
            if isinstance(rule, SequenceRule):
                yield from _sequence(run, rule, month, warnings, places, trace)
            else:
                yield from _level(run, rule, month, warnings, places, trace)


def _sequence(
    run: Evaluation,
    rule: SequenceRule,
    month: str,
    warnings: tuple[Warning, ...],
    places: Mapping[int, str],
    trace: _Trace,
) -> list[Measure]:
    judge = run.judge_of(rule.measure)
    items = items_of(judge.pick(rule.items), warnings, run.pack.levels)
    found = hits(items, judge.pick(rule.hits), adjacent=judge.pick(rule.adjacent))
    of_month = [hit for hit in found if hit.item.month == month]
    if not of_month:
        return []
    grounds = once([trigger for hit in of_month for trigger in hit.item.grounds])
    involved: list[Item] = []
    comparisons: list[Comparison] = []
    for hit in of_month:
        for item in (hit.before, hit.item):
            if item is not None and item not in involved:
                involved.append(item)
        if hit.before is not None and hit.after is not None:
            comparisons.append(_level_in("predecessor", hit.before, hit.after, rule.number))
        comparisons.append(_level_in("item", hit.item, hit.levels, rule.number))
    facts = tuple(_as_fact(w, places) for item in involved for w in item.warnings)
    trace.add(
        "measure",
        rule.clause,
        rule.measure,
        grounds,
        [judge],
        month=month,
        facts=facts,
        comparisons=tuple(comparisons),
    )
    return [
        Measure(
            clause=rule.clause,
            region=run.facts.region,
            month=month,
            measure=rule.measure,
            grounds=grounds,
        )
    ]


def _level(
    run: Evaluation,
    rule: LevelRule,
    month: str,
    warnings: tuple[Warning, ...],
    places: Mapping[int, str],
    trace: _Trace,
) -> list[Measure]:
    found = tuple(w for w in warnings if w.month == month and w.level == rule.level)
    if not found:
        return []
    grounds = once([warning.trigger for warning in found])
    facts = tuple(_as_fact(warning, places) for warning in found)
    comparisons = tuple(
        _level_in("warning", Item(month, w.level, (w.trigger,), (w,)), (rule.level,), rule.number)
        for w in found
    )
    out = []
    for measure in rule.measures:
        trace.add(
            "measure",
            rule.clause,
            measure,
            grounds,
            [run.judge_of(measure)],
            month=month,
            facts=facts,
            comparisons=comparisons,
        )
        out.append(
            Measure(
                clause=rule.clause,
                region=run.facts.region,
                month=month,
                measure=measure,
                grounds=grounds,
            )
        )
    return out


def _as_fact(warning: Warning, places: Mapping[int, str]) -> dict[str, object]:
    return {
        "at": places[id(warning)],
        "clause": warning.clause,
        "trigger": warning.trigger,
        "month": warning.month,
        "level": warning.level,
    }


def _level_in(what: str, item: Item, levels: tuple[str, ...], number: str) -> Comparison:
    return Comparison(
        figure=f"{what} {item.month} {'+'.join(item.grounds)}",
        value=item.level,
        unit="level",
        operator="in",
        threshold="/".join(levels),
        number=number,
        result=True,
    )


# ---- referrals and what is not known ---------------------------------------------------------------


def _unknown_months(run: Evaluation, results: list[BandResult], trace: _Trace) -> Iterator[Undetermined]:
    """Months before the order, and months whose level hangs on an area that was not filed."""
    rows: list[tuple[str, str, tuple[str, ...], list[Judge], tuple[Comparison, ...]]] = []
    for rule in run.pack.rules:
        if isinstance(rule, InForce) and rule.window == "month":
            judge = run.judge()
            since = run.since("month", rule.part, judge)
            for month in run.months():
                if since is not None and month < since:
                    early = _early(month, since, "month")
                    rows.append((month, rule.part, ("not-in-force",), [judge], (early,)))
    open_months = sorted({(result.month, result.rule.clause.split(".")[0]) for result in results})
    for month, part in open_months:
        hanging = [
            r for r in results if r.month == month and r.missing and r.rule.clause.split(".")[0] == part
        ]
        if hanging:
            missing = once([name for result in hanging for name in result.missing])
            rows.append((month, part, missing, [result.judge for result in hanging], ()))
    for month, part, missing, judges, comparisons in sorted(rows, key=lambda row: row[:2]):
        trace.add("undetermined", part, "undetermined", missing, judges, month=month, comparisons=comparisons)
        yield Undetermined(clause=part, month=month, missing=missing)


@dataclass(frozen=True)
class YearResult:
    """One year under one rule: reached, or not known; years that do not reach it have none."""

    year: int
    clause: str
    truth: Truth
    reasons: tuple[str, ...]
    judge: Judge
    comparisons: tuple[Comparison, ...] = ()


def _year_results(run: Evaluation) -> list[YearResult]:
    """By year; in a year as the pack has its rules."""
    out: list[YearResult] = []
    for rule in run.pack.rules:
        if isinstance(rule, InForce) and rule.window == "year":
            out += _before_force(run, rule)
        elif isinstance(rule, YearRule):
            out += _of_year_rule(run, rule)
    return sorted(out, key=lambda result: result.year)


def _before_force(run: Evaluation, rule: InForce) -> Iterator[YearResult]:
    for year in run.years(rule.year_of, run.judge()):
        judge = run.judge()
        judge.pick(rule.year_of)
        since = run.since("year", rule.part, judge)
        if since is not None and year < int(since):
            early = _early(str(year), since, "year")
            yield YearResult(year, rule.part, None, ("not-in-force",), judge, (early,))


def _of_year_rule(run: Evaluation, rule: YearRule) -> Iterator[YearResult]:
    since = run.since("year", rule.clause.split(".")[0], run.judge())
    for year, violations in run.years(rule.year_of, run.judge()).items():
        if since is not None and year < int(since):
            continue
        judge = run.judge()
        if judge.pick(rule.year_of) == "campaign":
            judge.read_field("year")
        judge.look_at(violations, f"{year:04d}-12", run.facts.year(year))
        verdict = judge.verdict(rule.reached)
        because = tuple(named.name for named in rule.because if judge.verdict(named).truth is True)
        if verdict.truth is not False:
            yield YearResult(
                year, rule.clause, verdict.truth, because if verdict.truth else verdict.missing, judge
            )


def _referrals(results: list[YearResult], trace: _Trace) -> Iterator[Referral]:
    for result in results:
        if result.truth is True:
            judges = [result.judge]
            trace.add("referral", result.clause, "referral", result.reasons, judges, year=result.year)
            yield Referral(clause=result.clause, year=result.year, because=result.reasons)


def _unknown_years(results: list[YearResult], trace: _Trace) -> Iterator[Undetermined]:
    for result in results:
        if result.truth is None:
            trace.add(
                "undetermined",
                result.clause,
                "undetermined",
                result.reasons,
                [result.judge],
                year=result.year,
                comparisons=result.comparisons,
            )
            yield Undetermined(clause=result.clause, year=result.year, missing=result.reasons)


def _early(value: str, since: str, unit: str) -> Comparison:
    return Comparison(
        figure=unit, value=value, unit=unit, operator=">=", threshold=since, number=None, result=False
    )

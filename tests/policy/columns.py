"""Facts as columns, and an outcome in columns as the scalar answer writes it, for tests of the two."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

import numpy as np

from shoutu.policy.columnar import Columns, Outcome, hundredths
from shoutu.policy.facts import COLUMNS, YEAR_FLAGS
from tests.policy.made import seeded

AREA = "new_construction_farmland"


def province(seed: int, banners: int) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Facts of several banners with figures of two decimals, and one set of readings."""
    dice = Random(seed)
    made = []
    readings: dict[str, str] = {}
    for index in range(banners):
        facts, readings = seeded(seed * 1000 + index)
        made.append(coarse({**facts, "region": f"1506{index:02d}"}))
    dice.shuffle(made)
    return made, readings


def coarse(facts: dict[str, Any]) -> dict[str, Any]:
    """The same with every area rounded to 0.01 of its unit, which keeps their order."""

    def cut(row: dict[str, Any]) -> dict[str, Any]:
        return {
            key: str(Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP))
            if key.endswith(("_mu", "_m2")) and value is not None
            else value
            for key, value in row.items()
        }

    return facts | {name: [cut(row) for row in facts[name]] for name in ("violations", "years")}


def area_of(row: dict[str, Any], name: str) -> tuple[int, str | None]:
    for unit, key in ((0, f"{name}_m2"), (1, f"{name}_mu")):
        if row.get(key) is not None:
            return unit, row[key]
    return 0, None


def flag(value: bool | None) -> int:
    return -1 if value is None else int(value)


def columns_of(made: Sequence[dict[str, Any]]) -> Columns:
    """All banners' violations in one table, mixed up; ids are kept, projects are one list."""
    rows = [(index, v) for index, facts in enumerate(made) for v in facts["violations"]]
    Random(5).shuffle(rows)
    years = [(index, y) for index, facts in enumerate(made) for y in facts.get("years") or []]
    projects = sorted({v.get("project") or v["id"] for _, v in rows})
    units = [next((u for c in COLUMNS for u, t in [area_of(v, c)] if t is not None), 0) for _, v in rows]

    def ints(values: Any) -> Any:
        return np.array(list(values), np.int64)

    def truths(values: Any) -> Any:
        return np.array(list(values), np.int8)

    return Columns(
        regions=[facts["region"] for facts in made],
        projects=projects,
        region=ints(index for index, _ in rows),
        project=ints(projects.index(v.get("project") or v["id"]) for _, v in rows),
        month=ints(int(v["month"][:4]) * 12 + int(v["month"][5:]) - 1 for _, v in rows),
        year=ints(v.get("year") or 0 for _, v in rows),
        unit=ints(units),
        **{name: hundredths([area_of(v, name)[1] for _, v in rows], name) for name in COLUMNS},
        new=truths(flag(v.get("new")) for _, v in rows),
        stopped=truths(flag(v.get("stopped")) for _, v in rows),
        investigated=truths(flag(v.get("investigated")) for _, v in rows),
        year_region=ints(index for index, _ in years),
        year_year=ints(y["year"] for _, y in years),
        year_unit=ints(area_of(y, AREA)[0] for _, y in years),
        year_area=hundredths([area_of(y, AREA)[1] for _, y in years], AREA),
        year_flags={name: truths(flag(y.get(name)) for _, y in years) for name in YEAR_FLAGS},
        ids=[v["id"] for _, v in rows],
    )


def month_text(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def bits(value: int, names: Sequence[str]) -> list[str]:
    return [name for place, name in enumerate(names) if value >> place & 1]


def short(outcome: Outcome, projects: Sequence[str], region: int, code: str) -> dict[str, list[Any]]:
    """One banner's rows as `tests/policy/test_evaluate.short` writes them; what is missing as a set."""
    w, m, y, o = outcome.warnings, outcome.measures, outcome.years, outcome.open_months

    def trigger(row: int) -> str:
        return code if w.trigger[row] < 0 else projects[int(w.trigger[row])]

    warnings = [
        [
            (clause := outcome.band_rules[w.rule[i]]),
            trigger(i),
            month_text(int(w.month[i])),
            outcome.levels[w.level[i]],
            bits(int(w.because[i]), outcome.names[clause]),
        ]
        for i in np.flatnonzero(w.region == region)
    ]
    measures = []
    for i in np.flatnonzero(m.region == region):
        clause, measure = outcome.measure_names[m.measure[i]]
        grounds = [trigger(int(row)) for row in m.grounds[m.first[i] : m.first[i + 1]]]
        measures.append([clause, month_text(int(m.month[i])), measure, list(dict.fromkeys(grounds))])
    referrals, unknown = [], []
    for i in np.flatnonzero(o.region == region):
        missing = set(bits(int(o.missing[i]), outcome.missing_names))
        unknown.append([outcome.parts[o.part[i]], month_text(int(o.month[i])), missing])
    for i in np.flatnonzero(y.region == region):
        clause = outcome.year_rules[y.rule[i]]
        if y.truth[i] == 1:
            referrals.append([clause, int(y.year[i]), bits(int(y.because[i]), outcome.names[clause])])
        else:
            unknown.append([clause, int(y.year[i]), set(bits(int(y.missing[i]), outcome.missing_names))])
    return {"warnings": warnings, "measures": measures, "referrals": referrals, "undetermined": unknown}

"""A second evaluation, written from the contract's text alone: another shape, none of our code.

Areas are fractions of a square metre. What may not be known is settled by trying the ways in which the
unknown facts could turn out, instead of three-valued logic: a conclusion stands when all ways agree.
"""

from __future__ import annotations

import itertools
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any

OPTIONS: dict[str, tuple[str, ...]] = {
    "0-from": ("first-batch", "signed"),
    "6.1-figure": ("filed", "mu-2dp"),
    "6.2": ("month", "cumulative-year"),
    "6.2-edge": ("stricter", "milder"),
    "6.3": ("yellow-yellow", "yellow-or-orange"),
    "6.3-items": ("month-highest", "all", "banner-only"),
    "6.3-gap": ("adjacent-months", "items"),
    "7.3": ("two-limbs", "any-with-consequences", "all", "any"),
    "7.3-unhandled": ("both", "either"),
    "7.4-cause": ("presumed", "found"),
    "7.4-denominator": ("all", "lawful-only"),
    "7-year": ("campaign", "batch"),
}
MU = Fraction(2000, 3)
EXACT = Context(prec=200, rounding=ROUND_HALF_UP)
RANK = {None: 0, "yellow": 1, "orange": 2, "red": 3}
ENDLESS = Fraction(10) ** 40


def m2(text: str, unit: str, figure: str) -> Fraction:
    """The figure that is compared, in m²."""
    number = Decimal(text)
    if figure == "filed":
        return Fraction(number) * (MU if unit == "mu" else 1)
    mu = number if unit == "mu" else EXACT.multiply(number, Decimal("0.0015"))
    return Fraction(EXACT.quantize(mu, Decimal("0.01"))) * MU


def get(fact: dict[str, Any], name: str, figure: str) -> Fraction | None:
    for unit in ("m2", "mu"):
        if fact.get(f"{name}_{unit}") is not None:
            return m2(str(fact[f"{name}_{unit}"]), unit, figure)
    return None


def extremes(violation: dict[str, Any], name: str, figure: str) -> tuple[Fraction, Fraction]:
    """The least and the most that an area can be, given the other two."""
    area, farmland, basic = (get(violation, n, figure) for n in ("area", "farmland", "basic_farmland"))
    if name == "area":
        low = next((x for x in (area, farmland, basic) if x is not None), Fraction(0))
        return low, ENDLESS if area is None else area
    if name == "farmland":
        low = next((x for x in (farmland, basic) if x is not None), Fraction(0))
        return low, next((x for x in (farmland, area) if x is not None), ENDLESS)
    low = Fraction(0) if basic is None else basic
    return low, next((x for x in (basic, farmland, area) if x is not None), ENDLESS)


def total(violations: list[dict[str, Any]], name: str, figure: str, end: int) -> Fraction:
    return sum((extremes(v, name, figure)[end] for v in violations), Fraction(0))


def project(violation: dict[str, Any]) -> str:
    return violation["id"] if violation.get("project") is None else violation["project"]


def banner_level(vs: list[dict[str, Any]], figure: str, end: int) -> tuple[str | None, list[str]]:
    area, farmland = total(vs, "area", figure, end), total(vs, "farmland", figure, end)
    for level, most_area, most_farmland in (("red", 15, 10), ("orange", 10, 5)):
        met = [
            n
            for n, ok in (("area", area >= most_area * MU), ("farmland", farmland >= most_farmland * MU))
            if ok
        ]
        if met:
            return level, met
    parcels = [v for v in vs if v.get("new") is not False]
    return ("yellow", ["parcels"]) if len(parcels) > 1 else (None, [])


def project_level(area: Fraction, edge: str) -> str | None:
    mu = area / MU
    if mu < 3:
        return None
    if edge == "milder":
        return "yellow" if mu <= 5 else "orange" if mu <= 10 else "red"
    return "yellow" if mu < 5 else "orange" if mu < 10 else "red"


def warnings_and_open_months(facts: dict[str, Any], r: dict[str, str]) -> tuple[list[Any], list[Any]]:
    start = "2024-04" if r["0-from"] == "first-batch" else "2024-03"
    violations, figure = facts["violations"], r["6.1-figure"]
    out: list[Any] = []
    unknown: list[Any] = []
    for month in sorted({v["month"] for v in violations}):
        if month < start:
            unknown.append(["6", month])
            continue
        now = [v for v in violations if v["month"] == month]
        (least, because), (most, _) = (banner_level(now, figure, end) for end in (0, 1))
        open_ = least != most
        if least:
            out.append(["6.1", facts["region"], month, least, because])
        for name in sorted({project(v) for v in now}):
            mine = [v for v in now if project(v) == name]
            if r["6.2"] == "cumulative-year":
                mine = [
                    v
                    for v in violations
                    if project(v) == name and v["month"][:4] == month[:4] and start <= v["month"] <= month
                ]
            low, high = (project_level(total(mine, "area", figure, end), r["6.2-edge"]) for end in (0, 1))
            open_ = open_ or low != high
            if low:
                out.append(["6.2", name, month, low, ["area"]])
        if open_:
            unknown.append(["6", month])
    return out, unknown


def measures(warnings: list[Any], r: dict[str, str]) -> list[Any]:
    months = sorted({w[2] for w in warnings})
    if r["6.3-items"] == "month-highest":
        items = []
        for month in months:
            now = [w for w in warnings if w[2] == month]
            top = max(RANK[w[3]] for w in now)
            items.append((month, top, [w[1] for w in now if RANK[w[3]] == top]))
    else:
        kept = [w for w in warnings if r["6.3-items"] == "all" or w[0] == "6.1"]
        items = [(w[2], RANK[w[3]], [w[1]]) for w in kept]
    struck: dict[str, list[str]] = {}
    for before, (month, level, grounds) in zip([None, *items], items, strict=False):
        near = before is not None and (r["6.3-gap"] == "items" or steps(before[0], month) <= 1)
        last = before[1] if before is not None and near else 0
        if r["6.3"] == "yellow-yellow":
            hit = level == 2 or (level == 1 and last == 1)
        else:
            hit = level in (1, 2) and last in (1, 2)
        if hit:
            struck.setdefault(month, []).extend(grounds)
    out = []
    for month in months:
        if month in struck:
            out.append(["6.3", month, "interview-deputy", unique(struck[month])])
        red = unique([w[1] for w in warnings if w[2] == month and w[3] == "red"])
        if red:
            out += [
                ["6.4", month, measure, red]
                for measure in ("interview-principal", "propose-suspension", "consider-transfer")
            ]
    return out


def steps(earlier: str, later: str) -> int:
    (y0, m0), (y1, m1) = (map(int, month.split("-")) for month in (earlier, later))
    return 12 * (y1 - y0) + m1 - m0


def unique(names: list[str]) -> list[str]:
    return sorted(set(names), key=names.index)


def both_ways(value: bool | None) -> list[bool]:
    return [True, False] if value is None else [value]


def worlds_73(vs: list[dict[str, Any]], year: dict[str, Any], r: dict[str, str]) -> Any:
    """Every way the year could be: (U, farmland, basic, consequences)."""
    counts = {0}
    for v in vs:
        ways = set()
        for stopped, looked in itertools.product(
            both_ways(v.get("stopped")), both_ways(v.get("investigated"))
        ):
            ways.add(not (stopped or looked) if r["7.3-unhandled"] == "both" else not (stopped and looked))
        counts = {count + way for count in counts for way in ways}
    figure = r["6.1-figure"]
    severe, serious = both_ways(year.get("severe_impact")), both_ways(year.get("serious_consequences"))
    return itertools.product(
        {count >= 3 for count in counts},
        {total(vs, "farmland", figure, end) >= 10 * MU for end in (0, 1)},
        {total(vs, "basic_farmland", figure, end) >= 5 * MU for end in (0, 1)},
        {a or b for a, b in itertools.product(severe, serious)},
    )


def outcome_73(world: tuple[bool, bool, bool, bool], reading: str) -> bool:
    unhandled, farmland, basic, consequences = world
    occupied = farmland or basic
    return {
        "two-limbs": unhandled or (occupied and consequences),
        "any-with-consequences": (unhandled or occupied) and consequences,
        "all": unhandled and occupied and consequences,
        "any": unhandled or occupied,
    }[reading]


def shares(vs: list[dict[str, Any]], year: dict[str, Any], r: dict[str, str]) -> set[bool]:
    """Every truth value that the 15 % test could take; both for a contradiction."""
    figure = r["6.1-figure"]
    whole = get(year, "new_construction_farmland", figure)
    out: set[bool] = set()
    for n in {total(vs, "farmland", figure, end) for end in (0, 1)}:
        for d in (n, ENDLESS * 100) if whole is None else (whole,):
            if n == 0:
                out.add(False)
            elif d < n:
                out |= {True, False}
            elif r["7.4-denominator"] == "lawful-only":
                out.add(d == n or n / (d - n) * 20 >= 3)
            else:
                out.add(n / d * 20 >= 3)
    return out


def years_of(facts: dict[str, Any], r: dict[str, str]) -> dict[int, list[dict[str, Any]]]:
    out: dict[int, list[dict[str, Any]]] = {y["year"]: [] for y in facts["years"]}
    for v in facts["violations"]:
        year = int(v["month"][:4])
        if r["7-year"] == "campaign" and v.get("year") is not None:
            year = v["year"]
        out.setdefault(year, []).append(v)
    return out


def by_year(facts: dict[str, Any], r: dict[str, str]) -> tuple[list[Any], list[Any]]:
    referrals, unknown = [], []
    for year, vs in sorted(years_of(facts, r).items()):
        if year < 2024:
            unknown.append(["7", year])
            continue
        known = next((y for y in facts["years"] if y["year"] == year), {})
        worlds = list(worlds_73(vs, known, r))
        ways = {outcome_73(world, r["7.3"]) for world in worlds}
        names = ("unhandled", "farmland", "basic-farmland", "consequences")
        if ways == {True}:
            referrals.append(["7.3", year, [n for i, n in enumerate(names) if all(w[i] for w in worlds)]])
        elif len(ways) > 1:
            unknown.append(["7.3", year])
        ratio = shares(vs, known, r)
        if r["7.4-cause"] == "found":
            ratio = {a and b for a, b in itertools.product(ratio, both_ways(known.get("disorder_found")))}
        concealed = known.get("concealment_found") is True
        if ratio == {True} or concealed:
            because = ["ratio"] * (ratio == {True}) + ["concealment"] * concealed
            referrals.append(["7.4", year, because])
        elif len(ratio) > 1:
            unknown.append(["7.4", year])
    return referrals, unknown


def conclude(facts: dict[str, Any], readings: dict[str, str]) -> dict[str, list[Any]]:
    """The answer in the short form of the contract's examples."""
    r = {name: options[0] for name, options in OPTIONS.items()} | readings
    warnings, months = warnings_and_open_months(facts, r)
    referrals, years = by_year(facts, r)
    return {
        "warnings": warnings,
        "measures": measures(warnings, r),
        "referrals": referrals,
        "undetermined": months + years,
    }

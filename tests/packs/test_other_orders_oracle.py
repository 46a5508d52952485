"""The small packs against the same orders in plain Python: fractions, dates, every way to fill a gap."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from chinese_calendar import is_workday

from shoutu.policy import evaluate, facts_from_document, load_pack
from shoutu.policy.answer import Conclusion
from shoutu.policy.document import parse

Row = dict[str, Any]
MU = ("0", "0.01", "2.99", "3", "4.94", "4.95", "4.99", "5", "9.99", "10", "10.04", "10.05", "19.94", "19.95")
MORE_MU = (*MU, "19.99", "20", "29.99", "30", "49.99", "50", "1000")
YUAN = ("0", "199999.99", "200000", "299999.99", "300000", "499999.99", "500000")


def concluded(pack: str, table: str, rows: list[Row], as_of: str, **readings: str) -> list[Conclusion]:
    loaded = load_pack(pack)
    facts = {"schema": 1, "region": "150625", "as_of": as_of, table: rows}
    document = parse(json.dumps(facts).encode(), "facts")
    return list(
        evaluate(loaded, facts_from_document(document, None, loaded.tables), readings).conclusions or ()
    )


def lines(row: Row, *names: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(row[name]) for name in names)


def agrees(made: Conclusion, row: Row, fill: dict[str, tuple[Any, ...]], oracle: Callable[[Row], str],
           order: tuple[str, ...]) -> None:  # fmt: skip
    """The outcome is the oracle's for every way to fill the gaps; with doubts, none is milder.

    order  the outcomes, strictest first
    """
    gaps = [key for key, value in row.items() if value is None]
    ways = [dict(zip(gaps, values, strict=True)) for values in itertools.product(*(fill[g] for g in gaps))]
    found = {oracle({**row, **way}) for way in ways}
    if made.outcome is None:
        assert made.missing
        assert gaps
        assert len(found) > 1, (row, made)
    elif made.missing:
        assert max(order.index(outcome) for outcome in found) <= order.index(made.outcome), (row, made, found)
        assert len(found) > 1, (row, made)
    else:
        assert found == {made.outcome}, (row, made)


def ladder(row: Row, *, hectares: bool) -> str:
    """9号令: the first step whose line one of the three areas reaches."""
    basic, farmland, other = lines(row, "basic_mu", "farmland_mu", "other_mu")

    def mu(printed: str, ha: str) -> Fraction:
        return Fraction(ha) * 15 if hectares else Fraction(printed)

    if basic >= mu("5", "0.33") or farmland >= mu("10", "0.67") or other >= mu("20", "1.33"):
        return "top"
    if basic >= mu("3", "0.2") or farmland >= mu("5", "0.33") or other >= mu("10", "0.67"):
        return "middle"
    return "lowest" if basic + farmland + other > 0 else "none"


@pytest.mark.parametrize("seed", range(60))
def test_the_ladder_of_2000(seed: int) -> None:
    dice = Random(seed)
    hectares = bool(seed % 2)
    row: Row = {
        f"{kind}_mu": dice.choice(MORE_MU if kind == "other" else MU)
        for kind in ("basic", "farmland", "other")
    }
    if seed % 3 == 0:
        row[dice.choice(sorted(row))] = None
    given = {"id": "A", "kind": "occupation", "actor": "unit", "act_on": "2005-01-01", **row}
    (made,) = concluded("order_9_2000", "acts", [given], "2006-01-01", figure="hectare" if hectares else "mu")
    fill = dict.fromkeys(row, ("0", "0.01", "3", "5", "10", "20", "1000"))
    agrees(made, row, fill, lambda r: ladder(r, hectares=hectares), ("top", "middle", "lowest", "none"))


def is_reported(row: Row) -> str:
    basic, other = lines(row, "basic_mu", "other_mu")
    occupied = row["act"] == "occupied"
    grave = basic >= (5 if occupied else 10) or other >= (10 if occupied else 30) or row["much_destroyed"]
    return "report" if grave else "no-report"


@pytest.mark.parametrize("seed", range(50))
def test_reports_of_2014(seed: int) -> None:
    dice = Random(seed)
    row: Row = {"act": dice.choice(("occupied", "approved")), "basic_mu": dice.choice(MU),
                "other_mu": dice.choice(MORE_MU), "much_destroyed": dice.random() < 0.2}  # fmt: skip
    if seed % 2:
        row[dice.choice(sorted(row))] = None
    found = concluded("mlr_2014_18", "cases", [{"id": "C", **row}], "2024-03-01")
    fill = {"act": ("occupied", "approved"), "basic_mu": ("0", "5", "10"), "other_mu": ("0", "10", "30"),
            "much_destroyed": (True, False)}  # fmt: skip
    agrees(found[0], row, fill, is_reported, ("report", "no-report"))
    assert (len(found) == 1) == (found[0].outcome == "no-report")


def rolled(day: date) -> date:
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def after(day: date, days: int, *, working: bool) -> date:
    if not working:
        return rolled(day + timedelta(days=days))
    while days:
        day += timedelta(days=1)
        days -= is_workday(day)
    return day


@pytest.mark.parametrize("start", [date(2023, 1, 10) + timedelta(days=31 * i) for i in range(24)])
@pytest.mark.parametrize("working", [False, True])
def test_the_chain_of_guangxi(start: date, working: bool) -> None:
    row = {"id": "C", "level": "county", "area_mu": "30", "found_on": str(start)}
    found = concluded("guangxi_reporting", "cases", [row], "2025-06-30",
                      days="working" if working else "calendar")  # fmt: skip
    dues = {made.question: made.due for made in found}
    team = after(start, 3, working=working)
    whole = after(after(team, 2, working=working), 3, working=working)
    assert (dues["to-team"], dues["whole-chain"]) == (str(team), str(whole))


def is_grave(row: Row) -> str:
    area, basic, farmland, gain, damage = lines(
        row, "area_mu", "basic_mu", "farmland_mu", "mining_gain_yuan", "mining_damage_yuan"
    )
    line = {"city": 50, "county": 30}[row["level"]]
    grave = area >= line or basic >= 5 or farmland >= 10 or gain >= 200000 or damage >= 300000
    return "grave" if grave or row["unrest"] else "ordinary"


@pytest.mark.parametrize("seed", range(50))
def test_what_is_grave_in_guangxi(seed: int) -> None:
    dice = Random(seed)
    row: Row = {"level": dice.choice(("city", "county")), "area_mu": dice.choice(MORE_MU[-6:]),
                "basic_mu": dice.choice(MU[:8]), "farmland_mu": dice.choice(MU[:10]),
                "mining_gain_yuan": dice.choice(YUAN[:3]), "mining_damage_yuan": dice.choice(YUAN[:5]),
                "unrest": dice.random() < 0.1}  # fmt: skip
    if seed % 2:
        row[dice.choice(sorted(row))] = None
    calm: Row = {"approved_basic_mu": "0", "approved_farmland_mu": "0", "approved_other_mu": "0",
                 "instructed": False, "government_involved": False, "real_estate": False}  # fmt: skip
    made = concluded("guangxi_reporting", "cases", [{"id": "C", **calm, **row}], "2024-03-01")[0]
    fill = {"level": ("city", "county"), "unrest": (True, False)} | {
        key: ("0", "1000000") for key in row if key.endswith(("_mu", "_yuan"))
    }
    agrees(made, row, fill, is_grave, ("grave", "ordinary"))


@pytest.mark.parametrize("seed", range(30))
def test_the_share_of_suizhou(seed: int) -> None:
    dice = Random(seed)
    rows: list[Row] = [
        {"id": f"T{i}", "place": dice.choice("甲乙"), "taken_on": f"201{dice.choice('12')}-05-05",
         "farmland_mu": dice.choice(("1", "1.5", "8.5", "9", "85", "90", "15", "10")),
         "lawful": dice.random() < 0.6}
        for i in range(dice.randint(1, 6))
    ]  # fmt: skip
    only = bool(seed % 2)
    found = concluded(
        "suizhou_2011", "taken", rows, "2012-12-31", denominator="lawful-only" if only else "all"
    )
    assert len(found) == len({(r["place"], r["taken_on"]) for r in rows})
    for made in found:
        own = [r for r in rows if r["place"] == made.subject and r["taken_on"][:4] == made.period]
        bad = sum((Fraction(r["farmland_mu"]) for r in own if not r["lawful"]), Fraction(0))
        whole = sum((Fraction(r["farmland_mu"]) for r in own if r["lawful"] or not only), Fraction(0))
        step = "liability" if bad * 100 > whole * 15 else "no-merit" if bad * 100 > whole * 10 else "within"
        assert made.outcome == step, (rows, made)


@pytest.mark.parametrize("seed", range(60))
def test_the_stop_of_2021(seed: int) -> None:
    dice = Random(seed)
    rows: list[Row] = []
    for i in range(dice.randint(1, 6)):
        ends = date(2022, 1, 1) + timedelta(days=dice.choice((0, 364, 365, 366, 730, 731, 800)))
        until = ends.replace(year=ends.year + 1)
        row = {"id": f"P{i}", "county": "甲", "area_mu": dice.choice(("1", "4", "16")), "ends_on": str(ends)}
        rows.append({**row, "reclaim_by": str(until), "reclaimed": dice.random() < 0.5})
    as_of, since = date(2024, 1, 1), ("ends_on" if seed % 2 else "reclaim_by")
    option = "end-of-use" if seed % 2 else "deadline"
    made = concluded("mnr_2021_2", "parcels", rows, str(as_of), **{"overdue-from": option})[0]

    def overdue(row: Row) -> bool:
        day = date.fromisoformat(row[since])
        return not row["reclaimed"] and date.fromisoformat(row["ends_on"]) < as_of >= day.replace(
            year=day.year + 1
        )

    due = sum((Fraction(r["area_mu"]) for r in rows if date.fromisoformat(r["ends_on"]) < as_of), Fraction(0))
    part = sum((Fraction(r["area_mu"]) for r in rows if overdue(r)), Fraction(0))
    assert made.outcome == ("stopped" if part > 0 and part * 5 >= due else "go-on"), (rows, made)


def band(row: Row) -> str:
    gain, basic, farmland, other = lines(row, "gain_yuan", "basic_mu", "farmland_mu", "other_mu")
    if gain >= 500000 or basic >= 5 or farmland >= 10 or other >= 20:
        return "severe"
    return "middle" if gain >= 300000 or basic > 0 or farmland >= 5 or other >= 10 else "light"


@pytest.mark.parametrize("seed", range(50))
def test_the_fines_of_yunnan(seed: int) -> None:
    dice = Random(seed)
    row: Row = {"gain_yuan": dice.choice(YUAN), "basic_mu": dice.choice(MU[:8]) if seed % 4 == 0 else "0",
                "farmland_mu": dice.choice(MU[:10]), "other_mu": dice.choice(MORE_MU[:16])}  # fmt: skip
    if seed % 3 == 0:
        row[dice.choice(sorted(row))] = None
    made, *fines = concluded(
        "yunnan_transfer", "transfers", [{"id": "T", "act_on": "2024-01-10", **row}], "2024-05-01"
    )
    fill = {"gain_yuan": ("0", "300000", "500000"), "basic_mu": ("0", "1", "5"),
            "farmland_mu": ("0", "5", "10"), "other_mu": ("0", "10", "20")}  # fmt: skip
    agrees(made, row, fill, band, ("severe", "middle", "light"))
    if made.outcome is not None and not made.missing and row["gain_yuan"] is not None:
        low, high = {"light": (10, 20), "middle": (20, 40), "severe": (40, 50)}[made.outcome]
        (fine,) = fines
        assert fine.low is not None
        assert fine.high is not None
        gain = Fraction(row["gain_yuan"])
        assert (Fraction(fine.low), Fraction(fine.high)) == (gain * low / 100, gain * high / 100)

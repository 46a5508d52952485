"""Made-up rules of every kind that columns know, on the numbers of the Ordos pack, from a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from shoutu.policy import Pack, load_pack
from shoutu.policy.facts import COLUMNS, VIOLATION_FLAGS, YEAR_AREA, YEAR_FLAGS
from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    Band,
    BandRule,
    Certain,
    Condition,
    Count,
    Either,
    Flag,
    Hit,
    InForce,
    Items,
    LevelRule,
    Named,
    Not,
    Rule,
    SequenceRule,
    ShareAtLeast,
    Total,
    YearRule,
)

PACK = load_pack()


def numbers(*units: str) -> list[str]:
    return [name for name, number in PACK.numbers.items() if number.unit in units]


def made_pack(seed: int) -> Pack:
    """A pack of other rules. It has no words for them: only for answers without sentences."""
    dice = Random(seed)
    clauses = ["6.1", "6.2", "6.3", "7.1"][: dice.randint(0, 4)]
    rules: list[Rule] = [band_rule(dice, clause) for clause in clauses]
    if dice.random() < 0.8:
        rules.append(InForce("6", "month", dice.choice(numbers("month"))))
    if dice.random() < 0.8:
        basis = dice.choice(["campaign", "batch"])
        rules.append(InForce("7", "year", dice.choice(numbers("year")), basis))  # type: ignore[arg-type]
    rules += [sequence(dice, f"row-{index}", clauses) for index in range(dice.randint(0, 3))]
    for index in range(dice.randint(0, 2)):
        measures = (f"first-{index}", f"second-{index}")
        rules.append(LevelRule("6.4", dice.choice(PACK.levels), numbers("mu")[0], measures))
    rules += [year_rule(dice, clause) for clause in ("7.3", "7.4", "7.5")[: dice.randint(0, 3)]]
    dice.shuffle(rules)
    return replace(PACK, rules=tuple(rules))


def band_rule(dice: Random, clause: str) -> BandRule:
    levels = [level for level in reversed(PACK.levels) if dice.random() < 0.8] or [PACK.levels[0]]
    bands = []
    for level in levels:
        names = sorted(dice.sample(["a", "b", "c"], dice.randint(1, 3)))
        tests = tuple(Named(name, dice.choice([area, area, count])(dice)) for name in names)
        bands.append(Band(level, tests))
    subject = dice.choice(["region", "project"])
    window = dice.choice(["month", "year-to-date"])
    return BandRule(clause, subject, window, tuple(bands))  # type: ignore[arg-type]


def sequence(dice: Random, measure: str, clauses: list[str]) -> SequenceRule:
    def levels() -> tuple[str, ...]:
        return tuple(dice.sample(PACK.levels, dice.randint(1, len(PACK.levels))))

    hits = tuple(Hit(levels(), dice.choice([None, levels()])) for _ in range(dice.randint(1, 2)))
    some = tuple(dice.sample(clauses, dice.randint(1, len(clauses)))) if clauses else None
    items = Items(dice.choice([None, some]), dice.random() < 0.5)
    return SequenceRule("6.3", measure, numbers("mu")[0], items, dice.random() < 0.5, hits)


def year_rule(dice: Random, clause: str) -> YearRule:
    because = tuple(Named(f"{clause}-{index}", condition(dice, of_year, 1)) for index in range(2))
    basis = dice.choice(["campaign", "batch"])
    return YearRule(clause, basis, condition(dice, of_year), because)  # type: ignore[arg-type]


def condition(dice: Random, leaf: Callable[[Random], Condition], depth: int = 2) -> Condition:
    kind = dice.randrange(6) if depth else 0
    if kind < 2:
        return leaf(dice)
    if kind < 4:
        return (Not if kind == 2 else Certain)(condition(dice, leaf, depth - 1))
    parts = tuple(condition(dice, leaf, depth - 1) for _ in range(dice.randint(1, 3)))
    return (All if kind == 4 else Either)(parts)


def of_violation(dice: Random) -> Condition:
    return Flag(dice.choice(VIOLATION_FLAGS))


def of_year(dice: Random) -> Condition:
    kind = dice.randrange(5)
    if kind == 0:
        part = Total(dice.choice(COLUMNS), dice.choice([None, 2]))
        return ShareAtLeast(part, YEAR_AREA, dice.choice(numbers("percent")), dice.random() < 0.5)
    if kind == 1:
        return Named(f"named-{dice.randrange(10**9)}", area(dice))
    return Flag(dice.choice(YEAR_FLAGS)) if kind == 2 else dice.choice([area, count])(dice)


def area(dice: Random) -> AtLeast:
    total = Total(dice.choice(COLUMNS), dice.choice([None, None, 2, 0, 1, 3]))
    return AtLeast(total, dice.choice(numbers("mu")), dice.random() < 0.3)


def count(dice: Random) -> AtLeast:
    where = condition(dice, of_violation)
    return AtLeast(Count(where), dice.choice(numbers("parcel", "act")), dice.random() < 0.3)

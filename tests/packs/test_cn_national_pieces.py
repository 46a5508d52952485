"""Every piece of every rule of the national pack matters: changed by itself, a case fails."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from shoutu.policy.vocabulary import (
    All,
    ByReading,
    Clock,
    Count,
    Effect,
    Either,
    Flag,
    Is,
    Not,
    Ratio,
    TableRule,
)
from tests.packs.test_cn_national import PACK, failing

OPTIONAL = ("pauses", "more_if", "where", "cap", "most", "more")
SAME_ANYWAY = {
    # What is overdue by a year is part of what is due, so it cannot be more.
    "county-stop": ["Ratio.inside"],
    # The remedy that ends first does not open the window, on whatever day it ends.
    "enforcement": ["Clock.roll"],
    # A term in working days ends on one; those in calendar days are tried day by day in test_cn_national.
    **{
        rule.question: ["Clock.roll"]
        for rule in PACK.rules
        if isinstance(rule, Clock) and rule.table == "steps"
    },
}
"""Pieces, of each rule with the question, whose change cannot show, or is shown elsewhere."""


def changed(value: Any) -> Iterator[tuple[str, Any]]:
    """What was changed, and the rule data with that one piece changed."""
    if isinstance(value, tuple):
        for at, item in enumerate(value):
            yield from ((name, (*value[:at], new, *value[at + 1 :])) for name, new in changed(item))
    elif isinstance(value, ByReading):
        for option, item in value.options.items():
            for name, new in changed(item):
                yield name, ByReading(value.reading, {**value.options, option: new})
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from _of_piece(value)
        for field in dataclasses.fields(value):
            for name, new in changed(getattr(value, field.name)):
                yield name, dataclasses.replace(value, **{field.name: new})


def _of_piece(value: Any) -> Iterator[tuple[str, Any]]:
    kind = type(value).__name__
    if isinstance(value, Not):
        yield kind, value.condition
    if isinstance(value, Flag | Is):
        yield kind, Not(value)
    if isinstance(value, All | Either) and len(value.conditions) > 1:
        for at in range(len(value.conditions)):
            yield f"{kind} without {at}", type(value)(value.conditions[:at] + value.conditions[at + 1 :])
        yield kind, (Either if isinstance(value, All) else All)(value.conditions)
    if isinstance(getattr(value, "beyond", None), bool):
        yield f"{kind}.beyond", dataclasses.replace(value, beyond=not value.beyond)
    if isinstance(value, Ratio):
        yield f"{kind}.inside", dataclasses.replace(value, inside=not value.inside)
    if isinstance(value, Clock):
        yield f"{kind}.roll", dataclasses.replace(value, roll=not value.roll)
    for name in OPTIONAL:
        if getattr(value, name, None) is not None and not isinstance(value, Count):
            yield f"{kind}.{name}", dataclasses.replace(value, **{name: None})


@pytest.mark.parametrize("index", range(len(PACK.rules)))
def test_each_piece_of_a_rule_matters(index: int) -> None:
    rule = PACK.rules[index]
    if isinstance(rule, Effect):
        return
    assert isinstance(rule, TableRule)
    idle = []
    for name, new in changed(rule):
        lame = dataclasses.replace(PACK, rules=(*PACK.rules[:index], new, *PACK.rules[index + 1 :]))
        if not failing(lame, {rule.table}):
            idle.append(name)
    assert Counter(idle) <= Counter(SAME_ANYWAY.get(rule.question, []))

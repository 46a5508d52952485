"""Many banners at once: the month and year rules of a pack over columns, exact, on one core.

The same rule data as the scalar evaluator's, compiled to operations on integer columns; nothing of an
order stands here. Figures are whole hundredths of a square metre or a mu, as registers keep them; a finer
one cannot be given, so nothing is rounded. All sums are of integers, and a set of columns whose sums could
leave 64 bits is refused before it is added. Rules on a pack's own tables are not part of it.

A conclusion's sentence and trace come from the scalar evaluator on that banner's facts: `facts_of`.
Cost: a few sorts of the violations, O(n log n); memory about 300 bytes a violation.
"""

from __future__ import annotations

from collections.abc import Mapping

from shoutu.policy.columnar.columns import Columns, check, facts_of, hundredths
from shoutu.policy.columnar.outcome import Measures, OpenMonths, Outcome, Warnings, Years
from shoutu.policy.columnar.rules import check_rules
from shoutu.policy.columnar.run import Run
from shoutu.policy.pack import Pack

__all__ = [
    "Columns",
    "Measures",
    "OpenMonths",
    "Outcome",
    "Warnings",
    "Years",
    "check",
    "check_rules",
    "evaluate_columns",
    "facts_of",
    "hundredths",
]


def evaluate_columns(pack: Pack, columns: Columns, readings: Mapping[str, str] | None = None) -> Outcome:
    """The month and year conclusions of every banner.

    Raises BadInput as `check`, `check_rules` and `Pack.settle` do.
    """
    check(columns)
    check_rules(pack)
    return Run(pack, columns, pack.settle(readings or {})).outcome()

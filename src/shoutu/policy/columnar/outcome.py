"""What comes out: columns again, and what their indexes and bits mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shoutu.policy.columnar.columns import Ints, Truths


@dataclass(frozen=True)
class Warnings:
    """One row a warning, in the order of the scalar answer, banner by banner. `because` is a bit for each
    name of `names[rule]`; `trigger` is an index into `projects`, -1 for the region itself."""

    region: Ints
    month: Ints
    rule: Ints
    trigger: Ints
    level: Ints
    because: Ints


@dataclass(frozen=True)
class Measures:
    """One row a measure; `grounds[first[i]:first[i + 1]]` are the rows of its warnings, in order."""

    region: Ints
    month: Ints
    measure: Ints
    first: Ints
    grounds: Ints


@dataclass(frozen=True)
class Years:
    """One row for each year and rule that is reached (`truth` 1) or not known (-1). `because` and
    `missing` are bits for the names of the rule."""

    region: Ints
    year: Ints
    rule: Ints
    truth: Truths
    because: Ints
    missing: Ints


@dataclass(frozen=True)
class OpenMonths:
    """Months that are not known: before the order, or hanging on areas that were not filed."""

    region: Ints
    month: Ints
    part: Ints
    missing: Ints


@dataclass(frozen=True)
class Outcome:
    """All of it. `levels`, `measure_names`, `clauses`, `names`, `parts`, `missing_names` say what indexes and
    bits mean: bit i of `because` is `names[rule][i]`, bit i of `missing` is `missing_names[i]`."""

    levels: tuple[str, ...]
    measure_names: tuple[tuple[str, str], ...]
    """(clause, measure)."""
    band_rules: tuple[str, ...]
    year_rules: tuple[str, ...]
    """Clauses of the rules; a part alone stands for years before it was in force."""
    names: Mapping[str, tuple[str, ...]]
    parts: tuple[str, ...]
    missing_names: tuple[str, ...]
    warnings: Warnings
    measures: Measures
    years: Years
    open_months: OpenMonths

"""Sums between two bounds, groups of rows, thresholds and three-valued logic, all on whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from shoutu.policy.columnar.columns import MU, UNKNOWN, Ints, Truths
from shoutu.policy.numbers import Number
from shoutu.policy.vocabulary import All, Certain, Condition, Either, Not


@dataclass(frozen=True)
class Spans:
    """Sums that lie between two bounds; where `open` there is no upper one."""

    low: Ints
    high: Ints
    open: npt.NDArray[np.bool_]

    def reaches(self, threshold: Fraction, *, beyond: bool) -> Truths:
        line = _line(threshold, beyond=beyond)
        reached = self.low >= line
        if self.high is self.low:
            return reached.astype(np.int8)
        out = np.full(len(self.low), UNKNOWN, np.int8)
        out[~self.open & (self.high < line)] = 0
        out[reached] = 1
        return out


def _line(threshold: Fraction, *, beyond: bool) -> int:
    """The smallest whole figure that reaches the threshold, or lies beyond it."""
    floor = threshold.numerator // threshold.denominator
    exact = threshold.denominator == 1
    return floor + 1 if beyond or not exact else floor


class Groups:
    """Rows of the violations by a key, and what is asked of each group of equal keys, in order of the keys.

    Few possible keys are counted in place; many are sorted. Sums in place are made in doubles, which hold
    every whole number below 2^53, and `small` says that none can grow beyond.
    """

    def __init__(self, rows: Ints, keys: Sequence[Ints], small: bool = False) -> None:
        self._rows = rows
        packed, space = _packed(rows, keys)
        self._dense = small and space <= max(len(rows), 1024)
        self.measured: dict[str, tuple[Spans, Ints]] = {}
        if self._dense:
            self._packed = packed
            one_of = np.full(space, -1)
            one_of[packed] = rows
            self._present = np.flatnonzero(one_of >= 0)
            first: Ints = one_of[self._present]
        else:
            packed, order = _sorted(packed, space)
            self.rows = rows[order]
            changed = np.ones(len(rows), bool)
            changed[1:] = packed[1:] != packed[:-1]
            self.starts = np.flatnonzero(changed)
            first = self.rows[self.starts]
        self._keys = [key[first] for key in keys]
        self._size = len(first)

    def __len__(self) -> int:
        return self._size

    def key(self, index: int) -> Ints:
        """The value of one key in each group."""
        return self._keys[index]

    @property
    def width(self) -> int:
        return len(self._keys)

    def sum(self, values: Ints) -> Ints:
        if not len(self):
            return np.zeros(0, np.int64)
        if self._dense:
            weights = values if len(values) == len(self._rows) else values[self._rows]
            return np.asarray(np.bincount(self._packed, weights)[self._present], np.int64)
        return np.asarray(np.add.reduceat(values[self.rows], self.starts))

    def any(self, values: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        if not values.any():
            return np.zeros(len(self), bool)
        return self.sum(values.astype(np.int64)) > 0


def _packed(rows: Ints, keys: Sequence[Ints]) -> tuple[Ints, int]:
    """All keys of a row as one whole number, and how many such numbers there could be."""
    packed, space = np.zeros(len(rows), np.int64), 1
    for key in keys:
        low, high = int(key.min(initial=0)), int(key.max(initial=0))
        width = high - low + 1
        packed = packed * width + ((key if len(key) == len(rows) else key[rows]) - low)
        space *= width
    return packed, space


def _sorted(packed: Ints, space: int) -> tuple[Ints, Ints]:
    """The keys in order, and the rows in that order; a key and its row in one number where they fit."""
    size = max(len(packed), 1)
    if space < 2**62 // size:
        both = np.sort(packed * size + np.arange(len(packed)))
        return both // size, both % size
    order = np.argsort(packed)
    return packed[order], order


def share_reached(part: Ints, whole: Ints, share: Fraction, *, less: bool) -> npt.NDArray[np.bool_]:
    """part ≥ share · divisor in whole numbers, which `check` has seen to be small enough."""
    divisor = whole - part if less else whole
    return np.asarray(part * share.denominator >= share.numerator * divisor)


def rounded(values: Ints, places: int) -> Ints:
    """Each figure rounded half up to that many decimals of a mu."""
    step = MU // 10**places
    return np.asarray((2 * values + step) // (2 * step) * step)


def month_number(text: str) -> int:
    return int(text[:4]) * 12 + int(text[5:7]) - 1


def by_value(number: Number, months: Ints) -> list[tuple[str, npt.NDArray[np.bool_]]]:
    """The values that a number has in these months, each with the rows where it holds."""
    if len(number.values) == 1:
        return [(number.values[0][1], np.ones(len(months), bool))]
    held = {int(m): number.text_at(f"{m // 12:04d}-{m % 12 + 1:02d}") for m in np.unique(months)}
    return [
        (value, np.isin(months, [month for month, text in held.items() if text == value]))
        for value in dict.fromkeys(held.values())
    ]


def operands(condition: Not | Certain | All | Either) -> tuple[Condition, ...]:
    return condition.conditions if isinstance(condition, All | Either) else (condition.condition,)


def joined(condition: Not | Certain | All | Either, parts: Sequence[Truths]) -> Truths:
    """Kleene's logic on -1, 0, 1: false before not known before true for all, the other way for any."""
    if isinstance(condition, Not):
        return np.asarray(np.where(parts[0] == UNKNOWN, UNKNOWN, 1 - parts[0]), np.int8)
    if isinstance(condition, Certain):
        return np.asarray(parts[0] == 1, np.int8)
    stop = 0 if isinstance(condition, All) else 1
    some = np.logical_or.reduce([part == stop for part in parts])
    open_ = np.logical_or.reduce([part == UNKNOWN for part in parts])
    return np.asarray(np.where(some, stop, np.where(open_, UNKNOWN, 1 - stop)), np.int8)

"""Sums between two bounds, groups of rows, thresholds and three-valued logic, all on whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
        self._lows = [int(key.min()) if len(key) else 0 for key in keys]
        self._bits = [
            (int(key.max(initial=0)) - low).bit_length() for key, low in zip(keys, self._lows, strict=True)
        ]
        packed = _packed(rows, keys, self._lows, self._bits)
        space = 1 << sum(self._bits)
        self._dense = small and space <= max(len(rows), 1024)
        self.measured: dict[str, tuple[Spans, Ints]] = {}
        if self._dense:
            self._packed = packed
            self._found = np.flatnonzero(np.bincount(packed, minlength=1))
            self._names = self._found
        else:
            packed, order = _sorted(packed, sum(self._bits))
            self.rows = rows[order]
            changed = np.ones(len(rows), bool)
            np.not_equal(packed[1:], packed[:-1], out=changed[1:])
            self.starts = np.flatnonzero(changed)
            self._names = packed[self.starts]

    def __len__(self) -> int:
        return len(self._names)

    def key(self, index: int, kept: Ints | None = None) -> Ints:
        """The value of one key in each group, or in those that are kept."""
        index %= len(self._bits)
        after = sum(self._bits[index + 1 :])
        names = self._names if kept is None else self._names[kept]
        return np.asarray((names >> after & (1 << self._bits[index]) - 1) + self._lows[index])

    @property
    def width(self) -> int:
        return len(self._bits)

    def sum(self, values: Ints) -> Ints:
        if not len(self):
            return np.zeros(0, np.int64)
        if self._dense:
            weights = values if len(values) == len(self._rows) else values[self._rows]
            return np.asarray(np.bincount(self._packed, weights)[self._found], np.int64)
        return np.asarray(np.add.reduceat(values[self.rows], self.starts))

    def any(self, values: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        if not values.any():
            return np.zeros(len(self), bool)
        return self.sum(values.astype(np.int64)) > 0


def _packed(rows: Ints, keys: Sequence[Ints], lows: Sequence[int], bits: Sequence[int]) -> Ints:
    """All keys of a row as one whole number, each in as many bits as it needs."""
    packed = np.zeros(len(rows), np.int64)
    for key, low, width in zip(keys, lows, bits, strict=True):
        packed <<= width
        packed |= (key if len(key) == len(rows) else key[rows]) - low
    return packed


def _sorted(packed: Ints, bits: int) -> tuple[Ints, Ints]:
    """The keys in order, and the rows in that order; a key and its row in one number where they fit."""
    own = len(packed).bit_length()
    if bits + own < 63:
        both = packed << own
        both |= np.arange(len(packed))
        both.sort()
        return both >> own, both & (1 << own) - 1
    order = np.argsort(packed, kind="stable")
    return packed[order], order


def stable_order(keys: Sequence[Ints]) -> Ints:
    """The order by the keys, the first one first; equal ones stay as they stand."""
    size = len(keys[0])
    lows = [int(key.min()) if len(key) else 0 for key in keys]
    bits = [(int(key.max(initial=0)) - low).bit_length() for key, low in zip(keys, lows, strict=True)]
    packed = _packed(np.arange(size), keys, lows, bits)
    if sum(bits) <= 16:
        return np.argsort(packed.astype(np.uint16), kind="stable")
    return _sorted(packed, sum(bits))[1]


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


def over_values(number: Number, of_months: Callable[[], Ints], asked: Callable[[str], Truths]) -> Truths:
    """What is asked of a number, by the value that it has in each month."""
    if len(number.values) == 1:
        return asked(number.values[0][1])
    months = of_months()
    held = {int(m): number.text_at(f"{m // 12:04d}-{m % 12 + 1:02d}") for m in np.unique(months)}
    truth = np.zeros(len(months), np.int8)
    for value in dict.fromkeys(held.values()):
        chosen = np.isin(months, [month for month, text in held.items() if text == value])
        truth = np.where(chosen, asked(value), truth)
    return truth


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

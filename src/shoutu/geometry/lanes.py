"""Formulas on eight doubles at once, written as formulas.

A loop of eight turns is too short for a compiler's own vectors: it takes them in blocks of sixteen and the
rest one by one, at five times the cost. `summed` and `chosen` build the vector instructions themselves, for
whatever width the processor has. NaN and infinity must not occur. Every operation is rounded by itself and a
sum is taken in halves, so that two compilations, or two machines, give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from llvmlite import ir
from numba.core import cgutils as untyped_cgutils
from numba.core import types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from shoutu.geometry.rings import Floats

cgutils: Any = untyped_cgutils
LANES = 8
_DOUBLE, _WHOLE = ir.DoubleType(), ir.IntType(32)
_VECTOR = ir.VectorType(_DOUBLE, LANES)
_FREE = ("nsz", "nnan", "ninf")


class Lanes:
    """Eight doubles, or eight truths after a comparison."""

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder, self.value = builder, value

    def _with(self, value: Any) -> Lanes:
        return Lanes(self.builder, value)

    def _other(self, other: Lanes | float) -> Any:
        return other.value if isinstance(other, Lanes) else ir.Constant(_VECTOR, [float(other)] * LANES)

    def __add__(self, other: Lanes | float) -> Lanes:
        return self._with(self.builder.fadd(self.value, self._other(other), flags=_FREE))

    def __sub__(self, other: Lanes | float) -> Lanes:
        return self._with(self.builder.fsub(self.value, self._other(other), flags=_FREE))

    def __mul__(self, other: Lanes | float) -> Lanes:
        return self._with(self.builder.fmul(self.value, self._other(other), flags=_FREE))

    def inverse(self) -> Lanes:
        return self._with(self.builder.fdiv(self._other(1.0), self.value, flags=_FREE))

    def __lt__(self, other: Lanes | float) -> Lanes:
        return self._with(self.builder.fcmp_ordered("<", self.value, self._other(other), flags=_FREE))

    def same(self, other: Lanes | float) -> Lanes:
        return self._with(self.builder.fcmp_ordered("==", self.value, self._other(other), flags=_FREE))

    def __and__(self, other: Lanes) -> Lanes:
        return self._with(self.builder.and_(self.value, other.value))

    def least(self, other: Lanes | float) -> Lanes:
        return (self < other).pick(self, other)

    def most(self, other: Lanes | float) -> Lanes:
        return (self < other).pick(other, self)

    def pick(self, yes: Lanes | float, no: Lanes | float) -> Lanes:
        """`yes` where this truth holds, else `no`."""
        return self._with(self.builder.select(self.value, self._other(yes), self._other(no)))


Formula = Callable[[Sequence[Lanes], Sequence[Lanes]], Lanes]
"""From eight columns of the array's rows, and the numbers, each eight times, to a result."""


def summed(formula: Formula, rows: int) -> Callable[[Floats, int, tuple[float, ...]], float]:
    """f(array, at, numbers): Σ of the formula over array[:rows, at:at + 8]; array is (≥ rows, n)."""

    def finish(builder: Any, result: Any) -> Any:
        wide = LANES
        while wide > 1:
            wide //= 2
            low, high = (_part(builder, result, first, wide) for first in (0, wide))
            result = builder.fadd(low, high, flags=_FREE)
        return builder.extract_element(result, _WHOLE(0))

    found = _instruction(formula, rows, types.float64, finish)
    return cast(Callable[[Floats, int, tuple[float, ...]], float], found)


def chosen(formula: Formula, rows: int) -> Callable[[Floats, int, tuple[float, ...]], int]:
    """f(array, at, numbers): bit k of the result tells whether the formula holds in column at + k."""

    def finish(builder: Any, result: Any) -> Any:
        return builder.zext(builder.bitcast(result, ir.IntType(LANES)), ir.IntType(64))

    found = _instruction(formula, rows, types.int64, finish)
    return cast(Callable[[Floats, int, tuple[float, ...]], int], found)


def _instruction(formula: Formula, rows: int, kind: Any, finish: Callable[[Any, Any], Any]) -> Any:
    def build(_: Any, array: Any, at: Any, numbers: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            view: Any = make_array
            source = view(signature.args[0])(context, builder, args[0])
            wide = cgutils.unpack_tuple(builder, source.shape, 2)[1]
            columns = [_loaded(builder, source.data, wide, args[1], row) for row in range(rows)]
            each = cgutils.unpack_tuple(builder, args[2])
            result = formula(columns, [_spread(builder, number) for number in each])
            return finish(builder, result.value)

        return kind(array, at, numbers), emit

    return intrinsic(build)


def _loaded(builder: Any, data: Any, wide: Any, at: Any, row: int) -> Lanes:
    place = builder.gep(data, [builder.add(builder.mul(wide, ir.Constant(wide.type, row)), at)])
    return Lanes(builder, builder.load(builder.bitcast(place, _VECTOR.as_pointer()), align=8))


def _part(builder: Any, value: Any, first: int, wide: int) -> Any:
    places = ir.Constant(ir.VectorType(_WHOLE, wide), list(range(first, first + wide)))
    return builder.shuffle_vector(value, ir.Constant(value.type, ir.Undefined), places)


def _spread(builder: Any, number: Any) -> Lanes:
    one = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), number, _WHOLE(0))
    every = ir.Constant(ir.VectorType(_WHOLE, LANES), [0] * LANES)
    return Lanes(builder, builder.shuffle_vector(one, ir.Constant(_VECTOR, ir.Undefined), every))

"""Two machine instructions that Python has no word for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.cpython.unsafe import numbers
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from shoutu.geometry.compiled import compiled


def _prefetch(_: Any, array: Any, index: Any) -> Any:
    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        view: Any = make_array
        data = view(signature.args[0])(context, builder, args[0]).data
        place = builder.bitcast(builder.gep(data, [args[1]]), cgutils.voidptr_t)
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, number, number, number])
        instruction = builder.module.declare_intrinsic("llvm.prefetch", [cgutils.voidptr_t], kind)
        # To be read (0), soon and again (3), as data (1).
        builder.call(instruction, [place, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(array, index), emit


prefetch = cast(Callable[[Any, int], None], intrinsic(_prefetch))
"""prefetch(array, i): start to load the cache line of the i-th item of a contiguous array, counted flat."""


_trailing_zeros = cast(Callable[[np.uint64 | int], int], numbers.trailing_zeros)


@compiled
def lowest_bit(word: np.uint64 | int) -> int:
    """Place of the lowest bit set in a word that is not zero."""
    return int(_trailing_zeros(word))

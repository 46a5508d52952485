"""One way to write an entry as bytes: RFC 8785 (JCS), with no number but integers below 2**53."""

from __future__ import annotations

from collections.abc import Mapping

import rfc8785

from shoutu.errors import BadInput, Text, Where

LARGEST = 2**53 - 1


def canonical(entry: Mapping[str, object]) -> bytes:
    """The canonical bytes of `entry`. Floats and larger integers are refused with their place."""
    _check(entry, "")
    return rfc8785.dumps(entry)  # type: ignore[arg-type]


def _check(value: object, pointer: str) -> None:
    if value is None or isinstance(value, str):
        return
    if isinstance(value, int) and abs(value) <= LARGEST:  # true and false are integers too
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _check(inner, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
        return
    if isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            _check(inner, f"{pointer}/{index}")
        return
    raise BadInput(
        Text("台账只收文字、整数和真假值。", "The record takes text, integers and booleans only."),
        where=Where(pointer=pointer),
        found=repr(value),
        remedy=Text("小数请写成文字。", "Write a decimal figure as text."),
    )

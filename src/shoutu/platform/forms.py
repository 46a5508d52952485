"""From a submitted form to the typed input of an act."""

from __future__ import annotations

import re
from typing import TypeVar, get_origin, get_type_hints

import msgspec
from django.http import QueryDict

from shoutu.errors import BadInput, Text, Where


class Input(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the acts' inputs: unknown fields are refused."""


T = TypeVar("T", bound=msgspec.Struct)

_AT = re.compile(r"`\$\.?([^`]*)`")


def of_form(kind: type[T], form: QueryDict) -> T:
    """The input `kind` from the form's fields of the same names.

    A field left empty counts as not given. BadInput names the first field that does not fit.
    """
    hints = get_type_hints(kind)
    values: dict[str, object] = {}
    for field in kind.__struct_fields__:
        if get_origin(hints[field]) in (tuple, list):
            values[field] = [value.strip() for value in form.getlist(field) if value.strip()]
        elif value := str(form.get(field, "")).strip():
            values[field] = value
    return convert(kind, values, strict=False)


def convert(kind: type[T], values: object, *, strict: bool = True) -> T:
    """`values` as the input `kind`; a value that does not fit is BadInput naming its field."""
    try:
        return msgspec.convert(values, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise _fault(str(error)) from error


def _fault(message: str) -> BadInput:
    missing = re.search(r"missing required field `([^`]+)`", message)
    place = _AT.search(message)
    field = missing.group(1) if missing else place.group(1) if place else None
    return BadInput(
        Text("有一项没有填。", "A field is missing.")
        if missing
        else Text("有一项填得不对。", "A field does not fit."),
        where=Where(field=field),
        found=None if missing else message.split(" - at ")[0],
        remedy=Text("改正后再提交。", "Correct it and submit again."),
    )

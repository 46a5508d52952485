"""What a request for features asks, from its query string."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict

from shoutu.errors import BadInput, Text, Where
from shoutu.platform.serving.ogc.systems import CRS84, DEFAULT, SYSTEMS, System, system_of

DEFAULT_LIMIT, MOST = 100, 10_000
LARGEST_OFFSET = 2**53
RESERVED = frozenset({"f", "limit", "offset", "bbox", "bbox-crs", "crs", "datetime"})
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})([Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2}))?")
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Asked:
    """One request for features.

    box     in the plane of `box_system`, its order of axes; None: everywhere
    until   the day whose version is asked for; None: the latest
    wanted  field → text, as it stood in the address
    """

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    system: System = DEFAULT
    box: Box | None = None
    box_system: System = SYSTEMS[CRS84]
    until: date | None = None
    wanted: tuple[tuple[str, str], ...] = field(default_factory=tuple)


def asked(query: QueryDict, fields: frozenset[str]) -> Asked:
    """BadInput names a parameter that is not known or does not fit. fields: those that may be asked by."""
    only_known(query, RESERVED | fields)
    return Asked(
        limit=min(_number(query, "limit", DEFAULT_LIMIT, least=1, most=LARGEST_OFFSET), MOST),
        offset=_number(query, "offset", 0, least=0, most=LARGEST_OFFSET),
        system=system_of(query.get("crs", CRS84), "crs"),
        box=_box(query.get("bbox", "")) if "bbox" in query else None,
        box_system=system_of(query.get("bbox-crs", CRS84), "bbox-crs"),
        until=until_of(query),
        wanted=tuple(sorted((name, str(query[name])) for name in query if name not in RESERVED)),
    )


def only_known(query: QueryDict, known: frozenset[str]) -> None:
    """BadInput names the first parameter that is not in the API's description."""
    for name in query:
        if name not in known:
            raise BadInput(
                Text("没有这个参数。", "There is no such parameter."),
                where=Where(field=name[:60]),
                remedy=Text("可用的参数见 /ogc/api。", "/ogc/api lists the parameters."),
            )
        if len(query.getlist(name)) > 1:
            raise _bad(name, query.get(name, ""), Text("参数重复。", "The parameter comes twice."))


def until_of(query: QueryDict) -> date | None:
    """The last day of `datetime`: an instant, or the end of an interval; None where it is open or absent."""
    text = query.get("datetime")
    if text is None:
        return None
    parts = text.split("/")
    days = [None if part in ("", "..") and len(parts) == 2 else _day(part, text) for part in parts]
    if len(days) > 2 or days == [None, None]:
        raise _no_time(text)
    if len(days) == 2 and days[0] is not None and days[1] is not None and days[0] > days[1]:
        raise _no_time(text)
    return days[-1]


def _day(part: str, whole: str) -> date:
    found = _TIME.fullmatch(part)
    try:
        return date.fromisoformat(found.group(1) if found else "")
    except ValueError as error:
        raise _no_time(whole) from error


def _no_time(text: str) -> BadInput:
    return _bad(
        "datetime",
        text,
        Text("写成 2025-12-31，或 2025-01-01/2025-12-31。", "Write 2025-12-31 or 2025-01-01/2025-12-31."),
    )


def _number(query: QueryDict, name: str, otherwise: int, *, least: int, most: int) -> int:
    text = query.get(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 17 and least <= int(text) <= most):
        raise _bad(name, text, Text(f"写不小于 {least} 的整数。", f"Write a whole number from {least}."))
    return int(text)


def _box(text: str) -> Box:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise _no_box(text) from error
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise _no_box(text)
    a, b, c, d = numbers
    return a, b, c, d


def _no_box(text: str) -> BadInput:
    return _bad(
        "bbox",
        text,
        Text("写四个数：下角、上角，轴序随 bbox-crs。", "Write four numbers in the axis order of bbox-crs."),
    )


def _bad(name: str, text: str, remedy: Text) -> BadInput:
    return BadInput(
        Text("参数写法不对。", "The parameter is not written as it should be."),
        where=Where(field=name),
        found=text[:120],
        remedy=remedy,
    )

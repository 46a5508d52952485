"""The facts of one banner, typed: what a rule may read. A Facts that exists is consistent.

`from_document` reads their JSON (schemas/policy-facts.json); the platform builds the same classes itself.
Whatever is None is not known. Only `project` (the violation is its own project), `new` (true) and `year`
(that of the month) have a default, and a trace says where one was used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Literal, TypeVar

from shoutu.errors import BadInput, Text, Where
from shoutu.policy.document import NumberToken, escape, read
from shoutu.policy.figures import AREA_UNITS, MAX_DIGITS, Filed, Span, expand_number, plain_decimal
from shoutu.policy.tables import Row, Table, day_of, ids_of, rows_of

SCHEMA = 1
Column = Literal["area", "farmland", "basic_farmland"]
COLUMNS: tuple[Column, ...] = ("area", "farmland", "basic_farmland")
VIOLATION_FLAGS = ("new", "stopped", "investigated")
YEAR_FLAGS = ("severe_impact", "serious_consequences", "disorder_found", "concealment_found")
YEAR_AREA = "new_construction_farmland"

_MONTH = re.compile(r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])")
_ZERO = Fraction(0)
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Violation:
    """One violation (宗), or an enlargement of an earlier one (`new` false).

    month   the batch's month, YYYY-MM;  year  the campaign year where it differs
    areas   as filed, the three in one unit; farmland includes basic farmland
    """

    id: str
    month: str
    project: str | None = None
    year: int | None = None
    new: bool | None = None
    area: Filed | None = None
    farmland: Filed | None = None
    basic_farmland: Filed | None = None
    stopped: bool | None = None
    investigated: bool | None = None

    @property
    def own_project(self) -> str:
        return self.id if self.project is None else self.project

    @property
    def batch_year(self) -> int:
        return int(self.month[:4])

    @property
    def campaign_year(self) -> int:
        return self.batch_year if self.year is None else self.year

    def flag(self, name: str) -> bool | None:
        value: bool | None = getattr(self, name)
        return True if name == "new" and value is None else value

    def filed(self, column: Column) -> Filed | None:
        value: Filed | None = getattr(self, column)
        return value

    def span(self, column: Column) -> Span:
        """The figure in mu; when it was not filed, the bounds that the other two leave it."""
        at = COLUMNS.index(column)
        smaller = [f.mu for name in COLUMNS[at:] if (f := self.filed(name)) is not None]
        larger = [f.mu for name in COLUMNS[: at + 1] if (f := self.filed(name)) is not None]
        return Span(max(smaller, default=_ZERO), min(larger, default=None))


@dataclass(frozen=True, kw_only=True)
class YearFacts:
    """What is known of a banner's year: the findings of persons, and what new construction took."""

    year: int
    new_construction_farmland: Filed | None = None
    severe_impact: bool | None = None
    serious_consequences: bool | None = None
    disorder_found: bool | None = None
    concealment_found: bool | None = None

    def flag(self, name: str) -> bool | None:
        value: bool | None = getattr(self, name)
        return value


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All facts of one banner. BadInput when they contradict themselves.

    tables  the rows of the tables that the pack declares, by table
    as_of   the day of the question, which rules on those tables need
    """

    region: str
    violations: tuple[Violation, ...] = ()
    years: tuple[YearFacts, ...] = ()
    tables: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    as_of: date | None = None
    file: str | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not self.region:
            raise _fault(self.file, "/region", Text("旗区代码是空的", "the region is empty"), self.region)
        self._check_violations()
        self._check_years()

    def _check_violations(self) -> None:
        seen: dict[str, int] = {}
        for index, violation in enumerate(self.violations):
            at = f"/violations/{index}"
            if not violation.id:
                raise _fault(self.file, f"{at}/id", Text("编号是空的", "the id is empty"), violation.id)
            if violation.id in seen:
                raise _fault(
                    self.file,
                    f"{at}/id",
                    Text("编号重复", "this id stands twice"),
                    violation.id,
                    Text("每宗一个编号", "give each violation its own id"),
                )
            seen[violation.id] = index
            if not _MONTH.fullmatch(violation.month):
                raise _fault(
                    self.file, f"{at}/month", Text("不是月份", "not a month"), violation.month, _MONTH_REMEDY
                )
            _check_year(self.file, f"{at}/year", violation.year)
            _check_areas(self.file, at, violation)
        for index, violation in enumerate(self.violations):
            if violation.project is not None and seen.get(violation.project, index) != index:
                raise _fault(
                    self.file,
                    f"/violations/{index}/project",
                    Text("项目与另一宗的编号同名", "the project is named like another violation's id"),
                    violation.project,
                    Text("项目另起名称", "give the project another name"),
                )

    def _check_years(self) -> None:
        seen: set[int] = set()
        for index, year in enumerate(self.years):
            at = f"/years/{index}/year"
            _check_year(self.file, at, year.year)
            if year.year in seen:
                raise _fault(self.file, at, Text("年度重复", "this year stands twice"), year.year)
            seen.add(year.year)

    def year(self, year: int) -> YearFacts:
        """The facts of `year`; nothing known when there are none."""
        return next((facts for facts in self.years if facts.year == year), YearFacts(year=year))


_LIST_REMEDY = Text("没有就写 []", "write [] when there are none")
_MONTH_REMEDY = Text("写成 2024-05 这样", "write it like 2024-05")
_YEAR_REMEDY = Text("写成四位整数，如 2024", "write a whole number of four digits, like 2024")


class _Kind(str):
    """What stands in a message for a value that is no string: it is printed without quotation marks."""

    __slots__ = ()


def _fault(
    file: str | None, pointer: str, what: Text, found: object = None, remedy: Text | None = None
) -> BadInput:
    if isinstance(found, str) and not isinstance(found, NumberToken | _Kind):
        found = f'"{found}"'
    return BadInput(what, where=Where(file=file, pointer=pointer or "/"), found=found, remedy=remedy)


def _check_year(file: str | None, pointer: str, year: int | None) -> None:
    if year is not None and not 1 <= year <= 9999:
        raise _fault(file, pointer, Text("不是年度", "not a year"), year, _YEAR_REMEDY)


def _check_areas(file: str | None, at: str, violation: Violation) -> None:
    filed = [(name, area) for name in COLUMNS if (area := violation.filed(name)) is not None]
    for (outer_name, outer), (name, inner) in pairwise(filed):
        if inner.unit != outer.unit:
            raise _fault(
                file,
                f"{at}/{name}_{inner.unit}",
                Text("一宗的三个面积单位不一", "the areas of one violation are in two units"),
                f"{outer_name}_{outer.unit}, {name}_{inner.unit}",
                Text("三个面积用同一单位", "file the three in one unit"),
            )
        if inner.mu > outer.mu:
            raise _fault(
                file,
                f"{at}/{name}_{inner.unit}",
                Text(f"{name} 大于 {outer_name}", f"{name} is larger than {outer_name}"),
                f"{inner.text} > {outer.text}",
                Text("应当 永久基本农田 ≤ 耕地 ≤ 总面积", "basic farmland ≤ farmland ≤ area must hold"),
            )


# ---- reading the document -------------------------------------------------------------------------


class _Object:
    """One JSON object being read: knows its place, and which keys it may have."""

    def __init__(self, value: object, pointer: str, file: str | None, keys: frozenset[str]) -> None:
        self.pointer, self.file = pointer, file
        if not isinstance(value, dict):
            raise _fault(file, pointer, Text("应当是对象", "an object is needed here"), _kind(value))
        self.values: Mapping[str, object] = value
        for key in value:
            if key not in keys:
                raise _fault(
                    file,
                    f"{pointer}/{escape(key)}",
                    Text("不认识的键", "unknown key"),
                    key,
                    Text("可用的键：" + "、".join(sorted(keys)), "known keys: " + ", ".join(sorted(keys))),
                )

    def fault(self, key: str, what: Text, remedy: Text | None = None) -> BadInput:
        return _fault(self.file, f"{self.pointer}/{escape(key)}", what, _shown(self.values.get(key)), remedy)

    def get(self, key: str, take: Callable[[_Object, str], T]) -> T | None:
        return None if self.values.get(key) is None else take(self, key)

    def need(self, key: str, take: Callable[[_Object, str], T]) -> T:
        if self.values.get(key) is None:
            raise self.fault(key, Text(f"缺少 {key}", f"{key} is missing"))
        return take(self, key)

    def items(self, key: str) -> list[object]:
        value = self.values.get(key)
        if not isinstance(value, list):
            raise self.fault(key, Text("应当是数组", "a list is needed here"), _LIST_REMEDY)
        return value


def _kind(value: object) -> _Kind:
    names = {dict: "{…}", list: "[…]", bool: str(value).lower()}
    return _Kind("null" if value is None else names.get(type(value), str(value)))


def _shown(value: object) -> object:
    return _kind(value) if isinstance(value, dict | list | bool) or value is None else value


def _text(obj: _Object, key: str) -> str:
    value = obj.values[key]
    if not isinstance(value, str) or isinstance(value, NumberToken) or not value:
        raise obj.fault(key, Text("应当是非空字符串", "a string that is not empty is needed here"))
    return value


def _month(obj: _Object, key: str) -> str:
    value = obj.values[key]
    if not isinstance(value, str) or not _MONTH.fullmatch(value):
        raise obj.fault(key, Text("不是月份", "not a month"), _MONTH_REMEDY)
    return str(value)


def _day(obj: _Object, key: str) -> date:
    day = day_of(obj.values[key])
    if day is None:
        raise obj.fault(
            key, Text("不是日期", "not a date"), Text("写成 2024-05-01", "write it like 2024-05-01")
        )
    return day


def _year(obj: _Object, key: str) -> int:
    value = obj.values[key]
    if not isinstance(value, NumberToken) or not re.fullmatch(r"[1-9][0-9]{0,3}", value):
        raise obj.fault(key, Text("不是年度", "not a year"), _YEAR_REMEDY)
    return int(value)


def _flag(obj: _Object, key: str) -> bool:
    value = obj.values[key]
    if not isinstance(value, bool):
        raise obj.fault(key, Text("应当是 true、false 或 null", "true, false or null is needed here"))
    return value


def _area(obj: _Object, name: str) -> Filed | None:
    """The area `name`, filed in whichever unit has a value; both units at once is a fault."""
    given = [unit for unit in AREA_UNITS if obj.values.get(f"{name}_{unit}") is not None]
    if not given:
        return None
    key = f"{name}_{given[-1]}"
    if len(given) > 1:
        raise obj.fault(key, Text("同一面积用了两个单位", "one area in two units"))
    value = obj.values[key]
    text: str | None = None
    if isinstance(value, NumberToken):
        text = expand_number(value)
    elif isinstance(value, str):
        text = plain_decimal(value)
    if text is None:
        raise obj.fault(
            key,
            Text("不是面积", "not an area"),
            Text(
                f"写成不带正负号的十进制数，小数点前后各不超过 {MAX_DIGITS} 位",
                f"write decimal digits without a sign, at most {MAX_DIGITS} before and after the point",
            ),
        )
    return Filed(text, given[0])


_VIOLATION_KEYS = frozenset(
    ("id", "project", "month", "year", *VIOLATION_FLAGS, *(f"{c}_{u}" for c in COLUMNS for u in AREA_UNITS))
)
_YEAR_KEYS = frozenset(("year", *YEAR_FLAGS, *(f"{YEAR_AREA}_{u}" for u in AREA_UNITS)))
_FACTS_KEYS = frozenset(("schema", "region", "violations", "years"))
_NONE: Mapping[str, Table] = {}


def _violation(value: object, pointer: str, file: str | None) -> Violation:
    obj = _Object(value, pointer, file, _VIOLATION_KEYS)
    return Violation(
        id=obj.need("id", _text),
        month=obj.need("month", _month),
        project=obj.get("project", _text),
        year=obj.get("year", _year),
        new=obj.get("new", _flag),
        area=_area(obj, "area"),
        farmland=_area(obj, "farmland"),
        basic_farmland=_area(obj, "basic_farmland"),
        stopped=obj.get("stopped", _flag),
        investigated=obj.get("investigated", _flag),
    )


def _year_facts(value: object, pointer: str, file: str | None) -> YearFacts:
    obj = _Object(value, pointer, file, _YEAR_KEYS)
    return YearFacts(
        year=obj.need("year", _year),
        new_construction_farmland=_area(obj, YEAR_AREA),
        severe_impact=obj.get("severe_impact", _flag),
        serious_consequences=obj.get("serious_consequences", _flag),
        disorder_found=obj.get("disorder_found", _flag),
        concealment_found=obj.get("concealment_found", _flag),
    )


def from_document(document: object, file: str | None = None, declared: Mapping[str, Table] = _NONE) -> Facts:
    """Facts from a parsed document (`shoutu.policy.document.parse`). BadInput names the pointer.

    `violations` must be there, be it empty: that a banner had none is a fact, not an omission. Only a
    document about the pack's own tables (`declared`) may leave it out; such a document says its day.
    `years` may be absent, for then nothing is known of any year.
    """
    given = document if isinstance(document, dict) else {}
    own = [name for name in declared if given.get(name) is not None]
    keys = _FACTS_KEYS | ({*declared, "as_of"} if own else {*declared})
    obj = _Object(document, "", file, frozenset(keys))
    schema = obj.values.get("schema")
    if not (isinstance(schema, NumberToken) and schema == str(SCHEMA)):
        raise obj.fault("schema", Text(f"schema 应为 {SCHEMA}", f"schema must be {SCHEMA}"))
    region = obj.need("region", _text)
    violations = [] if own and obj.values.get("violations") is None else obj.items("violations")
    years = [] if obj.values.get("years") is None else obj.items("years")
    ids = {name: ids_of(obj.values.get(name)) for name in declared}
    return Facts(
        region=region,
        violations=tuple(_violation(v, f"/violations/{i}", file) for i, v in enumerate(violations)),
        years=tuple(_year_facts(y, f"/years/{i}", file) for i, y in enumerate(years)),
        tables={name: rows_of(declared[name], obj.values[name], file, ids) for name in own},
        as_of=obj.need("as_of", _day) if own else None,
        file=file,
    )


def from_file(path: Path, declared: Mapping[str, Table] = _NONE) -> Facts:
    return from_document(read(path), str(path), declared)

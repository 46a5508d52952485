"""Tables of facts that a pack declares in `facts.yaml`, and the rows that a document gives for them.

A row is one thing that is judged: a case, a parcel, a mine, a check at a gate. Its fields are typed;
what is absent or null is not known. Besides its own fields each row has an `id`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Literal, cast, get_args

from shoutu.errors import BadInput, Text, Where
from shoutu.policy.document import NumberToken, escape
from shoutu.policy.figures import Filed, Span, expand_number, plain_decimal
from shoutu.policy.yaml_text import Entry, both, read

FieldType = Literal["flag", "date", "text", "choice", "row", "area", "money", "length", "percent", "number"]
UNITS: Mapping[FieldType, tuple[str, ...]] = {
    "area": ("m2", "mu"),
    "money": ("yuan",),
    "length": ("m",),
    "percent": ("percent",),
    "number": ("",),
}
"""The units in which a quantity may be given; its key is `name_unit`, or the bare name without a unit."""

RESERVED = (
    *("schema", "region", "violations", "years", "as_of"),
    *("name", "why", "readings", "about", "expect"),
)
"""Keys of a document and of a case; no table may have such a name."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Value = bool | date | str | Filed | Fraction


@dataclass(frozen=True)
class Field:
    """One column. `options` are those of a choice, `table` the one whose rows a `row` field names."""

    name: str
    type: FieldType
    title: Text
    options: Mapping[str, Text]
    table: str | None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys under which a document may give the value."""
        units = UNITS.get(self.type)
        return (self.name,) if units is None else tuple(f"{self.name}_{u}" if u else self.name for u in units)


@dataclass(frozen=True)
class Table:
    name: str
    title: Text
    fields: Mapping[str, Field]


@dataclass(frozen=True)
class Row:
    """One row: its place in the document, its id, and what is known of it."""

    table: str
    at: str
    id: str
    values: Mapping[str, Value]

    def flag(self, name: str) -> bool | None:
        return cast("bool | None", self.values.get(name))

    def day(self, name: str) -> date | None:
        return cast("date | None", self.values.get(name))

    def text(self, name: str) -> str | None:
        return self.id if name == "id" else cast("str | None", self.values.get(name))

    def span(self, name: str) -> Span:
        """A quantity (areas in mu, a percentage as a fraction of 1); not known, it is at least nothing."""
        value = self.values.get(name)
        if value is None:
            return Span(Fraction(0), None)
        return Span.exactly(value.mu if isinstance(value, Filed) else cast("Fraction", value))

    def shown(self, name: str) -> dict[str, object]:
        """The field as the document has it, for a trace."""
        value = self.values.get(name)
        if isinstance(value, Filed):
            return {f"{name}_{value.unit}": value.text}
        if isinstance(value, Fraction | date):
            return {name: str(value)}
        return {name: value}


# ---- facts.yaml -----------------------------------------------------------------------------------


def load_tables(path: Path) -> dict[str, Table]:
    """The tables of a pack; none when it has no `facts.yaml`. BadInput names file and line."""
    if not path.is_file():
        return {}
    tables: dict[str, Table] = {}
    for name, entry in read(path).pairs.items():
        if not _NAME.fullmatch(name) or name in RESERVED:
            raise entry.fault(Text("表名不可用", "no name for a table"), found=name)
        pairs = entry.keys(("title", "fields"))
        fields = {key: _field(key, item) for key, item in pairs["fields"].pairs.items()}
        tables[name] = Table(name, both(pairs["title"]), fields)
    for name, entry in read(path).pairs.items():
        for field in tables[name].fields.values():
            if field.table is not None and field.table not in tables:
                raise entry.fault(Text("没有这个表", "unknown table"), found=field.table)
    return tables


def _field(name: str, entry: Entry) -> Field:
    pairs = entry.keys(("type", "zh", "en"), ("options", "table"))
    kind = pairs["type"]
    known: tuple[FieldType, ...] = get_args(FieldType)
    if kind.text not in known:
        raise kind.fault(
            Text("不认识的字段类型", "unknown type of field"),
            Text("可用：" + "、".join(known), "one of: " + ", ".join(known)),
        )
    if not _NAME.fullmatch(name) or name == "id":
        raise entry.fault(Text("字段名不可用", "no name for a field"), found=name)
    if (kind.text == "choice") != ("options" in pairs) or (kind.text == "row") != ("table" in pairs):
        raise entry.fault(
            Text("choice 要有 options，row 要有 table", "a choice has options, a row has a table"), found=name
        )
    return Field(
        name=name,
        type=kind.text,
        title=Text(pairs["zh"].text, pairs["en"].text),
        options={k: both(v) for k, v in pairs["options"].pairs.items()} if "options" in pairs else {},
        table=pairs["table"].text if "table" in pairs else None,
    )


# ---- rows of a document ---------------------------------------------------------------------------


def rows_of(
    table: Table, given: object, file: str | None, ids: Mapping[str, frozenset[str]]
) -> tuple[Row, ...]:
    """The rows of one table. `ids`: those of every table of the document, which a `row` field may name."""
    pointer = f"/{table.name}"
    if not isinstance(given, list):
        raise fault(file, pointer, Text("应当是数组", "a list is needed here"))
    seen: set[str] = set()
    out = []
    for index, value in enumerate(given):
        row = _row(table, value, f"{pointer}/{index}", file, ids)
        if row.id in seen:
            raise fault(file, f"{row.at}/id", Text("编号重复", "this id stands twice"), row.id)
        seen.add(row.id)
        out.append(row)
    return tuple(out)


def ids_of(given: object) -> frozenset[str]:
    """The ids that a list of rows gives, sound or not."""
    rows = given if isinstance(given, list) else []
    return frozenset(str(row.get("id")) for row in rows if isinstance(row, dict))


def fault(
    file: str | None, pointer: str, what: Text, found: object = None, remedy: Text | None = None
) -> BadInput:
    return BadInput(what, where=Where(file=file, pointer=pointer), found=found, remedy=remedy)


def day_of(text: object) -> date | None:
    """A date written 2024-05-01, else None."""
    if not isinstance(text, str) or isinstance(text, NumberToken) or not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _row(table: Table, value: object, at: str, file: str | None, ids: Mapping[str, frozenset[str]]) -> Row:
    if not isinstance(value, dict):
        raise fault(file, at, Text("应当是对象", "an object is needed here"))
    keys = {key: field for field in table.fields.values() for key in field.keys}
    for key in value:
        if key != "id" and key not in keys:
            known = ["id", *keys]
            raise fault(
                file,
                f"{at}/{escape(key)}",
                Text("不认识的键", "unknown key"),
                key,
                Text("可用的键：" + "、".join(known), "known keys: " + ", ".join(known)),
            )
    name = value.get("id")
    if not isinstance(name, str) or isinstance(name, NumberToken) or not name:
        raise fault(file, f"{at}/id", Text("缺少编号", "the id is missing"), name)
    values: dict[str, Value] = {}
    for key, field in keys.items():
        if value.get(key) is None:
            continue
        if field.name in values:
            raise fault(file, f"{at}/{key}", Text("同一面积用了两个单位", "one area in two units"))
        read_value = _value(field, key, value[key], ids)
        if read_value is None:
            raise fault(file, f"{at}/{key}", _wanted(field), value[key])
        values[field.name] = read_value
    return Row(table.name, at, name, values)


def _wanted(field: Field) -> Text:
    words = {
        "flag": Text("应当是 true、false 或 null", "true, false or null is needed here"),
        "date": Text("应当是日期，如 2024-05-01", "a date is needed here, like 2024-05-01"),
        "text": Text("应当是文字", "text is needed here"),
        "row": Text(f"表 {field.table} 没有这一行", f"table {field.table} has no such row"),
        "choice": Text("应当是：" + "、".join(field.options), "one of: " + ", ".join(field.options)),
    }
    number = Text("应当是不带正负号的十进制数", "decimal digits without a sign are needed here")
    return words.get(field.type, number)


def _value(field: Field, key: str, given: object, ids: Mapping[str, frozenset[str]]) -> Value | None:
    if field.type == "flag":
        return given if isinstance(given, bool) else None
    if field.type == "date":
        return day_of(given)
    if field.type in ("text", "choice", "row"):
        if not isinstance(given, str) or isinstance(given, NumberToken) or not given:
            return None
        known = field.type == "text" or given in (field.options if field.table is None else ids[field.table])
        return given if known else None
    text = expand_number(given) if isinstance(given, NumberToken) else None
    if isinstance(given, str) and not isinstance(given, NumberToken):
        text = plain_decimal(given)
    if text is None:
        return None
    if field.type == "area":
        return Filed(text, "mu" if key.endswith("_mu") else "m2")
    return Fraction(text) / 100 if field.type == "percent" else Fraction(text)

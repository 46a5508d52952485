"""What a rule may speak of: the clauses, numbers, readings, facts, levels and words that its pack has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from shoutu.errors import BadInput, Text, Where
from shoutu.policy.facts import COLUMNS, VIOLATION_FLAGS, YEAR_AREA, YEAR_FLAGS
from shoutu.policy.numbers import TERMS, Number
from shoutu.policy.tables import FieldType, Table
from shoutu.policy.vocabulary import (
    All,
    Amount,
    AtLeast,
    BandRule,
    ByReading,
    Certain,
    Clock,
    Conclude,
    Count,
    Effect,
    Either,
    Flag,
    Indicator,
    InForce,
    Is,
    LevelRule,
    Named,
    Not,
    OnOrAfter,
    Passed,
    Ratio,
    Rule,
    RunOut,
    SafeWindow,
    Same,
    SequenceRule,
    ShareAtLeast,
    Sum,
    TableRule,
    Total,
)

if TYPE_CHECKING:
    from shoutu.policy.pack import Pack


def clause_of(rule: Rule) -> str:
    return rule.part if isinstance(rule, InForce) else rule.clause


def parts(value: object) -> Iterator[object]:
    """Every piece of rule data inside `value`, itself first; all options of a reading."""
    yield value
    if isinstance(value, tuple):
        for item in value:
            yield from parts(item)
    elif isinstance(value, ByReading):
        for item in value.options.values():
            yield from parts(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from parts(getattr(value, field.name))


def _check_ring(value: object, place: Where, above: tuple[int, ...] = ()) -> None:
    """A piece that holds itself would never be judged to its end."""
    if id(value) in above:
        raise BadInput(Text("规则问到自己", "the rule asks itself"), where=place, found=type(value).__name__)
    if isinstance(value, tuple):
        inner: tuple[object, ...] = value
    elif isinstance(value, ByReading):
        inner = tuple(value.options.values())
    elif is_dataclass(value) and not isinstance(value, type):
        inner = tuple(getattr(value, field.name) for field in fields(value))
    else:
        return
    for item in inner:
        _check_ring(item, place, (*above, id(value)))


def check(pack: Pack, rule: Rule, place: Where) -> None:
    """The rule speaks only of clauses, numbers, readings, flags and levels that there are."""
    _check_ring(rule, place)
    clauses = set(pack.clauses) | {clause.split(".")[0] for clause in pack.clauses}
    if clause_of(rule) not in clauses:
        raise BadInput(Text("没有这一条款编号", "unknown clause"), where=place, found=clause_of(rule))
    if isinstance(rule, TableRule):
        _check_on_table(pack, rule, place)
        _check_terms(pack, rule, place)
        return
    for piece in parts(rule):
        if isinstance(piece, ByReading):
            _check_reading(pack, piece, place)
        elif isinstance(piece, AtLeast | ShareAtLeast | SequenceRule | LevelRule):
            _check_number(pack, piece.number, place)
        elif isinstance(piece, Flag) and piece.name not in (*VIOLATION_FLAGS, *YEAR_FLAGS):
            raise BadInput(Text("没有这种事实", "unknown fact"), where=place, found=piece.name)
        elif isinstance(piece, Count):
            _check_count(piece, place)
        elif isinstance(piece, Total) and piece.column not in COLUMNS:
            raise BadInput(Text("没有这种面积", "unknown area"), where=place, found=piece.column)
        if isinstance(piece, ShareAtLeast) and piece.whole != YEAR_AREA:
            raise BadInput(Text("没有这种面积", "unknown area"), where=place, found=piece.whole)
    if isinstance(rule, InForce):
        for since in rule.since.options.values() if isinstance(rule.since, ByReading) else (rule.since,):
            _check_number(pack, since, place)
    if isinstance(rule, BandRule):
        _check_bands(pack, rule, place)
    if isinstance(rule, Effect):
        for name in (rule.lasting, rule.within):
            if name is not None:
                _check_number(pack, name, place)
    _check_terms(pack, rule, place)
    if isinstance(rule, LevelRule) and rule.level not in pack.levels:
        raise BadInput(Text("没有这一等级", "unknown level"), where=place, found=rule.level)


def _check_terms(pack: Pack, rule: Rule, place: Where) -> None:
    for term in _terms_of(rule):
        if term not in pack.terms:
            raise BadInput(
                Text("wording.yaml 缺少名称", "wording.yaml lacks a name"), where=place, found=term
            )


def _check_reading(pack: Pack, choice: ByReading[object], place: Where) -> None:
    reading = pack.readings.get(choice.reading)
    if reading is None:
        raise BadInput(Text("没有这种解释口径", "unknown reading"), where=place, found=choice.reading)
    names = {option.name for option in reading.options}
    if names != set(choice.options):
        raise BadInput(
            Text(f"口径 {choice.reading} 的选项不全或多出", f"not the options of reading {choice.reading}"),
            where=place,
            found=", ".join(sorted(names ^ set(choice.options))),
        )


def _check_count(count: Count, place: Where) -> None:
    """What is counted are violations, so only their own flags can be asked of them."""
    for piece in parts(count.where):
        year_flag = isinstance(piece, Flag) and piece.name not in VIOLATION_FLAGS
        if year_flag or isinstance(piece, Named | AtLeast | ShareAtLeast):
            raise BadInput(
                Text("计数的条件只能是每宗自身的事实", "only flags can be asked of one violation"),
                where=place,
                found=piece.name if isinstance(piece, Flag) else type(piece).__name__,
            )


def _terms_of(rule: Rule) -> list[str]:
    """The names that a sentence about the rule cannot do without."""
    if isinstance(rule, BandRule):
        return [f"level.{band.level}" for band in rule.bands]
    if isinstance(rule, Conclude):
        outcomes = [rule.otherwise, *(band.level for band in rule.bands)]
        named = [test.name for band in rule.bands for test in band.tests]
        return [
            f"question.{rule.question}",
            *(f"outcome.{name}" for name in outcomes),
            *(f"{rule.clause}.{name}" for name in named),
            *(f"measure.{name}" for band in rule.bands for name in band.measures),
        ]
    if isinstance(rule, Indicator | Clock | SafeWindow | Amount):
        return [f"question.{rule.question}"]
    if not isinstance(rule, Effect):
        return []
    names = [f"measure.{rule.measure}"]
    for prefix, value in (("touches", rule.touches), ("ends", rule.ends)):
        options = value.options.values() if isinstance(value, ByReading) else (value,)
        names += [f"{prefix}.{name}" for name in options if name is not None]
    return names


def _check_number(pack: Pack, number: str, place: Where) -> None:
    if number not in pack.numbers:
        raise BadInput(
            Text("没有这个数", "unknown number"),
            where=place,
            found=number,
            remedy=Text("在 numbers.yaml 里加上", "add it to numbers.yaml"),
        )


def _check_bands(pack: Pack, rule: BandRule, place: Where) -> None:
    """Bands are of known levels, the highest first, and a higher one asks for more of the same figure."""
    ranks = []
    for band in rule.bands:
        if band.level not in pack.levels:
            raise BadInput(Text("没有这一等级", "unknown level"), where=place, found=band.level)
        ranks.append(pack.levels.index(band.level))
    if ranks != sorted(set(ranks), reverse=True):
        raise BadInput(
            Text("等级应当从高到低各一次", "bands must stand highest first, each level once"),
            where=place,
            found=", ".join(band.level for band in rule.bands),
        )
    last: dict[str, tuple[Number, str]] = {}
    for band in rule.bands:
        for test in band.tests:
            number = _threshold(pack, test)
            if number is None:
                continue
            for month, _ in number.values:
                above = last.get(test.name)
                if above is not None and above[0].at(month) <= number.at(month):
                    raise BadInput(
                        Text("等级的区间重叠", "bands overlap"),
                        where=place,
                        found=f"{above[1]} {above[0].text_at(month)} ≤ {band.level} {number.text_at(month)}",
                    )
            last[test.name] = (number, band.level)


def _threshold(pack: Pack, test: Named) -> Number | None:
    return pack.numbers[test.condition.number] if isinstance(test.condition, AtLeast) else None


# ---- rules on a pack's own tables -----------------------------------------------------------------

_UNITS_OF: dict[FieldType, tuple[str, ...]] = {
    "area": ("mu",),
    "money": ("yuan",),
    "length": ("m",),
    "percent": ("percent",),
    "number": ("number", "parcel", "act", "times", "item"),
}


def _check_on_table(pack: Pack, rule: TableRule, place: Where) -> None:
    """The rule reads a table that there is, fields of the right type, numbers of the right unit."""
    table = _table(pack, rule.table, place)
    if isinstance(rule, Conclude):
        _check_subject(rule, table, place)
        if rule.law == "act":
            _field(table, rule.dated, ("date",), place)
        if rule.by is not None:
            _check_grouped(rule, place)
        for band in rule.bands:
            for measure in band.measures:
                if not any(isinstance(r, Effect) and r.measure == measure for r in pack.rules):
                    raise BadInput(Text("没有这种措施", "unknown measure"), where=place, found=measure)
    if isinstance(rule, Indicator):
        _check_subject(rule, table, place)
    if isinstance(rule, Amount):
        _check_amount(pack, rule, table, place)
    for piece in parts(rule):
        if isinstance(piece, Clock):
            _check_clock(pack, piece, table, place)
        elif isinstance(piece, ByReading):
            _check_reading(pack, piece, place)
        elif isinstance(piece, Total | ShareAtLeast):
            raise BadInput(
                Text("这里只能用本包自己的表", "only the pack's own tables can be asked here"),
                where=place,
                found=type(piece).__name__,
            )
        else:
            _check_piece(pack, piece, table, place)


def _check_subject(rule: Conclude | Indicator, table: Table, place: Where) -> None:
    options = rule.by.options.values() if isinstance(rule.by, ByReading) else (rule.by,)
    for name in options:
        if name not in (None, "region"):
            _field(table, name, ("text", "choice", "row"), place)
    if rule.period != "all":
        _field(table, rule.dated, ("date",), place)


def _check_grouped(rule: Conclude, place: Where) -> None:
    """Of several rows together only figures can be asked; what each is stands inside a Count or Sum."""
    open_ = [test.condition for band in rule.bands for test in band.tests]
    while open_:
        piece = open_.pop()
        if isinstance(piece, Flag | Is | Same | OnOrAfter | Passed | RunOut):
            raise BadInput(
                Text("几行合在一起时只能问数量", "of several rows together only figures can be asked"),
                where=place,
                found=type(piece).__name__,
                remedy=Text("放进 Count 或 Sum 的 where", "put it in the `where` of a Count or Sum"),
            )
        if isinstance(piece, ByReading):
            open_ += piece.options.values()
        elif isinstance(piece, Not | Certain | Named):
            open_.append(piece.condition)
        elif isinstance(piece, All | Either):
            open_ += piece.conditions


def _check_piece(pack: Pack, piece: object, table: Table, place: Where) -> None:
    if isinstance(piece, Flag):
        _field(table, piece.name, ("flag",), place)
    elif isinstance(piece, Is):
        field = _field(table, piece.field, ("choice", "text"), place)
        for option in piece.options if field == "choice" else ():
            if option not in table.fields[piece.field].options:
                raise BadInput(Text("没有这个选项", "unknown option"), where=place, found=option)
    elif isinstance(piece, Same):
        for name in (piece.field, piece.other):
            _field(table, name, ("text",), place)
    elif isinstance(piece, Passed):
        for name in (piece.field, piece.by) if piece.by else (piece.field,):
            _field(table, name, ("date",), place)
    elif isinstance(piece, OnOrAfter):
        for name in (piece.field, piece.until) if piece.until else (piece.field,):
            _field(table, name, ("date",), place)
        _number_in(pack, piece.number, ("date",), place)
    elif isinstance(piece, RunOut):
        _check_run_out(pack, piece, table, place)
    elif isinstance(piece, AtLeast):
        kind = (
            _field(table, piece.metric.field, tuple(_UNITS_OF), place)
            if isinstance(piece.metric, Sum)
            else "number"
        )
        _number_in(pack, piece.number, _UNITS_OF[kind], place)
    elif isinstance(piece, Sum):
        _field(table, piece.field, tuple(_UNITS_OF), place)
    elif isinstance(piece, Ratio):
        _number_in(pack, piece.number, ("percent",), place)


def _check_run_out(pack: Pack, piece: RunOut, table: Table, place: Where) -> None:
    starts = piece.since.options.values() if isinstance(piece.since, ByReading) else (piece.since,)
    for name in (*starts, piece.by):
        if name is not None:
            _field(table, name, ("date",), place)
    _number_in(pack, piece.number, TERMS, place)
    pauses = piece.pauses.options.values() if isinstance(piece.pauses, ByReading) else (piece.pauses,)
    for pause in pauses:
        _check_pauses(pack, pause, table, place)


def _check_clock(pack: Pack, clock: Clock, table: Table, place: Where) -> None:
    for name in (*clock.since, clock.done):
        if name is not None:
            _field(table, name, ("date",), place)
    chains = clock.terms.options.values() if isinstance(clock.terms, ByReading) else (clock.terms,)
    for term in (term for chain in chains for term in chain):
        _number_in(pack, term, TERMS, place)
    if clock.more is not None:
        _field(table, clock.more, ("number",), place)
    if clock.most is not None:
        for chain in chains:
            _number_in(pack, clock.most, (pack.numbers[chain[-1]].unit,), place)
    _check_pauses(pack, clock.pauses, table, place)


def _check_pauses(pack: Pack, name: str | None, table: Table, place: Where) -> None:
    if name is None:
        return
    pauses = _table(pack, name, place)
    _field(pauses, "of", ("row",), place)
    _field(pauses, "since", ("date",), place)
    _field(pauses, "until", ("date",), place)
    if pauses.fields["of"].table != table.name:
        raise BadInput(Text("暂停表指向另一个表", "the pauses are another table's"), where=place, found=name)


def _check_amount(pack: Pack, rule: Amount, table: Table, place: Where) -> None:
    kind = "fixed" if rule.base is None else _field(table, rule.base, ("area", "money"), place)
    if rule.law == "act":
        _field(table, rule.dated, ("date",), place)
    units = {"fixed": ("yuan",), "area": ("yuan/m2",)}.get(kind, ("times", "percent"))
    if rule.cap is not None:
        _number_in(pack, rule.cap, ("times",), place)
    _check_pauses(pack, rule.pauses, table, place)
    for name in (rule.low, rule.high):
        if name is not None:
            _number_in(pack, name, units, place)


def _table(pack: Pack, name: str, place: Where) -> Table:
    table = pack.tables.get(name)
    if table is None:
        raise BadInput(
            Text("没有这个表", "unknown table"),
            where=place,
            found=name,
            remedy=Text("在 facts.yaml 里加上", "add it to facts.yaml"),
        )
    return table


def _field(table: Table, name: str | None, types: tuple[FieldType, ...], place: Where) -> FieldType:
    field = table.fields.get(name or "")
    if field is None or field.type not in types:
        raise BadInput(
            Text(f"表 {table.name} 没有这样的字段", f"table {table.name} has no such field"),
            where=place,
            found=name if field is None else f"{name}: {field.type}",
            remedy=Text("应为 " + "、".join(types), "needed: " + ", ".join(types)),
        )
    return field.type


def _number_in(pack: Pack, name: str, units: tuple[str, ...], place: Where) -> None:
    _check_number(pack, name, place)
    unit = pack.numbers[name].unit
    if unit not in units:
        raise BadInput(
            Text(f"数 {name} 的单位不合", f"number {name} has the wrong unit"),
            where=place,
            found=unit,
            remedy=Text("应为 " + "、".join(units), "needed: " + ", ".join(units)),
        )

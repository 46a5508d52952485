"""A pack: the law of one order as files in a folder. Found by name, or loaded from a folder.

A pack is code: its `rules/*.py` run when it is loaded. An installed pack comes with the package; a
folder named on the command line is trusted as any program is that its user starts. Nothing uploaded
is ever loaded as a pack.
"""

from __future__ import annotations

import importlib
import itertools
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import shoutu
from shoutu.errors import BadInput, Text, Where
from shoutu.policy.facts import COLUMNS, VIOLATION_FLAGS, YEAR_AREA, YEAR_FLAGS
from shoutu.policy.numbers import (
    Clause,
    Erratum,
    Number,
    Reading,
    load_clauses,
    load_errata,
    load_numbers,
    load_readings,
    load_terms,
)
from shoutu.policy.vocabulary import (
    AtLeast,
    BandRule,
    ByReading,
    Count,
    Effect,
    Flag,
    InForce,
    LevelRule,
    Named,
    Rule,
    SequenceRule,
    ShareAtLeast,
    Total,
    YearRule,
)
from shoutu.policy.yaml_text import Entry, read

DEFAULT = "ordos_2024_23"
_KINDS = (InForce, BandRule, SequenceRule, LevelRule, YearRule, Effect)
_COUNTER = itertools.count()
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class Pack:
    """The law of one order, checked when loaded; immutable."""

    name: str
    version: str
    title: Text
    cite: Text
    """How a document cites a part: `{part}` is its Chinese or Arabic number."""
    levels: tuple[str, ...]
    """Mildest first."""
    folder: Path
    order: str
    numbers: Mapping[str, Number]
    readings: Mapping[str, Reading]
    clauses: Mapping[str, Clause]
    terms: Mapping[str, Text]
    errata: tuple[Erratum, ...]
    rules: tuple[Rule, ...]

    def settle(self, chosen: Mapping[str, str]) -> dict[str, str]:
        """Every reading with its option: the chosen one, else the default. BadInput on a name unknown."""
        for name, option in chosen.items():
            reading = self.readings.get(name)
            if reading is None:
                raise BadInput(
                    Text("没有这种解释口径", "unknown reading"),
                    found=name,
                    remedy=Text("可用：" + "、".join(self.readings), "one of: " + ", ".join(self.readings)),
                )
            known = [item.name for item in reading.options]
            if option not in known:
                raise BadInput(
                    Text(f"口径 {name} 没有这个选项", f"reading {name} has no such option"),
                    found=option,
                    remedy=Text("可用：" + "、".join(known), "one of: " + ", ".join(known)),
                )
        return {name: chosen.get(name, reading.default) for name, reading in self.readings.items()}

    def as_read(self, quotation: str) -> str:
        """A quotation with the slips of the print put right, for a notice."""
        for erratum in self.errata:
            quotation = quotation.replace(erratum.printed, erratum.read_as)
        return quotation


def installed() -> tuple[str, ...]:
    """The names of the packs that came with the package."""
    root = Path(shoutu.__file__).parent / "packs"
    return tuple(sorted(path.parent.name for path in root.glob("*/pack.yaml")))


def load(name: str = DEFAULT) -> Pack:
    """An installed pack by its name, else the pack in a folder (`./` forces a folder)."""
    if _NAME.fullmatch(name) and name in installed():
        return _installed(name)
    folder = Path(name)
    if not folder.is_dir():
        known = ", ".join(installed())
        raise BadInput(
            Text("没有这个规则包，也没有这个文件夹", "no pack and no folder of this name"),
            found=name,
            remedy=Text(f"已安装：{known}", f"installed: {known}"),
        )
    return _load(folder, _package_of(folder / "rules"))


@cache
def _installed(name: str) -> Pack:
    """Installed packs do not change while the program runs, so each is read once."""
    return _load(Path(shoutu.__file__).parent / "packs" / name, f"shoutu.packs.{name}.rules")


def _load(folder: Path, package: str) -> Pack:
    head = read(folder / "pack.yaml").keys(("name", "version", "title", "cite", "levels"))
    order = _order_text(folder / "order.zh.txt")
    clauses = load_clauses(folder / "clauses.yaml")
    rules, places = _rules(folder / "rules", package)
    pack = Pack(
        name=head["name"].text,
        version=head["version"].text,
        title=_both(head["title"]),
        cite=_both(head["cite"]),
        levels=tuple(level.text for level in head["levels"].items),
        folder=folder,
        order=order,
        numbers=load_numbers(folder / "numbers.yaml", clauses, order),
        readings=load_readings(folder / "readings.yaml"),
        clauses=clauses,
        terms=load_terms(folder / "wording.yaml"),
        errata=load_errata(folder / "errata.yaml", order),
        rules=rules,
    )
    for rule, place in zip(rules, places, strict=True):
        _check(pack, rule, place)
    return pack


def _both(entry: Entry) -> Text:
    pairs = entry.keys(("zh", "en"))
    return Text(pairs["zh"].text, pairs["en"].text)


def _order_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(
            Text("规则包缺少文件", "a file of the pack is missing"), where=Where(file=str(path))
        ) from error


# ---- rules ----------------------------------------------------------------------------------------


def _rules(folder: Path, package: str) -> tuple[tuple[Rule, ...], tuple[Where, ...]]:
    """All rules of `rules/*.py`, by file name, and the place of each."""
    rules: list[Rule] = []
    places: list[Where] = []
    for path in sorted(folder.glob("*.py")):
        if path.name == "__init__.py":
            continue
        module = _module(path, package)
        found = getattr(module, "RULES", None)
        if not isinstance(found, tuple) or not all(isinstance(rule, _KINDS) for rule in found):
            raise BadInput(
                Text("RULES 应当是规则的元组", "RULES must be a tuple of rules"),
                where=Where(file=str(path)),
                found=type(found).__name__,
            )
        lines = path.read_text(encoding="utf-8").splitlines()
        for rule in found:
            rules.append(rule)
            places.append(Where(file=str(path), row=_line_of(lines, rule)))
    if not rules:
        raise BadInput(Text("没有规则", "no rules"), where=Where(file=str(folder)))
    return tuple(rules), tuple(places)


def _line_of(lines: list[str], rule: Rule) -> int:
    """The line on which the rule is written, as well as text can tell: its kind, then its clause."""
    kind, clause = type(rule).__name__, f'"{_clause(rule)}"'
    starts = [index for index, line in enumerate(lines) if f"{kind}(" in line]
    for start in starts:
        if any(clause in line for line in lines[start : start + 4]):
            return start + 1
    return (starts[0] if starts else 0) + 1


def _module(path: Path, package: str) -> ModuleType:
    try:
        return importlib.import_module(f"{package}.{path.stem}")
    except SyntaxError as error:
        raise BadInput(
            Text("规则文件有语法错误", "the rules do not parse"),
            where=Where(file=error.filename or str(path), row=error.lineno),
            found=error.msg,
        ) from error
    except (NameError, TypeError, ValueError, ImportError, AttributeError, KeyError) as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        raise BadInput(
            Text("规则文件不能运行", "the rules do not run"),
            where=Where(file=str(path), row=frames[-1].lineno if frames else None),
            found=str(error),
        ) from error


def _package_of(folder: Path) -> str:
    """A package of its own for the rules of a folder, so that they may import one another relatively."""
    name = f"_shoutu_pack_{next(_COUNTER)}"
    package = ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package
    return name


def _clause(rule: Rule) -> str:
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


def _check(pack: Pack, rule: Rule, place: Where) -> None:
    """The rule speaks only of clauses, numbers, readings, flags and levels that there are."""
    clauses = set(pack.clauses) | {clause.split(".")[0] for clause in pack.clauses}
    if _clause(rule) not in clauses:
        raise BadInput(Text("没有这一条款编号", "unknown clause"), where=place, found=_clause(rule))
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
    for term in _terms_of(rule):
        if term not in pack.terms:
            raise BadInput(
                Text("wording.yaml 缺少名称", "wording.yaml lacks a name"), where=place, found=term
            )
    if isinstance(rule, LevelRule) and rule.level not in pack.levels:
        raise BadInput(Text("没有这一等级", "unknown level"), where=place, found=rule.level)


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

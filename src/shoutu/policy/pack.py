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
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import get_args

import shoutu
from shoutu.errors import BadInput, Text, Where
from shoutu.policy.checks import check, clause_of
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
from shoutu.policy.tables import Table, load_tables
from shoutu.policy.vocabulary import (
    BandRule,
    Effect,
    InForce,
    LevelRule,
    Rule,
    SequenceRule,
    TableRule,
    YearRule,
)
from shoutu.policy.yaml_text import both, read

DEFAULT = "ordos_2024_23"
_KINDS = (InForce, BandRule, SequenceRule, LevelRule, YearRule, Effect, *get_args(TableRule))
_COUNTER = itertools.count()
NAME = re.compile(r"[a-z][a-z0-9_]*")


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
    tables: Mapping[str, Table]
    """The tables of facts that this pack declares beside the month's violations."""
    rules: tuple[Rule, ...]
    places: tuple[Where, ...] = field(default=(), repr=False, compare=False)
    """Where each rule is written."""

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
    if NAME.fullmatch(name) and name in installed():
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
    clauses = load_clauses(folder / "clauses.yaml")
    order = _order_text(folder / "order.zh.txt", clauses)
    rules, places = _rules(folder / "rules", package)
    pack = Pack(
        name=head["name"].text,
        version=head["version"].text,
        title=both(head["title"]),
        cite=both(head["cite"]),
        levels=tuple(level.text for level in head["levels"].items),
        folder=folder,
        order=order,
        numbers=load_numbers(folder / "numbers.yaml", clauses, order),
        readings=load_readings(folder / "readings.yaml"),
        clauses=clauses,
        terms=load_terms(folder / "wording.yaml"),
        errata=load_errata(folder / "errata.yaml", order),
        tables=load_tables(folder / "facts.yaml"),
        rules=rules,
        places=places,
    )
    for rule, place in zip(rules, places, strict=True):
        check(pack, rule, place)
    return pack


def _order_text(path: Path, clauses: Mapping[str, Clause]) -> str:
    """The text that the pack quotes; empty for a pack all of whose clauses say how they are cited."""
    if path.is_file():
        return path.read_text(encoding="utf-8")
    if all(clause.cite is not None for clause in clauses.values()):
        return ""
    raise BadInput(Text("规则包缺少文件", "a file of the pack is missing"), where=Where(file=str(path)))


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
        lines = path.read_text(encoding="utf-8").splitlines()
        if not isinstance(found, tuple) or not all(isinstance(rule, _KINDS) for rule in found):
            raise BadInput(
                Text("RULES 应当是规则的元组", "RULES must be a tuple of rules"),
                where=Where(file=str(path), row=_first_line(lines, "RULES")),
                found=type(found).__name__,
            )
        for rule in found:
            rules.append(rule)
            places.append(Where(file=str(path), row=_line_of(lines, rule)))
    if not rules:
        raise BadInput(Text("没有规则", "no rules"), where=Where(file=str(folder)))
    return tuple(rules), tuple(places)


def _first_line(lines: list[str], start: str) -> int:
    """The line that begins so; the first one where none does."""
    return next((number for number, line in enumerate(lines, 1) if line.startswith(start)), 1)


def place_of(pack: Pack, rule: Rule) -> Where:
    """Where the rule is written; the pack's folder for one that was not loaded from it."""
    found = (place for own, place in zip(pack.rules, pack.places, strict=False) if own is rule)
    return next(found, Where(file=str(pack.folder)))


def _line_of(lines: list[str], rule: Rule) -> int:
    """The line on which the rule is written, as well as text can tell: its kind, then its clause."""
    kind, clause = type(rule).__name__, f'"{clause_of(rule)}"'
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

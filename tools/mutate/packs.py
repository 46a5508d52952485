"""`python -m tools.mutate.packs NAME…`: a pack's rules and numbers changed; one of its cases must fail.

Rules are data that run once, so a mutant needs no child: the changed `rules/*.py` are loaded anew, and
the pack's own cases judge them, those of the changed rules first, and the table of
tests/packs/test_measures.py. A mutant whose rules do not load is
killed, for `load_pack` refuses it. Each value of `numbers.yaml` is moved by its smallest step, up and
down; each edge of a rule (`>` for `>=`, and the other way) is turned, written or not.
"""

from __future__ import annotations

import argparse
import ast
import dataclasses
import itertools
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from types import CodeType
from typing import Any

from shoutu.errors import BadInput
from shoutu.policy import Pack, load_pack
from shoutu.policy.cases import Case, cases, run
from shoutu.policy.checks import check
from shoutu.policy.figures import exact_text
from shoutu.policy.numbers import TERMS, Number
from shoutu.policy.pack import _rules
from shoutu.policy.vocabulary import ByReading, Rule, TableRule
from tests.packs.test_measures import measures_of, subjects_of
from tools.mutate.mutations import mutants
from tools.mutate.run import KILLED, SURVIVED, Found, Importer

WHOLE = ("parcel", "act", "item", "number", "times", *TERMS)


class Judge:
    """The pack and its cases; `fails` tells which case notices another pack."""

    def __init__(self, pack: Pack) -> None:
        self.pack, self.cases = pack, list(cases(pack))
        self.told = (measures_of(pack), subjects_of(pack))
        broken = [case.name for case in self.cases if not run(pack, case).passed]
        if broken:
            raise SystemExit(f"cases of {pack.name} fail unchanged: {broken}")

    def fails(self, lame: Pack, words: set[str]) -> str | None:
        """The first case that fails; those that speak of one of the words are tried first."""
        for case in sorted(self.cases, key=lambda case: not words & _words(case)):
            try:
                if not run(lame, case).passed:
                    return case.name
            except Exception as error:  # noqa: BLE001  whatever a wrong rule breaks is noticed
                return f"{case.name}: {type(error).__name__}"
        told = (measures_of(lame), subjects_of(lame))
        return None if told == self.told else "tests/packs/test_measures.py"


def _words(case: Case) -> set[str]:
    """What a case is about: its file's clause, its tables, the questions and clauses that it expects."""
    told: set[str] = {Path(case.file).stem}
    if isinstance(case.facts, dict):
        told |= set(case.facts)
    for rows in case.expect.values():
        if isinstance(rows, list):
            told |= {str(row[0]) for row in rows if isinstance(row, list) and row}
    return told - {"schema", "region", "as_of"}


def of_rules(judge: Judge, every: int) -> Iterator[Found]:
    """Every change of every file of rules."""
    pack = judge.pack
    for path in sorted((pack.folder / "rules").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for mutant in itertools.islice(mutants(tree), 0, None, every):
            what = mutant.describe()
            mutant.apply()
            code = compile(tree, str(path), "exec")
            mutant.undo()
            state, why = _state(judge, code, path)
            yield Found(_short(path), mutant.line, mutant.column, what, state, why)


def _short(path: Path) -> str:
    return str(path)[str(path).index("src/shoutu") :]


def _state(judge: Judge, code: CodeType, path: Path) -> tuple[str, str]:
    try:
        lame = _with_rules(judge.pack, code, path)
    except (BadInput, Exception) as error:  # noqa: BLE001  a pack that does not load is noticed
        return KILLED, f"does not load: {error}"
    changed = _changed(judge.pack.rules, lame.rules)
    if not changed:
        return SURVIVED, "the rules are the same"
    words = {w for rule in changed for w in _names(rule)}
    why = judge.fails(lame, words)
    return (KILLED, why) if why else (SURVIVED, "")


def _with_rules(pack: Pack, code: CodeType, path: Path) -> Pack:
    package = f"shoutu.packs.{pack.name}.rules"
    for name in [name for name in sys.modules if name.startswith(f"{package}.")]:
        del sys.modules[name]
    importer = Importer(str(path), code)
    sys.meta_path.insert(0, importer)
    try:
        rules, places = _rules(pack.folder / "rules", package)
    finally:
        sys.meta_path.remove(importer)
    lame = dataclasses.replace(pack, rules=rules, places=places)
    for rule, place in zip(rules, places, strict=True):
        if rule not in pack.rules:
            check(lame, rule, place)
    return lame


def _changed(old: tuple[Rule, ...], new: tuple[Rule, ...]) -> list[Rule]:
    return [r for r in old if r not in new] + [r for r in new if r not in old]


def _names(rule: Rule) -> set[str]:
    own = {getattr(rule, name, None) for name in ("clause", "question", "part")}
    if isinstance(rule, TableRule):
        own.add(rule.table)
    return {str(name) for name in own if name}


def of_numbers(judge: Judge, every: int) -> Iterator[Found]:
    """Every value of every number, the smallest step up and down."""
    pack = judge.pack
    for number in pack.numbers.values():
        words = {w for rule in pack.rules if f"'{number.id}'" in repr(rule) for w in _names(rule)}
        for index, moved in itertools.islice(_moved(number), 0, None, every):
            lame = dataclasses.replace(pack, numbers={**pack.numbers, number.id: moved})
            why = judge.fails(lame, words)
            since, value = number.values[index]
            what = f"{number.id} from {since}: {value} → {moved.values[index][1]}"
            yield Found(
                _short(pack.folder / "numbers.yaml"), 0, index, what, KILLED if why else SURVIVED, why or ""
            )


def _moved(number: Number) -> Iterator[tuple[int, Number]]:
    for index, (since, value) in enumerate(number.values):
        for step in (1, -1):
            if number.unit == "date":
                other = (date.fromisoformat(value) + timedelta(days=step)).isoformat()
            elif number.unit in WHOLE and "." not in value:
                other = str(int(value) + step)
            else:
                other = exact_text(Fraction(value) + Fraction(step, 100))
            if other.startswith("-"):
                continue
            values = list(number.values)
            values[index] = (since, other)
            yield index, dataclasses.replace(number, values=tuple(values))


def of_edges(judge: Judge, every: int) -> Iterator[Found]:
    """Every `beyond` of every rule turned: what is compared with >= is compared with >, and back."""
    for at, rule in enumerate(judge.pack.rules):
        for path, other in itertools.islice(_turned(rule), 0, None, every):
            rules = (*judge.pack.rules[:at], other, *judge.pack.rules[at + 1 :])
            why = judge.fails(dataclasses.replace(judge.pack, rules=rules), _names(rule))
            place = judge.pack.places[at]
            what = f"{type(rule).__name__} {' '.join(sorted(_names(rule)))}: {path} turned"
            file = _short(Path(str(place.file)))
            yield Found(f"{file} (edges)", place.row or 0, 0, what, KILLED if why else SURVIVED, why or "")


def _turned(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, tuple):
        for at, item in enumerate(value):
            for where, other in _turned(item, f"{path}[{at}]"):
                yield where, (*value[:at], other, *value[at + 1 :])
    elif isinstance(value, ByReading):
        for option, item in value.options.items():
            for where, other in _turned(item, f"{path}({option})"):
                yield where, ByReading(value.reading, {**value.options, option: other})
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            item = getattr(value, field.name)
            if field.name == "beyond" and isinstance(item, bool):
                yield f"{path}.beyond", dataclasses.replace(value, beyond=not item)
            else:
                for where, other in _turned(item, f"{path}.{field.name}"):
                    yield where, dataclasses.replace(value, **{field.name: other})


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.mutate.packs", description=__doc__)
    parser.add_argument("names", nargs="+", help="installed packs")
    parser.add_argument("--only", choices=["rules", "numbers", "edges"])
    parser.add_argument("--every", type=int, default=1, help="only each n-th mutant")
    options = parser.parse_args()
    kinds = {"rules": of_rules, "numbers": of_numbers, "edges": of_edges}
    print(
        "| pack | what | mutants | killed | survived | killed % |\n| --- | --- | ---: | ---: | ---: | ---: |"
    )
    lived: list[Found] = []
    for name in options.names:
        judge = Judge(load_pack(name))
        for kind, make in kinds.items():
            if options.only not in (None, kind):
                continue
            start = time.monotonic()
            found = list(make(judge, options.every))
            own = [f for f in found if f.state == SURVIVED]
            lived += own
            share = 100 * (len(found) - len(own)) / (len(found) or 1)
            print(
                f"| {name} | {kind} | {len(found)} | {len(found) - len(own)} | {len(own)} | {share:.1f} |",
                flush=True,
            )
            print(f"{name} {kind}: {time.monotonic() - start:.0f} s", file=sys.stderr)
    for one in lived:
        print(f"{one.module}:{one.line}:{one.column}: {one.what} {one.why}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

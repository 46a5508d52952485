"""Which importable thing carries each clause, and the test that holds it; looked up without importing it.

`coverage.yaml` of a pack lists the carriers. They live in any part of the product, also in parts that are
not installed here, so they are found in the source text: nothing is imported, no Django is started.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import shoutu
from shoutu.errors import Text
from shoutu.policy.pack import Pack
from shoutu.policy.yaml_text import Entry, read

SOURCE = Path(shoutu.__file__).parent
REPOSITORY = SOURCE.parent.parent
KINDS = ("rule", "gate", "register", "act")
CARRIED, PARTLY, MISSING, BROKEN = "carried", "carried in part", "not yet carried", "broken"


@dataclass(frozen=True)
class Carrier:
    """What carries a clause: `module:name`, its test as `path::name`, and what is wrong with either.

    kind   rule, gate, register, or act; where coverage.yaml does not say it, what a pack holds is a rule
           and what the platform holds an act
    lacks  what of the clause is not carried yet, None when this carrier does its share
    """

    carrier: str
    kind: str
    test: str
    lacks: str | None
    faults: tuple[str, ...]


@dataclass(frozen=True)
class ClauseCoverage:
    clause: str
    obligation: Text
    carriers: tuple[Carrier, ...]

    @property
    def status(self) -> str:
        if any(carrier.faults for carrier in self.carriers):
            return BROKEN
        if any(carrier.lacks for carrier in self.carriers):
            return PARTLY
        return CARRIED if self.carriers else MISSING

    def to_document(self) -> dict[str, object]:
        return {
            "clause": self.clause,
            "obligation": self.obligation.zh,
            "status": self.status,
            "carriers": [
                {
                    "carrier": c.carrier,
                    "as": c.kind,
                    "test": c.test,
                    "lacks": c.lacks,
                    "faults": list(c.faults),
                }
                for c in self.carriers
            ],
        }


def coverage(pack: Pack) -> tuple[ClauseCoverage, ...]:
    """Every clause of the pack's own text, in order; provisions of other law beside them are not its duty.

    BadInput when coverage.yaml names a clause that there is not.
    """
    listed = read(pack.folder / "coverage.yaml").pairs
    for clause, entry in listed.items():
        if clause not in pack.clauses:
            raise entry.fault(Text("没有这一条款编号", "unknown clause"), found=clause)
    return tuple(
        ClauseCoverage(clause.id, clause.text, _carriers(listed.get(clause.id), pack.folder))
        for clause in pack.clauses.values()
        if clause.cite is None or not pack.order
    )


def _carriers(entry: Entry | None, folder: Path) -> tuple[Carrier, ...]:
    out = []
    for item in entry.items if entry is not None else ():
        pairs = item.keys(("carrier", "test"), ("as", "lacks"))
        carrier, test = pairs["carrier"].text, pairs["test"].text
        faults = (*_carrier_faults(carrier, folder), *_test_faults(test, folder))
        kind = item.optional("as") or ("act" if ".platform." in carrier else "rule")
        if kind not in KINDS:
            raise pairs["as"].fault(
                Text("不认识的载体", "unknown kind of carrier"),
                Text("可用：" + "、".join(KINDS), "one of: " + ", ".join(KINDS)),
            )
        out.append(Carrier(carrier, kind, test, item.optional("lacks"), faults))
    return tuple(out)


def _carrier_faults(carrier: str, folder: Path) -> tuple[str, ...]:
    """`shoutu.module:name`, or `rules.file:name` in a pack that lies in a folder of its own."""
    module, colon, name = carrier.partition(":")
    package, *rest = module.split(".")
    if package not in ("shoutu", "rules") or not rest or not colon or not name:
        return (f"write it as shoutu.module:name or rules.file:name, not {carrier}",)
    base = (SOURCE if package == "shoutu" else folder / "rules").joinpath(*rest)
    path = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
    if not path.is_file():
        return (f"no module {module}",)
    return () if _defines(path, tuple(name.split("."))) else (f"{module} has no {name}",)


def _test_faults(test: str, folder: Path) -> tuple[str, ...]:
    """`tests/…::name`, or `cases/file.yaml::name of the case` of the pack itself.

    Tests come with the repository only; an installed package has none to check.
    """
    path, *names = test.split("::")
    if path.startswith("cases/"):
        return _case_faults(path, "::".join(names), folder)
    if not (REPOSITORY / "tests").is_dir():
        return ()
    file = REPOSITORY / path
    if not names or not file.is_file():
        return (f"no test file {path}",)
    return () if _defines(file, tuple(names)) else (f"{path} has no {'::'.join(names)}",)


def _case_faults(path: str, name: str, folder: Path) -> tuple[str, ...]:
    file = folder / path
    if not file.is_file():
        return (f"no cases {path}",)
    names = {item.optional("name") for item in read(file).items}
    return () if name in names else (f"{path} has no case “{name}”",)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _defines(path: Path, names: tuple[str, ...]) -> bool:
    body: list[ast.stmt] = _tree(path).body
    for depth, name in enumerate(names):
        found = [node for node in body if name in _names(node)]
        if not found:
            return False
        inner = found[0]
        if depth + 1 < len(names):
            if not isinstance(inner, ast.ClassDef):
                return False
            body = inner.body
    return True


def _names(node: ast.stmt) -> set[str]:
    """The names that a statement of a module or class binds."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    return set()

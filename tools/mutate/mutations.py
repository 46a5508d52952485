"""What is changed: one place of a module's syntax tree at a time.

Left alone by rule: type annotations, docstrings, `__all__`, imports, assertions (they state what the
types say already), the words of messages (all of `Text(…)`,
`remedy=…`, and the strings of what is raised), the
type given to `cast`, `Literal[…]`, and `strict` of `zip`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
}
_NAMES = {
    "any": "all",
    "all": "any",
    "min": "max",
    "max": "min",
    "lstrip": "rstrip",
    "rstrip": "lstrip",
    "partition": "rpartition",
    "rpartition": "partition",
    "removeprefix": "removesuffix",
    "removesuffix": "removeprefix",
    "startswith": "endswith",
    "endswith": "startswith",
}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Mutant:
    """One change. `apply` makes it in the tree that was walked, and `undo` takes it back.

    first, last  the lines that run when the changed place does
    function     first line and name of the outermost function that holds it; None: module or class level
    """

    line: int
    column: int
    first: int
    last: int
    function: tuple[str, int] | None
    describe: Callable[[], str]
    apply: Callable[[], None]
    undo: Callable[[], None]


@dataclass(frozen=True)
class _Place:
    """Where the walk stands."""

    function: tuple[str, int] | None
    path: tuple[str, ...]
    first: int
    last: int
    message: bool


def mutants(tree: ast.Module) -> Iterator[Mutant]:
    """Every change of the module, in the order of its text."""
    yield from _block(tree, "body", _Place(None, (), 0, 0, False))


def _block(owner: ast.AST, field: str, place: _Place) -> Iterator[Mutant]:
    body: list[ast.stmt] = getattr(owner, field)
    for index, statement in enumerate(body):
        if not _left_alone(statement):
            yield from _statement(body, index, statement, place)


def _left_alone(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Import | ast.ImportFrom | ast.Assert | ast.Pass | ast.Global | ast.Nonlocal):
        return True
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return True
    if isinstance(statement, ast.If):
        return ast.unparse(statement.test) == "TYPE_CHECKING"
    return isinstance(statement, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == "__all__" for target in statement.targets
    )


def _statement(body: list[ast.stmt], index: int, statement: ast.stmt, place: _Place) -> Iterator[Mutant]:
    if isinstance(statement, ast.ClassDef):
        for decorator in statement.decorator_list:
            yield from _expressions(decorator, _at(place, decorator))
        for keyword in statement.keywords:
            yield from _expressions(keyword, _at(place, keyword))
        yield from _block(statement, "body", _inside(place, statement.name))
        return
    if isinstance(statement, _FUNCTIONS):
        for outside in [*statement.decorator_list, *_defaults(statement)]:
            yield from _expressions(outside, _at(place, outside))
        yield from _own_defaults(statement, place)
        yield from _block(statement, "body", _within(place, statement))
        return
    here = _at(place, statement)
    yield from _whole(body, index, statement, here)
    for field, value in ast.iter_fields(statement):
        if field == "annotation":
            continue
        if field in ("body", "orelse", "finalbody") and isinstance(value, list):
            yield from _block(statement, field, place)
        elif field == "handlers":
            for handler in value:
                yield from _block(handler, "body", place)
        elif field == "cases":
            for case in value:
                if case.guard is not None:
                    yield from _expressions(case.guard, _at(place, case.guard))
                yield from _block(case, "body", place)
        else:
            yield from _field(statement, field, value, here)


def _inside(place: _Place, name: str) -> _Place:
    return _Place(place.function, (*place.path, name), place.first, place.last, place.message)


def _within(place: _Place, function: ast.FunctionDef | ast.AsyncFunctionDef) -> _Place:
    first = min([function.lineno, *(d.lineno for d in function.decorator_list)])
    outermost = place.function or (".".join((*place.path, function.name)), first)
    return _Place(outermost, (*place.path, function.name), 0, 0, False)


def _at(place: _Place, node: ast.AST) -> _Place:
    """The lines of a simple statement; of a compound one, those of its head."""
    first, last = node.lineno, node.end_lineno  # type: ignore[attr-defined]
    inner: list[ast.stmt] = getattr(node, "body", []) if isinstance(node, ast.stmt) else []
    if inner:
        last = max(first, inner[0].lineno - 1)
    message = place.message or isinstance(node, ast.Raise)
    return _Place(place.function, place.path, first, last, message)


def _defaults(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    found = [*function.args.defaults, *function.args.kw_defaults]
    return [value for value in found if value is not None and not isinstance(value, ast.Constant)]


def _own_defaults(function: ast.FunctionDef | ast.AsyncFunctionDef, place: _Place) -> Iterator[Mutant]:
    for values in (function.args.defaults, function.args.kw_defaults):
        for at, value in enumerate(values):
            if isinstance(value, ast.Constant):
                yield from _constant(values, at, value, _at(place, value))


def _whole(body: list[ast.stmt], index: int, statement: ast.stmt, place: _Place) -> Iterator[Mutant]:
    """A statement removed, or its kind changed."""
    if _only_does(statement):
        yield _swap(body, index, ast.Pass(), place, "removed")
    elif isinstance(statement, ast.Continue):
        yield _swap(body, index, ast.Break(), place)
    elif isinstance(statement, ast.Break):
        yield _swap(body, index, ast.Continue(), place)
    elif isinstance(statement, ast.AugAssign):
        plain = ast.Assign(targets=[statement.target], value=statement.value)
        yield _swap(body, index, plain, place)
        if type(statement.op) in _OPERATORS:
            other = ast.AugAssign(statement.target, _OPERATORS[type(statement.op)](), statement.value)
            yield _swap(body, index, other, place)
    elif (
        isinstance(statement, ast.Assign | ast.AnnAssign | ast.Return)
        and statement.value is not None
        and not isinstance(statement.value, ast.Constant)
        and place.function is not None
    ):
        yield _swap(statement, "value", ast.Constant(None), place)


def _only_does(statement: ast.stmt) -> bool:
    """Whether the code without the statement would still be code."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Call | ast.Yield | ast.YieldFrom)
    return isinstance(statement, ast.Raise | ast.Delete)


def _expressions(node: ast.AST, place: _Place) -> Iterator[Mutant]:
    for field, value in ast.iter_fields(node):
        yield from _field(node, field, value, place)


def _field(owner: ast.AST, field: str, value: object, place: _Place) -> Iterator[Mutant]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, ast.AST):
                yield from _expression(value, index, item, place)
    elif isinstance(value, ast.AST):
        yield from _expression(owner, field, value, place)


Holder = ast.AST | list[ast.stmt] | list[ast.expr] | list[ast.expr | None] | list[object]


def _expression(owner: Holder, key: str | int, node: ast.AST, place: _Place) -> Iterator[Mutant]:
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Text", "cast", "TypeVar"):
        if ast.unparse(node.func) == "cast":
            yield from _expression(node.args, 1, node.args[1], place)
        return
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) in ("Literal", "Mapping", "Callable"):
        return
    if isinstance(node, ast.keyword) and node.arg == "remedy":
        return
    yield from _change(owner, key, node, place)
    if isinstance(node, ast.FormattedValue):
        yield from _expression(node, "value", node.value, place)
        return
    for field, value in ast.iter_fields(node):
        if field not in ("annotation", "ctx", "op", "ops"):
            yield from _field(node, field, value, place)


def _change(owner: Holder, key: str | int, node: ast.AST, place: _Place) -> Iterator[Mutant]:
    """The changes of one node itself."""
    if isinstance(node, ast.Constant):
        yield from _constant(owner, key, node, place)
    elif isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            yield _swap(node.ops, index, _COMPARISONS[type(operator)](), place, shown=node)  # type: ignore[arg-type]
    elif isinstance(node, ast.BinOp):
        if type(node.op) in _OPERATORS:
            yield _swap(node, "op", _OPERATORS[type(node.op)](), place, shown=node)
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield _swap(node, "op", other, place, shown=node)
        for index in range(len(node.values)):
            left = [value for at, value in enumerate(node.values) if at != index]
            short = left[0] if len(left) == 1 else ast.BoolOp(node.op, left)
            yield _swap(owner, key, short, place, shown=node)
    elif isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.UAdd):
        yield _swap(owner, key, node.operand, place, shown=node)
    elif isinstance(node, ast.IfExp):
        yield from _negated(node, place)
    elif isinstance(node, ast.comprehension):
        for index in range(len(node.ifs)):
            yield _swap(node.ifs, index, ast.Constant(True), place, shown=node.ifs[index])
    elif isinstance(node, ast.Lambda):
        yield _swap(node, "body", ast.Constant(None), place, shown=node)
    elif isinstance(node, ast.Name | ast.Attribute):
        name = node.id if isinstance(node, ast.Name) else node.attr
        if name in _NAMES:
            other_name = (
                ast.Name(_NAMES[name], node.ctx)
                if isinstance(node, ast.Name)
                else ast.Attribute(node.value, _NAMES[name], node.ctx)
            )
            yield _swap(owner, key, other_name, place, shown=node)
    elif isinstance(node, ast.Call):
        yield from _call(node, place)
    if isinstance(owner, ast.If | ast.While) and key == "test":
        yield from _negated(owner, place)


def _negated(owner: ast.IfExp | ast.If | ast.While, place: _Place) -> Iterator[Mutant]:
    """The condition turned, where nothing else in it would turn it."""
    if not isinstance(owner.test, ast.Compare | ast.UnaryOp):
        yield _swap(owner, "test", ast.UnaryOp(ast.Not(), owner.test), place, shown=owner.test)


def _call(node: ast.Call, place: _Place) -> Iterator[Mutant]:
    """One argument gone: a keyword left out, a positional one turned to None."""
    name = ast.unparse(node.func)
    for index, keyword in enumerate(node.keywords):
        if keyword.arg in (None, "remedy") or (keyword.arg == "strict" and name == "zip"):
            continue
        yield _without(node, index, keyword, place)
    for index, argument in enumerate(node.args):
        if isinstance(argument, ast.Constant | ast.Starred) or _is_text(argument):
            continue
        if name in ("isinstance", "issubclass") and index == 1:
            continue
        if place.message and isinstance(argument, ast.JoinedStr):
            continue
        yield _swap(node.args, index, ast.Constant(None), place, shown=node)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "Text"


def _without(node: ast.Call, index: int, keyword: ast.keyword, place: _Place) -> Mutant:
    def apply() -> None:
        node.keywords.remove(keyword)

    def undo() -> None:
        node.keywords.insert(index, keyword)

    return _made(node, place, lambda: f"{_short(ast.unparse(node))} without {keyword.arg}", apply, undo)


def _constant(owner: Holder, key: str | int, node: ast.Constant, place: _Place) -> Iterator[Mutant]:
    value = node.value
    if isinstance(value, bool):
        yield _swap(owner, key, ast.Constant(not value), place)
    elif isinstance(value, int):
        yield _swap(owner, key, ast.Constant(value + 1), place)
        yield _swap(owner, key, ast.Constant(value - 1), place)
    elif isinstance(value, str) and not place.message:
        yield _swap(owner, key, ast.Constant(f"XX{value}XX"), place)
    elif isinstance(value, bytes):
        yield _swap(owner, key, ast.Constant(b"XX" + value + b"XX"), place)
    elif value is None and isinstance(owner, ast.Assign | ast.keyword | ast.Return):
        yield _swap(owner, key, ast.Constant("XX"), place)


def _swap(
    owner: Holder,
    key: str | int,
    new: ast.AST,
    place: _Place,
    what: str | None = None,
    shown: ast.AST | None = None,
) -> Mutant:
    old = owner[key] if isinstance(owner, list) else getattr(owner, key)  # type: ignore[index,arg-type]
    site = shown if shown is not None else old
    if isinstance(new, ast.expr | ast.stmt) and not hasattr(new, "lineno"):
        ast.fix_missing_locations(ast.copy_location(new, site))

    def put(value: object) -> None:
        if isinstance(owner, list):
            owner[key] = value  # type: ignore[index,call-overload]
        else:
            setattr(owner, key, value)  # type: ignore[arg-type]

    def describe() -> str:
        before = ast.unparse(site)
        if what is not None:
            return f"{_short(before)} → {what}"
        put(new)
        after = ast.unparse(site)
        put(old)
        return f"{_short(before)} → {_short(after if after != before else ast.unparse(new))}"

    return _made(site, place, describe, lambda: put(new), lambda: put(old))


def _made(
    site: ast.AST,
    place: _Place,
    describe: Callable[[], str],
    apply: Callable[[], None],
    undo: Callable[[], None],
) -> Mutant:
    line, column = site.lineno, site.col_offset  # type: ignore[attr-defined]
    return Mutant(line, column, place.first, place.last, place.function, describe, apply, undo)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 90 else f"{text[:60]} … {text[-27:]}"

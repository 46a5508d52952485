"""Checking an exported ledger without the system that made it.

An export is one entry a line, the canonical bytes of each. What is checked, in this order:

1. every line is one JSON object in UTF-8, without a repeated key, ended by a newline
2. its bytes are the canonical ones (RFC 8785, integers below 2**53 only): there is one way to write it
3. its `index` is its place, from 0, so that nothing is missing, doubled or swapped
4. its leaf hash is SHA-256(0x00 ‖ bytes) (RFC 6962)
5. the tree grows by that leaf
6. the root at the end is the expected one, where the caller has one

Steps 1 to 3 name the first bad line. A line that was changed and written canonically passes them;
only step 6 finds it, so a caller without a root from elsewhere has checked the form, not the truth.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shoutu.errors import BadInput, Text, VerificationFailed, Where
from shoutu.proof import tree
from shoutu.proof.canonical import canonical


@dataclass(frozen=True)
class Checked:
    """How many entries were read, and the root over them. `roots` are those at the sizes asked for."""

    size: int
    root: bytes
    roots: dict[int, bytes]


def check(
    lines: Iterable[bytes], *, root: bytes | None = None, sizes: Iterable[int] = (), file: str | None = None
) -> Checked:
    """Check the lines of an export; VerificationFailed names the first bad one.

    root   the expected root over all lines
    sizes  sizes at which the caller also wants the root, to compare with checkpoints
    file   the name to say in messages
    """
    wanted = set(sizes)
    roots: dict[int, bytes] = {0: tree.EMPTY_ROOT} if 0 in wanted else {}
    frontier: list[bytes] = []
    size = 0
    for body in bodies(lines, file):
        frontier = tree.append(frontier, size, tree.leaf_hash(body))  # 4, 5
        size += 1
        if size in wanted:
            roots[size] = tree.root_of(frontier)
    found = tree.root_of(frontier)
    if root is not None and found != root:  # 6
        raise VerificationFailed(
            Text(
                "树根不符：台账内容与公布的不是同一份。",
                "The root differs: these are not the entries published.",
            ),
            where=Where(file=file),
            found=f"{found.hex()}, {size} entries",
            remedy=Text(
                f"应为 {root.hex()}。核对条数，或用更早的检查点找出改动的范围。",
                f"Expected {root.hex()}. Check the number of entries; earlier checkpoints narrow it down.",
            ),
        )
    return Checked(size, found, roots)


def bodies(lines: Iterable[bytes], file: str | None = None) -> Iterator[bytes]:
    """The canonical bytes of each entry, after steps 1 to 3."""
    for index, line in enumerate(lines):
        where = Where(file=file, row=index + 1)
        if not line.endswith(b"\n"):
            raise _bad(index, where, Text("最后一行不完整", "the last line is cut off"))
        body = line[:-1]
        entry = parse(body, index, where)  # 1
        check_entry(entry, body, index, where)  # 2, 3
        yield body


def parse(body: bytes, index: int, where: Where) -> dict[str, Any]:
    """Step 1 for one entry."""
    try:
        entry = json.loads(body.decode("utf-8"), object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise _bad(index, where, Text("不是一个 JSON 对象", "is not one JSON object")) from error
    if not isinstance(entry, dict):
        raise _bad(index, where, Text("不是一个 JSON 对象", "is not one JSON object"))
    return entry


def check_entry(entry: dict[str, Any], body: bytes, index: int, where: Where) -> None:
    """Steps 2 and 3 for one entry."""
    try:
        expected = canonical(entry)  # 2
    except BadInput as error:
        raise _bad(index, where, Text("含有不允许的数", "holds a number that is not allowed")) from error
    if expected != body:
        raise _bad(index, where, Text("不是规范写法", "is not in canonical form"))
    if entry.get("index") != index or isinstance(entry["index"], bool):  # 3
        raise _bad(
            index,
            where,
            Text(f"序号是 {entry.get('index')!r}", f"has the index {entry.get('index')!r}"),
        )


def check_file(path: Path, *, root: bytes | None = None, sizes: Iterable[int] = ()) -> Checked:
    """`check` for a file. BadInput where it cannot be read."""
    try:
        with path.open("rb") as lines:
            return check(lines, root=root, sizes=sizes, file=str(path))
    except OSError as error:
        raise BadInput(
            Text("读不了这个文件。", "This file cannot be read."),
            where=Where(file=str(path)),
            found=error.strerror,
            remedy=Text("核对路径和权限。", "Check the path and its permissions."),
        ) from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entry = dict(pairs)
    if len(entry) != len(pairs):
        raise ValueError("a key is repeated")
    return entry


def _bad(index: int, where: Where, why: Text) -> VerificationFailed:
    return VerificationFailed(
        Text(f"第 {index} 条{why.zh}。", f"Entry {index} {why.en}."),
        where=where,
        remedy=Text(
            "此条及其后的内容不可信；向发布者要原件。",
            "Trust neither this entry nor what follows; ask the publisher for the original.",
        ),
    )

"""Recomputing the whole record from its bytes.

1. every body passes steps 1 to 3 of `proof.package`: one object, canonical, its index is its place
2. its leaf hash is the one in the row
3. the other columns say what the body says
4. the head has that size and that frontier
5. every sealed text opens its commitment; one that is gone was erased by an act that names it
6. every published checkpoint has our signature and is the root at its size, likewise the one that
   the caller brings from outside

What is rewritten from some entry on, head and checkpoints included, passes here: only step 6 with a
note from outside finds it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shoutu import clocks
from shoutu.errors import Text, VerificationFailed, Where
from shoutu.platform.ledger import checkpoints
from shoutu.platform.ledger.models import Checkpoint, Entry, Head, Sealed
from shoutu.platform.ledger.queries import STRIDE, sealed_in
from shoutu.proof import checkpoint, package, tree


@dataclass(frozen=True)
class Verified:
    """What was found in order: entries, their root, how many checkpoints compared, texts erased."""

    size: int
    root: bytes
    checkpoints: int
    sealed: int
    erased: int


@dataclass
class _Walk:
    """What is gathered on the way through the entries."""

    frontier: list[bytes] = field(default_factory=list)
    roots: dict[int, bytes] = field(default_factory=dict)
    seals: dict[str, int] = field(default_factory=dict)
    """Commitment → the entry that made it."""
    destroyed: set[str] = field(default_factory=set)


def verify(outside: str | None = None) -> Verified:
    """Check everything; VerificationFailed names the first bad entry.

    outside  a checkpoint (signed note) kept elsewhere
    """
    head = Head.objects.get(id=1)
    published = list(Checkpoint.objects.order_by("size"))
    notes = [(row.size, row.note) for row in published]
    if outside is not None:
        notes.append((checkpoint.verify(outside, checkpoints.signer().verifier_key()).size, outside))
    walk = _Walk()
    wanted = {size for size, _ in notes}
    size = 0
    for index, row in enumerate(_rows(head.size)):
        _check_row(index, row, walk)
        size = index + 1
        if index + 1 in wanted:
            walk.roots[index + 1] = tree.root_of(walk.frontier)
    walk.roots[0] = tree.EMPTY_ROOT
    if size < head.size:
        raise _bad(size, Text("缺失", "is missing"))
    _check_end(head, walk)
    erased = _check_seals(walk)
    for copy in published:
        _check_columns(copy)
    _check_checkpoints(sorted(notes), head.size, walk)
    return Verified(head.size, tree.root_of(walk.frontier), len(notes), len(walk.seals) - erased, erased)


def _rows(size: int) -> Iterator[Entry]:
    for start in range(0, size, STRIDE):
        yield from Entry.objects.filter(index__gte=start, index__lt=min(start + STRIDE, size)).order_by(
            "index"
        )


def _check_row(index: int, row: Entry, walk: _Walk) -> None:
    if row.index != index:
        raise _bad(index, Text("缺失", "is missing"))
    body = bytes(row.body)
    entry = package.parse(body, index, Where())
    package.check_entry(entry, body, index, Where())  # 1
    leaf = tree.leaf_hash(body)
    if leaf.hex() != row.leaf_hash:  # 2
        raise _bad(index, Text("内容与散列不符", "does not have its leaf hash"))
    for name, stated in _columns(row).items():  # 3
        if entry.get(name) != stated:
            raise _bad(index, Text(f"的列 {name} 与内容不符", f"differs from its column {name}"))
    walk.frontier = tree.append(walk.frontier, index, leaf)
    for seal in sealed_in(entry["facts"]):
        walk.seals.setdefault(seal, index)
    if entry["act"] == "person.erase":
        walk.destroyed |= set(entry["facts"]["destroyed"])


def _columns(row: Entry) -> dict[str, Any]:
    moment: datetime = row.recorded_at.astimezone(clocks.SHANGHAI)
    return {
        "act": row.act,
        "subject": row.subject,
        "region": row.region,
        "time": moment.isoformat(timespec="milliseconds"),
    }


def _check_end(head: Head, walk: _Walk) -> None:
    if head.frontier != " ".join(node.hex() for node in walk.frontier):  # 4
        raise _bad(
            0, Text("起有改动：树首与各条不符", "or a later one was rewritten: the head has another tree")
        )
    beyond = Entry.objects.filter(index__gte=head.size).exists()
    if beyond and Head.objects.get(id=1).size == head.size:
        raise _bad(head.size, Text("不在树中", "is not in the tree"))


def _check_seals(walk: _Walk) -> int:
    """How many sealed texts were erased by an act."""
    held = set()
    for row in Sealed.objects.iterator(STRIDE):
        held.add(row.commitment)
        found = hashlib.sha256(bytes.fromhex(row.salt) + row.text.encode()).hexdigest()
        if found != row.commitment:  # 5
            index = walk.seals.get(row.commitment, -1)
            raise _bad(index, Text("所封文字被改", "seals a text that was changed"))
    lost = [(index, seal) for seal, index in walk.seals.items() if seal not in held | walk.destroyed]
    if lost:
        raise _bad(min(lost)[0], Text("所封文字遗失", "seals a text that is lost"))
    return len(walk.seals.keys() - held)


def _check_columns(row: Checkpoint) -> None:
    stated = checkpoint.verify(row.note, checkpoints.signer().verifier_key())
    if (stated.size, stated.root.hex()) != (row.size, row.root):
        raise _bad(
            row.size, Text("处的检查点与其签名文不符", "has a checkpoint that its note does not state")
        )


def _check_checkpoints(notes: list[tuple[int, str]], size: int, walk: _Walk) -> None:
    good = 0
    for stated_size, note in notes:  # 6
        stated = checkpoint.verify(note, checkpoints.signer().verifier_key())
        if stated_size > size:
            raise _bad(
                size,
                Text(
                    f"起被截去：检查点有 {stated_size} 条",
                    f"is missing: a checkpoint counts {stated_size} entries",
                ),
            )
        if walk.roots[stated_size] != stated.root:
            raise _bad(
                good,
                Text(
                    f"至第 {stated_size - 1} 条之间有改动：与检查点不符",
                    f"to {stated_size - 1}: something there was rewritten; a checkpoint has another root",
                ),
            )
        good = stated_size


def _bad(index: int, why: Text) -> VerificationFailed:
    return VerificationFailed(
        Text(f"第 {index} 条{why.zh}。", f"Entry {index} {why.en}."),
        remedy=Text(
            "停止写入，保全现场，用备份和外存检查点查明改动。",
            "Stop writing, keep everything as it is, and compare with backups and checkpoints kept outside.",
        ),
    )

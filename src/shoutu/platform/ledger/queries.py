"""Reading the record: entries, one matter's history, roots and proofs."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from shoutu.errors import BadInput, NotFound, Text
from shoutu.platform.doors import Actor
from shoutu.platform.ledger.models import Checkpoint, Entry, Head, Sealed
from shoutu.proof import tree

STRIDE = 2000


@dataclass(frozen=True)
class EntryRow:
    """An entry as pages show it. `facts` has sealed texts opened, or None where they were erased."""

    index: int
    time: datetime
    act: str
    clause: str
    person: str
    term: str
    role: str
    region: str
    subject: str
    facts: dict[str, Any]
    leaf_hash: str


@dataclass(frozen=True)
class TreeHead:
    """How many entries, and the root over them."""

    size: int
    root: bytes


@dataclass(frozen=True)
class Inclusion:
    """RFC 6962 §2.1.1: that a leaf lies in the tree of this root."""

    leaf_index: int
    tree_size: int
    leaf_hash: bytes
    path: list[bytes]
    root: bytes


@dataclass(frozen=True)
class Consistency:
    """RFC 6962 §2.1.2: that the later tree continues the earlier one."""

    earlier: int
    later: int
    root_earlier: bytes
    root_later: bytes
    path: list[bytes]


def head() -> TreeHead:
    row = Head.objects.get(id=1)
    return TreeHead(row.size, tree.root_of([bytes.fromhex(part) for part in row.frontier.split()]))


def bodies(size: int | None = None) -> Iterator[bytes]:
    """The canonical bytes of the first `size` entries (all that the head counts), in order.

    Read in strides by index, so that no cursor stays open over a long export.
    """
    size = Head.objects.get(id=1).size if size is None else size
    for start in range(0, size, STRIDE):
        window = Entry.objects.filter(index__gte=start, index__lt=min(start + STRIDE, size))
        for body in window.order_by("index").values_list("body", flat=True):
            yield bytes(body)


def leaves(size: int | None = None) -> list[bytes]:
    """The leaf hashes of the first `size` entries. NotFound where there are fewer."""
    held = Head.objects.get(id=1).size
    size = held if size is None else size
    if size > held:
        raise _beyond(size, held)
    hashes = Entry.objects.filter(index__lt=size).order_by("index").values_list("leaf_hash", flat=True)
    return [bytes.fromhex(text) for text in hashes]


def inclusion(index: int, size: int | None = None) -> Inclusion:
    """That entry `index` lies in the tree of the first `size` entries (all of them)."""
    hashes = leaves(size)
    if not 0 <= index < len(hashes):
        raise _beyond(index, len(hashes))
    return Inclusion(index, len(hashes), hashes[index], tree.inclusion_path(hashes, index), tree.root(hashes))


def consistency(earlier: int, later: int) -> Consistency:
    """That the tree of `later` entries continues the tree of `earlier` ones."""
    if not 0 <= earlier <= later:
        raise BadInput(
            Text("起点应不大于终点。", "--from must not be greater than --to."),
            found=f"{earlier} > {later}",
            remedy=Text("交换两个数。", "Swap the two numbers."),
        )
    hashes = leaves(later)
    path = tree.consistency_path(hashes, earlier)
    return Consistency(earlier, later, tree.root(hashes[:earlier]), tree.root(hashes), path)


def history(actor: Actor | None, subject: str) -> list[EntryRow]:
    """All entries about one matter that the actor may see, the oldest first."""
    return rows(Entry.objects.seen_by(actor).filter(subject=subject).order_by("index"))


def entries(
    actor: Actor | None, *, act: str = "", subject: str = "", since: int = 0, limit: int = 50
) -> list[EntryRow]:
    """The newest entries first, narrowed; `since` rows are skipped."""
    found = _narrowed(actor, act, subject).order_by("-index")
    return rows(found[since : since + limit])


def count(actor: Actor | None, *, act: str = "", subject: str = "") -> int:
    return _narrowed(actor, act, subject).count()


def entry(actor: Actor | None, index: int) -> EntryRow:
    """One entry; NotFound where it is absent or not for this reader."""
    found = rows(Entry.objects.seen_by(actor).filter(index=index))
    if not found:
        raise NotFound(Text("没有这条记录。", "There is no such entry."), found=index)
    return found[0]


def last_checkpoint() -> str | None:
    """The signed note that was published last."""
    row = Checkpoint.objects.order_by("-size").first()
    return None if row is None else row.note


def _narrowed(actor: Actor | None, act: str, subject: str) -> QuerySet[Entry]:
    found = Entry.objects.seen_by(actor)
    if act:
        found = found.filter(act=act)
    return found.filter(subject=subject) if subject else found


def rows(found: QuerySet[Entry]) -> list[EntryRow]:
    """Entries with their sealed texts opened."""
    read = [(row.leaf_hash, json.loads(bytes(row.body))) for row in found]
    opened = _opened({seal for _, body in read for seal in sealed_in(body["facts"])})
    return [
        EntryRow(
            index=body["index"],
            time=datetime.fromisoformat(body["time"]),
            act=body["act"],
            clause=body["clause"],
            person=body["person"],
            term=body["term"],
            role=body["role"],
            region=body["region"],
            subject=body["subject"],
            facts=_open(body["facts"], opened),
            leaf_hash=leaf_hash,
        )
        for leaf_hash, body in read
    ]


def sealed_in(value: object) -> set[str]:
    """Every commitment in an entry's facts."""
    if isinstance(value, dict):
        if (seal := _seal(value)) is not None:
            return {seal}
        return set().union(*map(sealed_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(sealed_in, value))
    return set()


def _seal(value: dict[str, Any]) -> str | None:
    seal = value.get("sealed")
    return seal if len(value) == 1 and isinstance(seal, str) else None


def _opened(seals: Collection[str]) -> dict[str, str]:
    return dict(Sealed.objects.filter(commitment__in=seals).values_list("commitment", "text"))


def _open(value: Any, opened: dict[str, str]) -> Any:
    if isinstance(value, dict):
        if (seal := _seal(value)) is not None:
            return opened.get(seal)
        return {key: _open(inner, opened) for key, inner in value.items()}
    if isinstance(value, list):
        return [_open(inner, opened) for inner in value]
    return value


def _beyond(found: int, held: int) -> NotFound:
    return NotFound(
        Text(f"台账只有 {held} 条。", f"The ledger has {held} entries."),
        found=found,
        remedy=Text("序号从 0 起。", "Indices count from 0."),
    )

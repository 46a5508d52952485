"""Appending to the record. Only `acts` calls `append`, as the last statement before commit."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shoutu.platform.doors import Actor
from shoutu.platform.ledger.models import Entry, Head, RequestKey, Sealed
from shoutu.platform.ledger.queries import sealed_in
from shoutu.proof import tree
from shoutu.proof.canonical import canonical


@dataclass(frozen=True)
class Statement:
    """What an act says to the record. `time` is aware; it is written with its own offset."""

    act: str
    clause: str
    actor: Actor
    region: str
    subject: str
    facts: Mapping[str, Any]
    time: datetime


@dataclass(frozen=True)
class Receipt:
    """Where an entry lies: its index, its leaf hash (hex) and its subject."""

    leaf_index: int
    leaf_hash: str
    subject: str


def append(statement: Statement, *, once: tuple[str, str, str] | None = None) -> Receipt:
    """Write the entry and move the head. `once` is (caller, key, digest of the request)."""
    head = Head.objects.select_for_update().get(id=1)
    frontier = [bytes.fromhex(part) for part in head.frontier.split()]
    body = canonical(_entry(head.size, statement))
    leaf = tree.leaf_hash(body)
    entry = Entry(
        index=head.size,
        body=body,
        leaf_hash=leaf.hex(),
        act=statement.act,
        subject=statement.subject,
        region=statement.region,
        recorded_at=statement.time,
    )
    entry.save(force_insert=True)
    if once is not None:
        caller, key, digest = once
        RequestKey.objects.create(caller=caller, key=key, digest=digest, entry=entry, used_at=statement.time)
    head.frontier = " ".join(node.hex() for node in tree.append(frontier, head.size, leaf))
    head.size += 1
    head.save(update_fields=("size", "frontier"))
    return Receipt(entry.index, entry.leaf_hash, entry.subject)


def _entry(index: int, statement: Statement) -> dict[str, Any]:
    return {
        "index": index,
        "time": statement.time.isoformat(timespec="milliseconds"),
        "act": statement.act,
        "clause": statement.clause,
        "person": statement.actor.person,
        "term": statement.actor.term,
        "role": str(statement.actor.role),
        "region": statement.region,
        "subject": statement.subject,
        "facts": dict(statement.facts),
    }


def repeated(caller: str, key: str) -> tuple[Receipt, str] | None:
    """The receipt and request digest of an earlier request with this key, if there was one."""
    row = RequestKey.objects.select_related("entry").filter(caller=caller, key=key).first()
    if row is None:
        return None
    return Receipt(row.entry.index, row.entry.leaf_hash, row.entry.subject), row.digest


def seal(text: str) -> dict[str, str]:
    """A salted commitment to `text` for an entry's facts. Call it inside an act.

    commitment = SHA-256(salt ‖ UTF-8 text), salt 32 random bytes kept beside the record.
    """
    salt = secrets.token_bytes(32)
    commitment = hashlib.sha256(salt + text.encode()).hexdigest()
    Sealed.objects.create(commitment=commitment, salt=salt.hex(), text=text)
    return {"sealed": commitment}


def destroy_seals(subject: str) -> list[str]:
    """Delete the salts and texts behind every commitment in the entries of `subject`.

    Returns the commitments destroyed; the act's facts list them, so that `verify` tells a text that
    was erased from one that was lost.
    """
    commitments: set[str] = set()
    for body in Entry.objects.filter(subject=subject).values_list("body", flat=True):
        commitments |= sealed_in(json.loads(bytes(body))["facts"])
    held = sorted(Sealed.objects.filter(commitment__in=commitments).values_list("commitment", flat=True))
    Sealed.objects.filter(commitment__in=held).delete()
    return held

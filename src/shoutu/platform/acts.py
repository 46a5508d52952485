"""Every write passes here: door, transaction, clause and ledger entry are one thing.

An act is a decorated plain function `(actor, input) -> Recorded`. The wrapper opens one
transaction, asks the door, runs the body and appends the ledger entry as the last statement
before commit. Acts do not nest. Outside an act the database refuses INSERT, UPDATE and DELETE
(see `guard`), save for bookkeeping tables.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from django.db import IntegrityError, transaction
from django.db.backends.signals import connection_created

from shoutu import clocks
from shoutu.errors import BadInput, Refused, Text
from shoutu.platform import doors, space
from shoutu.platform.doors import Actor
from shoutu.platform.ledger import services as ledger

T = TypeVar("T")
I_contra = TypeVar("I_contra", contravariant=True)
Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]

BOOKKEEPING = frozenset(
    {
        "django_session",
        "django_migrations",
        "axes_accessattempt",
        "axes_accessattemptexpiration",
        "axes_accessfailurelog",
        "axes_accesslog",
        "django_tasks_database_dbtaskresult",
        "outbox_message",
        "outbox_heartbeat",
        "outbox_progress",
        "ledger_checkpoint",
        "accounts_keyuse",
        "discovery_draft",
    }
)
"""Tables that may be written outside an act: none of them states a fact of the order."""


@dataclass(frozen=True)
class Recorded(Generic[T]):
    """What the body of an act returns.

    subject  what the entry is about, as `kind:id`; one matter's history is its entries
    facts    what the ledger keeps: text, integers, lists, objects; personal data only `sealed`
    """

    value: T
    subject: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Done(Generic[T]):
    """What the caller of an act receives: its value and the receipt of its entry."""

    value: T
    receipt: ledger.Receipt


@dataclass(frozen=True)
class Once:
    """Makes a repeated request the same request (RFC draft Idempotency-Key).

    caller  who sent it (person or key id), key  what they chose, digest  SHA-256 of the request
    """

    caller: str
    key: str
    digest: str


class Act(Protocol[I_contra, T]):
    def __call__(self, actor: Actor, data: I_contra, *, once: Once | None = None) -> Done[T]: ...


@dataclass(frozen=True)
class Declared:
    """An act's line in the list of all acts, which feeds coverage, door tests and reference."""

    name: str
    clause: str
    path: str


REGISTER: dict[str, Declared] = {}

_current: ContextVar[str | None] = ContextVar("shoutu_act", default=None)
_unguarded: ContextVar[str | None] = ContextVar("shoutu_unguarded", default=None)


def act(
    name: str, *, clause: str, region: Callable[[Any], str]
) -> Callable[[Callable[[Actor, Any], Recorded[T]]], Act[Any, T]]:
    """Declare an act.

    name    also the verb of its door
    clause  id of CLAUSES.md that it carries
    region  from the input, the code of the region whose door is asked
    """

    def declare(body: Callable[[Actor, Any], Recorded[T]]) -> Act[Any, T]:
        if name in REGISTER:
            raise RuntimeError(f"two acts are named {name}")
        if name not in doors.DOORS:
            raise RuntimeError(f"the act {name} has no door")
        REGISTER[name] = Declared(name, clause, f"{body.__module__}.{body.__qualname__}")

        @functools.wraps(body)
        def perform(actor: Actor, data: Any, *, once: Once | None = None) -> Done[T]:
            if _current.get() is not None:
                raise RuntimeError(f"{name} was called inside {_current.get()}: acts do not nest")
            try:
                return attempt(actor, data, once)
            except (IntegrityError, Refused):
                # Two equal requests at once: the slower one finds its key taken, or the state moved,
                # by its own twin. It is answered as a repetition; anything else flies on.
                if once is None or (earlier := _earlier(once)) is None:
                    raise
                doors.require(actor, name, region(data))
                return Done(None, earlier)  # type: ignore[arg-type]

        def attempt(actor: Actor, data: Any, once: Once | None) -> Done[T]:
            with space.told(), transaction.atomic():
                token = _current.set(name)
                try:
                    doors.require(actor, name, region(data))
                    if once is not None and (earlier := _earlier(once)) is not None:
                        return Done(None, earlier)  # type: ignore[arg-type]
                    recorded = body(actor, data)
                    receipt = ledger.append(
                        ledger.Statement(
                            act=name,
                            clause=clause,
                            actor=actor,
                            region=region(data),
                            subject=recorded.subject,
                            facts=recorded.facts,
                            time=clocks.now(),
                        ),
                        once=None if once is None else (once.caller, once.key, once.digest),
                    )
                finally:
                    _current.reset(token)
            return Done(recorded.value, receipt)

        return perform

    return declare


def _earlier(once: Once) -> ledger.Receipt | None:
    known = ledger.repeated(once.caller, once.key)
    if known is None:
        return None
    receipt, digest = known
    if digest != once.digest:
        raise BadInput(
            Text(
                "同一个 Idempotency-Key 用于另一个请求。",
                "This Idempotency-Key was used for another request.",
            ),
            found=once.key,
            remedy=Text("换一个新的键再发。", "Send it again with a new key."),
        )
    return receipt


def require_other_person(actor: Actor, earlier: str, *, what: Text) -> None:
    """Two persons means two natural persons, whatever their posts (clause 5.7)."""
    if actor.person == earlier:
        raise Refused(
            what,
            remedy=Text("请由另一人办理。", "Another natural person must do this."),
        )


@contextmanager
def unsafe_writes(reason: str) -> Iterator[None]:
    """Let writes pass without an act: migrations, restoring a backup, tests that forge a record."""
    token = _unguarded.set(reason)
    try:
        yield
    finally:
        _unguarded.reset(token)


class WriteOutsideAct(RuntimeError):
    """A statement tried to change a record without an act: a fault in our code."""


_WRITE = re.compile(
    r'^\s*(INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+["`]?(\w+)', re.I
)


def guard(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    """A cursor wrapper (Django's execute_wrapper) on every connection."""
    found = _WRITE.match(str(sql))
    if (
        found
        and found.group(2).lower() not in BOOKKEEPING
        and _current.get() is None
        and _unguarded.get() is None
    ):
        raise WriteOutsideAct(f"{found.group(1).upper()} {found.group(2)} outside an act")
    return execute(sql, params, many, context)


def watch_connections() -> None:
    """Put `guard` on every connection that is opened from now on, in tests and in the running server."""

    def watch(connection: Any, **_: object) -> None:
        if guard not in connection.execute_wrappers:
            connection.execute_wrappers.append(guard)

    connection_created.connect(watch, weak=False, dispatch_uid="shoutu.acts.guard")

"""Pages of the ledger 台账: the list, one matter's history with proof, and the check of the whole.

Stands above the apps, for it names people and regions, which the ledger itself does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from shoutu.errors import Language, NotFound, Text
from shoutu.platform import doors
from shoutu.platform.accounts import queries as accounts
from shoutu.platform.doors import Actor
from shoutu.platform.enforcement import queries as enforcement
from shoutu.platform.enforcement.reasons import reasons
from shoutu.platform.ledger import queries as ledger
from shoutu.platform.ledger.queries import EntryRow
from shoutu.platform.ledger.verify import verify as verify_whole
from shoutu.platform.territory import queries as territory
from shoutu.platform.web.figures import UNKNOWN
from shoutu.platform.web.pages import page_of
from shoutu.platform.web.words import ACTS, act_word, fact_words, subject_words, value_words
from shoutu.proof import tree


@dataclass(frozen=True)
class Shown:
    """An entry in words. `facts` are (path, value); a text that was erased reads as not known."""

    index: int
    at: datetime
    act: str
    subject: str
    matter: str
    who: str
    post: str
    region: str
    leaf: str
    facts: tuple[tuple[str, str], ...]


def _reader(request: HttpRequest) -> Actor:
    actor: Actor | None = getattr(request, "actor", None)
    doors.require(actor, "see.ledger", actor.region if actor else "")
    assert actor is not None
    return actor


def _shown(rows: Iterable[EntryRow]) -> list[Shown]:
    found = list(rows)
    held = accounts.held_by_id({row.term for row in found})
    places = territory.names()
    coded = {**places, **_coded(found)}
    return [
        Shown(
            index=row.index,
            at=row.time,
            act=act_word(row.act),
            subject=row.subject,
            matter=subject_words(row.subject, places),
            who=held[row.term].name if row.term in held else gettext("系统"),
            post=held[row.term].title if row.term in held else "",
            region=places.get(row.region, row.region),
            leaf=row.leaf_hash,
            facts=tuple((fact_words(name), value) for name, value in _facts(row.facts, coded)),
        )
        for row in found
    ]


def _coded(rows: Iterable[EntryRow]) -> dict[str, str]:
    """Words of the categories and reasons that these entries may name."""
    language: Language = "en" if get_language() == "en" else "zh"
    words = {code: text.to(language) for code, text in reasons().items()}
    for year in {row.time.year for row in rows}:
        for code, category in enforcement.categories(year).categories.items():
            words[code] = category.name.to(language)
    return words


def _facts(value: Any, coded: Mapping[str, str], name: str = "") -> Iterator[tuple[str, str]]:
    """Each fact by its path, one line each; `coded` are words for values."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _facts(inner, coded, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and any(isinstance(inner, Mapping | list) for inner in value):
        for position, inner in enumerate(value, 1):
            yield from _facts(inner, coded, f"{name}.{position}")
    elif isinstance(value, list):
        yield name, "、".join(value_words(name, str(inner), coded) for inner in value) or gettext("无")
    else:
        yield name, UNKNOWN if value is None else value_words(name, str(value), coded)


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """The entries that the reader sees, the latest first."""
    actor = _reader(request)
    act, subject = request.GET.get("act", ""), request.GET.get("q", "").strip()

    def read(start: int, end: int) -> list[Shown]:
        return _shown(ledger.entries(actor, act=act, subject=subject, since=start, limit=end - start))

    context = {
        "word": "ledger",
        "page": page_of(request, ledger.count(actor, act=act, subject=subject), read),
        "acts": list(ACTS.items()),
        "act": act,
        "q": subject,
    }
    return render(request, "web/ledger.html", context)


@require_safe
def matter(request: HttpRequest, subject: str) -> HttpResponse:
    """Everything that was recorded of one matter, the latest first."""
    rows = _shown(reversed(ledger.history(_reader(request), subject)))
    if not rows:
        raise NotFound(Text("台账没有这件事。", "The record knows no such matter."), found=subject)
    context = {"word": "ledger", "rows": rows, "matter": rows[0].matter}
    return render(request, "web/matter.html", context)


@require_safe
def entry(request: HttpRequest, number: str) -> HttpResponse:
    """One entry and the proof that it lies in the tree."""
    actor = _reader(request)
    index = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else -1
    row = _shown([ledger.entry(actor, index)])[0]
    proof = ledger.inclusion(index)
    kept = ledger.head()
    context = {
        "word": "ledger",
        "row": row,
        "size": proof.tree_size,
        "leaf": proof.leaf_hash.hex(),
        "path": [node.hex() for node in proof.path],
        "root": kept.root.hex(),
        "holds": tree.verify_inclusion(proof.leaf_hash, index, kept.size, proof.path, kept.root),
    }
    return render(request, "web/entry.html", context)


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Compute the whole record anew; a fault flies as VerificationFailed and names the entry."""
    _reader(request)
    found = verify_whole()
    return render(request, "web/verify.html", {"word": "ledger", "found": found, "root": found.root.hex()})

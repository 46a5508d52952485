"""The page of people and posts: who holds what, from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shoutu import clocks
from shoutu.platform import doors
from shoutu.platform.accounts import administration, queries
from shoutu.platform.accounts.queries import Held, PersonRow
from shoutu.platform.doors import Actor
from shoutu.platform.web.pages import page_of
from shoutu.platform.web.words import ROLES


@dataclass(frozen=True)
class Line:
    """A person as listed: the terms that run first, the earlier ones counted."""

    person: PersonRow
    running: tuple[Held, ...]
    earlier: tuple[Held, ...]


def _line(person: PersonRow, day: date) -> Line:
    running = tuple(term for term in person.terms if term.runs_on(day))
    return Line(person, running, tuple(term for term in person.terms if term not in running))


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """People with a post in the reader's region, by name; filtered by role and by text."""
    actor: Actor | None = getattr(request, "actor", None)
    doors.require(actor, "see.people", actor.region if actor else "")
    role, text = request.GET.get("role", ""), request.GET.get("q", "").strip()
    lines = [_line(person, clocks.today()) for person in queries.people(actor)]
    wanted = [line for line in lines if _fits(line, role, text)]
    context = {
        "word": "people",
        "page": page_of(request, len(wanted), lambda start, end: wanted[start:end]),
        "everybody": len(lines),
        "roles": [(str(key), word) for key, word in ROLES.items()],
        "role": role,
        "q": text,
        "may_act": administration.may_any(actor),
    }
    return render(request, "accounts/people.html", context)


def _fits(line: Line, role: str, text: str) -> bool:
    if role and role not in {str(term.role) for term in line.running}:
        return False
    said = (line.person.name, *(f"{term.unit} {term.title} {term.region_name}" for term in line.running))
    return not text or any(text in words for words in said)

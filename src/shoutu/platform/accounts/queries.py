"""Who holds what: typed rows for pages and other apps."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from shoutu import clocks
from shoutu.errors import NotFound, Text, Where
from shoutu.platform.accounts import logins, places
from shoutu.platform.accounts.models import Key, Person, Post, Term
from shoutu.platform.doors import Actor, Role, covers, is_city, may


@dataclass(frozen=True)
class Held:
    """A post as somebody holds or held it. `region_name` is the region in words, `ends` the last day."""

    id: str
    person: str
    name: str
    certificate: str
    post: str
    title: str
    unit: str
    role: Role
    region: str
    region_name: str
    starts: date
    ends: date | None

    def runs_on(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or self.ends >= day)


@dataclass(frozen=True)
class PersonRow:
    """A person with the terms that the reader may see, the newest first."""

    id: str
    login: str
    name: str
    certificate: str
    active: bool
    temporary: bool
    terms: tuple[Held, ...]


@dataclass(frozen=True)
class PostRow:
    id: str
    title: str
    unit: str
    role: Role
    region: str
    region_name: str
    holders: tuple[str, ...]
    """Names of those in office."""


@dataclass(frozen=True)
class KeyRow:
    """A key without its token. `last_used` is a day, None where it never was."""

    id: str
    label: str
    hint: str
    holder: str
    scopes: tuple[str, ...]
    region: str
    expires: date
    revoked: bool
    last_used: date | None


def people(actor: Actor | None) -> list[PersonRow]:
    """Those with a post in the actor's region; the city's administrators also see those without one."""
    terms = Term.objects.seen_by(actor).select_related("person", "post").order_by("-starts", "id")
    held: dict[str, list[Held]] = {}
    for term in _held(terms):
        held.setdefault(term.person, []).append(term)
    persons = Person.objects.filter(erased_at=None)
    if not _sees_everybody(actor):
        persons = persons.filter(id__in=held)
    return [
        PersonRow(
            id=person.id,
            login=person.login,
            name=person.name,
            certificate=person.certificate,
            active=person.is_active,
            temporary=person.temporary,
            terms=tuple(held.get(person.id, ())),
        )
        for person in persons.order_by("name", "id")
    ]


def _sees_everybody(actor: Actor | None) -> bool:
    return actor is not None and is_city(actor.region) and may(actor, "see.people", actor.region)


def posts(actor: Actor | None) -> list[PostRow]:
    """The posts in the actor's region, with who is in office."""
    if actor is None or not may(actor, "see.people", actor.region):
        return []
    rows = [
        post for post in Post.objects.order_by("region", "role", "title") if covers(actor.region, post.region)
    ]
    holders: dict[str, list[str]] = {}
    for term in Term.objects.seen_by(actor).on(clocks.today()).select_related("person"):
        holders.setdefault(term.post_id, []).append(term.person.name)
    named = places.names_of({post.region for post in rows})
    return [
        PostRow(
            id=post.id,
            title=post.title,
            unit=post.unit,
            role=Role(post.role),
            region=post.region,
            region_name=named[post.region],
            holders=tuple(holders.get(post.id, ())),
        )
        for post in rows
    ]


def keys(actor: Actor | None) -> list[KeyRow]:
    """Departments' keys, for those who may issue them."""
    if actor is None or not may(actor, "key.issue", actor.region):
        return []
    rows = Key.objects.select_related("term__person", "use").order_by("-issued_at")
    return [
        KeyRow(
            id=key.id,
            label=key.label,
            hint=key.hint,
            holder=key.term.person.name,
            scopes=tuple(key.scopes),
            region=key.region,
            expires=key.expires,
            revoked=key.revoked_at is not None,
            last_used=key.use.last_used if hasattr(key, "use") else None,
        )
        for key in rows
        if covers(actor.region, key.region)
    ]


def terms_of(person: str, day: date | None = None) -> list[Held]:
    """The posts that a person holds on `day` (today), the oldest first."""
    running = Term.objects.on(day or clocks.today()).filter(person_id=person)
    return _held(running.select_related("person", "post").order_by("starts", "id"))


def acting(login: str) -> Actor:
    """Who acts where a command says `--as LOGIN`: the person in the oldest post that runs today.

    Whoever may start commands on the data directory may act as anybody in it; the record says as whom.
    """
    running = Term.objects.on(clocks.today()).filter(person__login=logins.normal(login))
    term = running.select_related("post").order_by("starts", "id").first()
    if term is None:
        raise NotFound(
            Text("没有这个在任的人。", "Nobody in office has this login."),
            where=Where(field="--as"),
            found=login,
            remedy=Text("用人员页上的用户名。", "Use a login of the people page."),
        )
    return Actor(term.person_id, term.id, Role(term.post.role), term.post.region)


def person_of(login: str) -> str:
    """The id of the person with this login."""
    found = Person.objects.filter(login=logins.normal(login), erased_at=None).values_list("id", flat=True)
    if not found:
        raise NotFound(
            Text("没有这个人。", "There is no such person."),
            where=Where(field="login"),
            found=login,
            remedy=Text("先新增人员。", "Enter the person first."),
        )
    return found[0]


def held_by_id(terms: Collection[str]) -> dict[str, Held]:
    """Who acted, by the id of their term: for histories, signatures and documents."""
    rows = Term.objects.filter(id__in=terms).select_related("person", "post")
    return {held.id: held for held in _held(rows)}


def names(persons: Collection[str]) -> dict[str, str]:
    """Names by person id, as they stand today."""
    return dict(Person.objects.filter(id__in=persons).values_list("id", "name"))


def in_office(role: Role, region: str, day: date | None = None) -> list[Held]:
    """Who holds a post of `role` over exactly this region on `day` (today)."""
    running = Term.objects.on(day or clocks.today()).filter(post__role=role, post__region=region)
    return _held(running.select_related("person", "post").order_by("starts", "id"))


def _held(terms: Iterable[Term]) -> list[Held]:
    rows = [
        Held(
            id=term.id,
            person=term.person_id,
            name=term.person.name,
            certificate=term.person.certificate,
            post=term.post_id,
            title=term.post.title,
            unit=term.post.unit,
            role=Role(term.post.role),
            region=term.post.region,
            region_name=term.post.region,
            starts=term.starts,
            ends=term.ends,
        )
        for term in terms
    ]
    named = places.names_of({row.region for row in rows})
    return [replace(row, region_name=named[row.region]) for row in rows]

"""The made people as rows: regions, persons, posts and running terms."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from shoutu.clocks import SHANGHAI
from shoutu.platform import doors
from shoutu.platform.doors import Actor
from shoutu.testing.people import PEOPLE, REGIONS, MadePerson

STARTS = date(2024, 1, 1)


def identifier(kind: str, key: str) -> str:
    """A fixed id for a made row, so that a failing test reads the same twice."""
    return f"{kind}{key}".ljust(16, "0")[:16]


def plant_people() -> dict[str, Actor]:
    """Write regions, people, posts and running terms; nobody has a password yet."""
    from shoutu.platform.accounts.models import Person, Post, Term
    from shoutu.platform.acts import unsafe_writes
    from shoutu.platform.territory.models import Region

    with unsafe_writes("test: made people"):
        Region.objects.bulk_create(Region(code=code, name=name, level=level) for code, name, level in REGIONS)
        Person.objects.bulk_create(_person(made) for made in PEOPLE)
        Post.objects.bulk_create(
            Post(
                id=identifier("post", made.key),
                title=made.title,
                unit=made.unit,
                role=made.role,
                region=made.region,
            )
            for made in PEOPLE
        )
        Term.objects.bulk_create(
            Term(
                id=identifier("term", made.key),
                person_id=identifier("person", made.key),
                post_id=identifier("post", made.key),
                starts=STARTS,
            )
            for made in PEOPLE
        )
    return {
        made.key: Actor(
            identifier("person", made.key), identifier("term", made.key), doors.Role(made.role), made.region
        )
        for made in PEOPLE
    }


def _person(made: MadePerson) -> Any:
    from shoutu.platform.accounts.models import Person

    return Person(
        id=identifier("person", made.key),
        login=made.login,
        name=made.name,
        certificate=made.certificate,
        password="!",
        created_at=datetime(2024, 1, 1, tzinfo=SHANGHAI),
    )

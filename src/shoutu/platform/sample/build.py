"""Fill an empty installation: regions, people, layers, three batches, and what people did with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password

from shoutu import clocks
from shoutu.layers.importing import import_layer
from shoutu.platform.accounts import cast as sign_in_page
from shoutu.platform.accounts.inputs import Administrator, FirstAdministrators, NewPerson, NewPost, NewTerm
from shoutu.platform.accounts.models import Person, Term
from shoutu.platform.accounts.services import people, terms
from shoutu.platform.acts import unsafe_writes
from shoutu.platform.doors import Actor, Role
from shoutu.platform.home import home
from shoutu.platform.sample import cast, story
from shoutu.platform.sample.months import months
from shoutu.platform.territory.inputs import NewRegion, RegisterRegions
from shoutu.platform.territory.intake import current_version
from shoutu.platform.territory.services import register_layer, register_regions
from shoutu.testing import city as made_city

PASSWORD = "shoutu-sample"  # noqa: S105 (no secret: the sign-in page says it)
"""Of everybody in the sample; the sign-in page says it, and a real installation never has it."""

Say = Callable[[str], None]


def build(say: Say) -> None:
    """Make the sample in an empty data directory; `say` is told each step as it begins."""
    say("regions, townships and layers are drawn")
    made = made_city.build()
    latest = months()
    start = latest[2].at(-20, 9)
    say("people take their posts")
    with clocks.stopped_at(start):
        actors = _people(made, start.date())
    say("layers are imported as any file would be")
    with clocks.stopped_at(latest[2].at(-10, 9)):
        _layers(made, actors["city"])
    for month in reversed(latest):
        say(f"the patches of {month.name} come in and are reported, reviewed and grouped")
        story.play(month, latest.index(month), made, actors)
    say("the latest month waits for its people")
    story.leave_traps(latest[0], made, actors)


def _people(made: made_city.MadeCity, day: date) -> dict[str, Actor]:
    """Everybody in post, by login. All have the one password that the sign-in page says."""
    founding = FirstAdministrators(
        region=cast.CITY,
        system=Administrator(login=cast.SYSTEM[0], name=cast.SYSTEM[1], password=PASSWORD),
        security=Administrator(login=cast.SECURITY[0], name=cast.SECURITY[1], password=PASSWORD),
    )
    people.found_administrators(people.founder(cast.CITY), founding)
    actors = _in_post()
    system, security = actors[cast.SYSTEM[0]], actors[cast.SECURITY[0]]
    register_regions(system, RegisterRegions(regions=tuple(_region(row) for row in made.regions)))
    for player in cast.players():
        person = people.create_person(
            system, NewPerson(login=player.login, name=player.name, certificate=player.certificate)
        ).value.person
        post = terms.create_post(
            system,
            NewPost(title=player.title, unit=player.unit, role=player.role, region=player.region),
        ).value
        terms.grant_term(security, NewTerm(person=person, post=post, starts=day - timedelta(days=400)))
    with unsafe_writes("the sample's people have one password, which the sign-in page says"):
        Person.objects.update(password=make_password(PASSWORD), temporary=False)
    sign_in_page.announce(PASSWORD)
    return _in_post()


def _region(row: made_city.MadeRegion) -> NewRegion:
    return NewRegion(
        code=row.code,
        name=row.name,
        level=row.level,
        outline=row.outline,
        illustrative=row.illustrative,
    )


def _in_post() -> dict[str, Actor]:
    held = Term.objects.on(clocks.today()).select_related("person", "post")
    return {
        term.person.login: Actor(term.person_id, term.id, Role(term.post.role), term.post.region)
        for term in held
    }


def _layers(made: made_city.MadeCity, city: Actor) -> None:
    folder = home() / "sample" / "layers"
    folder.mkdir(parents=True, exist_ok=True)
    year = clocks.today().year - 1
    dated = [(layer, year - 1) for layer in made.earlier] + [(layer, year) for layer in made.layers]
    for layer, of in dated:
        file = write_json(folder / f"{layer.name}-{of}.geojson", layer.geojson())
        import_layer(
            file,
            name=layer.name,
            secrecy=layer.secrecy,
            home=home(),
            by=layer.class_field,
            as_of=f"{of}-12-31",
        )
        version = current_version(layer.name, kind=layer.kind, title=layer.title, synthetic=True)
        register_layer(city, version)


def write_json(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return path

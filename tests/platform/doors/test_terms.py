"""T9, people: a term that ended, an account that was closed, and two posts of which one is used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from shoutu.platform.acts import unsafe_writes
from tests.platform import ground

pytestmark = pytest.mark.django_db

PAGES = ("/", "/clearing/", "/ledger/", "/people", "/warnings/", "/layers/", "/batches/")


def test_a_term_that_ended_opens_nothing(people: Any, as_person: Callable[..., Client]) -> None:
    from shoutu.platform.accounts.models import Term

    with unsafe_writes("test: a term that ended"):
        Term.objects.filter(id=people.alice.term).update(ends=date(2024, 12, 31))
    client = as_person(people.alice)
    assert {client.get(page).status_code for page in PAGES} == {403}
    assert client.get("/api/v1/patches").status_code == 401


def test_a_closed_account_is_nobody(people: Any, as_person: Callable[..., Client]) -> None:
    from shoutu.platform.accounts.models import Person

    client = as_person(people.alice)
    with unsafe_writes("test: a closed account"):
        Person.objects.filter(id=people.alice.person).update(is_active=False)
    for page in PAGES:
        assert client.get(page)["Location"].startswith("/sign-in"), page
    assert client.get("/api/v1/patches").status_code == 401


def test_of_two_posts_only_the_chosen_one_opens_doors(people: Any, as_person: Callable[..., Client]) -> None:
    from shoutu.platform.accounts.models import Term

    ground.publish_made(people.carol, {"1": ground.square(0)}, ground.header("posts"))
    with unsafe_writes("test: a second post"):
        frank = Term.objects.get(id=people.frank.term)
        second = Term.objects.create(
            person_id=people.alice.person, post_id=frank.post_id, starts=frank.starts
        )
    client = as_person(people.alice)

    def seen() -> int:
        return len(client.get("/api/v1/patches").json()["items"])

    assert seen() == 1
    assert client.post("/post", {"term": second.id}).status_code == 302
    assert seen() == 0
    assert client.post("/post", {"term": people.carol.term}).status_code == 404
    assert seen() == 0

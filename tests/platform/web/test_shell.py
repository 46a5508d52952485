"""What the shell does without a browser: words, errors, pages of lists, forms sent once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, RequestFactory

from shoutu.platform.web import navigation
from shoutu.platform.web.once import once_of
from shoutu.platform.web.pages import page_of
from shoutu.platform.web.words import ACTS, ROLES

pytestmark = pytest.mark.django_db


def test_words_are_those_that_the_post_opens(people: Any) -> None:
    def keys(actor: Any) -> set[str]:
        return {item.key for item in navigation.items(actor)}

    assert {"board", "warnings", "documents", "layers", "people", "ledger"} <= keys(people.carol)
    assert keys(people.sam) == {"people"}
    assert keys(people.uma) == {"people", "ledger"}
    assert keys(people.xena) == set()
    assert keys(None) == set()


def test_count_of_an_unknown_word_is_a_fault_of_ours() -> None:
    with pytest.raises(RuntimeError):
        navigation.register_count("nowhere", lambda actor: 0)


def test_unknown_address_is_a_page_that_says_so(people: Any, as_person: Callable[..., Client]) -> None:
    answer = as_person(people.carol).get("/nowhere")
    assert answer.status_code == 404
    assert "没有这一页" in answer.content.decode()


def test_closed_door_names_the_roles_that_may(people: Any, as_person: Callable[..., Client]) -> None:
    answer = as_person(people.sam).get("/ledger/")
    assert answer.status_code == 403
    assert "审计管理员" in answer.content.decode()


@pytest.mark.parametrize("path", ["/", "/layers/", "/people", "/ledger/", "/ledger/verify", "/map/regions"])
def test_nobody_is_asked_to_sign_in(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in")


def test_headers_stand_on_every_answer(people: Any, as_person: Callable[..., Client]) -> None:
    for path in ("/sign-in", "/people", "/nowhere"):
        answer = as_person(people.carol).get(path)
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_pages_carry_no_inline_style_or_script(people: Any, as_person: Callable[..., Client]) -> None:
    client = as_person(people.carol)
    for path in ("/", "/layers/", "/people", "/ledger/", "/warnings/", "/documents/"):
        text = client.get(path).content.decode()
        assert " style=" not in text, path
        assert "<style" not in text, path
        assert "<script>" not in text, path
        assert " on" + "click=" not in text, path


def test_settings_of_a_page_lead_back_to_our_own_pages_only(as_person: Callable[..., Client]) -> None:
    for target, expected in (("/people?q=1", "/people?q=1"), ("https://example.org/", "/"), ("//x", "/")):
        answer = Client().post("/language", {"language": "en", "next": target})
        assert answer["Location"] == expected
        assert answer.cookies["language"].value == "en"
    assert "language" not in Client().post("/language", {"language": "xx"}).cookies


def test_outlines_are_narrowed_to_the_reader(people: Any, as_person: Callable[..., Client]) -> None:
    from shoutu.platform.acts import unsafe_writes
    from shoutu.platform.territory.models import Region

    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    with unsafe_writes("test: outlines"):
        Region.objects.update(outline=square)

    def seen(actor: Any) -> set[str]:
        found = as_person(actor).get("/map/regions?level=banner").json()["features"]
        return {feature["properties"]["id"] for feature in found}

    assert seen(people.alice) == {"150627"}
    assert len(seen(people.carol)) == 9


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [("", 1, 50), ("size=20&after=40", 41, 60), ("after=9990", 9991, 10000), ("after=-1&size=7", 1, 50)],
)
def test_ten_thousand_rows_in_pages(query: str, first: int, last: int) -> None:
    rows = range(10_000)
    page = page_of(RequestFactory().get(f"/?{query}"), len(rows), lambda start, end: rows[start:end])
    assert (page.first, page.last, page.total) == (first, last, 10_000)
    assert (page.previous is None) == (first == 1)
    assert (page.following is None) == (last == 10_000)


@pytest.mark.parametrize("query", ["after=99999999999999999999", "after=٣", "size=1e3", "after=1 2"])
def test_foolish_places_read_as_pages(query: str) -> None:
    page = page_of(RequestFactory().get(f"/?{query}"), 0, lambda start, end: [])
    assert (page.first, page.last, page.total) == (0, 0, 0)


def test_same_form_is_the_same_request_and_another_is_not(people: Any) -> None:
    def once(content: dict[str, str]) -> Any:
        request = RequestFactory().post("/x", content)
        request.actor = people.alice  # type: ignore[attr-defined]
        return once_of(request)

    first = once({"once": "k", "a": "1", "csrfmiddlewaretoken": "p"})
    assert first == once({"a": "1", "once": "k", "csrfmiddlewaretoken": "q"})
    assert first.digest != once({"once": "k", "a": "2"}).digest
    assert once({"a": "1"}) is None


def test_every_role_and_act_has_a_word() -> None:
    from shoutu.platform.acts import REGISTER
    from shoutu.platform.doors import Role

    assert set(ROLES) == set(Role)
    assert set(REGISTER) <= set(ACTS), set(REGISTER) - set(ACTS)

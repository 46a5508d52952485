"""The administrators' page: each sees and sends their own forms only; a secret is shown once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from shoutu import clocks
from shoutu.platform.accounts import keys, queries
from shoutu.platform.accounts.models import Person
from shoutu.platform.ledger.models import Entry

pytestmark = pytest.mark.django_db

PAGE = "/people/acts"
FORMS = {
    "sam": {"create", "reset", "post"},
    "tina": {"grant", "end", "issue-key"},
    "uma": {"erase"},
}


def send(client: Any, verb: str, **fields: Any) -> Any:
    return client.post(f"{PAGE}/{verb}", {"once": f"one-{verb}", **fields})


def secret(response: Any) -> str:
    found = re.search(r'<code id="secret">([^<]+)</code>', response.content.decode())
    assert found is not None, response.content.decode()[-3000:]
    return found[1]


@pytest.fixture
def newcomer(people: Any, as_person: Any) -> tuple[Person, str]:
    shown = send(as_person(people.sam), "create", login="new.comer", name="新来（演示）")
    return Person.objects.get(login="new.comer"), secret(shown)


@pytest.mark.parametrize("who", FORMS)
def test_each_administrator_sees_their_own_forms(people: Any, as_person: Any, who: str) -> None:
    page = as_person(getattr(people, who)).get(PAGE).content.decode()
    shown = set(re.findall(rf'action="{PAGE}/([a-z-]+)"', page))
    assert shown <= FORMS[who]
    assert shown >= FORMS[who] - {"erase"}, "erasing has a form only where somebody left"


def test_others_have_no_such_page_and_no_link_to_it(people: Any, as_person: Any) -> None:
    client = as_person(people.carol)
    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get("/people").content.decode()
    assert PAGE in as_person(people.sam).get("/people").content.decode()
    assert send(client, "create", login="new.comer", name="新来").status_code == 403


def test_a_made_password_is_shown_once(people: Any, as_person: Any, newcomer: tuple[Person, str]) -> None:
    person, password = newcomer
    assert person.check_password(password)
    client = as_person(people.sam)
    again = send(client, "create", login="new.comer", name="新来（演示）").content.decode()
    assert "已经办过" in again
    assert password not in again + client.get(PAGE).content.decode()
    assert Entry.objects.filter(act="person.create", subject=f"person:{person.id}").count() == 1


def test_answers_with_secrets_are_not_kept_by_the_browser(people: Any, as_person: Any) -> None:
    shown = send(as_person(people.sam), "create", login="new.comer", name="新来")
    assert "no-store" in shown["Cache-Control"]


def test_a_post_is_made_by_one_granted_by_another_and_ended(
    people: Any, as_person: Any, newcomer: tuple[Person, str]
) -> None:
    person, _ = newcomer
    made = send(
        as_person(people.sam), "post", title="职务（演示）", unit="单位", role="officer", region="150627"
    )
    assert made.status_code == 302
    post = next(row for row in queries.posts(people.tina) if row.title == "职务（演示）")
    tina = as_person(people.tina)
    send(tina, "grant", person=person.id, post=post.id, starts=clocks.today().isoformat())
    (term,) = queries.terms_of(person.id)
    send(tina, "end", term=term.id, ends=clocks.today().isoformat())
    assert queries.terms_of(person.id, clocks.today() + timedelta(days=1)) == []


def test_a_key_is_shown_once_listed_by_its_end_and_revoked(people: Any, as_person: Any) -> None:
    tina = as_person(people.tina)
    expires = (clocks.today() + timedelta(days=30)).isoformat()
    fields = {"label": "测试密钥", "scopes": ["read"], "region": "150600", "expires": expires}
    token = secret(send(tina, "issue-key", term=people.carol.term, **fields))
    assert keys.bearer_of(token) is not None
    listed = tina.get(PAGE).content.decode()
    assert f"…{token[-4:]}" in listed
    assert token not in listed
    (key,) = queries.keys(people.tina)
    send(tina, "revoke-key", key=key.id)
    assert keys.bearer_of(token) is None


def test_whoever_left_is_erased_by_the_audit_administrator(
    people: Any, as_person: Any, newcomer: tuple[Person, str]
) -> None:
    person, _ = newcomer
    uma = as_person(people.uma)
    assert person.id in uma.get(PAGE).content.decode()
    send(uma, "erase", person=person.id, ground="本人申请（演示）")
    person.refresh_from_db()
    assert person.erased_at is not None
    assert person.id not in uma.get(PAGE).content.decode()


def test_a_wrong_field_is_named_and_nothing_is_made(people: Any, as_person: Any) -> None:
    before = Entry.objects.count()
    answer = send(as_person(people.sam), "post", title="职务", unit="单位", role="emperor", region="150627")
    assert answer.status_code == 422
    assert Entry.objects.count() == before

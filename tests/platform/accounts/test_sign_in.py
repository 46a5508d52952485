"""T17: lock-out, growing wait, no telling who exists, sessions that end."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from shoutu import clocks
from shoutu.errors import Refused
from shoutu.platform.accounts import cast, throttle
from shoutu.platform.accounts.models import Person, Term
from shoutu.platform.accounts.terminal import actor_at_terminal
from shoutu.platform.acts import unsafe_writes

PASSWORD = "a long enough passphrase"
HASHED = make_password(PASSWORD)


@pytest.fixture
def alice(people):
    with unsafe_writes("test: a password"):
        Person.objects.filter(login="alice").update(password=HASHED)
    return people.alice


def post(client, login="alice", password=PASSWORD, **extra):
    return client.post("/sign-in", {"login": login, "password": password}, **extra)


def who(client):
    return client.session.get("_auth_user_id")


def test_signing_in_leads_on_and_names_the_post(alice):
    client = Client()
    answer = client.post("/sign-in?next=/post", {"login": " ALICE ", "password": PASSWORD, "next": "/post"})
    assert (answer.status_code, answer["Location"]) == (302, "/post")
    assert who(client) == alice.person
    assert client.session["term"] == alice.term


def test_an_address_elsewhere_is_not_followed(alice):
    answer = Client().post(
        "/sign-in", {"login": "alice", "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert answer["Location"] == "/"


@pytest.mark.parametrize("login", ["alice", "nobody-of-this-name", "a\0lice", "\uff41lice", "x" * 500, ""])
def test_a_wrong_login_reads_like_a_wrong_password(alice, login):
    answer = post(Client(), login, "wrong")
    assert answer.status_code == 422
    assert "用户名或密码不对" in answer.content.decode()


def test_a_closed_account_reads_like_a_wrong_password(alice):
    with unsafe_writes("test: a closed account"):
        Person.objects.filter(id=alice.person).update(is_active=False)
    answer = post(Client())
    assert answer.status_code == 422
    assert "用户名或密码不对" in answer.content.decode()


def test_five_wrong_lock_this_address_for_this_account(alice):
    for _ in range(4):
        assert post(Client(), password="wrong").status_code == 422
    answer = post(Client(), password="wrong")
    assert answer.status_code == 429
    assert answer["Retry-After"] == "900"
    # The right password no longer helps, in no spelling, from no browser, with no header.
    for login, extra in (
        ("alice", {}),
        ("ALICE", {}),
        ("\uff41lice", {}),
        ("alice", {"HTTP_X_FORWARDED_FOR": "10.9.9.9"}),
        ("alice", {"HTTP_USER_AGENT": "other"}),
    ):
        client = Client()
        assert post(client, login, **extra).status_code == 429
        assert who(client) is None


def test_another_address_is_slowed_not_locked(alice):
    for _ in range(5):
        post(Client(), password="wrong")
    elsewhere = {"REMOTE_ADDR": "10.0.0.2"}
    slowed = post(Client(), **elsewhere)
    assert slowed.status_code == 429
    assert int(slowed["Retry-After"]) <= throttle.LONGEST
    with clocks.stopped_at(clocks.now() + timedelta(seconds=throttle.LONGEST)):
        assert post(Client(), **elsewhere).status_code == 302


def test_a_known_address_is_not_slowed(alice):
    home = {"REMOTE_ADDR": "10.0.0.3"}
    assert post(Client(), **home).status_code == 302
    for _ in range(5):
        post(Client(), password="wrong")
    assert post(Client(), **home).status_code == 302


def test_the_lock_is_in_the_database_so_a_restart_keeps_it(alice):
    from axes.models import AccessAttempt

    for _ in range(5):
        post(Client(), password="wrong")
    row = AccessAttempt.objects.get()
    assert row.failures_since_start == 5
    assert "wrong" not in row.post_data


def test_the_session_gets_a_new_id_at_sign_in_and_with_another_post(alice):
    client = Client()
    client.get("/sign-in")
    session = client.session
    session["planted"] = "x"
    session.save()
    before = client.cookies["sessionid"].value if "sessionid" in client.cookies else session.session_key
    post(client)
    after = client.cookies["sessionid"].value
    assert after != before
    client.post("/post", {"term": alice.term})
    assert client.cookies["sessionid"].value != after


def test_another_persons_post_cannot_be_chosen(people, as_person):
    answer = as_person(people.alice).post("/post", {"term": people.dan.term})
    assert answer.status_code == 404


def test_the_session_ends_after_half_an_hour_idle_and_twelve_hours_at_most(alice, monkeypatch):
    client = Client()
    post(client)
    assert client.cookies["sessionid"]["max-age"] == 30 * 60
    start = clocks.now()
    assert client.get("/post").status_code == 200
    with clocks.stopped_at(start + timedelta(hours=12, minutes=1)):
        assert client.get("/post").status_code == 302
    assert client.get("/post").status_code == 302


def test_nobody_is_sent_to_sign_in(db):
    answer = Client().get("/post")
    assert answer["Location"].startswith("/sign-in?next=")


def test_an_ended_term_no_longer_acts(alice):
    client = Client()
    post(client)
    assert client.get("/post").context["actor"] == alice
    with unsafe_writes("test: ended"):
        Term.objects.filter(id=alice.term).update(ends=clocks.today() - timedelta(days=1))
    assert client.get("/post").context["actor"] is None


def test_changing_the_password_ends_every_session(alice):
    one, other = Client(), Client()
    post(one)
    post(other)
    new = "another long passphrase"
    answer = one.post("/password", {"current": PASSWORD, "new": new, "again": new})
    assert answer.status_code == 302
    assert one.get("/post").status_code == 302
    assert other.get("/post").status_code == 302
    assert post(Client(), password=new).status_code == 302


@pytest.mark.parametrize(
    ("current", "new", "again"),
    [
        ("wrong", "another long passphrase", "another long passphrase"),
        (PASSWORD, "another long passphrase", "differs"),
        (PASSWORD, "short", "short"),
        (PASSWORD, "123456789012345", "123456789012345"),
    ],
)
def test_a_bad_change_of_password_changes_nothing(alice, current, new, again):
    client = Client()
    post(client)
    answer = client.post("/password", {"current": current, "new": new, "again": again})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert Person.objects.get(id=alice.person).password == HASHED


def test_guessing_the_current_password_ends_the_session(alice):
    client = Client()
    post(client)
    new = "another long passphrase"
    for _ in range(5):
        client.post("/password", {"current": "wrong", "new": new, "again": new})
    assert who(client) is None


def test_a_made_password_opens_only_the_page_that_changes_it(alice):
    with unsafe_writes("test: temporary"):
        Person.objects.filter(id=alice.person).update(temporary=True)
    client = Client()
    post(client)
    assert client.get("/post")["Location"] == "/password"
    assert client.get("/password").status_code == 200


def test_the_command_line_counts_the_same_way(alice):
    assert actor_at_terminal("Alice", PASSWORD) == alice
    for _ in range(5):
        with pytest.raises(Refused):
            actor_at_terminal("alice", "wrong")
    with pytest.raises(Refused):
        actor_at_terminal("alice", PASSWORD)


def test_only_a_sample_lists_its_people(alice, settings):
    assert b"cast" not in Client().get("/sign-in").content
    cast.announce(PASSWORD)
    try:
        page = Client().get("/sign-in").content.decode()
        assert "安丽（演示）" in page
        assert PASSWORD in page
    finally:
        (settings.HOME / "keys" / cast.FILE).unlink()


def test_a_form_without_its_token_is_refused(alice):
    client = Client(enforce_csrf_checks=True)
    assert post(client).status_code == 403
    assert who(client) is None


def test_the_absolute_limit_counts_from_sign_in(alice):
    client = Client()
    with clocks.stopped_at(datetime(2026, 5, 6, 8, 0)):
        post(client)
        assert client.session["since"] == int(clocks.now().timestamp())

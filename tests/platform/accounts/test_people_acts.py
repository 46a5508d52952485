"""Entering, granting, ending, erasing: who may, what excludes what, what the record keeps."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from shoutu import clocks
from shoutu.errors import BadInput, NotFound, Refused
from shoutu.platform.accounts import keys, queries
from shoutu.platform.accounts.inputs import (
    EndTerm,
    ErasePerson,
    NewKey,
    NewPerson,
    NewPost,
    NewTerm,
    ResetPassword,
    RevokeKey,
)
from shoutu.platform.accounts.models import KeyUse, Person
from shoutu.platform.accounts.services.keys import issue_key, revoke_key
from shoutu.platform.accounts.services.people import create_person, erase_person, reset_password
from shoutu.platform.accounts.services.terms import create_post, end_term, grant_term
from shoutu.platform.doors import Role
from shoutu.platform.ledger.models import Entry, Sealed

DAY = timedelta(days=1)


@pytest.fixture
def newcomer(people):
    return create_person(people.sam, NewPerson(login="New.Comer", name="新来（演示）")).value


def post_of(people, role, region="150627"):
    return create_post(people.sam, NewPost(title="职务", unit="单位", role=role, region=region)).value


def grant(people, person, post, starts=None, ends=None):
    return grant_term(
        people.tina, NewTerm(person=person, post=post, starts=starts or clocks.today(), ends=ends)
    )


def test_a_newcomer_gets_a_password_once_and_no_power(people, newcomer):
    person = Person.objects.get(id=newcomer.person)
    assert person.login == "new.comer"
    assert person.temporary
    assert person.check_password(newcomer.password)
    assert queries.terms_of(person.id) == []


def test_the_record_names_nobody(people, newcomer):
    body = bytes(Entry.objects.get(subject=f"person:{newcomer.person}").body).decode()
    assert "新来" not in body
    assert "new.comer" not in body
    assert newcomer.password not in body
    assert Sealed.objects.filter(text="新来（演示）").count() == 1


@pytest.mark.parametrize("login", ["alice", "ALICE", "\uff41lice"])
def test_a_login_is_taken_in_every_spelling(people, login):
    with pytest.raises(Refused, match="taken"):
        create_person(people.sam, NewPerson(login=login, name="另一人"))


@pytest.mark.parametrize("login", ["", "a", "a b", "../x", "x\n", "<x>", "é" * 65 + "!"])
def test_a_login_has_a_shape(login):
    with pytest.raises(BadInput):
        NewPerson(login=login, name="某")


def test_who_creates_does_not_grant_and_who_grants_does_not_create(people, newcomer):
    with pytest.raises(Refused):
        create_person(people.tina, NewPerson(login="other", name="某"))
    post = post_of(people, Role.OFFICER)
    with pytest.raises(Refused):
        grant_term(people.sam, NewTerm(person=newcomer.person, post=post, starts=clocks.today()))
    grant(people, newcomer.person, post)
    assert [held.role for held in queries.terms_of(newcomer.person)] == [Role.OFFICER]


@pytest.mark.parametrize("first", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.OFFICER])
@pytest.mark.parametrize("second", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_administrators_exclude_one_another_and_every_other_post(people, newcomer, first, second):
    for role in (first, second) if first is not second else (second, Role.REVIEWER):
        if role is first:
            grant(people, newcomer.person, post_of(people, role, "150600"))
        else:
            with pytest.raises(Refused, match="exclude"):
                grant(people, newcomer.person, post_of(people, role, "150600"))


def test_terms_one_after_the_other_do_not_exclude(people, newcomer):
    today = clocks.today()
    grant(people, newcomer.person, post_of(people, Role.OFFICER), today - 10 * DAY, today)
    admin = post_of(people, Role.AUDIT_ADMIN, "150600")
    with pytest.raises(Refused):
        grant(people, newcomer.person, admin, today)
    grant(people, newcomer.person, admin, today + DAY)


def test_nobody_grants_to_themselves(people):
    post = post_of(people, Role.LEADER, "150600")
    with pytest.raises(Refused, match="yourself"):
        grant(people, people.tina.person, post, clocks.today())


def test_an_ended_term_ends_and_the_record_keeps_both_days(people):
    yesterday = clocks.today() - DAY
    done = end_term(people.tina, EndTerm(term=people.alice.term, ends=yesterday))
    assert queries.terms_of(people.alice.person) == []
    facts = json.loads(bytes(Entry.objects.get(index=done.receipt.leaf_index).body))["facts"]
    assert facts == {"term": people.alice.term, "before": None, "ends": yesterday.isoformat()}


@pytest.mark.parametrize("who", ["sam", "tina"])
def test_the_last_administrator_stays(people, who):
    with pytest.raises(Refused, match="last administrator"):
        end_term(people.tina, EndTerm(term=getattr(people, who).term, ends=clocks.today()))


def test_resetting_is_for_others_and_must_be_changed(people):
    done = reset_password(people.sam, ResetPassword(person=people.alice.person))
    person = Person.objects.get(id=people.alice.person)
    assert person.temporary
    assert person.check_password(done.value.password)
    with pytest.raises(Refused):
        reset_password(people.sam, ResetPassword(person=people.sam.person))


def test_erasing_destroys_the_name_and_leaves_the_entries(people, newcomer):
    before = list(Entry.objects.values_list("leaf_hash", flat=True))
    done = erase_person(people.uma, ErasePerson(person=newcomer.person, ground="本人申请"))
    assert done.value == 2
    assert not Sealed.objects.filter(text="新来（演示）").exists()
    person = Person.objects.get(id=newcomer.person)
    assert (person.name, person.is_active, person.certificate) == ("（已删除）", False, "")
    assert list(Entry.objects.order_by("index").values_list("leaf_hash", flat=True))[: len(before)] == before
    with pytest.raises(NotFound):
        erase_person(people.uma, ErasePerson(person=newcomer.person, ground="再次"))


def test_nobody_in_office_is_erased(people):
    with pytest.raises(Refused, match="still holds"):
        erase_person(people.uma, ErasePerson(person=people.alice.person, ground="x"))


def key_input(people, **changes):
    given = {
        "term": people.walt.term,
        "label": "不动产系统",
        "scopes": ("gate:property-registration",),
        "region": "150627",
        "expires": clocks.today() + 300 * DAY,
    }
    return NewKey(**{**given, **changes})


def test_a_key_is_shown_once_and_kept_as_a_digest(people):
    issued = issue_key(people.tina, key_input(people)).value
    assert issued.token.startswith("st_live_")
    assert len(issued.token) - len("st_live_") == 43  # 32 bytes in base64url
    bearer = keys.bearer_of(issued.token)
    assert bearer is not None
    assert (bearer.actor.person, bearer.actor.role, bearer.actor.region) == (
        people.walt.person,
        Role.DEPARTMENT,
        "150627",
    )
    assert bearer.may_use("gate:property-registration", "150627103")
    assert not bearer.may_use("gate:property-registration", "150625")
    assert not bearer.may_use("gate:loan", "150627")
    assert KeyUse.objects.get().last_used == clocks.today()
    assert all(
        issued.token not in bytes(body).decode() for body in Entry.objects.values_list("body", flat=True)
    )


def test_a_key_dies_when_revoked_expired_or_its_term_ends(people):
    token = issue_key(people.tina, key_input(people)).value
    with clocks.stopped_at(clocks.now() + 301 * DAY):
        assert keys.bearer_of(token.token) is None
    assert keys.bearer_of(token.token + "x") is None
    revoke_key(people.tina, RevokeKey(key=token.key))
    assert keys.bearer_of(token.token) is None
    with pytest.raises(Refused):
        revoke_key(people.tina, RevokeKey(key=token.key))
    other = issue_key(people.tina, key_input(people)).value
    end_term(people.tina, EndTerm(term=people.walt.term, ends=clocks.today() - DAY))
    assert keys.bearer_of(other.token) is None


def test_a_key_reaches_no_further_than_its_post(people):
    with pytest.raises(Refused):
        issue_key(people.tina, key_input(people, term=people.xena.term, region="150625"))
    with pytest.raises(Refused):
        issue_key(people.tina, key_input(people, term=people.sam.term, region="150600"))
    with pytest.raises(BadInput):
        issue_key(people.tina, key_input(people, expires=clocks.today() + 400 * DAY))
    with pytest.raises(BadInput):
        key_input(people, scopes=())


def test_two_live_keys_at_most(people):
    issue_key(people.tina, key_input(people))
    issue_key(people.tina, key_input(people))
    with pytest.raises(Refused):
        issue_key(people.tina, key_input(people))


def test_who_sees_whom(people, newcomer):
    seen = {
        who: {row.id for row in queries.people(getattr(people, who))}
        for who in ("nobody", "alice", "sam", "walt")
    }
    assert seen["nobody"] == seen["walt"] == set()
    assert people.bob.person in seen["alice"]
    assert people.frank.person not in seen["alice"]
    assert newcomer.person in seen["sam"]
    assert newcomer.person not in seen["alice"]
    assert {row.region for row in queries.posts(people.alice)} <= {"150627", "150627103"}
    assert queries.keys(people.alice) == []


def test_the_first_administrators_by_command(fresh_installation):
    words = (
        "person",
        "add-first-administrators",
        "--region",
        "150600",
        "--system",
        "sys",
        "--system-name",
        "甲",
        "--security",
        "sec",
        "--security-name",
        "乙",
        "--passwords-on-stdin",
    )
    weak = fresh_installation.run(*words, stdin="short\nshort\n")
    assert weak.returncode == 2, weak.stderr
    done = fresh_installation.run(*words, stdin="first long passphrase\nsecond long passphrase\n")
    assert done.returncode == 0, done.stderr
    again = fresh_installation.run(*words, stdin="first long passphrase\nsecond long passphrase\n")
    assert again.returncode == 1
    assert "administrators already" in again.stderr
    assert "Traceback" not in weak.stderr + again.stderr

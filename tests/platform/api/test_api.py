"""The API as another program meets it: identity, faults, idempotency, and nothing unexpected."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import Client
from hypothesis import HealthCheck, given
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from shoutu import clocks
from shoutu.platform.accounts.inputs import NewKey
from shoutu.platform.accounts.models import Person
from shoutu.platform.accounts.services.keys import issue_key
from shoutu.platform.acts import unsafe_writes
from shoutu.platform.ledger.models import Entry
from shoutu.platform.wsgi import application
from tests.platform import ground
from tests.platform.warnings.conftest import ANNOUNCED, BANNER, MONTH, Records
from tests.platform.warnings.conftest import records as records
from tests.scale import times

pytestmark = pytest.mark.django_db


def token_of(people: Any, actor: Any, *scopes: str) -> str:
    data = NewKey(
        term=actor.term,
        label="test",
        scopes=scopes,
        region=actor.region,
        expires=clocks.today() + timedelta(days=30),
    )
    return issue_key(people.tina, data).value.token


def bearer(token: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


def test_nobody_is_answered_401_as_a_problem(client: Client, people: Any) -> None:
    for path in ("/api/v1/regions", "/api/v1/patches", f"/api/v1/months/{MONTH}"):
        response = client.get(path)
        assert response.status_code == 401
        assert response["Content-Type"] == "application/problem+json"
        assert response["WWW-Authenticate"] == "Bearer"


def test_a_key_reads_only_its_region_and_only_what_it_is_for(
    client: Client, people: Any, records: Records
) -> None:
    reader = token_of(people, people.erin, "read")
    rows = client.get(f"/api/v1/months/{MONTH}", **bearer(reader)).json()
    assert [row["region"] for row in rows] == [BANNER]
    assert client.get(f"/api/v1/months/{MONTH}/150625", **bearer(reader)).status_code == 404
    actor_only = token_of(people, people.erin, "act")
    assert client.get("/api/v1/regions", **bearer(actor_only)).status_code == 403
    assert client.get("/api/v1/regions", **bearer("st_live_wrong")).status_code == 401


def test_the_same_key_twice_is_one_act_and_another_body_is_refused(
    client: Client, people: Any, records: Records
) -> None:
    records.add("A", "10000.00")
    token = token_of(people, people.carol, "read", "act")
    path = f"/api/v1/months/{MONTH}/{BANNER}/announcements"

    def announce(key: str, body: dict[str, Any]) -> Any:
        return client.post(
            path, json.dumps(body), "application/json", HTTP_IDEMPOTENCY_KEY=key, **bearer(token)
        )

    with clocks.stopped_at(ANNOUNCED):
        first, second = announce("key-number-1", {}), announce("key-number-1", {})
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json()
        assert announce("key-number-1", {"other": 1}).status_code == 422
    assert Entry.objects.filter(act="month.announce").count() == 1


def test_an_act_without_a_key_or_with_unknown_fields_is_refused(
    client: Client, people: Any, records: Records
) -> None:
    token = token_of(people, people.carol, "act")
    path = f"/api/v1/months/{MONTH}/{BANNER}/announcements"
    assert client.post(path, "{}", "application/json", **bearer(token)).status_code == 422
    extra = {"HTTP_IDEMPOTENCY_KEY": "key-number-2", **bearer(token)}
    for body in ('{"colour": 1}', "[1]", "{", ""):
        response = client.post(path, body, "application/json", **extra)
        if body:
            assert response.status_code == 422, body
            assert response["Content-Type"] == "application/problem+json"


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """schemathesis calls the application in this thread, and must not close the test's connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_no_request_is_answered_by_a_5xx_or_an_undocumented_status(
    people: Any, records: Records, kept_connection: None
) -> None:
    token = token_of(people, people.carol, "read", "act")
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)

    for operation in schema.get_all_operations():
        _try(operation.ok(), token)


def _try(operation: Any, token: str) -> None:
    @given(case=operation.as_strategy())
    @hypothesis.settings(
        max_examples=times(12, 2000), deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    def call(case: Any) -> None:
        case.headers["Authorization"] = f"Bearer {token}"
        response = case.call()
        assert response.status_code < 500, response.text
        documented = {str(code) for code in case.operation.definition.raw["responses"]}
        assert str(response.status_code) in documented

    call()


def test_a_session_reads_but_acts_only_with_its_forgery_token(
    people: Any, records: Records, as_person: Callable[..., Client]
) -> None:
    known = as_person(people.carol)
    client = Client(enforce_csrf_checks=True)
    client.cookies = known.cookies
    assert client.get("/api/v1/patches").status_code == 200
    path = f"/api/v1/months/{MONTH}/{BANNER}/announcements"
    extra = {"HTTP_IDEMPOTENCY_KEY": "key-number-3"}
    refused = client.post(path, "{}", "application/json", **extra)
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"
    client.get("/password")
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    with clocks.stopped_at(ANNOUNCED):
        done = client.post(path, "{}", "application/json", HTTP_X_CSRFTOKEN=token, **extra)
    assert done.status_code == 201, done.content


def test_nobody_is_asked_who_they_are_before_anything_else(people: Any) -> None:
    answer = Client(enforce_csrf_checks=True).post("/api/v1/measures/0123456789abcdef/proposals")
    assert answer.status_code == 401


def test_a_wrong_key_is_not_made_good_by_a_session(people: Any, as_person: Callable[..., Client]) -> None:
    client = as_person(people.carol)
    assert client.get("/api/v1/regions", **bearer("st_live_wrong")).status_code == 401


def test_a_password_made_for_its_person_opens_no_api(people: Any, as_person: Callable[..., Client]) -> None:
    with unsafe_writes("test: a made password"):
        Person.objects.filter(id=people.carol.person).update(temporary=True)
    assert as_person(people.carol).get("/api/v1/regions").status_code == 401


def test_a_post_that_does_not_open_a_door_is_told_so(
    client: Client, people: Any, as_person: Callable[..., Client]
) -> None:
    key = bearer(token_of(people, people.walt, "read"))
    assert client.get("/api/v1/restrictions", **key).json() == []
    assert client.get("/api/v1/ledger/root", **key).status_code == 200
    for path in ("patches", "batches", "layers", f"months/{MONTH}", f"months/{MONTH}/{BANNER}"):
        assert client.get(f"/api/v1/{path}", **key).status_code == 403, path


def test_pages_by_cursor_hold_everything_once(client: Client, people: Any) -> None:
    outlines = {f"{number:03d}": ground.square(number) for number in range(23)}
    ground.publish_made(people.carol, outlines, ground.header("cursor"))
    key = bearer(token_of(people, people.alice, "read"))
    found: list[str] = []
    after, calls = "", 0
    while calls == 0 or after:
        page = client.get("/api/v1/patches", {"month": MONTH, "limit": 5, "after": after}, **key).json()
        found += [row["number"] for row in page["items"]]
        after, calls = page["next"], calls + 1
    assert calls == 5
    assert sorted(found) == sorted(outlines)
    assert client.get("/api/v1/patches", {"limit": 1001}, **key).status_code == 422
    foreign = bearer(token_of(people, people.frank, "read"))
    assert client.get("/api/v1/patches", **foreign).json() == {"items": [], "next": None}


def test_the_description_is_openapi_and_open_to_all(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    document = answer.json()
    faults = [str(fault) for fault in OPENAPI_31_VALIDATOR.iter_errors(document)]
    assert not faults
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    acts = [one["post"] for one in document["paths"].values() if "post" in one]
    assert acts
    for operation in acts:
        names = {parameter["name"]: parameter for parameter in operation["parameters"]}
        assert names["Idempotency-Key"]["required"]
        assert "Problem" in json.dumps(operation["responses"]["422"])


def test_a_receipt_is_proved_by_whoever_holds_it(client: Client, people: Any, records: Records) -> None:
    token = token_of(people, people.carol, "read", "act")
    path = f"/api/v1/months/{MONTH}/{BANNER}/announcements"
    with clocks.stopped_at(ANNOUNCED):
        receipt = client.post(
            path, "{}", "application/json", HTTP_IDEMPOTENCY_KEY="key-number-4", **bearer(token)
        ).json()
    department = bearer(token_of(people, people.walt, "read"))
    proof = client.get(f"/api/v1/ledger/entries/{receipt['leaf_index']}/proof", **department).json()
    root = client.get("/api/v1/ledger/root", **department).json()
    assert proof["leaf_hash"] == receipt["leaf_hash"]
    assert (proof["tree_size"], proof["root"]) == (root["size"], root["root"])
    node, at, size = bytes.fromhex(proof["leaf_hash"]), proof["leaf_index"], proof["tree_size"]
    assert climb(node, at, size, [bytes.fromhex(step) for step in proof["path"]]).hex() == root["root"]
    assert client.get("/api/v1/ledger/entries/999/proof", **department).status_code == 404


def climb(node: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """RFC 9162 §2.1.3.2, written from its text."""
    fn, sn = index, size - 1
    for step in path:
        if fn & 1 or fn == sn:
            node = hashlib.sha256(b"\x01" + step + node).digest()
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + step).digest()
        fn, sn = fn >> 1, sn >> 1
    return node


def test_equal_requests_at_once_are_one_act(committed_people: Any, records: Records) -> None:
    token = token_of(committed_people, committed_people.carol, "act")
    path = f"/api/v1/months/{MONTH}/{BANNER}/announcements"
    start = threading.Barrier(6)

    def announce(_: int) -> tuple[int, Any]:
        try:
            start.wait(60)
            extra = {"HTTP_IDEMPOTENCY_KEY": "all-at-once", **bearer(token)}
            answer = Client().post(path, "{}", "application/json", **extra)
            return answer.status_code, answer.json()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(announce, range(6)))
    assert {status for status, _ in answers} == {201}, answers
    assert len({json.dumps(receipt) for _, receipt in answers}) == 1
    assert Entry.objects.filter(act="month.announce").count() == 1

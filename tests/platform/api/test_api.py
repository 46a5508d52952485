"""The API as another program meets it: identity, faults, idempotency, and nothing unexpected."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings

from shoutu import clocks
from shoutu.platform.accounts.inputs import NewKey
from shoutu.platform.accounts.services.keys import issue_key
from shoutu.platform.ledger.models import Entry
from shoutu.platform.wsgi import application
from tests.platform.warnings.conftest import ANNOUNCED, BANNER, MONTH, Records
from tests.platform.warnings.conftest import records as records

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
    @settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def call(case: Any) -> None:
        case.headers["Authorization"] = f"Bearer {token}"
        response = case.call()
        assert response.status_code < 500, response.text
        documented = {str(code) for code in case.operation.definition.raw["responses"]}
        assert str(response.status_code) in documented

    call()

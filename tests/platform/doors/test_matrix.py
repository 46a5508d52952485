"""T9, addresses: everything that can be asked over HTTP, tried as every role of two banners and as nobody.

`expected.csv` was written from DESIGN's list of users and their roles, before the code was tried:

allowed  200; a form: done, or refused for what it says (400, 409, 422), the door being open
led      sent on to a page of theirs
refused  403
absent   404, the same as for what does not exist
sign-in  sent to the sign-in page
401      the API's answer to nobody

`a/b` is one's own banner's and the other banner's; one word is both. A patroller's post covers a
township, so that what is asked of a banner lies outside it. An address that the table does
not name is a failure.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from shoutu.platform import acts, doors
from tests.platform.doors.calls import call, listed, send
from tests.platform.doors.world import COLUMNS, Place, Player, World

TABLE = Path(__file__).with_name("expected.csv")
CLOSED = {"refused": 403, "absent": 404, "401": 401}


def table() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LINES = table()


@pytest.fixture(scope="module")
def clients(world: World) -> dict[str, Client]:
    from shoutu.platform.accounts.models import Person

    found = {}
    for player in world.players:
        client = Client(raise_request_exception=False)
        if player.actor is not None:
            person = Person.objects.get(id=player.actor.person)
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
            session = client.session
            session["term"] = player.actor.term
            session.save()
        found[player.key] = client
    return found


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The acts whose door let the caller in: an act may still refuse for the state of the thing."""
    found: set[str] = set()
    ask = doors.require

    def require(actor: Any, verb: str, region: str) -> None:
        ask(actor, verb, region)
        if verb in acts.REGISTER:
            found.add(verb)

    monkeypatch.setattr(doors, "require", require)
    return found


def test_the_table_names_every_address_and_no_other() -> None:
    known = {key for key, _ in listed()} | {"static", "unknown"}
    named = {line["address"] for line in LINES}
    assert named == known
    assert [*LINES[0]] == ["method", "address", *COLUMNS, "who"]
    assert len({(line["method"], line["address"]) for line in LINES}) == len(LINES)


def _word(response: Any, method: str, opened: set[str]) -> str:
    """What the answer says, in the words of the table."""
    status = response.status_code
    if status in (301, 302):
        if response["Location"].startswith(f"{settings.LOGIN_URL}?next="):
            return "sign-in"
        return "led" if method == "GET" else "allowed"
    if status in (403, 404) and opened and method == "POST":
        return "allowed"
    if status in (200, 201) or (method == "POST" and status in (400, 409, 422)):
        return "allowed"
    return next((word for word, code in CLOSED.items() if code == status), str(status))


def _expected(cell: str, player: Player, place: Place) -> str:
    own, _, foreign = cell.partition("/")
    return own if not foreign or player.owns(place) else foreign


def _tries(line: dict[str, str], world: World) -> Iterator[tuple[Player, Place]]:
    """Everybody at what is theirs, and at the other banner's where the line tells them apart."""
    apart = any("/" in line[column] for column in COLUMNS)
    for player in world.players:
        for place in world.places:
            if apart or player.owns(place) or (player.actor is None and place is world.places[0]):
                yield player, place
                if not apart:
                    break


def _try(
    client: Client, method: str, line: dict[str, str], world: World, at: tuple[Player, Place]
) -> tuple[Any, str]:
    player, place = at
    made = call(line["address"], method, world, place, player.actor.term if player.actor else "")
    cookies = SimpleCookie(client.cookies)
    with transaction.atomic():
        response = send(client, method, made)
        body = b"" if response.streaming else response.content
        transaction.set_rollback(True)
    client.cookies = cookies
    return response, body.decode(errors="replace")


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line['method']} {line['address']}")
def test_every_role_of_two_banners_and_nobody(
    line: dict[str, str], world: World, clients: dict[str, Client], opened: set[str]
) -> None:
    wrong = []
    for player, place in _tries(line, world):
        opened.clear()
        response, body = _try(clients[player.key], line["method"], line, world, (player, place))
        expected = _expected(line[player.column], player, place)
        found = _word(response, line["method"], opened)
        if found != expected:
            wrong.append(f"{player.key} at {place.region}: {expected} expected, {response.status_code} found")
        wrong += [f"{player.key}: {fault}" for fault in _careless(response, body)]
    assert not wrong, "\n".join(wrong)


_INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|\sstyle=|<style|\son[a-z]+=\""
)


def _careless(response: Any, body: str) -> Iterator[str]:
    """What no answer may lack, and what no page may hold under a strict policy."""
    if response.get("X-Content-Type-Options") != "nosniff":
        yield "no nosniff"
    policy = response.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        yield f"policy {policy!r}"
    if response.get("Content-Type", "").startswith("text/html") and (found := _INLINE.search(body)):
        yield f"inline {found.group(0)!r}"


@pytest.mark.parametrize(
    "address", sorted({line["address"] for line in LINES} - {"static", "unknown", "api:api-root"})
)
def test_other_methods_are_not_answered(address: str, world: World, clients: dict[str, Client]) -> None:
    methods = {line["method"] for line in LINES if line["address"] == address}
    player = next(player for player in world.players if player.column == "city-reviewer")
    for method in {"GET", "POST", "DELETE"} - methods:
        made = call(address, "GET", world, world.places[0], "")
        with transaction.atomic():
            response = getattr(clients[player.key], method.lower())(made.path)
            transaction.set_rollback(True)
        assert response.status_code == 405, method


def test_uploads_are_given_back_to_keep_and_never_run(world: World, clients: dict[str, Client]) -> None:
    officer = next(player for player in world.players if player.column == "officer")
    client, place = clients[officer.key], world.places[0]
    for address in ("evidence-file", "evidence-preview", "patch-picture"):
        response = client.get(call(address, "GET", world, place, "").path)
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["X-Content-Type-Options"] == "nosniff"
    kept = client.get(call("evidence-file", "GET", world, place, "").path)
    assert kept["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("column", ["officer", "reviewer", "leader", "auditor"])
def test_nothing_of_the_other_banner_is_shown(column: str, world: World, clients: dict[str, Client]) -> None:
    """Lists, counts, exports, maps and the API: none holds an id or a number of the other banner's things."""
    player = next(player for player in world.players if player.column == column)
    own, other = world.places
    # What belongs to both, as the layer that the city registers, is no secret.
    secret = {*other.ids.values(), f"{other.region}-"} - {other["entry"], *own.ids.values()}
    looked = 0
    for line in LINES:
        if line["method"] == "GET" and line[column].startswith("allowed"):
            response, body = _try(clients[player.key], "GET", line, world, (player, own))
            content = b"" if response.streaming else response.content
            found = [word for word in secret if word in body or word in _unpacked(content)]
            assert not found, (line["address"], found)
            looked += 1
    assert looked > 25


def _unpacked(content: bytes) -> str:
    """The texts of a workbook or Word file."""
    if not content.startswith(b"PK"):
        return ""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return "".join(file.read(name).decode(errors="replace") for name in file.namelist())

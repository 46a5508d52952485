"""How each address of the table is called: its path, and a form that is well made, so that a refusal
comes from the door and not from the form."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from shoutu.platform.accounts.administration import VERBS as PEOPLE_VERBS
from shoutu.platform.home import home
from shoutu.platform.territory import drafts
from shoutu.platform.warnings.views import VERBS
from tests.platform import ground
from tests.platform.doors.world import CITY, MONTH, OLD_MONTH, PNG, Place, World

API = "api-v1"
DATED = "2026-11-16"


@dataclass(frozen=True)
class Call:
    """One request. `body` is a form's fields, or a JSON document where `json` is set."""

    path: str
    body: dict[str, Any] = field(default_factory=dict)
    json: bool = False


def listed() -> Iterator[tuple[str, str]]:
    """(key of the table, pattern) of every address that Django knows."""
    for pattern, namespace, prefix in _walk(get_resolver(), "", ""):
        name = f"api:{pattern.name}" if namespace == API else str(pattern.name)
        verbs = {"month-act": [*VERBS], "people-act": [*PEOPLE_VERBS]}.get(name)
        keys = [name] if verbs is None else [f"{name}:{verb}" for verb in (*verbs, "nothing")]
        for key in keys:
            yield key, prefix + str(pattern.pattern)


def _walk(resolver: URLResolver, namespace: str, prefix: str) -> Iterator[tuple[URLPattern, str, str]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _walk(one, one.namespace or namespace, prefix + str(one.pattern))
        else:
            yield one, namespace, prefix


def call(key: str, method: str, world: World, place: Place, term: str) -> Call:
    """The request of a line of the table, about what lies in `place`; `term` is the caller's own."""
    if key in ("static", "unknown"):
        return Call("/static/web/base.css" if key == "static" else "/nowhere")
    name, _, verb = key.partition(":")
    if name == "api":
        return _api(verb, place)
    arguments = _arguments(name, world, place)
    if name == "month-act":
        arguments = (OLD_MONTH, place.region, verb)
        return Call(reverse("month-act", args=arguments), _month_form(verb, place))
    if name == "people-act":
        return Call(reverse("people-act", args=(verb,)), PEOPLE_FORMS[verb])
    path = reverse(name, args=arguments)
    return Call(path, FORMS[name](place, term) if method == "POST" else {})


def _arguments(name: str, world: World, place: Place) -> tuple[Any, ...]:
    special: dict[str, tuple[Any, ...]] = {
        "layer": (world.layer,),
        "layer-feature": (world.layer, 0),
        "layer-download": (world.layer,),
        "tile": ("doors", world.layer, 12, 3297, 1557),
        "ogc-collection": ("doors",),
        "ogc-queryables": ("doors",),
        "ogc-items": ("doors",),
        "ogc-item": ("doors", "0"),
        "ledger-entry": (place["entry"],),
        "ledger-matter": (place["subject"],),
        "patch-picture": (place["issued"], "before"),
        "rechecks-stop": (place["job"],),
        "review-patch": (place["reported"],),
        "patch-object": (place["returned"],),
        "patch-answer": (place["returned"],),
        "month": (MONTH, place.region),
        "month-trace": (MONTH, place.region),
        "explanation": (OLD_MONTH, place.region, "warnings-0"),
        "document-page": (place["document"], 1),
        "document-file": (place["document"], "docx"),
    }
    if name.startswith("layer-draft"):
        return (_layer_draft(world),)
    if name in special:
        return special[name]
    for prefix, kind in OBJECTS.items():
        if name == prefix or name.startswith(f"{prefix}-"):
            return () if name in WITHOUT else (place[kind],)
    return ()


def _layer_draft(world: World) -> str:
    """A layer's file that the city's reviewer is about to import, a fresh one for each call."""
    carol = next(player.actor for player in world.players if player.column == "city-reviewer")
    assert carol is not None
    file = ground.geojson(home() / "uploads" / "doors-layer.geojson", [ground.patch("1", ground.square(0))])
    said = drafts.Said(
        person=carol.person,
        file="a.geojson",
        name="doors-draft",
        kind="plan",
        title="演示",
        secrecy="open",
        as_of="",
    )
    return drafts.start(carol, file, said)


OBJECTS = {
    "draft": "draft",
    "batch": "batch",
    "patch": "issued",
    "split": "issued",
    "evidence": "evidence",
    "recheck": "recheck",
    "violation": "violation",
    "document": "document",
}
WITHOUT = {"violation-group", "document-draft"}


def _cut(place: Place, term: str) -> dict[str, Any]:
    return {"version": "1", "line": "[[109.8005, 39.5505], [109.8025, 39.5505]]"}


def _report(place: Place, term: str) -> dict[str, Any]:
    stated = {"category": "suspected-construction", "unit": "m2", "area": "9530.00"}
    return {**stated, "version": "1", "farmland": "0", "basic_farmland": "0", "actor_name": "演示"}


def _review(place: Place, term: str) -> dict[str, Any]:
    return {"report": place["report"], "outcome": "return", "shown": "0" * 64, "reason": "figures"}


def _password(place: Place, term: str) -> dict[str, Any]:
    return {"current": "wrong", "new": "a long new word", "again": "a long new word"}


FORMS: dict[str, Callable[[Place, str], dict[str, Any]]] = {
    "sign-in": lambda place, term: {"login": f"nobody-{term}", "password": "wrong"},
    "sign-out": lambda place, term: {},
    "language": lambda place, term: {"language": "en"},
    "large": lambda place, term: {"large": "1"},
    "choose-post": lambda place, term: {"term": term},
    "password": _password,
    "upload": lambda place, term: {},
    "layer-import": lambda place, term: {},
    "layer-draft": lambda place, term: {"field-class": "no such column"},
    "layer-draft-drop": lambda place, term: {},
    "layer-download": lambda place, term: {"format": "gpkg", "box": "1,1,2,2"},
    "draft": lambda place, term: {},
    "draft-publish": lambda place, term: {"digest": "0" * 64},
    "draft-discard": lambda place, term: {},
    "clearing-assign": lambda place, term: {"patches": [place["issued"]], "officer": "somebody"},
    "split-preview": _cut,
    "patch-split": _cut,
    "patch-report": _report,
    "patch-attach": lambda place, term: {
        "kind": "near",
        "file": SimpleUploadedFile("made.png", PNG, "image/png"),
    },
    "patch-object": lambda place, term: {"review": place["review"], "ground": "演示"},
    "patch-answer": lambda place, term: {"objection": place["objection"], "upheld": "true", "answer": "演示"},
    "review-patch": _review,
    "rechecks-again": lambda place, term: {"layer": place["layer"]},
    "rechecks-stop": lambda place, term: {},
    "recheck-decide": lambda place, term: {"decision": "keep", "reason": "演示"},
    "violation-group": lambda place, term: {"patches": [place["reported"]], "actor_name": "演示"},
    "violation-link": lambda place, term: {"version": "1", "patch": place["reported"], "tie": "first"},
    "document-draft": lambda place, term: {"kind": "bulletin", "region": CITY, "month": OLD_MONTH},
    "document-number": lambda place, term: {
        "document": place["document"],
        "code": "演示",
        "dated": DATED,
        "basis": "演示",
    },
}


PEOPLE_FORMS: dict[str, dict[str, Any]] = {
    "create": {"login": "new.comer", "name": "演示"},
    "reset": {"person": "nobody"},
    "post": {"title": "演示", "unit": "演示", "role": "officer", "region": "150627"},
    "grant": {"person": "nobody", "post": "none", "starts": DATED},
    "end": {"term": "none", "ends": DATED},
    "issue-key": {"term": "none", "label": "演示", "scopes": ["read"], "region": CITY, "expires": DATED},
    "revoke-key": {"key": "none"},
    "erase": {"person": "nobody", "ground": "演示"},
    "nothing": {},
}


def _month_form(verb: str, place: Place) -> dict[str, Any]:
    return {
        "announce": {"region": place.region, "month": MONTH},
        "object": {"announcement": place["announcement"], "text": "演示"},
        "answer": {"objection": place["month-objection"], "text": "演示"},
        "issue": {"announcement": place["announcement"], "facts_digest": "0" * 64},
        "correct": {"issue": place["issue"], "facts_digest": "0" * 64, "reason": "演示"},
        "propose": {"measure": place["measure"]},
        "decide": {"measure": place["measure"], "accept": "true", "document": "演示", "decided_on": DATED},
        "draft": {"kind": "warning", "region": place.region, "month": OLD_MONTH},
        "lift": {"restriction": place["restriction"], "document": "演示", "lifted_on": DATED},
        "nothing": {},
    }[verb]


def _api(name: str, place: Place) -> Call:
    paths: dict[str, dict[str, Any]] = {
        "patch": {"patch": place["issued"]},
        "months": {"month": MONTH},
        "month": {"month": MONTH, "region": place.region},
        "ledger_proof": {"index": place["entry"]},
        "report": {"patch": place["issued"]},
        "review": {"patch": place["reported"]},
        "city_review": {"patch": place["reported"]},
        "announce": {"month": MONTH, "region": place.region},
        "object_to": {"announcement": place["announcement"]},
        "issue": {"announcement": place["announcement"]},
        "propose": {"measure": place["measure"]},
        "decide": {"measure": place["measure"]},
    }
    bodies: dict[str, dict[str, Any]] = {
        "report": {**_report(place, ""), "version": 1},
        "review": _review(place, ""),
        "city_review": _review(place, ""),
        "object_to": {"text": "演示"},
        "issue": {"facts_digest": "0" * 64},
        "decide": {"accept": True, "document": "演示", "decided_on": DATED},
    }
    path = reverse(f"{API}:{name}", kwargs=paths.get(name, {}))
    return Call(path, bodies.get(name, {}), json=True)


def send(client: Any, method: str, made: Call) -> Any:
    if method == "GET":
        return client.get(made.path)
    if not made.json:
        return client.post(made.path, made.body)
    extra = {"HTTP_IDEMPOTENCY_KEY": "tried-at-every-door"}
    return client.post(made.path, json.dumps(made.body), "application/json", **extra)

"""However people, posts and steps are mixed, nothing is through without three natural persons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shoutu.errors import ShoutuError
from shoutu.platform.doors import Actor, Role
from shoutu.platform.enforcement.models import Report, Review
from tests.platform import ground

PERSONS = ("anna", "bert", "cora", "dirk")
POSTS = {
    "report": (Role.OFFICER, "150627"),
    "pass": (Role.REVIEWER, "150627"),
    "return": (Role.REVIEWER, "150627"),
    "city-pass": (Role.CITY_REVIEWER, "150600"),
    "city-return": (Role.CITY_REVIEWER, "150600"),
}

steps = st.lists(st.tuples(st.sampled_from(PERSONS), st.sampled_from(sorted(POSTS))), min_size=4, max_size=14)


@pytest.fixture
def rolled_back(db: None) -> Any:
    class Undo(Exception):
        pass

    def run(body: Any) -> None:
        try:
            with transaction.atomic():
                body()
                raise Undo
        except Undo:
            pass

    return run


def take(office: Any, person: str, step: str) -> None:
    role, region = POSTS[step]
    actor = Actor(person, f"{person}-{role}"[:16], role, region)
    if step == "report":
        office.report(actor, "A1", category="false-change", kinds=("panorama", "near"))
    else:
        outcome = step.removeprefix("city-")
        reason = {"reason": "photo-unclear"} if outcome == "return" else {}
        office.look(actor, "A1", outcome, city=step.startswith("city-"), **reason)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=steps)
def test_no_walk_gets_through_with_fewer_than_three(people, office, month, rolled_back, walk):
    def body() -> None:
        month("十月", {"A1": ground.square(0)})
        for person, step in walk:
            try:
                take(office, person, step)
            except ShoutuError:
                continue
            check(office)

    rolled_back(body)


def check(office: Any) -> None:
    patch = office.patch("A1")
    reports = list(Report.objects.filter(patch_id=patch.id).order_by("version"))
    assert [report.version for report in reports] == list(range(1, len(reports) + 1))
    for report in reports:
        hands = [report.officer, *passes(report)]
        assert len(hands) == len(set(hands))
    if patch.state == "city-passed":
        assert len({reports[-1].officer, *passes(reports[-1])}) == 3


def passes(report: Report) -> Iterator[str]:
    rows = Review.objects.filter(report=report, outcome="pass").order_by("reviewed_at")
    return (row.reviewer for row in rows)

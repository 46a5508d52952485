"""A published month in 伊金霍洛旗, and people who report and review it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery.queries import Filter
from shoutu.platform.doors import Actor
from shoutu.platform.enforcement import queries
from shoutu.platform.enforcement.inputs import ReportPatch, ReviewPatch
from shoutu.platform.enforcement.models import Report
from shoutu.platform.enforcement.services import reports, reviews
from tests.platform import ground


@dataclass
class Office:
    """Does one step as one person; what is not given is what an honest person would give."""

    people: Any
    folder: Path

    def patch(self, number: str) -> Any:
        rows = discovery.patches(self.people.carol, Filter(text=number), limit=200).rows
        return next(row for row in rows if row.number == number)

    def photo(self, actor: Actor, number: str, kind: str) -> str:
        path = self.folder / f"{number}-{kind}.png"
        Image.new("RGB", (8, 8), (hash(path.name) % 255, 90, 90)).save(path)
        return reports.attach(actor, self.patch(number).id, kind=kind, name=path.name, file=path).value

    def report(self, actor: Actor, number: str, **given: Any) -> Report:
        patch = self.patch(number)
        kinds = given.pop("kinds", ("panorama", "near", "record"))
        figures = discovery.figures(patch.id)
        stated = {
            "patch": patch.id,
            "version": patch.version,
            "category": "suspected-construction",
            "unit": "m2",
            "area": figures.area or "100",
            "farmland": figures.farmland or "0",
            "basic_farmland": figures.basic_farmland or "0",
            "actor_name": "某公司",
            "proofs": tuple(self.photo(actor, number, kind) for kind in kinds),
        }
        return reports.report(actor, ReportPatch(**{**stated, **given})).value

    def look(
        self, actor: Actor, number: str, outcome: str = "pass", *, city: bool = False, **given: Any
    ) -> Any:
        patch = self.patch(number)
        compared = queries.differences(self.people.carol, patch.id)
        stated = {"patch": patch.id, "report": compared.report, "outcome": outcome, "shown": compared.digest}
        data = ReviewPatch(**{**stated, **given})
        return (reviews.city_review if city else reviews.review)(actor, data)

    def through(self, number: str, **given: Any) -> None:
        """Reported, passed by the banner, passed by the city: three people."""
        self.report(self.people.alice, number, **given)
        self.look(self.people.bob, number)
        self.look(self.people.carol, number, city=True)


@pytest.fixture
def office(people: Any, tmp_path: Path) -> Office:
    return Office(people, tmp_path)


@pytest.fixture
def month(people: Any) -> Callable[..., None]:
    """Publish one month's patches: number → outline."""

    def issue(name: str, patches: dict[str, Any], issued_on: date = date(2026, 10, 8)) -> None:
        ground.publish_made(people.carol, patches, ground.header(name, issued_on=issued_on))

    return issue

"""A banner's records as `enforcement` would give them, so that a month can be tried by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from shoutu import clocks
from shoutu.clocks import SHANGHAI
from shoutu.platform.enforcement import queries as enforcement
from shoutu.platform.enforcement.rows import PolicyFacts, Undecided

BANNER = "150627"
MONTH = "2026-10"
ANNOUNCED = datetime(2026, 11, 16, 9, 0, tzinfo=SHANGHAI)
RIPE = datetime(2026, 11, 20, 9, 0, 3, 141592, tzinfo=SHANGHAI)


@dataclass
class Records:
    """The violations that stand reviewed; a test edits the list."""

    violations: list[dict[str, Any]] = field(default_factory=list)
    undecided: int = 0

    def add(
        self, identifier: str, m2: str, farmland: str = "0", *, month: str = MONTH, new: bool = True
    ) -> None:
        self.violations.append(
            {
                "id": identifier,
                "project": f"project{identifier}",
                "month": month,
                "year": 2026,
                "new": new,
                "area_m2": m2,
                "farmland_m2": farmland,
                "basic_farmland_m2": "0",
                "stopped": True,
                "investigated": True,
            }
        )

    def facts(self, banner: str, *, until: str, status: str = "city-reviewed") -> Mapping[str, Any]:
        kept = [v for v in self.violations if banner == BANNER and v["month"] <= until]
        return {"schema": 1, "region": banner, "violations": kept, "years": []}


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> Records:
    made = Records()
    monkeypatch.setattr(enforcement, "policy_facts", made.facts)
    monkeypatch.setattr(
        enforcement, "counted", lambda banner, *, until: PolicyFacts(made.facts(banner, until=until), {})
    )
    monkeypatch.setattr(
        enforcement, "undecided", lambda banner, month: Undecided(not_through=made.undecided, ungrouped=0)
    )
    monkeypatch.setattr(enforcement, "board", lambda actor, month: ())
    return made


@pytest.fixture
def at_announcement() -> Iterator[None]:
    with clocks.stopped_at(ANNOUNCED):
        yield

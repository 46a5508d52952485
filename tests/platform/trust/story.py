"""One banner's month as a list of steps through the real services, each of which may be done again.

A step finds what it needs by number, never by an id that an earlier try made, and carries a request
key: done twice it is one act. Two patches of 14 mu each make the month red, so that the issue writes
measures too. 演示数据.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from shoutu import clocks
from shoutu.clocks import SHANGHAI
from shoutu.platform.acts import BOOKKEEPING, Once
from shoutu.platform.discovery.intake import drafts
from shoutu.platform.discovery.intake.source import Source
from shoutu.platform.doors import Actor
from shoutu.platform.home import home
from shoutu.testing.people import PEOPLE
from tests.platform import ground
from tests.platform.planting import identifier

BANNER, MONTH = "150627", "2026-10"
PATCHES = {"A1": ground.square(0), "A2": ground.square(3)}
PROOFS = ("panorama", "near", "record")
WORK = datetime(2026, 10, 20, 9, 0, tzinfo=SHANGHAI)
ANNOUNCED = datetime(2026, 11, 16, 9, 0, tzinfo=SHANGHAI)
RIPE = datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)


@dataclass(frozen=True)
class Step:
    """`kind` is what the tables count by, such as review; `keeps` says that a file comes first."""

    name: str
    kind: str
    at: datetime
    perform: Callable[[], Any]
    keeps: bool = False

    def do(self) -> int:
        """The index of its entry."""
        with clocks.stopped_at(self.at):
            return int(self.perform().receipt.leaf_index)


def actors() -> dict[str, Actor]:
    from shoutu.platform.doors import Role

    return {
        made.key: Actor(
            identifier("person", made.key), identifier("term", made.key), Role(made.role), made.region
        )
        for made in PEOPLE
    }


def once(name: str) -> Once:
    return Once("story", name, hashlib.sha256(name.encode()).hexdigest())


def lay_ground() -> None:
    """Before the first step: what people bring, and a layer of farmland under half of the patches."""
    folder = home() / "made"
    folder.mkdir(exist_ok=True)
    features = [ground.patch(number, outline) for number, outline in PATCHES.items()]
    ground.geojson(folder / "batch.geojson", features)
    for number, kind in itertools.product(PATCHES, PROOFS):
        (folder / f"{number}-{kind}.png").write_bytes(_photo(number, kind))
    outline = {"旱地": [tuple(point) for point in ground.square(0, wide=4, tall=0.5)]}
    ground.layer(actors()["carol"], "farmland", "farmland", outline)


def read_once() -> None:
    """The batch's file is parsed by its limited process once; later tries get the same rows."""
    read = drafts.open_source

    @functools.cache
    def known(name: str, layer: str | None, crs: str | None, listed: Path | None) -> Source:
        return read(home() / "made" / name, name=name, layer=layer, crs=crs, listed=listed)

    drafts.open_source = lambda _, **given: known(**given)


def steps() -> list[Step]:
    """Publish, then attach, report and review each patch, group, announce, issue."""
    people = actors()
    found = [Step("publish", "publish", WORK, functools.partial(publish, people["carol"]))]
    for number in PATCHES:
        found += _of_patch(number, people)
    found.append(Step("group", "group", WORK, functools.partial(_group, people["bob"])))
    found.append(Step("announce", "announce", ANNOUNCED, functools.partial(_announce, people["carol"])))
    found.append(Step("issue", "issue", RIPE, functools.partial(_issue, people["dan"])))
    return found


def _of_patch(number: str, people: dict[str, Actor]) -> Iterator[Step]:
    for kind in PROOFS:
        attach = functools.partial(_attach, people["alice"], number, kind)
        yield Step(f"attach {number} {kind}", "attach", WORK, attach, keeps=True)
    yield Step(f"report {number}", "report", WORK, functools.partial(_report, people["alice"], number))
    look = functools.partial(_look, people["bob"], number, "review")
    yield Step(f"review {number}", "review", WORK, look)
    look = functools.partial(_look, people["carol"], number, "city-review")
    yield Step(f"city-review {number}", "city-review", WORK, look)


def publish(carol: Actor) -> Any:
    """Upload, look, publish: a new draft each time, as somebody does whose browser went away."""
    file = home() / "made" / "batch.geojson"
    draft = drafts.start(carol, file, file.name)
    shown = drafts.preview(carol, draft, header=ground.header("2026年十月一批"))
    return drafts.publish(carol, draft, digest=shown.digest)


def _patch(number: str) -> Any:
    from shoutu.platform.discovery import queries as discovery
    from shoutu.platform.discovery.queries import Filter

    rows = discovery.patches(actors()["carol"], Filter(text=number), limit=9).rows
    return next(row for row in rows if row.number == number)


def _photo(number: str, kind: str) -> bytes:
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (8, 8), (len(number + kind) * 7, PROOFS.index(kind) * 50, ord(number[-1]))).save(
        out, "PNG"
    )
    return out.getvalue()


def _attach(alice: Actor, number: str, kind: str) -> Any:
    from shoutu.platform.enforcement.services import reports

    file = home() / "made" / f"{number}-{kind}.png"
    return reports.attach(
        alice, _patch(number).id, kind=kind, name=file.name, file=file, once=once(f"{number} {kind}")
    )


def _report(alice: Actor, number: str) -> Any:
    from shoutu.platform.discovery import queries as discovery
    from shoutu.platform.enforcement.inputs import ReportPatch
    from shoutu.platform.enforcement.models import Evidence
    from shoutu.platform.enforcement.services import reports

    patch = _patch(number)
    figures = discovery.figures(patch.id)
    data = ReportPatch(
        patch=patch.id,
        version=patch.version,
        category="suspected-construction",
        unit="m2",
        area=figures.area or "0",
        farmland=figures.farmland or "0",
        basic_farmland=figures.basic_farmland or "0",
        actor_name="某公司（演示）",
        proofs=tuple(Evidence.objects.filter(patch_id=patch.id).values_list("id", flat=True)),
    )
    return reports.report(alice, data, once=once(f"report {number}"))


def _look(actor: Actor, number: str, level: str) -> Any:
    from shoutu.platform.enforcement import queries
    from shoutu.platform.enforcement.inputs import ReviewPatch
    from shoutu.platform.enforcement.services import reviews

    patch = _patch(number)
    compared = queries.differences(actor, patch.id)
    data = ReviewPatch(patch=patch.id, report=compared.report, outcome="pass", shown=compared.digest)
    act = reviews.review if level == "review" else reviews.city_review
    return act(actor, data, once=once(f"{level} {number}"))


def _group(bob: Actor) -> Any:
    from shoutu.platform.enforcement.inputs import Group
    from shoutu.platform.enforcement.services import violations

    data = Group(patches=tuple(_patch(number).id for number in PATCHES), actor_name="某公司（演示）")
    return violations.group(bob, data, once=once("group"))


def _announce(carol: Actor) -> Any:
    from shoutu.platform.warnings import inputs
    from shoutu.platform.warnings.services import month

    return month.announce(carol, inputs.Announce(region=BANNER, month=MONTH), once=once("announce"))


def _issue(dan: Actor) -> Any:
    from shoutu.platform.warnings import inputs
    from shoutu.platform.warnings.models import Announcement
    from shoutu.platform.warnings.services import month

    shown = Announcement.objects.get(region=BANNER, month=MONTH, current=True)
    data = inputs.IssueMonth(announcement=shown.id, facts_digest=shown.facts_digest)
    return month.issue(dan, data, once=once("issue"))


def state() -> dict[str, list[str]]:
    """Every row of every table that states a fact; drafts and queues may differ."""
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - BOOKKEEPING):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def outcome() -> dict[str, Any]:
    """What a month came to, without the ids that differ from one run to the next."""
    import json

    from shoutu.platform.discovery.models import Fact, Patch
    from shoutu.platform.enforcement.models import Report, Review, Violation
    from shoutu.platform.ledger.models import Entry
    from shoutu.platform.warnings.models import Issue, Measure

    return {
        "acts": list(Entry.objects.order_by("index").values_list("act", flat=True)),
        "patches": sorted(Patch.objects.values_list("number", "state", "area_m2")),
        "facts": sorted(Fact.objects.values_list("patch__number", "klass", "area_m2")),
        "reports": sorted(Report.objects.values_list("patch__number", "version", "area", "farmland")),
        "reviews": sorted(Review.objects.values_list("report__patch__number", "level", "outcome")),
        "violations": sorted(Violation.objects.values_list("number", "month")),
        "warnings": [
            [w["clause"], w["trigger"], w["level"]]
            for issue in Issue.objects.all()
            for w in json.loads(issue.answer)["warnings"]
        ],
        "measures": sorted(Measure.objects.values_list("kind", "state")),
    }


def files_without_row() -> list[str]:
    from shoutu.platform.enforcement.models import Evidence

    named = set(Evidence.objects.values_list("path", flat=True))
    kept = (
        path.relative_to(home()).as_posix() for path in (home() / "evidence").rglob("*") if path.is_file()
    )
    return sorted(path for path in kept if path not in named)


def rows_without_file() -> list[str]:
    """Evidence whose bytes are not there, or not those that the row says."""
    from shoutu.platform.enforcement.models import Evidence

    lost = []
    for path, digest in Evidence.objects.values_list("path", "sha256"):
        file = home() / path
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            lost.append(path)
    return lost

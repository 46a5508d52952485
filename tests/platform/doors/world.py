"""One of each thing in two banners, and one person of each role in both: 演示数据.

Rows are written straight, so that a door is tried without first passing through other doors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely

from shoutu import clocks
from shoutu.clocks import SHANGHAI
from shoutu.platform.acts import unsafe_writes
from shoutu.platform.discovery import crossing_again
from shoutu.platform.discovery.models import Batch, Crossing, Draft, Patch, Picture, Recheck
from shoutu.platform.discovery.pictures import keep_picture
from shoutu.platform.doors import Actor, Role
from shoutu.platform.enforcement import models as enforcement
from shoutu.platform.home import home
from shoutu.platform.ids import new_id
from shoutu.platform.ledger.services import Statement, append
from shoutu.platform.restrictions.models import Restriction
from shoutu.platform.territory.models import LayerVersion, Region
from shoutu.platform.territory.queries import current_layers
from shoutu.platform.warnings import models as warnings
from shoutu.platform.warnings.drafting import encode
from shoutu.platform.warnings.evaluation import Calculation, answer_to
from tests.platform import ground
from tests.platform.documents.samples import warning
from tests.platform.planting import STARTS, plant_people

HOME, FOREIGN, CITY = "150627", "150625", "150600"
MONTH, OLD_MONTH = "2026-10", "2026-09"
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=SHANGHAI)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000"
    "0400010a2db4e30000000049454e44ae426082"
)


@dataclass(frozen=True)
class Place:
    """What lies in one banner: ids by kind."""

    region: str
    ids: dict[str, str]

    def __getitem__(self, kind: str) -> str:
        return self.ids[kind]


@dataclass(frozen=True)
class Player:
    """Somebody who tries the doors: the column of the table, and the person."""

    column: str
    actor: Actor | None

    @property
    def key(self) -> str:
        return self.column if self.actor is None else f"{self.column} of {self.actor.region}"

    def owns(self, place: Place) -> bool:
        """City people own both banners."""
        return self.actor is not None and self.actor.region[:6] in (place.region, CITY)


@dataclass(frozen=True)
class World:
    players: tuple[Player, ...]
    places: tuple[Place, Place]
    layer: str
    key: str


BANNER_ROLES = {
    "officer": Role.OFFICER,
    "reviewer": Role.REVIEWER,
    "leader": Role.LEADER,
    "auditor": Role.AUDITOR,
    "enterprise": Role.ENTERPRISE,
    "patroller": Role.PATROLLER,
}
CITY_ROLES = {
    "city-reviewer": Role.CITY_REVIEWER,
    "city-leader": Role.LEADER,
    "city-auditor": Role.AUDITOR,
    "department": Role.DEPARTMENT,
    "system-admin": Role.SYSTEM_ADMIN,
    "security-admin": Role.SECURITY_ADMIN,
    "audit-admin": Role.AUDIT_ADMIN,
}
COLUMNS = (*BANNER_ROLES, *CITY_ROLES, "nobody")


def build() -> World:
    """Write it all. Call inside a transaction that is rolled back."""
    plant_people()
    with unsafe_writes("test: one of each thing"):
        players = tuple(_players())
        carol = next(player.actor for player in players if player.column == "city-reviewer")
        assert carol is not None
        places = (_place(HOME, carol), _place(FOREIGN, carol))
    outline = {"made": [tuple(point) for point in ground.square(0)]}
    around = [[[109.0, 39.0], [111.0, 39.0], [111.0, 40.0], [109.0, 40.0], [109.0, 39.0]]]
    with unsafe_writes("test: outlines, for a region without one reads no layer"):
        Region.objects.filter(code__in=(HOME, FOREIGN)).update(
            outline={"type": "Polygon", "coordinates": around}
        )
    layer = ground.layer(carol, "doors", "farmland", outline)
    with unsafe_writes("test: a question that the version raised"):
        for place in places:
            place.ids.update(_asked(place, layer, carol))
    return World(players, places, layer, _key(carol))


def _asked(place: Place, layer: str, carol: Actor) -> dict[str, str]:
    """A question about figures under an older version, and a job that looks for more."""
    older = LayerVersion.objects.get(id=layer)
    older.id, older.checksum, older.as_of = new_id(), place.region.ljust(64, "0"), date(2020, 12, 31)
    older.save(force_insert=True)
    crossing = Crossing.objects.create(
        batch_id=place["batch"], layer=older, kernel="made", recorded_at=clocks.now()
    )
    recheck = Recheck.objects.create(
        patch_id=place["issued"],
        region=place.region,
        layer_id=layer,
        before=crossing,
        after=[["made", "9530.00", "14.30"]],
        kernel="made",
        opened_at=clocks.now(),
    )
    job = crossing_again.start(carol, next(row for row in current_layers() if row.id == layer))
    return {"recheck": recheck.id, "layer": layer, "job": job}


def _key(holder: Actor) -> str:
    from shoutu.platform.accounts.models import Key

    with unsafe_writes("test: a key"):
        key = Key.objects.create(
            term_id=holder.term,
            label="演示",
            scopes=["read"],
            region=CITY,
            digest="0" * 64,
            hint="0000",
            issued_at=NOW,
            expires=date(2026, 12, 31),
        )
    return key.id


def _players() -> Iterator[Player]:
    for region in (HOME, FOREIGN):
        for column, role in BANNER_ROLES.items():
            yield Player(column, _person(role, f"{region}103" if role == Role.PATROLLER else region))
    for column, role in CITY_ROLES.items():
        yield Player(column, _person(role, CITY))
    yield Player("nobody", None)


def _person(role: Role, region: str) -> Actor:
    from shoutu.platform.accounts.models import Person, Post, Term

    login = f"{role}-{region}"
    person = Person.objects.create(login=login, name=f"{login}（演示）", password="!", created_at=NOW)
    post = Post.objects.create(title=str(role), unit="演示", role=str(role), region=region)
    term = Term.objects.create(person=person, post=post, starts=STARTS)
    return Actor(person.id, term.id, role, region)


def _place(region: str, carol: Actor) -> Place:
    batch = _batch(region)
    ids = {"batch": batch.id, "draft": _draft(region, carol)}
    issued = _patch(batch, region, 1, "issued")
    reported = _patch(batch, region, 2, "reported")
    returned = _patch(batch, region, 3, "returned")
    passed = _patch(batch, region, 4, "banner-passed")
    _report(passed, region)
    ids |= {"issued": issued.id, "reported": reported.id, "returned": returned.id}
    digest, path = keep_picture(PNG)
    for moment in ("before", "after"):
        Picture.objects.create(
            patch=issued, moment=moment, sha256=digest, path=path, west=109, south=39, east=110, north=40
        )
    ids |= _enforced(region, issued, reported, returned, path)
    ids |= _warned(region, carol)
    statement = Statement("region.register", "3.8", carol, region, f"patch:{issued.id}", {}, clocks.now())
    return Place(region, {**ids, "entry": str(append(statement).leaf_index), "subject": statement.subject})


def _batch(region: str) -> Batch:
    day = date(2026, 10, 8)
    return Batch.objects.create(
        number=f"演示{region}",
        title="演示",
        month=MONTH,
        campaign_year=2026,
        issued_on=day,
        report_due=day,
        city_review_due=day,
        source_name="made",
        source_sha256=region.ljust(64, "0"),
        digest="0" * 64,
        count=3,
        secrecy="open",
        published_by="",
        published_at=NOW,
    )


def _draft(region: str, carol: Actor) -> str:
    """A file that the city's reviewer is about to import; it is of no banner yet."""
    folder = home() / "uploads" / f"doors{region}"
    folder.mkdir(parents=True, exist_ok=True)
    file = ground.geojson(folder / "file.geojson", [ground.patch("1", ground.square(0))])
    draft = Draft.objects.create(
        person=carol.person,
        created_at=NOW,
        file_name="made.geojson",
        sha256=region.rjust(64, "0"),
        path=file.relative_to(home()).as_posix(),
    )
    return draft.id


def _patch(batch: Batch, region: str, number: int, state: str) -> Patch:
    x, y = ground.WEST + number * ground.SIDE, ground.SOUTH
    return Patch.objects.create(
        batch=batch,
        number=f"{region}-{number}",
        row=number,
        state=state,
        due_on=date(2026, 11, 30),
        region=region,
        township=f"{region}103",
        geometry=shapely.box(x, y, x + ground.SIDE, y + ground.SIDE).wkb,
        crs="EPSG:4490",
        west=x,
        south=y,
        east=x + ground.SIDE,
        north=y + ground.SIDE,
        hilbert=0,
        area_m2="9530.00",
    )


def _enforced(region: str, issued: Patch, reported: Patch, returned: Patch, path: str) -> dict[str, str]:
    review = enforcement.Review.objects.create(
        report=_report(returned, region),
        region=region,
        level="banner",
        reviewer="somebody",
        reviewer_term="term",
        outcome="return",
        reason="figures",
        shown={},
        shown_digest="0" * 64,
        reviewed_at=NOW,
    )
    objection = enforcement.Objection.objects.create(
        review=review, region=region, ground="演示", raised_by="somebody", raised_at=NOW
    )
    evidence = enforcement.Evidence.objects.create(
        patch=issued,
        region=region,
        kind="near",
        name="演示.png",
        media_type="image/png",
        size=len(PNG),
        sha256="0" * 64,
        path=path,
        attached_by="somebody",
        attached_at=NOW,
    )
    violation = enforcement.Violation.objects.create(
        number=f"演示{region}-1",
        region=region,
        month=MONTH,
        campaign_year=2026,
        confirmed_by="somebody",
        confirmed_at=NOW,
    )
    found = {"review": review, "objection": objection, "evidence": evidence, "violation": violation}
    return {"report": _report(reported, region).id, **{kind: row.id for kind, row in found.items()}}


def _report(patch: Patch, region: str) -> Any:
    return enforcement.Report.objects.create(
        patch=patch,
        region=region,
        version=1,
        officer="somebody",
        officer_term="term",
        category="suspected-construction",
        scheme="150000-2024",
        suspected=True,
        unit="m2",
        area="9530.00",
        farmland="0",
        basic_farmland="0",
        kernel="made",
        layers=[],
        reported_at=NOW,
    )


def _yellow(region: str) -> Calculation:
    """A month with one conclusion: a project of 3.75 mu."""
    made = {"id": f"{region}-old", "project": None, "month": OLD_MONTH, "year": 2026, "new": True}
    areas = {"area_m2": "2500", "farmland_m2": "0", "basic_farmland_m2": "0"}
    violation = {**made, **areas, "stopped": True, "investigated": True}
    facts = {"schema": 1, "region": region, "violations": [violation], "years": []}
    return Calculation(facts, answer_to(facts))


def _warned(region: str, carol: Actor) -> dict[str, str]:
    found = _yellow(region)
    texts = {"facts": found.facts_text, "answer": found.answer_text}
    running, old = (
        warnings.Announcement.objects.create(
            region=region,
            month=month,
            facts_digest=found.digest,
            object_until=date(2026, 11, 30),
            announced_by=carol.person,
            announced_at=NOW,
            **texts,
        )
        for month in (MONTH, OLD_MONTH)
    )
    objection = warnings.Objection.objects.create(
        announcement=running, region=region, text="演示", raised_by="somebody", raised_at=NOW
    )
    issue = warnings.Issue.objects.create(
        announcement=old,
        region=region,
        month=OLD_MONTH,
        signed_by="somebody",
        signed_term="term",
        issued_at=NOW,
        **texts,
    )
    measure = warnings.Measure.objects.create(
        issue=issue, region=region, month=OLD_MONTH, clause="6.4", kind="propose-suspension", grounds=[region]
    )
    restriction = Restriction.objects.create(
        kind=Restriction.SUSPENSION,
        region=region,
        scope=["演示"],
        document="演示1号",
        starts=date(2026, 11, 1),
        imposed_by="somebody",
        imposed_at=NOW,
    )
    document = warnings.Document.objects.create(
        kind="warning",
        region=region,
        month=OLD_MONTH,
        title="演示",
        fields=encode(warning()),
        drafted_by=carol.person,
        drafted_at=NOW,
    )
    return {
        "announcement": running.id,
        "month-objection": objection.id,
        "issue": issue.id,
        "measure": measure.id,
        "restriction": restriction.id,
        "document": document.id,
    }

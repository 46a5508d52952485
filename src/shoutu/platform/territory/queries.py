"""What other apps and pages read of regions and layers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from shoutu.errors import NotFound, Text
from shoutu.layers.meta import META
from shoutu.layers.open import meta_of
from shoutu.platform.doors import Actor, covers, may
from shoutu.platform.home import home
from shoutu.platform.territory.kinds import KINDS
from shoutu.platform.territory.models import LayerVersion, Region


@dataclass(frozen=True)
class RegionRow:
    code: str
    name: str
    name_en: str
    level: str
    illustrative: bool


@dataclass(frozen=True)
class LayerRow:
    """A registered version. `current`: the latest of its name by as-of date, then by registration.

    only_for_finding  its places came by an uncertain way: it is shown, and never measured by
    """

    id: str
    name: str
    kind: str
    title: str
    version: str
    checksum: str
    as_of: date
    secrecy: str
    source: str
    features: int
    folder: Path
    registered_at: datetime
    synthetic: bool
    current: bool
    only_for_finding: bool = False


def city() -> RegionRow:
    """The city of this installation."""
    found = Region.objects.filter(level="city").order_by("code").first()
    if found is None:
        raise NotFound(
            Text("还没有登记行政区。", "No region is registered yet."),
            remedy=Text("先登记市和旗区。", "Register the city and its banners first."),
        )
    return _region(found)


def regions(level: str = "", within: str = "") -> tuple[RegionRow, ...]:
    """Regions by code, of one level, inside a region."""
    found = Region.objects.all().order_by("code")
    if level:
        found = found.filter(level=level)
    return tuple(_region(row) for row in found if not within or covers(within, row.code))


def banners() -> tuple[RegionRow, ...]:
    return regions("banner")


def region(code: str) -> RegionRow:
    found = Region.objects.filter(code=code).first()
    if found is None:
        raise NotFound(Text("没有这个行政区。", "There is no such region."), found=code)
    return _region(found)


def names() -> Mapping[str, str]:
    """Chinese name by code, of every region."""
    return dict(Region.objects.values_list("code", "name"))


def outlines(level: str) -> Mapping[str, Mapping[str, Any]]:
    """GeoJSON geometry by code, of the regions of one level that have one."""
    found = Region.objects.filter(level=level, outline__isnull=False).order_by("code")
    return {row.code: row.outline for row in found if row.outline is not None}


def _region(row: Region) -> RegionRow:
    return RegionRow(row.code, row.name, row.name_en, row.level, row.illustrative)


def layers(actor: Actor | None, *, kind: str = "") -> tuple[LayerRow, ...]:
    """Every registered version, for a page: by kind, name, latest first."""
    if actor is None or not may(actor, "see.layers", actor.region):
        return ()
    found = LayerVersion.objects.filter(kind=kind) if kind else LayerVersion.objects.all()
    live = _live()
    order = {name: index for index, name in enumerate(KINDS)}
    rows = [_layer(row, row.id in live) for row in found.order_by("-as_of", "-registered_at", "id")]
    return tuple(sorted(rows, key=lambda row: (order.get(row.kind, len(order)), row.kind, row.name)))


SECRECY_DOORS: Mapping[str, str] = {"open": "see.open-layers", "internal": "see.layers"}
"""The door to the content of layers by their 密级; another 密级 has no door."""


def readable_layers(actor: Actor | None) -> tuple[LayerRow, ...]:
    """Every registered version whose content the actor may read, by name, latest first."""
    if actor is None:
        return ()
    doors = [secrecy for secrecy, door in SECRECY_DOORS.items() if may(actor, door, actor.region)]
    live = _live()
    found = LayerVersion.objects.filter(secrecy__in=doors)
    return tuple(
        _layer(row, row.id in live) for row in found.order_by("name", "-as_of", "-registered_at", "-id")
    )


def every_version() -> tuple[LayerRow, ...]:
    """For the upkeep of files: every registered version, whoever may read it."""
    return tuple(_layer(row, False) for row in LayerVersion.objects.order_by("id"))


def layer(actor: Actor | None, identifier: str) -> LayerRow:
    found = next((row for row in layers(actor) if row.id == identifier), None)
    if found is None:
        raise NotFound(Text("没有这个图层版本。", "There is no such layer version."), found=identifier)
    return found


def _live() -> set[str]:
    """Ids of the latest version of each name, and of the latest that may be measured by."""
    latest = {row.name: row.id for row in LayerVersion.objects.order_by("as_of", "registered_at", "id")}
    return {*latest.values(), *(row.id for row in current_layers())}


@lru_cache(maxsize=1024)
def _only_for_finding(folder: Path) -> bool:
    """Of a version's own document, which never changes."""
    return (folder / META).is_file() and meta_of(folder).only_for_finding


def current_layers(kind: str = "", on: date | None = None) -> tuple[LayerRow, ...]:
    """The current version of each name to measure by, as of a date at the latest; by kind and name.

    A version that is good for finding only is none of them: no figure comes from it.
    """
    found = LayerVersion.objects.all() if on is None else LayerVersion.objects.filter(as_of__lte=on)
    if kind:
        found = found.filter(kind=kind)
    latest = {
        row.name: row
        for row in found.order_by("as_of", "registered_at", "id")
        if not _only_for_finding(home() / row.folder)
    }
    order = {name: index for index, name in enumerate(KINDS)}
    rows = sorted(latest.values(), key=lambda row: (order.get(row.kind, len(order)), row.name))
    return tuple(_layer(row, True) for row in rows)


def layer_versions(identifiers: Iterable[str]) -> tuple[LayerRow, ...]:
    """The versions of these ids, current or not."""
    found = LayerVersion.objects.filter(id__in=list(identifiers)).order_by("name", "id")
    return tuple(_layer(row, False) for row in found)


def _layer(row: LayerVersion, current: bool) -> LayerRow:
    return LayerRow(
        id=row.id,
        name=row.name,
        kind=row.kind,
        title=row.title,
        version=row.version,
        checksum=row.checksum,
        as_of=row.as_of,
        secrecy=row.secrecy,
        source=row.source,
        features=row.features,
        folder=home() / row.folder,
        registered_at=row.registered_at,
        synthetic=row.synthetic,
        current=current,
        only_for_finding=_only_for_finding(home() / row.folder),
    )

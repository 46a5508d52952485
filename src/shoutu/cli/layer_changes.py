"""`shoutu layer diff` and `shoutu layer affected`: what a newer version of a layer changes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from shoutu.layers.difference import Difference, Side
    from shoutu.layers.meta import VersionMeta
    from shoutu.platform.discovery.affected import Affected
    from shoutu.platform.discovery.rows import ClassArea

_NOTHING = "-"


@click.command()
@click.argument("a", metavar="NAME@A")
@click.argument("b", metavar="NAME@B")
@click.option("--by", metavar="FIELD", help="The field whose values are the classes.")
@click.option("--out", metavar="FILE", help="Write the changes to FILE: .gpkg, .parquet or .csv.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def diff(a: str, b: str, by: str | None, out: str | None, as_json: bool) -> None:
    """Say what changed from version A to version B: ground added, removed, and of another class.

    A version is named by the number of its import, its own name, or the first digits of its checksum, as
    in land@1; NAME alone is its current version. Unchanged ground is in the totals and not in FILE.

    \b
    shoutu layer diff land@1 land@2 --out changes.gpkg
    """
    from shoutu.layers.difference import difference
    from shoutu.layers.export_difference import writer_for
    from shoutu.layers.open import open_version
    from shoutu.layers.versions import find_version
    from shoutu.platform.home import home

    write = None if out is None else writer_for(Path(out))
    versions = [open_version(find_version(said, home())) for said in (a, b)]
    found = difference(versions[0], versions[1], by)
    if write is not None and out is not None:
        write(found, Path(out))
    _show(found, as_json)


@click.command()
@click.argument("version", metavar="NAME@NEW")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def affected(version: str, as_json: bool) -> None:
    """List the patches whose figures would be others under version NEW, with both figures.

    Nothing is changed: when the version is registered, a job asks the officers about the same patches.
    """
    from shoutu.layers.open import open_version
    from shoutu.layers.versions import find_version
    from shoutu.platform import setup
    from shoutu.platform.home import home

    setup.open_records()
    from shoutu.platform.discovery.affected import affected_by, edition_of
    from shoutu.platform.enforcement.queries import filed_figures

    folder = find_version(version, home())
    rows = list(affected_by(edition_of(folder)))
    meta = open_version(folder).meta
    if not as_json:
        for row in rows:
            click.echo(f"{row.number}  {row.region}  {row.state}  {_areas(row.old)} → {_areas(row.new)}")
        click.echo(f"{len(rows)} patches would have other figures", err=True)
        return
    reported = filed_figures(row.patch for row in rows)
    about = {"name": meta.name, "version": meta.version, "checksum": meta.checksum, "as_of": meta.as_of}
    patches = [_patch(row, reported.get(row.patch)) for row in rows]
    _print({"schema": 1, "layer": about, "patches": patches})


def _show(found: Difference, as_json: bool) -> None:
    """Totals by class, and the account of either version."""
    if as_json:
        _print(_difference(found))
        return
    click.echo(f"{found.a.name} {found.a.version} → {found.b.name} {found.b.version}: {len(found)} changes")
    for total in found.totals:
        if total.from_class != total.to_class:
            change = f"{_name(total.from_class)} → {_name(total.to_class)}"
            click.echo(f"{change}: {total.area_m2:.2f} m² in {total.pieces}")
    unchanged = sum(total.area_m2 for total in found.totals if total.from_class == total.to_class)
    click.echo(f"unchanged: {unchanged:.2f} m², {found.equal_features} features equal to the last bit")
    click.echo(f"below 0.001 m² each, not written: {found.unwritten_m2:.6f} m²")
    for meta, side in zip((found.a, found.b), found.sides, strict=True):
        click.echo(
            f"{meta.name} {meta.version}: {side.area_m2:.2f} = {side.totals_m2:.2f} + "
            f"{side.covered_twice_m2:.2f} covered twice + {side.rest_m2:.6f} m²"
        )


def _name(class_: str | None) -> str:
    return _NOTHING if class_ is None else class_ or '""'


def _difference(found: Difference) -> dict[str, Any]:
    return {
        "schema": 1,
        "from": _version(found.a, found.sides[0]),
        "to": _version(found.b, found.sides[1]),
        "by": found.by,
        "crs": found.crs,
        "changes": len(found),
        "equal_features": found.equal_features,
        "unwritten_m2": f"{found.unwritten_m2:.6f}",
        "totals": [
            {
                "from_class": total.from_class,
                "to_class": total.to_class,
                "area_m2": f"{total.area_m2:.6f}",
                "changes": total.pieces,
            }
            for total in found.totals
        ],
    }


def _version(meta: VersionMeta, side: Side) -> dict[str, Any]:
    return {
        "name": meta.name,
        "version": meta.version,
        "checksum": meta.checksum,
        "as_of": meta.as_of,
        "area_m2": f"{side.area_m2:.6f}",
        "totals_m2": f"{side.totals_m2:.6f}",
        "covered_twice_m2": f"{side.covered_twice_m2:.6f}",
        "rest_m2": f"{side.rest_m2:.6f}",
    }


def _areas(rows: Iterable[ClassArea]) -> str:
    return ", ".join(f"{row.klass or _NOTHING} {row.area_m2}" for row in rows) or "0.00"


def _patch(row: Affected, reported: Mapping[str, str] | None) -> dict[str, Any]:
    return {
        "patch": row.patch,
        "number": row.number,
        "region": row.region,
        "state": row.state,
        "issued_on": row.issued_on.isoformat(),
        "old_version": row.old_version,
        "old_as_of": row.old_as_of.isoformat(),
        "old": [_class(one) for one in row.old],
        "new": [_class(one) for one in row.new],
        "reported": None if reported is None else dict(reported),
    }


def _class(row: ClassArea) -> dict[str, str]:
    return {"class": row.klass, "area_m2": row.area_m2, "area_mu": row.area_mu}


def _print(document: dict[str, Any]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))

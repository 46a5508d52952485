"""`shoutu layer`: import, list and check reference layers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shoutu.cli.layer_changes import affected, diff

if TYPE_CHECKING:
    from shoutu.layers.check import Fault
    from shoutu.layers.meta import VersionMeta


@click.group()
def command() -> None:
    """Import, list and check reference layers.

    Versions lie under SHOUTU_HOME/layers and never change once written.
    """


@command.command("import")
@click.argument("file", metavar="FILE")
@click.option("--name", required=True, help="The layer's name, as overlays call it.")
@click.option(
    "--secrecy",
    required=True,
    metavar="open|internal",
    help="密级: open (公开) or internal (内部). Classified (涉密) data are refused; there is no default.",
)
@click.option("--by", metavar="FIELD", help="The field whose values are the layer's classes.")
@click.option("--label", metavar="FIELD", help="The field that names a feature on maps and lists.")
@click.option("--dated", metavar="FIELD", help="The field with the day of which a feature tells.")
@click.option(
    "--crs",
    metavar="CRS",
    help="The CRS, where the file states none: EPSG:4525; 'EPSG:4525 yx' where the northing comes first; "
    "'X via OPERATION' from another datum; GCJ-02 or BD-09 for degrees of a Chinese map service (converted "
    "to about 10 m, for finding only). Without it the error lists what the numbers may be.",
)
@click.option(
    "--region",
    metavar="SOURCE",
    help="An outline that the file should fit, a layer's name or a path: numbers that fit it better in "
    "another CRS are refused until --crs says which.",
)
@click.option("--as-of", metavar="DATE", help="The day of which the file tells, YYYY-MM-DD.")
@click.option("--strict", is_flag=True, help="Refuse invalid geometry instead of repairing and reporting it.")
def import_(
    file: str,
    name: str,
    secrecy: str,
    by: str | None,
    label: str | None,
    dated: str | None,
    crs: str | None,
    region: str | None,
    as_of: str | None,
    strict: bool,
) -> None:
    """Make a version of a layer from FILE.

    FILE is GeoJSON, GPKG, Shapefile or FileGDB (loose or zipped), FlatGeobuf, GeoParquet, GML, KML/KMZ,
    DXF, 国土TXT, a table of boundary points (.xlsx, .csv) or CSV with a WKT column; of several polygon
    layers in one file name one: FILE|layername=NAME. The same file with the same words again changes nothing.

    A large layer takes a while; how far it is stands on standard error. Stop it with Ctrl-C (exit 130):
    the same command goes on from there, after a crash too.

    \b
    shoutu layer import dltb.zip --name land --secrecy internal --by DLMC --as-of 2024-12-31
    """
    from shoutu.cli import language
    from shoutu.cli.overlay import say_repairs
    from shoutu.layers.importing import current, import_layer
    from shoutu.layers.open import meta_of
    from shoutu.layers.region import region_of
    from shoutu.platform.home import prepare

    home = prepare()
    before = current(name, home)
    done = import_layer(
        file,
        name=name,
        secrecy=secrecy,
        home=home,
        by=by,
        label=label,
        dated=dated,
        crs=crs,
        as_of=as_of,
        strict=strict,
        near=None if region is None else region_of(region, home).ground,
        progress=_progress(),
    )
    for note in done.notes:
        click.echo(f"{file}: {note.to(language())}", err=True)
    say_repairs(file, done.repairs)
    if before is not None and done.created:
        _say_dropped(meta_of(before), done.meta)
    zh = language() == "zh"
    state = (
        ("已写入" if zh else "written") if done.created else ("已存在，未作改动" if zh else "there already")
    )
    click.echo(f"{done.meta.name} {done.meta.version}: {state}", err=True)
    click.echo(done.meta.checksum)


def _say_dropped(before: VersionMeta, now: VersionMeta) -> None:
    """The fields that the last version was read by and this one is not: proposed, never taken unasked."""
    from shoutu.cli import language

    options = (
        ("--by", before.class_field, now.class_field),
        ("--label", before.name_field, now.name_field),
        ("--dated", before.date_field, now.date_field),
    )
    dropped = [
        f"{option} {old}" for option, old, new in options if isinstance(old, str) and not isinstance(new, str)
    ]
    if dropped:
        words = " ".join(dropped)
        said = f"上一版用了 {words}" if language() == "zh" else f"the last version had {words}"
        click.echo(f"{now.name}: {said}", err=True)


def _progress() -> Callable[[str, int, int], None]:
    """On a terminal a line that changes, else a line for each tenth of a step."""
    terminal = sys.stderr.isatty()
    said: dict[str, int] = {}

    def show(step: str, done: int, of: int) -> None:
        share = 100 * done // of if of else done
        line = f"{step}: {share} %" if of else f"{step}: {done} MiB"
        if terminal:
            click.echo(f"\r\033[K{line}", nl=False, err=True)
            if step == "write" and done == of:
                click.echo("\r\033[K", nl=False, err=True)
        elif said.get(step) != share // 10:
            said[step] = share // 10
            click.echo(line, err=True)

    return show


@command.command("list")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(name: str | None, as_json: bool) -> None:
    """List every version of every layer, or of layer NAME, the current one of each last.

    A line: name, version, the day of which it tells, 密级, size, source. NAME@2024-12-31 names the version
    that told of that day, NAME@0002 the second one, wherever a layer is named.
    """
    from shoutu.layers.importing import every_version
    from shoutu.layers.work import unfinished
    from shoutu.platform.home import home

    metas = [meta for meta in every_version(home()) if name in (None, meta.name)]
    begun = [folder.name for folder in unfinished(home() / "layers")]
    if as_json:
        _print({"schema": 1, "layers": [_version(meta) for meta in metas], "unfinished": begun})
        return
    for meta in metas:
        size = f"{meta.features} features, {meta.area_m2:.2f} m²"
        click.echo(
            f"{meta.name}  {meta.version}  {meta.as_of or '-'}  {meta.secrecy}  {size}  {meta.source_file}"
        )
    for folder in begun:
        click.echo(f"unfinished: layers/.building/{folder}; its README.txt says how to go on", err=True)
    if not metas:
        click.echo("no layer was imported yet; see `shoutu layer import --help`", err=True)


@command.command("export")
@click.argument("name", metavar="NAME[@VERSION]")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The file to write.")
def export(name: str, out: Path) -> None:
    """Write a version of a layer as a file for others, in the CRS in which it came.

    OUT ends in .parquet (GeoParquet), .gpkg, .fgb, .shp.zip or .gdb.zip. VERSION is a day (YYYY-MM-DD): the
    version that told of it; or a number, a version's name or its checksum. Without it: the current one.

    \b
    shoutu layer export land@2024-12-31 --out land.parquet
    """
    from shoutu.layers.export_layer import export_version, format_of
    from shoutu.layers.open import open_version
    from shoutu.layers.versions import find_version
    from shoutu.platform.home import home

    format_of(out)
    version = open_version(find_version(name, home()))
    show = _progress() if sys.stderr.isatty() else None
    export_version(version, out, progress=None if show is None else partial(show, "write"))
    meta = version.meta
    click.echo(f"{meta.name} {meta.version}, {meta.features} features, {meta.secrecy} → {out}", err=True)
    click.echo(meta.checksum)


def _version(meta: VersionMeta) -> dict[str, Any]:
    return {
        "name": meta.name,
        "version": meta.version,
        "checksum": meta.checksum,
        "as_of": meta.as_of,
        "secrecy": meta.secrecy,
        "class_field": meta.class_field,
        "crs": meta.crs,
        "features": meta.features,
        "with_geometry": meta.with_geometry,
        "area_m2": f"{meta.area_m2:.6f}",
        "overlapping": meta.overlapping,
        "repaired": len(meta.repairs),
        "source_file": meta.source_file,
        "source_sha256": meta.source_sha256,
    }


@command.command("check")
@click.argument("file", metavar="FILE")
@click.option("--crs", metavar="CRS", help="The CRS, where the file states none; see `layer import`.")
@click.option(
    "--region",
    metavar="SOURCE",
    help="The outline that the features should lie in: an imported layer's name, else a path. What lies "
    "beyond is named, and numbers that fit it better in another CRS are an error.",
)
@click.option(
    "--covering",
    is_flag=True,
    help="The features should cover the region, or what they enclose, without overlap.",
)
@click.option(
    "--sliver",
    type=click.FloatRange(min=0),
    metavar="METRES",
    help="Name parts and holes narrower than this.  [default: 0.5]",
)
@click.option(
    "--strict", is_flag=True, help="Exit 1 where anything would be repaired, overlaps or leaves a gap."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(
    file: str,
    crs: str | None,
    region: str | None,
    covering: bool,
    sliver: float | None,
    strict: bool,
    as_json: bool,
) -> None:
    """Say what is wrong with the features of FILE, each with its remedy. Nothing is changed.

    Exit 0 when the file can be used, with repairs where some are listed; 1 when it cannot.
    """
    from shoutu.layers.check import SLIVER_M, Asked, counts, faults
    from shoutu.layers.read import read
    from shoutu.layers.region import region_of
    from shoutu.platform.home import home

    within = None if region is None else region_of(region, home())
    features = read(file, crs=crs, near=None if within is None else within.ground)
    found = faults(features, Asked(SLIVER_M if sliver is None else sliver, within, covering))
    usable = not any(fault.level == "error" for fault in found)
    if as_json:
        document = {
            "schema": 1,
            "file": features.file,
            "layer": features.layer,
            "crs": features.crs.name,
            "encoding": features.encoding,
            "features": len(features),
            "usable": usable,
            "notes": [_both(note) for note in features.notes],
            "counts": counts(found),
            "faults": [_fault(fault) for fault in found],
        }
        _print(document)
    else:
        _say(features.file, features.layer, len(features), found)
    refused = strict and any(fault.level == "repaired" or fault.kind in ("overlap", "gap") for fault in found)
    sys.exit(0 if usable and not refused else 1)


def _say(file: str, layer: str, features: int, found: list[Fault]) -> None:
    from shoutu.cli import language
    from shoutu.layers.check import counts

    spoken = language()
    click.echo(f"{file} ({layer}): {features} features, {len(found)} faults")
    for fault in found:
        at = "" if fault.at is None else f" ({fault.at[0]:.10g}, {fault.at[1]:.10g})"
        change = "" if fault.area_change_m2 is None else f", {fault.area_change_m2:+.6f} m²"
        area = "" if fault.area_m2 is None else f", {fault.area_m2:.6f} m²"
        what, remedy = fault.what.to(spoken), fault.remedy.to(spoken)
        place = "-" if fault.feature is None else fault.feature
        click.echo(f"{place}: {fault.kind}: {what}{at}{change}{area}. {remedy}")
    for kind, number in counts(found).items():
        click.echo(f"{kind}: {number}")


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "feature": fault.feature,
        "other": fault.other,
        "level": fault.level,
        "kind": fault.kind,
        "what": _both(fault.what),
        "remedy": _both(fault.remedy),
        "at": fault.at,
        "area_m2": None if fault.area_m2 is None else f"{fault.area_m2:.6f}",
        "area_change_m2": None if fault.area_change_m2 is None else f"{fault.area_change_m2:.6f}",
    }


def _both(text: Any) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _print(document: dict[str, Any]) -> None:
    import json

    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


@command.command()
@click.argument("name", metavar="NAME")
@click.option("--kind", required=True, help="What it is to the rules: land-use, basic-farmland, redline …")
@click.option("--title", required=True, help="What pages call it.")
@click.option("--as", "login", required=True, metavar="LOGIN", help="A city reviewer.")
def register(name: str, kind: str, title: str, login: str) -> None:
    """Let the platform use the current version of layer NAME: patches are crossed with it from then on."""
    from shoutu.platform import doors, setup

    setup.open_records()
    from shoutu.platform.accounts.queries import acting
    from shoutu.platform.territory.intake import current_version
    from shoutu.platform.territory.services import register_layer

    actor = acting(login)
    doors.require(actor, "layer.register", actor.region)
    done = register_layer(actor, current_version(name, kind=kind, title=title))
    click.echo(f"registered {done.value.version}; ledger entry {done.receipt.leaf_index}")


command.add_command(diff)
command.add_command(affected)

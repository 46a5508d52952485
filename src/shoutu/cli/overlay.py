"""`shoutu overlay`: how much of each patch lies in each class of each layer, as a table."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from shoutu.geometry.repair import Repair
    from shoutu.overlay.sources import Reading


class Pair(click.ParamType[tuple[str, str]]):
    """`NAME=VALUE`, both not empty."""

    name = "pair"

    def convert(
        self, value: str | tuple[str, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        name, mark, rest = value.partition("=")
        if not (name and mark and rest):
            self.fail(f"{value!r} is not NAME=VALUE", param, ctx)
        return name, rest


@click.command()
@click.argument("patches", metavar="PATCHES")
@click.option(
    "--layer",
    "layers",
    type=Pair(),
    multiple=True,
    required=True,
    metavar="NAME=SOURCE",
    help="A layer to cross with, as NAME in the answer; repeat for more. SOURCE is an imported layer's "
    "name, else a path (./ forces a path).",
)
@click.option(
    "--by",
    type=Pair(),
    multiple=True,
    metavar="NAME=FIELD",
    help="The field of layer NAME whose values are its classes. Without it the layer is one class.",
)
@click.option(
    "--net",
    type=Pair(),
    multiple=True,
    metavar="NAME=FIELD",
    help="The field of layer NAME with the share, from 0 to below 1, that is taken off each polygon's area "
    "(KCXS, ridges in farmland). Adds the columns net_m2 and net_mu.",
)
@click.option(
    "--id",
    "id_",
    metavar="FIELD",
    help="The field that names each patch, unique and not null.  [default: position from 0]",
)
@click.option(
    "--crs",
    metavar="CRS",
    help="The CRS of files that state none, such as EPSG:4525. 'X via OPERATION' names the transformation "
    "for files in X on another datum: 'EPSG:2361 via towgs84=DX,DY,DZ'.",
)
@click.option(
    "--figures",
    is_flag=True,
    help="Add the column figure_m2, rounded to 0.01 so that the classes under a layer and a row (未覆盖) for "
    "the rest sum to the patch.",
)
@click.option(
    "--dask",
    "cluster",
    metavar="ADDRESS",
    help="Run on the workers of the Dask scheduler at ADDRESS (tcp://HOST:PORT), which share this data "
    "directory; imported layers only, without --net.",
)
@click.option("--strict", is_flag=True, help="Refuse invalid geometry instead of repairing and reporting it.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="The table to write, .csv, .parquet or .xlsx; replaced as a whole.",
)
def command(
    patches: str,
    layers: tuple[tuple[str, str], ...],
    by: tuple[tuple[str, str], ...],
    net: tuple[tuple[str, str], ...],
    id_: str | None,
    crs: str | None,
    figures: bool,
    cluster: str | None,
    strict: bool,
    out: Path,
) -> None:
    """How much of each patch lies in each class of each layer.

    PATCHES and sources are GeoJSON, GPKG, Shapefile or FileGDB (loose or zipped), FlatGeobuf, GeoParquet,
    GML, KML/KMZ, DXF, 国土TXT, boundary points (.xlsx, .csv) or CSV with a WKT column; of several polygon
    layers in one file name one: FILE|layername=NAME. Areas are ellipsoidal (CGCS2000), edges
    straight in the CRS of each file, and each square metre counts once in a class. Columns: patch, layer,
    class, area_m2, area_mu, patch_area_m2; one row for each patch, layer and class from 0.001 m² up.

    \b
    shoutu overlay patches.geojson --layer land=dltb.zip --by land=DLMC --out areas.xlsx
    shoutu overlay month.shp --layer redline=redline --id BSM --crs EPSG:4525 --out areas.csv
    """
    from shoutu.layers.export import writer_for

    write = writer_for(out)
    classes, shares = dict(by), dict(net)
    if len(classes) < len(by) or len(shares) < len(net):
        raise click.UsageError("--by or --net names a layer twice.")
    if cluster is not None and net:
        raise click.UsageError("--dask goes without --net.")

    from shoutu.overlay.files import Request, overlay_sources
    from shoutu.platform.home import home

    request = Request(
        patches,
        layers,
        by=classes,
        net=shares,
        id=id_,
        crs=crs,
        figures=figures,
        strict=strict,
        home=home(),
        cluster=cluster,
    )
    areas, readings = overlay_sources(request, _progress() if sys.stderr.isatty() else None)
    for reading in readings:
        report(reading)
    write(areas, out)
    if sys.stderr.isatty():
        click.echo(f"{len(areas.layer)} rows → {out}", err=True)


def _progress() -> Callable[[int, int], None]:
    """A line on the terminal that counts up and goes when all is done."""

    def show(done: int, of: int) -> None:
        end = "\r\033[K" if done == of else ""
        click.echo(f"\r{100 * done // max(of, 1):3d} %{end}", nl=False, err=True)

    return show


def report(reading: Reading) -> None:
    """What a user must know of how a source was read: repairs, features without geometry, notes."""
    from shoutu.cli import language

    spoken = language()
    zh = spoken == "zh"
    for note in reading.notes:
        click.echo(f"{reading.source}: {note.to(spoken)}", err=True)
    if reading.without_geometry:
        count = reading.without_geometry
        words = f"{count} 个要素没有几何" if zh else f"{count} feature{'s'[: count > 1]} without geometry"
        click.echo(f"{reading.source}: {words}", err=True)
    say_repairs(reading.source, reading.repairs)


def say_repairs(source: str, repairs: Sequence[Repair]) -> None:
    """One line for each feature that was mended, with the area that this changed."""
    from shoutu.cli import language

    spoken = language()
    zh = spoken == "zh"
    for one in repairs:
        at = "" if one.at is None else f" ({one.at[0]:.10g}, {one.at[1]:.10g})"
        change = (
            f"面积变化 {one.area_change_m2:+.6f} ㎡"
            if zh
            else f"area changed by {one.area_change_m2:+.6f} m²"
        )
        label = f"要素 {one.feature}：已修复，" if zh else f"feature {one.feature}: repaired, "
        click.echo(f"{source}: {label}{one.what.to(spoken)}{at}; {change}", err=True)

"""`shoutu facts`: shapes of patches, and what lies near, outside, above or below them, as a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shoutu.cli.overlay import Pair, report

if TYPE_CHECKING:
    from shoutu.overlay.more import Facts


@click.command()
@click.argument("patches", metavar="PATCHES")
@click.option(
    "--measure",
    "measures",
    multiple=True,
    required=True,
    metavar="[NAME=]MEASURE",
    help="What to ask; repeat for more. NAME asks about one layer, without it every layer is asked. Of the "
    "patch alone: shape, around:METRES. Of a layer: distance, within:METRES, off-site[:ACCURACY], "
    "vertical:FLOOR,ROOF.",
)
@click.option(
    "--layer",
    "layers",
    type=Pair(),
    multiple=True,
    metavar="NAME=SOURCE",
    help="A layer to ask about, as in `shoutu overlay`; for distance and within also lines or points.",
)
@click.option(
    "--by",
    type=Pair(),
    multiple=True,
    metavar="NAME=FIELD",
    help="The field of layer NAME that is shown beside a feature; for off-site the field that holds the --id "
    "of the patch for which it was approved.",
)
@click.option(
    "--id",
    "id_",
    metavar="FIELD",
    help="The field that names each patch, unique and not null.  [default: position from 0]",
)
@click.option("--crs", metavar="CRS", help="The CRS of files that state none; see `shoutu overlay --help`.")
@click.option("--strict", is_flag=True, help="Refuse invalid geometry instead of repairing and reporting it.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The table to write, .csv, .parquet or .xlsx; replaced as a whole.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(
    patches: str,
    measures: tuple[str, ...],
    layers: tuple[tuple[str, str], ...],
    by: tuple[tuple[str, str], ...],
    id_: str | None,
    crs: str | None,
    strict: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Facts of each patch beside its areas.

    shape gives perimeter, compactness, mean width, largest circle inside, smallest rectangle around;
    around:500 the area of the patch and all within 500 m; distance the nearest feature and how far it is, 0
    where they touch; within:500 the area of the patch within 500 m of the layer; off-site what lies outside
    an approved outline and what exceeds it, off-site:0.1 also what is beyond surveys with a standard error
    of 0.1 m a point; vertical:FLOOR,ROOF, for each body under or over the patch, whether it overlaps it in
    height. All on the ellipsoid (CGCS2000). Columns: patch, layer, fact, feature, class, value, unit, word.

    \b
    shoutu facts patches.shp --layer roads=roads.geojson --measure distance --measure shape --out facts.xlsx
    shoutu facts pits.shp --id NO --layer plan=approved.shp --by plan=NO --measure off-site:0.1 --json
    """
    if (out is None) == (not as_json):
        raise click.UsageError("Give --out FILE, or --json.")
    fields = dict(by)
    if len(fields) < len(by):
        raise click.UsageError("--by names a layer twice.")

    from shoutu.layers.export import writer_for
    from shoutu.overlay.measures import parse
    from shoutu.overlay.more import Request, facts_of
    from shoutu.platform.home import home

    write = None if out is None else writer_for(out)
    asked = tuple(parse(text) for text in measures)
    request = Request(patches, layers, asked, by=fields, id=id_, crs=crs, strict=strict, home=home())
    found, readings = facts_of(request)
    for reading in readings:
        report(reading)
    if write is not None and out is not None:
        write(found, out)
        return
    click.echo(json.dumps(_document(patches, found), ensure_ascii=False, indent=2))


def _document(patches: str, found: Facts) -> dict[str, Any]:
    return {
        "schema": 1,
        "patches": patches,
        "facts": [
            {
                "patch": found.ids[row.patch],
                "layer": row.layer or None,
                "fact": row.fact,
                "feature": row.feature,
                "class": row.class_ or None,
                "value": None if row.value is None else f"{row.value:.6f}",
                "unit": row.unit,
                "word": row.word or None,
            }
            for row in found.rows
        ],
    }

"""`shoutu detect`: what changed between two images of one place, as polygons."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="PATCHES.gpkg",
    help="GeoPackage to write (replaced as a whole): layer `patches` with `score` and `area_m2`.",
)
@click.option(
    "--mask",
    type=click.Path(path_type=Path),
    metavar="MASK.tif",
    help="One band; where it is not 0 (cloud, shadow, water) nothing is judged. Its grid may differ.",
)
@click.option(
    "--score",
    type=click.Path(path_type=Path),
    metavar="SCORE.tif",
    help="Also write the score of each pixel of BEFORE, 0 to 1; nodata -9999 where nothing is judged.",
)
@click.option(
    "--min-area",
    type=float,
    metavar="M2",
    help="Smallest patch in square metres.  [default: 400, or four pixels when that is larger]",
)
def command(
    before: Path, after: Path, out: Path, mask: Path | None, score: Path | None, min_area: float | None
) -> None:
    """Find what changed between two images of one place.

    BEFORE and AFTER are rasters with the same bands in the same order; their grids and CRS need not
    agree. An ENVI header (.hdr) stands for its data. Patches are suspected changes (疑似变化), found by
    IR-MAD after registration, where the score is 0.5 or more; somebody must look at each. The score
    compares pixels of one pair only. Without change the layer is empty and the exit code 0.

    \b
    shoutu detect 2023.tif 2024.tif --out patches.gpkg
    shoutu detect 2023.tif 2024.tif --mask clouds.tif --score score.tif --out patches.gpkg
    """
    from shoutu.cli import language
    from shoutu.imagery.detect import Request, detect

    spoken = language()
    steps = {
        "register": {"zh": "配准", "en": "registering"},
        "fit": {"zh": "拟合", "en": "fitting"},
        "compare": {"zh": "比较", "en": "comparing"},
        "outline": {"zh": "勾绘", "en": "outlining"},
    }
    heard: list[str] = []

    def progress(step: str, share: float) -> None:
        if step not in heard:
            heard.append(step)
            click.echo(f"{steps[step][spoken]} …", err=True)

    found = detect(Request(before, after, out, mask, score, min_area), progress)
    for note in found.notes:
        click.echo(note.to(spoken), err=True)
    if spoken == "zh":
        done = f"疑似变化图斑 {found.patches} 个，共 {found.area_m2:.2f} ㎡ → {out}"
    else:
        done = f"{found.patches} suspected patches, {found.area_m2:.2f} m² in all → {out}"
    click.echo(done, err=True)

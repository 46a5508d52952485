"""`shoutu region`: the regions of an installation, from a file of one's own."""

from __future__ import annotations

import click


@click.group()
def command() -> None:
    """Register and list regions (行政区).

    \b
    Examples:
      shoutu region import banners.geojson --code code --name name --level banner --as system
      shoutu region list
    """


@command.command("import")
@click.argument("file")
@click.option("--code", "code_field", required=True, metavar="FIELD", help="Field with the region's code.")
@click.option("--name", "name_field", required=True, metavar="FIELD", help="Field with its name.")
@click.option(
    "--level",
    required=True,
    type=click.Choice(["city", "banner", "township", "village"]),
    help="What the file's regions are.",
)
@click.option("--crs", metavar="CRS", help="Where the file names none.")
@click.option("--as", "login", required=True, metavar="LOGIN", help="A system administrator.")
def import_regions(
    file: str, code_field: str, name_field: str, level: str, crs: str | None, login: str
) -> None:
    """Register the polygons of FILE as regions of one level; the city first, then its banners.

    Codes are GB/T 2260: 6 digits (a city ends in 00), 9 for a township, 12 for a village. Known codes
    get the new name and outline.
    """
    from shoutu.platform import doors, setup

    setup.open_records()
    from shoutu.platform.accounts.queries import acting
    from shoutu.platform.territory.intake import regions_of
    from shoutu.platform.territory.services import register_regions

    actor = acting(login)
    doors.require(actor, "region.register", actor.region)
    done = register_regions(actor, regions_of(file, code=code_field, name=name_field, level=level, crs=crs))
    click.echo(f"{len(done.value)} regions registered; entry {done.receipt.leaf_index}")


@command.command("list")
def list_regions() -> None:
    """Every region: code, level, name."""
    from shoutu.platform import setup

    setup.open_records()
    from shoutu.platform.territory.queries import regions

    for region in regions():
        click.echo(f"{region.code}\t{region.level}\t{region.name}")

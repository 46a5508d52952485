"""`shoutu month`: a month's levels as they stand, announced to the banners, and issued."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from shoutu.platform.warnings.rows import BoardRow

SCHEMA = 1


@click.group()
def command() -> None:
    """Preview, announce or issue a month's warnings (《意见》 part 6).

    Whoever may start this command on the data directory acts as the person named by --as; the record
    says so. Exit codes: 0 done, 1 refused, 2 bad input.

    \b
    Examples:
      shoutu month preview 2026-10 --as city
      shoutu month announce 2026-10 150627 --as city
      shoutu month issue 2026-10 150627 --as leader
    """


_LOGIN = click.option("--as", "login", required=True, metavar="LOGIN", help="Who acts.")
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


@command.command()
@click.argument("month")
@_LOGIN
@_JSON
def preview(month: str, login: str, as_json: bool) -> None:
    """Show every banner's level as the facts stand, and how far the next one is. Writes nothing."""
    from shoutu.platform import doors, setup

    setup.open_records()
    from shoutu.platform.accounts.queries import acting
    from shoutu.platform.discovery.inputs import check_month
    from shoutu.platform.warnings import queries

    check_month(month)
    actor = acting(login)
    doors.require(actor, "see.board", actor.region)
    rows = queries.board(actor, month)
    if as_json:
        document = {"schema": SCHEMA, "month": month, "banners": [_object(row) for row in rows]}
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    for row in rows:
        click.echo(_line(row))


def _object(row: BoardRow) -> dict[str, Any]:
    return {
        "region": row.region,
        "name": row.name,
        "status": row.status,
        "level": row.level,
        "month_level": row.month_level,
        "project_level": row.project_level or None,
        "parcels": row.parcels,
        "area_m2": row.area_m2 or None,
        "farmland_m2": row.farmland_m2 or None,
        "not_through": row.undecided.total,
        "next": _next(row),
    }


def _next(row: BoardRow) -> dict[str, str] | None:
    """The nearest higher band: which figure lacks how much."""
    scale = row.nearest
    if scale is None or scale.next is None:
        return None
    return {"figure": scale.name, "level": scale.next.level, "gap": scale.gap_text, "unit": scale.unit}


def _line(row: BoardRow) -> str:
    gap = _next(row)
    parts = [
        row.region,
        row.name,
        row.level,
        f"{row.parcels} parcels",
        f"{row.area_m2 or '-'} m2",
        row.status,
        f"{gap['figure']}: {gap['gap']} {gap['unit']} to {gap['level']}" if gap else "",
    ]
    return "  ".join(part for part in parts if part)


@command.command()
@click.argument("month")
@click.argument("region")
@_LOGIN
def announce(month: str, region: str, login: str) -> None:
    """Put a banner's month before its leaders, who may object for three working days."""
    from shoutu.platform import setup

    setup.open_records()
    from shoutu.platform.accounts.queries import acting
    from shoutu.platform.warnings.inputs import Announce
    from shoutu.platform.warnings.services import month as acts

    done = acts.announce(acting(login), Announce(region=region, month=month))
    click.echo(f"announced; objections until {done.value.object_until}; entry {done.receipt.leaf_index}")


@command.command()
@click.argument("month")
@click.argument("region")
@_LOGIN
def issue(month: str, region: str, login: str) -> None:
    """Sign and issue an announced month. The announcer cannot be the signer."""
    from shoutu.platform import setup

    setup.open_records()
    from shoutu.platform.accounts.queries import acting
    from shoutu.platform.warnings import queries
    from shoutu.platform.warnings.inputs import IssueMonth
    from shoutu.platform.warnings.services import month as acts

    actor = acting(login)
    page = queries.month_page(actor, region, month)
    data = IssueMonth(announcement=page.announcement or "", facts_digest=page.facts_digest)
    done = acts.issue(actor, data)
    click.echo(f"issued; entry {done.receipt.leaf_index}")

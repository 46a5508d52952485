"""`shoutu key`: keys by which a department's programs ask and act."""

from __future__ import annotations

from datetime import datetime

import click


@click.group()
def command() -> None:
    """Issue, list and revoke keys for the API.

    A key acts in the post of the person who answers for it, in a region of that post, for at most a
    year. Exit codes: 0 done, 1 refused, 2 bad input.

    \b
    Examples:
      shoutu key issue registry --label 不动产登记 --scope read --until 2027-06-30 --as ben
      shoutu key list --as ben
      shoutu key revoke KEY --as ben
    """


_LOGIN = click.option("--as", "login", required=True, metavar="LOGIN", help="A security administrator.")


@command.command()
@click.argument("holder", metavar="LOGIN")
@click.option("--label", required=True, help="What the key is for, as lists show it.")
@click.option(
    "--scope",
    "scopes",
    required=True,
    multiple=True,
    type=click.Choice(["read", "act"]),
    help="What it may do; give it twice for both.",
)
@click.option("--region", default="", metavar="CODE", help="Default: the region of the holder's post.")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Last day, YYYY-MM-DD.")
@_LOGIN
def issue(holder: str, label: str, scopes: tuple[str, ...], region: str, until: datetime, login: str) -> None:
    """Issue a key that acts as LOGIN. The token is printed once and kept nowhere."""
    from shoutu.platform import setup

    setup.open_records()
    from shoutu.platform.accounts.inputs import NewKey
    from shoutu.platform.accounts.queries import acting
    from shoutu.platform.accounts.services.keys import issue_key

    actor, answering = acting(login), acting(holder)
    data = NewKey(
        term=answering.term,
        label=label,
        scopes=tuple(sorted(set(scopes))),
        region=region or answering.region,
        expires=until.date(),
    )
    done = issue_key(actor, data)
    click.echo(f"key {done.value.key}; ledger entry {done.receipt.leaf_index}", err=True)
    click.echo(done.value.token)


@command.command("list")
@_LOGIN
def list_(login: str) -> None:
    """Every key: id, label, scopes, region, last day, state."""
    from shoutu.platform import doors, setup

    setup.open_records()
    from shoutu.platform.accounts.queries import acting, keys

    actor = acting(login)
    doors.require(actor, "key.issue", actor.region)
    for row in keys(actor):
        state = "revoked" if row.revoked else "live"
        columns = (row.id, row.label, ",".join(row.scopes), row.region, row.expires.isoformat(), state)
        click.echo("\t".join(columns))


@command.command()
@click.argument("key")
@_LOGIN
def revoke(key: str, login: str) -> None:
    """End a key at once."""
    from shoutu.platform import setup

    setup.open_records()
    from shoutu.platform.accounts.inputs import RevokeKey
    from shoutu.platform.accounts.queries import acting
    from shoutu.platform.accounts.services.keys import revoke_key

    done = revoke_key(acting(login), RevokeKey(key=key))
    click.echo(f"revoked; ledger entry {done.receipt.leaf_index}")

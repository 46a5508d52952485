"""`shoutu person`: the first two administrators; everybody else is entered on the people page."""

from __future__ import annotations

import sys

import click

from shoutu.errors import BadInput, Text


@click.group()
def command() -> None:
    """Add people; the first administrator."""


@command.command("add-first-administrators")
@click.option("--region", required=True, help="Code of the city, such as 150600.")
@click.option("--system", required=True, metavar="LOGIN", help="Login of the system administrator.")
@click.option("--system-name", required=True, metavar="NAME")
@click.option("--security", required=True, metavar="LOGIN", help="Login of the security administrator.")
@click.option("--security-name", required=True, metavar="NAME")
@click.option("--passwords-on-stdin", is_flag=True, help="Read two lines instead of asking.")
def add_first_administrators(
    region: str, system: str, system_name: str, security: str, security_name: str, passwords_on_stdin: bool
) -> None:
    """Enter the two people who let everybody else in.

    The system administrator enters people and posts, the security administrator grants posts; they
    exclude one another and every other post. Refused once there is an administrator.
    """
    from shoutu.platform import setup

    setup.load()
    setup.migrate()
    from shoutu.platform.accounts.inputs import Administrator, FirstAdministrators
    from shoutu.platform.accounts.services.people import found_administrators, founder

    first, second = _passwords(system, security, passwords_on_stdin)
    done = found_administrators(
        founder(region),
        FirstAdministrators(
            region=region,
            system=Administrator(login=system, name=system_name, password=first),
            security=Administrator(login=security, name=security_name, password=second),
        ),
    )
    click.echo(f"entered {system} and {security}; ledger entry {done.receipt.leaf_index}")


def _passwords(system: str, security: str, on_stdin: bool) -> tuple[str, str]:
    if not on_stdin:
        return _ask(system), _ask(security)
    lines = sys.stdin.read().splitlines()
    if len(lines) != 2:
        raise BadInput(
            Text("标准输入应有两行密码。", "Standard input must hold two lines, a password each."),
            found=f"{len(lines)} lines",
            remedy=Text(
                "先写系统管理员的。",
                "First the system administrator's.",
            ),
        )
    return lines[0], lines[1]


def _ask(login: str) -> str:
    answer: str = click.prompt(f"Password of {login}", hide_input=True, confirmation_prompt=True, err=True)
    return answer

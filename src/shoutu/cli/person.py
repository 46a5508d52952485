"""`shoutu person`: the first two administrators, then people and posts by one and terms by the other."""

from __future__ import annotations

import sys
from typing import Any

import click

from shoutu.errors import BadInput, Text


@click.group()
def command() -> None:
    """Add people and their posts; the first administrators.

    \b
    Examples:
      shoutu person add-first-administrators --region 150600 --system ann --system-name 安 \\
          --security ben --security-name 本
      shoutu person add officer1 --name 李军 --role officer --region 150627 \\
          --unit 伊金霍洛旗自然资源局 --title 执法大队队员 --as ann
      shoutu person grant officer1 POST --from 2026-11-01 --as ben
    """


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


@command.command()
@click.argument("login")
@click.option("--name", required=True)
@click.option("--role", required=True, help="officer, reviewer, city-reviewer, leader, auditor …")
@click.option("--region", required=True, metavar="CODE", help="Where the post is.")
@click.option("--unit", required=True, help="The office.")
@click.option("--title", required=True, help="The post's title.")
@click.option("--certificate", default="", help="Enforcement certificate number (执法证号).")
@click.option("--as", "acting_login", required=True, metavar="LOGIN", help="A system administrator.")
def add(
    login: str, name: str, role: str, region: str, unit: str, title: str, certificate: str, acting_login: str
) -> None:
    """Enter a person and a post made for them; a security administrator grants it.

    Prints the password made for them, which must be changed at the first sign-in, and the post's id.
    """
    from shoutu.platform import setup

    setup.load()
    from shoutu.platform.accounts.inputs import NewPerson, NewPost
    from shoutu.platform.accounts.queries import acting
    from shoutu.platform.accounts.services.people import create_person
    from shoutu.platform.accounts.services.terms import create_post
    from shoutu.platform.forms import convert

    actor = acting(acting_login)
    post = convert(NewPost, {"title": title, "unit": unit, "role": role, "region": region})
    made = create_person(actor, NewPerson(login=login, name=name, certificate=certificate)).value
    click.echo(f"password {made.password}")
    click.echo(f"post {create_post(actor, post).value}")


@command.command()
@click.argument("login")
@click.argument("post")
@click.option("--from", "starts", type=click.DateTime(["%Y-%m-%d"]), help="First day; default: today.")
@click.option("--as", "acting_login", required=True, metavar="LOGIN", help="A security administrator.")
def grant(login: str, post: str, starts: Any, acting_login: str) -> None:
    """Give the person with LOGIN the post with the id POST."""
    from shoutu.platform import setup

    setup.load()
    from shoutu import clocks
    from shoutu.platform.accounts.inputs import NewTerm
    from shoutu.platform.accounts.queries import acting, person_of
    from shoutu.platform.accounts.services.terms import grant_term

    first = starts.date() if starts else clocks.today()
    done = grant_term(acting(acting_login), NewTerm(person=person_of(login), post=post, starts=first))
    click.echo(f"granted from {first}; ledger entry {done.receipt.leaf_index}")


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

"""`shoutu policy`: evaluate facts, explain the answer, list readings, report coverage.

Each command imports what it needs when it runs, so that `--help` starts fast.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from shoutu.errors import BadInput, Text


@click.group()
def command() -> None:
    """Evaluate, explain and list the order's rules.

    Pure: no database, no clock. What the commands print are computed proposals; a named person decides.
    """


_PACK = click.option(
    "--pack",
    "pack_name",
    default="ordos_2024_23",
    metavar="NAME|FOLDER",
    show_default=True,
    help="An installed pack, or a folder (./ forces a folder). A pack is code: name only folders you trust.",
)
_READING = click.option(
    "--reading",
    "readings",
    multiple=True,
    metavar="NAME=OPTION",
    help="How an open question of the order is read; repeat for several. See `shoutu policy readings`.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def chosen(readings: tuple[str, ...]) -> dict[str, str]:
    """NAME=OPTION pairs; BadInput on anything else, or on two options for one name."""
    out: dict[str, str] = {}
    for item in readings:
        name, equals, option = item.partition("=")
        if not (name and equals and option):
            raise BadInput(
                Text("--reading 应写成 名称=选项", "--reading takes NAME=OPTION"),
                found=item,
                remedy=Text("例如 --reading 6.2-edge=milder", "for example --reading 6.2-edge=milder"),
            )
        if out.get(name, option) != option:
            raise BadInput(
                Text(f"口径 {name} 给了两个选项", f"two options for reading {name}"),
                found=f"{out[name]}, {option}",
            )
        out[name] = option
    return out


def _print(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


@command.command()
@click.argument("facts", type=click.Path(path_type=Path), metavar="FACTS.json")
@_PACK
@_READING
@_JSON
def evaluate(facts: Path, pack_name: str, readings: tuple[str, ...], as_json: bool) -> None:
    """Warnings, measures, referrals and what is not known, for one banner's facts.

    Without --json the sentences are printed, one a line.
    """
    from shoutu.cli import language
    from shoutu.policy import evaluate as run
    from shoutu.policy import facts_from_file, load_pack
    from shoutu.policy.wording import sentence

    pack = load_pack(pack_name)
    answer = run(pack, facts_from_file(facts), chosen(readings))
    if as_json:
        _print(answer.to_document())
        return
    for entry in answer.trace:
        click.echo(f"{entry.entry}\t{sentence(pack, entry, language())}")

"""The command `shoutu`: one file per group, loaded only when its command is called.

The table below is the whole list; `--help` reads it and imports nothing else, so it stays fast.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from shoutu import errors
from shoutu.errors import Language, ShoutuError

EXIT_CODES: tuple[tuple[type[ShoutuError], int], ...] = (
    (errors.BadInput, 2),
    (errors.NeedsPerson, 3),
    (errors.Stopped, 130),
    (ShoutuError, 1),
)

COMMANDS: dict[str, tuple[str, str]] = {
    # name: (module, one line of help)
    "policy": ("shoutu.cli.policy", "Evaluate, explain and list the order's rules."),
    "overlay": ("shoutu.cli.overlay", "How much of each patch lies in each class of each layer."),
    "facts": ("shoutu.cli.facts", "Shapes, distances, and what lies near, outside, above each patch."),
    "layer": ("shoutu.cli.layer", "Import, list and check reference layers."),
    "detect": ("shoutu.cli.detect", "Find what changed between two images of one place."),
    "ledger": ("shoutu.cli.ledger", "Export, prove and verify the record."),
    "region": ("shoutu.cli.region", "Register and list regions."),
    "batch": ("shoutu.cli.batch", "Import a month's patches."),
    "month": ("shoutu.cli.month", "Preview or issue a month's warnings."),
    "person": ("shoutu.cli.person", "Add people; the first administrator."),
    "key": ("shoutu.cli.key", "Issue and revoke keys for the API."),
    "demo": ("shoutu.cli.demo", "Fill an empty data directory with the sample city."),
    "serve": ("shoutu.cli.serve", "Serve the pages and the API."),
    "worker": ("shoutu.cli.worker", "Run queued jobs."),
    "backup": ("shoutu.cli.backup", "Write records, layers and evidence as one set."),
    "restore": ("shoutu.cli.restore", "Put a backup into an empty data directory."),
    "doctor": ("shoutu.cli.doctor", "Check the installation and say what is wrong."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when called, not when listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = import_module(COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="shoutu", prog_name="shoutu")
def shoutu() -> None:
    """守土: carry out a city's order on natural-resource management.

    The data directory is SHOUTU_HOME (default: ~/.shoutu). Exit codes: 0 done or passed,
    1 refused, not found or failed verification, 2 bad usage or input, 3 needs a person,
    130 stopped by the user. Messages follow LANG; SHOUTU_LANG=zh or en overrides.
    """


def language() -> Language:
    """The language of messages on this terminal."""
    for name in ("SHOUTU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def exit_code(error: ShoutuError) -> int:
    return next(code for family, code in EXIT_CODES if isinstance(error, family))


def main(args: list[str] | None = None) -> Any:
    try:
        return shoutu.main(args=args, prog_name="shoutu", standalone_mode=False)
    except ShoutuError as error:
        click.echo(error.diagnostics(language()), err=True)
        sys.exit(exit_code(error))
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        click.echo("stopped; nothing was changed", err=True)
        sys.exit(130)

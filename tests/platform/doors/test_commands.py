"""T9, commands: each is named in `commands.csv`; those that act as a person ask that person's door.

anybody   needs no records: files that are given
operator  whoever may start commands on the data directory; the record's own rules hold for what it writes
person    acts as `--as LOGIN`: allowed, or refused (exit 1, the door being shut)
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from django.db import transaction

from shoutu import cli
from shoutu.platform import acts, doors
from tests.platform import ground
from tests.platform.doors.world import BANNER_ROLES, CITY_ROLES, HOME, MONTH, World

TABLE = Path(__file__).with_name("commands.csv")


def table() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LINES = table()
PERSONAL = [line for line in LINES if line["identity"] == "person"]


def commands() -> Iterator[str]:
    """Every command that does something, by its words."""
    group = cli.shoutu
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from (f"{name} {inner}" for inner in found.commands)
        else:
            yield name


def test_the_table_names_every_command_and_no_other() -> None:
    assert sorted(line["command"] for line in LINES) == sorted(commands())
    assert {line["identity"] for line in LINES} == {"anybody", "operator", "person"}


@pytest.fixture
def words(world: World, tmp_path: Path) -> dict[str, list[str]]:
    """What is typed after each command, well made."""
    from shoutu.platform.accounts.models import Post

    patches = ground.geojson(tmp_path / "patches.geojson", [ground.patch("1", ground.square(0))])
    city = ["--code", "code", "--name", "name", "--level", "banner"]
    post = Post.objects.filter(role="officer", region=HOME).values_list("id", flat=True)[0]
    return {
        "layer register": ["doors", "--kind", "farmland", "--title", "演示"],
        "region import": [str(patches), *city],
        "batch import": [str(patches), "--number", "演示", "--issued-on", "2026-11-02", "--dry-run"],
        "batch list": [],
        "month preview": [MONTH],
        "month announce": [MONTH, HOME],
        "month issue": [MONTH, HOME],
        "person add": [
            *("somebody", "--name", "演示", "--role", "officer", "--region", HOME),
            *("--unit", "演示", "--title", "演示"),
        ],
        "person grant": [f"department-{HOME[:4]}00", post],
        "key issue": [
            *("department-150600", "--label", "演示", "--scope", "read", "--until", "2026-12-31"),
        ],
        "key list": [],
        "key revoke": [world.key],
    }


def _run(line: list[str]) -> int:
    try:
        cli.main(line)
    except SystemExit as done:
        return int(done.code or 0)
    return 0


@pytest.mark.parametrize("line", PERSONAL, ids=lambda line: line["command"])
def test_a_person_may_by_command_what_their_post_may(
    line: dict[str, str],
    world: World,
    words: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    opened = _watched(monkeypatch)
    wrong = []
    for player in world.players:
        if player.actor is None:
            continue
        opened.clear()
        role = (BANNER_ROLES | CITY_ROLES)[player.column]
        login = f"{role}-{player.actor.region}"
        with transaction.atomic():
            code = _run([*line["command"].split(), *words[line["command"]], "--as", login])
            transaction.set_rollback(True)
        said = capsys.readouterr().err
        found = "allowed" if code == 0 or (code in (1, 2) and opened) else "refused" if code == 1 else said
        if found != line[player.column]:
            wrong.append(f"{player.key}: {line[player.column]} expected, exit {code}: {said}")
    assert not wrong, "\n".join(wrong)


def _watched(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The doors of acts that opened: the act may still refuse for the state of the thing."""
    opened: set[str] = set()
    ask: Callable[..., None] = doors.require

    def require(actor: Any, verb: str, region: str) -> None:
        ask(actor, verb, region)
        if verb in acts.REGISTER:
            opened.add(verb)

    monkeypatch.setattr(doors, "require", require)
    return opened


def test_nobody_is_nobody(world: World, words: dict[str, list[str]]) -> None:
    for line in PERSONAL:
        name = line["command"]
        assert _run([*name.split(), *words[name], "--as", "nobody"]) == 1, name
        assert _run([*name.split(), *words[name]]) == 2, name


@pytest.mark.parametrize("kind", ["missing", "wrong", "empty"])
@pytest.mark.parametrize("command", ["batch import", "region import"])
def test_a_bad_file_is_named_and_changes_nothing(
    command: str,
    kind: str,
    world: World,
    words: dict[str, list[str]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The other commands' files: tests/cli/test_commands.py."""
    from shoutu.platform.ledger.models import Head

    file = tmp_path / f"{kind}.geojson"
    if kind != "missing":
        file.write_bytes(b"\x89\x00not what its name says" if kind == "wrong" else b"")
    login = "city-reviewer-150600" if command == "batch import" else "system-admin-150600"
    size = Head.objects.get().size
    typed = [*command.split(), str(file), *words[command][1:], "--as", login]
    assert _run(typed) in (1, 2)
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert file.name in said.err
    assert Head.objects.get().size == size

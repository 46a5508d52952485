"""The page “what is unverified” says what the packs say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from shoutu.cli import shoutu as command
from shoutu.policy import load_pack
from shoutu.policy.pack import installed
from shoutu.policy.unverified import doubts, table

TEXT = (Path(__file__).resolve().parents[2] / "docs/reference/unverified.md").read_text(encoding="utf-8")


def section(name: str) -> str:
    return re.split(r"^### ", TEXT.partition(f"### `{name}`\n\n")[2], flags=re.M)[0].rstrip() + "\n"


def test_every_installed_pack_has_its_section() -> None:
    assert re.findall(r"^### `(\w+)`$", TEXT, re.M) == list(installed())


@pytest.mark.parametrize("name", installed())
def test_a_section_is_what_the_command_prints(name: str) -> None:
    pack = load_pack(name)
    assert section(name) == (table(pack) if doubts(pack) else "Nothing.\n")
    printed = CliRunner().invoke(command, ["policy", "unverified", "--pack", name])
    assert printed.output == table(pack)


def test_a_doubt_about_one_value_leaves_the_others_alone() -> None:
    fine = [d for d in doubts(load_pack("cn_national")) if d.number == "tdsstl-57-high"]
    assert [(d.since, d.value) for d in fine] == [("1999-01-01", "30")]
    whole = [d for d in doubts(load_pack("cn_national")) if d.number == "extension"]
    assert [(d.since, d.value, d.unit) for d in whole] == [("2024-05-01", "30", "day")]

"""The page “write a rule in twenty minutes”, followed word for word."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path

from click.testing import CliRunner

from shoutu.cli import shoutu
from shoutu.testing.toy_pack import write_toy_pack

PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "jurist" / "add-a-rule.md"


def block(start: str) -> str:
    """The indented block of the page that begins with `start`."""
    blocks = re.findall(r"(?:^ {7}.*\n|^\n(?= {7}))+", PAGE.read_text(encoding="utf-8"), re.M)
    return next(textwrap.dedent(text).strip("\n") for text in blocks if text.strip().startswith(start))


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text + "\n", encoding="utf-8")


def test_the_page_leads_to_a_rule_that_works(tmp_path: Path) -> None:
    pack = write_toy_pack(tmp_path / "mycity")
    append(pack / "order.zh.txt", "占用基本农田0.5亩以上的，警示。")
    append(pack / "numbers.yaml", block("basic-alarm:"))
    append(pack / "wording.yaml", block("1.1.basic:"))
    append(pack / "cases" / "1.1.yaml", block("- name:"))
    without = CliRunner().invoke(shoutu, ["policy", "test", "--pack", str(pack)])
    assert without.exit_code == 1

    rules = pack / "rules" / "part1.py"
    old = 'Band("alarm", (Named("area", AtLeast(AREA, "alarm-area", beyond=True)),)),'
    text = rules.read_text(encoding="utf-8")
    assert old in text
    rules.write_text(text.replace(old, block("Band(").replace("\n", "\n            ")), encoding="utf-8")
    passed = CliRunner().invoke(shoutu, ["policy", "test", "--pack", str(pack)])
    assert passed.exit_code == 0, passed.output
    assert "3 of 3 cases passed" in passed.output


def test_the_reference_of_clauses_is_up_to_date() -> None:
    """`python tools/clauses.py` writes it."""
    tool = PAGE.parents[3] / "tools" / "clauses.py"
    done = subprocess.run([sys.executable, str(tool), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

"""The jurist's pages: “write a rule” is followed word for word, the other pages know every reading."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from shoutu.policy import load_pack
from shoutu.policy.cases import cases
from shoutu.policy.cases import run as run_case

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "howto" / "jurist" / "write-a-rule.md"

_STEP = re.compile(
    r"^(?:(?P<do>Add to the end of|New file) `(?P<file>[^`]+)`|(?P<run>Run)|(?P<prints>It prints)):\n\n"
    r"```\w+\n(?P<block>.*?)^```$"
    r"|^In `(?P<where>[^`]+)` change `(?P<old>[^`]+)` to `(?P<new>[^`]+)`\.$",
    re.M | re.S,
)


@dataclass(frozen=True)
class Step:
    """What the page tells the reader to do: do, run, prints or change."""

    kind: str
    file: str = ""
    block: str = ""
    old: str = ""
    new: str = ""


def steps(page: str) -> Iterator[Step]:
    for match in _STEP.finditer(page):
        found = match.groupdict()
        if found["where"]:
            yield Step("change", file=found["where"], old=found["old"], new=found["new"])
        elif found["run"]:
            yield Step("run", block=found["block"])
        elif found["prints"]:
            yield Step("prints", block=found["block"])
        else:
            yield Step(
                "new" if found["do"] == "New file" else "add", file=found["file"], block=found["block"]
            )


def run(commands: str, folder: Path) -> str:
    """What the commands print, both streams, as a terminal in English shows it."""
    said = ""
    for line in commands.splitlines():
        name, *arguments = shlex.split(line)
        assert name == "shoutu", line
        done = subprocess.run(
            [sys.executable, "-c", "from shoutu.cli import main; main()", *arguments],
            cwd=folder,
            env={**os.environ, "SHOUTU_LANG": "en", "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        said += done.stdout
    return said


def follow(page: str, folder: Path) -> None:
    """Do what the page says in `folder`, and compare what is printed with what the page prints."""
    said = ""
    for step in steps(page):
        path = folder / step.file
        if step.kind == "new":
            assert not path.exists(), path
            path.write_text(step.block, encoding="utf-8")
        elif step.kind == "add":
            path.write_text(path.read_text(encoding="utf-8") + step.block, encoding="utf-8")
        elif step.kind == "change":
            text = path.read_text(encoding="utf-8")
            assert text.count(step.old) == 1, step
            path.write_text(text.replace(step.old, step.new), encoding="utf-8")
        elif step.kind == "run":
            said = run(step.block, folder)
        else:
            assert said == step.block


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder in which a stranger has followed the page to its end."""
    folder = tmp_path_factory.mktemp("stranger")
    follow(PAGE.read_text(encoding="utf-8"), folder)
    return folder


def test_a_stranger_who_follows_the_page_has_a_rule_that_works(followed: Path) -> None:
    """A company, a share of a stock, a stop that ends; nothing on the page is left out."""
    page = PAGE.read_text(encoding="utf-8")
    kinds = [step.kind for step in steps(page)]
    assert kinds.count("run") == kinds.count("prints") >= 6
    assert page.count("```") == 2 * sum(step.kind != "change" for step in steps(page))
    pack = load_pack(str(followed / "mycity"))
    assert [run_case(pack, case).passed for case in cases(pack)] == [True] * 8


@pytest.mark.parametrize("value", ["20.01", "19.99"])
def test_a_number_that_is_changed_is_noticed_by_the_cases(followed: Path, tmp_path: Path, value: str) -> None:
    """As the page says of the last step."""
    folder = shutil.copytree(followed / "mycity", tmp_path / "mycity")
    text = (folder / "numbers.yaml").read_text(encoding="utf-8")
    assert text.count("value: 20}") == 1
    (folder / "numbers.yaml").write_text(text.replace("value: 20}", f"value: {value}}}"), encoding="utf-8")
    pack = load_pack(str(folder))
    assert sum(run_case(pack, case).passed for case in cases(pack)) == 7


def test_the_words_that_the_page_names_exist() -> None:
    """Packs, words of the vocabulary and files that the table at the end names."""
    page = PAGE.read_text(encoding="utf-8")
    table = page[page.index("## Which word for what") :]
    vocabulary = (ROOT / "src/shoutu/policy/vocabulary.py").read_text(encoding="utf-8")
    for word in re.findall(r"`([A-Z]\w+)", table):
        assert f"class {word}" in vocabulary, word
    for pack in re.findall(r"`([a-z]+(?:_[a-z]+)?_\w+)`", table):
        assert (ROOT / "src/shoutu/packs" / pack / "pack.yaml").is_file(), pack


def test_the_reference_of_clauses_is_up_to_date() -> None:
    """`python tools/clauses.py` writes it."""
    tool = ROOT / "tools" / "clauses.py"
    done = subprocess.run([sys.executable, str(tool), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

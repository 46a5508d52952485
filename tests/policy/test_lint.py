"""`policy lint`: nothing to say of what is sound, and one finding for each thing that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from shoutu.cli import shoutu as command
from shoutu.policy import load_pack
from shoutu.policy.lint import lint
from shoutu.policy.pack import installed
from shoutu.testing.toy_pack import write_toy_pack


@pytest.mark.parametrize("name", installed())
def test_no_installed_pack_has_a_fault(name: str) -> None:
    assert [f for f in lint(load_pack(name)) if f.kind == "fault"] == []


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return write_toy_pack(tmp_path / "toy")


def changed(pack: Path, file: str, old: str, new: str) -> Path:
    path = pack / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return pack


def said(pack: Path) -> list[str]:
    return [f"{f.kind}: {f.what.en}: {f.found}" for f in lint(load_pack(str(pack)))]


def test_a_pack_without_cases_has_no_way_to_any_outcome(toy: Path) -> None:
    for case in (toy / "cases").glob("*.yaml"):
        case.unlink()
    found = said(toy)
    assert "fault: no case comes to this outcome: 1.1: alarm" in found
    assert all(line.startswith("fault") for line in found)


def test_what_nothing_uses_is_noted_with_its_line(toy: Path) -> None:
    path = toy / "numbers.yaml"
    text = path.read_text(encoding="utf-8")
    more = (
        'spare:\n  clause: "1.1"\n  unit: mu\n  quotation: 超过2亩的，警示\n'
        "  values: [{from: 2025-01, value: 2}]\n"
    )
    path.write_text(text + more, encoding="utf-8")
    (note,) = [f for f in lint(load_pack(str(toy))) if f.kind == "note"]
    assert (note.found, note.where.row) == ("spare", text.count("\n") + 2)


def test_a_level_that_falls_as_the_figure_grows(toy: Path) -> None:
    """The alarm begins beyond 2 mu; a notice that ends below 2 mu leaves 2 mu itself to nobody."""
    asked = 'Named("area", AtLeast(AREA, "notice-area"))'
    ended = 'Named("area", All((AtLeast(AREA, "notice-area"), Not(AtLeast(AREA, "alarm-area")))))'
    changed(toy, "rules/part1.py", asked, ended)
    changed(toy, "rules/part1.py", "import (\n", "import (\n    All,\n")
    falls = [line for line in said(toy) if "falls" in line]
    assert falls == ["fault: the level falls while the figure grows: area mu: 1.99 notice, 2 - ()"]


def test_combinations_of_readings_that_are_not_tried_are_told(
    toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edge = 'beyond=ByReading("row", {"months": False, "items": True})'
    old = 'Named("area", AtLeast(AREA, "notice-area"'
    changed(toy, "rules/part1.py", f"{old}))", f"{old}, {edge}))")
    pack = load_pack(str(toy))
    assert not [f for f in lint(pack) if "combinations" in f.what.en]
    monkeypatch.setattr("shoutu.policy.lint.MOST_READINGS", 1)
    (told,) = [f for f in lint(pack) if "combinations" in f.what.en]
    assert (told.kind, told.found) == ("note", "1.1: 1 / 2")
    assert told.where.row is not None


def test_a_failing_case_is_a_fault_by_its_line(toy: Path) -> None:
    changed(toy, "cases/1.1.yaml", "2025-03, notice", "2025-03, alarm")
    faults = [f for f in lint(load_pack(str(toy))) if f.what.en == "the case fails"]
    assert faults
    assert all(f.where.row for f in faults)


def test_the_command_prints_places_and_exits_1(toy: Path) -> None:
    for case in (toy / "cases").glob("*.yaml"):
        case.unlink()
    done = CliRunner().invoke(command, ["policy", "lint", "--pack", str(toy)])
    assert done.exit_code == 1
    assert "part1.py:" in done.output
    assert "faults" in done.output
    assert CliRunner().invoke(command, ["policy", "lint", "--pack", "suizhou_2011"]).exit_code == 0

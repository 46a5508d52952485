"""Packs with one thing wrong: each is refused, with the file and the line, and with what was found there."""

from __future__ import annotations

from pathlib import Path

import pytest

from shoutu.errors import BadInput
from shoutu.policy import load_pack
from shoutu.testing.toy_pack import write_toy_pack

LINES = (
    # file, what stands there, what is written instead, the file and what of it the error names
    ("numbers.yaml", 'notice-area:\n  clause: "1.1"', 'notice-area:\n  clause: "9.9"', "9.9"),
    ("numbers.yaml", "  unit: mu\n", "", "unit is missing"),
    ("numbers.yaml", "unit: item", "unit: ell", "ell"),
    ("numbers.yaml", "超过2亩的，警示", "超过3亩的，警示", "超过3亩的，警示"),
    ("numbers.yaml", "{from: 2026-01, value: 0.5}", "{from: 2024-01, value: 0.5}", "2024-01"),
    ("numbers.yaml", "{from: 2026-01, value: 0.5}", "{from: soon, value: 0.5}", "soon"),
    ("numbers.yaml", "value: 0.5}", "value: a half}", "a half"),
    ("numbers.yaml", "value: 0.5}", "value: !!float 0.5}", "float"),
    ("numbers.yaml", "value: 0.5}", "value: !!python/object/apply:os.system [x]}", "python"),
    ("numbers.yaml", "alarm-area:", "notice-area:", "notice-area"),
    ("numbers.yaml", "unit: item", "unit: item\n  colour: red", "unknown key colour"),
    ("numbers.yaml", "unit: item", "unit: [item", None),
    ("numbers.yaml", "unit: item", "unit: &a [*a]", "anchors"),
    ("numbers.yaml", "unit: item", "\tunit: item", None),
    ("readings.yaml", "    months: {zh: 相邻月份, en: adjacent months}\n", "", "months"),
    ("readings.yaml", "en: what consecutive means", "en: what, fr: quoi", "fr"),
    ("clauses.yaml", '"1.2": {', '"1.4": {', "1.2"),
    ("wording.yaml", "level.alarm: {zh: 警示, en: an alarm}\n", "", "level.alarm"),
    ("rules/part1.py", 'clause="1.3"', 'clause="8.8"', "8.8"),
    ("rules/part1.py", 'AtLeast(AREA, "notice-area")', 'AtLeast(AREA, "notice")', "notice"),
    ("rules/part1.py", 'Total("area")', 'Total("field")', "field"),
    ("rules/part1.py", 'Flag("stopped")', 'Flag("halted")', "halted"),
    ("rules/part1.py", 'ByReading("row"', 'ByReading("column"', "column"),
    ("rules/part1.py", '"items": False', '"other": False', "items, other"),
    ("rules/part1.py", '"alarm-area", beyond=True', '"notice-area"', "notice 1"),
    ("rules/part1.py", 'Band("alarm"', 'Band("thunder"', "thunder"),
    ("rules/part1.py", "UNSTOPPED = ", "UNSTOPPED = UNSTOPPED or ", "UNSTOPPED"),
    ("rules/part1.py", "RULES = (", "RULES = (1,", "tuple"),
    ("rules/part1.py", "RULES = (", "RULES = ((", None),
    ("rules/part1.py", '"""The one part', 'from .part2 import X\n"""The one part', "part2"),
)  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "found"), LINES)
def test_a_bad_pack_is_refused_with_file_and_line(
    tmp_path: Path, file: str, old: str, new: str, found: str | None
) -> None:
    pack = write_toy_pack(tmp_path / "toy")
    path = pack / file
    text = path.read_text(encoding="utf-8")
    assert old in text, "the toy pack has changed"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        load_pack(str(pack))
    error = refused.value
    assert error.where.file is not None
    assert error.where.row is not None
    told = f"{error.what.en} {error.found}"
    assert found is None or found in told, told
    assert error.what.zh


def test_rules_that_import_one_another_in_a_ring(tmp_path: Path) -> None:
    pack = write_toy_pack(tmp_path / "toy")
    for name, other in (("part2", "part3"), ("part3", "part2")):
        (pack / "rules" / f"{name}.py").write_text(
            f"from .{other} import A\nA = 1\nRULES = ()\n", encoding="utf-8"
        )
    with pytest.raises(BadInput) as refused:
        load_pack(str(pack))
    assert refused.value.where.file is not None
    assert Path(refused.value.where.file).name in ("part2.py", "part3.py")
    assert refused.value.where.row == 1


def test_a_rule_that_asks_itself(tmp_path: Path) -> None:
    """A condition made to hold itself would never be judged to its end."""
    pack = write_toy_pack(tmp_path / "toy")
    path = pack / "rules" / "part1.py"
    text = path.read_text(encoding="utf-8")
    ring = 'RING = Not(Flag("stopped"))\nobject.__setattr__(RING, "condition", RING)\n'
    text = text.replace("UNSTOPPED = Named", f"{ring}UNSTOPPED = Named", 1).replace(
        'Not(Flag("stopped"))), "acts"', 'RING), "acts"'
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="asks itself") as refused:
        load_pack(str(pack))
    assert refused.value.where.row is not None


def test_figures_and_words_of_yaml_stay_as_they_are_written(tmp_path: Path) -> None:
    pack = write_toy_pack(tmp_path / "toy")
    path = pack / "numbers.yaml"
    path.write_text(path.read_text("utf-8").replace("value: 0.5}", "value: 0.50}"), encoding="utf-8")
    assert load_pack(str(pack)).numbers["notice-area"].values[1] == ("2026-01", "0.50")

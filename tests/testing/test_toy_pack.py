"""The toy pack loads from a folder, concludes, and is refused with file and line once it is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from shoutu.errors import BadInput
from shoutu.policy import Facts, Filed, Violation, evaluate, explain, load_pack
from shoutu.policy.cases import cases, run
from shoutu.policy.coverage import coverage
from shoutu.testing.toy_pack import write_toy_pack


def act(name: str, month: str, area: str, *, stopped: bool | None = True) -> Violation:
    return Violation(id=name, month=month, area=Filed(area, "mu"), stopped=stopped)


def facts(*violations: Violation) -> Facts:
    return Facts(region="150625", violations=violations)


def test_it_concludes_by_its_own_numbers_and_their_dates(tmp_path: Path) -> None:
    pack = load_pack(str(write_toy_pack(tmp_path / "toy")))
    answer = evaluate(
        pack,
        facts(
            act("a", "2024-12", "9"),
            act("b", "2025-02", "2"),
            act("c", "2025-03", "2.01"),
            act("d", "2025-12", "0.5"),
            act("e", "2026-01", "0.5"),
        ),
    )
    assert [(w.month, w.level) for w in answer.warnings] == [
        ("2025-02", "notice"),
        ("2025-03", "alarm"),
        ("2026-01", "notice"),
    ]
    assert [(u.clause, u.month) for u in answer.undetermined] == [("1", "2024-12")]
    assert all(entry.sentence for entry in answer.trace)


def test_its_row_its_reading_and_its_yearly_test(tmp_path: Path) -> None:
    pack = load_pack(str(write_toy_pack(tmp_path / "toy")))
    banner = facts(
        act("a", "2025-02", "1", stopped=False),
        act("b", "2025-04", "1", stopped=False),
        act("c", "2025-05", "1"),
    )
    answer = evaluate(pack, banner)
    assert [m.month for m in answer.measures] == ["2025-05"]
    assert [m.month for m in evaluate(pack, banner, {"row": "items"}).measures] == ["2025-04", "2025-05"]
    assert [(r.year, r.because) for r in answer.referrals] == [(2025, ("unstopped",))]
    open_ = evaluate(
        pack, facts(act("a", "2025-02", "1", stopped=False), act("b", "2025-04", "1", stopped=None))
    )
    assert [u.missing for u in open_.undetermined] == [("stopped",)]
    english = [explain(pack, entry, "en", {"150625": "Hanggin"}) for entry in answer.trace]
    assert all("Hanggin" in sentence for sentence in english)


def test_its_cases_pass_and_its_coverage_is_honest(tmp_path: Path) -> None:
    pack = load_pack(str(write_toy_pack(tmp_path / "toy")))
    assert all(run(pack, case).passed for case in cases(pack))
    assert {clause.status for clause in coverage(pack)} == {"not yet carried"}


def test_two_folders_do_not_share_their_rules(tmp_path: Path) -> None:
    first = load_pack(str(write_toy_pack(tmp_path / "one")))
    rules = write_toy_pack(tmp_path / "two") / "rules" / "part1.py"
    rules.write_text(rules.read_text().replace("beyond=True", "beyond=False"), encoding="utf-8")
    second = load_pack(str(tmp_path / "two"))
    assert first.rules != second.rules


# file, what is changed to what, the message, and what stands on the line that it names
BROKEN = [
    ("numbers.yaml", 'clause: "1.3"', 'clause: "9.9"', "unknown clause", "9.9"),
    ("numbers.yaml", "unit: act", "unit: hectare", "unknown unit", "hectare"),
    ("numbers.yaml", "  unit: act\n", "", "unit is missing", 'clause: "1.3"'),
    ("numbers.yaml", "年度内出现2起以上不制止的", "年度内出现3起", "does not stand", "年度内出现3起"),
    ("numbers.yaml", "value: 1}", "value: one}", "not a value", "one"),
    ("numbers.yaml", "value: 1}", "value: 1e0}", "not a value", "1e0"),
    ("numbers.yaml", "value: 1}", "value: !!int 1}", "type tag", "!!int"),
    ("numbers.yaml", "from: 2026-01", "from: 2024-01", "dates must increase", "2024-01"),
    ("numbers.yaml", "from: 2026-01", "from: 2026-13", "neither a month nor a day", "2026-13"),
    ("numbers.yaml", "row:", "start:", "twice", "start:"),
    ("numbers.yaml", "row:\n", "row:\n  colour: red\n", "unknown key", "colour"),
    ("readings.yaml", "items: {zh", "things: {zh", "not the options", "SequenceRule("),
    ("readings.yaml", "row:", "rows:", "unknown reading", "SequenceRule("),
    ("errata.yaml", "[]", "[{printed: 没有, read_as: 有, note: {zh: a, en: b}}]", "does not print", "没有"),
    ("pack.yaml", "levels: [notice, alarm]", "levels: [notice]", "unknown level", "BandRule("),
    ("pack.yaml", "levels: [notice, alarm]", "levels: [alarm, notice]", "highest first", "BandRule("),
    ("pack.yaml", "levels: [notice", "levels: [notice: ]]", "not valid YAML", "levels"),
    ("pack.yaml", "levels:", "colour: red\nlevels:", "unknown key", "colour"),
    ("rules/part1.py", "beyond=True", "beyond=", "do not parse", "beyond="),
    ("rules/part1.py", 'Total("area")', 'Sum("area")', "do not run", "Sum"),
    ("rules/part1.py", 'Total("area")', 'Total("forest")', "unknown area", "BandRule("),
    ("rules/part1.py", '"alarm-area"', '"no-such"', "unknown number", "BandRule("),
    ("rules/part1.py", '"alarm-area"', '"notice-area"', "overlap", "BandRule("),
    (
        "rules/part1.py",
        "UNSTOPPED = Named(",
        "UNSTOPPED = Flag('halted') or Named(",
        "unknown fact",
        "YearRule(",
    ),
    ("rules/part1.py", 'Flag("stopped")', 'Flag("severe_impact")', "of one violation", "YearRule("),
    ("rules/part1.py", 'clause="1.3"', 'clause="1.4"', "unknown clause", "YearRule("),
    ("clauses.yaml", "{zh: 年度移送, en: yearly referral}", "年度移送", "mapping", "年度移送"),
    ("wording.yaml", "touches.banner:", "touches.city:", "lacks a name", "Effect("),
]


@pytest.mark.parametrize(("file", "old", "new", "message", "line"), BROKEN)
def test_a_broken_pack_is_refused_with_file_and_line(
    tmp_path: Path, file: str, old: str, new: str, message: str, line: str
) -> None:
    path = write_toy_pack(tmp_path / "toy") / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load_pack(str(tmp_path / "toy"))
    assert message in caught.value.diagnostics("en")
    where = caught.value.where
    assert where.file is not None
    assert where.row is not None
    assert line in Path(where.file).read_text(encoding="utf-8").splitlines()[where.row - 1]


@pytest.mark.parametrize(
    "file", ["pack.yaml", "order.zh.txt", "numbers.yaml", "readings.yaml", "wording.yaml"]
)
def test_a_pack_with_a_file_missing_is_refused(tmp_path: Path, file: str) -> None:
    (write_toy_pack(tmp_path / "toy") / file).unlink()
    with pytest.raises(BadInput, match="missing") as caught:
        load_pack(str(tmp_path / "toy"))
    assert caught.value.where.file == str(tmp_path / "toy" / file)


def test_rules_that_are_no_tuple_of_rules_are_refused(tmp_path: Path) -> None:
    path = write_toy_pack(tmp_path / "toy") / "rules" / "part1.py"
    path.write_text(path.read_text(encoding="utf-8") + "\nRULES = list(RULES)\n", encoding="utf-8")
    with pytest.raises(BadInput, match="tuple of rules"):
        load_pack(str(tmp_path / "toy"))
    path.unlink()
    with pytest.raises(BadInput, match="no rules"):
        load_pack(str(tmp_path / "toy"))


def test_a_pack_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadInput, match="no pack and no folder"):
        load_pack("no_such_pack")

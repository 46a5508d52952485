"""Diff and replay: every change has its reason, no change is silent, and a stored answer comes again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

import shoutu
from shoutu.cli import shoutu as command
from shoutu.errors import BadInput
from shoutu.policy import evaluate, facts_from_document, load_pack
from shoutu.policy.comparison import Side, changes, replay
from shoutu.policy.document import parse
from tests.policy.made import seeded

PACK = load_pack()
MILDER = {"6.2-edge": "milder"}


def typed(facts: dict[str, Any]) -> Any:
    return facts_from_document(parse(json.dumps(facts).encode(), "facts"))


def month(*areas: str) -> dict[str, Any]:
    rows = [
        {"id": f"V{i}", "month": "2024-05", "area_mu": a, "farmland_mu": "0", "basic_farmland_mu": "0"}
        for i, a in enumerate(areas)
    ]
    return {"schema": 1, "region": "150625", "violations": rows}


def test_a_reading_that_turns_an_outcome_is_named_with_the_comparison() -> None:
    found = changes(Side(PACK, {}), Side(PACK, MILDER), typed(month("5")))
    (warning,) = [c for c in found if c.kind == "warning"]
    assert (warning.key, warning.before, warning.after) == (
        ("6.2", "V0", "2024-05"),
        "orange area",
        "yellow area",
    )
    assert "6.2-edge: stricter → milder" in warning.why
    assert "area 5 >= 5 mu: yes | area 5 > 5 mu: no" in warning.why


def test_what_is_the_same_on_both_sides_is_no_change() -> None:
    for seed in range(20):
        facts, readings = seeded(seed)
        assert changes(Side(PACK, readings), Side(PACK, readings), typed(facts)) == ()


def test_every_difference_of_two_answers_is_a_change_with_a_reason() -> None:
    """Against the answers themselves: what stands in one and not in the other."""
    turned = 0
    for seed in range(60):
        facts, readings = seeded(seed)
        one, other = Side(PACK, {}), Side(PACK, readings)
        found = changes(one, other, typed(facts))
        a, b = (evaluate(PACK, typed(facts), side.readings) for side in (one, other))
        warned = {(w.clause, w.trigger, w.month): (w.level, w.because) for w in a.warnings}
        then = {(w.clause, w.trigger, w.month): (w.level, w.because) for w in b.warnings}
        expected = {key for key in warned.keys() | then.keys() if warned.get(key) != then.get(key)}
        assert {c.key for c in found if c.kind == "warning"} == expected
        assert all(c.why for c in found)
        turned += len(found)
    assert turned > 50


def test_a_number_that_is_changed_is_named(tmp_path: Path) -> None:
    draft = tmp_path / "draft"
    shutil.copytree(PACK.folder, draft, ignore=shutil.ignore_patterns("__pycache__"))
    text = (draft / "numbers.yaml").read_text(encoding="utf-8")
    old = "暂停属地旗区用地审批工作\n  values: [{from: 2024-03, value: 15}]"
    assert old in text
    changed = text.replace(old, old.replace("value: 15}", "value: 14}"))
    (draft / "numbers.yaml").write_text(changed, encoding="utf-8")
    found = changes(Side(PACK, {}), Side(load_pack(str(draft)), {}), typed(month("14.5")))
    (warning,) = [c for c in found if c.key[0] == "6.1" and c.kind == "warning"]
    assert (warning.before, warning.after) == ("orange area", "red area")
    assert "6.1-red-area: 15 mu → 14 mu" in warning.why


def test_a_stored_answer_comes_again_byte_for_byte() -> None:
    for seed in range(20):
        facts, readings = seeded(seed)
        document = evaluate(PACK, typed(facts), readings).to_document()
        stored = json.dumps(document, ensure_ascii=False, indent=2).encode()
        assert replay(stored, typed(facts), PACK, "a.json") is None
        again = evaluate(PACK, typed(facts), document["readings"]).to_document()  # type: ignore[arg-type]
        assert json.dumps(again, ensure_ascii=False, indent=2).encode() == stored


def test_the_first_place_that_differs_is_named() -> None:
    facts = typed(month("5", "12"))
    text = json.dumps(evaluate(PACK, facts).to_document(), ensure_ascii=False)
    place = replay(text.replace('"red"', '"orange"').encode(), facts, PACK, "a")
    assert place is not None
    assert place.startswith("/warnings/")
    assert place.endswith("/level")
    assert replay(text.encode(), typed(month("5")), PACK, "a") == "/warnings"
    with pytest.raises(BadInput, match="another version"):
        replay(text.replace('"version": "1"', '"version": "0"').encode(), facts, PACK, "a")


def test_the_commands(tmp_path: Path) -> None:
    facts, answer = tmp_path / "f.json", tmp_path / "a.json"
    facts.write_text(json.dumps(month("5")), encoding="utf-8")
    run = CliRunner()
    said = run.invoke(command, ["policy", "evaluate", str(facts), "--json"])
    answer.write_bytes(said.stdout_bytes)
    assert run.invoke(command, ["policy", "replay", str(answer), str(facts)]).exit_code == 0
    answer.write_bytes(said.stdout_bytes.replace(b"orange", b"yellow"))
    assert run.invoke(command, ["policy", "replay", str(answer), str(facts)]).exit_code == 1
    trap = tmp_path / "trap"
    (trap / "rules").mkdir(parents=True)
    (trap / "rules" / "part1.py").write_text("raise SystemExit('run')", encoding="utf-8")
    answer.write_bytes(said.stdout_bytes.replace(b"ordos_2024_23", str(trap).encode()))
    refused = run.invoke(command, ["policy", "replay", str(answer), str(facts)])
    assert isinstance(refused.exception, BadInput)
    assert "not installed" in refused.exception.what.en
    words = ["policy", "diff", "ordos_2024_23", "ordos_2024_23", str(facts)]
    assert run.invoke(command, words).exit_code == 0
    changed = run.invoke(command, [*words, "--against", "6.2-edge=milder", "--json"])
    assert changed.exit_code == 1
    schema = json.loads((Path(shoutu.__file__).parent / "schemas/policy-diff.json").read_text("utf-8"))
    jsonschema.validate(json.loads(changed.stdout), schema)
    assert "6.2-edge" in run.invoke(command, [*words, "--against", "6.2-edge=milder"]).output

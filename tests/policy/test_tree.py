"""Explanations: what would turn a comparison does turn it, and the picture says what the trace says."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
from click.testing import CliRunner

import shoutu
from shoutu.cli import shoutu as command
from shoutu.policy import evaluate, facts_from_document, load_pack
from shoutu.policy.answer import Answer, Comparison
from shoutu.policy.document import parse
from shoutu.policy.tree import svg, tree, turn, turn_text
from tests.policy.made import seeded

PACK = load_pack()
SCHEMA = json.loads((Path(shoutu.__file__).parent / "schemas/policy-explanation.json").read_text("utf-8"))


def answer_to(facts: dict[str, Any], readings: dict[str, str] | None = None) -> Answer:
    return evaluate(PACK, facts_from_document(parse(json.dumps(facts).encode(), "facts")), readings)


def month(area: str) -> dict[str, Any]:
    row = {"id": "V", "month": "2024-05", "area_mu": area, "farmland_mu": "0", "basic_farmland_mu": "0"}
    return {"schema": 1, "region": "150625", "violations": [row]}


def reached(made: Comparison, value: Fraction) -> bool:
    line = Fraction(made.threshold)
    return value > line if made.operator == ">" else value >= line


def test_what_turns_a_comparison_is_the_least_that_does() -> None:
    tiny, seen = Fraction(1, 10**9), 0
    for seed in range(40):
        facts, readings = seeded(seed)
        for entry in answer_to(facts, readings).trace:
            for made in entry.comparisons:
                found = turn(made, {})
                if found is None or made.unit == "percent":
                    continue
                assert made.value is not None
                seen += 1
                sign = 1 if found.rises else -1
                enough = found.by + (tiny if found.beyond else 0)
                at = Fraction(made.value)
                assert reached(made, at + sign * enough) is not made.result
                if enough > tiny:
                    assert reached(made, at + sign * (enough - tiny)) is made.result
    assert seen > 200


def test_a_share_turns_when_its_part_does() -> None:
    made = Comparison(
        figure="ratio", value="14.999", part="14.999", whole="100", unit="percent", operator=">=",
        threshold="15", number="7.4-share", result=False,
    )  # fmt: skip
    found = turn(made, {"mu": Fraction("0.001")})
    assert found is not None
    assert (found.rises, found.by, found.unit, found.beyond, found.uncertain) == (
        True,
        Fraction("0.001"),
        "mu",
        False,
        True,
    )


def test_figures_within_their_uncertainty_are_flagged_and_others_not() -> None:
    entry = next(e for e in answer_to(month("9.96")).trace if e.clause == "6.2")
    made = next(c for c in entry.comparisons if c.threshold == "10")
    near, far = turn(made, {"mu": Fraction("0.04")}), turn(made, {"mu": Fraction("0.0399")})
    assert near is not None
    assert far is not None
    assert (near.uncertain, far.uncertain) == (True, False)
    assert (
        turn_text(PACK, entry, made, near, "zh") == "涉嫌违法面积再增加0.04亩，即达到10亩（差距在误差之内）"
    )
    assert "rises by 0.04 mu: it is then at least 10 mu" in turn_text(PACK, entry, made, far, "en")


def test_what_is_not_known_or_no_figure_has_no_way() -> None:
    unknown = Comparison(
        figure="area",
        value=None,
        low="1",
        unit="mu",
        operator=">=",
        threshold="3",
        number="6.2-yellow",
        result=None,
    )
    assert turn(unknown, {}) is None
    day = Comparison(
        figure="x",
        value="2024-05-01",
        unit="date",
        operator=">=",
        threshold="2024-01-01",
        number=None,
        result=True,
    )
    assert turn(day, {}) is None


def test_the_tree_fits_its_schema_and_says_what_the_trace_says() -> None:
    trees = 0
    for seed in range(25):
        facts, readings = seeded(seed)
        answer = answer_to(facts, readings)
        found = [tree(PACK, entry) for entry in answer.trace]
        jsonschema.validate({"schema": 1, "pack": PACK.name, "conclusions": found}, SCHEMA)
        for entry, made in zip(answer.trace, found, strict=True):
            trees += 1
            assert made["sentence"]["zh"] == entry.sentence  # type: ignore[index]
            shown = [c for figure in made["figures"] for c in figure["comparisons"]]  # type: ignore[index, attr-defined]
            assert sorted(c["threshold"] for c in shown) == sorted(c.threshold for c in entry.comparisons)
    assert trees > 60


def test_the_picture_is_sound_and_holds_every_comparison() -> None:
    for seed in range(15):
        facts, readings = seeded(seed)
        for entry in answer_to(facts, readings).trace:
            for language in ("zh", "en"):
                root = ET.fromstring(svg(PACK, entry, language))
                texts = [node.text or "" for node in root.iter() if node.tag.endswith("text")]
                signs = [text[0] for text in texts if text[:2] in ("✓ ", "✗ ", "? ")]
                wanted = {True: "✓", False: "✗", None: "?"}
                compared = [c for c in entry.comparisons if c.figure]
                recorded = set(entry.reasons) - {c.figure for c in compared}
                more = len(recorded) if entry.kind == "referral" else 0
                assert signs == [wanted[c.result] for c in compared] + ["✓"] * more
                for made in compared:
                    if made.unit in ("mu", "act", "item") and made.value is not None:
                        shown = f"{made.value} {made.operator.replace('>=', '≥')} {made.threshold}"
                        assert any(text.startswith(shown) for text in texts), "figure and line are never cut"


def test_the_picture_of_a_referral_holds_its_recorded_ground_and_says_proposed() -> None:
    facts = month("12")
    facts["violations"][0]["farmland_mu"] = "11"
    facts["years"] = [{"year": 2024, "severe_impact": True, "new_construction_farmland_m2": "48888.88"}]
    trace = answer_to(facts).trace
    drawn = {e.clause: svg(PACK, e) for e in trace if e.kind == "referral"}
    assert "已记录造成恶劣影响或其他严重后果" in drawn["7.3"]
    assert "拟移送" in drawn["7.3"]
    assert "15.000% (11 ÷ 73.33332)" in drawn["7.4"], "a rounded share is shown with both its terms"


def test_a_share_says_that_its_divisor_stays() -> None:
    facts = month("20")
    facts["violations"][0]["farmland_mu"] = "16"
    facts["years"] = [{"year": 2024, "new_construction_farmland_m2": "70000"}]
    entry = next(e for e in answer_to(facts, {"7.4-denominator": "lawful-only"}).trace if e.clause == "7.4")
    (made,) = (c for c in entry.comparisons if c.unit == "percent")
    found = turn(made, {})
    assert found is not None
    assert "减少超过2.65亩（分母不变）" in turn_text(PACK, entry, made, found, "zh")
    assert "more than 2.65 mu, its divisor unchanged" in turn_text(PACK, entry, made, found, "en")


def test_names_from_outside_are_text_in_the_picture() -> None:
    facts = month("12")
    facts["violations"][0]["project"] = '<script>alert("x")</script>'
    entry = next(e for e in answer_to(facts).trace if e.clause == "6.2")
    drawn = svg(PACK, entry)
    assert "<script" not in drawn
    assert "&lt;script" in drawn


def test_the_command_draws_and_prints(tmp_path: Path) -> None:
    facts, picture = tmp_path / "f.json", tmp_path / "why.svg"
    facts.write_text(json.dumps(month("9.96")), encoding="utf-8")
    run = CliRunner()
    said = run.invoke(command, ["policy", "explain", str(facts), "--json"])
    jsonschema.validate(json.loads(said.stdout), SCHEMA)
    done = run.invoke(
        command,
        ["policy", "explain", str(facts), "warnings/0", "--svg", str(picture), "--uncertainty", "mu=0.05"],
    )
    assert done.exit_code == 0
    assert "within its uncertainty" in done.output or "差距在误差之内" in done.output
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    facts.write_text(json.dumps(month("12")), encoding="utf-8")
    assert run.invoke(command, ["policy", "explain", str(facts), "--svg", str(picture)]).exit_code == 2
    assert run.invoke(command, ["policy", "explain", str(facts), "--uncertainty", "mu"]).exit_code != 0

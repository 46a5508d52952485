"""A comparison broken on purpose cannot hide: outcome, sentence and picture turn with it."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from shoutu.policy import evaluate, facts_from_document, load_pack
from shoutu.policy.answer import Answer, TraceEntry
from shoutu.policy.document import parse
from shoutu.policy.figures import Span
from shoutu.policy.logic import Truth
from shoutu.policy.tree import svg, tree

PACK = load_pack()
HONEST = Span.reaches


def answer_on_the_line(area: str, farmland: str = "0") -> Answer:
    row: dict[str, Any] = {"id": "V", "month": "2024-05", "year": 2024, "stopped": True, "investigated": True}
    areas = {"area_mu": area, "farmland_mu": farmland, "basic_farmland_mu": "0"}
    year = {"year": 2024, "severe_impact": True, "new_construction_farmland_m2": "1000000"}
    facts = {"schema": 1, "region": "150625", "violations": [row | areas], "years": [year]}
    return evaluate(PACK, facts_from_document(parse(json.dumps(facts).encode(), "facts")))


def beyond_only(span: Span, threshold: Fraction, *, beyond: bool = False) -> Truth:
    """≥ read as >: on the line itself the figure no longer reaches it."""
    return HONEST(span, threshold, beyond=True)


def one(answer: Answer, kind: str, clause: str) -> TraceEntry | None:
    return next((e for e in answer.trace if (e.kind, e.clause) == (kind, clause)), None)


@pytest.mark.parametrize(
    ("area", "clause", "right", "wrong", "line"),
    [("5", "6.2", "orange", "yellow", "5亩"), ("10", "6.2", "red", "orange", "10亩"),
     ("15", "6.1", "red", "orange", "15亩")],
)  # fmt: skip
def test_a_warning_on_its_line(
    monkeypatch: pytest.MonkeyPatch, area: str, clause: str, right: str, wrong: str, line: str
) -> None:
    sound = one(answer_on_the_line(area), "warning", clause)
    monkeypatch.setattr(Span, "reaches", beyond_only)
    broken = one(answer_on_the_line(area), "warning", clause)
    assert sound is not None
    assert broken is not None
    assert (sound.outcome, broken.outcome) == (right, wrong)
    assert f"，达到{line}" in sound.sentence
    assert f"未达到{line}" in broken.sentence
    assert f"，达到{line}" not in broken.sentence
    for language in ("zh", "en"):
        assert tree(PACK, sound)["sentence"][language] != tree(PACK, broken)["sentence"][language]  # type: ignore[index]
        assert svg(PACK, sound, language) != svg(PACK, broken, language)


def test_a_referral_on_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = one(answer_on_the_line("10", "10"), "referral", "7.3")
    monkeypatch.setattr(Span, "reaches", beyond_only)
    assert sound is not None
    assert "达到10亩" in sound.sentence
    assert one(answer_on_the_line("10", "10"), "referral", "7.3") is None


def test_off_the_line_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The break is one of edges only: the test above would prove nothing if any figure turned."""
    sound = answer_on_the_line("7.5")
    monkeypatch.setattr(Span, "reaches", beyond_only)
    assert answer_on_the_line("7.5").to_document() == sound.to_document()

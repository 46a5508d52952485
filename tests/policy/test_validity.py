"""Law that ends, measures that end, days that do not roll, and terms that hang on a reading."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shoutu.errors import BadInput
from shoutu.policy import Pack, evaluate, explain, facts_from_document
from shoutu.policy.answer import Conclusion
from shoutu.policy.document import parse
from tests.policy.table_pack import FILES, loaded

SIZE = 'size: {clause: "2", unit: mu, '
SHARE = 'share: {clause: "1", unit: percent, '


def changed(folder: Path, name: str, *pairs: tuple[str, str]) -> Pack:
    text = FILES[name]
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return loaded(folder, **{name.replace("/", "__").replace(".", "__"): text})


def concluded(pack: Pack, question: str, as_of: str, row: dict[str, Any], **readings: str) -> Conclusion:
    facts = {"schema": 1, "region": "150625", "as_of": as_of, "plots": [{"id": "P", **row}]}
    document = parse(json.dumps(facts).encode(), "facts")
    answer = evaluate(pack, facts_from_document(document, None, pack.tables), readings)
    return next(made for made in answer.conclusions or () if made.question == question)


@pytest.mark.parametrize(
    ("until", "as_of", "outcome"),
    [
        ("2024-05-31", "2024-05-31", "stopped"),
        ("2024-05-31", "2024-06-01", None),
        ("2024-05", "2024-05-31", "stopped"),
        ("2024-05", "2024-06-01", None),
    ],
)
def test_a_repealed_number_holds_to_its_last_day(
    tmp_path: Path, until: str, as_of: str, outcome: str | None
) -> None:
    pack = changed(tmp_path, "numbers.yaml", (SHARE, f"{SHARE}until: {until}, "))
    made = concluded(pack, "stop", as_of, {"holder": "A", "idle": True, "area_mu": "1"})
    assert (made.outcome, made.missing) == (outcome, () if outcome else ("not-in-force",))


def test_the_law_of_the_act_is_applied_after_its_repeal(tmp_path: Path) -> None:
    pack = changed(tmp_path, "numbers.yaml", (SIZE, f"{SIZE}until: 2024-05-02, "))
    row = {"kind": "pit", "area_mu": "8", "start": "2024-04-01", "seen_on": "2024-05-02"}
    assert concluded(pack, "plot", "2024-06-03", {**row, "act_on": "2024-05-02"}).outcome == "medium"
    after = {**row, "act_on": "2024-05-03", "seen_on": "2024-05-03"}
    assert concluded(pack, "plot", "2024-06-03", after).missing == ("not-in-force",)


@pytest.mark.parametrize(("until", "line"), [("2024-04-30", 3), ("2024-04", 3), ("soon", 3), ("2024", 3)])
def test_an_end_before_the_beginning_is_refused(tmp_path: Path, until: str, line: int) -> None:
    with pytest.raises(BadInput) as refused:
        changed(tmp_path, "numbers.yaml", (SIZE, f"{SIZE}until: {until}, "))
    assert (refused.value.where.row, refused.value.found) == (line, until)


def clocked(folder: Path, terms: str) -> Pack:
    """The pack with the clock of the decision changed; no further days can be granted."""
    rules = FILES["rules/sand.py"].replace('terms=("decide",),', terms)
    return loaded(folder, rules__sand__py=rules.replace(' more="more", most="further",', ""))


def test_a_day_that_the_calendar_names_does_not_roll(tmp_path: Path) -> None:
    terms = 'terms=ByReading("owner", {"plain": ("decide",), "own": ("answer",)}), roll=False,'
    pack = clocked(tmp_path, terms)
    # 90 days from 6 May 2024 end on a Sunday; 5 working days on a Saturday that was worked.
    made = concluded(pack, "decide", "2024-08-05", {"filed": "2024-05-06"})
    assert (made.outcome, made.due) == ("overdue", "2024-08-04")
    own = concluded(pack, "decide", "2024-05-11", {"filed": "2024-05-06"}, owner="own")
    assert (own.outcome, own.due) == ("running", "2024-05-11")


def test_every_option_of_the_terms_is_checked(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        clocked(tmp_path, 'terms=ByReading("owner", {"plain": ("decide",), "own": ("size",)}),')
    assert refused.value.found == "mu"


def test_the_sentence_says_by_what_a_measure_ends(tmp_path: Path) -> None:
    rules = FILES["rules/sand.py"].replace(
        'touches="holder", lasting', 'touches="holder", ends="word", lasting'
    )
    wording = FILES["wording.yaml"] + "ends.word: {zh: 书面决定恢复, en: by a written decision}\n"
    pack = loaded(tmp_path, rules__sand__py=rules, wording__yaml=wording)
    facts = {"schema": 1, "region": "150625", "as_of": "2024-06-03"}
    plot = {"id": "P", "holder": "A", "idle": True, "area_mu": "1"}
    document = parse(json.dumps({**facts, "plots": [plot]}).encode(), "facts")
    (entry, *_) = evaluate(pack, facts_from_document(document, None, pack.tables)).trace
    assert "（对象：该企业，为期12个月，书面决定恢复）" in entry.sentence
    assert "(the company, for 12 months, by a written decision)" in explain(pack, entry, "en")

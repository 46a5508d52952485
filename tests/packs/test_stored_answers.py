"""An answer that was given once is given again, byte for byte: its document, sentences, trees and pictures.

For every case of every installed pack `stored_answers.json` holds the start of a SHA-256 over all that is
said about it. Whoever changes a sentence or a rule on purpose writes it anew with
`python -m tests.packs.test_stored_answers`, and `git diff` shows which cases are told otherwise.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from shoutu.errors import BadInput
from shoutu.policy import Pack, describe_distance, distances, evaluate, explain, load_pack, scales
from shoutu.policy.cases import Case, cases
from shoutu.policy.facts import from_document
from shoutu.policy.pack import installed
from shoutu.policy.tree import svg, tree

STORED = Path(__file__).parent / "stored_answers.json"
DOUBT = {"mu": Fraction("0.05")}


@cache
def cases_of(name: str) -> dict[str, list[Case]]:
    """The cases of a pack by the name of their file."""
    found: dict[str, list[Case]] = {}
    for case in cases(load_pack(name)):
        found.setdefault(Path(case.file).name, []).append(case)
    return found


def said(pack: Pack, case: Case) -> Iterator[object]:
    """Everything that is said about the facts of a case."""
    try:
        facts = from_document(case.facts, "facts.json", pack.tables)
        answer = evaluate(pack, facts, case.readings)
    except BadInput as error:
        yield [*error.what, str(error.where), str(error.found), error.remedy and [*error.remedy]]
        return
    yield answer.to_document()
    for number, entry in enumerate(answer.trace):
        yield [explain(pack, entry, "zh"), explain(pack, entry, "en"), tree(pack, entry, DOUBT)]
        if number < 2:
            yield [svg(pack, entry, "zh"), svg(pack, entry, "en")]
    for distance in distances(pack, facts, case.readings, uncertainty=DOUBT):
        yield [repr(distance), *(describe_distance(pack, distance, language) for language in ("zh", "en"))]
    for month in sorted({violation.month for violation in facts.violations}):
        yield repr(scales(pack, facts, month, case.readings))


def digest(pack: Pack, case: Case) -> str:
    text = json.dumps(list(said(pack, case)), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def told(name: str, file: str) -> dict[str, str]:
    pack = load_pack(name)
    return {f"{index} {case.name}": digest(pack, case) for index, case in enumerate(cases_of(name)[file])}


FILES = [(name, file) for name in installed() for file in cases_of(name)]


@pytest.mark.parametrize(("name", "file"), FILES, ids=[f"{name}-{file}" for name, file in FILES])
def test_what_was_said_once_is_said_again(name: str, file: str) -> None:
    assert told(name, file) == json.loads(STORED.read_text(encoding="utf-8"))[name][file]


def test_no_answer_is_stored_of_a_case_that_is_gone() -> None:
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    assert {(name, file) for name in stored for file in stored[name]} == set(FILES)


if __name__ == "__main__":
    anew = {name: {file: told(name, file) for file in cases_of(name)} for name in installed()}
    STORED.write_text(json.dumps(anew, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

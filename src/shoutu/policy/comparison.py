"""Two packs or two readings on the same facts: whose outcome changes, and why. A stored answer again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shoutu.errors import BadInput, Text, Where
from shoutu.policy.answer import Answer, Comparison, TraceEntry
from shoutu.policy.evaluate import evaluate
from shoutu.policy.facts import Facts
from shoutu.policy.pack import Pack

Key = tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """One of the two: a pack and the readings chosen in it."""

    pack: Pack
    readings: Mapping[str, str]

    def answer(self, facts: Facts) -> Answer:
        return evaluate(self.pack, facts, self.readings)


@dataclass(frozen=True)
class Change:
    """One outcome that is not the same: what of whom, before and after (None: not there), and why.

    why  readings and numbers that differ, and comparisons that turned out otherwise, in words
    """

    region: str
    kind: str
    key: Key
    before: str | None
    after: str | None
    why: tuple[str, ...]

    def to_document(self) -> dict[str, object]:
        return {
            "region": self.region,
            "kind": self.kind,
            "key": list(self.key),
            "before": self.before,
            "after": self.after,
            "why": list(self.why),
        }


def changes(one: Side, other: Side, facts: Facts) -> tuple[Change, ...]:
    """What changes for one banner's facts when `other` is asked instead of `one`, as the answers list it."""
    first, second = _by_key(one.answer(facts)), _by_key(other.answer(facts))
    out = []
    for kind_key in dict.fromkeys([*first, *second]):
        before, after = first.get(kind_key), second.get(kind_key)
        told, now = (None if entry is None else _outcome(entry) for entry in (before, after))
        if told != now:
            kind, *key = kind_key
            out.append(Change(facts.region, kind, tuple(key), told, now, _why(one, other, before, after)))
    return tuple(out)


def _by_key(answer: Answer) -> dict[Key, TraceEntry]:
    return {_key(entry): entry for entry in answer.trace}


def _key(entry: TraceEntry) -> Key:
    """What the entry is about: the same question of the same subject and time has the same key."""
    when = entry.month or (str(entry.year) if entry.year is not None else "")
    made = entry.concluded
    if made is not None:
        return ("conclusion", made.clause, made.question, made.subject, made.period or "")
    if entry.kind == "measure":
        return ("measure", entry.clause, entry.outcome, when)
    return (entry.kind, entry.clause, entry.trigger or "", when)


def _outcome(entry: TraceEntry) -> str:
    """The outcome with what it rests on, so that another reason is a change too."""
    made = entry.concluded
    if made is not None:
        days = [text for text in (made.opens, made.due, made.low, made.high, made.share) if text is not None]
        return " ".join([made.outcome or "?", *made.because, *days, *(f"?{name}" for name in made.missing)])
    return " ".join([entry.outcome, *entry.reasons])


def _why(one: Side, other: Side, before: TraceEntry | None, after: TraceEntry | None) -> tuple[str, ...]:
    return (*_readings(one, other, before, after), *_numbers(one, other), *_comparisons(before, after))


def _readings(one: Side, other: Side, before: TraceEntry | None, after: TraceEntry | None) -> Iterator[str]:
    """Readings that differ, of those that either entry asked for; all that differ where one is not there."""
    first, second = one.pack.settle(one.readings), other.pack.settle(other.readings)
    asked = {name for entry in (before, after) if entry is not None for name in entry.readings}
    for name in dict.fromkeys([*first, *second]):
        options = first.get(name), second.get(name)
        if options[0] != options[1] and (name in asked or before is None or after is None):
            yield f"{name}: {options[0] or '-'} → {options[1] or '-'}"


def _numbers(one: Side, other: Side) -> Iterator[str]:
    """Numbers whose values are not those of the other pack."""
    for name in dict.fromkeys([*one.pack.numbers, *other.pack.numbers]):
        first, second = one.pack.numbers.get(name), other.pack.numbers.get(name)
        if first is None or second is None or first.values != second.values:
            told = [
                "-" if n is None else ", ".join(f"{v} {n.unit}" for _, v in n.values) for n in (first, second)
            ]
            yield f"{name}: {told[0]} → {told[1]}"


def _comparisons(before: TraceEntry | None, after: TraceEntry | None) -> Iterator[str]:
    """Comparisons of the same figure with another result, or made on one side only."""
    first, second = (
        {_place(c): c for c in (entry.comparisons if entry else ())} for entry in (before, after)
    )
    for place in dict.fromkeys([*first, *second]):
        a, b = first.get(place), second.get(place)
        if a is None or b is None or a.result is not b.result:
            yield " | ".join(_told(made) for made in (a, b))


def _place(made: Comparison) -> tuple[str, str | None]:
    return made.figure, made.number


def _told(made: Comparison | None) -> str:
    if made is None:
        return "-"
    value = made.value if made.value is not None else f"{made.low}…{made.high or ''}"
    result = {True: "yes", False: "no", None: "not known"}[made.result]
    return f"{made.figure} {value} {made.operator} {made.threshold} {made.unit}: {result}"


# ---- a stored answer again -----------------------------------------------------------------------------


def replay(stored: bytes, facts: Facts, pack: Pack, name: str) -> str | None:
    """The JSON pointer of the first place where a stored answer is not that of today; None when all is equal.

    Values and their order are compared, not the layout of the text. Raises BadInput when `pack` is not the
    answer's, or is another version of it, for then nothing can be said.
    """
    document = json.loads(stored)
    where = Where(file=name)
    if document.get("pack") != pack.name:
        raise BadInput(
            Text("这是另一个规则包的答复", "the answer is another pack's"),
            where=where,
            found=f"{document.get('pack')}, {pack.name}",
            remedy=Text("用 --pack 指明规则包", "name the pack with --pack"),
        )
    if document.get("version") != pack.version:
        raise BadInput(
            Text("规则包版本不同，无法重放", "the pack is here in another version"),
            where=where,
            found=f"{document.get('version')}, {pack.version}",
            remedy=Text("安装当时的版本", "install the version of that time"),
        )
    again = evaluate(pack, facts, document["readings"]).to_document()
    return _differs(document, json.loads(json.dumps(again)), "")


def _differs(stored: object, again: object, at: str) -> str | None:
    if type(stored) is not type(again):
        return at or "/"
    if isinstance(stored, dict) and isinstance(again, dict):
        if list(stored) != list(again):
            return at or "/"
        found = (_differs(stored[key], again[key], f"{at}/{key}") for key in stored)
        return next((place for place in found if place is not None), None)
    if isinstance(stored, list) and isinstance(again, list):
        if len(stored) != len(again):
            return at or "/"
        pairs = enumerate(zip(stored, again, strict=True))
        found = (_differs(a, b, f"{at}/{index}") for index, (a, b) in pairs)
        return next((place for place in found if place is not None), None)
    return None if stored == again else at or "/"

"""Cases that a jurist writes in YAML: facts, readings, and what must come out. Scalars are text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from shoutu.errors import BadInput, Text
from shoutu.policy.answer import Answer, Conclusion
from shoutu.policy.document import NumberToken
from shoutu.policy.evaluate import evaluate
from shoutu.policy.facts import SCHEMA, VIOLATION_FLAGS, YEAR_FLAGS, from_document
from shoutu.policy.pack import Pack
from shoutu.policy.tables import Table
from shoutu.policy.vocabulary import TableRule
from shoutu.policy.yaml_text import Entry, plain, read
from shoutu.units import to_text

_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}
_KINDS = ("warnings", "measures", "referrals", "undetermined", "conclusions")


@dataclass(frozen=True)
class Case:
    """One case: `expect` holds the kinds that it speaks of, in the short form; or a refusal's pointer.

    about  the questions whose conclusions are compared; None: those of every rule that has facts
    """

    file: str
    line: int
    name: str
    readings: Mapping[str, str]
    facts: object
    expect: Mapping[str, object]
    about: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Result:
    case: Case
    got: Mapping[str, object]

    @property
    def passed(self) -> bool:
        return all(self.got.get(kind) == wanted for kind, wanted in self.case.expect.items())


def cases(pack: Pack) -> Iterator[Case]:
    """All cases of `cases/*.yaml`, by file name. BadInput names file and line."""
    for path in sorted((pack.folder / "cases").glob("*.yaml")):
        for item in read(path).items:
            yield _case(pack, item)


def _case(pack: Pack, item: Entry) -> Case:
    pairs = item.keys(
        ("name", "expect"),
        ("violations", "why", "readings", "region", "years", "as_of", "about", *pack.tables),
    )
    expect = pairs["expect"].pairs
    for kind, entry in expect.items():
        if kind not in (*_KINDS, "refused"):
            raise entry.fault(Text(f"不认识的结果 {kind}", f"unknown outcome {kind}"))
    region = item.optional("region") or "150625"
    return Case(
        file=item.file,
        line=item.line,
        name=pairs["name"].text,
        readings={k: v.text for k, v in pairs["readings"].pairs.items()} if "readings" in pairs else {},
        facts=_facts(pack, pairs, region),
        expect={kind: plain(entry) for kind, entry in expect.items()},
        about=_about(pack, pairs["about"]) if "about" in pairs else None,
    )


def _about(pack: Pack, entry: Entry) -> tuple[str, ...]:
    known = {rule.question for rule in pack.rules if isinstance(rule, TableRule)}
    for item in entry.items:
        if item.text not in known:
            raise item.fault(Text("没有这个问题", "unknown question"))
    return tuple(item.text for item in entry.items)


def _facts(pack: Pack, pairs: Mapping[str, Entry], region: str) -> dict[str, object]:
    """The facts' document. A case about the pack's own tables may leave the month's violations out."""
    out: dict[str, object] = {"schema": NumberToken(SCHEMA), "region": region}
    for key in ("violations", "years"):
        if key in pairs:
            out[key] = [_record(entry) for entry in pairs[key].items]
    if "as_of" in pairs:
        out["as_of"] = pairs["as_of"].text
    for name, table in pack.tables.items():
        if name in pairs:
            out[name] = [_row(table, entry) for entry in pairs[name].items]
    return out


def _row(table: Table, entry: Entry) -> dict[str, object]:
    """A row as the facts' document has it; a field that the table lacks is left to its reader to refuse."""
    flags = {field.name for field in table.fields.values() if field.type == "flag"}
    return {key: _flag(value) if key in flags else value.text for key, value in entry.pairs.items()}


def _flag(value: Entry) -> bool | None:
    if value.text not in _WORDS:
        raise value.fault(Text("应当是 true、false 或 null", "true, false or null is needed here"))
    return _WORDS[value.text]


def _record(entry: Entry) -> dict[str, object]:
    """A violation or a year as the facts' document has it: flags as true, false, null; years as numbers."""
    out: dict[str, object] = {}
    for key, value in entry.pairs.items():
        if key in (*VIOLATION_FLAGS, *YEAR_FLAGS):
            out[key] = _flag(value)
        else:
            out[key] = NumberToken(value.text) if key == "year" else value.text
    return out


def run(pack: Pack, case: Case) -> Result:
    try:
        answer = evaluate(pack, from_document(case.facts, case.file, pack.tables), case.readings)
    except BadInput as error:
        return Result(case, {"refused": error.where.pointer or error.what.en})
    return Result(case, short(answer, case.about))


def short(answer: Answer, about: tuple[str, ...] | None = None) -> dict[str, object]:
    """The answer in the short form in which a case expects it, every scalar as text.

    about  the questions whose conclusions it holds; None: all
    """
    conclusions = [c for c in answer.conclusions or () if about is None or c.question in about]
    return {
        "warnings": [[w.clause, w.trigger, w.month, w.level, list(w.because)] for w in answer.warnings],
        "measures": [[m.clause, m.month, m.measure, list(m.grounds)] for m in answer.measures],
        "referrals": [[r.clause, str(r.year), list(r.because)] for r in answer.referrals],
        "undetermined": [[u.clause, u.month or str(u.year)] for u in answer.undetermined],
        "conclusions": [_conclusion(c) for c in conclusions],
    }


def _conclusion(made: Conclusion) -> list[object]:
    """Question, subject, outcome (`?`: not known), and what came with it: why, measures, days, figures."""
    more: list[object] = [*made.because, *(measure.measure for measure in made.measures)]
    more += [text for text in (made.opens, made.due) if text is not None]
    more += [to_text(Fraction(text), 2) for text in (made.low, made.high) if text is not None]
    more += [] if made.share is None else [to_text(Fraction(made.share), 3)]
    more += [f"?{name}" for name in made.missing]
    return [made.question, made.subject, made.outcome or "?", *more]

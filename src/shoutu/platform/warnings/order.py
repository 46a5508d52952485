"""The order's text as a document: each sentence with its rules, numbers, readings and conclusions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from shoutu.errors import Text
from shoutu.platform.doors import Actor
from shoutu.platform.warnings import evaluation, queries
from shoutu.platform.warnings.comparing import seen_banners
from shoutu.platform.warnings.evaluation import key_of
from shoutu.policy import Pack, load_pack
from shoutu.policy.checks import clause_of
from shoutu.policy.coverage import CARRIED, ClauseCoverage, coverage
from shoutu.policy.numbers import Number, squeeze
from shoutu.policy.vocabulary import BandRule, Conclude, Rule
from shoutu.policy.wording import cite

PART = re.compile(r"^([一二三四五六七八九])、")
_SENTENCE = re.compile(r"[^。；]*[。；]?")


@dataclass(frozen=True)
class Piece:
    """A sentence of the text. `clauses`: whose numbers quote it; empty for plain text."""

    text: str
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class NumberRow:
    """One number: values with the time from which each holds. `cited`: of other law, by its name."""

    id: str
    quotation: str
    cited: Text | None
    unit: Text
    values: tuple[tuple[str, str, Text | None], ...]
    """(from, value, doubt)."""
    until: str


@dataclass(frozen=True)
class RuleRow:
    """One rule in words: what kind it is, what it asks, and its outcomes with what brings each."""

    kind: str
    question: Text | None
    bands: tuple[tuple[Text, tuple[Text, ...]], ...]


@dataclass(frozen=True)
class ReadingOf:
    name: str
    question: Text
    options: tuple[Text, ...]
    """The default first."""


@dataclass(frozen=True)
class Concluded:
    """One conclusion of this year, and where it is explained."""

    region: str
    name: str
    month: str
    entry: str
    level: str
    scope: str
    title: Text


@dataclass(frozen=True)
class ClauseCard:
    id: str
    """Stands in anchors only: documents and pages cite the part."""
    text: Text
    statute: Text | None
    cite: Text
    rules: tuple[RuleRow, ...]
    numbers: tuple[NumberRow, ...]
    readings: tuple[ReadingOf, ...]
    concluded: tuple[Concluded, ...]
    status: str
    carriers: tuple[tuple[str, int], ...]
    """(kind, how many)."""
    lacks: tuple[str, ...]

    @property
    def carried(self) -> bool:
        return self.status == CARRIED


@dataclass(frozen=True)
class Part:
    """`heading` is empty for what stands before the first part."""

    key: str
    heading: str
    paragraphs: tuple[tuple[Piece, ...], ...]
    cards: tuple[ClauseCard, ...]


@dataclass(frozen=True)
class OrderPage:
    title: Text
    version: str
    parts: tuple[Part, ...]
    year: int
    counts: Mapping[str, int]
    """How many clauses by status of coverage."""


def order_page(actor: Actor | None, month: str) -> OrderPage:
    """The order as the reader sees it: conclusions of the year of `month`, up to it, of their region."""
    pack = load_pack(evaluation.PACK)
    covered = _covered(pack.name)
    concluded = _concluded(actor, pack, month)
    cards: dict[str, list[ClauseCard]] = {}
    for clause in covered.values():
        card = _card(pack, clause, tuple(concluded.get(clause.clause, ())))
        cards.setdefault(clause.clause.partition(".")[0], []).append(card)
    parts = tuple(
        Part(str(place), heading, _paragraphs(pack, lines), tuple(cards.get(str(place), ())))
        for place, (heading, lines) in enumerate(_parts(pack.order))
    )
    counts = Counter(clause.status for clause in covered.values())
    return OrderPage(pack.title, pack.version, parts, int(month[:4]), dict(counts))


@cache
def _covered(name: str) -> dict[str, ClauseCoverage]:
    """Looked up once: carriers are code, and code does not change while it runs."""
    return {clause.clause: clause for clause in coverage(load_pack(name))}


def _parts(text: str) -> list[tuple[str, list[str]]]:
    """(heading, lines) of what stands before the first part, then of each part."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in (" ".join(line.split()) for line in text.splitlines()):
        if PART.match(line):
            found.append((line, []))
        elif line:
            found[-1][1].append(line)
    return found


def _paragraphs(pack: Pack, lines: Iterable[str]) -> tuple[tuple[Piece, ...], ...]:
    """Each paragraph cut after 。 and ；, a sentence that a number quotes with the clauses of its numbers."""
    return tuple(
        tuple(_piece(pack, found) for found in _SENTENCE.findall(line) if found) for line in _joined(lines)
    )


def _joined(lines: Iterable[str]) -> list[str]:
    """A line that the scan broke within a sentence goes on with the next one."""
    out: list[str] = []
    for line in lines:
        if out and out[-1].endswith(("要", "，", "、", "进一步")):
            out[-1] += line
        else:
            out.append(line)
    return out


def _piece(pack: Pack, text: str) -> Piece:
    here = squeeze(text)
    clauses = [
        number.clause
        for number in pack.numbers.values()
        if number.quotation and (quoted := squeeze(number.quotation)) and (quoted in here or here in quoted)
    ]
    return Piece(text, tuple(dict.fromkeys(clauses)))


def _card(pack: Pack, clause: ClauseCoverage, concluded: tuple[Concluded, ...]) -> ClauseCard:
    own = pack.clauses[clause.clause]
    return ClauseCard(
        id=own.id,
        text=own.text,
        statute=own.statute,
        cite=Text(cite(pack, own.id, "zh"), cite(pack, own.id, "en")),
        rules=tuple(_rule(pack, rule) for rule in pack.rules if clause_of(rule) == own.id),
        numbers=tuple(_number(pack, n) for n in pack.numbers.values() if n.clause == own.id),
        readings=tuple(
            ReadingOf(r.name, r.question, tuple(option.text for option in r.options))
            for r in pack.readings.values()
            if r.name == own.id or r.name.startswith(f"{own.id}-")
        ),
        concluded=concluded,
        status=clause.status,
        carriers=tuple(Counter(carrier.kind for carrier in clause.carriers).items()),
        lacks=tuple(carrier.lacks for carrier in clause.carriers if carrier.lacks),
    )


def _rule(pack: Pack, rule: Rule) -> RuleRow:
    asked = pack.terms.get(f"question.{getattr(rule, 'question', '')}")
    return RuleRow(
        kind=type(rule).__name__,
        question=asked or pack.terms.get(f"measure.{getattr(rule, 'measure', '')}"),
        bands=_bands(pack, rule) if isinstance(rule, BandRule | Conclude) else (),
    )


def _bands(pack: Pack, rule: BandRule | Conclude) -> tuple[tuple[Text, tuple[Text, ...]], ...]:
    """(what it comes to, what brings it), strictest first."""
    return tuple(
        (
            pack.terms.get(f"level.{band.level}") or pack.terms[f"outcome.{band.level}"],
            tuple(_condition(pack, rule.clause, test.name) for test in band.tests),
        )
        for band in rule.bands
    )


def _condition(pack: Pack, clause: str, name: str) -> Text:
    return pack.terms.get(f"{clause}.{name}", Text(name, name))


def _number(pack: Pack, number: Number) -> NumberRow:
    return NumberRow(
        id=number.id,
        quotation=number.quotation,
        cited=pack.clauses[number.clause].cite,
        unit=pack.terms.get(f"unit.{number.unit}", Text("", "")),
        values=tuple((since, value, number.doubt(since)) for since, value in number.values),
        until=number.until or "",
    )


def _concluded(actor: Actor | None, pack: Pack, month: str) -> dict[str, list[Concluded]]:
    """By clause: the year's warnings, measures and referrals of the banners that the reader sees."""
    out: dict[str, list[Concluded]] = {}
    for banner in seen_banners(actor):
        answer = queries.calculation(actor, banner.code, month).answer
        for kind in ("warnings", "measures", "referrals"):
            for place, entry in enumerate(answer[kind]):
                when = entry.get("month", month)
                if when[:4] != month[:4] or entry.get("year", int(when[:4])) != int(month[:4]):
                    continue
                level = entry.get("level", "")
                named = f"level.{level}" if level else f"measure.{entry.get('measure', 'referral')}"
                out.setdefault(entry["clause"], []).append(
                    Concluded(
                        region=banner.code,
                        name=banner.name,
                        month=when,
                        entry=key_of(answer, kind, place, when),
                        level=level,
                        scope="month" if entry.get("trigger") == banner.code else "project",
                        title=pack.terms[named],
                    )
                )
    for rows in out.values():
        rows.sort(key=lambda row: (row.month, row.region, row.entry), reverse=True)
    return out

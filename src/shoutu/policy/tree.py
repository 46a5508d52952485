"""One conclusion as a tree for machines and as a picture: figures, lines, numbers, readings, and the way out.

Nothing is reckoned anew but the way to another outcome: by how much a figure would have to change for a
comparison to turn. All else is the trace's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from shoutu.errors import Language, Text
from shoutu.policy.answer import Comparison, TraceEntry
from shoutu.policy.figures import exact_text
from shoutu.policy.pack import Pack
from shoutu.policy.wording import cite, figure_term, sentence

Uncertainty = Mapping[str, Fraction]
"""By unit, how far a figure may be off: {"mu": Fraction("0.05")}."""


@dataclass(frozen=True)
class Turn:
    """What would turn a comparison: the figure, or the part of a share, rises or falls by `by` in `unit`.

    beyond     by more than that
    uncertain  the figure is no farther from its line than it may be off
    """

    rises: bool
    by: Fraction
    unit: str
    beyond: bool
    uncertain: bool


def turn(made: Comparison, uncertainty: Uncertainty) -> Turn | None:
    """How the comparison would turn; None where the figure is not known or is a day or a level.

    A share turns when its part does, its whole staying what it is.
    """
    if made.unit == "percent" and made.part is not None and made.whole is not None:
        figure, unit = Fraction(made.part), made.of
        line = Fraction(made.whole) * Fraction(made.threshold) / 100
    elif made.value is not None and made.operator in (">=", ">") and made.unit not in _WORDS:
        figure, unit, line = Fraction(made.value), made.unit, Fraction(made.threshold)
    else:
        return None
    rises = made.result is not True
    strict = made.operator == ">"
    return Turn(
        rises=rises,
        by=abs(line - figure),
        unit=unit,
        beyond=strict if rises else not strict,
        uncertain=abs(line - figure) <= uncertainty.get(unit, Fraction(-1)),
    )


_WORDS = ("date", "level", "month", "year")


def turn_text(pack: Pack, entry: TraceEntry, made: Comparison, found: Turn, language: Language) -> str:
    """「总面积再增加超过3.34亩，即达到15亩」, or the same in English."""
    zh = language == "zh"
    name = _term(pack, figure_term(pack, entry.clause, made.figure), language)
    unit = _term(pack, f"unit.{found.unit}", language)
    line = f"{made.threshold}{_term(pack, f'unit.{made.unit}', language)}"
    amount = f"{exact_text(found.by)}{unit}"
    strict = made.operator == ">"
    if zh:
        move = "再增加" if found.rises else "减少"
        how = f"{move}{'超过' if found.beyond else ''}{amount}"
        then = ("超过" if strict else "达到") if found.rises else ("不再超过" if strict else "不再达到")
        doubt = "（差距在误差之内）" if found.uncertain else ""
        return f"{name}{how}，即{then}{line}{doubt}"
    move = "rises" if found.rises else "falls"
    then = "it is then" if found.rises else "it is then no longer"
    sign = "more than" if strict else "at least"
    doubt = " (within its uncertainty)" if found.uncertain else ""
    return f"{name} {move} by {'more than ' if found.beyond else ''}{amount}: {then} {sign} {line}{doubt}"


def _term(pack: Pack, name: str, language: Language) -> str:
    text = pack.terms.get(name)
    return name if text is None else text.to(language)


# ---- for machines --------------------------------------------------------------------------------------


def tree(pack: Pack, entry: TraceEntry, uncertainty: Uncertainty | None = None) -> dict[str, object]:
    """The conclusion as one JSON object (schemas/policy-explanation.json)."""
    return {
        "entry": entry.entry,
        "kind": entry.kind,
        "clause": entry.clause,
        "cite": _both(cite(pack, entry.clause, "zh"), cite(pack, entry.clause, "en")),
        "outcome": entry.outcome,
        "reasons": list(entry.reasons),
        "sentence": _both(sentence(pack, entry, "zh"), sentence(pack, entry, "en")),
        "figures": [
            {
                "figure": name,
                "name": _both(*(_term(pack, figure_term(pack, entry.clause, name), x) for x in _BOTH)),
                "comparisons": [_comparison(pack, entry, made, uncertainty or {}) for made in found],
            }
            for name, found in _by_figure(entry).items()
        ],
        "readings": [_reading(pack, name, option) for name, option in entry.readings.items()],
        "facts": [dict(fact) for fact in entry.facts],
        "defaulted": [dict(fact) for fact in entry.defaulted],
        "law": None if entry.law is None else entry.law.to_document(),
        "unverified": list(entry.unverified),
    }


_BOTH: tuple[Language, Language] = ("zh", "en")


def _both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _by_figure(entry: TraceEntry) -> dict[str, list[Comparison]]:
    out: dict[str, list[Comparison]] = {}
    for made in entry.comparisons:
        out.setdefault(made.figure, []).append(made)
    return out


def _comparison(
    pack: Pack, entry: TraceEntry, made: Comparison, uncertainty: Uncertainty
) -> dict[str, object]:
    number = pack.numbers.get(made.number or "")
    found = turn(made, uncertainty)
    return {
        **made.to_document(),
        "of_number": None
        if number is None
        else {
            "id": number.id,
            "clause": number.clause,
            "unit": number.unit,
            "quotation": number.quotation,
            "values": [{"from": since, "value": value} for since, value in number.values],
        },
        "turns": None
        if found is None
        else {
            "direction": "rises" if found.rises else "falls",
            "by": exact_text(found.by),
            "unit": found.unit,
            "beyond": found.beyond,
            "uncertain": found.uncertain,
            "text": _both(*(turn_text(pack, entry, made, found, x) for x in _BOTH)),
        },
    }


def _reading(pack: Pack, name: str, option: str) -> dict[str, object]:
    reading = pack.readings[name]
    return {
        "name": name,
        "question": reading.question._asdict(),
        "option": option,
        "text": reading.option(option).text._asdict(),
        "others": [other.name for other in reading.options if other.name != option],
    }


# ---- a picture -----------------------------------------------------------------------------------------

WIDTH, ROW, LEFT, BOX = 760, 40, 16, 470
_MARKS = {
    True: ("✓", "#14532d", "是", "yes"),
    False: ("✗", "#6b7280", "否", "no"),
    None: ("?", "#92400e", "尚不清楚", "not known"),
}
_FONT = "font-family=\"'Noto Sans SC','Noto Sans CJK SC',sans-serif\""


def svg(pack: Pack, entry: TraceEntry, language: Language = "zh") -> str:
    """The way through the rule: comparisons with verdicts in sign, word and colour, then the outcome."""
    rows = [made for made in entry.comparisons if made.figure]
    parts: list[str] = []
    y = 16
    parts += _text(LEFT, y + 12, _heading(pack, entry, language), 15, weight=600)
    y += 36
    middle = []
    for made in rows:
        mark, colour, zh, en = _MARKS[made.result]
        verdict = zh if language == "zh" else en
        parts.append(
            f'<rect x="{LEFT}" y="{y}" width="{BOX}" height="{ROW - 8}" rx="3" fill="#fff" stroke="{colour}" '
            f'stroke-width="{2 if made.result else 1}"/>'
        )
        parts += _text(LEFT + 10, y + 21, _clipped(_said(pack, entry, made, language)), 13)
        parts += _text(LEFT + BOX - 92, y + 21, f"{mark} {verdict}", 13, colour=colour, weight=600)
        middle.append((y + (ROW - 8) // 2, colour))
        y += ROW
    join, top = LEFT + BOX + 50, 52
    bottom = max(y - ROW, top)
    centre = (top + bottom + ROW - 8) // 2
    for at, colour in middle:
        parts.append(
            f'<path d="M{LEFT + BOX} {at}H{join}V{centre}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        )
    parts.append(f'<path d="M{join} {centre}h40" fill="none" stroke="#111" stroke-width="2"/>')
    parts.append(
        f'<rect x="{join + 40}" y="{centre - 26}" width="{WIDTH - join - 56}" height="52" rx="3" '
        f'fill="#f5f5f0" stroke="#111" stroke-width="2"/>'
    )
    outcome = _outcome(pack, entry, language)
    parts += _text(join + 50, centre + 5, _clipped(outcome, 18), 14, weight=600)
    height = max(y, centre + 40) + 8
    label = escape(f"{_heading(pack, entry, language)}: {outcome}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-label="{label}">'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>' + "".join(parts) + "</svg>\n"
    )


def _text(x: int, y: int, text: str, size: int, *, colour: str = "#111", weight: int = 400) -> list[str]:
    return [
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{colour}" {_FONT}>'
        f"{escape(text)}</text>"
    ]


def _clipped(text: str, letters: int = 56) -> str:
    """As much of the text as fits, a Chinese letter counting two; the whole stands in the sentence."""
    width = 0
    for index, letter in enumerate(text):
        width += 2 if ord(letter) > 0x2E7F else 1
        if width > letters:
            return text[: index - 1] + "…"
    return text


def _heading(pack: Pack, entry: TraceEntry, language: Language) -> str:
    made = entry.concluded
    what = "" if made is None else _term(pack, f"question.{made.question}", language)
    when = entry.month or (str(entry.year) if entry.year is not None else "")
    place = cite(pack, entry.clause, language)
    return " ".join(part for part in (what, entry.trigger or entry.region, when, place) if part)


def _said(pack: Pack, entry: TraceEntry, made: Comparison, language: Language) -> str:
    name = _term(pack, figure_term(pack, entry.clause, made.figure), language)
    unit = _term(pack, f"unit.{made.unit}", language) if made.unit not in _WORDS else ""
    value = made.value if made.value is not None else f"{made.low or '?'}…{made.high or ''}"
    if made.unit == "percent" and made.value is not None:
        value = (
            exact_text(Fraction(made.value))
            if "/" not in made.value
            else f"{float(Fraction(made.value)):.3f}"
        )
    sign = {">=": "≥", "<=": "≤", "in": "∈"}.get(made.operator, made.operator)
    return f"{name} {value} {sign} {made.threshold}{unit}"


def _outcome(pack: Pack, entry: TraceEntry, language: Language) -> str:
    for term in (f"level.{entry.outcome}", f"measure.{entry.outcome}", f"outcome.{entry.outcome}"):
        if term in pack.terms:
            return pack.terms[term].to(language)
    words = {"undetermined": Text("尚不能得出结论", "no conclusion")}
    return words.get(entry.outcome, Text(entry.outcome, entry.outcome)).to(language)

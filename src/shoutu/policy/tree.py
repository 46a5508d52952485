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
from shoutu.units import to_text

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

    A share turns when its part does, its divisor staying what it is; the text says so, for where a reading
    takes the part out of the divisor the two move together.
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
    share = made.unit == "percent"
    if zh:
        move = "再增加" if found.rises else "减少"
        how = f"{move}{'超过' if found.beyond else ''}{amount}"
        then = ("超过" if strict else "达到") if found.rises else ("不再超过" if strict else "不再达到")
        doubt = "（差距在误差之内）" if found.uncertain else ""
        held = "（分母不变）" if share else ""
        return f"{name}{'的分子' if share else ''}{how}{held}，即{then}{line}{doubt}"
    move = "rises" if found.rises else "falls"
    then = "it is then" if found.rises else "it is then no longer"
    sign = "more than" if strict else "at least"
    doubt = " (within its uncertainty)" if found.uncertain else ""
    amount = f"{'more than ' if found.beyond else ''}{amount}"
    whose, held = ("the part of the ", ", its divisor unchanged") if share else ("", "")
    return f"{whose}{name} {move} by {amount}{held}: {then} {sign} {line}{doubt}"


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

WIDTH, ROW, LEFT, BOX = 760, 58, 16, 470
_GAP, _LETTERS, _OUTCOME_LETTERS = 8, 64, 20
_MARKS = {
    True: ("✓", "#14532d", "是", "yes"),
    False: ("✗", "#6b7280", "否", "no"),
    None: ("?", "#92400e", "尚不清楚", "not known"),
}
_FONT = "font-family=\"'Noto Sans SC','Noto Sans CJK SC',sans-serif\""


@dataclass(frozen=True)
class _Box:
    """One step: what was asked, the figure beside its line ("" for a recorded fact), the verdict."""

    name: str
    figure: str
    result: bool | None


def svg(pack: Pack, entry: TraceEntry, language: Language = "zh") -> str:
    """The way through the rule: what was asked with verdicts in sign, word and colour, then the outcome.

    Names are cut where they are too long, figures and lines never. How the steps join is not drawn: a trace
    does not hold it.
    """
    boxes = _boxes(pack, entry, language)
    top = 52
    bottom = top + max(len(boxes), 1) * ROW - _GAP
    join, centre = LEFT + BOX + 50, (top + bottom) // 2
    outcome = _outcome(pack, entry, language)
    lines = _wrapped(outcome, _OUTCOME_LETTERS)
    half = max(26, 12 + 10 * len(lines))
    parts = _text(LEFT, 28, _heading(pack, entry, language), 15, weight=600)
    for index, box in enumerate(boxes):
        parts += _drawn(box, top + index * ROW, join, centre, language)
    if boxes:
        parts.append(f'<path d="M{join} {centre}h40" fill="none" stroke="#111" stroke-width="2"/>')
    parts.append(
        f'<rect x="{join + 40}" y="{centre - half}" width="{WIDTH - join - 56}" height="{2 * half}" rx="3" '
        f'fill="#f5f5f0" stroke="#111" stroke-width="2"/>'
    )
    for index, line in enumerate(lines):
        parts += _text(join + 50, centre - 10 * len(lines) + 15 + 20 * index, line, 14, weight=600)
    # A tall outcome beside few steps reaches above the first of them: the picture grows on both sides.
    above = max(0, top - 12 - (centre - half))
    height = max(bottom, centre + half) + 16
    label = escape(f"{_heading(pack, entry, language)}: {outcome}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {-above} {WIDTH} {height + above}" '
        f'width="{WIDTH}" height="{height + above}" role="img" aria-label="{label}">'
        f'<rect y="{-above}" width="{WIDTH}" height="{height + above}" fill="#fff"/>'
        + "".join(parts)
        + "</svg>\n"
    )


def _boxes(pack: Pack, entry: TraceEntry, language: Language) -> list[_Box]:
    """The comparisons in their order, then the grounds that are recorded facts and so have no figure."""
    made = [c for c in entry.comparisons if c.figure]
    out = [
        _Box(
            _term(pack, figure_term(pack, entry.clause, c.figure), language),
            _said(pack, c, language),
            c.result,
        )
        for c in made
    ]
    if entry.kind != "referral":
        return out
    compared = {c.figure for c in made}
    recorded = [reason for reason in entry.reasons if reason not in compared]
    return out + [
        _Box(_term(pack, figure_term(pack, entry.clause, name), language), "", True) for name in recorded
    ]


def _drawn(box: _Box, y: int, join: int, centre: int, language: Language) -> list[str]:
    mark, colour, zh, en = _MARKS[box.result]
    at = y + (ROW - _GAP) // 2
    return [
        f'<rect x="{LEFT}" y="{y}" width="{BOX}" height="{ROW - _GAP}" rx="3" fill="#fff" stroke="{colour}" '
        f'stroke-width="{2 if box.result else 1}"/>',
        *_text(LEFT + 10, y + 20, _clipped(box.name, _LETTERS), 13),
        *(_text(LEFT + 10, y + 40, box.figure, 13, weight=600) if box.figure else ()),
        *_text(
            LEFT + BOX - 92, y + 40, f"{mark} {zh if language == 'zh' else en}", 13, colour=colour, weight=600
        ),
        f'<path d="M{LEFT + BOX} {at}H{join}V{centre}" fill="none" stroke="{colour}" stroke-width="1.5"/>',
    ]


def _text(x: int, y: int, text: str, size: int, *, colour: str = "#111", weight: int = 400) -> list[str]:
    return [
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{colour}" {_FONT}>'
        f"{escape(text)}</text>"
    ]


def _width(text: str) -> int:
    """In letters, a Chinese one counting two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


def _clipped(text: str, letters: int) -> str:
    """As much of the text as fits; the whole stands in the sentence."""
    if _width(text) <= letters:
        return text
    end = len(text)
    while _width(text[:end]) > letters - 2:
        end -= 1
    return text[:end] + "…"


def _wrapped(text: str, letters: int) -> list[str]:
    """The whole text in lines that fit, broken at blanks, or within a word that is longer than a line."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}".strip()
        if _width(joined) <= letters:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if _width(lines[-1] + letter) > letters:
                lines.append("")
            lines[-1] += letter
    return lines


def _heading(pack: Pack, entry: TraceEntry, language: Language) -> str:
    made = entry.concluded
    what = "" if made is None else _term(pack, f"question.{made.question}", language)
    when = entry.month or (str(entry.year) if entry.year is not None else "")
    place = cite(pack, entry.clause, language)
    return " ".join(part for part in (what, entry.trigger or entry.region, when, place) if part)


def _said(pack: Pack, made: Comparison, language: Language) -> str:
    """The figure beside its line, exact; of a share both terms, since its percentage may be rounded."""
    unit = _term(pack, f"unit.{made.unit}", language) if made.unit not in _WORDS else ""
    sign = {">=": "≥", "<=": "≤", "in": "∈"}.get(made.operator, made.operator)
    value, line = made.value, made.threshold
    if made.unit == "level":
        value, line = (_levels(pack, text, language) for text in (value or "?", line))
    elif value is None:
        value = f"{made.low or '?'}…{made.high or ''}"
    elif made.unit == "percent" and made.part is not None and made.whole is not None:
        value = f"{to_text(Fraction(value), 3)}% ({_plain(made.part)} ÷ {_plain(made.whole)})"
    return f"{value} {sign} {line}{unit}"


def _plain(figure: str) -> str:
    return to_text(Fraction(figure), 4) if "/" in figure else figure


def _levels(pack: Pack, names: str, language: Language) -> str:
    return "/".join(_term(pack, f"level.{name}", language) for name in names.split("/"))


def _outcome(pack: Pack, entry: TraceEntry, language: Language) -> str:
    """The outcome in words; what a person has yet to sign is said to be proposed."""
    if entry.outcome == "undetermined":
        return Text("尚不能得出结论", "no conclusion").to(language)
    names = (f"{kind}.{entry.outcome}" for kind in ("level", "measure", "outcome"))
    word = next((pack.terms[name].to(language) for name in names if name in pack.terms), entry.outcome)
    if entry.kind not in ("warning", "measure", "referral"):
        return word
    if language == "en":
        return f"proposed: {word}"
    return f"拟实行{word}" if entry.kind == "warning" else f"拟{word}"

"""One conclusion by itself: sentence, comparisons, facts, readings, and how far the other outcomes are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import Any

from shoutu.errors import Language, NotFound, Text
from shoutu.platform.enforcement import queries as enforcement
from shoutu.platform.enforcement.rows import Lineage
from shoutu.platform.warnings import evaluation
from shoutu.platform.warnings.evaluation import Calculation, entries, key_of
from shoutu.platform.warnings.explaining import (
    READINGS_BEGIN,
    banner_and_projects,
    measure_word,
    named,
    quotation,
    trace_of,
)
from shoutu.platform.warnings.parcels import parcel_rows
from shoutu.platform.warnings.rows import ParcelRow
from shoutu.policy import Pack, Scale, evaluate, load_pack
from shoutu.policy.tree import svg
from shoutu.policy.wording import cite
from shoutu.proof.canonical import canonical
from shoutu.units import to_text

KINDS = ("warnings", "measures", "referrals", "undetermined")
MOST_PLACES = 6
FIELDS = {
    "project": Text("项目", "project"),
    "year": Text("年度", "year"),
    "new": Text("是否新增", "whether new"),
}
VALUES = {"True": Text("是", "yes"), "False": Text("否", "no"), "None": Text("无", "none")}


@dataclass(frozen=True)
class Line:
    """One comparison: the figure as it was filed beside what the order says. `result` None: not known."""

    name: Text
    value: str
    unit: Text
    filed_m2: str
    """The same in square metres, where it was filed so; else empty."""
    sign: str
    threshold: str
    result: bool | None
    near: bool


@dataclass(frozen=True)
class ParcelFacts:
    """One 宗 that was read, with the patches behind it as (id, number)."""

    parcel: ParcelRow
    patches: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Ground:
    """An earlier conclusion on which this one rests, and where it is explained."""

    title: str
    level: str
    scope: str
    month: str
    entry: str


@dataclass(frozen=True)
class Chosen:
    """A reading that was used, and what else it could have been."""

    name: str
    question: Text
    option: Text
    others: tuple[Text, ...]


@dataclass(frozen=True)
class Excess:
    """By how much a figure stands over the threshold that it reached."""

    name: Text
    over: str
    unit: Text
    threshold: str
    whole: bool
    """Counted in whole things: `over` is how many fewer would do; else it must shrink by more than `over`."""


@dataclass(frozen=True)
class Explanation:
    region: str
    name: str
    month: str
    entry: str
    kind: str
    title: Text
    level: str
    """red, orange or yellow; empty where the conclusion is no warning."""
    scope: str
    sentence: str
    quotation: str
    citation: str
    lines: tuple[Line, ...]
    scales: tuple[Scale, ...]
    parcels: tuple[ParcelFacts, ...]
    grounds: tuple[Ground, ...]
    readings: tuple[Chosen, ...]
    defaulted: tuple[Text, ...]
    missing: tuple[Text, ...]
    excess: tuple[Excess, ...]
    near: bool
    pack: str
    picture: str
    """SVG of the way through the rule; empty where it cannot be drawn again just as it was recorded."""


def explanation(
    calculation: Calculation, region: str, name: str, month: str, entry: str, language: Language = "zh"
) -> Explanation:
    """The conclusion that an address names. NotFound where the month has none such.

    language  of the picture; the sentence is the record's own
    """
    kind, place = _placed(calculation.answer, month, entry)
    pack, concluded = load_pack(evaluation.PACK), calculation.answer[kind][place]
    trace = trace_of(calculation, f"{kind}/{place}")
    lineage = enforcement.counted(region, until=month).lineage
    names = banner_and_projects(calculation, name, lineage)
    trigger = concluded.get("trigger", "")
    lines = tuple(_lines(pack, trace))
    return Explanation(
        region=region,
        name=name,
        month=month,
        entry=entry,
        kind=kind,
        title=_title(calculation, pack, kind, concluded, names),
        level=concluded.get("level", ""),
        scope="" if kind != "warnings" else "month" if trigger == region else "project",
        sentence=named(trace["sentence"], names).partition(READINGS_BEGIN)[0],
        quotation=quotation(trace),
        citation=cite(pack, trace["clause"], "zh"),
        lines=lines,
        scales=calculation.scales(month).get(trigger, ()) if kind == "warnings" else (),
        parcels=_parcels(calculation, trace, lineage),
        grounds=tuple(_grounds(calculation, trace, names)),
        readings=tuple(_chosen(pack, trace["readings"])),
        defaulted=tuple(_defaulted(calculation, fact) for fact in trace["defaulted"]),
        missing=tuple(_missing(pack, fact) for fact in concluded.get("missing", ())),
        excess=tuple(_excess(pack, trace)),
        near=any(line.near for line in lines),
        pack=f"{calculation.answer['pack']}@{calculation.answer['version']}",
        picture=_picture(pack, calculation, f"{kind}/{place}", names, language) if lines else "",
    )


def _picture(
    pack: Pack, calculation: Calculation, entry: str, names: Mapping[str, str], language: Language
) -> str:
    """Drawn from the trace reckoned again; a record that another version of the rules made has none."""
    again = evaluate(pack, evaluation.typed(calculation.facts))
    made = next((trace for trace in again.trace if trace.entry == entry), None)
    if made is None or canonical(made.to_document()) != canonical(trace_of(calculation, entry)):
        return ""
    return named(svg(pack, made, language), {key: escape(said) for key, said in names.items()})


def _placed(answer: Mapping[str, Any], month: str, entry: str) -> tuple[str, int]:
    kind, _, number = entry.rpartition("-")
    if kind in KINDS and number.isascii() and number.isdigit() and len(number) < 6:
        found = entries(answer, kind, month)
        if int(number) < len(found):
            return kind, found[int(number)]
    raise NotFound(Text("这个月没有这项测算结论。", "The month has no such conclusion."), found=entry)


def _title(
    calculation: Calculation, pack: Pack, kind: str, concluded: Mapping[str, Any], names: Mapping[str, str]
) -> Text:
    if kind == "warnings":
        level = pack.terms[f"level.{concluded['level']}"]
        if concluded["trigger"] == calculation.facts["region"]:
            return Text(f"旗区当月合计：{level.zh}", f"The banner's month: {level.en}")
        project = names.get(concluded["trigger"], concluded["trigger"])
        return Text(f"单个项目“{project}”：{level.zh}", f"The project “{project}”: {level.en}")
    if kind == "measures":
        title = measure_word(concluded["measure"], calculation).title
        return Text(f"拟{title.zh}", f"Proposed: {title.en}")
    if kind == "referrals":
        title = pack.terms["measure.referral"]
        return Text(f"{concluded['year']}年度：拟{title.zh}", f"{concluded['year']}: proposed {title.en}")
    about = cite(pack, concluded["clause"], "zh"), cite(pack, concluded["clause"], "en")
    return Text(f"尚不能得出的结论：{about[0]}", f"Not yet concluded: {about[1]}")


def _term(pack: Pack, key: str, otherwise: str) -> Text:
    return pack.terms.get(key, Text(otherwise, otherwise))


def _lines(pack: Pack, trace: Mapping[str, Any]) -> list[Line]:
    """The comparisons with numbers and findings; those with earlier conclusions stand among the grounds."""
    return [_line(pack, trace["clause"], found) for found in trace["comparisons"] if found["unit"] != "level"]


def _line(pack: Pack, clause: str, found: Mapping[str, Any]) -> Line:
    result = found["result"] if isinstance(found["result"], bool) else None
    filed = str(found.get("filed", ""))
    area = filed.removesuffix(" m2") if filed.endswith(" m2") and "+" not in filed else ""
    return Line(
        name=_term(pack, f"{clause}.{found['figure']}", found["figure"]),
        value="" if found["value"] is None else str(found["value"]),
        unit=_term(pack, f"unit.{found['unit']}", ""),
        filed_m2=area,
        sign=_sign(found["operator"], result),
        threshold=found["threshold"],
        result=result,
        near=found["near"],
    )


def _sign(operator: str, result: bool | None) -> str:
    """≥ 15 where 15 is reached, < 15 where it is not; > and ≤ where the threshold itself is left out."""
    reached, short = (">", "≤") if operator == ">" else ("≥", "<")
    return "?" if result is None else reached if result else short


def _parcels(
    calculation: Calculation, trace: Mapping[str, Any], lineage: Mapping[str, Lineage]
) -> tuple[ParcelFacts, ...]:
    """The 宗 of the facts that the trace says it read, once each."""
    read = {place for fact in trace["facts"] if (place := _violation(fact)) is not None}
    rows = parcel_rows([calculation.facts["violations"][place] for place in sorted(read)], lineage)
    return tuple(ParcelFacts(row, _patches(lineage.get(row.number))) for row in rows)


def _violation(fact: Mapping[str, Any]) -> int | None:
    """`/violations/3` → 3; None for what is no violation."""
    head, _, place = str(fact["at"]).rpartition("/")
    return int(place) if head == "/violations" else None


def _patches(source: Lineage | None) -> tuple[tuple[str, str], ...]:
    members = source.members if source else ()
    return tuple((member.patch.id, member.patch.number) for member in members)


def _grounds(calculation: Calculation, trace: Mapping[str, Any], names: Mapping[str, str]) -> list[Ground]:
    out, region = [], calculation.facts["region"]
    for fact in trace["facts"]:
        kind, _, place = str(fact["at"]).partition("/")
        if kind != "warnings":
            continue
        entry = key_of(calculation.answer, kind, int(place), fact["month"])
        scope = "month" if fact["trigger"] == region else "project"
        title = names.get(fact["trigger"], fact["trigger"])
        out.append(Ground(title, fact["level"], scope, fact["month"], entry))
    return out


def _chosen(pack: Pack, readings: Mapping[str, str]) -> list[Chosen]:
    return [
        Chosen(
            name,
            pack.readings[name].question,
            pack.readings[name].option(option).text,
            tuple(other.text for other in pack.readings[name].options if other.name != option),
        )
        for name, option in readings.items()
    ]


def _defaulted(calculation: Calculation, fact: Mapping[str, Any]) -> Text:
    """Whose fact was not stated, and the value taken instead: `/violations/3/new` → 3 of the facts."""
    _, _, place, field = str(fact["fact"]).split("/")
    number = calculation.facts["violations"][int(place)]["id"]
    what, value = FIELDS.get(field, Text(field, field)), str(fact["value"])
    said = VALUES.get(value, Text(value, value))
    return Text(
        f"宗 {number}：{what.zh}未填，按“{said.zh}”计", f"{number}: {what.en} not stated, taken as {said.en}"
    )


def _missing(pack: Pack, fact: str) -> Text:
    return _term(pack, f"missing.{fact}", fact)


def _excess(pack: Pack, trace: Mapping[str, Any]) -> list[Excess]:
    """Of each figure that reached its threshold: what would have to go for it not to be reached."""
    out = []
    for found in trace["comparisons"]:
        if found["result"] is not True or found["value"] is None or found["unit"] == "level":
            continue
        whole = found["unit"] in ("parcel", "act", "item")
        over = Fraction(found["value"]) - Fraction(found["threshold"])
        out.append(
            Excess(
                name=_term(pack, f"{trace['clause']}.{found['figure']}", found["figure"]),
                over=to_text(over + 1, 0) if whole else _fine(over),
                unit=_term(pack, f"unit.{found['unit']}", ""),
                threshold=found["threshold"],
                whole=whole,
            )
        )
    return out


def _fine(figure: Fraction) -> str:
    """Two decimals, more where two would read as nothing."""
    for places in range(2, MOST_PLACES):
        if figure == 0 or Fraction(to_text(figure, places)) > 0:
            return to_text(figure, places)
    return to_text(figure, MOST_PLACES)

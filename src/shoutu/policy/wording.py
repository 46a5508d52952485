"""Sentences, in Chinese and English, printed from a trace entry and the pack's own words.

Nothing is looked up anew: figures, thresholds, results and readings are those of the entry, so a
comparison that went wrong also reads wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from shoutu.errors import Language, Text
from shoutu.policy.answer import Comparison, Conclusion, TraceEntry
from shoutu.policy.numbers import Number
from shoutu.policy.pack import Pack
from shoutu.policy.vocabulary import ByReading, Effect
from shoutu.units import to_text

DIGITS = "〇一二三四五六七八九"
INNER = str.maketrans("“”", "‘’")
"""Quotation marks within a quotation (GB/T 15834)."""
UNNAMED = ("", "where")
"""Figures of comparisons that only sift rows; a trace holds them, a sentence does not."""
PROPOSAL = Text("系统测算，不作为处理决定依据。", "Computed by the system; not a basis for a decision.")


@dataclass(frozen=True)
class Touch:
    """A measure in words: what it is, whom or what it touches, how it ends (None: with the act itself)."""

    measure: str
    kind: str
    title: Text
    touches: Text
    ends: Text | None


def effect_of(pack: Pack, measure: str, readings: Mapping[str, str]) -> Touch:
    """What a measure of the answer is, under settled readings (those of the answer)."""
    effect = next(rule for rule in pack.rules if isinstance(rule, Effect) and rule.measure == measure)

    def words(value: str | ByReading[str], prefix: str) -> Text:
        name = value.options[readings[value.reading]] if isinstance(value, ByReading) else value
        return pack.terms[f"{prefix}.{name}"]

    return Touch(
        measure=measure,
        kind=effect.kind,
        title=pack.terms[f"measure.{measure}"],
        touches=words(effect.touches, "touches"),
        ends=None if effect.ends is None else words(effect.ends, "ends"),
    )


def month_text(month: str, language: Language) -> str:
    return f"{int(month[:4])}年{int(month[5:])}月" if language == "zh" else month


def day_text(day: str, language: Language) -> str:
    year, month, number = day.split("-")
    return f"{year}年{int(month)}月{int(number)}日" if language == "zh" else day


def cite(pack: Pack, clause: str, language: Language) -> str:
    """How a document cites the clause: as it says itself, or by the part of the order; never by our id."""
    own = pack.clauses.get(clause)
    if own is not None and own.cite is not None:
        return own.cite.to(language)
    part = clause.split(".")[0]
    chinese = "".join(DIGITS[int(digit)] for digit in part) if part.isdigit() else part
    return pack.cite.to(language).format(part=chinese if language == "zh" else part)


def sentence(
    pack: Pack, entry: TraceEntry, language: Language, names: Mapping[str, str] | None = None
) -> str:
    """The entry as sentences that a party can read.

    names  what regions and projects are called, by code or id; the code itself where absent
    """
    writer = _Writer(pack, entry, language, names or {})
    return {
        "warning": writer.warning,
        "measure": writer.measure,
        "referral": writer.referral,
        "undetermined": writer.undetermined,
        "conclusion": writer.conclusion,
    }[entry.kind]()


class _Writer:
    def __init__(self, pack: Pack, entry: TraceEntry, language: Language, names: Mapping[str, str]) -> None:
        self.pack, self.entry, self.language, self.names = pack, entry, language, names
        self.zh = language == "zh"

    # ---- the four kinds ----

    def warning(self) -> str:
        level = self._term(f"level.{self.entry.outcome}")
        figures = self._figures()
        if self.zh:
            head = f"{self._subject()}{self._when()}：{figures}。"
            body = f"{self._basis()}，测算达到{level}标准，拟实行{level}。"
        else:
            head = f"{self._subject()}, {self._when()}: {figures}. "
            body = f"{self._basis()}: {level} is proposed. "
        return head + body + self._readings() + PROPOSAL.to(self.language)

    def measure(self) -> str:
        touch = effect_of(self.pack, self.entry.outcome, _Defaults(self.pack, self.entry.readings))
        warnings = [fact for fact in self.entry.facts if "level" in fact]
        listed = [
            " ".join(
                (
                    month_text(str(fact["month"]), self.language),
                    self._name(str(fact["trigger"])),
                    self._term(f"level.{fact['level']}"),
                )
            )
            for fact in warnings
        ]
        title, touches = touch.title.to(self.language), touch.touches.to(self.language)
        region = self._name(self.entry.region)
        if self.zh:
            head = f"{region} {self._when()}：涉及{'、'.join(listed)}。"
            body = f"{self._basis()}，拟{title}（对象：{touches}）。"
        else:
            head = f"{region}, {self._when()}: {', '.join(listed)}. "
            body = f"{self._basis()}: {title} is proposed ({touches}). "
        return head + body + self._readings() + PROPOSAL.to(self.language)

    def referral(self) -> str:
        region, title = self._name(self.entry.region), self._term("measure.referral")
        if self.zh:
            head = f"{region} {self._when()}：{self._figures()}。"
            body = f"{self._basis()}，提示达到条件，拟{title}。"
        else:
            head = f"{region}, {self._when()}: {self._figures()}. "
            body = f"{self._basis()}: {title} is proposed. "
        return head + body + self._readings() + PROPOSAL.to(self.language)

    def undetermined(self) -> str:
        region = self._name(self.entry.region)
        place = cite(self.pack, self.entry.clause, self.language)
        missing = [self._term(f"missing.{name}") for name in self.entry.reasons]
        figures = self._figures()
        if self.zh:
            shown = f"{figures}；" if figures else ""
            head = f"{region} {self._when()}：{shown}现有事实不足以依{place}得出结论，"
            body = f"原因或尚缺事项：{'、'.join(missing)}。"
        else:
            shown = f"{figures}; " if figures else ""
            head = f"{region}, {self._when()}: {shown}no conclusion can be drawn from {place}; "
            body = f"reason or missing: {', '.join(missing)}. "
        return head + body + self._readings() + PROPOSAL.to(self.language)

    def conclusion(self) -> str:
        """What was asked of whom, the figures and days, what came out, and what is proposed."""
        made = self.entry.concluded
        assert made is not None
        question, subject = self._term(f"question.{made.question}"), self._name(made.subject)
        said = [part for part in (self._figures(), self._findings(made)) if part]
        shown = ("；" if self.zh else "; ").join(said)
        outcome = self._outcome(made)
        period = f" {made.period}" if made.period else ""
        if self.zh:
            head = f"{question}，{subject}{period}：" + (f"{shown}。" if shown else "")
            text = f"{head}{self._basis()}，{outcome}。"
        else:
            head = f"{question}, {subject}{period}: " + (f"{shown}. " if shown else "")
            text = f"{head}{self._basis()}: {outcome}. "
        return (
            text
            + self._beside()
            + self._law()
            + self._unverified()
            + self._readings()
            + PROPOSAL.to(self.language)
        )

    def _findings(self, made: Conclusion) -> str:
        """What was met without a figure, in words."""
        figures = {comparison.figure for comparison in self.entry.comparisons}
        names = [name for name in made.because if name not in figures]
        return ("；" if self.zh else "; ").join(self._term(f"{made.clause}.{name}") for name in names)

    def _outcome(self, made: Conclusion) -> str:
        pieces = [] if made.outcome is None else [self._told(made)]
        for proposal in made.measures:
            words = self._term(f"measure.{proposal.measure}"), self._term(f"touches.{proposal.touches}")
            terms = [("为期", "for", proposal.lasting), ("限", "within", proposal.within)]
            more = "".join(
                f"，{zh}{self._length(term)}" if self.zh else f", {en} {self._length(term)}"
                for zh, en, term in terms
                if term is not None
            )
            if proposal.ends is not None:
                more += ("，" if self.zh else ", ") + self._term(f"ends.{proposal.ends}")
            pieces.append(
                f"拟{words[0]}（对象：{words[1]}{more}）"
                if self.zh
                else f"{words[0]} is proposed ({words[1]}{more})"
            )
        if made.missing:
            missing = ("、" if self.zh else ", ").join(self._missing(name) for name in made.missing)
            if made.outcome is None:
                pieces.append(
                    f"尚不能得出结论，原因或尚缺：{missing}"
                    if self.zh
                    else f"no conclusion yet; reason or missing: {missing}"
                )
            else:
                pieces.append(
                    f"是否更严尚不清楚，尚缺：{missing}"
                    if self.zh
                    else f"whether it is stricter is not known; missing: {missing}"
                )
        return ("；" if self.zh else "; ").join(pieces)

    def _told(self, made: Conclusion) -> str:
        """The outcome with its days or its money."""
        name = self._term(f"outcome.{made.outcome}")
        days = [("自", "from", made.opens), ("至", "until", made.due)]
        told = "".join(
            f"，{zh}{day_text(day, self.language)}" if self.zh else f", {en} {day}"
            for zh, en, day in days
            if day is not None
        )
        if made.provisional:
            told += "（该年放假安排尚未公布，暂计）" if self.zh else " (provisional: holidays not published)"
        if made.low is not None:
            low, high = (
                None if text is None else to_text(Fraction(text), 2) for text in (made.low, made.high)
            )
            span = f"{low}元" if high is None else f"{low}元至{high}元"
            spoken = f"{low} yuan" if high is None else f"{low} to {high} yuan"
            told += f"，{span}" if self.zh else f", {spoken}"
        if made.share is not None:
            percent = to_text(Fraction(made.share), 3)
            told += (
                f"{percent}%（{_plain(made.part)}÷{_plain(made.whole)}）"
                if self.zh
                else f" {percent}% ({_plain(made.part)} of {_plain(made.whole)})"
            )
        return ("测算结果：" if self.zh else "result: ") + name + told

    def _length(self, term: str) -> str:
        """`3 working-day` in words."""
        number, _, unit = term.partition(" ")
        return f"{number}{self._term(f'unit.{unit}')}"

    def _missing(self, name: str) -> str:
        """A field of the rule's table by its title; what is missing otherwise by its term."""
        for table in self.pack.tables.values():
            if name in table.fields:
                return table.fields[name].title.to(self.language)
        return self._term(f"missing.{name}")

    def _beside(self) -> str:
        """The statute on which a refusal can rest, which the order alone cannot carry."""
        clause = self.pack.clauses.get(self.entry.clause)
        if clause is None or clause.statute is None:
            return ""
        statute = clause.statute.to(self.language)
        return f"并见{statute}。" if self.zh else f"Beside it: {statute}. "

    def _law(self) -> str:
        law = self.entry.law
        if law is None:
            return ""
        act, applied = (day_text(day, self.language) for day in (law.act, law.applied))
        if law.milder:
            if self.zh:
                return f"行为发生于{act}，新规定较轻，适用{applied}的规定（行政处罚法第三十七条）。"
            return f"The act was on {act}; the newer law is milder, so that of {applied} is applied. "
        return f"适用行为发生时（{act}）的规定。" if self.zh else f"The law of the act ({act}) is applied. "

    def _unverified(self) -> str:
        """Numbers that nobody has yet seen in the text itself, and why they should not be relied on."""
        named = [doubt.partition("@") for doubt in self.entry.unverified]
        notes = dict.fromkeys(self.pack.numbers[name].doubt(since) for name, _, since in named)
        said = ("；" if self.zh else "; ").join(note.to(self.language) for note in notes if note is not None)
        if not said:
            return ""
        return f"未经核实的数：{said}。" if self.zh else f"Not verified: {said}. "

    # ---- pieces ----

    def _term(self, name: str) -> str:
        text = self.pack.terms.get(name)
        return name if text is None else text.to(self.language)

    def _name(self, code: str) -> str:
        return self.names.get(code, code)

    def _when(self) -> str:
        if self.entry.month is not None:
            month = month_text(self.entry.month, self.language)
            return f"{month}批次" if self.zh else f"batch of {month}"
        return f"{self.entry.year}年度" if self.zh else f"year {self.entry.year}"

    def _subject(self) -> str:
        name = self._name(self.entry.trigger or "")
        pattern = self._term(f"subject.{self.entry.clause}")
        text = pattern.format(trigger=name) if "{trigger}" in pattern else name
        return text if self.zh else text[:1].upper() + text[1:]

    def _figures(self) -> str:
        """Each figure once, with the thresholds that it reached and those that it did not."""
        counted = [c for c in self.entry.comparisons if c.unit not in ("level", "month", "year")]
        figures = [c for c in counted if c.figure not in UNNAMED]
        by_name: dict[str, list[Comparison]] = {}
        for comparison in sorted(figures, key=lambda c: c.figure not in self.entry.reasons):
            by_name.setdefault(comparison.figure, []).append(comparison)
        said = [self._figure(name, comparisons) for name, comparisons in by_name.items()]
        said += [
            self._term(f"{self.entry.clause}.{name}")
            for name in self.entry.reasons
            if self.entry.kind == "referral" and name not in by_name
        ]
        return ("；" if self.zh else "; ").join(said)

    def _figure(self, name: str, comparisons: list[Comparison]) -> str:
        first = comparisons[0]
        if first.operator == "<=":
            return self._by_day(first)
        unit = self._term(f"unit.{first.unit}")
        term = self._term(self._figure_term(name))
        value = self._value(first, unit)
        # Two bands may ask the same of one figure; it is said once.
        ordered = sorted(comparisons, key=lambda c: c.result is not True)
        results = list(dict.fromkeys(self._result(c, unit) for c in ordered))
        return f"{term}{value}，{'，'.join(results)}" if self.zh else f"{term} {value}, {', '.join(results)}"

    def _figure_term(self, name: str) -> str:
        return figure_term(self.pack, self.entry.clause, name)

    def _value(self, comparison: Comparison, unit: str) -> str:
        if comparison.unit == "percent":
            return self._share(comparison)
        if comparison.unit == "date":
            return self._days(comparison)
        if comparison.value is None:
            low, high = comparison.low, comparison.high
            if self.zh:
                return f"至少{low}{unit}" + (f"、至多{high}{unit}" if high else "")
            return f"at least {low}{unit}" + (f", at most {high}{unit}" if high else "")
        value = comparison.value
        if comparison.filed is not None:
            filed = comparison.filed.removesuffix(" m2")
            return f"{filed}平方米（合{value}{unit}）" if self.zh else f"{filed} m² ({value}{unit})"
        return f"{value}{unit}"

    def _days(self, comparison: Comparison) -> str:
        unknown = "日期尚不清楚" if self.zh else "day not known"
        return unknown if comparison.value is None else day_text(comparison.value, self.language)

    def _share(self, comparison: Comparison) -> str:
        """Both terms always, and the percentage to three decimals where there is one."""
        unknown = "尚不清楚" if self.zh else "not known"
        unit = self._term(f"unit.{comparison.of}")
        part, whole = (f"{term}{unit}" if term else unknown for term in (comparison.part, comparison.whole))
        if comparison.value is None:
            return f"（{part}、{whole}）" if self.zh else f"({part}, {whole})"
        percent = to_text(Fraction(comparison.value), 3)
        return f"为{percent}%（{part}÷{whole}）" if self.zh else f"{percent}% ({part} of {whole})"

    def _result(self, comparison: Comparison, unit: str) -> str:
        if comparison.unit == "date":
            return self._on_day(comparison)
        threshold = f"{comparison.threshold}{unit}"
        beyond = comparison.operator == ">"
        if self.zh:
            verb = {True: "超过" if beyond else "达到", False: "未超过" if beyond else "未达到"}.get(
                bool(comparison.result), ""
            )
            verb = ("是否超过" if beyond else "是否达到") if comparison.result is None else verb
            tail = "（临界）" if comparison.near else ""
            doubt = "尚不清楚" if comparison.result is None else ""
            return f"{verb}{threshold}{doubt}{tail}"
        sign = "more than" if beyond else "at least"
        state = {True: sign, False: f"not {sign}"}.get(bool(comparison.result), "")
        state = f"not known whether {sign}" if comparison.result is None else state
        return f"{state} {threshold}" + (" (near the line)" if comparison.near else "")

    def _by_day(self, comparison: Comparison) -> str:
        """A term: the day on which it was met or is looked at, and its last day."""
        day, line = self._days(comparison), day_text(comparison.threshold, self.language)
        return f"截至{day}，期限末日为{line}" if self.zh else f"by {day}; last day of the term {line}"

    def _on_day(self, comparison: Comparison) -> str:
        """A day against a line: 已满 or 已过, or the last day of a term."""
        line = day_text(comparison.threshold, self.language)
        words = {
            True: (
                "已在{}之后" if comparison.operator == ">" else "已到{}",
                "past {}" if comparison.operator == ">" else "on or after {}",
            ),
            False: (
                "未过{}" if comparison.operator == ">" else "未到{}",
                "not past {}" if comparison.operator == ">" else "before {}",
            ),
        }.get(bool(comparison.result), ("", ""))
        if comparison.result is None:
            words = ("与{}相比尚不清楚", "not known against {}")
        return words[0 if self.zh else 1].format(line)

    def _quotations(self) -> list[str]:
        """The words behind what was reached; behind every number when nothing was."""
        reached = [c for c in self.entry.comparisons if c.number and c.result is True]
        numbers: list[Number] = [self.pack.numbers[c.number] for c in reached if c.number]
        quoted = [self.pack.as_read(number.quotation) for number in numbers if number.quotation]
        return list(dict.fromkeys(quoted))

    def _basis(self) -> str:
        place = cite(self.pack, self.entry.clause, self.language)
        quoted = "".join(f"“{quotation.translate(INNER)}”" for quotation in self._quotations())
        return f"依据{place}{quoted}" if self.zh else f"By {place} {quoted}".rstrip()

    def _readings(self) -> str:
        """The readings that were consulted, in words."""
        if not self.entry.readings:
            return ""
        said = []
        for name, option in self.entry.readings.items():
            reading = self.pack.readings[name]
            question = reading.question.to(self.language)
            colon = "：" if self.zh else ": "
            said.append(f"{question}{colon}{reading.option(option).text.to(self.language)}")
        if self.zh:
            return f"采用的理解：{'；'.join(said)}。"
        return f"Readings: {'; '.join(said)}. "


def _plain(figure: str | None) -> str:
    """A term of an indicator: exact where its decimals end, else to four of them."""
    return to_text(Fraction(figure), 4) if figure is not None and "/" in figure else figure or ""


def figure_term(pack: Pack, clause: str, name: str) -> str:
    """The wording's name for a figure. An undetermined month has no clause of its own: any rule's will do."""
    for term in (f"{clause}.{name}", f"question.{name}"):
        if term in pack.terms:
            return term
    return next((term for term in pack.terms if term.endswith(f".{name}")), name)


class _Defaults(dict[str, str]):
    """The entry's readings; a reading that it did not consult answers with the pack's default."""

    def __init__(self, pack: Pack, readings: Mapping[str, str]) -> None:
        super().__init__(readings)
        self._pack = pack

    def __missing__(self, name: str) -> str:
        return self._pack.readings[name].default

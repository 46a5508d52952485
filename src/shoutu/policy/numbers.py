"""The dated parts of a pack that stand in YAML: numbers, readings, wording, 勘误 (errata)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from shoutu.errors import Text
from shoutu.policy.common_terms import COMMON
from shoutu.policy.figures import plain_decimal
from shoutu.policy.yaml_text import Entry, both, read

TERMS = ("working-day", "day", "months", "years")
UNITS = (
    *("mu", "m2", "m", "parcel", "act", "percent", "month", "year", "item", "level", "finding"),
    *("date", "yuan", "yuan/m2", "times", "number", *TERMS),
)
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True)
class Number:
    """A number of the law: its clause, unit, the words it stands in, and its values by date.

    quotation   empty where the pack does not hold the text
    unverified  why nobody should rely on it yet: it was not seen in the text itself
    doubts      the same of single values, by the date from which they hold
    until       the last month or day on which it holds, where the text has been repealed
    """

    id: str
    clause: str
    unit: str
    quotation: str
    values: tuple[tuple[str, str], ...]
    """(month or day from which it holds, value as text), by date."""
    unverified: Text | None = None
    until: str | None = None
    doubts: tuple[tuple[str, Text], ...] = ()

    def doubt_at(self, when: str) -> str | None:
        """The doubt as a trace names it: the id, with `@` and its date where only that value is doubted."""
        if self.unverified is not None:
            return self.id
        held = [since for since, _ in self.values if since[: len(when)] <= when][-1:]
        return next((f"{self.id}@{since}" for since, _ in self.doubts if since in held), None)

    def doubt(self, since: str) -> Text | None:
        return dict(self.doubts).get(since, self.unverified)

    def text_at(self, when: str) -> str:
        """The value that holds in the month or on the day `when`; the first one before its date."""
        held = [value for since, value in self.values if since[: len(when)] <= when]
        return held[-1] if held else self.values[0][1]

    def at(self, when: str) -> Fraction:
        """The value at `when`, exact; a percentage as a fraction of 1."""
        value = Fraction(self.text_at(when))
        return value / 100 if self.unit == "percent" else value

    def held_at(self, when: str) -> bool:
        """Whether a value holds then: the first has begun, and the number is not repealed."""
        ended = self.until is not None and when[: len(self.until)] > self.until
        return self.values[0][0][: len(when)] <= when and not ended


@dataclass(frozen=True)
class Option:
    name: str
    text: Text


@dataclass(frozen=True)
class Reading:
    """An open question of the order; the first option is the pack's default."""

    name: str
    question: Text
    options: tuple[Option, ...]

    @property
    def default(self) -> str:
        return self.options[0].name

    def option(self, name: str) -> Option:
        return next(option for option in self.options if option.name == name)


@dataclass(frozen=True)
class Erratum:
    """A slip of the printed text, and how it must be read. Quotations keep the print, notices do not."""

    printed: str
    read_as: str
    note: Text


@dataclass(frozen=True)
class Clause:
    """One obligation of the order: its id and what the software must carry, in short.

    cite     how a document cites it, where that is not by the part of the pack's own text
    statute  the law beside it, on which a refusal or a penalty can rest
    """

    id: str
    text: Text
    cite: Text | None = None
    statute: Text | None = None


def squeeze(text: str) -> str:
    """Without white space: the text was scanned, and its line breaks mean nothing."""
    return "".join(text.split())


def load_numbers(path: Path, clauses: Mapping[str, Clause], order: str) -> dict[str, Number]:
    """`numbers.yaml`, checked: known clause, known unit, quotation word for word in the pack's text.

    A number of another law stands under a clause that says itself how it is cited; it quotes nothing.
    """
    out: dict[str, Number] = {}
    squeezed = squeeze(order)
    for name, entry in read(path).pairs.items():
        pairs = entry.keys(("clause", "unit", "values"), ("quotation", "unverified", "until"))
        clause = clauses.get(pairs["clause"].text)
        if clause is None:
            raise pairs["clause"].fault(Text("没有这一条款编号", "unknown clause"))
        quoted = clause.cite is None
        if quoted != ("quotation" in pairs):
            raise entry.fault(
                Text(
                    "本文件的条款要有引文，其他规定的条款没有引文",
                    "a clause of the text is quoted, one of another text is cited",
                )
            )
        if pairs["unit"].text not in UNITS:
            raise pairs["unit"].fault(
                Text("不认识的单位", "unknown unit"),
                Text("可用：" + "、".join(UNITS), "one of: " + ", ".join(UNITS)),
            )
        if quoted and (not pairs["quotation"].text or squeeze(pairs["quotation"].text) not in squeezed):
            raise pairs["quotation"].fault(
                Text("引文与文件原文不符", "the quotation does not stand in the order's text"),
                Text("逐字照抄 order.zh.txt", "copy it word for word from order.zh.txt"),
            )
        out[name] = Number(
            id=name,
            clause=pairs["clause"].text,
            unit=pairs["unit"].text,
            quotation=pairs["quotation"].text if quoted else "",
            values=_values(pairs["values"], pairs["unit"].text),
            unverified=both(pairs["unverified"]) if "unverified" in pairs else None,
            until=_until(pairs["until"], pairs["values"]) if "until" in pairs else None,
            doubts=tuple(
                (item.pairs["from"].text, both(item.pairs["unverified"]))
                for item in pairs["values"].items
                if "unverified" in item.pairs
            ),
        )
    return out


def _values(entry: Entry, unit: str) -> tuple[tuple[str, str], ...]:
    out: list[tuple[str, str]] = []
    for item in entry.items:
        pairs = item.keys(("from", "value"), ("unverified",))
        since, value = pairs["from"], pairs["value"]
        _check_when(since)
        if out and out[-1][0] >= since.text:
            raise since.fault(Text("日期应当递增", "the dates must increase"))
        if not _fits(value.text, unit):
            raise value.fault(Text(f"不是 {unit} 的数值", f"not a value in {unit}"))
        out.append((since.text, value.text))
    if not out:
        raise entry.fault(Text("没有数值", "no value"))
    return tuple(out)


def _until(entry: Entry, values: Entry) -> str:
    _check_when(entry)
    last = values.items[-1].pairs["from"].text
    if entry.text < last[: len(entry.text)]:
        raise entry.fault(Text("在生效之前就已失效", "it ends before it begins"))
    return entry.text


def _check_when(entry: Entry) -> None:
    if not (_MONTH.fullmatch(entry.text) or _DAY.fullmatch(entry.text)):
        raise entry.fault(
            Text("不是月份或日期", "neither a month nor a day"),
            Text("写成 2024-04 或 2024-04-01", "write it like 2024-04 or 2024-04-01"),
        )


def _fits(value: str, unit: str) -> bool:
    if unit in ("level", "finding"):
        return True
    if unit in TERMS:
        return value.isascii() and value.isdigit() and int(value) > 0
    pattern = {"month": _MONTH, "date": _DAY}.get(unit)
    return bool(pattern.fullmatch(value)) if pattern else plain_decimal(value) is not None


def load_readings(path: Path) -> dict[str, Reading]:
    out: dict[str, Reading] = {}
    for name, entry in read(path).pairs.items():
        pairs = entry.keys(("question", "options"))
        options = tuple(Option(key, both(text)) for key, text in pairs["options"].pairs.items())
        if not options:
            raise entry.fault(Text("没有可选解释", "no options"))
        out[name] = Reading(name, both(pairs["question"]), options)
    return out


def load_errata(path: Path, order: str) -> tuple[Erratum, ...]:
    """The slips of the pack's text; none when it has no `errata.yaml`."""
    if not path.is_file():
        return ()
    out = []
    squeezed = squeeze(order)
    for item in read(path).items:
        pairs = item.keys(("printed", "read_as", "note"))
        if squeeze(pairs["printed"].text) not in squeezed:
            raise pairs["printed"].fault(Text("原文没有这段文字", "the text does not print this"))
        out.append(Erratum(pairs["printed"].text, pairs["read_as"].text, both(pairs["note"])))
    return tuple(out)


def load_clauses(path: Path) -> dict[str, Clause]:
    out = {}
    for name, entry in read(path).pairs.items():
        pairs = entry.keys(("zh", "en"), ("cite", "statute"))
        more = {key: both(pairs[key]) for key in ("cite", "statute") if key in pairs}
        out[name] = Clause(name, Text(pairs["zh"].text, pairs["en"].text), **more)
    return out


def load_terms(path: Path) -> dict[str, Text]:
    """`wording.yaml`: names of levels, metrics, measures and facts, over the words that all packs share."""
    return {**COMMON, **{name: both(entry) for name, entry in read(path).pairs.items()}}

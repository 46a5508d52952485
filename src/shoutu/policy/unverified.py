"""What nobody should rely on yet: numbers of the packs whose text was not seen, as a page of the docs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shoutu.errors import Text
from shoutu.policy.numbers import Number
from shoutu.policy.pack import Pack
from shoutu.policy.wording import cite


@dataclass(frozen=True)
class Doubt:
    """One doubted number, or one of its values; `since` the date from which that value holds."""

    pack: str
    number: str
    cite: Text
    since: str
    value: str
    unit: str
    why: Text


def doubts(pack: Pack) -> tuple[Doubt, ...]:
    """Every number and value of the pack that was not seen in its text, as the pack has them."""
    return tuple(doubt for number in pack.numbers.values() for doubt in _of_number(pack, number))


def _of_number(pack: Pack, number: Number) -> Iterator[Doubt]:
    place = Text(cite(pack, number.clause, "zh"), cite(pack, number.clause, "en"))
    for since, value in number.values:
        why = number.doubt(since)
        if why is not None:
            yield Doubt(pack.name, number.id, place, since, value, number.unit, why)


def table(pack: Pack) -> str:
    """A Markdown table of the doubts of one pack."""
    rows = ["| number | provision | value | from | why |", "|---|---|---|---|---|"]
    rows += [
        f"| `{d.number}` | {d.cite.zh} | {d.value} {d.unit} | {d.since} | {d.why.zh}<br>{d.why.en} |"
        for d in doubts(pack)
    ]
    return "\n".join(rows) + "\n"

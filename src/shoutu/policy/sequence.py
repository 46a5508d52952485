"""Rows of warnings: what one item is, which item comes before which, which of them hit (连续)."""

from __future__ import annotations

from dataclasses import dataclass

from shoutu.policy.answer import Warning
from shoutu.policy.vocabulary import Hit, Items


@dataclass(frozen=True)
class Item:
    """One item (项) of the row: its month and level, its triggers, and the warnings that it stands for."""

    month: str
    level: str
    grounds: tuple[str, ...]
    warnings: tuple[Warning, ...]


@dataclass(frozen=True)
class Found:
    """An item that hits, with the predecessor and the levels that made it hit."""

    item: Item
    levels: tuple[str, ...]
    before: Item | None
    after: tuple[str, ...] | None


def month_before(month: str) -> str:
    """The calendar month before `month` (YYYY-MM)."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year - 1:04d}-12" if number == 1 else f"{year:04d}-{number - 1:02d}"


def items_of(items: Items, warnings: tuple[Warning, ...], levels: tuple[str, ...]) -> list[Item]:
    """The row, in warning order. A merged item stands for the month's warnings at its highest level."""
    counted = [w for w in warnings if items.clauses is None or w.clause in items.clauses]
    if not items.merged:
        return [Item(w.month, w.level, (w.trigger,), (w,)) for w in counted]
    out = []
    for month in dict.fromkeys(warning.month for warning in counted):
        of_month = [warning for warning in counted if warning.month == month]
        top = max((warning.level for warning in of_month), key=levels.index)
        highest = tuple(warning for warning in of_month if warning.level == top)
        out.append(Item(month, top, tuple(dict.fromkeys(w.trigger for w in highest)), highest))
    return out


def hits(row: list[Item], wanted: tuple[Hit, ...], *, adjacent: bool) -> list[Found]:
    """The items that hit, in order. With `adjacent` a quiet month between two items parts them."""
    out = []
    for index, item in enumerate(row):
        before = row[index - 1] if index else None
        if before and adjacent and before.month not in (item.month, month_before(item.month)):
            before = None
        for hit in wanted:
            follows = hit.after is None or (before is not None and before.level in hit.after)
            if item.level in hit.levels and follows:
                out.append(Found(item, hit.levels, before if hit.after else None, hit.after))
                break
    return out

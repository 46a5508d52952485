"""Lists cut into pages of 20, 50 or 100; the place is in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import HttpRequest

T = TypeVar("T")

SIZES = (20, 50, 100)
LARGEST_OFFSET = 1_000_000


@dataclass(frozen=True)
class Page(Generic[T]):
    """`first` and `last` count from 1 over all rows; None stands for no page that way."""

    rows: Sequence[T]
    first: int
    last: int
    total: int
    size: int

    @property
    def previous(self) -> dict[str, int | str] | None:
        if self.first <= 1:
            return None
        start = max(0, self.first - 1 - self.size)
        return {"after": start or ""}

    @property
    def following(self) -> dict[str, int | str] | None:
        return {"after": self.last} if self.last < self.total else None


def page_of(request: HttpRequest, total: int, read: Callable[[int, int], Sequence[T]]) -> Page[T]:
    """The page that the address asks for: `after` rows skipped, `size` of 20, 50 or 100.

    read  (from, to) → the rows of that half-open range. What is not a number reads as the first page.
    """
    size = _number(request.GET.get("size"), 50)
    size = size if size in SIZES else 50
    start = min(_number(request.GET.get("after"), 0), max(0, total - 1), LARGEST_OFFSET)
    rows = read(start, start + size)
    return Page(rows, start + 1 if rows else 0, start + len(rows), total, size)


def _number(text: str | None, otherwise: int) -> int:
    return (
        int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 8 else otherwise
    )

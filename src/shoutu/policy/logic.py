"""Three values: true, false, not known (None). What is not known never turns into false (Kleene)."""

from __future__ import annotations

from collections.abc import Iterable

Truth = bool | None


def negate(value: Truth) -> Truth:
    return None if value is None else not value


def all_of(values: Iterable[Truth]) -> Truth:
    """False as soon as one is false, else not known as soon as one is not known."""
    seen = tuple(values)
    if False in seen:
        return False
    return None if None in seen else True


def any_of(values: Iterable[Truth]) -> Truth:
    """True as soon as one is true, else not known as soon as one is not known."""
    seen = tuple(values)
    if True in seen:
        return True
    return None if None in seen else False

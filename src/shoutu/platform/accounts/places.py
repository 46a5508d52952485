"""Names of regions, which `territory` knows: it lies above this app and hangs its register in here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

Names = Callable[[], Mapping[str, str]]

_register: list[Names] = []


def register(names: Names) -> None:
    """Let `names()` give the name of every region by code."""
    _register[:] = [names]


def names_of(codes: Collection[str]) -> dict[str, str]:
    """Name by code; the code itself where no name is known."""
    known = _register[0]() if _register else {}
    return {code: known.get(code, code) for code in codes}


def every() -> Mapping[str, str]:
    """Name by code of every region that is registered."""
    return _register[0]() if _register else {}

"""Which lines each test runs, and how long it takes: found once, by running each test in a child."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

_ENOUGH = 60
"""A function called more often than this in one test is no longer looked at: its lines are known."""

Lines = set[tuple[str, int]]


class Tracer:
    """Collects (file, line) of what runs in the watched files."""

    def __init__(self, files: set[str]) -> None:
        self.files = files
        self.lines: Lines = set()
        self._local: dict[CodeType, Callable[..., Any] | None] = {}
        self._calls: dict[CodeType, int] = {}

    def start(self) -> None:
        self.lines = set()
        self._local.clear()
        self._calls.clear()
        sys.settrace(self._enter)

    def stop(self) -> Lines:
        sys.settrace(None)
        return self.lines

    def _enter(self, frame: FrameType, event: str, argument: object) -> Callable[..., Any] | None:
        code = frame.f_code
        if code not in self._local:
            self._local[code] = self._watch(code) if code.co_filename in self.files else None
        watching = self._local[code]
        if watching is not None:
            calls = self._calls[code] = self._calls.get(code, 0) + 1
            if calls > _ENOUGH:
                self._local[code] = None
        return watching

    def _watch(self, code: CodeType) -> Callable[..., Any]:
        file, add = code.co_filename, self.lines.add
        add((file, code.co_firstlineno))

        def line(frame: FrameType, event: str, argument: object) -> Callable[..., Any]:
            add((file, frame.f_lineno))
            return line

        return line

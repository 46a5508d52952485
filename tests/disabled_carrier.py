"""A pytest plugin: one named thing of the product does not work. `python -m tests.coverage_disabled` uses it.

SHOUTU_TEST_DISABLED=module:name says which. Wherever it was imported, calling it raises `Disabled`; what
other modules read once when they are imported gives nothing instead.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any, NoReturn

import pytest

NAME = os.environ["SHOUTU_TEST_DISABLED"]
NOTHING: dict[str, object] = {"shoutu.policy.numbers:load_errata": ()}
"""What a carrier that is called while modules are imported gives when it is disabled."""


class Disabled(AssertionError):
    """The carrier was called."""


def off(*_: Any, **__: Any) -> Any:
    if NAME in NOTHING:
        return NOTHING[NAME]
    return refuse()


def refuse() -> NoReturn:
    raise Disabled(NAME)


def disable() -> None:
    """Put `off` in its place in every module that has it by now; those imported later find it there."""
    module, _, name = NAME.partition(":")
    original = getattr(importlib.import_module(module), name)
    for loaded in list(sys.modules.values()):
        for key, value in list(vars(loaded).items()) if hasattr(loaded, "__dict__") else ():
            if value is original:
                setattr(loaded, key, off)


def pytest_configure(config: pytest.Config) -> None:
    if ".platform." not in NAME:
        disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """The platform's modules can be imported only after the tests' own set-up of Django."""
    if ".platform." in NAME:
        disable()

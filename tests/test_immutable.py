"""What the core hands out cannot be changed by whoever holds it."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import pytest

import shoutu.policy
import shoutu.proof
from shoutu import clocks


def modules() -> Iterator[ModuleType]:
    yield clocks
    for package in (shoutu.policy, shoutu.proof):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".skeleton" not in found.name:
                yield importlib.import_module(found.name)


VALUES = [
    kind
    for module in modules()
    for kind in vars(module).values()
    if inspect.isclass(kind) and dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__
]


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: f"{kind.__module__}.{kind.__qualname__}")
def test_no_field_of_a_value_can_be_set(kind: type) -> None:
    value = object.__new__(kind)
    for field in dataclasses.fields(kind):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field.name, None)


def test_all_of_them_were_looked_at() -> None:
    assert len(VALUES) > 80

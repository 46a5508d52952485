"""What the apps above do when a layer version is registered: they hang it on here, for territory knows none.

A listener is called within the act, so that what it queues is there if and only if the version is.
"""

from __future__ import annotations

from collections.abc import Callable

from shoutu.platform.doors import Actor
from shoutu.platform.territory.models import LayerVersion

Listener = Callable[[Actor, str, int], None]
"""Takes the actor, the version's id and its number of features."""

_listeners: list[Listener] = []


def on_registration(listener: Listener) -> None:
    if listener not in _listeners:
        _listeners.append(listener)


def tell(actor: Actor, row: LayerVersion) -> None:
    for listener in _listeners:
        listener(actor, row.id, row.features)

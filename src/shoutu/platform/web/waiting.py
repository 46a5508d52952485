"""What waits for the reader, from the apps above the shell; hung on it when Django starts."""

from __future__ import annotations

from shoutu.platform.accounts.cast import sample_password
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery import rechecks
from shoutu.platform.discovery.states import State
from shoutu.platform.doors import Actor, Role
from shoutu.platform.web import navigation

_OWED: dict[Role, tuple[State, ...]] = {Role.OFFICER: (State.ISSUED, State.RETURNED)}
_TO_REVIEW: dict[Role, tuple[State, ...]] = {
    Role.REVIEWER: (State.REPORTED,),
    Role.CITY_REVIEWER: (State.BANNER_PASSED,),
}


def _in(states: dict[Role, tuple[State, ...]], actor: Actor) -> int:
    wanted = states.get(actor.role, ())
    if not wanted:
        return 0
    tabs = discovery.tabs(actor, discovery.Filter())
    return sum(tabs[str(state)] for state in wanted)


def _owed(actor: Actor) -> int:
    """Patches to report, and figures to look at again since a layer has a newer version."""
    return _in(_OWED, actor) + rechecks.count_open(actor)


def hang() -> None:
    navigation.register_count("clearing", _owed)
    navigation.register_count("review", lambda actor: _in(_TO_REVIEW, actor))
    navigation.register_synthetic(lambda: sample_password() is not None)

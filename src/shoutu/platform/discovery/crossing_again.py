"""The job that runs when a newer version of a layer is registered: whose figures would be others?

It goes batch by batch, keeps the last one done, and asks through an act: run again from any point it
opens nothing twice.
"""

from __future__ import annotations

from django_tasks import task

from shoutu.errors import Refused, Text
from shoutu.platform.accounts import queries as accounts
from shoutu.platform.discovery.affected import affected_in, batches_under, overtaken, unasked
from shoutu.platform.discovery.facts import KERNEL
from shoutu.platform.discovery.services import rechecks
from shoutu.platform.discovery.services.rechecks import Question
from shoutu.platform.doors import Actor
from shoutu.platform.outbox import jobs
from shoutu.platform.territory import queries as territory
from shoutu.platform.territory.queries import LayerRow

TITLE = "核对图层新版影响的图斑：%s"


@task
def cross_again(layer: str, person: str, term: str) -> dict[str, int]:
    """Ask about every patch that the version `layer` would change, in the name of who registered it."""
    row = _current(layer)
    if row is None:
        return {"batches": 0, "asked": 0}
    actor = _in_office(person, term)
    batches, last = batches_under(row), jobs.kept() or ""
    asked = 0
    for done, batch in enumerate(batches):
        jobs.report(done, len(batches))
        if batch <= last:
            continue
        jobs.stop_if_asked()
        found = unasked(affected_in(batch, row, jobs.should_stop), row)
        if found or overtaken(batch, row).exists():
            question = Question(layer=row, batch=batch, kernel=KERNEL, found=tuple(found))
            asked += rechecks.ask(actor, question).value
        jobs.keep(batch)
    jobs.report(len(batches), len(batches))
    return {"batches": len(batches), "asked": asked}


def start(actor: Actor, layer: LayerRow) -> str:
    """Queue the job; its id. In a transaction it is queued if and only if that one is committed."""
    return jobs.start(
        cross_again,
        actor=actor,
        title=(TITLE % layer.title)[:120],
        layer=layer.id,
        person=actor.person,
        term=actor.term,
    )


def on_registration(actor: Actor, layer: str, features: int) -> None:
    """Called within the act that registers a version; does nothing while no figure depends on another one."""
    row = _current(layer)
    if row is not None and batches_under(row):
        start(actor, row)


def _current(layer: str) -> LayerRow | None:
    """The version while it is the current one of its name; what an older one would say nobody asks."""
    return next((row for row in territory.current_layers() if row.id == layer), None)


def _in_office(person: str, term: str) -> Actor:
    held = next((held for held in accounts.terms_of(person) if held.id == term), None)
    if held is None:
        raise Refused(
            Text("发起人已不在任。", "Who started this is not in office any more."),
            remedy=Text("由在任的市级审核人重新发起。", "Let a city reviewer in office start it again."),
        )
    return Actor(person=held.person, term=held.id, role=held.role, region=held.region)

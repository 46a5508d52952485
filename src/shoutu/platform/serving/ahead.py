"""The job that makes crowded tiles ahead, begun by the act that registers a version.

A tile is crowded where it would hold more than `tiles.CROWDED` features; only a large layer has any, at
low zooms. A stopped or killed job goes on with the tiles that are not there yet.
"""

from __future__ import annotations

from django.utils.translation import gettext
from django_tasks import task

from shoutu.layers import tiles
from shoutu.platform.doors import Actor
from shoutu.platform.outbox import jobs
from shoutu.platform.serving import kept
from shoutu.platform.serving.reach import WHOLE, Reach, opened
from shoutu.platform.territory import queries

DEEPEST = 14
"""A tile below is small enough to be made on request, however crowded."""


def start_if_worthwhile(actor: Actor, version: str, features: int) -> None:
    """A listener of `territory.registered`."""
    if features > tiles.CROWDED:
        jobs.start(make_ahead, actor=actor, title=gettext("预制图层瓦片"), version=version)


@task
def make_ahead(version: str) -> int:
    """Make the crowded tiles of a whole version; how many. The parts of regions are made when asked for."""
    rows = queries.layer_versions([version])
    if not rows:
        return 0
    reach = Reach(rows[0], WHOLE, opened(rows[0].folder), None)
    kept.drop_all_but(row.checksum for row in queries.every_version())
    count = 0
    for tile, features in tiles.crowded_tiles(reach.version, deepest=DEEPEST):
        jobs.stop_if_asked()
        if not kept.is_kept(reach, tile):
            kept.keep(reach, tile, features)
        count += 1
        jobs.report(count, 0, f"{tile.z}/{tile.x}/{tile.y}")
    return count

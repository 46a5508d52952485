"""The same overlay on a Dask cluster: slices of the work go out, layers stay where they lie.

A worker opens each imported layer from the shared data directory, by folder and checksum, and maps it as we
do; only the patches travel, once to each worker, and the rows back. Slices are summed in the order in which
they were cut, so the answer has the same bytes as on one machine of the same kind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from shoutu.errors import BadInput, Stopped, Text, VerificationFailed, Where
from shoutu.geometry.prepared import Prepared
from shoutu.geometry.rings import Ints
from shoutu.overlay.facts import Kept, LayerView, Overlay
from shoutu.overlay.run import Part, Task, overlay

PATIENCE = 10
"""Seconds until a scheduler that does not answer is given up."""


def overlay_on(
    address: str,
    patches: Prepared,
    layers: Sequence[LayerView],
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Overlay:
    """`overlay` by the workers of the scheduler at `address`, such as tcp://10.0.0.1:8786.

    layers  views of imported layers, whose folders the workers see under the same path
    BadInput names a layer that is only a file, or an address where nobody answers; Stopped as `overlay`.
    """
    for view in layers:
        if view.kept is None:
            raise BadInput(
                Text("集群只能用已导入的图层", "a cluster takes imported layers only"),
                where=Where(layer=view.name),
                remedy=Text(
                    "先用 shoutu layer import 导入到各节点共享的数据目录",
                    "import it by shoutu layer import into the data directory that the workers share",
                ),
            )
    with _client(address) as client:

        def run(tasks: Sequence[Task]) -> list[Part]:
            return _spread(client, patches, tasks, progress, should_stop)

        return overlay(patches, layers, run=run)


def _client(address: str) -> Any:
    """A `distributed.Client`, which has no types."""
    from distributed import Client

    client: Any = Client
    try:
        return client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as exc:
        raise BadInput(
            Text("连不上 Dask 调度器", "no Dask scheduler answers"),
            found=address,
            remedy=Text(
                "检查地址，例如 tcp://10.0.0.1:8786", "check the address, such as tcp://10.0.0.1:8786"
            ),
        ) from exc


def _spread(
    client: Any,
    patches: Prepared,
    tasks: Sequence[Task],
    progress: Callable[[int, int], None] | None,
    should_stop: Callable[[], bool] | None,
) -> list[Part]:
    from distributed import as_completed

    completed: Any = as_completed
    held = client.scatter(patches, broadcast=True)
    futures = [client.submit(_measure, task.view.kept, held, task.pieces, pure=False) for task in tasks]
    try:
        for done, future in enumerate(completed(futures, loop=client.loop), start=1):
            future.result()
            if progress is not None:
                progress(done, len(futures))
            if should_stop is not None and done < len(futures) and should_stop():
                raise Stopped(Text("已按要求停止", "stopped as asked"))
    finally:
        # Those that are done keep their results until the client goes.
        client.cancel([future for future in futures if not future.done()])
    parts: list[Part] = client.gather(futures)
    return parts


def _measure(kept: Kept, patches: Prepared, pieces: Ints) -> Part:
    """On a worker: one slice against one layer."""
    return Task(_opened(kept), patches, pieces)()


@lru_cache(maxsize=64)
def _opened(kept: Kept) -> LayerView:
    from shoutu.layers.open import open_version
    from shoutu.layers.query import view

    version = open_version(kept.folder)
    if version.meta.checksum != kept.checksum:
        raise VerificationFailed(
            Text("工作节点上的图层版本不同", "the worker sees another version of the layer"),
            where=Where(layer=version.meta.name, file=str(kept.folder)),
            found=version.meta.checksum,
            remedy=Text("让各节点共享同一数据目录", "let all workers share one data directory"),
        )
    return view(version, kept.by)

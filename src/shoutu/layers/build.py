"""Builds a version: at once where the layer is small, else in windows, so that memory is bounded.

Both ways lead through the same functions and give the same bytes. A large layer's steps, each kept in
the work folder so that a stopped or killed build goes on after it:

    runs      each window repaired, prepared and sorted on the curve (runs.py)
    merged    the runs as one layer's arrays in a mapped file (merge.py)
    the tree, the join of the layer with itself and the writing, over the mapped file

Mapped pages are let go a few times a second: memory holds what is being worked on, whatever the
layer's size, and 150 bytes for each feature.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from shoutu import crs as systems
from shoutu.errors import Refused, Text, Where
from shoutu.geometry.reference import make_reference
from shoutu.geometry.repair import Repair
from shoutu.geometry.threads import in_order
from shoutu.layers import meta as metas
from shoutu.layers.merge import Merged, merge_runs, open_merged
from shoutu.layers.meta import VersionMeta
from shoutu.layers.read import Features
from shoutu.layers.runs import Run, all_repairs, keep_run, make_ready, windows
from shoutu.layers.write import write_version

Progress = Callable[[str, int, int], None]
"""Called with the step (read, prepare, merge, overlaps, write), how much is done, and of how much."""
_TICK = 0.2


@dataclass(frozen=True)
class Limits:
    """at_once: largest layer built in one go, bytes of well-known binary; window: of a window; block:
    vertices that are merged together; threads: windows made ready side by side."""

    at_once: int = 128 << 20
    window: int = 48 << 20
    block: int = 4 << 20
    threads: int = 2


LIMITS = Limits()


def build_version(
    folder: Path,
    features: Features,
    blank: VersionMeta,
    *,
    strict: bool,
    work: Path,
    limits: Limits = LIMITS,
    progress: Progress | None = None,
) -> tuple[VersionMeta, list[Repair]]:
    """Write `folder`, which must not exist; its meta and what was mended.

    work  a folder for what is kept between steps, which only this build uses

    BadInput as `to_rings` and `prepare`; Refused where the disk has not the room.
    """
    if features.wkb.nbytes <= limits.at_once:
        ready = make_ready(features, strict)
        meta = _with_repairs(blank, ready.repairs)
        written = write_version(folder, ready.polygons, features.fields, meta, ready.delivered)
        return written, ready.repairs
    tell = progress or (lambda step, done, of: None)
    merged, repairs = _merged(features, strict, work, limits, tell)
    meta = _with_repairs(blank, repairs)
    with _letting_go(merged, features):
        tell("overlaps", 0, 1)
        reference = make_reference(merged.polygons, progress=partial(tell, "overlaps"))
        tell("write", 0, 1)
        written = write_version(folder, reference, features.fields, meta, merged.delivered)
        tell("write", 1, 1)
    return written, repairs


def _with_repairs(blank: VersionMeta, repairs: list[Repair]) -> VersionMeta:
    kept = tuple(
        metas.Repair(feature=one.feature, reason=one.kind, area_changed_m2=one.area_change_m2)
        for one in repairs
    )
    return msgspec.structs.replace(blank, repairs=kept)


def _runs(features: Features, strict: bool, work: Path, limits: Limits, tell: Progress) -> list[Run]:
    cuts = windows(features.wkb, limits.window)
    paths = [work / f"run-{number:06d}" for number in range(len(cuts))]
    runs: list[Run] = []
    jobs = (partial(keep_run, features, cut, strict, path) for cut, path in zip(cuts, paths, strict=True))
    for run in in_order(jobs, limits.threads):
        runs.append(run)
        tell("prepare", run.first + run.features, len(features))
    if any(run.curved for run in runs):
        # Alone a window without a curved edge is measured as a straight layer is, to other last digits.
        for number, run in enumerate(runs):
            if run.straight:
                bent = paths[number].with_suffix(".bent")
                runs[number] = keep_run(features, cuts[number], strict, bent, keep_bulge=True)
    return runs


def _merged(
    features: Features, strict: bool, work: Path, limits: Limits, tell: Progress
) -> tuple[Merged, list[Repair]]:
    """The layer's arrays as one mapped file, and what was mended: found in `work`, or made there."""
    path, mended = work / "merged", work / "repairs.json"
    if not path.is_file():
        _require_room(features, work)
        runs = _runs(features, strict, work, limits, tell)
        mended.write_bytes(msgspec.json.encode(all_repairs(runs)))
        draft = work / "merged.part"
        merge_runs(runs, len(features), draft, limits.block, partial(tell, "merge"))
        draft.replace(path)
    for run in work.glob("run-*"):
        run.unlink()
    return open_merged(path, len(features)), msgspec.json.decode(mended.read_bytes(), type=list[Repair])


def _require_room(features: Features, work: Path) -> None:
    """Refused where the disk could not hold the runs and the merged layer beside the source's features."""
    copies = 2 if systems.degrees(features.crs) is None else 5
    needed = copies * features.wkb.nbytes * 5 // 4 - sum(run.stat().st_size for run in work.glob("run-*"))
    free = shutil.disk_usage(work).free
    if free < needed:
        raise Refused(
            Text("磁盘剩余空间不足以建立该图层", "the disk has not the room that building this layer takes"),
            where=Where(file=features.file, layer=features.layer),
            found=f"{free / 2**30:.1f} GiB",
            remedy=Text(
                f"腾出约 {needed / 2**30:.1f} GiB 后再次执行",
                f"free about {needed / 2**30:.1f} GiB, then again",
            ),
        )


@contextmanager
def _letting_go(merged: Merged, features: Features) -> Iterator[None]:
    """While the block runs, pages of the mapped files that were read are let go again and again."""
    ended = threading.Event()

    def let_go() -> None:
        while not ended.wait(_TICK):
            merged.arrays.release()
            features.release()

    thread = threading.Thread(target=let_go, name="shoutu-let-go", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()

"""From two rasters to a score and its patches: the steps in their order, in bounded memory.

Memory: up to twenty bytes for each pixel of BEFORE, and about 1 GB for windows, sample and block cache,
whatever the number of bands.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from shoutu.errors import BadInput, Text, Where
from shoutu.imagery import scene
from shoutu.imagery.align import Registration, register
from shoutu.imagery.change import Detector, Threshold, fit, score
from shoutu.imagery.clouds import Mask, open_mask
from shoutu.imagery.outline import (
    MIN_AREA_M2,
    MIN_PIXELS,
    Smallest,
    outline,
    write_patches,
    write_score,
)
from shoutu.imagery.scene import WINDOW, Flags, Floats, Pair, Span
from shoutu.layers.export import replacing

SAMPLE = 100_000
"""Pixels, at least, on which IR-MAD is fitted; a scene of up to 600 × 600 is used whole."""

KEPT_VALUES = 128_000_000
"""Values that a pair may have to be read once and kept (512 MB); a larger pair is read twice."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Request:
    """What to compare and where to put it.

    mask       one band, ≠ 0 is not judged
    score      where to write the score raster, if anywhere
    min_area   smallest patch in m²; None is 400 m² or four pixels, whichever is larger
    """

    before: Path
    after: Path
    out: Path
    mask: Path | None = None
    score: Path | None = None
    min_area: float | None = None


@dataclass(frozen=True)
class Detection:
    """What was found; `notes` are what the analyst should know of how it was found."""

    patches: int
    judged: int
    area_m2: float
    registration: Registration
    threshold: Threshold
    notes: tuple[Text, ...]


def detect(request: Request, progress: Progress = lambda step, share: None) -> Detection:
    """Compare two rasters of one place; write the patches, and the score when asked.

    `progress` hears the step and its share done, and may raise to stop: nothing is then written.
    Raises BadInput when the rasters cannot be compared.
    """
    _check(request)
    with scene.session(), ExitStack() as opened:
        before = opened.enter_context(scene.open_raster(request.before))
        scene.check_size(before)
        after = opened.enter_context(scene.open_raster(request.after))
        mask = opened.enter_context(open_mask(request.mask, before.grid)) if request.mask else None
        pair = _comparable(Pair(before, after))
        ground = _ground(pair, mask)
        progress("register", 0.0)
        registration = register(pair)
        pair = replace(pair, shift=registration.shift)
        ground = replace(ground, pair=pair)
        detector = _fitted(ground, progress)
        root, covered = _measured(ground, detector, progress)
        ground.kept.clear()
        progress("outline", 0.0)
        level, threshold = score(root, detector.bands)
        del root
        found = outline(level, pair.grid, _smallest(request.min_area))
        judged = int(np.isfinite(level).sum())
        with ExitStack() as writing:
            if request.score is not None:
                write_score(writing.enter_context(replacing(request.score)), level, before)
            write_patches(writing.enter_context(replacing(request.out)), found, pair.grid)
    notes = _notes(registration, pair, mask, covered, judged)
    return Detection(len(found), judged, float(found.area_m2.sum()), registration, threshold, notes)


def _smallest(min_area: float | None) -> Smallest:
    return Smallest(MIN_AREA_M2, MIN_PIXELS) if min_area is None else Smallest(min_area, 1)


def _check(request: Request) -> None:
    if request.min_area is not None and not (math.isfinite(request.min_area) and request.min_area >= 0):
        raise BadInput(
            Text("最小面积应为不小于零的平方米数", "the least area must be square metres, nought or more"),
            where=Where(field="--min-area"),
            found=request.min_area,
        )
    inputs = {path.resolve() for path in (request.before, request.after, request.mask) if path is not None}
    outputs = [path for path in (request.out, request.score) if path is not None]
    for path, ending in ((request.out, (".gpkg",)), (request.score, (".tif", ".tiff"))):
        if path is None:
            continue
        if path.suffix.lower() not in ending:
            raise BadInput(
                Text(f"输出文件名应以 {ending[0]} 结尾", f"the output's name must end in {ending[0]}"),
                where=Where(file=str(path)),
            )
        if not path.parent.is_dir():
            raise BadInput(
                Text("输出文件夹不存在", "the folder for the output does not exist"),
                where=Where(file=str(path)),
                remedy=Text("请先建立文件夹", "make the folder first"),
            )
        if path.is_dir():
            raise BadInput(Text("输出路径是文件夹", "the output is a folder"), where=Where(file=str(path)))
        if path.resolve() in inputs:
            raise BadInput(
                Text("输出会覆盖输入", "the output would overwrite an input"),
                where=Where(file=str(path)),
                remedy=Text("请换一个输出文件名", "name another output"),
            )
    if len({path.resolve() for path in outputs}) < len(outputs):
        raise BadInput(
            Text("两个输出是同一个文件", "both outputs are one file"), where=Where(file=str(request.out))
        )


def _comparable(pair: Pair) -> Pair:
    before, after = pair.before, pair.after
    if before.dataset.count != after.dataset.count:
        raise BadInput(
            Text("两期影像的波段数不同", "the two images have different numbers of bands"),
            where=Where(file=str(after.path)),
            found=f"{before.dataset.count} → {after.dataset.count}",
            remedy=Text(
                "请导出波段数相同、次序相同的影像", "export both with the same bands in the same order"
            ),
        )
    one_datum = scene.on_the_one_datum(before.grid.crs) and scene.on_the_one_datum(after.grid.crs)
    if not one_datum and before.grid.crs.geodetic_crs != after.grid.crs.geodetic_crs:
        raise BadInput(
            Text("两期影像的大地基准不同，不能直接配准", "the two images stand on different datums"),
            where=Where(file=str(after.path)),
            found=f"{before.grid.crs.name} → {after.grid.crs.name}",
            remedy=Text("请先用有据的参数转换到同一基准", "transform one with documented parameters first"),
        )
    if len(before.bands) != len(after.bands):
        # A mask band in one of them alone: leave that band out of both.
        shared = tuple(band for band in before.bands if band in after.bands)
        pair = replace(pair, before=replace(before, bands=shared), after=replace(after, bands=shared))
    return pair


@dataclass(frozen=True)
class _Ground:
    """The ground that both rasters may cover, read window by window, once or (when small) kept."""

    pair: Pair
    mask: Mask | None
    span: Span
    kept: dict[Span, tuple[Floats, Floats]]

    def windows(self, step: str, progress: Progress) -> Iterator[Span]:
        spans = [
            Span(col, row, min(WINDOW, self.span.col + self.span.width - col),
                 min(WINDOW, self.span.row + self.span.height - row))
            for row in range(self.span.row, self.span.row + self.span.height, WINDOW)
            for col in range(self.span.col, self.span.col + self.span.width, WINDOW)
        ]  # fmt: skip
        for index, span in enumerate(spans):
            progress(step, index / len(spans))
            yield span

    def read(self, span: Span) -> tuple[Floats, Floats]:
        """Both sides, NaN where either has no data; what is masked is in."""
        if span in self.kept:
            return self.kept[span]
        before, after = self.pair.read(span)
        absent = np.isnan(before[0]) | np.isnan(after[0])
        before[:, absent] = after[:, absent] = np.nan
        if 2 * len(self.pair.before.bands) * self.span.width * self.span.height <= KEPT_VALUES:
            self.kept[span] = before, after
        return before, after

    def hidden(self, span: Span) -> tuple[Flags, bool]:
        if self.mask is None:
            return np.zeros((span.height, span.width), dtype=bool), True
        return self.mask.hides(self.pair.grid, span)


def _ground(pair: Pair, mask: Mask | None) -> _Ground:
    after = pair.after.grid
    outline_of_after = Span(0, 0, after.width, after.height)
    span = scene.span_under(pair.grid, after.crs, after.transform, outline_of_after)
    if span is None:
        raise _no_common_ground(pair)
    return _Ground(pair, mask, span, {})


def _no_common_ground(pair: Pair) -> BadInput:
    return BadInput(
        Text("两期影像没有共同的有效范围", "the two images have no ground with data in common"),
        where=Where(file=str(pair.after.path)),
        found=f"{pair.before.path.name} ∩ {pair.after.path.name} = ∅",
        remedy=Text("请检查坐标系、地理变换和无效值", "check CRS, geotransform and nodata value of both"),
    )


def _fitted(ground: _Ground, progress: Progress) -> Detector:
    """IR-MAD on every n-th row and column of what is judged."""
    stride = max(1, int(np.sqrt(ground.span.width * ground.span.height / SAMPLE)))
    befores, afters, common = [], [], False
    for span in ground.windows("fit", progress):
        before, after = ground.read(span)
        hidden, _ = ground.hidden(span)
        valid = ~np.isnan(before[0])
        common = common or bool(valid.any())
        lattice = (slice((-span.row) % stride, None, stride), slice((-span.col) % stride, None, stride))
        taken = (valid & ~hidden)[lattice]
        befores.append(before[:, *lattice][:, taken])
        afters.append(after[:, *lattice][:, taken])
    if not common:
        raise _no_common_ground(ground.pair)
    return fit(np.concatenate(befores, axis=1), np.concatenate(afters, axis=1))


def _measured(ground: _Ground, detector: Detector, progress: Progress) -> tuple[Floats, bool]:
    """√T of the whole of BEFORE's grid, NaN where not judged; and whether the mask covered the ground."""
    grid = ground.pair.grid
    root: Floats = np.full((grid.height, grid.width), np.nan, dtype=np.float32)
    complete = True
    for span in ground.windows("compare", progress):
        hidden, covers = ground.hidden(span)
        complete = complete and covers
        found = detector.root(*ground.read(span))
        found[hidden] = np.nan
        root[span.row : span.row + span.height, span.col : span.col + span.width] = found
    return root, complete


def _notes(
    registration: Registration, pair: Pair, mask: Mask | None, covered: bool, judged: int
) -> tuple[Text, ...]:
    notes = []
    tiles = f"{registration.accepted}/{registration.tried}"
    if registration.moved:
        right, down = registration.shift
        notes.append(Text(
            f"后时相向右 {right:.2f}、向下 {down:.2f} 像元的错位已校正（{tiles} 块通过）",
            f"AFTER was displaced by {right:.2f} px right, {down:.2f} px down; "
            f"corrected ({tiles} tiles accepted)",
        ))  # fmt: skip
    elif not registration.accepted:
        notes.append(Text(
            f"未能配准（{tiles} 块通过），按原有地理坐标比较；边缘处可能误报",
            f"registration was refused ({tiles} tiles accepted): the georeference stands; expect false edges",
        ))  # fmt: skip
    if mask is not None and mask.assumed:
        notes.append(Text(
            "掩膜没有坐标系，因大小相同，按前时相影像的格网使用",
            "the mask has no CRS; it has BEFORE's size and was laid on BEFORE's grid",
        ))  # fmt: skip
    if not covered:
        notes.append(Text(
            "掩膜没有覆盖全部共同范围，其外照常判读",
            "the mask does not cover all of the ground; outside it is judged",
        ))  # fmt: skip
    if not judged:
        notes.append(
            Text("共同范围全部被掩膜，没有判读任何像元", "all common ground is masked; nothing was judged")
        )
    return tuple(notes)

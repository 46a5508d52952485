"""What is not judged: clouds, shadows, water, and whatever else the analyst marked.

A masked pixel is never filled in: its score is nodata, and no patch covers it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shoutu.errors import BadInput, Text, Where
from shoutu.imagery.scene import Flags, Grid, Raster, Span, open_raster, opened, sample_at


@dataclass(frozen=True)
class Mask:
    """One band, not judged where it is not nought; ground outside it is judged."""

    raster: Raster
    assumed: bool
    """The file has no CRS, and was laid on BEFORE's grid because it has its size."""

    def hides(self, grid: Grid, span: Span) -> tuple[Flags, bool]:
        """Which pixels of `span` are not judged, and whether the mask covers all of it."""
        values, covered = sample_at(self.raster, grid, span)
        return (values != 0) & covered, bool(covered.all())


@contextmanager
def open_mask(path: Path, grid: Grid) -> Iterator[Mask]:
    """Open a mask for a scene on `grid`. Raises BadInput."""
    with opened(path) as dataset:
        count, bare = dataset.count, dataset.crs is None
        same_size = (dataset.height, dataset.width) == (grid.height, grid.width)
    if count != 1:
        raise BadInput(
            Text("掩膜必须是单波段", "a mask must have one band"),
            where=Where(file=str(path)),
            found=f"{count} bands",
            remedy=Text(
                "请导出单波段掩膜，不判读处取非零值", "export one band, not nought where not to judge"
            ),
        )
    if bare and same_size:
        with opened(path) as dataset:
            yield Mask(Raster(path, dataset, grid, (1,), None), assumed=True)
        return
    with open_raster(path) as raster:
        yield Mask(raster, assumed=False)

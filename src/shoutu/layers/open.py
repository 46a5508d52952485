"""Opens a layer version: maps its arrays, reads nothing before it is asked for."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa

from shoutu.errors import NotFound, Text, VerificationFailed, Where
from shoutu.geometry.corrections import Corrections, no_corrections
from shoutu.geometry.index import Tree
from shoutu.geometry.prepared import Prepared
from shoutu.geometry.reference import Reference
from shoutu.geometry.rings import Ints, Rings
from shoutu.layers.arrays import Mapped, map_arrays
from shoutu.layers.meta import ATTRIBUTES, FORMAT, GEOMETRY, META, VersionMeta
from shoutu.layers.write import AGAIN, CORRECTIONS, PREPARED, TREE, sha256


@dataclass(frozen=True)
class LayerVersion:
    """An open version. `reference` is what the kernel reads; the arrays are mapped, never written."""

    folder: Path
    meta: VersionMeta
    reference: Reference
    arrays: Mapped

    @cached_property
    def attributes(self) -> pa.Table:
        """One row for each feature in file order, mapped."""
        return pa.ipc.open_file(pa.BufferReader(pa.py_buffer(self._rows))).read_all()

    def rows(self, features: Ints | Sequence[int]) -> pa.Table:
        """The attribute rows of some features in the order asked: only their blocks of rows are read."""
        wanted = np.asarray(features, np.int64)
        batches = self.attributes.to_batches()
        begins = np.cumsum([0, *map(len, batches)])
        block = np.searchsorted(begins, wanted, side="right") - 1
        found = [self.attributes.slice(0, 0)]
        for which in np.unique(block):
            places = wanted[block == which] - begins[which]
            found.append(pa.Table.from_batches([batches[which].take(pa.array(places))]))
        back = np.argsort(np.argsort(block, kind="stable"), kind="stable")
        return pa.concat_tables(found).combine_chunks().take(pa.array(back))

    @cached_property
    def _rows(self) -> mmap.mmap:
        with (self.folder / ATTRIBUTES).open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def release(self) -> None:
        """Let go of the memory that was read so far; all stays usable, and is read again when touched."""
        self.arrays.release()
        if "_rows" in self.__dict__:
            self._rows.madvise(mmap.MADV_DONTNEED)

    def delivered(self) -> Rings:
        """The rings as they were delivered, in `meta.crs`, features in file order."""
        a, polygons = self.arrays, self.reference.polygons
        if "delivered_xy" in a:
            return Rings(a["delivered_xy"], a["delivered_starts"], a["delivered_owners"], polygons.features)
        return polygons.rings()

    def rings(self, first: int, last: int) -> Rings:
        """The features first … last − 1 as they were delivered, counted from 0 among themselves."""
        a = self.arrays
        if "delivered_xy" in a:
            begin, end = np.searchsorted(a["delivered_owners"], (first, last))
            starts = a["delivered_starts"][begin : end + 1]
            xy = a["delivered_xy"][starts[0] : starts[-1]]
            return Rings(xy, starts - starts[0], a["delivered_owners"][begin:end] - first, last - first)
        polygons = self.reference.polygons
        cuts = [
            polygons.ring_starts[low : high + 1] if high > low else polygons.ring_starts[:0]
            for low, high in polygons.feature_rings[first:last]
        ]
        sizes = np.concatenate([np.zeros(0, np.int64), *(np.diff(cut) for cut in cuts)])
        owners = np.repeat(np.arange(last - first), [max(len(cut) - 1, 0) for cut in cuts])
        parts = [polygons.xy[cut[0] : cut[-1]] for cut in cuts if len(cut)]
        xy = np.concatenate([np.zeros((0, 2)), *parts])
        return Rings(xy, np.append(0, np.cumsum(sizes)), owners, last - first)

    def verify(self) -> None:
        """Read every byte; VerificationFailed names the file that differs from the version's checksums."""
        if self.meta.sealed().checksum != self.meta.checksum:
            raise _differs(META)
        for name, digest in self.meta.files.items():
            if sha256(self.folder / name) != digest:
                raise _differs(name)


def meta_of(folder: Path) -> VersionMeta:
    """What a version says of itself: NotFound when there is none, VerificationFailed in another format."""
    try:
        meta = msgspec.json.decode((folder / META).read_bytes(), type=VersionMeta)
    except FileNotFoundError as exc:
        raise NotFound(
            Text("没有这个图层版本", "there is no such layer version"), where=Where(layer=folder.name)
        ) from exc
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise _differs(META) from exc
    if meta.format != FORMAT:
        raise VerificationFailed(
            Text("图层版本的格式不受支持", "the layer version's format is not supported"),
            where=Where(layer=meta.name),
            found=meta.format,
            remedy=Text(
                "用写它的版本导出后重新导入", "export it with the release that wrote it, import it again"
            ),
        )
    return meta


def open_version(folder: Path) -> LayerVersion:
    """Open a version's folder. NotFound and VerificationFailed as `meta_of`."""
    meta = meta_of(folder)
    arrays = map_arrays(folder / GEOMETRY)
    polygons = Prepared(features=meta.features, **{name: arrays[name] for name in PREPARED})
    reference = Reference(
        polygons,
        _tree(arrays, ""),
        meta.overlapping,
        arrays["component"],
        _corrections(arrays),
        meta.overlap_ignored_m2,
    )
    return LayerVersion(folder, meta, reference, arrays)


def _tree(arrays: Mapped, prefix: str) -> Tree:
    return Tree(*(arrays[f"{prefix}{name}"] for name in TREE))


def _corrections(arrays: Mapped) -> Corrections:
    """A version written before there were corrections has none: every overlap is a component there."""
    if f"{AGAIN}xy" not in arrays:
        return no_corrections()
    columns = {name: arrays[f"{AGAIN}{name}"] for name in CORRECTIONS}
    return Corrections(**columns, tree=_tree(arrays, AGAIN))


def _differs(name: str) -> VerificationFailed:
    return VerificationFailed(
        Text("图层版本与其校验值不符", "the layer version does not match its checksums"),
        where=Where(file=name),
        remedy=Text("从备份恢复或重新导入该图层", "restore it from the backup or import the layer again"),
    )

"""One layer of one file from outside, as columns: geometry in the CRS in which it was delivered."""

from __future__ import annotations

import json
import math
import mmap
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from shoutu import crs as systems
from shoutu.crs import Crs
from shoutu.errors import BadInput, Text, Where
from shoutu.geometry import repair
from shoutu.layers import likeness, sandbox
from shoutu.layers.likeness import Ground

if TYPE_CHECKING:
    import pyarrow as pa

_ADDRESS = ("/vsi", "http:", "https:", "ftp:", "wfs:", "pg:", "gdalg:", "<")


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Features:
    """The features of one layer in file order, those without geometry included.

    file      the source as the caller named it, without `|layername=`
    layer     the layer's name inside it
    crs       the reference system of the coordinates
    wkb       a binary column, one WKB or null for each feature
    fields    a table of the attribute columns in file order, typed as in the file
    encoding  of the texts in the file
    format    of the file, a name of `formats`
    said_by   who said the system: the file, its format (GeoJSON is in degrees) or the caller
    swapped   the file has the northing or latitude first; `wkb` has the two exchanged
    notes     what a user should know of how it was read
    release   lets go of the memory that was read of `wkb` and `fields`; both stay usable
    """

    file: str
    layer: str
    crs: Crs
    wkb: pa.ChunkedArray
    fields: pa.Table
    encoding: str | None = None
    format: str = ""
    said_by: Literal["file", "format", "caller"] = "file"
    swapped: bool = False
    notes: tuple[Text, ...] = ()
    release: Callable[[], None] = _nothing

    def __len__(self) -> int:
        return len(self.wkb)

    def only(self, row: int) -> Features:
        """The one feature at `row`, under the same names."""
        return replace(self, wkb=self.wkb.slice(row, 1), fields=self.fields.slice(row, 1))

    def texts(self, name: str) -> list[str]:
        """Column `name` as the text of each feature: integers without a decimal point, null empty.

        Raises BadInput listing the fields when there is no such one.
        """
        return as_texts(self.column(name))

    def column(self, name: str) -> pa.ChunkedArray:
        if self.fields.column_names.count(name) != 1:
            raise BadInput(
                Text("没有这个字段，或有多个同名字段", "no such field, or several of that name"),
                where=Where(file=self.file, layer=self.layer, field=name),
                found=", ".join(self.fields.column_names) or None,
                remedy=Text("写其中一个字段名", "name one of these fields"),
            )
        return self.fields.column(name)


def read(
    source: str | Path,
    *,
    crs: str | None = None,
    layer: str | None = None,
    lines: bool = False,
    near: Ground | None = None,
    keep: Path | None = None,
) -> Features:
    """Read `source`, a path or `PATH|layername=NAME`, in a process of its own with limits.

    crs    the system where the file states none; or `X via OPERATION` for a file on another datum;
           `GCJ-02` or `BD-09` for degrees of a map service; `CRS yx` where the northing comes first
    near   outlines that the file should fit: where it fits another system better than its own, and
           `crs` names none, that is an error that says so
    layer  which layer, where `source` does not say it; needed when several hold polygons
    lines  lines and points are wanted as well; then one is needed when the file has several layers
    keep   a folder for this call alone: what was parsed stays in it and is found again the next time

    The formats are those of `formats.SUPPORTED`, also within a zip. Raises BadInput naming file, layer,
    row or feature, and remedy.
    """
    path, named = split_source(source)
    where = Where(file=path)
    if path.lower().startswith(_ADDRESS):
        raise BadInput(
            Text("只读取本机上的文件", "only files on this machine are read"),
            where=where,
            remedy=Text("先下载，再指明路径", "download it first, then give its path"),
        )
    real = Path(path)
    if not real.exists():
        raise BadInput(
            Text("文件不存在", "there is no such file"),
            where=where,
            remedy=Text("检查路径", "check the path"),
        )
    request = {"file": path, "path": str(real.resolve()), "layer": named or layer, "lines": lines}
    size = sum(part.stat().st_size for part in real.iterdir()) if real.is_dir() else real.stat().st_size
    answer, table, release = _parsed(request, sandbox.Limits.of(size), keep)
    features = Features(
        file=path,
        layer=answer["layer"],
        crs=_UNKNOWN,
        wkb=table.column(0),
        fields=table.remove_column(0),
        encoding=answer["encoding"],
        format=answer["format"],
        notes=tuple(Text(*note) for note in answer["notes"]),
        release=release,
    )
    placed = _with_crs(features, answer["crs"], answer["assumed"], crs, near)
    if near is not None and crs is None:
        xy, used = repair.vertices(placed.wkb), placed.crs.definition
        if (found := likeness.doubt(xy, used, near)) is not None:
            raise likeness.doubted(found, used, xy, Where(file=placed.file, layer=placed.layer))
    return placed


def split_source(source: str | Path) -> tuple[str, str | None]:
    """`FILE|layername=NAME` as its two parts."""
    path, mark, name = str(source).rpartition("|layername=")
    return (path, name) if mark else (str(source), None)


def as_texts(column: Any) -> list[str]:
    """Each value as the text of contract 2: integers without a decimal point, null as empty."""
    import pyarrow as pa
    import pyarrow.types as types

    kind = column.type
    if types.is_string(kind) or types.is_large_string(kind):
        return ["" if value is None else value for value in column.to_pylist()]
    if types.is_integer(kind):
        return ["" if value is None else str(value) for value in column.to_pylist()]
    if types.is_floating(kind):
        return [_number(value) for value in column.to_pylist()]
    if types.is_list(kind) or types.is_large_list(kind):
        return ["" if row is None else ",".join(map(str, row)) for row in column.to_pylist()]
    if types.is_binary(kind) or types.is_large_binary(kind):
        return ["" if value is None else value.hex() for value in column.to_pylist()]
    return ["" if value is None else value for value in column.cast(pa.string()).to_pylist()]


def _number(value: float | None) -> str:
    if value is None or math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)


def _parsed(
    request: dict[str, Any], limits: sandbox.Limits, keep: Path | None
) -> tuple[dict[str, Any], pa.Table, Callable[[], None]]:
    """The child's answer, its table, and what lets go of the table's memory."""
    if keep is None:
        with sandbox.parsed(request, limits) as (answer, folder):
            return answer, *_load(folder)
    done = keep / "parsed.json"
    if not done.is_file():
        for left in keep.glob(f"{sandbox.PREFIX}*"):
            shutil.rmtree(left)
        with sandbox.parsed(request, limits, keep) as (answer, folder):
            with (folder / sandbox.FEATURES).open("rb") as file:
                os.fsync(file.fileno())
            (folder / sandbox.FEATURES).replace(keep / sandbox.FEATURES)
        draft = keep / "parsed.part"
        draft.write_text(json.dumps(answer), "utf-8")
        draft.replace(done)
    answer = json.loads(done.read_text("utf-8"))
    return answer, *_load(keep)


def _load(folder: Path) -> tuple[pa.Table, Callable[[], None]]:
    """The child's table, mapped: on Linux the pages stay readable after the folder has gone."""
    import pyarrow as pa

    with (folder / sandbox.FEATURES).open("rb") as file:
        pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    table = pa.ipc.open_file(pa.BufferReader(pa.py_buffer(pages))).read_all()
    return table, partial(pages.madvise, mmap.MADV_DONTNEED)


_UNKNOWN = Crs("", "", False)


def _with_crs(
    features: Features, stated: str | None, assumed: str | None, named: str | None, near: Ground | None
) -> Features:
    """The features with their system: the file's own word, else the caller's, else what its format means.

    A format's meaning (GeoJSON: degrees) holds only while the numbers can be degrees.
    """
    where = Where(file=features.file, layer=features.layer)
    swap = False
    if named is not None:
        named, swap = systems.without_swap(named)
    if stated is not None and named is not None and not systems.is_readable(stated):
        stated, assumed = None, None
    if stated is not None and not systems.is_undefined(stated):
        return _as_stated(features, stated, named, swap, where)
    bounds = repair.bounds(features.wkb)
    degrees = bounds is None or (max(map(abs, bounds[::2])) <= 180 and max(map(abs, bounds[1::2])) <= 90)
    chosen = None if named is None else systems.parse(named, where=where)
    if assumed is not None and degrees and (chosen is None or not chosen.geographic):
        return replace(features, crs=systems.parse(assumed, where=where), said_by="format")
    if chosen is None:
        raise likeness.unsaid(repair.vertices(features.wkb), near, where)
    return _by_caller(features, chosen, swap)


def _as_stated(features: Features, stated: str, named: str | None, swap: bool, where: Where) -> Features:
    """The file's own word holds, save for a way from it that the caller names, or an exchange of its axes."""
    if named is not None:
        turned = swap and systems.same(named, stated, where=where)
        if turned or systems.is_way_from(named, stated, where=where):
            return _by_caller(features, systems.parse(named, where=where), swap)
    own = systems.parse(stated, where=where)
    notes = features.notes
    if named is not None and not systems.same(named, stated, where=where):
        notes += (_NOT_APPLIED,)
    return replace(features, crs=own, notes=notes)


def _by_caller(features: Features, crs: Crs, swap: bool) -> Features:
    notes = features.notes
    if swap:
        features = replace(features, wkb=repair.exchanged(features.wkb), swapped=True)
        notes += (_EXCHANGED,)
    if crs.only_for_finding:
        notes += (only_for_finding(crs),)
    return replace(features, crs=crs, said_by="caller", notes=notes)


def only_for_finding(crs: Crs) -> Text:
    """What a user must know of places that came by an uncertain way."""
    metres = f"{crs.uncertainty_m:g}"
    return Text(
        f"坐标由 {crs.operation} 近似换算，误差约 {metres} 米：只供查找，面积和边界不得作为依据",
        f"converted approximately from {crs.operation}, uncertain by about {metres} m: "
        "for finding only; neither areas nor boundaries can be relied on",
    )


_EXCHANGED = Text("按指明的次序，北坐标（纬度）在前，已对调", "the northing (latitude) came first, as named")
_NOT_APPLIED = Text("文件自带坐标系，未采用 --crs", "the file states its own CRS; --crs was not applied")

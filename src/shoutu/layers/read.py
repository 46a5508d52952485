"""One layer of one file from outside, as columns: geometry in the CRS in which it was delivered."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shoutu import crs as systems
from shoutu.crs import Crs
from shoutu.errors import BadInput, Text, Where
from shoutu.geometry import repair
from shoutu.layers import sandbox

if TYPE_CHECKING:
    import pyarrow as pa

_ADDRESS = ("/vsi", "http:", "https:", "ftp:", "wfs:", "pg:", "gdalg:", "<")


@dataclass(frozen=True)
class Features:
    """The features of one layer in file order, those without geometry included.

    file      the source as the caller named it, without `|layername=`
    layer     the layer's name inside it
    crs       the reference system of the coordinates
    wkb       a binary column, one WKB or null for each feature
    fields    a table of the attribute columns in file order, typed as in the file
    encoding  of the texts in the file
    notes     what a user should know of how it was read
    """

    file: str
    layer: str
    crs: Crs
    wkb: pa.ChunkedArray
    fields: pa.Table
    encoding: str | None = None
    notes: tuple[Text, ...] = ()

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


def read(source: str | Path, *, crs: str | None = None, layer: str | None = None) -> Features:
    """Read `source`, a path or `PATH|layername=NAME`, in a process of its own with limits.

    crs    the system where the file states none; or `X via OPERATION` for a file on another datum
    layer  which layer, where `source` does not say it; needed when several hold polygons

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
    request = {"file": path, "path": str(real.resolve()), "layer": named or layer}
    size = sum(part.stat().st_size for part in real.iterdir()) if real.is_dir() else real.stat().st_size
    with sandbox.parsed(request, sandbox.Limits.of(size)) as (answer, folder):
        table = _load(folder)
    features = Features(
        file=path,
        layer=answer["layer"],
        crs=_UNKNOWN,
        wkb=table.column(0),
        fields=table.remove_column(0),
        encoding=answer["encoding"],
        notes=tuple(Text(*note) for note in answer["notes"]),
    )
    return _with_crs(features, answer["crs"], answer["assumed"], crs)


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


def _load(folder: Path) -> pa.Table:
    """The child's table, mapped: on Linux the pages stay readable after the folder has gone."""
    import pyarrow as pa

    from shoutu.layers.parse import FEATURES

    return pa.ipc.open_file(pa.memory_map(str(folder / FEATURES))).read_all()


_UNKNOWN = Crs("", "", False)


def _with_crs(features: Features, stated: str | None, assumed: str | None, named: str | None) -> Features:
    """The features with their system: the file's own word, else the caller's, else what its format means.

    A format's meaning (GeoJSON: degrees) holds only while the numbers can be degrees.
    """
    where = Where(file=features.file, layer=features.layer)
    if stated is not None and named is not None and not systems.is_readable(stated):
        stated, assumed = None, None
    if stated is not None and not systems.is_undefined(stated):
        if named is not None and systems.is_way_from(named, stated, where=where):
            return replace(features, crs=systems.parse(named, where=where))
        own = systems.parse(stated, where=where)
        notes = features.notes
        if named is not None and not systems.same(named, stated, where=where):
            notes += (_NOT_APPLIED,)
        return replace(features, crs=own, notes=notes)
    bounds = repair.bounds(features.wkb)
    degrees = bounds is None or (max(map(abs, bounds[::2])) <= 180 and max(map(abs, bounds[1::2])) <= 90)
    chosen = None if named is None else systems.parse(named, where=where)
    if assumed is not None and degrees and (chosen is None or not chosen.geographic):
        return replace(features, crs=systems.parse(assumed, where=where))
    if chosen is None:
        raise systems.missing(bounds, where=where)
    return replace(features, crs=chosen)


_NOT_APPLIED = Text("文件自带坐标系，未采用 --crs", "the file states its own CRS; --crs was not applied")

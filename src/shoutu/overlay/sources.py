"""What an overlay and its facts read: files and imported layers, opened in one way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from shoutu import crs as systems
from shoutu.crs import Crs
from shoutu.errors import BadInput, Text, Where
from shoutu.geometry.lines import to_traces
from shoutu.geometry.prepared import Prepared, prepare
from shoutu.geometry.reference import Reference
from shoutu.geometry.repair import Repair, to_rings
from shoutu.geometry.rings import Rings
from shoutu.geometry.traces import Traces, of_polygons
from shoutu.layers.classes import encode_classes
from shoutu.layers.importing import current, every_version
from shoutu.layers.meta import VersionMeta
from shoutu.layers.open import open_version
from shoutu.layers.query import column, view
from shoutu.layers.read import Features, as_texts, only_for_finding, read, split_source
from shoutu.overlay.facts import LayerView

if TYPE_CHECKING:
    import pyarrow as pa

_INT64 = 2**63


@dataclass(frozen=True)
class Reading:
    """What was found in one source, for the user to read.

    without_geometry  how many features are null or empty
    """

    name: str
    source: str
    layer: str
    crs: str
    features: int
    without_geometry: int
    repairs: tuple[Repair, ...]
    notes: tuple[Text, ...]


@dataclass(frozen=True)
class Opened:
    """A source, open.

    view       its polygons for `overlay`, classed by a field; None: one class of empty name. BadInput where
               it holds lines or points
    traces     what distances are taken from
    column     the attribute column of a name; BadInput lists the fields where there is no such one
    delivered  the rings as they were delivered, and the CRS of their coordinates
    """

    reading: Reading
    view: Callable[[str | None], LayerView]
    traces: Callable[[], Traces]
    column: Callable[[str], pa.ChunkedArray]
    delivered: Callable[[], tuple[Rings, Crs]]

    @property
    def polygons(self) -> Prepared:
        ground = self.view(None).ground
        return ground.polygons if isinstance(ground, Reference) else ground

    def texts(self, name: str) -> list[str]:
        """Column `name` as the text of each feature: integers without a decimal point, null empty."""
        return as_texts(self.column(name))


def open_source(
    name: str, source: str, *, crs: str | None, strict: bool, home: Path | None, lines: bool = False
) -> Opened:
    """An imported layer of that name, else the file.

    name   what answers call it;  home  the data directory with imported layers, None: files only
    lines  whether the file may hold lines or points instead of polygons; imported layers hold polygons
    Raises BadInput naming source, feature, field and remedy.
    """
    folder = current(source, home) if home is not None else None
    if folder is not None:
        return _imported(name, folder, strict)
    if home is not None and not Path(split_source(source)[0]).exists():
        raise _no_source(name, source, home)
    features = read(source, crs=crs, lines=lines)
    traces = to_traces(features) if lines else None
    return of_features(name, features, strict) if traces is None else _of_lines(name, features, traces)


def of_features(name: str, features: Features, strict: bool) -> Opened:
    """The polygons of a file that was read."""
    ground, reading = ground_of(name, features, strict)
    return Opened(
        reading,
        partial(_view, name, features, ground),
        partial(of_polygons, ground),
        features.column,
        lambda: (to_rings(features)[0], features.crs),
    )


def _of_lines(name: str, features: Features, traces: Traces) -> Opened:
    def refuse(*_: str | None) -> NoReturn:
        raise BadInput(
            Text("这个图层是线或点，不是面", "this layer holds lines or points, no polygons"),
            where=Where(file=features.file, layer=name),
            remedy=Text(
                "换成面图层；线和点只能问 distance 和 within",
                "give polygons; lines and points are asked for distance and within only",
            ),
        )

    present = int((traces.feature_traces[:, 1] > traces.feature_traces[:, 0]).sum())
    count = len(features)
    reading = Reading(
        name, features.file, features.layer, features.crs.name, count, count - present, (), features.notes
    )
    return Opened(reading, refuse, lambda: traces, features.column, refuse)


def _imported(name: str, folder: Path, strict: bool) -> Opened:
    version = open_version(folder)
    meta = version.meta
    if strict and meta.repairs:
        raise _was_mended(name, meta)
    nothing = meta.features - meta.with_geometry
    title = f"{meta.name} {meta.version}"
    notes = (only_for_finding(systems.parse(meta.crs)),) if meta.only_for_finding else ()
    return Opened(
        Reading(name, title, meta.name, meta.crs, meta.features, nothing, (), notes),
        partial(view, version, name=name),
        partial(of_polygons, version.reference.polygons),
        partial(column, version, label=name),
        lambda: (version.delivered(), systems.parse(meta.crs)),
    )


def _view(name: str, features: Features, ground: Prepared, by: str | None) -> LayerView:
    if by is None:
        return LayerView(name, ground, np.zeros(len(features), np.int32), ("",))
    codes, classes = encode_classes(features.column(by))
    return LayerView(name, ground, codes, classes)


def identities(features: Features, name: str | None) -> Sequence[int] | Sequence[str]:
    """The value of field `name` of each feature, integers as such, or the positions from 0.

    Raises BadInput naming the feature where a value is null, empty or stands twice.
    """
    if name is None:
        return range(len(features))
    texts = features.texts(name)
    first: dict[str, int] = {}
    for row, text in enumerate(texts):
        where = Where(file=features.file, layer=features.layer, feature=row, field=name)
        if not text:
            raise BadInput(
                Text("标识为空", "the id is null"),
                where=where,
                remedy=Text("补全该字段，或用另一个字段", "fill the field, or take another one"),
            )
        if first.setdefault(text, row) != row:
            raise BadInput(
                Text("标识重复", "the id stands twice"),
                where=where,
                found=f"{text} ({first[text]}, {row})",
                remedy=Text("改正重复值，或用另一个字段", "mend the values, or take another field"),
            )
    return _integers(features, name, texts)


def _integers(features: Features, name: str, texts: list[str]) -> Sequence[int] | Sequence[str]:
    """Whole numbers of a numeric field as integers; texts stay as they stand (007 is no number)."""
    import pyarrow.types as types

    kind = features.column(name).type
    numeric = types.is_integer(kind) or types.is_floating(kind)
    if not numeric or not all(text.lstrip("-").isdigit() for text in texts):
        return texts
    numbers = [int(text) for text in texts]
    return numbers if all(-_INT64 <= number < _INT64 for number in numbers) else texts


def ground_of(name: str, features: Features, strict: bool) -> tuple[Prepared, Reading]:
    """The polygons of `features`, ready for the kernel, and what was found in them."""
    rings, repairs = to_rings(features, strict)
    where = Where(file=features.file, layer=features.layer)
    try:
        ground = prepare(rings, systems.degrees(features.crs, where=where))
    except BadInput as error:
        place = replace(error.where, file=features.file, layer=features.layer)
        raise BadInput(error.what, where=place, found=error.found, remedy=error.remedy) from error
    return ground, Reading(
        name=name,
        source=features.file,
        layer=features.layer,
        crs=features.crs.name,
        features=len(features),
        without_geometry=len(features) - len(np.unique(rings.owners)),
        repairs=tuple(repairs),
        notes=features.notes,
    )


def _was_mended(name: str, meta: VersionMeta) -> BadInput:
    """Under `strict` a version that was repaired on import is no better than the file it came from."""
    first = meta.repairs[0]
    return BadInput(
        Text("该图层导入时修复过无效几何", "invalid geometry of this layer was repaired on import"),
        where=Where(file=meta.source_file, layer=name, feature=first.feature),
        found=f"{first.reason}; {len(meta.repairs)}",
        remedy=Text(
            "修正文件后重新导入，或去掉 --strict", "mend the file and import it again, or leave out --strict"
        ),
    )


def _no_source(name: str, source: str, home: Path) -> BadInput:
    imported = ", ".join(dict.fromkeys(meta.name for meta in every_version(home)))
    return BadInput(
        Text("既不是已导入的图层，也不是文件", "this is neither an imported layer nor a file"),
        where=Where(file=source, layer=name),
        found=imported or None,
        remedy=Text(
            "写已导入图层的名称或文件路径（用 shoutu layer list 查看）",
            "name an imported layer (see `shoutu layer list`) or a file",
        ),
    )

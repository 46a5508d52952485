"""An overlay of files and imported layers: from their bytes to the rows of contract 2.

The command and the upload page both call `overlay_sources`, so that they give the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from shoutu import crs as systems
from shoutu.errors import BadInput, Text, Where
from shoutu.geometry.prepared import Prepared, prepare
from shoutu.geometry.repair import Repair, to_rings
from shoutu.layers.classes import encode_classes
from shoutu.layers.export import Areas
from shoutu.layers.importing import current, every_version
from shoutu.layers.meta import VersionMeta
from shoutu.layers.open import open_version
from shoutu.layers.query import view
from shoutu.layers.read import Features, read, split_source
from shoutu.overlay.facts import LayerView, Overlay
from shoutu.overlay.run import overlay

_INT64 = 2**63


@dataclass(frozen=True)
class Request:
    """What to cross with what.

    patches  a path, `FILE|layername=NAME` where it holds several polygon layers
    layers   (name, source) in the order of the answer; a source is an imported layer's name, else a path
    by       layer name → the field whose texts are its classes
    id       field of the patches, unique and not null; their positions from 0 where None
    crs      for files that state none, or `X via OPERATION`; see `shoutu.crs`
    strict   refuse invalid geometry instead of repairing it
    home     the data directory with imported layers; None: sources are paths only
    """

    patches: str
    layers: tuple[tuple[str, str], ...]
    by: Mapping[str, str] = field(default_factory=dict)
    id: str | None = None
    crs: str | None = None
    strict: bool = False
    home: Path | None = None


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


def overlay_sources(
    request: Request,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    threads: int = 2,
) -> tuple[Areas, list[Reading]]:
    """The rows of contract 2, and what was found in each source, patches first.

    Raises BadInput naming source, feature, field and remedy; Stopped when `should_stop` says so.
    """
    _check_names(request)
    features = read(request.patches, crs=request.crs)
    ids = identities(features, request.id)
    patches, reading = ground_of("patches", features, request.strict)
    readings = [reading]
    views = []
    for name, source in request.layers:
        view, reading = _view(request, name, source)
        views.append(view)
        readings.append(reading)
    found = overlay(patches, views, threads, progress, should_stop)
    return _as_areas(found, ids), readings


def _check_names(request: Request) -> None:
    names = [name for name, _ in request.layers]
    if not names:
        raise BadInput(
            Text("没有指定图层", "no layer is given"),
            remedy=Text("用 --layer 名称=来源 指定", "give one with --layer NAME=SOURCE"),
        )
    for name in names:
        if not name or names.count(name) > 1:
            raise BadInput(
                Text("图层名为空或重复", "a layer's name is empty or given twice"),
                where=Where(layer=name),
                remedy=Text("给每个图层一个不同的名称", "give each layer a name of its own"),
            )
    for name in request.by:
        if name not in names:
            raise BadInput(
                Text("--by 指向未给出的图层", "--by names a layer that is not given"),
                where=Where(layer=name),
                found=", ".join(names),
                remedy=Text("写 --layer 中的名称", "write a name from --layer"),
            )


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


def _view(request: Request, name: str, source: str) -> tuple[LayerView, Reading]:
    """An imported layer of that name, else the file, classed by the field that was asked for."""
    by = request.by.get(name)
    folder = current(source, request.home) if request.home is not None else None
    if folder is not None:
        version = open_version(folder)
        meta = version.meta
        if request.strict and meta.repairs:
            raise _was_mended(name, meta)
        nothing = meta.features - meta.with_geometry
        reading = Reading(
            name, f"{meta.name} {meta.version}", meta.name, meta.crs, meta.features, nothing, (), ()
        )
        return view(version, by, name), reading
    if request.home is not None and not Path(split_source(source)[0]).exists():
        raise _no_source(name, source, request.home)
    features = read(source, crs=request.crs)
    codes, classes = (
        (np.zeros(len(features), np.int32), [""]) if by is None else encode_classes(features.column(by))
    )
    ground, reading = ground_of(name, features, request.strict)
    return LayerView(name, ground, codes, classes), reading


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


def _as_areas(found: Overlay, ids: Sequence[int] | Sequence[str]) -> Areas:
    """The rows with the patches' own names."""
    patches = found.patch.tolist()
    return Areas(
        patch=[ids[patch] for patch in patches],
        layer=[found.layer_names[layer] for layer in found.layer.tolist()],
        class_=[
            found.class_names[layer][code]
            for layer, code in zip(found.layer.tolist(), found.class_code.tolist(), strict=True)
        ],
        area_m2=found.area_m2,
        patch_area_m2=found.patch_area_m2[found.patch],
    )

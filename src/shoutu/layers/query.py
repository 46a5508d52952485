"""Questions to an open version, for maps, tiles, lists and overlays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from shoutu.errors import BadInput, Text, Where
from shoutu.geometry.index import search
from shoutu.geometry.rings import Floats, Ints
from shoutu.layers.classes import encode_classes
from shoutu.layers.open import LayerVersion
from shoutu.overlay.facts import Kept, LayerView


def features_in(version: LayerVersion, box: Sequence[float]) -> Ints:
    """Features, ascending, with a part whose box meets `box` (min x, min y, max x, max y in degrees)."""
    asked = np.array([box], np.float64)
    _, records = search(version.reference.tree, asked)
    boxes = version.reference.polygons.record_box[records]
    x0, y0, x1, y1 = asked[0]
    meets = (boxes[:, 0] <= x1) & (boxes[:, 2] >= x0) & (boxes[:, 1] <= y1) & (boxes[:, 3] >= y0)
    return np.unique(version.reference.polygons.record_owner[records[meets]]).astype(np.int64)


def outlines(version: LayerVersion, feature: int) -> list[Floats]:
    """The feature's rings (k, 2) in degrees, closed, outer ones anticlockwise, holes clockwise."""
    return version.reference.polygons.outline(feature)


def attributes_of(version: LayerVersion, features: Ints | Sequence[int]) -> list[dict[str, Any]]:
    """The attribute row of each feature, in the order asked."""
    rows: list[dict[str, Any]] = version.rows(features).to_pylist()
    return rows


def view(version: LayerVersion, by: str | None = None, name: str | None = None) -> LayerView:
    """The layer for `overlay`, classed by the field `by`; None: one class of empty name.

    BadInput lists the fields when there is no such one.
    """
    label = version.meta.name if name is None else name
    kept = Kept(version.folder.absolute(), version.meta.checksum, by)
    if by is None:
        codes = np.zeros(version.meta.features, np.int32)
        return LayerView(label, version.reference, codes, ("",), kept)
    if by == version.meta.class_field:
        names = msgspec.json.decode(version.arrays["class_names"].tobytes(), type=list[str])
        return LayerView(label, version.reference, version.arrays["class_codes"], names, kept)
    codes, names = encode_classes(column(version, by, label))
    return LayerView(label, version.reference, codes, names, kept)


def column(version: LayerVersion, name: str, label: str | None = None) -> pa.ChunkedArray:
    """The attribute column of a name; BadInput lists the fields when there is no such one."""
    if version.attributes.column_names.count(name) != 1:
        raise BadInput(
            Text("没有这个字段，或有多个同名字段", "no such field, or several of that name"),
            where=Where(layer=label or version.meta.name, field=name),
            found=", ".join(version.attributes.column_names),
            remedy=Text("写其中一个字段名", "name one of these fields"),
        )
    return version.attributes.column(name)

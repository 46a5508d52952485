"""What an overlay takes and gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from shoutu.geometry.prepared import Owners, Prepared
from shoutu.geometry.reference import Reference, make_reference
from shoutu.geometry.rings import Floats, Ints


@dataclass(frozen=True)
class Kept:
    """Where a view can be had again: folder and checksum of an imported version, the field of its classes."""

    folder: Path
    checksum: str
    by: str | None


@dataclass(frozen=True)
class LayerView:
    """A layer, seen by one of its fields.

    ground       its polygons; a `Prepared` is indexed at each call, a `Reference` is ready
    class_codes  (features,) int32, index into `class_names` of each feature
    class_names  distinct texts; [""] with codes of zeros where no field is asked for
    kept         the version that it views; None: it stands in memory alone
    """

    name: str
    ground: Prepared | Reference
    class_codes: Owners
    class_names: Sequence[str]
    kept: Kept | None = None

    def __post_init__(self) -> None:
        polygons = self.ground.polygons if isinstance(self.ground, Reference) else self.ground
        if len(self.class_codes) != polygons.features:
            raise ValueError(f"layer {self.name}: one class code a feature")
        if len(set(self.class_names)) != len(self.class_names):
            raise ValueError(f"layer {self.name}: class names repeat")
        codes, count = self.class_codes, len(self.class_names)
        if len(codes) and (codes.min() < 0 or codes.max() >= count):
            raise ValueError(f"layer {self.name}: a class code names no class")

    def ready(self, threads: int = 2) -> LayerView:
        """The same with its ground indexed."""
        if isinstance(self.ground, Reference):
            return self
        return replace(self, ground=make_reference(self.ground, threads))

    @property
    def reference(self) -> Reference:
        """The ground of a view that is ready."""
        assert isinstance(self.ground, Reference)
        return self.ground

    @cached_property
    def corrected(self) -> Owners:
        """Class code of each stack of the ground's corrections, −1 where it does not apply."""
        return self.reference.corrections.codes(self.class_codes)


class Row(NamedTuple):
    patch: int
    layer: str
    class_: str
    area_m2: float


@dataclass(frozen=True)
class Overlay:
    """Rows from 0.001 m² up, by patch, then layer in the order given, then class by code point.

    patch, layer, class_code, area_m2  (k,) columns of the rows; codes index `class_names[layer]`
    patch_area_m2                      (patches,) own area, 0 for a patch without geometry
    """

    patch: Ints
    layer: Owners
    class_code: Owners
    area_m2: Floats
    patch_area_m2: Floats
    layer_names: tuple[str, ...]
    class_names: tuple[tuple[str, ...], ...]

    def rows(self) -> Iterator[Row]:
        columns = (self.patch.tolist(), self.layer.tolist(), self.class_code.tolist(), self.area_m2.tolist())
        for patch, layer, code, area in zip(*columns, strict=True):
            yield Row(patch, self.layer_names[layer], self.class_names[layer][code], area)

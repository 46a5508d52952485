"""Cutting a patch into parts (图斑拆分): parts that sum to the whole, to 0.01 m².

Guaranteed, as decimal text: the parts' areas sum to the whole's area; under each layer whose classes
sum to the part, they sum to the part's area; and under each layer, for each class, the parts' figures
sum to the whole's figure wherever the first two leave that possible (see `overlay.figures`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import numpy as np

from shoutu import clocks
from shoutu.errors import BadInput, Refused, Text, Where
from shoutu.geometry import divide
from shoutu.overlay.figures import balanced_classes, balanced_parts
from shoutu.platform import doors
from shoutu.platform.acts import Done, Once, Recorded, act
from shoutu.platform.discovery import facts as crossing
from shoutu.platform.discovery import queries
from shoutu.platform.discovery.ground import Ground, from_lonlat, of_wkb, system
from shoutu.platform.discovery.inputs import Split
from shoutu.platform.discovery.models import Batch, Crossing, Fact, Patch
from shoutu.platform.discovery.neighbours import shape_of
from shoutu.platform.discovery.publication import Crossed
from shoutu.platform.discovery.services.batches import put_ground
from shoutu.platform.discovery.services.states import move
from shoutu.platform.discovery.states import LABELS, State
from shoutu.platform.doors import Actor
from shoutu.platform.territory import queries as territory
from shoutu.units import m2_to_mu, to_text

LEFT_OVER_M2 = Fraction(5, 1000)
"""差: what parts given by hand may leave of the whole. More does not round to 0.00."""


@dataclass(frozen=True)
class Part:
    label: str
    area_m2: str
    area_mu: str
    lonlat: bytes
    """WKB in degrees, for the map."""


@dataclass(frozen=True)
class Cut:
    """A cut that was computed and may be recorded. Its figures are those that a preview shows.

    classes  by layer version, by part, by class: m², decimal text
    """

    whole: str
    version: int
    parts: tuple[Part, ...]
    ground: Ground
    classes: Mapping[str, Sequence[Mapping[str, str]]]
    kernel: str


def preview_split(actor: Actor | None, data: Split) -> Cut:
    """The parts and their figures, before anything is recorded.

    BadInput when the line does not cut the patch, or when parts by hand leave 差 ≠ 0.00 m².
    """
    row = queries.found(actor, data.patch)
    doors.require(actor, "patch.split", row.region)
    shape = shape_of(row)
    if shape is None:
        raise Refused(
            Text("图斑没有图形，不能拆分。", "Without a geometry a patch cannot be split."),
            found=row.number,
            remedy=Text("请补充图形后重新导入。", "Import it again with its geometry."),
        )
    pieces = _by_line(row, shape, data) if data.line else _by_parts(row, shape, data)
    if len(pieces) > len(LABELS):
        raise BadInput(
            Text(f"一次最多拆成 {len(LABELS)} 部分。", f"At most {len(LABELS)} parts at once."),
            where=Where(field="line"),
            found=len(pieces),
            remedy=Text("分次画线。", "Draw a simpler line."),
        )
    return _measured(row, pieces, data.version)


def _by_line(row: Patch, shape: bytes, data: Split) -> list[bytes]:
    line = from_lonlat(np.array(data.line), system(row.crs), divide.packed([shape]).xy)
    pieces = divide.by_line(shape, line)
    if len(pieces) < 2:
        raise BadInput(
            Text("分割线没有穿过图斑。", "The line does not cut the patch."),
            where=Where(field="line"),
            remedy=Text("从图斑一侧外面画到另一侧外面。", "Draw it from outside across to outside."),
        )
    return pieces


def _by_parts(row: Patch, shape: bytes, data: Split) -> list[bytes]:
    vertices = divide.packed([shape]).xy
    masks = [_mask(row, part, vertices, index) for index, part in enumerate(data.parts)]
    pieces, rest = divide.by_polygons(shape, masks)
    empty = next((index for index, piece in enumerate(pieces) if piece is None), None)
    if empty is not None:
        raise BadInput(
            Text(f"第 {empty + 1} 部分没有占用图斑。", f"Part {empty + 1} takes nothing of the patch."),
            where=Where(pointer=f"/parts/{empty}"),
            remedy=Text("改正或去掉这一部分。", "Mend it or leave it out."),
        )
    left = Fraction(0) if rest is None else of_wkb([rest], row.crs).area(0)
    if left >= LEFT_OVER_M2:
        raise BadInput(
            Text("各部分之和不等于原图斑。", "The parts do not sum to the patch."),
            where=Where(field="parts"),
            found=f"差 {to_text(left, 2)} m²",
            remedy=Text("补足差额，差为 0.00 才能保存。", "Cover the difference: it must be 0.00 to save."),
        )
    return [piece for piece in pieces if piece is not None]


def _mask(row: Patch, part: Mapping[str, object], vertices: np.ndarray, index: int) -> bytes:
    """A part's outline in the CRS of the patch."""
    return divide.from_geojson(
        json.dumps(part),
        lambda points: from_lonlat(points, system(row.crs), vertices),
        Where(pointer=f"/parts/{index}"),
    )


def _measured(row: Patch, pieces: list[bytes], version: int) -> Cut:
    ground = of_wkb(pieces, row.crs)
    areas = balanced_parts([ground.area(i) for i in range(len(pieces))], Fraction(row.area_m2))
    crossed = crossing.compute(ground.prepared, _layers_of(row))
    whole = _facts_of(row)
    classes = {c.layer: _class_texts(c, areas, whole.get(c.layer)) for c in crossed}
    return Cut(
        whole=row.id,
        version=version,
        parts=tuple(
            Part(LABELS[i], to_text(area, 2), to_text(m2_to_mu(area), 2), ground.lonlat[i] or b"")
            for i, area in enumerate(areas)
        ),
        ground=ground,
        classes=classes,
        kernel=crossed[0].kernel if crossed else crossing.KERNEL,
    )


def _layers_of(row: Patch) -> Sequence[territory.LayerRow]:
    """The versions under which the whole was crossed, so that parts and whole speak of the same ground."""
    used = [facts.layer for facts in queries.layer_facts(row.id) if facts.received]
    return territory.layer_versions(used)


def _facts_of(row: Patch) -> dict[str, dict[str, Fraction]]:
    """By layer version, the whole's figure of each class."""
    return {
        facts.layer: {c.klass: Fraction(c.area_m2) for c in facts.classes}
        for facts in queries.layer_facts(row.id)
        if facts.received
    }


def _class_texts(
    crossed: Crossed, parts: Sequence[Fraction], whole: Mapping[str, Fraction] | None
) -> list[dict[str, str]]:
    names = sorted({name for areas in crossed.areas for name in areas})
    raw = [[areas.get(name, Fraction(0)) for name in names] for areas in crossed.areas]
    wanted = [None if whole is None else whole.get(name) for name in names]
    figures = balanced_classes(raw, parts, wanted)
    return [
        {name: to_text(value, 2) for name, value in zip(names, row, strict=True) if value} for row in figures
    ]


def split(actor: Actor, data: Split, *, once: Once | None = None) -> Done[tuple[str, ...]]:
    """Compute the cut outside the transaction, then record it: the value is the parts' ids."""
    return record_split(actor, preview_split(actor, data), once=once)


@act("patch.split", clause="3.3", region=lambda data: queries.region_of(data.whole))
def record_split(actor: Actor, data: Cut) -> Recorded[tuple[str, ...]]:
    """The whole becomes 被拆分, its parts 未报. Parts that nobody has reported yet may be cut anew."""
    whole = Patch.objects.select_related("batch").get(id=data.whole)
    now = clocks.now()
    if whole.parent_id is not None:
        raise Refused(
            Text("部分不能再拆分，请对原图斑重新拆分。", "A part is not split again: split the whole anew."),
            found=whole.number,
            remedy=Text("打开原图斑。", "Open the whole patch."),
        )
    if whole.state == State.SPLIT:
        _withdraw_parts(whole)
    old = whole.state if whole.state in (State.RETURNED, State.SPLIT) else State.ISSUED
    move(whole.id, old=str(old), new=str(State.SPLIT), version=data.version)
    parts = [_part(whole, data, index, part) for index, part in enumerate(data.parts)]
    Patch.objects.bulk_create(parts)
    for layer, rows in data.classes.items():
        _write(whole.batch, whole, layer, data.kernel, parts, rows, now)
    facts = {
        "whole_m2": whole.area_m2,
        "parts": [[part.id, part.label, part.area_m2] for part in parts],
        "layers": sorted(data.classes),
        "kernel": data.kernel,
    }
    return Recorded(tuple(part.id for part in parts), f"patch:{whole.id}", facts)


def _withdraw_parts(whole: Patch) -> None:
    """Cutting anew: only while no part has been touched."""
    standing = Patch.objects.filter(parent=whole).exclude(state=State.WITHDRAWN)
    touched = standing.exclude(state=State.ISSUED).first()
    if touched is not None:
        raise Refused(
            Text("已有部分填报，不能重新拆分。", "A part was reported already: no new cut."),
            found=touched.number,
            remedy=Text("打回该部分后再办。", "Have that part returned first."),
        )
    for part in standing:
        move(part.id, old=str(State.ISSUED), new=str(State.WITHDRAWN), version=part.version)


def _part(whole: Patch, data: Cut, index: int, part: Part) -> Patch:
    made = Patch(
        batch=whole.batch,
        number=f"{whole.number}-{part.label}",
        row=whole.row,
        parent=whole,
        label=part.label,
        due_on=whole.due_on,
        region=whole.region,
        township=whole.township,
        place=whole.place,
        project=whole.project,
        attributes=whole.attributes,
        area_m2=part.area_m2,
    )
    put_ground(made, data.ground, index)
    return made


def _write(
    batch: Batch,
    whole: Patch,
    layer: str,
    kernel: str,
    parts: Sequence[Patch],
    rows: Sequence[Mapping[str, str]],
    now: datetime,
) -> None:
    made = Crossing.objects.create(batch=batch, whole=whole, layer_id=layer, kernel=kernel, recorded_at=now)
    Fact.objects.bulk_create(
        Fact(
            crossing=made,
            patch=part,
            klass=klass,
            area_m2=area,
            area_mu=to_text(m2_to_mu(Fraction(area)), 2),
        )
        for part, row in zip(parts, rows, strict=True)
        for klass, area in row.items()
    )

"""Made ground for tests of discovery and enforcement: squares of 0.001° in 伊金霍洛旗, 演示数据."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from shoutu.geometry.prepared import prepare
from shoutu.geometry.rings import Rings
from shoutu.layers.meta import VersionMeta
from shoutu.layers.write import write_version
from shoutu.platform.discovery import facts
from shoutu.platform.discovery.ground import LONLAT, of_rings
from shoutu.platform.discovery.inputs import Header
from shoutu.platform.discovery.intake import drafts
from shoutu.platform.discovery.intake.judging import judge
from shoutu.platform.discovery.intake.source import Source
from shoutu.platform.discovery.publication import Publication
from shoutu.platform.discovery.services.batches import publish_batch
from shoutu.platform.doors import Actor
from shoutu.platform.home import home
from shoutu.platform.territory.inputs import RegisterLayer
from shoutu.platform.territory.services import register_layer

WEST, SOUTH = 109.80, 39.55
SIDE = 0.001
"""About 86 m × 111 m: 9,530 m², 14.3 mu."""


def square(column: float, row: float = 0, *, wide: float = 1, tall: float = 1) -> list[list[float]]:
    """The closed outline of a rectangle whose south-west corner is `column`, `row` sides from the origin."""
    x0, y0 = WEST + column * SIDE, SOUTH + row * SIDE
    x1, y1 = x0 + wide * SIDE, y0 + tall * SIDE
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]


def feature(outline: Sequence[Sequence[float]] | None, **properties: Any) -> dict[str, Any]:
    geometry = None if outline is None else {"type": "Polygon", "coordinates": [outline]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def patch(number: str, outline: Sequence[Sequence[float]] | None, **properties: Any) -> dict[str, Any]:
    return feature(outline, **{"图斑编号": number, "行政区代码": "150627", "项目名称": "", **properties})


def geojson(path: Path, features: Sequence[Mapping[str, Any]]) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), "utf-8")
    return path


def layer(actor: Actor, name: str, kind: str, outlines: Mapping[str, Sequence[Sequence[float]]]) -> str:
    """Write and register a version whose class is the key of each outline; its id."""
    rings = [np.array(outline) for outline in outlines.values()]
    starts = np.concatenate([[0], np.cumsum([len(ring) for ring in rings])]).astype(np.int64)
    packed = Rings(np.concatenate(rings), starts, np.arange(len(rings)), len(rings))
    folder = home() / "layers" / name / f"v{abs(hash(json.dumps(outlines, default=str)))}"
    meta = VersionMeta(
        name=name,
        version="2024",
        source_file=f"{name}.gpkg",
        source_sha256="0" * 64,
        as_of="2024-12-31",
        crs="EPSG:4490",
        secrecy="open",
        class_field="class",
    )
    if not folder.exists():
        write_version(folder, prepare(packed), pa.table({"class": list(outlines)}), meta)
    sealed = json.loads((folder / "meta.json").read_text())
    done = register_layer(
        actor,
        RegisterLayer(
            name=name,
            kind=kind,
            title=name,
            version="2024",
            checksum=sealed["checksum"],
            as_of=date(2024, 12, 31),
            secrecy="open",
            source="演示数据",
            features=len(outlines),
            folder=folder.relative_to(home()).as_posix(),
            synthetic=True,
        ),
    )
    return done.value.id


def header(number: str = "2026年十月一批", **given: Any) -> Header:
    return Header.proposed(number, given.pop("issued_on", date(2026, 10, 8)), synthetic=True, **given)


def publish(actor: Actor, file: Path, head: Header, **given: Any) -> Any:
    """Upload, preview and publish a file as a person would."""
    draft = drafts.start(actor, file, file.name)
    shown = drafts.preview(actor, draft, header=head, **given)
    return drafts.publish(actor, draft, digest=shown.digest)


def publish_made(actor: Actor, patches: Mapping[str, Sequence[Sequence[float]]], head: Header) -> Any:
    """The same for patches made here, number → outline, without a file and its reading process."""
    rings = [np.array(outline) for outline in patches.values()]
    starts = np.concatenate([[0], np.cumsum([len(ring) for ring in rings])]).astype(np.int64)
    shapes = of_rings(Rings(np.concatenate(rings), starts, np.arange(len(rings)), len(rings)), LONLAT)
    rows = [[number, "150627"] for number in patches]
    source = Source(
        "made", "", ["TBBH", "XZQDM"], list(range(1, len(rows) + 1)), rows, shapes, repairs=(), notes=()
    )
    mapping = {"number": "TBBH", "region": "XZQDM"}
    publication = Publication(
        header=head,
        file_name="made",
        sha256=hashlib.sha256(head.number.encode()).hexdigest(),
        layer="",
        columns=source.columns,
        mapping=mapping,
        judged=judge(source, mapping, view="", number=head.number),
        excluded=(),
        ground=shapes,
        crossed=facts.compute(shapes.prepared),
    )
    return publish_batch(actor, publication)

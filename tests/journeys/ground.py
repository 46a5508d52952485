"""A small ground for the real pages: the banners' outlines and one made layer, through the real acts."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from shoutu.layers.importing import import_layer
from shoutu.platform.acts import unsafe_writes
from shoutu.platform.doors import Actor
from shoutu.platform.home import home
from shoutu.platform.territory import services
from shoutu.platform.territory.inputs import RegisterLayer
from shoutu.platform.territory.models import Region
from tests.journeys.gallery import outlines


def plant_outlines() -> None:
    with unsafe_writes("test: outlines"):
        for code, outline in outlines().items():
            Region.objects.filter(code=code).update(outline=outline)


def fields(count: int) -> dict[str, Any]:
    """`count` made fields in rows, 演示数据, near Alttan Xire."""
    made = []
    for index in range(count):
        x, y = 109.70 + 0.012 * (index % 10), 39.50 + 0.009 * (index // 10)
        ring = [[x, y], [x + 0.009, y + 0.001], [x + 0.010, y + 0.007], [x + 0.001, y + 0.006], [x, y]]
        made.append(
            {
                "type": "Feature",
                "properties": {"DLMC": "旱地" if index % 3 else "水浇地", "编号": f"演示{index:03d}"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return {"type": "FeatureCollection", "features": made}


def plant_layer(actor: Actor, folder: Path, *, count: int = 60) -> str:
    """Import and register a basic-farmland layer; its id."""
    source = folder / "永久基本农田.geojson"
    source.write_text(json.dumps(fields(count), ensure_ascii=False), "utf-8")
    done = import_layer(
        str(source), name="pbf", secrecy="internal", home=home(), by="DLMC", as_of="2025-12-31"
    )
    home() / "layers" / "pbf" / done.meta.version
    row = services.register_layer(
        actor,
        RegisterLayer(
            name="pbf",
            kind="basic-farmland",
            title="永久基本农田",
            version=done.meta.version,
            checksum=done.meta.checksum,
            as_of=date(2025, 12, 31),
            secrecy="internal",
            source="市自然资源局（演示）",
            features=done.meta.features,
            folder=str(done.folder.relative_to(home())),
            synthetic=True,
        ),
    ).value
    return str(row.id)

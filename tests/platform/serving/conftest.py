"""Two layers over two banners, 演示数据: one open, in degrees, twice; one internal, in Gauss–Krüger."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from shoutu.geometry.prepared import prepare
from shoutu.geometry.rings import Rings
from shoutu.layers.meta import VersionMeta
from shoutu.layers.open import open_version
from shoutu.layers.write import write_version
from shoutu.platform.acts import unsafe_writes
from shoutu.platform.doors import Actor
from shoutu.platform.home import home
from shoutu.platform.territory.inputs import RegisterLayer
from shoutu.platform.territory.models import Region
from shoutu.platform.territory.services import register_layer
from tests import oracles

WEST, SOUTH, SIDE = 109.80, 39.55, 0.001
BORDER = WEST + 4.5 * SIDE
"""Between 伊金霍洛旗 (150627) in the west and 杭锦旗 (150625) in the east, through the fifth square."""


def square(column: int, row: int = 0) -> list[tuple[float, float]]:
    x, y = WEST + column * SIDE, SOUTH + row * SIDE
    return [(x, y), (x + SIDE, y), (x + SIDE, y + SIDE), (x, y + SIDE), (x, y)]


def rings_of(parts: list[list[list[tuple[float, float]]]]) -> Rings:
    """One feature for each list of rings."""
    flat = [np.array(ring) for rings in parts for ring in rings]
    starts = np.append(0, np.cumsum([len(ring) for ring in flat])).astype(np.int64)
    owners = np.repeat(np.arange(len(parts)), [len(rings) for rings in parts])
    return Rings(np.concatenate(flat), starts, owners, len(parts))


HOLED = [
    square(12),
    [
        (x, y)
        for x, y in (
            (109.8122, 39.5502),
            (109.8122, 39.5504),
            (109.8124, 39.5504),
            (109.8124, 39.5502),
            (109.8122, 39.5502),
        )
    ],
]
SHAPES = [*([square(column)] for column in range(12)), HOLED]


def register(
    actor: Actor,
    name: str,
    *,
    as_of: str,
    secrecy: str = "open",
    shapes: list[Any] | None = None,
    crs: str = "EPSG:4490",
) -> str:
    """Write and register a version of the shapes; its id."""
    shapes = SHAPES if shapes is None else shapes
    version, count = f"{as_of}-made", len(shapes)
    folder = home() / "layers" / name / version
    rings = rings_of(shapes)
    table = pa.table(
        {
            "DLBM": ["0103" if i % 3 else "0301" for i in range(count)],
            "地类名称": ["旱地" if i % 3 else "乔木林地" for i in range(count)],
            "TBMJ": [1.5 * i for i in range(count)],
            "编号": pa.array(range(100, 100 + count), pa.int32()),
            "变更": pa.array([date(2024, 1, 1 + i % 28) for i in range(count)]),
        }
    )
    meta = VersionMeta(
        name=name,
        version=version,
        source_file=f"{name}.gpkg",
        source_sha256="0" * 64,
        as_of=as_of,
        crs=crs,
        secrecy=secrecy,  # type: ignore[arg-type]
        class_field="DLBM",
    )
    if folder.exists():
        sealed = open_version(folder).meta
    elif crs == "EPSG:4490":
        sealed = write_version(folder, prepare(rings), table, meta)
    else:
        plane = np.column_stack(oracles.transformer(crs).transform(*rings.xy.T, direction="INVERSE"))
        moved = Rings(plane, rings.starts, rings.owners, rings.features)
        sealed = write_version(folder, prepare(moved, partial(oracles.to_lonlat, crs)), table, meta, moved)
    data = RegisterLayer(
        name=name,
        kind="land-use",
        title=f"{name}（演示）",
        version=version,
        checksum=sealed.checksum,
        as_of=date.fromisoformat(as_of),
        secrecy=secrecy,
        source="演示数据",
        features=count,
        folder=folder.relative_to(home()).as_posix(),
        synthetic=True,
    )
    return register_layer(actor, data).value.id


def plant_outlines() -> None:
    def box(west: float, east: float) -> dict[str, Any]:
        ring = [[west, 39.0], [east, 39.0], [east, 40.0], [west, 40.0], [west, 39.0]]
        return {"type": "MultiPolygon", "coordinates": [[ring]]}

    with unsafe_writes("test: outlines"):
        Region.objects.filter(code="150627").update(outline=box(109.0, BORDER))
        Region.objects.filter(code="150625").update(outline=box(BORDER, 110.0))


def plant(carol: Actor) -> dict[str, str]:
    """Both layers; ids by what they are."""
    plant_outlines()
    return {
        "old": register(carol, "land-use", as_of="2023-12-31", shapes=SHAPES[:3]),
        "new": register(carol, "land-use", as_of="2024-12-31"),
        "inner": register(carol, "redline", as_of="2024-06-30", secrecy="internal", crs="EPSG:4525"),
    }


@pytest.fixture
def layers(people: Any) -> dict[str, str]:
    return plant(people.carol)


@pytest.fixture
def key() -> Any:
    """Makes a key for an actor: its token."""
    from shoutu.platform.accounts.keys import new_token
    from shoutu.platform.accounts.models import Key

    def make(actor: Actor, scopes: tuple[str, ...] = ("read",)) -> str:
        from datetime import datetime

        from shoutu.clocks import SHANGHAI

        token, digest = new_token()
        with unsafe_writes("test: a key"):
            Key.objects.create(
                term_id=actor.term,
                label="演示",
                scopes=list(scopes),
                region=actor.region,
                digest=digest,
                hint=token[-4:],
                issued_at=datetime(2026, 1, 1, tzinfo=SHANGHAI),
                expires=date(2099, 12, 31),
            )
        return token

    return make


@pytest.fixture(autouse=True)
def _fresh_reach() -> None:
    """Outlines and files differ from test to test."""
    from shoutu.platform.serving import reach

    reach._mask.cache_clear()

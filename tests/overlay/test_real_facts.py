"""Facts of real parcels: South African farms in UTM, as they come, invalid ones among them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from shoutu.geometry.nearest import nearest
from shoutu.geometry.prepared import Prepared, prepare
from shoutu.geometry.rings import Rings
from shoutu.geometry.traces import of_polygons
from shoutu.layers.read import read
from shoutu.overlay.shape import shapes
from shoutu.overlay.sources import of_features
from shoutu.overlay.within import area_within, zone_area
from tests.scale import times


@pytest.fixture(scope="module")
def farms(shared: Path) -> Prepared:
    (path,) = (shared / "data/vector/farms_za").rglob("*.shp")
    return of_features("farms", read(path), strict=False).polygons


def flat(farms: Prepared, feature: int, plane: Transformer) -> shapely.Geometry:
    """A farm in an equidistant plane about another one; even-odd, as the file was mended."""
    rings = [shapely.Polygon(np.stack(plane.transform(*ring.T), axis=1)) for ring in farms.outline(feature)]
    whole = rings[0]
    for ring in rings[1:]:
        whole = shapely.symmetric_difference(whole, ring)
    return whole


def test_neighbours_touch_and_others_are_as_far_as_geos_says(farms: Prepared) -> None:
    everything = of_polygons(farms)
    rng = np.random.default_rng(5)
    for asked in rng.choice(farms.features, times(6, 100), replace=False):
        x, y = farms.outline(int(asked))[0][:-1].mean(axis=0)
        aeqd = f"+proj=aeqd +lat_0={y} +lon_0={x} +a=6378137 +rf=298.257222101"
        plane = Transformer.from_crs("EPSG:4490", aeqd, always_xy=True)
        own = flat(farms, int(asked), plane)
        box = everything.feature_box
        near = np.flatnonzero(np.hypot(box[:, 0] - x, box[:, 1] - y) < 0.5)
        others = {int(f): shapely.distance(own, flat(farms, int(f), plane)) for f in near if f != asked}
        for feature, metres in sorted(others.items(), key=lambda pair: pair[1])[:: max(len(others) // 8, 1)]:
            one, two = (of_polygons(_alone(farms, int(f))) for f in (asked, feature))
            got = float(nearest(one, two).metres[0])
            # Edges bend by up to their bulge against the plane's straight ones: centimetres on these farms.
            assert got == pytest.approx(metres, rel=2e-5, abs=0.05)


def _alone(farms: Prepared, feature: int) -> Prepared:
    rings = farms.outline(feature)
    starts = np.cumsum([0, *map(len, rings)])
    return prepare(Rings(np.concatenate(rings), starts, np.zeros(len(rings), np.int64), 1))


def test_a_farm_lies_within_any_distance_of_its_own_layer(farms: Prepared) -> None:
    few = _alone(farms, 7)
    got = area_within(few, of_polygons(farms), 30.0)
    assert got[0] == few.area[0]
    around = zone_area(few, 30.0)[0]
    found = shapes(few)
    assert few.area[0] < around <= few.area[0] + 30 * found.perimeter[0] + np.pi * 900 + 1
    assert 0 < found.compactness[0] < 1
    assert 2 * found.circle[0, 0] <= found.width[0] * (1 + 1e-5) <= found.length[0] * (1 + 1e-5)

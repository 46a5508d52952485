"""The sample city: believable ground, and a story that the order can be tried on."""

from __future__ import annotations

import json

import pytest
import shapely
from pyproj import Geod

from shoutu.testing import city as sample

ELLIPSOID = Geod(a=6378137, rf=298.257222101)


@pytest.fixture(scope="module")
def city() -> sample.MadeCity:
    return sample.build()


def test_the_same_city_every_time(city: sample.MadeCity) -> None:
    again = sample.build()
    assert again.patches == city.patches
    assert [layer.geojson() for layer in again.layers] == [layer.geojson() for layer in city.layers]


def test_seven_banners_and_two_districts_with_all_their_townships(city: sample.MadeCity) -> None:
    levels = [region.level for region in city.regions]
    assert (levels.count("city"), levels.count("banner"), levels.count("township")) == (1, 9, 88)
    assert all(region.illustrative for region in city.regions if region.level == "township")


def test_the_land_layer_covers_each_site_without_overlap(city: sample.MadeCity) -> None:
    land = next(layer for layer in city.layers if layer.name == "land-use")
    parcels = [shapely.from_geojson(json.dumps(f.geometry)) for f in land.features[: 24 * 5]]
    assert all(parcel.is_valid for parcel in parcels)
    whole = shapely.union_all(parcels)
    assert whole.geom_type == "Polygon"
    assert sum(p.area for p in parcels) == pytest.approx(whole.area, rel=1e-9)


def test_each_patch_has_the_size_of_its_story(city: sample.MadeCity) -> None:
    for patch in city.patches:
        polygon = shapely.Polygon(patch.ring)
        assert polygon.is_valid
        mu = abs(ELLIPSOID.geometry_area_perimeter(polygon)[0]) * 15 / 10000
        assert mu == pytest.approx(patch.area_mu, rel=5e-4)


def test_the_story_holds_its_traps(city: sample.MadeCity) -> None:
    assert any(patch.split for patch in city.patches)
    assert any(patch.again_of and patch.grows for patch in city.patches), "an enlargement"
    assert any(patch.again_of and not patch.grows for patch in city.patches), "a re-issue"
    approvals = next(layer for layer in city.layers if layer.name == "approval")
    assert any(feature.geometry is None for feature in approvals.features), "an approval without coordinates"
    rings = [shapely.Polygon(patch.ring) for patch in city.patches if patch.month_back == 0]
    assert any(a.intersects(b) for i, a in enumerate(rings) for b in rings[:i]), "two patches that overlap"


def test_everything_made_says_so(city: sample.MadeCity) -> None:
    assert all("演示" in layer.title for layer in city.layers)
    assert all("演示" in patch.project or patch.project.startswith("无") for patch in city.patches)

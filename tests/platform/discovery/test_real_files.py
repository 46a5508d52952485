"""Real polygons through the upload: mining alerts as a month's patches, French zones in Lambert 93."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import geopandas
import pytest
import shapely
from pyproj import Geod

from shoutu.platform.discovery.intake import drafts
from shoutu.platform.discovery.models import Batch, Fact, Patch
from shoutu.platform.territory.inputs import NewRegion, RegisterRegions
from shoutu.platform.territory.services import register_regions
from tests.platform import ground


def cover(people, west, south, east, north):
    """A banner with an outline of one's own, as an analyst with foreign data would register it."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    outline = {"type": "Polygon", "coordinates": [ring]}
    city = NewRegion(code="150600", name="鄂尔多斯市", level="city")
    banner = NewRegion(code="150627", name="伊金霍洛旗", level="banner", outline=outline, illustrative=True)
    register_regions(people.sam, RegisterRegions(regions=(city, banner)))


def bring(people, file, name, **given):
    draft = drafts.start(people.carol, file, file.name, **given)
    head = ground.header(name, issued_on=date(2026, 10, 8))
    shown = drafts.preview(people.carol, draft, header=head)
    faulty = sorted({fault.row for fault in shown.faults})
    shown = drafts.preview(people.carol, draft, header=head, excluded=faulty)
    drafts.publish(people.carol, draft, digest=shown.digest)
    return shown, faulty


ZONES = "vector/planning_fr/200011781_PLUi_20180101/Donnees_geographiques/ZONE_URBA.shp"


@pytest.mark.parametrize(
    ("path", "box"),
    [
        ("vector/mining_alerts/mining_202200_simplified.geojson", (-80, -30, -40, 15)),
        (ZONES, (-5, 41, 10, 52)),
    ],
    ids=["degrees", "Lambert 93"],
)
def test_real_polygons_become_a_batch_whose_rows_are_all_accounted_for(people, shared, path, box):
    cover(people, *box)
    file = shared / "data" / path
    shown, faulty = bring(people, file, file.stem)
    assert shown.accepted > 0
    assert shown.read == shown.accepted + len(faulty)
    assert Batch.objects.get().count == shown.accepted == Patch.objects.count()
    total = sum(Fraction(area) for area in Patch.objects.values_list("area_m2", flat=True))
    assert total == Fraction(shown.area_m2)
    assert float(total) == pytest.approx(geodesic_area(file, faulty), rel=1e-4)
    assert Fact.objects.count() == 0  # no layer, no figures


def geodesic_area(file, faulty):
    """Oracle: GEOS repairs, PROJ's geodesic measures, vertices a kilometre apart at most."""
    frame = geopandas.read_file(file)
    rows = frame.geometry[[index + 1 not in faulty for index in range(len(frame))]]
    shapes = shapely.force_2d(shapely.make_valid(rows.values))
    step = 1000 if frame.crs.is_projected else 0.01
    lonlat = geopandas.GeoSeries(shapely.segmentize(shapes, step), crs=frame.crs).to_crs("EPSG:4326")
    return sum(abs(Geod(ellps="GRS80").geometry_area_perimeter(shape)[0]) for shape in lonlat)

"""Regions: registered together under the first, renewed in place, on the record."""

from __future__ import annotations

import pytest

from shoutu.errors import BadInput
from shoutu.platform.territory import queries
from shoutu.platform.territory.inputs import NewRegion, RegisterRegions
from shoutu.platform.territory.services import register_regions

pytestmark = pytest.mark.django_db
CITY = NewRegion(code="150600", name="鄂尔多斯市", level="city")


def test_a_township_is_registered_under_its_banner_and_renewed(people):
    banner = NewRegion(code="150627", name="伊金霍洛旗", level="banner")
    for name in ("红庆河", "红庆河镇"):
        town = NewRegion(code="150627103", name=name, level="township")
        done = register_regions(people.sam, RegisterRegions(regions=(CITY, banner, town)))
        assert done.value == ("150600", "150627", "150627103")
        assert done.receipt.subject == "region:150600"
    found = queries.regions(level="township", within="150627")
    assert [(row.code, row.name) for row in found] == [("150627103", "红庆河镇")]


def test_a_region_outside_the_first_is_refused(people):
    elsewhere = NewRegion(code="150781", name="满洲里市", level="banner")
    with pytest.raises(BadInput) as refused:
        register_regions(people.sam, RegisterRegions(regions=(CITY, elsewhere)))
    assert refused.value.found == "150781"

"""A few pairs of every kind within contract 2's bound; and pairs that once were beyond it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from tests import oracles
from tests.accuracy import __main__ as command
from tests.accuracy import oracle
from tests.accuracy.kinds import stars
from tests.accuracy.measure import place
from tests.geometry.polygons import assert_close, only_area, shares

CGCS2000 = "EPSG:4490"


def test_every_kind_is_within_the_bound() -> None:
    worst = command.run(2500, 20240023, 20_000)
    beyond = [text for one in worst.values() for text in one.beyond]
    assert not beyond, "\n".join(beyond)
    assert max(one.share for one in worst.values()) < 0.1


def test_two_oracles_agree() -> None:
    """The one of many pairs at once against the one of `tests.oracles`, which densifies by the metre."""
    random = np.random.default_rng(3)
    for crs, other in ((CGCS2000, CGCS2000), ("EPSG:4525", "EPSG:4524"), (CGCS2000, "EPSG:4525")):
        centres = np.array([[110.0, 39.2]])
        patches, ground = stars(150, 160)(random, 1)
        patches = place(patches, centres, crs, 1)
        ground = [place(one, centres, other, 1) for one in ground]
        want = oracles.shared(patches[0], crs, [ground[0][0]], other, 0.5)
        assert oracle.shared(patches, crs, ground, other)[0] == pytest.approx(want, abs=1e-4)


@pytest.mark.parametrize("reach_m", [800, 1500, 3100, 6000])
def test_wide_neighbours_that_overlap_by_two_millimetres(reach_m: float) -> None:
    """What the short series leaves out of a whole patch's area must not stay in a row of square metres."""
    lon, lat, reach, over = 110.0, 39.2, reach_m / 111_320, 0.002 / 111_320
    x = np.linspace(-1, 1, 12) * reach / np.cos(np.radians(lat))
    border = np.stack([lon + x, lat + np.tile([0.05, -0.07], 6) * reach], axis=1)
    ends = np.array([lon + x[-1], lon + x[0]])
    up, down = (np.stack([ends, np.full(2, lat + side * reach)], axis=1) for side in (1, -1))
    below = shapely.Polygon(np.vstack([border + np.array([0, over]), down]))
    above = shapely.Polygon(np.vstack([border, up]))
    want = oracles.shared(below, CGCS2000, [above], CGCS2000)
    assert_close(only_area(shares([below], [above])), want)
    assert_close(only_area(shares([above], [below])), want)

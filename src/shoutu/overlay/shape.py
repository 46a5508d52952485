"""How compact and how wide each patch is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shoutu.geometry import figure
from shoutu.geometry.prepared import Prepared
from shoutu.geometry.rings import Floats
from shoutu.geometry.traces import of_polygons


@dataclass(frozen=True)
class Shapes:
    """One value a feature, NaN without geometry; metres unless said.

    perimeter    all rings, on the ellipsoid, right to 1e-7
    compactness  4π area / perimeter² (isoperimetric quotient): 1 for a circle, 0.785 for a square, near 0 for
                 a strip or a ragged outline
    mean_width   area / (perimeter / 2): of a long strip, its width
    circle       (n, 3) radius, longitude and latitude of the centre of the largest circle inside, the radius
                 right to 0.1 %; twice the radius is the greatest width
    length, width, azimuth  of the smallest rectangle by area around it, right to 1e-5 up to 50 km; the
                 azimuth of the long side in degrees from north, 0–180
    """

    perimeter: Floats
    compactness: Floats
    mean_width: Floats
    circle: Floats
    length: Floats
    width: Floats
    azimuth: Floats


def shapes(patches: Prepared, threads: int = 2) -> Shapes:
    """The shape of each patch; the parts of one patch together."""
    found = figure.figures(of_polygons(patches), threads)
    perimeter = found[:, figure.PERIMETER]
    with np.errstate(invalid="ignore", divide="ignore"):
        return Shapes(
            perimeter=perimeter,
            compactness=4 * np.pi * patches.area / perimeter**2,
            mean_width=2 * patches.area / perimeter,
            circle=found[:, figure.RADIUS : figure.LAT + 1],
            length=found[:, figure.LENGTH],
            width=found[:, figure.WIDTH],
            azimuth=found[:, figure.AZIMUTH],
        )

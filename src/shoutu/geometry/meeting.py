"""Which polygons share a point with a box: the exact question behind a search by boxes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shoutu.geometry.compiled import compiled
from shoutu.geometry.rings import Floats, Ints


@compiled
def _edge_meets(x0: float, y0: float, x1: float, y1: float, box: Floats) -> bool:
    """Whether a segment has a point in the box (Liang–Barsky)."""
    begin, end = 0.0, 1.0
    for side in range(4):
        d = (x0 - x1, x1 - x0, y0 - y1, y1 - y0)[side]
        room = (x0 - box[0], box[2] - x0, y0 - box[1], box[3] - y0)[side]
        if d == 0.0:
            if room < 0.0:
                return False
        elif d < 0.0:
            begin = max(begin, room / d)
        else:
            end = min(end, room / d)
    return begin <= end


@compiled
def meets(
    xy: Floats, ring_starts: Ints, feature_rings: Ints, features: Ints, box: Floats
) -> npt.NDArray[np.bool_]:
    """(k,) for each of `features` whether it shares a point, border included, with box (4,).

    xy, ring_starts, feature_rings  as in `Prepared`, in the plane of the box; edges straight there
    """
    out = np.zeros(len(features), np.bool_)
    for index in range(len(features)):
        first, last = feature_rings[features[index], 0], feature_rings[features[index], 1]
        inside, met = False, False
        for ring in range(first, last):
            for k in range(ring_starts[ring], ring_starts[ring + 1] - 1):
                x0, y0, x1, y1 = xy[k, 0], xy[k, 1], xy[k + 1, 0], xy[k + 1, 1]
                met = _edge_meets(x0, y0, x1, y1, box)
                if met:
                    break
                # The box's corner by even and odd: it tells for the whole box when no edge meets it.
                if (y0 > box[1]) != (y1 > box[1]) and box[0] < x0 + (box[1] - y0) * (x1 - x0) / (y1 - y0):
                    inside = not inside
            if met:
                break
        out[index] = met or inside
    return out

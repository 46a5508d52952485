"""The metric of the CGCS2000 ellipsoid: what a square degree is worth in square metres.

With Q(φ) the area, per degree of longitude, between the equator and the parallel of φ,
    dQ/dφ = (π/180)² a²(1−e²) cos φ / (1 − e² sin² φ)²
and the area under a curve φ(λ) is ∫ Q(φ(λ)) dλ. The kernel uses Q's Taylor series about a centre;
`area_under` is the closed form (Snyder, Map Projections, 1987, eq. 3-12), for whoever needs it exactly.
Constants: GB 22021-2008 and 国家测绘局 2008 no. 2, CGCS2000: a = 6378137 m, 1/f = 298.257222101.
"""

from __future__ import annotations

import math

from shoutu.geometry.compiled import compiled
from shoutu.geometry.rings import Floats

SEMI_MAJOR = 6378137.0
FLATTENING = 1 / 298.257222101
E2 = FLATTENING * (2 - FLATTENING)
RADIAN = math.pi / 180
METRES_PER_DEGREE = SEMI_MAJOR * RADIAN
"""Length of a degree on the equator, m; an upper bound of a degree of longitude anywhere."""

TERMS = 6
"""Terms of the series. At 2° from its centre the first one left out is worth 7e-11 of the area."""

_SCALE = RADIAN * RADIAN * SEMI_MAJOR * SEMI_MAJOR * (1 - E2)


def area_under(latitude: float) -> float:
    """Area in m² between equator and `latitude` (degrees), for one degree of longitude."""
    e = math.sqrt(E2)
    s = math.sin(latitude * RADIAN)
    half = SEMI_MAJOR**2 * (1 - E2) / 2
    return RADIAN * half * (s / (1 - E2 * s * s) + math.atanh(e * s) / e)


@compiled
def metric_series(latitude: float, out: Floats) -> None:
    """Fill out (TERMS,) with c so that Q(latitude + v) − Q(latitude) = Σ c[k] v**(k+1) m², v in degrees.

    Power series by recurrence: sine, cosine, w = 1 − e² sin², and f = cos / w².
    """
    sine, cosine = math.sin(latitude * RADIAN), math.cos(latitude * RADIAN)
    s = (sine, cosine, -sine / 2, -cosine / 6, sine / 24, cosine / 120)
    c = (cosine, -sine, -cosine / 2, sine / 6, cosine / 24, -sine / 120)
    w = (
        1 - E2 * s[0] * s[0],
        -E2 * 2 * s[0] * s[1],
        -E2 * (2 * s[0] * s[2] + s[1] * s[1]),
        -E2 * 2 * (s[0] * s[3] + s[1] * s[2]),
        -E2 * (2 * (s[0] * s[4] + s[1] * s[3]) + s[2] * s[2]),
        -E2 * 2 * (s[0] * s[5] + s[1] * s[4] + s[2] * s[3]),
    )
    for k in range(TERMS):
        # f · w² = cos: out holds f's terms, f scaled by its place in Q last.
        rest = c[k]
        for i in range(k):
            square = 0.0
            for j in range(k - i + 1):
                square += w[j] * w[k - i - j]
            rest -= out[i] * square
        out[k] = rest / (w[0] * w[0])
    power = 1.0
    for k in range(TERMS):
        out[k] *= _SCALE * power / (k + 1)
        power *= RADIAN


@compiled
def metric_at(latitude: float) -> tuple[float, float]:
    """The first two terms of `metric_series` by themselves: enough within 0.015° of the centre."""
    s, c = math.sin(latitude * RADIAN), math.cos(latitude * RADIAN)
    w = 1 - E2 * s * s
    first = c / (w * w)
    second = (-s + 4 * E2 * s * c * c / w) / (w * w)
    return _SCALE * first, _SCALE * RADIAN * second / 2


@compiled
def under_edge(
    lo: float, hi: float, low: float, high: float, y: float, slope: float, curve: float, series: Floats
) -> float:
    """∫ (Q(y(x)) − Q(0)) dx from lo to hi, m², y(x) = y + slope (x − low) + curve (x − low)(high − x).

    Three-point Gauss–Legendre: exact to the fifth power, so for a straight edge to the fifth term.
    """
    half, middle = (hi - lo) / 2, (hi + lo) / 2
    total = 0.0
    for node in range(3):
        x = middle + half * (node - 1) * 0.7745966692414834
        v = y + slope * (x - low) + curve * (x - low) * (high - x)
        value = series[TERMS - 1]
        for k in range(TERMS - 2, -1, -1):
            value = value * v + series[k]
        weight = 0.8888888888888888 if node == 1 else 0.5555555555555556
        total += weight * value * v
    return total * half

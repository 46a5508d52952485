"""Lengths on the CGCS2000 ellipsoid: points in space, chords, geodesics, and bounds between them.

A chord is cheap and almost the geodesic: on the whole ellipsoid a geodesic of chord c is at least
c + c³/(24 R²), R being the largest radius of curvature (6,399,594 m at a pole). Searches use that
bound; what is reported comes from `geodesic`.
"""

from __future__ import annotations

import math

from shoutu.geometry.compiled import compiled
from shoutu.geometry.ellipsoid import E2, FLATTENING, RADIAN, SEMI_MAJOR
from shoutu.geometry.rings import Floats

LATITUDE_DEGREE = 110_574.2
"""m; a degree of latitude is nowhere shorter (110,574.28 m at the equator)."""
LONGITUDE_DEGREE = 111_319.49
"""m; times cos φ no more than a degree of longitude at φ, and no less than it at the equator."""
LONGEST_RADIUS = 6_400_000.0
"""m; above every radius of curvature of the ellipsoid."""
_BENT = 6_420_000.0
"""m; above every second derivative of a point in space by longitude and latitude."""
_TURNS = 100

Space = tuple[float, float, float]


@compiled
def in_space(lon: float, lat: float) -> Space:
    """The point of a longitude and latitude (degrees), m from the ellipsoid's centre."""
    sine, cosine = math.sin(lat * RADIAN), math.cos(lat * RADIAN)
    normal = SEMI_MAJOR / math.sqrt(1 - E2 * sine * sine)
    x = lon * RADIAN
    return normal * cosine * math.cos(x), normal * cosine * math.sin(x), normal * (1 - E2) * sine


@compiled
def least(chord: float) -> float:
    """No geodesic with this chord (m) is shorter; a chord below zero gives zero."""
    if not chord > 0.0:
        return 0.0
    return chord + chord * chord * chord / (24 * LONGEST_RADIUS * LONGEST_RADIUS)


@compiled
def sagitta(dlon: float, dlat: float, bulge: float) -> float:
    """No point of an edge lies farther, m, from its chord in space at the same parameter.

    The edge runs dlon, dlat degrees, straight but for `bulge` (see `geometry.bulge`): a curve whose second
    derivative stays below k departs from its chord by k/8 at most.
    """
    x, y = abs(dlon) * RADIAN, abs(dlat) * RADIAN
    return _BENT * ((x + y) * (x + y) + 8 * abs(bulge) * RADIAN) / 8


@compiled
def geodesic(lon: float, lat: float, lon2: float, lat2: float) -> float:
    """Length of the geodesic between two points (degrees), m, by T. Vincenty's inverse formula
    (Survey Review XXIII 176, 1975). Good to 0.1 mm save for points nearly opposite on the globe."""
    one, two = _reduced(lat), _reduced(lat2)
    s1, c1, s2, c2 = math.sin(one), math.cos(one), math.sin(two), math.cos(two)
    apart = (lon2 - lon) * RADIAN
    angle = apart
    sigma, sine, cosine, square, middle = 0.0, 0.0, 1.0, 0.0, 0.0
    for _ in range(_TURNS):
        sa, ca = math.sin(angle), math.cos(angle)
        sine = math.hypot(c2 * sa, c1 * s2 - s1 * c2 * ca)
        if sine == 0.0:
            return 0.0
        cosine = s1 * s2 + c1 * c2 * ca
        sigma = math.atan2(sine, cosine)
        alpha = c1 * c2 * sa / sine
        square = 1 - alpha * alpha
        middle = cosine - 2 * s1 * s2 / square if square > 1e-15 else 0.0
        c = FLATTENING / 16 * square * (4 + FLATTENING * (4 - 3 * square))
        inner = middle + c * cosine * (2 * middle * middle - 1)
        before = angle
        angle = apart + (1 - c) * FLATTENING * alpha * (sigma + c * sine * inner)
        if abs(angle - before) < 1e-14:
            break
    return _along(sigma, sine, cosine, square, middle)


@compiled
def _reduced(latitude: float) -> float:
    return math.atan((1 - FLATTENING) * math.tan(latitude * RADIAN))


@compiled
def _along(sigma: float, sine: float, cosine: float, square: float, middle: float) -> float:
    minor = SEMI_MAJOR * (1 - FLATTENING)
    u = square * (SEMI_MAJOR * SEMI_MAJOR - minor * minor) / (minor * minor)
    a = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)))
    b = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)))
    last = b / 6 * middle * (4 * sine * sine - 3) * (4 * middle * middle - 3)
    rest = b * sine * (middle + b / 4 * (cosine * (2 * middle * middle - 1) - last))
    return minor * a * (sigma - rest)


@compiled
def edge_length(dlon: float, lat: float, dlat: float, bulge: float) -> float:
    """Length of an edge, m, that starts at `lat` and runs dlon, dlat degrees with `bulge`.

    Three-point Gauss–Legendre of the speed; 1e-9 of the length up to some tens of km.
    """
    total = 0.0
    for node in range(3):
        t = 0.5 + (node - 1) * 0.3872983346207417
        sine = math.sin((lat + t * dlat + 4 * bulge * t * (1 - t)) * RADIAN)
        w = 1 - E2 * sine * sine
        normal = SEMI_MAJOR / math.sqrt(w)
        east = normal * math.sqrt(1 - sine * sine) * dlon
        north = normal * (1 - E2) / w * (dlat + 4 * bulge * (1 - 2 * t))
        total += (0.4444444444444444 if node == 1 else 0.2777777777777778) * math.hypot(east, north)
    return total * RADIAN


@compiled
def closest(p: Space, q: Space, r: Space, s: Space) -> tuple[float, float, float]:
    """Distance in space, m, between the segments pq and rs, and the parameters of the two near points.

    After C. Ericson, Real-Time Collision Detection, 2005, 5.1.9; segments may be points.
    """
    dx, dy, dz = q[0] - p[0], q[1] - p[1], q[2] - p[2]
    ex, ey, ez = s[0] - r[0], s[1] - r[1], s[2] - r[2]
    wx, wy, wz = p[0] - r[0], p[1] - r[1], p[2] - r[2]
    a, e = dx * dx + dy * dy + dz * dz, ex * ex + ey * ey + ez * ez
    b = dx * ex + dy * ey + dz * ez
    c = dx * wx + dy * wy + dz * wz
    f = ex * wx + ey * wy + ez * wz
    t, u = 0.0, 0.0
    if a > 0.0 and e > 0.0:
        cross = a * e - b * b
        if cross > 1e-12 * a * e:
            t = min(max((b * f - c * e) / cross, 0.0), 1.0)
        u = (b * t + f) / e
        if u < 0.0:
            u, t = 0.0, min(max(-c / a, 0.0), 1.0)
        elif u > 1.0:
            u, t = 1.0, min(max((b - c) / a, 0.0), 1.0)
    elif a > 0.0:
        t = min(max(-c / a, 0.0), 1.0)
    elif e > 0.0:
        u = min(max(f / e, 0.0), 1.0)
    x, y, z = wx + t * dx - u * ex, wy + t * dy - u * ey, wz + t * dz - u * ez
    return math.sqrt(x * x + y * y + z * z), t, u


@compiled
def spread(boxes: Floats, metres: float, out: Floats) -> None:
    """Fill out (n, 4) with the boxes (n, 4; degrees) widened so that all within `metres` lies inside."""
    up = metres / LATITUDE_DEGREE
    for i in range(len(boxes)):
        top = min(max(abs(boxes[i, 1]), abs(boxes[i, 3])) + up, 90.0)
        narrow = max(math.cos(top * RADIAN), 1e-9) * LONGITUDE_DEGREE
        side = min(metres / narrow, 360.0)
        out[i, 0], out[i, 2] = boxes[i, 0] - side, boxes[i, 2] + side
        out[i, 1], out[i, 3] = boxes[i, 1] - up, boxes[i, 3] + up

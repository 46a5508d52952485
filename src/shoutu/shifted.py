"""GCJ-02 and BD-09: the shifted degrees in which map services in China give their places.

No standard publishes either. What stands here is the series that public converters share, and its
inverse by iteration. The inverse is exact to 1e-10 degrees; the series itself is not known to be what
the services use. A public comparison of it with control points (project eviltransform_extra) found
3.4 m on average with a spread of 2.7 m, hence `UNCERTAINTY_M`: mean and twice the spread, rounded up.
A place that came this way finds a parcel; it measures none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

UNCERTAINTY_M = 10.0
# Constants of the Krasovsky ellipsoid, as the converters write them.
_KRASOVSKY_A = 6378245.0
_KRASOVSKY_E2 = 0.00669342162296594323
_BD_TURN = np.pi * 3000.0 / 180.0


def wgs84_to_gcj02(lonlat: Floats) -> Floats:
    """(n, 2) degrees on the one datum as GCJ-02 degrees, the numbers of AMap and Tencent maps.

    Only within China's box (72.004–137.8347° E, 0.8293–55.8271° N); elsewhere unchanged, as the
    services do.
    """
    lonlat = np.asarray(lonlat, dtype=np.float64)
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    wave = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave * 2.0 / 3.0
    north += (20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave * 2.0 / 3.0
    east += (20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
    phi = np.deg2rad(lat)
    w = 1.0 - _KRASOVSKY_E2 * np.sin(phi) ** 2
    meridian = _KRASOVSKY_A * (1.0 - _KRASOVSKY_E2) / (w * np.sqrt(w))
    parallel = _KRASOVSKY_A / np.sqrt(w) * np.cos(phi)
    shift = np.column_stack([np.rad2deg(east / parallel), np.rad2deg(north / meridian)])
    inside = (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
    moved: Floats = np.where(inside[:, None], lonlat + shift, lonlat)
    return moved


def gcj02_to_wgs84(lonlat: Floats) -> Floats:
    """Inverse of `wgs84_to_gcj02`: (n, 2) degrees, to 1e-10 degrees, by fixed-point iteration."""
    lonlat = np.asarray(lonlat, dtype=np.float64)
    guess = lonlat.copy()
    for _ in range(12):
        miss = wgs84_to_gcj02(guess) - lonlat
        guess -= miss
        if not (np.abs(miss) > 1e-12).any():
            break
    return guess


def gcj02_to_bd09(lonlat: Floats) -> Floats:
    """(n, 2) GCJ-02 degrees as BD-09 degrees, the numbers of Baidu maps."""
    lonlat = np.asarray(lonlat, dtype=np.float64)
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_TURN)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


def bd09_to_gcj02(lonlat: Floats) -> Floats:
    """Inverse of `gcj02_to_bd09`: (n, 2) degrees, to 1e-10 degrees, by fixed-point iteration."""
    lonlat = np.asarray(lonlat, dtype=np.float64)
    guess: Floats = lonlat - np.array([0.0065, 0.006])
    for _ in range(12):
        miss = gcj02_to_bd09(guess) - lonlat
        guess -= miss
        if not (np.abs(miss) > 1e-12).any():
            break
    return guess


def bd09_to_wgs84(lonlat: Floats) -> Floats:
    """(n, 2) BD-09 degrees as degrees on the one datum."""
    return gcj02_to_wgs84(bd09_to_gcj02(lonlat))


NAMES: Mapping[str, Callable[[Floats], Floats]] = {"GCJ-02": gcj02_to_wgs84, "BD-09": bd09_to_wgs84}
"""Each name, and its way to the one datum."""
WKT: Mapping[str, str] = {
    name: f'GEOGCS["{name}",DATUM["{name} (shifted, not surveyed)",'
    'SPHEROID["Krassowsky 1940",6378245,298.3]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
    for name in NAMES
}
"""A description for programs that ask for one: degrees on a datum that no registry knows."""


def canonical(text: str) -> str | None:
    """`GCJ-02` or `BD-09` for what people write of them (gcj02, BD09); None for anything else."""
    plain = text.strip().upper().replace("-", "").replace("_", "").replace(" ", "")
    return {"GCJ02": "GCJ-02", "BD09": "BD-09"}.get(plain)

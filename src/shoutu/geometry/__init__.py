"""Areas on the ellipsoid, from packed rings: arrays in, arrays out.

ellipsoid  the metric of CGCS2000: areas under parallels, the series that the kernel integrates
rings      polygons as they were delivered
prepared   the same polygons in longitude and latitude, each edge with the bulge of its own CRS
overlap    how much of each polygon lies in each class of a layer (the kernel)
union      the same where polygons of one class overlap each other
index      a packed Hilbert R-tree
repair     the only place that calls GEOS

Compiled code is cached under SHOUTU_HOME, in a folder named by the digest of these sources: Numba
looks only at the file that holds a function, not at those that it calls, so a cache that outlived
an upgrade could mix old and new code.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path


def _cache_folder() -> Path:
    sources = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))]
    compiled = b"".join(source for source in sources if b"geometry.compiled import" in source)
    digest = hashlib.sha256(compiled).hexdigest()[:16]
    home = Path(os.environ.get("SHOUTU_HOME") or Path.home() / ".shoutu")
    folder = home / "caches" / "numba" / digest
    try:
        # Only caches/: `shoutu demo` takes a home that holds nothing else for empty.
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir()) / f"shoutu-numba-{os.getuid()}" / digest
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


if "numba" not in sys.modules and "NUMBA_CACHE_DIR" not in os.environ:
    os.environ["NUMBA_CACHE_DIR"] = str(_cache_folder())

__all__ = ["ellipsoid", "index", "overlap", "prepared", "reference", "repair", "rings", "union"]

"""How long the long forms are: `times(short, long)` picks one, SHOUTU_TRUST_SCALE multiplies the long one."""

from __future__ import annotations

import os

LONG = bool(os.environ.get("SHOUTU_TEST_LONG"))
SCALE = float(os.environ.get("SHOUTU_TRUST_SCALE", "1"))


def times(short: int, long: int) -> int:
    """`short` in `make test`; in `make trust` `long` times the scale, never less than `short`."""
    return max(short, round(long * SCALE)) if LONG else short

"""The one clock, in Asia/Shanghai."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The time, aware, in Asia/Shanghai."""
    return datetime.now(SHANGHAI)

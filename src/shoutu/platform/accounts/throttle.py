"""A growing wait per account over all addresses, beside the lock-out per (account, address).

A lock-out per account alone would let an outsider lock an official out. So five wrong passwords
lock one address for one account (django-axes), while the account as such only becomes slow for
addresses from which it was never signed in.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from axes.models import AccessAttempt, AccessLog
from django.db.models import Max, Sum

WINDOW = timedelta(minutes=15)
FREE = 5
LONGEST = 30


def wait(login: str, address: str, now: datetime) -> int:
    """Whole seconds until `login` may be tried again from `address`; 0 when it may be tried now."""
    wrong = AccessAttempt.objects.filter(username=login, attempt_time__gt=now - WINDOW).aggregate(
        count=Sum("failures_since_start"), last=Max("attempt_time")
    )
    count, last = wrong["count"] or 0, wrong["last"]
    if count < FREE or last is None:
        return 0
    if AccessLog.objects.filter(username=login, ip_address=address).exists():
        return 0
    pause = timedelta(seconds=min(2.0 ** (count - FREE + 1), LONGEST))
    seconds: float = (last + pause - now).total_seconds()
    return max(0, ceil(seconds))

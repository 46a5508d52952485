"""Where a patch or part stands, and which states owe and count."""

from __future__ import annotations

from django.db import models

LABELS = "甲乙丙丁戊己庚辛壬癸"
"""Of the parts of a split patch, in order."""


class State(models.TextChoices):
    """Where a patch or part stands in the chain 旗区填报 → 旗区审核 → 市级审核."""

    ISSUED = "issued", "未报"
    REPORTED = "reported", "待旗区审核"
    BANNER_PASSED = "banner-passed", "待市级审核"
    RETURNED = "returned", "已打回"
    CITY_PASSED = "city-passed", "审核结束"
    SPLIT = "split", "被拆分"
    WITHDRAWN = "withdrawn", "已撤销的拆分"


OPEN_STATES = (State.ISSUED, State.REPORTED, State.BANNER_PASSED, State.RETURNED)
"""States in which somebody still owes something, so that a deadline can pass."""

COUNTED_STATES = (*OPEN_STATES, State.CITY_PASSED)
"""核实后: whole patches and parts, each square metre once."""

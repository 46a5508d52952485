"""What is suspended or listed, by which decision, until when."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models

from shoutu.platform.ids import new_id
from shoutu.platform.seen import ByRegion


class Rows(ByRegion["Restriction"]):
    verb = "see.restrictions"

    def in_force(self, day: date) -> Self:
        """Those that hold on `day`; the day of lifting is the first without it."""
        return self.filter(starts__lte=day).exclude(lifted_on__lte=day)


class Restriction(models.Model):
    """A suspension or a control-list entry. It ends only by a recorded decision (reading 6.4-end)."""

    SUSPENSION, CONTROL_LIST = "land-approval-suspension", "control-list"

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    kind = models.CharField(max_length=30, choices=((SUSPENSION, "暂停用地审批"), (CONTROL_LIST, "管控名单")))
    region = models.CharField(max_length=12)
    holder = models.CharField(max_length=200, blank=True)
    """The mine or holder of a control-list entry; empty where the whole banner is meant."""
    scope = models.JSONField()
    """What is suspended, one text a kind of approval."""
    exceptions = models.TextField(blank=True)
    document = models.CharField(max_length=120)
    starts = models.DateField()
    imposed_by = models.CharField(max_length=16)
    imposed_at = models.DateTimeField()
    lifted_on = models.DateField(null=True)
    lift_document = models.CharField(max_length=120, blank=True)
    lifted_by = models.CharField(max_length=16, blank=True)
    objects = Rows.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(lifted_on__isnull=True) | ~models.Q(lift_document=""),
                name="restrictions_lifted_by_document",
            ),
        )

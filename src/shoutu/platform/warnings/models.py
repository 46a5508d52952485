"""A banner's month: announced, objected to, issued; what it warns of and proposes; its papers."""

from __future__ import annotations

from typing import TypeVar

from django.db import models

from shoutu.platform.ids import new_id
from shoutu.platform.seen import ByRegion

Row = TypeVar("Row", bound=models.Model)


class WarningRows(ByRegion[Row]):
    verb = "see.warnings"


class DocumentRows(ByRegion["Document"]):
    verb = "see.documents"


class Announcement(models.Model):
    """The calculation of one banner's month as put before its leaders, who may object to it.

    A later announcement of the same month replaces an earlier one as the current one; none is deleted.
    """

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    region = models.CharField(max_length=12)
    month = models.CharField(max_length=7)
    facts = models.TextField()
    """Contract 1's facts, canonical JSON."""
    answer = models.TextField()
    """Contract 1's answer, canonical JSON."""
    facts_digest = models.CharField(max_length=64)
    object_until = models.DateField()
    announced_by = models.CharField(max_length=16)
    announced_at = models.DateTimeField()
    current = models.BooleanField(default=True)
    objects = WarningRows["Announcement"].as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("region", "month"),
                condition=models.Q(current=True),
                name="warnings_one_current_announcement",
            ),
        )


class Objection(models.Model):
    """A banner leader's objection before issue, and the city's answer."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    announcement = models.ForeignKey(Announcement, on_delete=models.PROTECT, related_name="objections")
    region = models.CharField(max_length=12)
    text = models.TextField()
    raised_by = models.CharField(max_length=16)
    raised_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=16, blank=True)
    answered_at = models.DateTimeField(null=True)
    objects = WarningRows["Objection"].as_manager()


class Issue(models.Model):
    """The month as issued and signed. Never rewritten; `Correction` names what changed later (6-late)."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    announcement = models.OneToOneField(Announcement, on_delete=models.PROTECT, related_name="issue")
    region = models.CharField(max_length=12)
    month = models.CharField(max_length=7)
    facts = models.TextField()
    answer = models.TextField()
    signed_by = models.CharField(max_length=16)
    signed_term = models.CharField(max_length=16)
    issued_at = models.DateTimeField()
    objects = WarningRows["Issue"].as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("region", "month"), name="warnings_month_once"),)


class Correction(models.Model):
    """The difference between an issued month and its facts as they stand later."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="corrections")
    region = models.CharField(max_length=12)
    facts = models.TextField()
    answer = models.TextField()
    reason = models.TextField()
    signed_by = models.CharField(max_length=16)
    corrected_at = models.DateTimeField()
    objects = WarningRows["Correction"].as_manager()


class Measure(models.Model):
    """A measure that an issued month brings: 应 → 拟 → 已; 已恢复 is read from its restriction."""

    DUE, PROPOSED, DECIDED, DECLINED = "due", "proposed", "decided", "declined"
    STATES = ((DUE, "应"), (PROPOSED, "拟"), (DECIDED, "已"), (DECLINED, "不予"))

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="measures")
    region = models.CharField(max_length=12)
    month = models.CharField(max_length=7)
    clause = models.CharField(max_length=8)
    kind = models.CharField(max_length=24)
    """`interview-deputy`, `interview-principal`, `propose-suspension`, `consider-transfer` (contract 1)."""
    grounds = models.JSONField()
    state = models.CharField(max_length=10, choices=STATES, default=DUE)
    document = models.CharField(max_length=120, blank=True)
    """Number of the paper that decides it."""
    reason = models.TextField(blank=True)
    proposed_by = models.CharField(max_length=16, blank=True)
    decided_by = models.CharField(max_length=16, blank=True)
    decided_on = models.DateField(null=True)
    restriction = models.ForeignKey("restrictions.Restriction", null=True, on_delete=models.PROTECT)
    objects = WarningRows["Measure"].as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("region", "month", "kind"), name="warnings_measure_once_a_month"),
        )


class YearFigures(models.Model):
    """What part 7 needs beside the violations: a figure as delivered and findings of persons.

    A correction is a new row; the latest recorded one holds.
    """

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    region = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    new_construction_farmland_m2 = models.CharField(max_length=62, blank=True)
    severe_impact = models.BooleanField(null=True)
    serious_consequences = models.BooleanField(null=True)
    disorder_found = models.BooleanField(null=True)
    concealment_found = models.BooleanField(null=True)
    document = models.CharField(max_length=120)
    recorded_by = models.CharField(max_length=16)
    recorded_at = models.DateTimeField()
    objects = WarningRows["YearFigures"].as_manager()


class Document(models.Model):
    """An official paper: a draft until the office gives it a number."""

    DRAFT, NUMBERED = "draft", "numbered"
    STATES = ((DRAFT, "拟稿"), (NUMBERED, "已编号"))

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    kind = models.CharField(max_length=24)
    region = models.CharField(max_length=12)
    month = models.CharField(max_length=7)
    title = models.CharField(max_length=200)
    fields = models.TextField()
    """The typed fields of `documents`, JSON; the paper is set from them and from nothing else."""
    state = models.CharField(max_length=10, choices=STATES, default=DRAFT)
    number = models.CharField(max_length=60, blank=True)
    drafted_by = models.CharField(max_length=16)
    drafted_at = models.DateTimeField()
    numbered_at = models.DateTimeField(null=True)
    objects = DocumentRows.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("number",), condition=~models.Q(number=""), name="warnings_document_number_once"
            ),
        )


class Register(models.Model):
    """The running numbers of one issuer's code in one year: no gap, none twice."""

    code = models.CharField(max_length=24)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("code", "year"), name="warnings_register_once"),)

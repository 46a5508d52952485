"""What people state of patches (填报), who checked it (审核), and the violations (宗) they form."""

from __future__ import annotations

from django.db import models

from shoutu.platform.ids import new_id
from shoutu.platform.seen import ByRegion


class Unit(models.TextChoices):
    M2 = "m2", "平方米"
    MU = "mu", "亩"


class EvidenceRows(ByRegion["Evidence"]):
    verb = "see.patches"


class Evidence(models.Model):
    """A file that supports a report, kept by its content's hash under SHOUTU_HOME/evidence, mode 0440."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    patch = models.ForeignKey("discovery.Patch", on_delete=models.PROTECT, related_name="+")
    region = models.CharField(max_length=12)
    kind = models.CharField(max_length=20)
    """A proof of `categories`: panorama, near, approval, record, survey …"""
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    """Relative to SHOUTU_HOME."""
    attached_by = models.CharField(max_length=16)
    attached_at = models.DateTimeField()
    objects = EvidenceRows.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("patch", "sha256", "kind"), name="enforcement_evidence_once"),
        )


class AssignmentRows(ByRegion["Assignment"]):
    verb = "see.patches"


class Assignment(models.Model):
    """Who is to report a patch; the latest row stands."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    patch = models.ForeignKey("discovery.Patch", on_delete=models.PROTECT, related_name="+")
    region = models.CharField(max_length=12)
    officer = models.CharField(max_length=16, db_index=True)
    assigned_by = models.CharField(max_length=16)
    assigned_at = models.DateTimeField()
    objects = AssignmentRows.as_manager()


class ReportRows(ByRegion["Report"]):
    verb = "see.patches"


class Report(models.Model):
    """One version of what an officer states of a patch or part (填报). Rows are only added.

    The three areas are the legal figures, decimal text in the unit in which they were filed;
    farmland includes basic farmland.
    """

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    patch = models.ForeignKey("discovery.Patch", on_delete=models.PROTECT, related_name="+")
    region = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    officer = models.CharField(max_length=16)
    officer_term = models.CharField(max_length=16)
    category = models.CharField(max_length=40)
    scheme = models.CharField(max_length=40)
    """The list of categories from which it was chosen, such as 150000-2026."""
    suspected = models.BooleanField()
    """Whether the category makes it part of a violation."""
    project = models.CharField(max_length=200, blank=True)
    actor_name = models.CharField(max_length=200, blank=True)
    """责任单位; the ledger holds it sealed."""
    unit = models.CharField(max_length=2, choices=Unit.choices)
    area = models.CharField(max_length=40)
    farmland = models.CharField(max_length=40)
    basic_farmland = models.CharField(max_length=40)
    explanation = models.TextField(blank=True)
    stopped = models.BooleanField(null=True)
    stopped_on = models.DateField(null=True)
    investigated = models.BooleanField(null=True)
    investigated_on = models.DateField(null=True)
    """Three-valued: null is not known (《意见》 part 7 counts what was neither stopped nor looked into)."""
    kernel = models.CharField(max_length=60)
    layers = models.JSONField()
    """[{kind, name, checksum, as_of}] of the layers whose figures were shown to the officer."""
    photos_near = models.PositiveSmallIntegerField(default=0)
    photos_far = models.PositiveSmallIntegerField(default=0)
    reported_at = models.DateTimeField()
    proofs = models.ManyToManyField(Evidence, related_name="reports")
    objects = ReportRows.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("patch", "version"), name="enforcement_report_version_once"),
        )


class ReviewRows(ByRegion["Review"]):
    verb = "see.patches"


class Review(models.Model):
    """One look at one report, by another natural person, with what was on the page at that moment."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="reviews")
    region = models.CharField(max_length=12)
    level = models.CharField(max_length=6, choices=[("banner", "旗区审核"), ("city", "市级审核")])
    round = models.PositiveSmallIntegerField(default=1)
    """2 and more: looked at again after an objection was upheld."""
    reviewer = models.CharField(max_length=16)
    reviewer_term = models.CharField(max_length=16)
    outcome = models.CharField(max_length=6, choices=[("pass", "通过"), ("return", "打回")])
    reason = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    shown = models.JSONField()
    shown_digest = models.CharField(max_length=64)
    reviewed_at = models.DateTimeField()
    objects = ReviewRows.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("report", "level", "round"), name="enforcement_one_review_a_round"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="pass") | ~models.Q(reason=""),
                name="enforcement_return_has_a_reason",
            ),
        )


class ObjectionRows(ByRegion["Objection"]):
    verb = "see.patches"


class Objection(models.Model):
    """An objection (异议) of the banner to a return, and its answer by the city."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="objection")
    region = models.CharField(max_length=12)
    ground = models.TextField()
    raised_by = models.CharField(max_length=16)
    raised_at = models.DateTimeField()
    state = models.CharField(
        max_length=10,
        choices=[("open", "待答复"), ("upheld", "成立"), ("dismissed", "不成立")],
        default="open",
    )
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=16, blank=True)
    answered_at = models.DateTimeField(null=True)
    objects = ObjectionRows.as_manager()


class ProjectRows(ByRegion["Project"]):
    verb = "see.violations"


class Project(models.Model):
    """A project of one banner. Its random id stands in facts and in the ledger, its name does not."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    region = models.CharField(max_length=12)
    name = models.CharField(max_length=200)
    objects = ProjectRows.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("region", "name"), name="enforcement_project_once"),)


class ViolationRows(ByRegion["Violation"]):
    verb = "see.violations"


class Violation(models.Model):
    """One actor's act (涉嫌违法用地, 宗), confirmed by a person; counted in the first month issued."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    number = models.CharField(max_length=40, unique=True)
    """Such as 伊2026-10-01."""
    region = models.CharField(max_length=12, db_index=True)
    month = models.CharField(max_length=7, db_index=True)
    campaign_year = models.PositiveSmallIntegerField()
    actor_name = models.CharField(max_length=200, blank=True)
    project = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="violations")
    confirmed_by = models.CharField(max_length=16)
    confirmed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    objects = ViolationRows.as_manager()


class Member(models.Model):
    """That a patch or part belongs to a violation, and what it adds in its month."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    violation = models.ForeignKey(Violation, on_delete=models.PROTECT, related_name="members")
    patch = models.OneToOneField("discovery.Patch", on_delete=models.PROTECT, related_name="+")
    tie = models.CharField(
        max_length=11,
        choices=[("first", "首次下发"), ("reissue", "重复下发"), ("enlargement", "扩大")],
    )
    """first counts a parcel and its area; enlargement adds area alone; reissue adds nothing."""
    month = models.CharField(max_length=7)
    campaign_year = models.PositiveSmallIntegerField()
    linked_by = models.CharField(max_length=16)
    linked_at = models.DateTimeField()

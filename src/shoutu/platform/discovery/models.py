"""Batches, the patches issued in them, what lies under each patch, and how a file became a batch."""

from __future__ import annotations

from datetime import date

from django.db import models

from shoutu.platform.discovery.states import COUNTED_STATES, OPEN_STATES, State
from shoutu.platform.doors import Actor, is_city, may, stem
from shoutu.platform.ids import new_id
from shoutu.platform.seen import ByRegion


class BatchQuerySet(models.QuerySet["Batch"]):
    def seen_by(self, actor: Actor | None) -> BatchQuerySet:
        """The batches that hold a patch of the actor's region; the city sees all, nobody none."""
        if actor is None or not may(actor, "see.patches", actor.region):
            return self.none()
        if is_city(actor.region):
            return self
        return self.filter(id__in=Patch.objects.all().seen_by(actor).values("batch_id"))


class Batch(models.Model):
    """Patches issued together (批次). `month` is the month of clause 6.1, which the city sets."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    number = models.CharField(max_length=60, unique=True)
    """期号, as printed on the letter that issued it."""
    title = models.CharField(max_length=120)
    month = models.CharField(max_length=7, db_index=True)
    """YYYY-MM."""
    campaign_year = models.PositiveSmallIntegerField()
    issued_on = models.DateField()
    report_due = models.DateField()
    city_review_due = models.DateField()
    source_name = models.CharField(max_length=255)
    source_sha256 = models.CharField(max_length=64)
    source_layer = models.CharField(max_length=255, blank=True)
    digest = models.CharField(max_length=64)
    """SHA-256 of the canonical rows, the figure in the ledger entry."""
    count = models.PositiveIntegerField()
    """Patches as issued (原始下发)."""
    excluded = models.JSONField(default=list)
    """Rows that the publisher left out by number, each with the fault that was shown."""
    secrecy = models.CharField(max_length=10, choices=[("open", "公开"), ("internal", "内部")])
    synthetic = models.BooleanField(default=False)
    """演示数据."""
    published_by = models.CharField(max_length=16)
    published_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    objects = BatchQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("source_sha256", "source_layer"), name="discovery_file_once"),
        )


class ImportProfile(models.Model):
    """A mapping of columns that was used once for a file with these column names."""

    signature = models.CharField(primary_key=True, max_length=64)
    """SHA-256 of the sorted column names."""
    columns = models.JSONField()
    mapping = models.JSONField()
    """Our field → column of the file."""
    used_at = models.DateTimeField()


class Draft(models.Model):
    """An uploaded file on its way to a batch. Bookkeeping: it states no fact of the order."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    person = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    path = models.CharField(max_length=200)
    """Relative to SHOUTU_HOME."""
    listed = models.CharField(max_length=200, blank=True)
    """A workbook whose columns are joined by 图斑编号, relative to SHOUTU_HOME."""
    layer = models.CharField(max_length=255, blank=True)
    crs = models.TextField(blank=True)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    header = models.JSONField(default=dict)
    """Number, title, dates, month and secrecy as typed so far."""
    excluded = models.JSONField(default=list)
    findings = models.JSONField(default=dict)
    batch_id = models.CharField(max_length=16, blank=True)
    """Set when it was published."""


class PatchQuerySet(ByRegion["Patch"]):
    verb = "see.patches"

    def seen_by(self, actor: Actor | None) -> PatchQuerySet:
        """The patches of the actor's region, down to a township; nobody sees nothing."""
        if actor is not None and len(stem(actor.region)) > 6 and may(actor, self.verb, actor.region):
            return self.filter(township__startswith=stem(actor.region))
        return super().seen_by(actor)

    def as_issued(self) -> PatchQuerySet:
        """原始下发: every patch of the list, split or not, and no part."""
        return self.filter(parent__isnull=True)

    def as_judged(self) -> PatchQuerySet:
        """核实后: whole patches and parts, so that each square metre counts once."""
        return self.filter(state__in=COUNTED_STATES)

    def overdue(self, today: date) -> PatchQuerySet:
        """超期: something is owed and its day has passed. It stands across the states."""
        return self.filter(state__in=OPEN_STATES, due_on__lt=today)


class Patch(models.Model):
    """One suspected patch (疑似违法图斑), or one part of a split patch: then `parent` is set."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="patches")
    number = models.CharField(max_length=80)
    """图斑编号; a part's is its parent's with the label behind."""
    row = models.PositiveIntegerField()
    """Its row in the delivered file, from 1."""
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    label = models.CharField(max_length=4, blank=True)
    """甲, 乙, 丙 … of a part."""
    state = models.CharField(max_length=16, choices=State.choices, default=State.ISSUED, db_index=True)
    version = models.PositiveIntegerField(default=1)
    due_on = models.DateField()
    """The day by which the next step is owed."""
    region = models.CharField(max_length=12, db_index=True)
    """The banner's code."""
    township = models.CharField(max_length=12, blank=True)
    place = models.CharField(max_length=200, blank=True)
    project = models.CharField(max_length=200, blank=True)
    """Project name as delivered."""
    geometry = models.BinaryField(null=True)
    """WKB, CGCS2000 longitude and latitude; None where only a list was delivered."""
    crs = models.TextField(blank=True)
    """The CRS of the delivered file, in which its edges are straight."""
    delivered = models.BinaryField(null=True)
    """WKB in `crs`, kept where that is not longitude and latitude: the areas are taken from it."""
    west = models.FloatField(null=True)
    south = models.FloatField(null=True)
    east = models.FloatField(null=True)
    north = models.FloatField(null=True)
    hilbert = models.BigIntegerField(null=True, db_index=True)
    area_m2 = models.CharField(max_length=40, blank=True)
    """Decimal text, 0.01 m², ellipsoidal; empty without geometry."""
    attributes = models.JSONField(default=dict)
    """What the file said, column by column, as text."""
    objects = PatchQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("batch", "number"),
                condition=~models.Q(state="withdrawn"),
                name="discovery_patch_number_once",
            ),
        )
        indexes = (
            models.Index(fields=("region", "state"), name="discovery_patch_region_state"),
            models.Index(fields=("west", "east"), name="discovery_patch_box"),
        )


class Picture(models.Model):
    """A before or after picture of a patch; the file lies under SHOUTU_HOME/imagery by its hash."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    patch = models.ForeignKey(Patch, on_delete=models.PROTECT, related_name="pictures")
    moment = models.CharField(max_length=6, choices=[("before", "前时相"), ("after", "后时相")])
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    """Relative to SHOUTU_HOME."""
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    taken_on = models.DateField(null=True)
    sensor = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("patch", "moment"), name="discovery_picture_of_a_moment_once"),
        )


class Crossing(models.Model):
    """That a batch, the parts of one patch, or one patch anew, were crossed with one layer version.

    No Fact under a crossing means 0.00 m²; no crossing means 未收到数据.
    """

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="crossings")
    whole = models.ForeignKey(Patch, null=True, on_delete=models.PROTECT, related_name="crossings")
    """The split patch whose parts were crossed; None where the batch as issued was."""
    patch = models.ForeignKey(Patch, null=True, on_delete=models.PROTECT, related_name="renewals")
    """The one patch or part that was crossed anew, by a person's decision; its figures stand from then on."""
    layer = models.ForeignKey("territory.LayerVersion", on_delete=models.PROTECT, related_name="+")
    kernel = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()


class Fact(models.Model):
    """How much of one patch or part lies in one class of one layer version. Rows are only added."""

    crossing = models.ForeignKey(Crossing, on_delete=models.PROTECT, related_name="facts")
    patch = models.ForeignKey(Patch, on_delete=models.PROTECT, related_name="facts")
    klass = models.CharField(max_length=120, blank=True)
    area_m2 = models.CharField(max_length=40)
    area_mu = models.CharField(max_length=40)
    """Decimal text, 0.01 m² and 0.01 mu, both rounded half up from the kernel's figure."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("crossing", "patch", "klass"), name="discovery_fact_once"),
        )


class RecheckQuerySet(ByRegion["Recheck"]):
    verb = "see.patches"


class Recheck(models.Model):
    """That a newer layer version would give a patch other figures, and what a person decided (复核).

    The figures on record are those under `before`; they stay until somebody renews them.
    """

    OPEN, KEPT, RENEWED, SUPERSEDED = "open", "kept", "renewed", "superseded"

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    patch = models.ForeignKey(Patch, on_delete=models.PROTECT, related_name="rechecks")
    region = models.CharField(max_length=12, db_index=True)
    layer = models.ForeignKey("territory.LayerVersion", on_delete=models.PROTECT, related_name="+")
    """The newer version."""
    before = models.ForeignKey(Crossing, on_delete=models.PROTECT, related_name="+")
    after = models.JSONField()
    """[[class, m², mu]] under the newer version, decimal text as in `Fact`."""
    kernel = models.CharField(max_length=60)
    state = models.CharField(
        max_length=10,
        default=OPEN,
        db_index=True,
        choices=[(OPEN, "待复核"), (KEPT, "维持原数"), (RENEWED, "改用新数"), (SUPERSEDED, "又有新版")],
    )
    opened_at = models.DateTimeField()
    decided_by = models.CharField(max_length=16, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    """The ledger holds it sealed."""
    objects = RecheckQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("patch", "layer"), name="discovery_recheck_once_a_version"),
        )

"""The record: entries, the head of the tree, sealed texts, request keys, published checkpoints."""

from typing import ClassVar

from django.db import models

from shoutu.platform.seen import ByRegion


class EntryQuerySet(ByRegion["Entry"]):
    verb: ClassVar[str] = "see.ledger"


class Entry(models.Model):
    """One act. `body` is the canonical bytes behind the leaf hash; the other columns copy it for queries."""

    index = models.BigIntegerField(primary_key=True)
    body = models.BinaryField()
    leaf_hash = models.CharField(max_length=64)
    act = models.CharField(max_length=64, db_index=True)
    subject = models.CharField(max_length=96, db_index=True)
    region = models.CharField(max_length=12)
    recorded_at = models.DateTimeField()
    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(index__gte=0), name="ledger_index_from_0"),)


class Head(models.Model):
    """The one row that every append locks: the size and the frontier of the tree."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)
    frontier = models.TextField(default="", blank=True)
    """Hashes of the perfect subtrees, hex, parted by spaces."""

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="ledger_one_head"),)


class Sealed(models.Model):
    """A name or free text that an entry knows only by its commitment. Deleting the row destroys the salt."""

    commitment = models.CharField(primary_key=True, max_length=64)
    salt = models.CharField(max_length=64)
    text = models.TextField()


class RequestKey(models.Model):
    """An Idempotency-Key that was used, bound to its caller."""

    caller = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT)
    used_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("caller", "key"), name="ledger_request_key_once"),)


class Checkpoint(models.Model):
    """A published state of the tree, as a C2SP signed note."""

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    note = models.TextField()
    published_at = models.DateTimeField()

"""What waits to be told, who works, how far a job is. All of it is bookkeeping: no fact of the order."""

from __future__ import annotations

from django.db import models

from shoutu.platform.ids import new_id


class Message(models.Model):
    """Something to tell somebody, written by the act that it tells of and delivered afterwards."""

    WAITING, SENT, FAILED = "waiting", "sent", "failed"

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    key = models.CharField(max_length=120, unique=True)
    """What makes telling it twice the same telling."""
    channel = models.CharField(max_length=20)
    recipient = models.CharField(max_length=200)
    subject = models.CharField(max_length=96)
    """The matter, as `kind:id`."""
    text = models.TextField()
    state = models.CharField(max_length=8, default=WAITING, choices=[(s, s) for s in (WAITING, SENT, FAILED)])
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_index=True)
    fault = models.CharField(max_length=400, blank=True)
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)


class Heartbeat(models.Model):
    """A worker process; silent ones lose their tasks to others."""

    worker = models.CharField(primary_key=True, max_length=64)
    host = models.CharField(max_length=120)
    process = models.PositiveIntegerField()
    beat_at = models.DateTimeField()


class Progress(models.Model):
    """A job beside its row in the queue: what it is, how far it is, where it would go on."""

    job = models.CharField(primary_key=True, max_length=36)
    title = models.CharField(max_length=120)
    region = models.CharField(max_length=12)
    started_by = models.CharField(max_length=16)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    point = models.JSONField(null=True, blank=True)
    """Kept by the task itself: where a new worker goes on."""
    stop_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    moved_at = models.DateTimeField()

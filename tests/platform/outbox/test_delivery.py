"""Messages: written once with the act, sent at least once, given up by rule."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shoutu import clocks
from shoutu.platform.outbox import delivery
from shoutu.platform.outbox.delivery import Undelivered, deliver_due, write
from shoutu.platform.outbox.models import Message


@pytest.fixture
def post(monkeypatch, db):
    """A made channel: what it raises, and what it sent."""
    monkeypatch.setattr(delivery, "_channels", {})
    sent: list[str] = []
    faults: list[Exception] = []

    def send(letter):
        if faults:
            raise faults[0]
        sent.append(letter.text)

    delivery.register("made", send)
    return sent, faults


def tell(key="k", channel="made"):
    write(channel, key=key, recipient="somebody", subject="patch:1", text=f"text {key}")


def test_a_message_is_sent_once(post):
    sent, _ = post
    tell()
    tell()
    assert deliver_due() == 1
    assert deliver_due() == 0
    assert sent == ["text k"]
    assert Message.objects.get().state == Message.SENT


def test_a_passing_fault_is_tried_again_later_and_given_up_at_last(post):
    sent, faults = post
    faults.append(Undelivered("busy", permanent=False))
    tell()
    moment = clocks.now()
    for wait in delivery.WAITS:
        with clocks.stopped_at(moment):
            assert deliver_due() == 0
            assert deliver_due() == 0
        moment += wait
        assert Message.objects.get().state == Message.WAITING
    with clocks.stopped_at(moment):
        deliver_due()
    row = Message.objects.get()
    assert (row.state, row.attempts, row.fault) == (Message.FAILED, 7, "busy")
    assert sent == []


def test_a_passing_fault_that_passes(post):
    sent, faults = post
    faults.append(Undelivered("busy", permanent=False))
    tell()
    deliver_due()
    faults.clear()
    with clocks.stopped_at(clocks.now() + timedelta(minutes=1)):
        assert deliver_due() == 1
    assert sent == ["text k"]


def test_a_permanent_fault_and_an_unknown_channel_fail_at_once(post):
    _, faults = post
    faults.append(Undelivered("no such number", permanent=True))
    tell("a")
    tell("b", channel="pigeon")
    deliver_due()
    assert set(Message.objects.values_list("key", "state", "fault")) == {
        ("a", "failed", "no such number"),
        ("b", "failed", "no channel is called pigeon"),
    }


def test_one_fault_does_not_hold_up_the_others(post, monkeypatch):
    sent, _ = post
    tell("b", channel="pigeon")
    tell("a")
    assert deliver_due() == 1
    assert sent == ["text a"]

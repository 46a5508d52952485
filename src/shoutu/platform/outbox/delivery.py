"""Telling: messages are written inside acts and delivered afterwards, at least once.

A message is marked after it was sent, so a crash between the two sends it again: a channel passes
`key` on wherever the other side can recognise it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from shoutu import clocks
from shoutu.platform.outbox.models import Message

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 1440))
"""After the n-th passing failure; after the last one the message has failed."""


class Undelivered(Exception):
    """Raised by a channel. `permanent`: trying again would not help (no such number, refused)."""

    def __init__(self, why: str, *, permanent: bool) -> None:
        super().__init__(why)
        self.permanent = permanent


@dataclass(frozen=True)
class Letter:
    """What a channel gets to send."""

    key: str
    recipient: str
    subject: str
    text: str


Send = Callable[[Letter], None]

_channels: dict[str, Send] = {}


def register(channel: str, send: Send) -> None:
    _channels[channel] = send


def write(channel: str, *, key: str, recipient: str, subject: str, text: str) -> None:
    """Inside an act: let this be told once the act is committed. The same key is written once."""
    now = clocks.now()
    Message.objects.get_or_create(
        key=key,
        defaults={
            "channel": channel,
            "recipient": recipient,
            "subject": subject,
            "text": text,
            "due_at": now,
            "written_at": now,
        },
    )


def deliver_due(limit: int = 50) -> int:
    """Send what is due; returns how many messages were sent."""
    due = Message.objects.filter(state=Message.WAITING, due_at__lte=clocks.now()).order_by("due_at", "id")
    return sum(_deliver(message) for message in due[:limit])


def _deliver(message: Message) -> bool:
    try:
        send = _channels.get(message.channel)
        if send is None:
            raise Undelivered(f"no channel is called {message.channel}", permanent=True)
        send(Letter(message.key, message.recipient, message.subject, message.text))
    except Undelivered as fault:
        _postpone(message, fault)
        return False
    waiting = Message.objects.filter(id=message.id, state=Message.WAITING)
    return bool(waiting.update(state=Message.SENT, sent_at=clocks.now(), fault=""))


def _postpone(message: Message, fault: Undelivered) -> None:
    attempts = message.attempts + 1
    waiting = Message.objects.filter(id=message.id, state=Message.WAITING, attempts=message.attempts)
    if fault.permanent or attempts > len(WAITS):
        waiting.update(state=Message.FAILED, attempts=attempts, fault=str(fault)[:400])
    else:
        due = clocks.now() + WAITS[attempts - 1]
        waiting.update(attempts=attempts, due_at=due, fault=str(fault)[:400])

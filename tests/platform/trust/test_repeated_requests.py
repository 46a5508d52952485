"""T5: one key, three requests at once: one row, one entry, one answer."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from shoutu.errors import BadInput
from shoutu.platform import doors
from shoutu.platform.accounts.inputs import NewPost
from shoutu.platform.accounts.models import Post
from shoutu.platform.accounts.services.terms import create_post
from shoutu.platform.acts import Once
from shoutu.platform.ledger.models import Entry
from shoutu.platform.ledger.verify import verify
from tests.scale import times

KEYS = times(200, 10_000)


def request(actor, name, key=None):
    data = NewPost(title=name, unit="演示", role=doors.Role.OFFICER, region="150627")
    once = Once("walt", key or name, hashlib.sha256(name.encode()).hexdigest())
    try:
        return create_post(actor, data, once=once).receipt
    finally:
        connection.close()


def test_three_at_once_are_one(committed_people):
    sam = committed_people.sam
    before = Post.objects.count()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: request(sam, f"k{n // 3}"), range(3 * KEYS)))
    for n in range(KEYS):
        assert len({answer.leaf_index for answer in answers[3 * n : 3 * n + 3]}) == 1
    assert Post.objects.count() == before + KEYS
    assert Entry.objects.count() == KEYS
    with pytest.raises(BadInput, match="another request"):
        request(sam, "another body", key="k7")
    assert request(sam, "k7") == answers[21]
    # A key is its caller's own: somebody else's same key is another request.
    other = Once("xena", "k7", hashlib.sha256(b"x").hexdigest())
    data = NewPost(title="x", unit="演示", role=doors.Role.OFFICER, region="150627")
    assert create_post(sam, data, once=other).receipt.leaf_index == KEYS
    assert verify().size == KEYS + 1
    print(f"counted: {KEYS} keys, three requests each at once, one act each")

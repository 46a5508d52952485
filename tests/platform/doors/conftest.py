"""The world is built once for all lines of a table; every try is rolled back."""

from __future__ import annotations

import functools
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test.utils import override_settings

from shoutu import clocks
from shoutu.platform.discovery.intake import drafts
from tests.platform.doors.world import NOW, World, build


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    quiet = logging.getLogger("django.request")
    quiet.setLevel(logging.CRITICAL)  # a refusal a line, thousands of them
    with (
        django_db_blocker.unblock(),
        clocks.stopped_at(NOW),
        override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        patch.setattr(drafts, "_source", functools.cache(drafts._source))  # one reading process a file
        yield build()
        transaction.set_rollback(True)
    quiet.setLevel(logging.NOTSET)

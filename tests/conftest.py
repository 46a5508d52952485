"""Fixtures for every test: real data where it is there, and one profile for Hypothesis."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"

settings.register_profile(
    "fast", max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("long", max_examples=5000, deadline=None, print_blob=True)
settings.load_profile("fast")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the repository; a user's clone does without it."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real data is not beside this clone")
    return SHARED

"""Why a review may return a report: a list, as data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from shoutu.errors import Text

OTHER = "other"


@cache
def reasons() -> Mapping[str, Text]:
    """Code → words, in the order in which a page lists them."""
    path = Path(__file__).with_name("reasons.yaml")
    data = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    return {code: Text(words["zh"], words["en"]) for code, words in data.items()}

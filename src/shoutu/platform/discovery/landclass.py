"""Which classes of a land-use layer are farmland (耕地).

Third-survey codes (三调工作分类, GB/T 21010-2017): 01 with 0101 paddy, 0102 irrigated, 0103 dry. A code
with K behind it (0201K: 可调整地类) was farmland once; it is shown and never added.
"""

from __future__ import annotations

import re

FARMLAND = "^(01(0[1-3])?|耕地|水田|水浇地|旱地)$"
"""The same for both databases."""


def is_farmland(klass: str) -> bool:
    return re.match(FARMLAND, klass.strip()) is not None

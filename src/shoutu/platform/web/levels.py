"""The five levels: colour, shape and word for badges; tint and pattern for areas. Always all of them.

Yellow and orange come as near as ΔE 8 under red-green deficiency, so colour alone never tells.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Level:
    """`rank` orders levels, worst 4; 未定 stands above 未达预警, for it may yet be any.

    shape  an SVG path in a 12 × 12 box
    """

    key: str
    word: Promise
    short: Promise
    rank: int
    shape: str
    mark: str
    """Colour of the shape where it stands on white."""
    area: str
    pattern: str


LEVELS: dict[str, Level] = {
    "red": Level(
        "red",
        gettext_lazy("红色"),
        gettext_lazy("红"),
        4,
        '<path d="M1 1h10v10H1z" fill="currentColor"/>',
        "#b5121b",
        "#d4575c",
        '<path d="M0 0L8 8M8 0L0 8" stroke="#6f0a10" fill="none"/>',
    ),
    "orange": Level(
        "orange",
        gettext_lazy("橙色"),
        gettext_lazy("橙"),
        3,
        '<path d="M6 0l6 6-6 6-6-6z" fill="currentColor"/>',
        "#8a3f00",
        "#f6bc84",
        '<path d="M-2 2L2 -2M0 8L8 0M6 10L10 6" stroke="#8a3f00" stroke-width="1.6" fill="none"/>',
    ),
    "yellow": Level(
        "yellow",
        gettext_lazy("黄色"),
        gettext_lazy("黄"),
        2,
        '<path d="M6 1l6 10.5H0z" fill="currentColor"/>',
        "#6e5400",
        "#fbeba9",
        '<circle cx="2" cy="2" r="1.1" fill="#6e5400"/><circle cx="6" cy="6" r="1.1" fill="#6e5400"/>',
    ),
    "none": Level(
        "none",
        gettext_lazy("未达预警"),
        gettext_lazy("未达"),
        0,
        '<circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-width="1.6"/>',
        "#46524f",
        "#ffffff",
        "",
    ),
    "undetermined": Level(
        "undetermined",
        gettext_lazy("未定"),
        gettext_lazy("未定"),
        1,
        '<path d="M0 6h3M4.5 6h3M9 6h3" stroke="currentColor" stroke-width="2"/>',
        "#46524f",
        "#ffffff",
        '<path d="M-2 6L2 10M0 0L8 8M6 -2L10 2" stroke="#7f8b87" fill="none"/>',
    ),
}

PITCH = 8
"""Of each pattern, in screen pixels; never scaled with the map."""


def defs(key: str) -> SafeString:
    """The patterns, named `key-level`, for one SVG."""
    patterns = "".join(
        f'<pattern id="{key}-{level.key}" width="{PITCH}" height="{PITCH}" '
        f'patternUnits="userSpaceOnUse">{level.pattern}</pattern>'
        for level in LEVELS.values()
        if level.pattern
    )
    return format_html("<defs>{}</defs>", mark_safe(patterns))  # noqa: S308


def paint(level: str, key: str) -> str:
    """The value of `fill` that lays the level's pattern over its tint."""
    return f"url(#{key}-{level})" if LEVELS[level].pattern else "none"


def shape(level: str) -> SafeString:
    """The level's shape as a decorative SVG; the word beside it tells."""
    return format_html(
        '<svg viewBox="0 0 12 12" aria-hidden="true">{}</svg>',
        mark_safe(LEVELS[level].shape),  # noqa: S308
    )

"""The band ruler: where a figure lies between an order's thresholds, as an SVG that prints unchanged."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from shoutu.platform.web.figures import Exact, exact
from shoutu.platform.web.levels import LEVELS, defs, paint
from shoutu.units import to_text

WIDTH, LEFT, BAR_TOP, BAR_HEIGHT = 330, 4, 22, 12
SPAN = WIDTH - 2 * LEFT


def ruler(value: Exact, bands: Sequence[tuple[str, Exact]], name: str, unit: str, key: str) -> SafeString:
    """A ruler from 0 to past the last threshold.

    value, bands  in `unit`; bands are (level, threshold from which it holds), rising
    name          what is measured, such as 总面积; key makes the pattern ids unique on the page
    """
    at = exact(value)
    thresholds = [(level, exact(threshold)) for level, threshold in bands]
    end = max(thresholds[-1][1] * Fraction(4, 3), at * Fraction(11, 10))
    sentence = _sentence(at, thresholds, name, unit)
    return format_html(
        '<svg class="ruler" viewBox="0 0 {} 58" role="img" aria-label="{}">{}'
        '<rect x="{}" y="{}" width="{}" height="{}" fill="#fff" stroke="#7f8b87"/>{}{}{}</svg>',
        WIDTH,
        sentence,
        defs(key),
        LEFT,
        BAR_TOP,
        SPAN,
        BAR_HEIGHT,
        _areas(thresholds, end, key),
        _ticks(thresholds, end),
        _pointer(at, end, name, unit),
    )


def _x(figure: Fraction, end: Fraction) -> str:
    return to_text(LEFT + SPAN * figure / end, 1)


def _areas(thresholds: Sequence[tuple[str, Fraction]], end: Fraction, key: str) -> SafeString:
    tops = [threshold for _, threshold in thresholds[1:]] + [end]
    return format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="#16201f" stroke-width="0.5"/>'
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>',
        (
            (
                *(box := (_x(low, end), BAR_TOP, to_text(SPAN * (top - low) / end, 1), BAR_HEIGHT)),
                LEVELS[level].area,
                *box,
                paint(level, key),
            )
            for (level, low), top in zip(thresholds, tops, strict=True)
        ),
    )


def _ticks(thresholds: Sequence[tuple[str, Fraction]], end: Fraction) -> SafeString:
    marks = [("", Fraction(0)), *((str(LEVELS[level].short), low) for level, low in thresholds)]
    return format_html_join(
        "",
        '<path d="M{} {}v{}" stroke="#16201f" stroke-width="1.5"/>'
        '<text x="{}" y="50" font-size="12" text-anchor="{}" fill="#46524f">{}</text>',
        (
            (
                _x(low, end),
                BAR_TOP - 2,
                BAR_HEIGHT + 4,
                _x(low, end),
                "middle" if word else "start",
                f"{word} {to_text(low, 2).rstrip('0').rstrip('.')}".strip(),
            )
            for word, low in marks
        ),
    )


def _pointer(at: Fraction, end: Fraction, name: str, unit: str) -> SafeString:
    x = LEFT + SPAN * at / end
    anchor = "start" if x < 60 else "end" if x > WIDTH - 60 else "middle"
    return format_html(
        '<path d="M{} {}l-5 -7h10z" fill="#16201f"/>'
        '<text x="{}" y="12" font-size="12" font-weight="600" text-anchor="{}" fill="#16201f">'
        "{} {} {}</text>",
        to_text(x, 1),
        BAR_TOP,
        to_text(x, 1),
        anchor,
        name,
        to_text(at, 2),
        unit,
    )


def _sentence(at: Fraction, thresholds: Sequence[tuple[str, Fraction]], name: str, unit: str) -> str:
    parts = [
        f"{LEVELS[level].word} {to_text(low, 2).rstrip('0').rstrip('.')} {unit}" for level, low in thresholds
    ]
    return gettext("%(name)s %(value)s %(unit)s。标准：%(bands)s") % {
        "name": name,
        "value": to_text(at, 2),
        "unit": unit,
        "bands": "，".join(parts),
    }

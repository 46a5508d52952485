"""Template tags and filters that every page may use; docs/howto/developer/pages.md shows each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from shoutu.platform.web import figures, kinds, levels
from shoutu.platform.web.deadlines import Chip
from shoutu.platform.web.figures import Exact
from shoutu.platform.web.ruler import ruler as draw_ruler

register = template.Library()


def _english() -> bool:
    return get_language() == "en"


def _marked_nought(text: str) -> str | SafeString:
    """Nought and unknown in the quiet ink, so that the figures stand out."""
    if text == figures.UNKNOWN:
        return format_html('<span class="unknown">{}</span>', text)
    if not text.strip("0.,"):
        return format_html('<span class="nought">{}</span>', text)
    return text


@register.filter
def mu(value: Exact | None) -> str:
    """Square metres as decimal text → mu, two decimals."""
    return _marked_nought(figures.mu(value))


@register.filter
def m2(value: Exact | None) -> str:
    """Square metres as decimal text, two decimals, thousands parted."""
    return _marked_nought(figures.m2(value))


@register.filter
def count(value: int | None) -> str:
    """A whole number, thousands parted; nought in the quiet ink."""
    return _marked_nought(figures.UNKNOWN if value is None else f"{value:,}")


@register.filter
def crs(name: str) -> str:
    return figures.crs(name)


@register.filter
def share(part: Exact, whole: Exact) -> str:
    return figures.share(part, whole)


@register.filter
def day(value: date | datetime | None) -> str:
    return figures.day(value, english=_english())


@register.filter
def short_day(value: date | datetime | None) -> str:
    """Without the year, for lists of one year."""
    return figures.day(value, english=_english(), year=False)


@register.filter
def moment(value: datetime | None) -> str:
    return figures.moment(value, english=_english())


@register.filter
def short_moment(value: datetime | None) -> str:
    return figures.moment(value, english=_english(), year=False)


@register.filter
def month_name(value: str) -> str:
    return figures.month(value, english=_english())


@register.filter
def level_word(key: str) -> str:
    return str(levels.LEVELS[key].word)


@register.simple_tag
def level(key: str, scope: str = "") -> SafeString:
    """The badge. scope: `month` (旗区当月合计), `project` (单个项目) or nothing (legend)."""
    one = levels.LEVELS[key]
    letter, spoken = {
        "month": (gettext("月"), gettext("旗区当月合计")),
        "project": (gettext("项"), gettext("单个项目")),
        "": ("", ""),
    }[scope]
    said = str(one.word) if key in ("none", "undetermined") else gettext("%s预警") % one.word
    name = gettext("%(scope)s，%(level)s，测算") % {"scope": spoken, "level": said} if spoken else said
    part = format_html('<span class="scope">{}</span>', letter) if letter else ""
    return format_html(
        '<span class="level level-{}" role="img" aria-label="{}">{}{}<span>{}</span></span>',
        key,
        name,
        levels.shape(key),
        part,
        one.word,
    )


@register.simple_tag
def level_shape(key: str) -> SafeString:
    return levels.shape(key)


@register.simple_tag
def deadline(chip: Chip | None, form: str = "") -> SafeString:
    """The chip of a deadline; nothing where there is none. form: `short` for narrow columns, `tight` for
    those where only the count of working days has room."""
    if chip is None:
        return SafeString("")
    words = {
        "running": gettext("剩 %d 个工作日") % chip.left,
        "soon": gettext("剩 %d 个工作日") % chip.left,
        "today": _today(chip),
        "late": gettext("超期 %d 个工作日") % chip.left,
        "stopped": gettext("中止（%(reason)s），剩 %(left)d 个工作日")
        % {"reason": chip.reason, "left": chip.left},
    }[chip.state]
    if form and chip.state == "stopped":
        words = gettext("中止（%s）") % chip.reason
    elif form == "tight" and chip.state != "today":
        words = (gettext("超期 %d") if chip.state == "late" else gettext("剩 %d")) % chip.left
    return format_html(
        '<span class="chip chip-{}" title="{}">{}</span>',
        chip.state,
        gettext("期限 %s") % figures.day(chip.due, english=_english()),
        words,
    )


def _today(chip: Chip) -> str:
    if isinstance(chip.due, datetime):
        return gettext("今天 %s 截止") % f"{chip.due:%H:%M}"
    return gettext("今天截止")


@register.simple_tag
def layer_tag(key: str) -> SafeString:
    """The one-character tag of a kind of layer; its name stands beside it, so it is decorative."""
    one = kinds.kind(key)
    return format_html('<span class="tag tag-{}" aria-hidden="true">{}</span>', one.css, one.tag)


@register.filter
def layer_name(key: str) -> str:
    return str(kinds.kind(key).name)


@register.simple_tag
def ruler(value: Exact, bands: Sequence[tuple[str, Exact]], name: str, unit: str, key: str) -> SafeString:
    return draw_ruler(value, bands, name, unit, key)


@register.filter
def late(value: int) -> str | SafeString:
    """A count of what is late, in an ink block when there is any."""
    if not value:
        return SafeString('<span class="nought">0</span>')
    return format_html('<span class="late-count">{}</span>', f"{value:,}")


@register.inclusion_tag("web/parts/stepper.html")
def stepper(steps: Sequence[Any]) -> dict[str, Any]:
    """steps: objects with `name`, `state` (done, now, later) and `note` (a date or 未开始)."""
    return {"steps": steps}


@register.inclusion_tag("web/parts/empty.html")
def empty(head: str, scope: str = "", act: str = "", href: str = "") -> dict[str, str]:
    """What is missing, in which scope, and the next act."""
    return {"head": head, "scope": scope, "act": act, "href": href}


@register.inclusion_tag("web/parts/pager.html", takes_context=True)
def pager(context: dict[str, Any], page: Any) -> dict[str, Any]:
    """page: a `web.pages.Page`."""
    request: HttpRequest = context["request"]
    return {
        "page": page,
        "previous": _with(request, page.previous),
        "following": _with(request, page.following),
        "sizes": [(size, _with(request, {"size": size})) for size in (20, 50, 100)],
    }


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: Any) -> str:
    """This page's address with some parameters changed, an empty one removed, and back on page one."""
    return _with(context["request"], {"after": "", **changes})


def _with(request: HttpRequest, changes: dict[str, Any] | None) -> str:
    if changes is None:
        return ""
    query = {key: value for key, value in request.GET.items() if key not in changes}
    query.update({key: value for key, value in changes.items() if value not in ("", None)})
    return "?" + urlencode(query)


@register.simple_tag
def once() -> SafeString:
    """A hidden field that makes a repeated submission of this form the same submission."""
    from shoutu.platform.ids import new_id

    return format_html('<input type="hidden" name="once" value="{}">', new_id())


@register.simple_tag
def wordmark() -> SafeString:
    """守土, drawn with strokes of our own."""
    return mark_safe(WORDMARK)  # noqa: S308


WORDMARK = (
    '<svg viewBox="0 0 53 24" role="img" aria-label="守土" fill="none" stroke="currentColor" '
    'stroke-width="2.6" stroke-linecap="square" stroke-linejoin="miter">'
    '<path d="M12 2v1.6M3.2 9V6.2h17.6V9M3 13.4h18M15.6 10.2v10.4q0 1.2-1.2 1.2h-2.6M7.4 16.6l2.2 2.4"/>'
    '<path d="M40.5 3v18M33 10h15M31 21.4h19"/></svg>'
)

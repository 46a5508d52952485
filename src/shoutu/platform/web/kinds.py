"""How each kind of layer is drawn: one character, one colour, one dash, one fill; never one alone.

Colours alone collide under colour-vision deficiency, so the tag, the dash and the fill tell too.
Keys are `territory.LayerVersion.kind`. Red, orange and yellow belong to the order's warnings.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Kind:
    """`dash` in px as MapLibre takes it (multiples of the line's width); `fill` names a pattern of map.js."""

    tag: str
    name: Promise
    colour: str
    dash: tuple[float, ...] = ()
    fill: str = ""
    css: str = ""


KINDS: dict[str, Kind] = {
    "basic-farmland": Kind("基", gettext_lazy("永久基本农田"), "#5b6e00", (), "lines", "basic-farmland"),
    "farmland": Kind("耕", gettext_lazy("耕地"), "#8a6f00", (4, 3), "dots", "farmland"),
    "redline": Kind("生", gettext_lazy("生态保护红线"), "#00704a", (), "ticks", "redline"),
    "town-boundary": Kind("城", gettext_lazy("城镇开发边界"), "#6a3fa0", (10, 3, 2, 3), "", "town"),
    "plan": Kind("规", gettext_lazy("规划建设用地"), "#5f6b7a", (1.5, 3), "slant", "plan"),
    "grassland": Kind("草", gettext_lazy("基本草原"), "#00808a", (7, 3), "vees", "grassland"),
    "approval": Kind("批", gettext_lazy("用地审批成果"), "#1b5fbf", (), "flat", "approval"),
    "mining-right": Kind("矿", gettext_lazy("采矿权"), "#6b4426", (14, 4), "crosses", "mining"),
    "land-use": Kind("类", gettext_lazy("地类图斑"), "#46524f", (2, 2), "", "other"),
    "water-source": Kind("水", gettext_lazy("水源地"), "#1b5fbf", (2, 4), "", "approval"),
    "forest": Kind("林", gettext_lazy("公益林"), "#00704a", (6, 2), "", "redline"),
    "heritage": Kind("文", gettext_lazy("文物保护范围"), "#6a3fa0", (3, 3), "", "town"),
}

OTHER = Kind("层", gettext_lazy("其他图层"), "#46524f", (2, 2), "", "other")


def kind(key: str) -> Kind:
    return KINDS.get(key, OTHER)

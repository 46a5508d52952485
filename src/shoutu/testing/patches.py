"""Three made months of suspected patches, and what people did with each: the sample's story.

Every line of the story is one patch: where on which township's site, how large, what it is, and how
far its clearing has come. Months count back from the latest (0, 1, 2). All of it is 演示数据.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from shoutu.testing.site import Point, Ring, Site

Spot = Literal["farm", "farm-south", "farm-east", "waste", "grass", "grass-north", "village", "edge"]
Kind = Literal["pad", "road", "pit"]
Outcome = Literal["illegal", "approved", "unchanged", "facility", "rural-road", "unproven"]
Progress = Literal["issued", "reported", "banner-passed", "returned", "city-passed"]

MU = 10000 / 15
FIELDS = frozenset({"farm", "farm-south", "farm-east", "edge"})
"""The spots that lie on farmland; the others lie on grass or waste."""
GROWN_BY = 62.0
"""Metres along the road from a patch to the ground by which it was enlarged."""

# The middle of each kind of spot: column and metres from the road. "edge" lies across a field's limit.
SPOTS: dict[Spot, tuple[float, float]] = {
    "farm": (3.5, 90),
    "farm-south": (2.5, -95),
    "farm-east": (14.0, 85),
    "waste": (21.0, 80),
    "grass": (6.0, -640),
    "grass-north": (16.0, 650),
    "village": (9.2, 120),
    "edge": (18.5, 75),
}


@dataclass(frozen=True, kw_only=True)
class MadePatch:
    """One patch of the story. `area_mu` is what the ring was drawn to; the kernel measures it anew."""

    number: str
    month_back: int
    township: str
    project: str
    ring: Ring
    kind: Kind
    on_fields: bool
    area_mu: float
    outcome: Outcome
    progress: Progress
    late: bool = False
    split: bool = False
    again_of: str | None = None
    """Number of the earlier patch whose ground this is: a re-issue where `grows` is false."""
    grows: bool = False

    @property
    def banner(self) -> str:
        return self.township[:6]


@dataclass(frozen=True)
class _Line:
    back: int
    township: str
    spot: Spot
    mu: float
    project: str
    kind: Kind = "pad"
    outcome: Outcome = "illegal"
    progress: Progress = "city-passed"
    late: bool = False
    split: bool = False
    again: int | None = None
    """Line (counted from 0) of the earlier patch of the same ground."""
    grows: bool = False


NONE = "无"

STORY: tuple[_Line, ...] = (
    # two months before the latest: cleared and issued
    _Line(2, "150627100", "waste", 1.20, "阿勒腾席热镇砂石料堆场（演示）"),
    _Line(2, "150627102", "farm", 0.65, NONE, outcome="facility"),
    _Line(2, "150621100", "grass", 2.10, "树林召镇养殖小区进场路（演示）", kind="road"),
    _Line(2, "150621101", "waste", 1.35, NONE, outcome="unchanged"),
    _Line(2, "150622100", "farm-south", 3.25, "薛家湾镇煤炭集运站（演示）"),
    _Line(2, "150624101", "waste", 1.10, "棋盘井镇石料加工点（演示）", kind="pit"),
    _Line(2, "150626102", "grass", 0.85, NONE, outcome="unchanged"),
    _Line(2, "150625100", "farm", 0.55, "锡尼镇农机停放场（演示）", outcome="facility"),
    _Line(2, "150602101", "waste", 2.60, "罕台镇物流堆场（演示）", outcome="approved"),
    # the month before: cleared and issued
    _Line(1, "150627100", "waste", 1.75, "阿勒腾席热镇砂石料堆场（演示）", again=0, grows=True),
    _Line(1, "150627103", "farm-east", 1.10, "纳林陶亥镇储煤棚（演示）"),
    _Line(1, "150627105", "grass", 0.90, NONE, outcome="unchanged"),
    _Line(1, "150621104", "waste", 1.60, "昭君镇光伏检修路（演示）", kind="road"),
    _Line(1, "150621106", "farm", 1.20, "中和西镇粮食晾晒场（演示）"),
    _Line(1, "150622101", "grass-north", 2.20, "沙圪堵镇临时拌合站（演示）"),
    _Line(1, "150626100", "waste", 6.40, "嘎鲁图镇天然气集输站（演示）"),
    _Line(1, "150626103", "grass", 1.15, NONE, outcome="unchanged"),
    _Line(1, "150624102", "waste", 1.40, "蒙西镇汽修停车场（演示）"),
    _Line(1, "150625103", "farm", 2.30, "独贵塔拉镇养牛棚（演示）", outcome="facility"),
    _Line(1, "150623100", "waste", 0.95, NONE, outcome="unchanged"),
    _Line(1, "150602100", "waste", 1.25, "泊尔江海子镇砂场（演示）", kind="pit"),
    # the latest month: 达拉特旗 red by area and farmland
    _Line(0, "150621100", "farm", 5.20, "树林召镇农产品冷链库（演示）"),
    _Line(0, "150621102", "farm-south", 5.15, "白泥井镇育苗大棚管理房（演示）"),
    _Line(0, "150621105", "grass", 3.30, "恩格贝镇旅游停车场（演示）"),
    _Line(0, "150621107", "waste", 2.40, "风水梁镇皮革加工点堆场（演示）"),
    _Line(0, "150621103", "village", 0.45, NONE, outcome="unchanged"),
    # 伊金霍洛旗 orange by area, one project at the edge of red, and work still to do
    _Line(0, "150627100", "edge", 10.01, "图克—阿勒腾席热 110 千伏送出工程进站道路（演示）", split=True),
    _Line(0, "150627102", "waste", 1.65, "乌兰木伦镇储煤棚扩建（演示）"),
    _Line(0, "150627103", "grass", 0.80, "无（散堆砂石）"),
    _Line(
        0,
        "150627104",
        "farm",
        1.32,
        "苏布尔嘎镇乡村道路硬化（演示）",
        kind="road",
        outcome="rural-road",
        progress="returned",
    ),
    _Line(0, "150627105", "waste", 3.45, "红庆河镇光伏升压站（演示）", progress="banner-passed"),
    _Line(0, "150627106", "farm-east", 0.62, NONE, progress="reported"),
    _Line(0, "150627101", "waste", 13.53, "札萨克镇零碳产业园二期配套（演示）", progress="reported"),
    _Line(0, "150627400", "farm", 4.68, "蒙苏经济开发区养牛棚（演示）", progress="issued"),
    _Line(
        0,
        "150627407",
        "waste",
        27.36,
        "空港物流园区临时排土场（演示）",
        kind="pit",
        progress="issued",
        late=True,
    ),
    _Line(
        0,
        "150627101",
        "farm-south",
        0.96,
        "无（道路拓宽）",
        kind="road",
        outcome="unproven",
        progress="issued",
    ),
    # 准格尔旗 yellow, a hair below orange
    _Line(0, "150622101", "farm", 4.97, "沙圪堵镇煤炭铁路装车点（演示）"),
    _Line(0, "150622102", "waste", 3.50, "大路镇化工园区施工营地（演示）"),
    _Line(0, "150622103", "grass", 1.40, "纳日松镇砂石料场（演示）", kind="pit"),
    _Line(
        0,
        "150622106",
        "waste",
        2.20,
        "魏家峁镇露天煤矿临时道路（演示）",
        kind="road",
        progress="banner-passed",
    ),
    # drawn over the camp above: 图斑重叠
    _Line(0, "150622102", "waste", 1.00, "大路镇化工园区料场（演示）", progress="issued"),
    # 乌审旗: one project just below red
    _Line(0, "150626101", "waste", 9.96, "乌审召镇天然气处理厂堆管场（演示）"),
    _Line(0, "150626104", "farm", 0.70, NONE, outcome="facility"),
    _Line(0, "150626102", "waste", 1.60, "图克镇工业园进场路（演示）", kind="road", outcome="approved"),
    # 鄂托克旗 yellow by count
    _Line(0, "150624100", "waste", 2.00, "乌兰镇砖厂取土（演示）", kind="pit"),
    _Line(0, "150624103", "grass", 1.40, "木凯淖尔镇养殖棚（演示）"),
    # 杭锦旗: nothing is through yet
    _Line(0, "150625100", "farm", 3.40, "锡尼镇仓储用房（演示）", progress="banner-passed"),
    _Line(0, "150625101", "waste", 5.60, "巴拉贡镇蔬菜市场（演示）", progress="banner-passed"),
    _Line(0, "150625102", "farm-south", 2.20, "吉日嘎朗图镇灌排站（演示）", progress="banner-passed"),
    _Line(0, "150625103", "waste", 1.90, "独贵塔拉镇工业园管廊（演示）", kind="road", progress="reported"),
    _Line(0, "150625104", "grass", 0.90, NONE, progress="issued", late=True),
    _Line(
        0, "150625200", "grass-north", 4.30, "伊和乌素苏木风电吊装平台（演示）", progress="issued", late=True
    ),
    _Line(0, "150625400", "waste", 7.70, "杭锦经济开发区堆场（演示）", progress="issued", late=True),
    # 东胜区, 鄂托克前旗; 康巴什区 was issued nothing
    _Line(0, "150602101", "waste", 2.10, "罕台镇汽贸城停车场（演示）"),
    _Line(0, "150602102", "farm", 0.50, NONE, progress="reported"),
    _Line(0, "150623101", "waste", 3.80, "上海庙镇能源化工基地管线（演示）", kind="road", outcome="approved"),
    _Line(0, "150623102", "farm", 0.88, NONE, outcome="facility"),
    _Line(0, "150623103", "grass", 1.05, NONE, outcome="unchanged"),
    # the same ground issued again, unchanged: 重复下发
    _Line(0, "150621106", "farm", 1.20, "中和西镇粮食晾晒场（演示）", again=13),
)


def build(sites: dict[str, Site]) -> list[MadePatch]:
    """Every patch of the story, drawn on its site and numbered within banner and month."""
    counts: dict[tuple[str, int], int] = {}
    made: list[MadePatch] = []
    for index, line in enumerate(STORY):
        key = (line.township[:6], line.back)
        counts[key] = counts.get(key, 0) + 1
        earlier = None if line.again is None else made[line.again]
        made.append(
            MadePatch(
                number=f"{line.township[:6]}-{line.back}-{counts[key]:04d}",
                month_back=line.back,
                township=line.township,
                project=line.project,
                ring=_ring(sites[line.township], line, index if line.again is None else line.again),
                kind=line.kind,
                on_fields=line.spot in FIELDS,
                area_mu=line.mu,
                outcome=line.outcome,
                progress=line.progress,
                late=line.late,
                split=line.split,
                again_of=None if earlier is None else earlier.number,
                grows=line.grows,
            )
        )
    return made


def _ring(site: Site, line: _Line, seed: int) -> Ring:
    """An outline of `line.mu` mu round its spot: a long strip for a road, else a blunt irregular shape."""
    column, y = SPOTS[line.spot]
    left = site.column(int(column))
    x = left + (column - int(column)) * (site.column(int(column) + 1) - left)
    draw = np.random.default_rng([seed, 7])
    if line.kind == "road":
        shape = _strip(draw)
    else:
        angles = np.sort((np.arange(9) + draw.uniform(0.15, 0.85, 9)) / 9 * 2 * math.pi)
        radii = draw.uniform(0.75, 1.15, 9)
        shape = [(1.5 * r * math.cos(a), r * math.sin(a)) for a, r in zip(angles, radii, strict=True)]
    scale = math.sqrt(line.mu * MU / _area(shape))
    if line.grows:
        x += GROWN_BY  # new ground beside the old: what was issued before is not issued again
    return [site.place(x + scale * px, y + scale * py) for px, py in shape]


def _strip(draw: np.random.Generator) -> list[Point]:
    """A bent strip, thirty times as long as wide."""
    xs = np.linspace(-15, 15, 7)
    bend = np.cumsum(draw.uniform(-0.4, 0.4, 7))
    lower = [(float(x), float(b) - 0.5) for x, b in zip(xs, bend, strict=True)]
    upper = [(float(x), float(b) + 0.5) for x, b in zip(xs[::-1], bend[::-1], strict=True)]
    return lower + upper


def _area(ring: list[Point]) -> float:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def approvals(sites: dict[str, Site]) -> list[tuple[Ring, str, str]]:
    """Approved ground: all of each approved patch, half of each that is split, and some never built on."""
    found: list[tuple[Ring, str, str]] = []
    for index, line in enumerate(STORY):
        if line.outcome != "approved" and not line.split:
            continue
        ring = _ring(sites[line.township], line, index)
        if line.split:
            ring = _east_part(ring)
        number = f"鄂政土发〔2025〕{20 + index}号（演示）"
        found.append((ring, number, line.project.removesuffix("（演示）")))
    for index, site in enumerate(sites.values()):
        if index % 4 == 0:
            found.append(
                (site.block(range(20, 22), 3), f"内政土发〔2024〕{100 + index}号（演示）", "工矿仓储用地")
            )
    return found


def _east_part(ring: Ring) -> Ring:
    """A box over the eastern fifth of a ring, wide enough to reach beyond it."""
    xs, ys, margin = [p[0] for p in ring], [p[1] for p in ring], 0.0005
    west, east = max(xs) - (max(xs) - min(xs)) * 0.27, max(xs) + margin
    south, north = min(ys) - margin, max(ys) + margin
    return [(west, south), (east, south), (east, north), (west, north)]

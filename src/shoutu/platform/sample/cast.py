"""Who works in the sample city: invented names, every role, each banner with its own people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shoutu.platform.doors import Role

CITY = "150600"

BANNERS: dict[str, tuple[str, str, str, str, str]] = {
    # code: name, officer, reviewer, leader, second officer
    "150602": ("东胜区", "白晓峰", "郭丽芳", "王志强", "刘海燕"),
    "150603": ("康巴什区", "张文博", "李素梅", "赵建军", "陈雨桐"),
    "150621": ("达拉特旗", "贺文斌", "杨秀兰", "乔振华", "武卫东"),
    "150622": ("准格尔旗", "奇志刚", "刘美霞", "苏和", "张利平"),
    "150623": ("鄂托克前旗", "巴图孟克", "萨仁花", "额尔敦", "马成林"),
    "150624": ("鄂托克旗", "朝鲁门", "娜仁托雅", "哈斯巴根", "高玉山"),
    "150625": ("杭锦旗", "宝音德力", "其其格玛", "布和朝鲁", "韩志远"),
    "150626": ("乌审旗", "那顺乌力吉", "乌日罕", "苏雅拉图", "郝建国"),
    "150627": ("伊金霍洛旗", "斯日古楞", "孟克巴雅尔", "额尔登其木格", "李军"),
}


@dataclass(frozen=True)
class Player:
    """A person of the sample and the one post that they hold."""

    login: str
    name: str
    role: Role
    region: str
    unit: str
    title: str
    certificate: str = ""


SYSTEM = ("system", "系统管理员（演示）")
SECURITY = ("security", "安全管理员（演示）")
"""The first two administrators: login and name."""


def players() -> Iterator[Player]:
    """Everybody but the first two administrators."""
    bureau = "鄂尔多斯市自然资源局（演示）"
    yield Player("audit", "审计管理员（演示）", Role.AUDIT_ADMIN, CITY, bureau, "审计管理员")
    yield Player("city", "高文博", Role.CITY_REVIEWER, CITY, bureau, "执法监督科科员", "演示150600001")
    yield Player("city2", "徐慧敏", Role.CITY_REVIEWER, CITY, bureau, "执法监督科副科长", "演示150600002")
    yield Player("leader", "程立新", Role.LEADER, CITY, bureau, "分管副局长")
    yield Player("auditor", "邢国栋", Role.AUDITOR, CITY, "鄂尔多斯市审计局（演示）", "审计员")
    yield Player(
        "housing", "史明哲", Role.DEPARTMENT, CITY, "鄂尔多斯市住房和城乡建设局（演示）", "许可科科员"
    )
    for code, (name, officer, reviewer, leader, second) in BANNERS.items():
        unit, number = f"{name}自然资源局（演示）", code[-2:]
        team = (
            (f"officer{number}", officer, Role.OFFICER, "执法大队队员"),
            (f"second{number}", second, Role.OFFICER, "执法大队队员"),
            (f"reviewer{number}", reviewer, Role.REVIEWER, "执法大队审核人"),
        )
        for place, (login, person, role, title) in enumerate(team, 1):
            yield Player(login, person, role, code, unit, title, f"演示{code}{place:03d}")
        title = "分管副区长" if name.endswith("区") else "分管副旗长"
        yield Player(f"leader{number}", leader, Role.LEADER, code, f"{name}人民政府（演示）", title)
    yield Player("miner", "郝永胜", Role.ENTERPRISE, "150627", "某煤业有限公司（演示）", "用地专员")
    yield Player("patroller", "乌兰", Role.PATROLLER, "150627103", "纳林陶亥镇（演示）", "网格员")

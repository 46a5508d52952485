"""Made people for tests and the sample city, one for each role, two regions and a stranger.

Names, units and certificates are invented: 演示数据. Roles are written as the platform writes them,
for this half of the package does not know the platform.
"""

from __future__ import annotations

from dataclasses import dataclass

CITY = "150600"
HOME_BANNER = "150627"
FOREIGN_BANNER = "150625"


@dataclass(frozen=True)
class MadePerson:
    """A person, their one post, and how they sign in. `certificate` is empty for those who sign nothing."""

    key: str
    login: str
    name: str
    role: str
    region: str
    unit: str
    title: str
    certificate: str = ""


_CITY_BUREAU = "鄂尔多斯市自然资源局（演示）"
_HOME_BUREAU = "伊金霍洛旗自然资源局（演示）"
_FOREIGN_BUREAU = "杭锦旗自然资源局（演示）"

PEOPLE: tuple[MadePerson, ...] = (
    MadePerson(
        "alice", "alice", "安丽（演示）", "officer", HOME_BANNER, _HOME_BUREAU, "执法大队队员", "演示-0001"
    ),
    MadePerson(
        "bob", "bob", "包斌（演示）", "reviewer", HOME_BANNER, _HOME_BUREAU, "执法大队审核人", "演示-0002"
    ),
    MadePerson(
        "carol", "carol", "陈蓉（演示）", "city-reviewer", CITY, _CITY_BUREAU, "执法监督科科员", "演示-0003"
    ),
    MadePerson("dan", "dan", "丁岩（演示）", "leader", CITY, _CITY_BUREAU, "分管副局长"),
    MadePerson("erin", "erin", "额尔敦（演示）", "leader", HOME_BANNER, _HOME_BUREAU, "局长"),
    MadePerson(
        "frank",
        "frank",
        "范科（演示）",
        "officer",
        FOREIGN_BANNER,
        _FOREIGN_BUREAU,
        "执法大队队员",
        "演示-0006",
    ),
    MadePerson(
        "rita",
        "rita",
        "任塔（演示）",
        "reviewer",
        FOREIGN_BANNER,
        _FOREIGN_BUREAU,
        "执法大队审核人",
        "演示-0007",
    ),
    MadePerson("sam", "sam", "孙敏（演示）", "system-admin", CITY, _CITY_BUREAU, "系统管理员"),
    MadePerson("tina", "tina", "田娜（演示）", "security-admin", CITY, _CITY_BUREAU, "安全管理员"),
    MadePerson("uma", "uma", "乌马（演示）", "audit-admin", CITY, _CITY_BUREAU, "审计管理员"),
    MadePerson("vera", "vera", "韦拉（演示）", "auditor", CITY, "鄂尔多斯市审计局（演示）", "审计员"),
    MadePerson(
        "walt", "walt", "王拓（演示）", "department", CITY, "鄂尔多斯市不动产登记中心（演示）", "经办人"
    ),
    MadePerson(
        "xena", "xena", "谢娜（演示）", "enterprise", HOME_BANNER, "某煤业有限公司（演示）", "用地专员"
    ),
    MadePerson("yuri", "yuri", "尤日（演示）", "patroller", "150627103", "某镇自然资源所（演示）", "网格员"),
)

REGIONS: tuple[tuple[str, str, str], ...] = (
    ("150600", "鄂尔多斯市", "city"),
    ("150602", "东胜区", "banner"),
    ("150603", "康巴什区", "banner"),
    ("150621", "达拉特旗", "banner"),
    ("150622", "准格尔旗", "banner"),
    ("150623", "鄂托克前旗", "banner"),
    ("150624", "鄂托克旗", "banner"),
    ("150625", "杭锦旗", "banner"),
    ("150626", "乌审旗", "banner"),
    ("150627", "伊金霍洛旗", "banner"),
)
"""GB/T 2260 codes of the seven banners and two districts (七旗两区) and their city: code, name, level."""

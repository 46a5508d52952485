"""What the papers cite, and the words that they must not say before a decision.

The order is a 规范性文件: it cannot carry a burden alone, so each paper names the statute beside it.
The statutes' words below were compared on 2026-11-25 with the stored text of 土地管理法 (2019-08-26)
and of its 实施条例 (2021-07-02); `verified` says so, and a draft marks what was not compared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shoutu.errors import BadInput, Text, Where

ORDER_TITLE = (
    "《鄂尔多斯市人民政府关于进一步规范自然资源管理秩序的意见》（鄂府发〔2024〕23号，以下简称《意见》）"
)
ORDER_PART = "《意见》（鄂府发〔2024〕23号）第六部分"


@dataclass(frozen=True)
class Statute:
    cite: str
    words: str = ""
    verified: bool = False

    def cited(self, *, draft: bool) -> str:
        return self.cite if self.verified or not draft else f"{self.cite}（条文待核）"


SUPERVISION = Statute(
    "《中华人民共和国土地管理法》第六十七条第一款",
    "县级以上人民政府自然资源主管部门对违反土地管理法律、法规的行为进行监督检查。",
    verified=True,
)
EXPLAIN = Statute(
    "《中华人民共和国土地管理法》第六十八条第（二）项",
    "要求被检查的单位或者个人就有关土地权利的问题作出说明；",
    verified=True,
)
MEASURES = Statute("《中华人民共和国土地管理法》第六十七条、第六十八条", verified=True)
CASE_SUSPENSION = Statute(
    "《中华人民共和国土地管理法实施条例》第四十八条第（四）项",
    "对涉嫌土地违法的单位或者个人，在调查期间暂停办理与该违法案件相关的土地审批、登记等手续；",
    verified=True,
)

FORBIDDEN = ("违法", "非法", "犯罪", "认定", "顶风", "责任人", "嫌疑人", "隐瞒不报", "压案不查")
# Quoted words of the order or a statute, titles, and the two terms the office uses before a decision.
_ALLOWED = re.compile(r"“[^”]*”|《[^》]*》|涉嫌违法|疑似违法|涉嫌土地违法")


def forbidden_words(text: str) -> list[str]:
    """The words of `text` that name a wrong before anyone decided it; quotations do not count."""
    rest = _ALLOWED.sub("", text)
    return [word for word in FORBIDDEN if word in rest]


def refuse_forbidden(text: str, field: str) -> None:
    if words := forbidden_words(text):
        raise BadInput(
            Text("决定作出以前不得使用这些词", "these words may not be used before a decision"),
            where=Where(field=field),
            found=f"{'、'.join(words)}：{text}",
            remedy=Text("改用疑似、涉嫌、拟、提示", "use 疑似, 涉嫌, 拟 or 提示 instead"),
        )

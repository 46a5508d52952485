"""What a reference layer is to the rules."""

from __future__ import annotations

from collections.abc import Mapping

from shoutu.errors import Text

KINDS: Mapping[str, Text] = {
    "land-use": Text("土地利用现状", "land use"),
    "basic-farmland": Text("永久基本农田", "permanent basic farmland"),
    "redline": Text("生态保护红线", "ecological redline"),
    "town-boundary": Text("城镇开发边界", "town development boundary"),
    "plan": Text("国土空间规划", "spatial plan"),
    "grassland": Text("基本草原", "basic grassland"),
    "approval": Text("用地审批", "land approvals"),
    "mining-right": Text("矿业权", "mining rights"),
}
"""In the order in which a page lists them. A layer of another kind may be registered and is shown last."""


def kind_name(kind: str) -> Text:
    return KINDS.get(kind, Text(kind, kind))

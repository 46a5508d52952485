"""What the acts on regions and layers take."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal

from shoutu.errors import BadInput, Text, Where
from shoutu.platform.forms import Input

CODE = re.compile(r"[0-9]{6}([0-9]{3}([0-9]{3})?)?")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class NewRegion(Input, frozen=True, kw_only=True):
    """A region; `outline` is a GeoJSON geometry in CGCS2000 degrees, None where none was delivered."""

    code: str
    name: str
    level: Literal["city", "banner", "township", "village"]
    name_en: str = ""
    outline: dict[str, Any] | None = None
    illustrative: bool = False

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.code):
            raise BadInput(
                Text("行政区代码应为 6、9 或 12 位数字。", "A region code has 6, 9 or 12 digits."),
                where=Where(field="code"),
                found=self.code,
                remedy=Text("按 GB/T 2260 填写。", "Write it as GB/T 2260 does."),
            )


class RegisterRegions(Input, frozen=True, kw_only=True):
    """Regions registered together; the first covers the others."""

    regions: tuple[NewRegion, ...]

    def __post_init__(self) -> None:
        if not self.regions:
            raise BadInput(
                Text("没有行政区。", "There is no region."),
                where=Where(field="regions"),
                remedy=Text("至少登记一个。", "Register at least one."),
            )


class RegisterLayer(Input, frozen=True, kw_only=True):
    """A version that already lies complete under SHOUTU_HOME/layers; `folder` is relative to SHOUTU_HOME."""

    name: str
    kind: str
    title: str
    version: str
    checksum: str
    as_of: date
    secrecy: str
    source: str
    features: int
    folder: str
    synthetic: bool = False

    def __post_init__(self) -> None:
        for field, pattern, value in (("name", _NAME, self.name), ("checksum", _SHA256, self.checksum)):
            if not pattern.fullmatch(value):
                raise BadInput(
                    Text("写法不对。", "This is not written as it should be."),
                    where=Where(field=field),
                    found=value,
                    remedy=Text(
                        "名称用小写字母、数字和连字符；校验值为 64 位十六进制。",
                        "A name has lower-case letters, digits, hyphens; a checksum 64 hex digits.",
                    ),
                )

"""What goes wrong, in one shape: what, where, found, remedy; in Chinese and English.

The core knows neither HTTP nor exit codes. `shoutu.cli` maps the four families to exit codes,
`shoutu.platform.http_errors` maps them to HTTP. Texts are product: name the file, the row or
feature, the field, what was read there, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Text(NamedTuple):
    """One sentence in both languages of the product."""

    zh: str
    en: str

    def to(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, kw_only=True)
class Where:
    """The place of a fault. Only what applies is set; `row` counts from 1, `feature` from 0."""

    file: str | None = None
    layer: str | None = None
    row: int | None = None
    feature: int | None = None
    field: str | None = None
    pointer: str | None = None
    """JSON pointer (RFC 6901) into the document."""

    def to(self, language: Language) -> str:
        parts = (
            (Text("文件", "file"), self.file),
            (Text("图层", "layer"), self.layer),
            (Text("第几行", "row"), self.row),
            (Text("要素", "feature"), self.feature),
            (Text("字段", "field"), self.field),
            (Text("位置", "at"), self.pointer),
        )
        joint = "，" if language == "zh" else ", "
        return joint.join(f"{name.to(language)} {value}" for name, value in parts if value is not None)


NOWHERE = Where()


class ShoutuError(Exception):
    """Base of every error that a user may read.

    what    the fault, one sentence
    where   file, row, feature, field or JSON pointer
    found   what was read there
    remedy  what the reader can do
    """

    def __init__(
        self,
        what: Text,
        *,
        where: Where = NOWHERE,
        found: object = None,
        remedy: Text | None = None,
    ) -> None:
        super().__init__(what.en)
        self.what = what
        self.where = where
        self.found = found
        self.remedy = remedy

    def diagnostics(self, language: Language = "zh") -> str:
        """The whole message, a line for each part."""
        zh = language == "zh"
        lines = [self.what.to(language)]
        if place := self.where.to(language):
            lines.append(("位置：" if zh else "where: ") + place)
        if self.found is not None:
            lines.append(("读到：" if zh else "found: ") + str(self.found))
        if self.remedy is not None:
            lines.append(("办法：" if zh else "remedy: ") + self.remedy.to(language))
        return "\n".join(lines)


class BadInput(ShoutuError):
    """The input or the call is wrong; nothing was changed. Exit code 2, HTTP 400 or 422."""


class Refused(ShoutuError):
    """The input is well formed and the answer is no. Exit code 1, HTTP 403 or 409."""


class NotFound(ShoutuError):
    """Absent, or not for this reader: the two read the same. Exit code 1, HTTP 404."""


class VerificationFailed(ShoutuError):
    """A proof, hash or signature does not hold. Exit code 1, HTTP 409."""


class NeedsPerson(ShoutuError):
    """Only a person can answer. Exit code 3."""


class Stopped(ShoutuError):
    """The user stopped the work; the old state stands. Exit code 130."""

"""Official papers: typed fields in, PDF and Word out. Pure functions; no Django.

`KINDS` is the register that other apps go by: a kind's label, its fields, and the two renderers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shoutu.platform.documents import fields as _fields
from shoutu.platform.documents.annex import workbook
from shoutu.platform.documents.sheet import Sheet
from shoutu.platform.documents.typeset import pdf, pictures
from shoutu.platform.documents.word import docx
from shoutu.platform.documents.wording import bulletin, interview, suspension, warning

__all__ = ["KINDS", "DocumentKind"]


@dataclass(frozen=True)
class DocumentKind:
    """One kind of paper. `render_xlsx` is None where the kind has no annex for Excel."""

    name: str
    label: str
    fields: type[Any]
    compose: Callable[[Any], Sheet]
    render_xlsx: Callable[[Any], bytes] | None = None

    def render_pdf(self, fields: Any, timestamp: datetime) -> bytes:
        """PDF/A-2b; equal fields, faces and (aware) timestamp give equal bytes."""
        return pdf(self.compose(fields), timestamp)

    def render_pictures(self, fields: Any) -> list[bytes]:
        """Each page as PNG."""
        return pictures(self.compose(fields))

    def render_docx(self, fields: Any) -> bytes:
        """An editable Word file with the same texts."""
        return docx(self.compose(fields))


KINDS: dict[str, DocumentKind] = {
    kind.name: kind
    for kind in (
        DocumentKind("warning", "预警通知", _fields.WarningNotice, warning.sheet),
        DocumentKind("interview-notice", "约谈通知书", _fields.InterviewNotice, interview.notice),
        DocumentKind("interview-minutes", "约谈纪要", _fields.InterviewMinutes, interview.minutes),
        DocumentKind("suspension", "暂停用地审批通知", _fields.SuspensionNotice, suspension.suspension),
        DocumentKind("restoration", "恢复用地审批通知", _fields.RestorationNotice, suspension.restoration),
        DocumentKind("bulletin", "月度通报", _fields.MonthlyBulletin, bulletin.sheet, workbook),
    )
}

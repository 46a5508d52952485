"""What the acts on restrictions take."""

from __future__ import annotations

from datetime import date

import msgspec

from shoutu.errors import BadInput, Text, Where


class Impose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Put a restriction in force by a decision. `kind` is one of Restriction's."""

    kind: str
    region: str
    scope: tuple[str, ...]
    document: str
    starts: date
    holder: str = ""
    exceptions: str = ""

    def __post_init__(self) -> None:
        _need_document(self.document)
        if not self.scope:
            raise BadInput(
                Text("请写明限制范围。", "Say what is restricted."),
                where=Where(field="scope"),
                remedy=Text("至少写一项。", "Name at least one thing."),
            )


class Lift(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """End a restriction by a decision."""

    restriction: str
    document: str
    lifted_on: date

    def __post_init__(self) -> None:
        _need_document(self.document)


def _need_document(document: str) -> None:
    if not document.strip():
        raise BadInput(
            Text("请写明决定文号。", "Give the number of the decision."),
            where=Where(field="document"),
            remedy=Text("先有决定，再作登记。", "Decide first, then record it."),
        )

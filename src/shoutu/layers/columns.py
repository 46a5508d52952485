"""Which column of a delivered table means what: proposed by synonyms, checked, known again by the header."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shoutu.errors import BadInput, Text, Where


@dataclass(frozen=True)
class Meaning:
    """One of our fields. `synonyms` in order of trust, compared without case, space and brackets."""

    name: Text
    synonyms: tuple[str, ...]


_DROPPED = re.compile(r"[\s_\-（）()【】\[\]:：]+")


def _plain(name: str) -> str:
    return _DROPPED.sub("", name).casefold()


def propose(columns: Sequence[str], meanings: Mapping[str, Meaning]) -> dict[str, str]:
    """Our field → column, for those columns that a synonym names; the first synonym wins."""
    by_plain: dict[str, str] = {}
    for column in columns:
        by_plain.setdefault(_plain(column), column)
    mapping: dict[str, str] = {}
    for field, meaning in meanings.items():
        found = (by_plain[_plain(word)] for word in meaning.synonyms if _plain(word) in by_plain)
        free = next((column for column in found if column not in mapping.values()), None)
        if free is not None:
            mapping[field] = free
    return mapping


def check(
    mapping: Mapping[str, str], columns: Sequence[str], meanings: Mapping[str, Meaning]
) -> dict[str, str]:
    """The mapping without empty entries; BadInput for a field or column that is not there, or twice."""
    kept = {field: column for field, column in mapping.items() if column}
    for field, column in kept.items():
        if field not in meanings:
            raise BadInput(
                Text("没有这个字段。", "There is no such field."),
                where=Where(field=field),
                remedy=Text("从列表中选。", f"Choose from {', '.join(meanings)}."),
            )
        if column not in columns:
            raise BadInput(
                Text("文件中没有这一列。", "The file has no such column."),
                where=Where(field=field),
                found=column,
                remedy=Text("从文件的列中选。", f"Choose from {', '.join(columns)}."),
            )
    doubled = [column for column in kept.values() if list(kept.values()).count(column) > 1]
    if doubled:
        raise BadInput(
            Text("同一列对应了两个字段。", "One column stands for two fields."),
            where=Where(field=doubled[0]),
            remedy=Text("每列只对应一个字段。", "Give each column one field."),
        )
    return kept


def signature(columns: Sequence[str]) -> str:
    """SHA-256 of the sorted column names: files with the same columns share a remembered mapping."""
    return hashlib.sha256("\n".join(sorted(columns)).encode()).hexdigest()

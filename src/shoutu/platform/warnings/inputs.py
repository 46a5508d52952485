"""What each act of the month takes: one typed class an act, shared by page, API and command."""

from __future__ import annotations

import re
from datetime import date, datetime

import msgspec

from shoutu.errors import BadInput, Text, Where
from shoutu.platform.discovery.inputs import check_month


class Announce(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Put a banner's month before its leaders."""

    region: str
    month: str

    def __post_init__(self) -> None:
        check_month(self.month)


class Object(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A banner leader objects to an announced month."""

    announcement: str
    text: str

    def __post_init__(self) -> None:
        need("text", self.text, Text("请写明异议内容。", "Say what you object to."))


class AnswerObjection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    objection: str
    text: str

    def __post_init__(self) -> None:
        need("text", self.text, Text("请写明答复内容。", "Write the answer."))


class IssueMonth(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sign and issue. `facts_digest` is of the facts that the signer was shown."""

    announcement: str
    facts_digest: str


class Correct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name the difference between an issued month and its facts as they stand."""

    issue: str
    facts_digest: str
    reason: str

    def __post_init__(self) -> None:
        need("reason", self.reason, Text("请写明更正理由。", "Give the reason for the correction."))


class RecordFinding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The year's figure and findings of persons that part 7 needs, with the paper that states them."""

    region: str
    year: int
    document: str
    new_construction_farmland_m2: str = ""
    severe_impact: bool | None = None
    serious_consequences: bool | None = None
    disorder_found: bool | None = None
    concealment_found: bool | None = None

    def __post_init__(self) -> None:
        need("document", self.document, Text("请写明依据文件。", "Name the paper that states it."))
        area = self.new_construction_farmland_m2
        if area and not re.fullmatch(r"[0-9]{1,30}(\.[0-9]{1,30})?", area):
            raise BadInput(
                Text("面积应为十进制数字。", "The area must be decimal digits."),
                where=Where(field="new_construction_farmland_m2"),
                found=area,
                remedy=Text("例如 123456.78", "For example 123456.78"),
            )


class Propose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """应 → 拟: the section proposes a measure that the month brings."""

    measure: str
    reason: str = ""


class Decide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """拟 → 已 or 不予: a named person decides, with a document. `ends` only for a suspension with a term."""

    measure: str
    accept: bool
    document: str
    decided_on: date
    reason: str = ""

    def __post_init__(self) -> None:
        need("document", self.document, Text("请写明决定文号。", "Give the number of the decision."))
        if not self.accept:
            need("reason", self.reason, Text("不予采取须写明理由。", "Say why the measure is not taken."))


class Minutes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What only those who were there can say of an interview (约谈纪要). Lists are one entry a line."""

    when: datetime
    place: str
    chair: str
    facts: tuple[str, ...]
    statements: tuple[str, ...]
    requirements: tuple[str, ...]
    present: tuple[str, ...]

    def __post_init__(self) -> None:
        for field in ("place", "chair"):
            need(field, getattr(self, field), Text("请填写约谈情况。", "Say how the interview went."))
        if not (self.requirements and self.present):
            raise BadInput(
                Text("纪要须写明要求和参加人员。", "Minutes need the requirements and who was there."),
                where=Where(field="requirements" if not self.requirements else "present"),
                remedy=Text("每行一条。", "One entry a line."),
            )


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Draft an official paper of an issued month. The bulletin is of the whole city: its code as region.

    `measure` names the measure that an interview or suspension paper is about.
    """

    kind: str
    region: str
    month: str
    measure: str = ""
    minutes: Minutes | None = None

    def __post_init__(self) -> None:
        check_month(self.month)


class Number(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give a draft its number: the next free one of the issuer's register for the year it is dated in.

    code   机关代字, such as 鄂自然资函;  basis  what the decision rests on, such as 经市人民政府同意
    """

    document: str
    code: str
    dated: date
    basis: str

    def __post_init__(self) -> None:
        need("code", self.code, Text("请写明机关代字。", "Give the issuer's code."))
        need("basis", self.basis, Text("请写明决定依据。", "Say what the decision rests on."))


def need(field: str, value: str, what: Text) -> None:
    if not value.strip():
        raise BadInput(
            what, where=Where(field=field), remedy=Text("填写后再提交。", "Fill it in and submit again.")
        )

"""What each act on reports, reviews and violations takes: one typed class an act."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Literal

from django.http import QueryDict

from shoutu import clocks
from shoutu.errors import BadInput, Text, Where
from shoutu.platform.forms import Input, convert

_FIGURE = re.compile(r"[0-9]{1,30}(\.[0-9]{1,2})?")
AREAS = ("area", "farmland", "basic_farmland")
MOST_WORDS = 2000


class ReportPatch(Input, frozen=True, kw_only=True):
    """What an officer states of a patch or part (填报).

    version    of the patch, as the form showed it
    areas      decimal text in `unit`, two decimals at most; farmland includes basic farmland
    stopped    责令停止违法行为 served; investigated: 调查 begun; None: not known
    proofs     ids of evidence already attached to the patch or to its whole
    """

    patch: str
    version: int
    category: str
    unit: Literal["m2", "mu"]
    area: str
    farmland: str
    basic_farmland: str
    project: str = ""
    actor_name: str = ""
    explanation: str = ""
    stopped: bool | None = None
    stopped_on: date | None = None
    investigated: bool | None = None
    investigated_on: date | None = None
    proofs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_areas(self)
        for name, most in (("project", 200), ("actor_name", 200), ("explanation", MOST_WORDS)):
            check_length(name, getattr(self, name), most)
        for name in ("stopped", "investigated"):
            _check_day(name, getattr(self, name), getattr(self, f"{name}_on"))

    @classmethod
    def parse_form(cls, form: QueryDict, patch: str) -> ReportPatch:
        """Fields by name; `stopped` and `investigated` are yes, no or empty; `proofs` is repeated."""
        given = {name: form.get(name, "").strip() for name in (*AREAS, "category", "unit", "explanation")}
        return convert(
            cls,
            {
                **given,
                "patch": patch,
                "version": form.get("version", ""),
                "project": form.get("project", "").strip(),
                "actor_name": form.get("actor_name", "").strip(),
                "stopped": three_valued("stopped", form.get("stopped", "")),
                "stopped_on": form.get("stopped_on") or None,
                "investigated": three_valued("investigated", form.get("investigated", "")),
                "investigated_on": form.get("investigated_on") or None,
                "proofs": form.getlist("proofs"),
            },
            strict=False,
        )


class Assign(Input, frozen=True, kw_only=True):
    """Give a patch to an officer of its banner; `officer` is a person's id."""

    patch: str
    officer: str


class Attach(Input, frozen=True, kw_only=True):
    """A file already kept under SHOUTU_HOME/evidence: see `evidence.keep`."""

    patch: str
    kind: str
    name: str
    sha256: str
    path: str
    size: int
    media_type: str

    def __post_init__(self) -> None:
        check_length("name", self.name, 255)


class ReviewPatch(Input, frozen=True, kw_only=True):
    """Pass a report on, or return it with a reason.

    report  the version that was looked at
    shown   digest of what the page showed (`Compared.digest`)
    """

    patch: str
    report: str
    outcome: Literal["pass", "return"]
    shown: str
    reason: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        check_length("note", self.note, MOST_WORDS)
        if (self.outcome == "return") != bool(self.reason):
            raise BadInput(
                Text("打回须选原因，通过不选。", "A return has a reason, a pass has none."),
                where=Where(field="reason"),
                found=self.reason or None,
                remedy=Text("从列表中选原因。", "Choose a reason from the list."),
            )

    @classmethod
    def parse_form(cls, form: QueryDict, patch: str) -> ReviewPatch:
        names = ("report", "outcome", "shown", "reason", "note")
        return convert(
            cls, {"patch": patch, **{name: form.get(name, "").strip() for name in names}}, strict=False
        )


class ObjectToReturn(Input, frozen=True, kw_only=True):
    """The banner objects to a return (异议)."""

    review: str
    ground: str

    def __post_init__(self) -> None:
        check_words("ground", self.ground)


class AnswerReturn(Input, frozen=True, kw_only=True):
    """The city answers; upheld, the report goes back to where it was looked at."""

    objection: str
    upheld: bool
    answer: str

    def __post_init__(self) -> None:
        check_words("answer", self.answer)


class Group(Input, frozen=True, kw_only=True):
    """Confirm that patches and parts of one month are one 宗 of one actor."""

    patches: tuple[str, ...]
    actor_name: str = ""
    project: str = ""

    def __post_init__(self) -> None:
        check_length("actor_name", self.actor_name, 200)
        check_length("project", self.project, 200)
        if not self.patches or len(set(self.patches)) != len(self.patches):
            raise BadInput(
                Text("请选择图斑，每个一次。", "Choose patches, each once."),
                where=Where(field="patches"),
                found=len(self.patches),
                remedy=Text("至少选一个。", "Choose one at least."),
            )

    @classmethod
    def parse_form(cls, form: QueryDict) -> Group:
        names = ("actor_name", "project")
        given = {name: form.get(name, "").strip() for name in names}
        return convert(cls, {"patches": form.getlist("patches"), **given}, strict=False)


class Link(Input, frozen=True, kw_only=True):
    """Confirm that a patch or part belongs to a known 宗.

    tie  `first`: of the same month, left out of the group; `reissue`: the same ground again, adds
         nothing; `enlargement`: new ground of a later month, adds its area and no parcel
    """

    violation: str
    version: int
    patch: str
    tie: Literal["first", "reissue", "enlargement"]

    @classmethod
    def parse_form(cls, form: QueryDict, violation: str) -> Link:
        names = ("version", "patch", "tie")
        return convert(
            cls, {"violation": violation, **{name: form.get(name, "") for name in names}}, strict=False
        )


def three_valued(field: str, text: str) -> bool | None:
    known = {"": None, "unknown": None, "yes": True, "no": False}
    if text not in known:
        raise BadInput(
            Text("应为是、否或不知。", "It should be yes, no or not known."),
            where=Where(field=field),
            found=text,
            remedy=Text("从三项中选。", "Choose one of the three."),
        )
    return known[text]


def _check_areas(data: ReportPatch) -> None:
    for name in AREAS:
        text = getattr(data, name)
        if not _FIGURE.fullmatch(text):
            raise BadInput(
                Text("面积应为数字，最多两位小数。", "An area is digits with two decimals at most."),
                where=Where(field=name),
                found=text,
                remedy=Text("例如 1234.56；没有的填 0。", "Such as 1234.56; write 0 for none."),
            )
    area, farmland, basic = (Fraction(getattr(data, name)) for name in AREAS)
    if not basic <= farmland <= area:
        raise BadInput(
            Text(
                "永久基本农田不大于耕地，耕地不大于总面积。",
                "Basic farmland is at most farmland, farmland at most the whole.",
            ),
            where=Where(field="farmland" if farmland > area else "basic_farmland"),
            found=f"{data.basic_farmland} / {data.farmland} / {data.area}",
            remedy=Text("耕地包含永久基本农田，改正面积。", "Farmland includes basic farmland: correct it."),
        )
    if area == 0:
        raise BadInput(
            Text("面积为零。", "The area is nothing."),
            where=Where(field="area"),
            found=data.area,
            remedy=Text("填写面积。", "Write the area."),
        )


def _check_day(name: str, value: bool | None, day: date | None) -> None:
    if day is None:
        return
    if value is not True or day > clocks.today():
        raise BadInput(
            Text("日期只在“是”时填写，且不晚于今天。", "A day goes with yes, and is not after today."),
            where=Where(field=f"{name}_on"),
            found=day.isoformat(),
            remedy=Text("改正日期。", "Correct the day."),
        )


def check_length(field: str, text: str, most: int) -> None:
    if len(text) > most:
        raise BadInput(
            Text(f"太长，最多 {most} 字。", f"Too long: at most {most} characters."),
            where=Where(field=field),
            found=len(text),
            remedy=Text("缩短后再提交。", "Shorten it."),
        )


def check_words(field: str, text: str) -> None:
    check_length(field, text, MOST_WORDS)
    if not text.strip():
        raise BadInput(
            Text("请填写内容。", "Write something here."),
            where=Where(field=field),
            remedy=Text("填写后再提交。", "Fill it in and submit again."),
        )

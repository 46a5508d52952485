"""What each act on batches and patches takes: one typed class an act, shared by page, API and command."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal

import msgspec
from django.http import QueryDict

from shoutu import clocks
from shoutu.errors import BadInput, Text, Where
from shoutu.platform.forms import Input

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
REPORT_DAYS = 15
"""Working days from issue to the banner's report, and REVIEW_DAYS from there to the city's review, as
proposed; the letter that issues a batch says its own (days change by year and province)."""
REVIEW_DAYS = 10
MOST_VERTICES = 20_000


class Header(Input, frozen=True, kw_only=True):
    """What the publisher says of a batch.

    month  YYYY-MM of clause 6.1, set by the city; `proposed` gives that of the day of issue
    view   which rows of a list that holds wholes and parts: `issued`, `judged`, or empty
    """

    number: str
    issued_on: date
    month: str
    campaign_year: int
    report_due: date
    city_review_due: date
    title: str = ""
    secrecy: Literal["open", "internal"] = "internal"
    view: Literal["", "issued", "judged"] = ""
    synthetic: bool = False

    def __post_init__(self) -> None:
        need("number", self.number, Text("请填写期号。", "Give the batch its number."), 60)
        check_month(self.month)
        if not self.issued_on <= self.report_due <= self.city_review_due:
            raise BadInput(
                Text("日期先后不对。", "The dates are out of order."),
                where=Where(field="report_due"),
                found=f"{self.issued_on}, {self.report_due}, {self.city_review_due}",
                remedy=Text(
                    "下发日期、填报截止、市级审核截止依次向后。",
                    "Issue, report and city review follow one another.",
                ),
            )

    @classmethod
    def proposed(cls, number: str, issued_on: date, **given: Any) -> Header:
        """A header with what follows from the day of issue, save for what was given."""
        report_due = given.get("report_due") or clocks.add_working_days(issued_on, REPORT_DAYS)
        proposals: dict[str, Any] = {
            "month": f"{issued_on:%Y-%m}",
            "campaign_year": issued_on.year,
            "report_due": report_due,
            "city_review_due": clocks.add_working_days(report_due, REVIEW_DAYS),
            "title": f"{number}疑似违法图斑",
        }
        proposals |= {key: value for key, value in given.items() if value not in (None, "")}
        return cls(number=number, issued_on=issued_on, **proposals)

    @classmethod
    def parse_form(cls, form: QueryDict) -> Header:
        given: dict[str, Any] = {
            key: form.get(key, "") for key in ("month", "title", "secrecy", "view") if form.get(key)
        }
        for key in ("report_due", "city_review_due"):
            if form.get(key):
                given[key] = day(key, form.get(key, ""))
        if form.get("campaign_year"):
            given["campaign_year"] = whole("campaign_year", form.get("campaign_year", ""))
        given["synthetic"] = form.get("synthetic") == "on"
        return cls.proposed(form.get("number", ""), day("issued_on", form.get("issued_on", "")), **given)


class SetMonth(Input, frozen=True, kw_only=True):
    """The city sets the month of clause 6.1 of a published batch, with a reason."""

    batch: str
    month: str
    version: int
    reason: str

    def __post_init__(self) -> None:
        need("reason", self.reason, Text("请写明理由。", "Give the reason."), 500)
        check_month(self.month)


class DecideRecheck(Input, frozen=True, kw_only=True):
    """Keep the figures on record, or renew them; either with a reason."""

    recheck: str
    reason: str

    def __post_init__(self) -> None:
        need("reason", self.reason, Text("没有写理由。", "The reason is missing."), 2000)


class Split(Input, frozen=True, kw_only=True):
    """Cut a patch into parts (图斑拆分), by a line or by the parts' outlines, degrees in CGCS2000.

    line   [[lon, lat], …], crossing the patch
    parts  GeoJSON polygons, which together are the patch
    """

    patch: str
    version: int
    line: tuple[tuple[float, float], ...] = ()
    parts: tuple[dict[str, Any], ...] = ()

    def __post_init__(self) -> None:
        if bool(self.line) == bool(self.parts):
            raise BadInput(
                Text("请画一条分割线，或给出各部分的范围。", "Draw one cutting line, or give the parts."),
                where=Where(field="line"),
                remedy=Text("二者取一。", "One of the two."),
            )
        if len(self.line) == 1 or len(self.line) > MOST_VERTICES or len(self.parts) == 1:
            raise BadInput(
                Text(
                    "分割线至少两点，部分至少两个。", "A line has two points or more, parts are two or more."
                ),
                where=Where(field="line" if self.line else "parts"),
                found=len(self.line or self.parts),
                remedy=Text("重画后再提交。", "Draw it again."),
            )

    @classmethod
    def parse_form(cls, form: QueryDict, patch: str) -> Split:
        """`line` or `parts` as JSON text, `version` as shown on the page."""
        raw = {key: form.get(key, "") for key in ("line", "parts")}
        try:
            found = {key: msgspec.json.decode(text) for key, text in raw.items() if text}
            return msgspec.convert(
                {"patch": patch, "version": whole("version", form.get("version", "")), **found}, cls
            )
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise BadInput(
                Text("分割范围读不出来。", "The cut cannot be read."),
                where=Where(field="line" if raw["line"] else "parts"),
                found=str(error)[:200],
                remedy=Text("重画后再提交。", "Draw it again."),
            ) from error


def need(field: str, value: str, what: Text, most: int) -> None:
    if not value.strip():
        raise BadInput(
            what, where=Where(field=field), remedy=Text("填写后再提交。", "Fill it in and submit again.")
        )
    if len(value) > most:
        raise BadInput(
            Text(f"太长，最多 {most} 字。", f"Too long: at most {most} characters."),
            where=Where(field=field),
            found=len(value),
            remedy=Text("缩短后再提交。", "Shorten it."),
        )


def day(field: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise BadInput(
            Text("日期不对。", "This is not a date."),
            where=Where(field=field),
            found=value,
            remedy=Text("写成 2026-10-08 的形式。", "Write it as 2026-10-08."),
        ) from error


def whole(field: str, value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", value):
        raise BadInput(
            Text("应为整数。", "This should be a whole number."),
            where=Where(field=field),
            found=value,
            remedy=Text("填写数字。", "Write digits."),
        )
    return int(value)


def check_month(month: str) -> None:
    if not MONTH.fullmatch(month):
        raise BadInput(
            Text("月份不对。", "This is not a month."),
            where=Where(field="month"),
            found=month,
            remedy=Text("写成 2026-10 的形式。", "Write it as 2026-10."),
        )

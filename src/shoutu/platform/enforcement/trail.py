"""Where a patch stands in its chain, and what happened to it, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, gettext

from shoutu.errors import Text
from shoutu.platform.accounts import queries as accounts
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery import rechecks
from shoutu.platform.discovery.rows import BatchRow
from shoutu.platform.discovery.states import State
from shoutu.platform.doors import Actor
from shoutu.platform.enforcement.rows import ObjectionRow, PatchPage, ReportRow, ReviewRow
from shoutu.platform.ledger import queries as ledger
from shoutu.platform.web.figures import day


@dataclass(frozen=True)
class Step:
    name: str
    state: str
    note: str


@dataclass(frozen=True)
class Event:
    """`who` is a person's id, empty for none; `lines` what there is to say of it."""

    at: datetime
    word: str
    who: str
    lines: tuple[str, ...] = ()


def _english() -> bool:
    return get_language() == "en"


def _say(text: Text) -> str:
    return text.to("en" if _english() else "zh")


def steps(page: PatchPage, batch: BatchRow) -> list[Step]:
    """下发 to 销号; a return stands at the step that returned."""
    report = page.reports[0] if page.reports else None
    at = _standing(page, report)
    names = [
        gettext("下发"),
        gettext("旗区填报"),
        gettext("旗区审核"),
        gettext("市级审核"),
        gettext("自治区审核"),
        gettext("销号"),
    ]
    return [
        Step(
            name,
            "done" if index < at else "now" if index == at else "later",
            _note(index, at, page, batch, report),
        )
        for index, name in enumerate(names)
    ]


def _standing(page: PatchPage, report: ReportRow | None) -> int:
    state = page.patch.state
    if state == State.RETURNED and report is not None and report.reviews:
        return 3 if report.reviews[-1].level == "city" else 2
    return {State.REPORTED: 2, State.BANNER_PASSED: 3, State.CITY_PASSED: 4}.get(State(state), 1)


def _note(index: int, at: int, page: PatchPage, batch: BatchRow, report: ReportRow | None) -> str:
    if index == 0:
        return day(batch.issued_on, english=_english(), year=False)
    if index == at and page.patch.state == State.RETURNED and report is not None:
        when = day(report.reviews[-1].reviewed_at, english=_english(), year=False)
        return gettext("%s打回，待重报") % when
    if index == 1 and page.patch.state == State.SPLIT:
        return gettext("已拆分为 %d 部分") % len(page.parts)
    if index == 1 and report is not None:
        return day(report.reported_at, english=_english(), year=False)
    level = {2: "banner", 3: "city"}.get(index)
    reviews = [] if report is None else [r for r in report.reviews if r.level == level and index < at]
    if reviews:
        return day(reviews[-1].reviewed_at, english=_english(), year=False)
    return gettext("办理中") if index == at and index < 4 else gettext("未开始")


def events(actor: Actor | None, page: PatchPage, batch: BatchRow) -> list[Event]:
    """From the batch, the reports and reviews, and the record's entries of cuts and assignments."""
    issued = Event(
        batch.published_at,
        gettext("下发"),
        batch.published_by,
        (
            f"{batch.title}　"
            + gettext("填报截止 %s") % day(batch.report_due, english=_english(), year=False),
        ),
    )
    found = [issued]
    for report in page.reports:
        found += _of_report(report)
    subjects = [page.patch.id] + ([page.patch.parent] if page.patch.parent else [])
    for subject in subjects:
        found += _of_record(actor, subject)
    return sorted(found, key=lambda event: event.at, reverse=True)


def _of_report(report: ReportRow) -> Iterable[Event]:
    lines = [_say(report.category_name)]
    if report.explanation:
        lines.append(report.explanation)
    yield Event(report.reported_at, gettext("填报"), report.officer, tuple(lines))
    for review in report.reviews:
        yield _of_review(review)
        if review.objection is not None:
            yield from _of_objection(review.objection)


def _of_review(review: ReviewRow) -> Event:
    level = gettext("市级审核") if review.level == "city" else gettext("旗区审核")
    word = gettext("%s通过") % level if review.outcome == "pass" else gettext("%s打回") % level
    lines = [] if review.reason_name is None else [_say(review.reason_name)]
    lines += [review.note] if review.note else []
    return Event(review.reviewed_at, word, review.reviewer, tuple(lines))


def _of_objection(objection: ObjectionRow) -> Iterable[Event]:
    yield Event(objection.raised_at, gettext("提出异议"), objection.raised_by, (objection.ground,))
    if objection.answered_at is not None:
        word = gettext("异议成立") if objection.state == "upheld" else gettext("异议不成立")
        yield Event(objection.answered_at, word, objection.answered_by, (objection.answer,))


def _of_record(actor: Actor | None, patch: str) -> Iterable[Event]:
    for entry in ledger.history(actor, f"patch:{patch}"):
        if entry.act == "patch.split":
            parts = "、".join(f"{label} {area} ㎡" for _, label, area in entry.facts.get("parts", []))
            yield Event(entry.time, gettext("拆分"), entry.person, (parts,))
        elif entry.act == "patch.assign":
            names = accounts.names({str(entry.facts.get("officer", ""))})
            yield Event(entry.time, gettext("改派"), entry.person, tuple(names.values()))
        elif entry.act in ("facts.keep", "facts.renew"):
            word = (
                gettext("图层更新后改用新数") if entry.act == "facts.renew" else gettext("图层更新后维持原数")
            )
            asked = {row.id: row for row in rechecks.of_patch(actor, patch)}
            row = asked.get(str(entry.facts.get("recheck", "")))
            yield Event(entry.time, word, entry.person, () if row is None else (row.title, row.reason))


def position(actor: Actor | None, patch: str) -> dict[str, object]:
    """第 4 / 23 个, with the ids of its neighbours."""
    index, total, before, after = discovery.place_in_batch(actor, patch)
    return {"index": index, "total": total, "before": before, "after": after}

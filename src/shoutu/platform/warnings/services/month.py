"""The acts of a month: announce, object, answer, issue, correct."""

from __future__ import annotations

from datetime import timedelta

from shoutu import clocks
from shoutu.errors import NotFound, Refused, Text
from shoutu.platform.acts import Recorded, act, require_other_person
from shoutu.platform.doors import Actor
from shoutu.platform.ledger.services import seal
from shoutu.platform.warnings.evaluation import Calculation, calculate
from shoutu.platform.warnings.inputs import (
    Announce,
    AnswerObjection,
    Correct,
    IssueMonth,
    Object,
)
from shoutu.platform.warnings.models import Announcement, Correction, Issue, Measure, Objection

OBJECTION_DAYS = 3
"""Working days in which a banner's leaders may object before issue (office practice; data of the city)."""

LOST_RACE = Text("有人先办理了这件事。", "Somebody was first.")
RELOAD = Text("请刷新页面，看清最新情况后再办。", "Reload the page and look again.")


def _announcement(identifier: str) -> Announcement:
    found = Announcement.objects.filter(id=identifier).first()
    if not isinstance(found, Announcement):
        raise NotFound(Text("没有这份告知。", "There is no such announcement."), found=identifier)
    return found


@act("month.announce", clause="6.1", region=lambda data: data.region)
def announce(actor: Actor, data: Announce) -> Recorded[Announcement]:
    """Put the calculation before the banner's leaders; a new one replaces one not yet issued."""
    if Issue.objects.filter(region=data.region, month=data.month).exists():
        raise Refused(
            Text("这个月的预警已签发。", "This month was issued already."),
            found=data.month,
            remedy=Text("事实有变的，办理更正。", "If facts changed, correct it."),
        )
    calculation = calculate(data.region, data.month)
    now = clocks.now()
    Announcement.objects.filter(region=data.region, month=data.month, current=True).update(current=False)
    announcement = Announcement.objects.create(
        region=data.region,
        month=data.month,
        facts=calculation.facts_text,
        answer=calculation.answer_text,
        facts_digest=calculation.digest,
        object_until=clocks.add_working_days(now.date(), OBJECTION_DAYS),
        announced_by=actor.person,
        announced_at=now,
    )
    return Recorded(announcement, f"month:{data.region}:{data.month}", _summary(calculation, data.month))


def _summary(calculation: Calculation, month: str) -> dict[str, object]:
    return {
        "facts_sha256": calculation.digest,
        "pack": f"{calculation.answer['pack']}@{calculation.answer['version']}",
        "warnings": [[w["clause"], w["trigger"], w["level"]] for w in calculation.warnings(month)],
        "measures": [[m["clause"], m["measure"]] for m in calculation.measures(month)],
    }


@act("month.object", clause="6.1", region=lambda data: _announcement(data.announcement).region)
def object_to(actor: Actor, data: Object) -> Recorded[Objection]:
    announcement = _announcement(data.announcement)
    now = clocks.now()
    if not announcement.current or now.date() > announcement.object_until:
        raise Refused(
            Text("异议期已过。", "The time for objections is over."),
            found=announcement.object_until.isoformat(),
            remedy=Text(
                "签发后有异议的，向市人民政府书面提出。", "Write to the municipal government instead."
            ),
        )
    objection = Objection.objects.create(
        announcement=announcement,
        region=announcement.region,
        text=data.text,
        raised_by=actor.person,
        raised_at=now,
    )
    return Recorded(objection, _subject(announcement), {"objection": objection.id, "text": seal(data.text)})


def _subject(of: Announcement | Issue) -> str:
    return f"month:{of.region}:{of.month}"


def _objection(identifier: str) -> Objection:
    found = Objection.objects.select_related("announcement").filter(id=identifier).first()
    if not isinstance(found, Objection):
        raise NotFound(Text("没有这条异议。", "There is no such objection."), found=identifier)
    return found


@act("month.answer-objection", clause="6.1", region=lambda data: _objection(data.objection).region)
def answer_objection(actor: Actor, data: AnswerObjection) -> Recorded[Objection]:
    objection = _objection(data.objection)
    require_other_person(
        actor,
        objection.raised_by,
        what=Text("提出异议的人不能答复。", "Whoever objected cannot answer."),
    )
    answered = Objection.objects.filter(id=objection.id, answered_at=None).update(
        answer=data.text, answered_by=actor.person, answered_at=clocks.now()
    )
    if answered != 1:
        raise Refused(LOST_RACE, remedy=RELOAD)
    facts = {"objection": objection.id, "answer": seal(data.text)}
    return Recorded(objection, _subject(objection.announcement), facts)


@act("month.issue", clause="6.4", region=lambda data: _announcement(data.announcement).region)
def issue(actor: Actor, data: IssueMonth) -> Recorded[Issue]:
    """Sign and issue a month whose objection time has run out, on the facts that the signer was shown."""
    announcement = _announcement(data.announcement)
    _check_ripe(announcement)
    require_other_person(
        actor,
        announcement.announced_by,
        what=Text("告知的人不能签发。", "Whoever announced the month cannot issue it."),
    )
    calculation = calculate(announcement.region, announcement.month)
    if not announcement.facts_digest == data.facts_digest == calculation.digest:
        raise Refused(
            Text("告知之后事实有变。", "The facts changed after the announcement."),
            found=calculation.digest[:12],
            remedy=Text("重新告知旗区，再行签发。", "Announce the month anew, then issue it."),
        )
    issued = Issue.objects.create(
        announcement=announcement,
        region=announcement.region,
        month=announcement.month,
        facts=announcement.facts,
        answer=announcement.answer,
        signed_by=actor.person,
        signed_term=actor.term,
        issued_at=clocks.now(),
    )
    for measure in calculation.measures(announcement.month):
        Measure.objects.create(
            issue=issued,
            region=issued.region,
            month=issued.month,
            clause=measure["clause"],
            kind=measure["measure"],
            grounds=measure["grounds"],
        )
    return Recorded(issued, _subject(issued), _summary(calculation, issued.month))


def _check_ripe(announcement: Announcement) -> None:
    today = clocks.now().date()
    if not announcement.current or Issue.objects.filter(announcement=announcement).exists():
        raise Refused(LOST_RACE, remedy=RELOAD)
    if today <= announcement.object_until:
        raise Refused(
            Text("异议期未满。", "The time for objections has not run out."),
            found=announcement.object_until.isoformat(),
            remedy=Text(
                f"{announcement.object_until + timedelta(days=1)} 起可以签发。",
                f"It can be issued from {announcement.object_until + timedelta(days=1)}.",
            ),
        )
    if Objection.objects.filter(announcement=announcement, answered_at=None).exists():
        raise Refused(
            Text("还有异议没有答复。", "An objection is not answered yet."),
            remedy=Text("答复后再签发。", "Answer it first."),
        )


def _issue(identifier: str) -> Issue:
    found = Issue.objects.filter(id=identifier).first()
    if not isinstance(found, Issue):
        raise NotFound(Text("没有这份预警。", "There is no such issued month."), found=identifier)
    return found


@act("month.correct", clause="6.4", region=lambda data: _issue(data.issue).region)
def correct(actor: Actor, data: Correct) -> Recorded[Correction]:
    """An issued month stays as it is; the correcting entry names the difference (reading 6-late)."""
    issued = _issue(data.issue)
    calculation = calculate(issued.region, issued.month)
    last = Correction.objects.filter(issue=issued).order_by("-corrected_at").first()
    standing = last.facts if isinstance(last, Correction) else issued.facts
    if calculation.facts_text == standing:
        raise Refused(Text("事实没有变化，无须更正。", "The facts have not changed."))
    if calculation.digest != data.facts_digest:
        raise Refused(Text("事实又有变化。", "The facts changed again."), remedy=RELOAD)
    correction = Correction.objects.create(
        issue=issued,
        region=issued.region,
        facts=calculation.facts_text,
        answer=calculation.answer_text,
        reason=data.reason,
        signed_by=actor.person,
        corrected_at=clocks.now(),
    )
    facts = {**_summary(calculation, issued.month), "reason": seal(data.reason)}
    return Recorded(correction, _subject(issued), facts)

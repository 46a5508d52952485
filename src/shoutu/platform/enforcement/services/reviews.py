"""The chain after the report: banner review, city review, objection to a return. Three natural persons."""

from __future__ import annotations

from shoutu import clocks
from shoutu.errors import BadInput, NotFound, Refused, Text, Where
from shoutu.platform.acts import Recorded, act, require_other_person
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery.services.states import move
from shoutu.platform.discovery.states import State
from shoutu.platform.doors import Actor
from shoutu.platform.enforcement.comparing import shown_to
from shoutu.platform.enforcement.inputs import AnswerReturn, ObjectToReturn, ReviewPatch
from shoutu.platform.enforcement.models import Objection, Report, Review
from shoutu.platform.enforcement.persons import earlier_hands
from shoutu.platform.enforcement.reading import latest_reports
from shoutu.platform.enforcement.reasons import OTHER, reasons
from shoutu.platform.ledger.services import seal

RETURN_DAYS = 5
"""Working days from a return to the next report (data of the city; provinces differ)."""

_RELOAD = Text("请刷新页面，看清最新情况后再办。", "Reload the page and look again.")
_WAITS = {"banner": State.REPORTED, "city": State.BANNER_PASSED}
_PASSES_TO = {"banner": State.BANNER_PASSED, "city": State.CITY_PASSED}


@act("patch.review", clause="5.7", region=lambda data: discovery.region_of(data.patch))
def review(actor: Actor, data: ReviewPatch) -> Recorded[Review]:
    """旗区审核, by another natural person than every officer who reported the patch."""
    return _review(actor, data, "banner")


@act("patch.city-review", clause="5.7", region=lambda data: discovery.region_of(data.patch))
def city_review(actor: Actor, data: ReviewPatch) -> Recorded[Review]:
    """市级审核, by a third natural person."""
    return _review(actor, data, "city")


def _review(actor: Actor, data: ReviewPatch, level: str) -> Recorded[Review]:
    report = _standing(data)
    for person in sorted(earlier_hands(report, level)):
        require_other_person(
            actor,
            person,
            what=Text("填报和各级审核须由不同的人办理。", "Report and each review are by different people."),
        )
    _check_reason(data)
    shown = shown_to(report)
    if shown["digest"] != data.shown:
        raise Refused(
            Text("页面上的数字已有变化。", "The figures on the page have changed."),
            found=str(shown["digest"])[:12],
            remedy=_RELOAD,
        )
    passed = data.outcome == "pass"
    today = clocks.today()
    move(
        data.patch,
        old=_WAITS[level],
        new=_PASSES_TO[level] if passed else State.RETURNED,
        due_on=None if passed else clocks.add_working_days(today, RETURN_DAYS),
    )
    made = Review.objects.create(
        report=report,
        region=report.region,
        level=level,
        round=Review.objects.filter(report=report, level=level).count() + 1,
        reviewer=actor.person,
        reviewer_term=actor.term,
        outcome=data.outcome,
        reason=data.reason,
        note=data.note,
        shown=dict(shown),
        shown_digest=data.shown,
        reviewed_at=clocks.now(),
    )
    facts = {
        "report": report.id,
        "version": report.version,
        "level": level,
        "outcome": data.outcome,
        "reason": data.reason,
        "shown_sha256": data.shown,
        "note": seal(data.note),
    }
    return Recorded(made, f"patch:{data.patch}", facts)


def _standing(data: ReviewPatch) -> Report:
    """The report that was looked at, if it is the one that stands."""
    report = latest_reports([data.patch]).get(data.patch)
    if report is None:
        raise NotFound(Text("这个图斑还没有填报。", "This patch has no report yet."), found=data.patch)
    if report.id != data.report:
        raise Refused(
            Text("这个图斑又有了新的填报。", "There is a newer report of this patch."),
            found=report.version,
            remedy=_RELOAD,
        )
    return report


def _check_reason(data: ReviewPatch) -> None:
    if data.outcome != "return":
        return
    if data.reason not in reasons():
        raise BadInput(
            Text("没有这个打回原因。", "There is no such reason."),
            where=Where(field="reason"),
            found=data.reason,
            remedy=Text("从列表中选。", f"Choose one of: {', '.join(reasons())}."),
        )
    if data.reason == OTHER and not data.note.strip():
        raise BadInput(
            Text("选“其他”须写明。", "Say what, when the reason is another."),
            where=Where(field="note"),
            remedy=Text("填写后再提交。", "Fill it in and submit again."),
        )


def _returned(identifier: str) -> Review:
    found = Review.objects.select_related("report").filter(id=identifier, outcome="return").first()
    if found is None:
        raise NotFound(Text("没有这次打回。", "There is no such return."), found=identifier)
    return found


@act("patch.object", clause="5.7", region=lambda data: _returned(data.review).region)
def object_to_return(actor: Actor, data: ObjectToReturn) -> Recorded[Objection]:
    """The banner objects to a return while the report that was returned still stands."""
    returned = _returned(data.review)
    patch = returned.report.patch_id
    if discovery.rows_of([patch])[patch].state != State.RETURNED or not _is_last(returned):
        raise Refused(
            Text("打回之后已有新的办理。", "The patch has moved on since this return."),
            remedy=_RELOAD,
        )
    if Objection.objects.filter(review=returned).exists():
        raise Refused(Text("已有人提出异议。", "Somebody objected already."), remedy=_RELOAD)
    made = Objection.objects.create(
        review=returned,
        region=returned.region,
        ground=data.ground,
        raised_by=actor.person,
        raised_at=clocks.now(),
    )
    facts = {"objection": made.id, "review": returned.id, "ground": seal(data.ground)}
    return Recorded(made, f"patch:{patch}", facts)


def _is_last(returned: Review) -> bool:
    latest = latest_reports([returned.report.patch_id])[returned.report.patch_id]
    last = Review.objects.filter(report=latest).order_by("-reviewed_at", "-id").first()
    return last is not None and last.id == returned.id


def _objection(identifier: str) -> Objection:
    found = Objection.objects.select_related("review__report").filter(id=identifier).first()
    if found is None:
        raise NotFound(Text("没有这条异议。", "There is no such objection."), found=identifier)
    return found


@act("patch.answer-objection", clause="5.7", region=lambda data: _objection(data.objection).region)
def answer_objection(actor: Actor, data: AnswerReturn) -> Recorded[Objection]:
    """Upheld: the report goes back to the level that returned it. Answered by a third person."""
    objection = _objection(data.objection)
    returned = objection.review
    for person in (returned.reviewer, objection.raised_by):
        require_other_person(
            actor,
            person,
            what=Text("打回的人和提出异议的人不能答复。", "Whoever returned or objected cannot answer."),
        )
    answered = Objection.objects.filter(id=objection.id, state="open").update(
        state="upheld" if data.upheld else "dismissed",
        answer=data.answer,
        answered_by=actor.person,
        answered_at=clocks.now(),
    )
    if answered != 1:
        raise Refused(Text("有人先答复了。", "Somebody was first."), remedy=_RELOAD)
    patch = discovery.rows_of([returned.report.patch_id])[returned.report.patch_id]
    if data.upheld:
        move(patch.id, old=State.RETURNED, new=_WAITS[returned.level], due_on=patch.city_review_due)
    objection.refresh_from_db()
    facts = {"objection": objection.id, "upheld": data.upheld, "answer": seal(data.answer)}
    return Recorded(objection, f"patch:{patch.id}", facts)

"""T10: people who hold several posts each try every step in any order; nobody completes a pair alone.

Five persons, each of whom may act in any post of the banner or the city. Whatever is done, a patch
is through only by three of them, an objection is answered by another, a month is issued by another
than announced it, and a measure decided by another than proposed it.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from shoutu import clocks
from shoutu.errors import ShoutuError
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery.models import Patch
from shoutu.platform.doors import Actor, Role
from shoutu.platform.enforcement import queries as enforcement
from shoutu.platform.enforcement.inputs import AnswerReturn, Group, ObjectToReturn, ReportPatch, ReviewPatch
from shoutu.platform.enforcement.models import Objection, Report, Review
from shoutu.platform.enforcement.services import reports, reviews, violations
from shoutu.platform.warnings import inputs, models
from shoutu.platform.warnings.services import measures
from shoutu.platform.warnings.services import month as months
from tests.platform.trust import story
from tests.scale import LONG, times

WALK = 50 if LONG else 20
WALKS = times(8, 200)
BANNER, CITY = "150627", "150600"

persons = st.sampled_from(["anna", "bert", "cora", "dirk", "esen"])
numbers = st.sampled_from(["A1", "A2"])
outcomes = st.sampled_from(["pass", "pass", "return"])

done: Counter[str] = Counter()
tried: Counter[str] = Counter()


def post(person: str, role: Role, region: str = BANNER) -> Actor:
    return Actor(person, f"{person}-{role}"[:16], role, region)


class Office(RuleBasedStateMachine):
    """Rules are steps; what is refused is no fault, what goes through is checked."""

    @initialize(depth=st.sampled_from(range(9, -1, -1)))
    def begin(self, depth: int) -> None:
        """The first `depth` steps of a month are done by honest people, for few walks get far by chance."""
        self.back = transaction.atomic()
        self.back.__enter__()
        self.day = 0
        honest = (
            lambda: [self.report("anna", number) for number in story.PATCHES],
            lambda: self.review("bert", "A1", "pass"),
            lambda: self.review("bert", "A2", "return"),
            lambda: self.object_to_return("anna"),
            lambda: self.city_review("cora", "A1", "pass"),
            lambda: self.group("bert"),
            lambda: self.announce("cora"),
            lambda: self.issue("dirk"),
            lambda: self.propose("cora"),
        )
        for step in honest[:depth]:
            step()

    def teardown(self) -> None:
        if hasattr(self, "back"):
            transaction.set_rollback(True)
            self.back.__exit__(None, None, None)

    def take(self, name: str, act: Any, *given: Any) -> None:
        """One try. Each moves the clock a little, so that rounds are told apart."""
        tried[name] += 1
        self.day += 1
        try:
            with clocks.stopped_at(story.ANNOUNCED + timedelta(hours=2 * self.day)):
                act(*given)
        except ShoutuError:
            return
        done[name] += 1

    @rule(person=persons, number=numbers)
    def report(self, person: str, number: str) -> None:
        def act() -> None:
            patch = story._patch(number)
            figures = discovery.figures(patch.id)
            data = ReportPatch(
                patch=patch.id,
                version=patch.version,
                category="suspected-construction",
                unit="m2",
                area=figures.area or "0",
                farmland=figures.farmland or "0",
                basic_farmland=figures.basic_farmland or "0",
                proofs=proofs[number],
            )
            reports.report(post(person, Role.OFFICER), data)

        self.take("report", act)

    @rule(person=persons, number=numbers, outcome=outcomes)
    def review(self, person: str, number: str, outcome: str) -> None:
        self.take("review", self.look, reviews.review, post(person, Role.REVIEWER), number, outcome)

    @rule(person=persons, number=numbers, outcome=outcomes)
    def city_review(self, person: str, number: str, outcome: str) -> None:
        actor = post(person, Role.CITY_REVIEWER, CITY)
        self.take("city-review", self.look, reviews.city_review, actor, number, outcome)

    def look(self, act: Any, actor: Actor, number: str, outcome: str) -> None:
        patch = story._patch(number)
        compared = enforcement.differences(actor, patch.id)
        reason = "photo-unclear" if outcome == "return" else ""
        act(
            actor,
            ReviewPatch(
                patch=patch.id,
                report=compared.report,
                outcome=outcome,
                shown=compared.digest,
                reason=reason,
            ),
        )

    @rule(person=persons)
    def object_to_return(self, person: str) -> None:
        returned = Review.objects.filter(outcome="return").order_by("-reviewed_at").first()
        if returned is not None:
            data = ObjectToReturn(review=returned.id, ground="照片清楚")
            self.take("object", reviews.object_to_return, post(person, Role.OFFICER), data)

    @rule(person=persons, upheld=st.booleans())
    def answer(self, person: str, upheld: bool) -> None:
        objection = Objection.objects.order_by("-raised_at").first()
        if objection is not None:
            data = AnswerReturn(objection=objection.id, upheld=upheld, answer="已看")
            self.take("answer", reviews.answer_objection, post(person, Role.CITY_REVIEWER, CITY), data)

    @rule(person=persons)
    def group(self, person: str) -> None:
        ids = tuple(Patch.objects.filter(state="city-passed").values_list("id", flat=True))
        if ids:
            self.take("group", violations.group, post(person, Role.REVIEWER), Group(patches=ids))

    @rule(person=persons)
    def announce(self, person: str) -> None:
        data = inputs.Announce(region=BANNER, month=story.MONTH)
        self.take("announce", months.announce, post(person, Role.CITY_REVIEWER, CITY), data)

    @rule(person=persons)
    def object_to_month(self, person: str) -> None:
        shown = models.Announcement.objects.filter(current=True).first()
        if shown is not None:
            data = inputs.Object(announcement=shown.id, text="请核减")
            self.take("object-month", months.object_to, post(person, Role.LEADER), data)

    @rule(person=persons)
    def answer_month(self, person: str) -> None:
        objection = models.Objection.objects.filter(answered_at=None).first()
        if objection is not None:
            data = inputs.AnswerObjection(objection=objection.id, text="已核")
            actor = post(person, Role.CITY_REVIEWER, CITY)
            self.take("answer-month", months.answer_objection, actor, data)

    @rule(person=persons)
    def issue(self, person: str) -> None:
        shown = models.Announcement.objects.filter(current=True).first()
        if shown is not None:
            self.day += 48
            data = inputs.IssueMonth(announcement=shown.id, facts_digest=shown.facts_digest)
            self.take("issue", months.issue, post(person, Role.LEADER, CITY), data)

    @rule(person=persons)
    def propose(self, person: str) -> None:
        measure = models.Measure.objects.filter(state="due").first()
        if measure is not None:
            data = inputs.Propose(measure=measure.id)
            self.take("propose", measures.propose, post(person, Role.CITY_REVIEWER, CITY), data)

    @rule(person=persons, accept=st.booleans())
    def decide(self, person: str, accept: bool) -> None:
        measure = models.Measure.objects.filter(state="proposed").first()
        if measure is not None:
            data = inputs.Decide(
                measure=measure.id,
                accept=accept,
                document="演示〔2026〕1号",
                decided_on=story.WORK.date(),
                reason="演示",
            )
            self.take("decide", measures.decide, post(person, Role.LEADER, CITY), data)

    @invariant()
    def patches_by_three(self) -> None:
        for patch in Patch.objects.filter(state__in=("banner-passed", "city-passed")):
            last = Report.objects.filter(patch=patch).order_by("-version").first()
            assert last is not None
            hands = [last.officer]
            for level in ("banner", "city") if patch.state == "city-passed" else ("banner",):
                look = Review.objects.filter(report=last, level=level).order_by("-round").first()
                assert look is not None
                hands.append(look.reviewer)
            assert len(set(hands)) == len(hands), (patch.number, hands)

    @invariant()
    def answers_by_another(self) -> None:
        for one in Objection.objects.exclude(state="open").select_related("review"):
            assert one.answered_by not in (one.raised_by, one.review.reviewer)
        for other in models.Objection.objects.exclude(answered_at=None):
            assert other.answered_by != other.raised_by

    @invariant()
    def months_and_measures_by_two(self) -> None:
        for issue in models.Issue.objects.select_related("announcement"):
            assert issue.signed_by != issue.announcement.announced_by
        for measure in models.Measure.objects.filter(state__in=("decided", "declined")):
            assert measure.proposed_by
            assert measure.decided_by != measure.proposed_by


proofs: dict[str, tuple[str, ...]] = {}


@pytest.mark.timeout(3000)
def test_no_pair_is_completed_by_one_person(people, monkeypatch):
    monkeypatch.setattr(story.drafts, "open_source", story.drafts.open_source)
    story.lay_ground()
    for step in story.steps():
        if step.kind in ("publish", "attach"):
            step.do()
    from shoutu.platform.enforcement.models import Evidence

    for number in story.PATCHES:
        rows = Evidence.objects.filter(patch__number=number)
        proofs[number] = tuple(rows.values_list("id", flat=True))
    how = settings(
        max_examples=WALKS,
        stateful_step_count=WALK,
        derandomize=not LONG,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    run_state_machine_as_test(Office, settings=how)
    print(f"counted: {sum(tried.values())} steps tried, {sum(done.values())} done: {dict(done)}")
    assert all(done[name] for name in ("report", "review", "city-review", "announce", "issue", "propose")), (
        done
    )
    if LONG:
        assert all(done[name] for name in tried), done

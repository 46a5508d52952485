"""The term of a case, its extension and pauses, notice of a hearing, what must stand before a decision."""

from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    Band,
    ByReading,
    Certain,
    Clock,
    Conclude,
    Condition,
    Either,
    Flag,
    Named,
    Not,
    OnOrAfter,
    RunOut,
    Sum,
)

SINCE_2024 = OnOrAfter("filed_on", "measures-2024")
GRANTED = All((Flag("extension_ground"), Flag("extension_approved")))


def _decision(clause: str, term: str, most: str, where: Condition) -> Clock:
    return Clock(
        clause=clause,
        question="decision",
        table="cases",
        subject="case",
        since=("filed_on",),
        terms=(term,),
        done="decided_on",
        more="extension_days",
        most=most,
        more_if=GRANTED,
        pauses="pauses",
        where=where,
    )


DECISION = _decision("xzcf-60", "decision", "extension", SINCE_2024)
DECISION_BEFORE = _decision("cfbf-60", "decision-before", "extension-before", Certain(Not(SINCE_2024)))
EXTENSION = Conclude(
    clause="cfbf-extension",
    question="extension",
    table="cases",
    subject="case",
    where=Certain(AtLeast(Sum("extension_days"), "some-days", beyond=True)),
    bands=(
        Band(
            "extension-void",
            (
                Named("too-long", AtLeast(Sum("extension_days"), "extension-days", beyond=True)),
                Named("no-ground", Not(Flag("extension_ground"))),
                Named("no-approval", Not(Flag("extension_approved"))),
            ),
        ),
    ),
    otherwise="extension-good",
)
HEARING_NOTICE = Conclude(
    clause="xzcf-64-2",
    question="hearing-notice",
    table="hearings",
    subject="case",
    bands=(
        Band(
            "notice-short",
            (
                Named(
                    "seven-days",
                    Not(
                        RunOut(
                            "notified_on",
                            "hearing-notice",
                            by="held_on",
                            beyond=ByReading("hearing-notice", {"clear": True, "seventh": False}),
                        )
                    ),
                ),
            ),
        ),
    ),
    otherwise="notice-kept",
)
DRAFT = Conclude(
    clause="xzcf-decide",
    question="before-decision",
    table="drafts",
    subject="case",
    bands=(
        Band(
            "not-ready",
            (
                Named("officers", Not(AtLeast(Sum("officers"), "officers"))),
                Named("field", Not(Flag("field_checked"))),
                Named("review", All((Flag("review_needed"), Not(Flag("review_passed"))))),
                Named("discussion", All((Flag("discussion_needed"), Not(Flag("discussed"))))),
                Named(
                    "hearing",
                    All(
                        (
                            Either(
                                (
                                    Flag("large_fine"),
                                    Flag("confiscation"),
                                    Flag("demolition"),
                                    Flag("licence"),
                                )
                            ),
                            Not(Flag("hearing_offered")),
                        )
                    ),
                ),
            ),
        ),
    ),
    otherwise="ready",
)

RULES = (DECISION, DECISION_BEFORE, EXTENSION, HEARING_NOTICE, DRAFT)

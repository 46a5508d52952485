"""三、加大执法力度，始终保持执法高压态势: findings and their clocks, transfers, reports, the grid."""

from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    Band,
    Clock,
    Conclude,
    Count,
    Either,
    Flag,
    Indicator,
    Is,
    Named,
    Not,
    Passed,
    Sum,
)

EVERY = Either((Flag("before_foundation"), Not(Flag("before_foundation"))))
"""Each finding of which the field is known; one of which it is not leaves the share not known."""

REPORT = Clock(
    clause="3.1", question="report", table="findings", subject="case", since=("found_on",),
    terms=("local-report",), done="reported_on",
)  # fmt: skip
STOP = Clock(
    clause="3.1", question="stop", table="findings", subject="case", since=("reported_on",),
    terms=("local-stop",), done="stopped_on",
)  # fmt: skip
HANDLE = Clock(
    clause="3.1", question="handle", table="findings", subject="case", since=("reported_on",),
    terms=("local-file",), done="handled_on",
)  # fmt: skip
FEEDBACK = Clock(
    clause="3.2", question="feedback", table="transfers", subject="case", since=("received_on",),
    terms=("ysgd-8-examine",), done="answered_on", where=Is("receiver", ("police",)),
)  # fmt: skip
PACKAGE = Conclude(
    clause="3.2",
    question="package",
    table="transfers",
    subject="case",
    bands=(Band("lacking", (Named("documents", Not(Flag("documents_whole"))),)),),
    otherwise="complete",
)
UNLIKE = Conclude(
    clause="3.4",
    question="alike",
    table="alike",
    subject="case",
    by="group",
    bands=(
        Band(
            "unlike",
            (
                Named(
                    "unlike",
                    All(
                        (
                            Named("with-penalty", AtLeast(Count(Flag("penalised")), "local-some")),
                            Named("without-penalty", AtLeast(Count(Not(Flag("penalised"))), "local-some")),
                        )
                    ),
                ),
            ),
        ),
    ),
    otherwise="alike",
)
PENALISED = Indicator(
    clause="3.4", question="penalised", table="alike", subject="case", by="group",
    part=Count(Flag("penalised")), whole=Count(Either((Flag("penalised"), Not(Flag("penalised"))))),
)  # fmt: skip
EARLY = Indicator(
    clause="3.5", question="early", table="findings", subject="place", by="region",
    part=Count(Flag("before_foundation")), whole=Count(EVERY),
)  # fmt: skip
IN_TOWNSHIP = Indicator(
    clause="3.5", question="in-township", table="findings", subject="place", by="region",
    part=Count(Flag("in_township")), whole=Count(Either((Flag("in_township"), Not(Flag("in_township"))))),
)  # fmt: skip
ACCEPT = Clock(
    clause="3.6", question="accept", table="clues", subject="case", since=("received_on",),
    terms=("local-accept",), done="accepted_on",
)  # fmt: skip
GRID = Conclude(
    clause="3.8",
    question="grid",
    table="grid",
    subject="place",
    bands=(
        Band(
            "lacking",
            (
                Named("person", Not(Flag("person_named"))),
                Named("letter", Not(Flag("letter_signed"))),
                Named("uncovered", AtLeast(Sum("uncovered"), "local-overlap")),
            ),
        ),
    ),
    otherwise="complete",
)
STILL_OPEN = All((Not(Flag("done")), Named("deadline-day", Passed("due"))))
DONE_LATE = All((Flag("done"), Named("done-day", Passed("due", by="done_on"))))
SELF_INSPECTION = Conclude(
    clause="3.9",
    question="self-inspection",
    table="problems",
    subject="department",
    bands=(
        Band(
            "lacking",
            (Named("measure", Not(Flag("measure_set"))), Named("late", Either((STILL_OPEN, DONE_LATE)))),
        ),
    ),
    otherwise="complete",
)

RULES = (
    REPORT,
    STOP,
    HANDLE,
    FEEDBACK,
    PACKAGE,
    UNLIKE,
    PENALISED,
    EARLY,
    IN_TOWNSHIP,
    ACCEPT,
    GRID,
    SELF_INSPECTION,
)

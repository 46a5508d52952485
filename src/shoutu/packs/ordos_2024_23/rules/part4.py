"""四、夯实管理责任，建立健全长效监管机制: mechanisms, control points, posts, others' gates."""

from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    Band,
    Conclude,
    Count,
    Effect,
    Either,
    Flag,
    Is,
    Named,
    Not,
    Passed,
)

MECHANISMS = Conclude(
    clause="4.1",
    question="mechanisms",
    table="mechanisms",
    subject="place",
    bands=(Band("lacking", (Named("document", Not(Flag("document"))), Named("met", Not(Flag("met"))))),),
    otherwise="complete",
)
CONTROL_POINTS = Conclude(
    clause="4.2",
    question="control-points",
    table="control_points",
    subject="place",
    by="stage",
    bands=(Band("has-holes", (Named("open", AtLeast(Count(Flag("open")), "local-some")),)),),
    otherwise="shut",
)
IN_OFFICE = Conclude(
    clause="4.3",
    question="in-office",
    table="posts",
    subject="person",
    bands=(
        Band(
            "not-in-office",
            (
                Named("before", Named("first-day", Passed("found_on", by="since"))),
                Named("after", All((Flag("ended"), Named("finding-day", Passed("until", by="found_on"))))),
            ),
        ),
    ),
    otherwise="in-office",
)
DOCUMENTS = {
    "construction": ("allocation", "grant-contract", "title", "collective-contract"),
    "rural-house": ("homestead", "title"),
    "temporary": ("temporary-approval",),
}
"""Lawful documents of land by purpose; which of them a city takes is its own to say."""
LAWFUL = All(
    (
        Flag("document_valid"),
        Either(
            tuple(
                All((Is("purpose", (purpose,)), Is("document", known)))
                for purpose, known in DOCUMENTS.items()
            )
        ),
    )
)
PERMIT_GATE = Conclude(
    clause="4.4",
    question="permit-gate",
    table="checks",
    subject="project",
    where=Is("matter", ("construction-permit", "property-registration")),
    bands=(Band("refuse", (Named("unlawful", Not(LAWFUL)),)),),
    otherwise="pass",
)
LOAN_GATE = Conclude(
    clause="4.4",
    question="loan-gate",
    table="checks",
    subject="project",
    where=Is("matter", ("loan",)),
    bands=(Band("review", (Named("unlawful", Not(LAWFUL)),)),),
    otherwise="pass",
)
WENT_ON = Conclude(
    clause="4.5",
    question="went-on",
    table="departments",
    subject="department",
    bands=(
        Band(
            "answer",
            (Named("grave", All((Flag("refused"), Flag("went_on"), Flag("grave")))),),
            ("hold-to-account",),
        ),
        Band("record", (Named("went-on", All((Flag("refused"), Flag("went_on")))),)),
    ),
    otherwise="none",
)
OWN_DUTIES = Conclude(
    clause="4.6",
    question="own-duties",
    table="duties",
    subject="department",
    by="unit",
    bands=(Band("lapsed", (Named("lapsed", AtLeast(Count(Flag("lapsed")), "local-some")),)),),
    otherwise="kept",
)

RULES = (
    MECHANISMS,
    CONTROL_POINTS,
    IN_OFFICE,
    PERMIT_GATE,
    LOAN_GATE,
    WENT_ON,
    OWN_DUTIES,
    Effect("hold-to-account", "4.5", "refer", touches="three-posts"),
)

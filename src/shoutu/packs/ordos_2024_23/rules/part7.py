"""七、严肃追责问责: the two yearly tests for referral to 纪委监委, and what is measured."""

from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    Band,
    ByReading,
    Certain,
    Clock,
    Conclude,
    Condition,
    Count,
    Either,
    Flag,
    Indicator,
    Named,
    Not,
    ShareAtLeast,
    Sum,
    Total,
    YearRule,
)

from .part0 import YEAR_OF
from .part6 import PLACES

FARMLAND = Total("farmland", PLACES)
NOT_STOPPED = Not(Flag("stopped"))
NOT_INVESTIGATED = Not(Flag("investigated"))

UNHANDLED = Named(
    "unhandled",
    AtLeast(
        Count(
            ByReading[Condition](
                "7.3-unhandled",
                {
                    "both": All((NOT_STOPPED, NOT_INVESTIGATED)),
                    "either": Either((NOT_STOPPED, NOT_INVESTIGATED)),
                },
            )
        ),
        "7.3-acts",
    ),
)
ILLEGAL_FARMLAND = Named("farmland", AtLeast(FARMLAND, "7.3-farmland"))
BASIC_FARMLAND = Named("basic-farmland", AtLeast(Total("basic_farmland", PLACES), "7.3-basic-farmland"))
CONSEQUENCES = Named("consequences", Either((Flag("severe_impact"), Flag("serious_consequences"))))
OCCUPIED = Either((ILLEGAL_FARMLAND, BASIC_FARMLAND))

UNHANDLED_OR_OCCUPIED = YearRule(
    clause="7.3",
    year_of=YEAR_OF,
    reached=ByReading(
        "7.3",
        {
            "two-limbs": Either((UNHANDLED, All((OCCUPIED, CONSEQUENCES)))),
            "any-with-consequences": All((Either((UNHANDLED, OCCUPIED)), CONSEQUENCES)),
            "all": All((UNHANDLED, OCCUPIED, CONSEQUENCES)),
            "any": Either((UNHANDLED, OCCUPIED)),
        },
    ),
    because=(UNHANDLED, ILLEGAL_FARMLAND, BASIC_FARMLAND, CONSEQUENCES),
)

SHARE = ShareAtLeast(
    part=FARMLAND,
    whole="new_construction_farmland",
    number="7.4-share",
    less_part=ByReading("7.4-denominator", {"all": False, "lawful-only": True}),
)
RATIO = Named(
    "ratio",
    ByReading("7.4-cause", {"presumed": SHARE, "found": All((SHARE, Flag("disorder_found")))}),
)
CONCEALMENT = Named("concealment", Certain(Flag("concealment_found")))

DISORDER = YearRule(
    clause="7.4", year_of=YEAR_OF, reached=Either((RATIO, CONCEALMENT)), because=(RATIO, CONCEALMENT)
)

AUDIT = Conclude(
    clause="7.1",
    question="audit",
    table="audits",
    subject="person",
    bands=(
        Band(
            "lacking",
            (
                Named("opening", Not(Flag("opening"))),
                Named("closing", Not(Flag("closing"))),
                Named("conclusion", Not(Flag("conclusion"))),
            ),
        ),
    ),
    otherwise="complete",
)
OVERDUE_REPORT = Clock(
    clause="7.4", question="overdue-report", table="followups", subject="case", since=("issued_on",),
    terms=("local-fill",), done="reported_on",
)  # fmt: skip
OVERDUE_CASE = Clock(
    clause="7.4", question="overdue-case", table="followups", subject="case", since=("case_opened_on",),
    terms=("xzcf-60-decide",), done="decided_on", where=Flag("case_opened"),
)  # fmt: skip
"""超期未填报 and 超期未办结: hints. To call them concealment is the discipline body's word."""
FARMLAND_SHARE = Indicator(
    clause="7.2", question="farmland-share", table="appraisal", subject="place", by="banner",
    part=Sum("illegal_farmland"), whole=Sum("new_farmland"),
)  # fmt: skip
HANDLED_SHARE = Indicator(
    clause="7.2", question="handled-share", table="appraisal", subject="place", by="banner",
    part=Sum("done"), whole=Sum("due"),
)  # fmt: skip


def known(flag: str) -> Condition:
    """True of each row of which the flag is known."""
    return Either((Flag(flag), Not(Flag(flag))))


PREVENTED = Indicator(
    clause="7.5", question="prevented", table="departments", subject="place", by="region",
    part=Count(All((Flag("refused"), Not(Flag("went_on"))))), whole=Count(Flag("refused")),
)  # fmt: skip
FOUND_EARLY = Indicator(
    clause="7.5", question="found-early", table="findings", subject="place", by="region",
    part=Count(Flag("before_foundation")), whole=Count(known("before_foundation")),
)  # fmt: skip
STOPPED_SHARE = Indicator(
    clause="7.5", question="stopped-share", table="findings", subject="place", by="region",
    part=Count(Flag("stopped")), whole=Count(known("stopped")),
)  # fmt: skip
CLOSED_SHARE = Indicator(
    clause="7.5", question="closed-share", table="findings", subject="place", by="region",
    part=Count(Flag("closed")), whole=Count(known("closed")),
)  # fmt: skip
RULES_MADE = Conclude(
    clause="7.6",
    question="rules-made",
    table="rules_made",
    subject="department",
    by="unit",
    bands=(
        Band(
            "lacking",
            (
                Named("rules", AtLeast(Count(Not(Flag("made"))), "local-some")),
                Named("report", AtLeast(Count(Not(Flag("reported"))), "local-some")),
            ),
        ),
    ),
    otherwise="complete",
)

RULES = (
    UNHANDLED_OR_OCCUPIED,
    DISORDER,
    OVERDUE_REPORT,
    OVERDUE_CASE,
    AUDIT,
    FARMLAND_SHARE,
    HANDLED_SHARE,
    PREVENTED,
    FOUND_EARLY,
    STOPPED_SHARE,
    CLOSED_SHARE,
    RULES_MADE,
)

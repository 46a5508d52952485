"""七、严肃追责问责: the two yearly tests for referral to discipline inspection (纪委监委)."""

from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    ByReading,
    Certain,
    Condition,
    Count,
    Either,
    Flag,
    Named,
    Not,
    ShareAtLeast,
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

RULES = (UNHANDLED_OR_OCCUPIED, DISORDER)

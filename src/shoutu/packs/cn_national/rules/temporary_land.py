"""Temporary land: how long, what may stand on it, and what follows when it is not reclaimed in time."""

from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    Band,
    ByReading,
    Clock,
    Conclude,
    Count,
    Effect,
    Flag,
    Named,
    Not,
    Passed,
    Ratio,
    RunOut,
    Sum,
)

OPEN = Not(Flag("reclaimed"))
OVERDUE = All((OPEN, RunOut("ends_on", "reclaim", beyond=True)))
LONG_OVERDUE = ByReading(
    "overdue-from",
    {"deadline": RunOut("ends_on", "overdue-two"), "end-of-use": RunOut("ends_on", "overdue-one")},
)
"""Overdue by a year: after the year in which it should be reclaimed, or after the end of its use."""

TERM = Conclude(
    clause="tdgl-57",
    question="temporary-term",
    table="temporary",
    subject="parcel",
    bands=(
        Band(
            "too-long",
            (
                Named(
                    "two-years",
                    All(
                        (
                            Not(Flag("long_project")),
                            RunOut("approved_on", "temporary", by="ends_on", beyond=True),
                        )
                    ),
                ),
                Named(
                    "four-years",
                    All(
                        (
                            Flag("long_project"),
                            RunOut("approved_on", "temporary-long", by="ends_on", beyond=True),
                        )
                    ),
                ),
            ),
        ),
    ),
    otherwise="term-good",
)
BUILDING = Conclude(
    clause="tdsstl-20",
    question="temporary-use",
    table="temporary",
    subject="parcel",
    bands=(Band("suspected-building", (Named("permanent", Flag("permanent_building")),)),),
    otherwise="use-good",
)
RECLAIM = Clock(
    clause="tdsstl-20",
    question="reclaim",
    table="temporary",
    subject="parcel",
    since=("ends_on",),
    terms=("reclaim",),
    roll=False,
    done="reclaimed_on",
)
REFUSAL = Conclude(
    clause="tdsstl-56",
    question="reclaim-refused",
    table="temporary",
    subject="parcel",
    bands=(Band("as-refusal", (Named("overdue", OVERDUE),)),),
    otherwise="no-refusal",
)
HOLDER = Conclude(
    clause="tdfk-20",
    question="holder",
    table="temporary",
    subject="company",
    by="holder",
    bands=(
        Band("restricted", (Named("overdue", AtLeast(Count(OVERDUE), "any-parcel")),), ("restrict-holder",)),
    ),
    otherwise="free",
)
COUNTY = Conclude(
    clause="gzg-2021-2",
    question="county-stop",
    table="temporary",
    subject="place",
    by="county",
    bands=(
        Band(
            "stopped",
            (
                Named(
                    "share",
                    Ratio(
                        Sum("area", All((OPEN, LONG_OVERDUE))),
                        Sum("area", Passed("ends_on")),
                        "stop-share",
                    ),
                ),
            ),
            ("stop-temporary",),
        ),
    ),
    otherwise="go-on",
)

RULES = (
    TERM,
    BUILDING,
    RECLAIM,
    REFUSAL,
    HOLDER,
    COUNTY,
    Effect("restrict-holder", "tdfk-20", "restrict", touches="holder", ends="reclaimed"),
    Effect("stop-temporary", "gzg-2021-2", "suspend", touches="new-temporary", ends="recorded-decision"),
)

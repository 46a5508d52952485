"""Land that lies idle: a fee at one year, recovery at two, less the stops that are on record."""

from shoutu.policy.vocabulary import (
    All,
    Amount,
    Band,
    Conclude,
    Condition,
    Effect,
    Either,
    Flag,
    Named,
    Not,
    Ratio,
    RunOut,
    Sum,
)

NOT_STARTED = Not(Flag("started"))
STOPS = "grant_stops"
LITTLE_BUILT = Named("built", Ratio(Sum("area"), Sum("built"), "built-third", beyond=True, inside=False))
"""Less than a third is built: the whole is more than three times the built part."""
LITTLE_INVESTED = Not(
    Named("invested", Ratio(Sum("invested"), Sum("investment"), "invested-quarter", inside=False))
)


def _idle(where: Condition, since: str, one: str, two: str, *more: Band) -> Conclude:
    def lies(number: str) -> Condition:
        return All((NOT_STARTED, RunOut(since, number, pauses=STOPS)))

    return Conclude(
        clause="xztd-2",
        question="idle",
        table="grants",
        subject="parcel",
        where=where,
        bands=(
            Band("recover", (Named("two-years", lies(two)),), ("recover-land",)),
            Band("fee", (Named("one-year", lies(one)),)),
            *more,
        ),
        otherwise="not-idle",
    )


STOPPED = Band(
    "may-be-idle",
    (
        Named(
            "stopped",
            All(
                (
                    Flag("started"),
                    Named("stopped-since", RunOut("stopped_since", "idle-year", pauses=STOPS)),
                    Either((LITTLE_BUILT, LITTLE_INVESTED)),
                )
            ),
        ),
    ),
)
IDLE = _idle(Flag("has_start"), "agreed_start", "idle-year", "idle-two", STOPPED)
IDLE_NO_DATE = _idle(Not(Flag("has_start")), "handed_over_on", "idle-year-no-date", "idle-two-no-date")
FEE = Amount(
    clause="xztd-14",
    question="idle-fee",
    table="grants",
    subject="parcel",
    base="price",
    low="idle-fee",
    where=All(
        (
            Flag("has_start"),
            NOT_STARTED,
            RunOut("agreed_start", "idle-year", pauses=STOPS),
            Not(RunOut("agreed_start", "idle-two", pauses=STOPS)),
        )
    ),
)
FARMLAND_IDLE = Conclude(
    clause="tdgl-38",
    question="idle-farmland",
    table="farmland_grants",
    subject="parcel",
    bands=(
        Band(
            "recover",
            (Named("two-years", All((Not(Flag("used")), RunOut("approved_on", "farmland-idle-two")))),),
            ("recover-land",),
        ),
        Band("fee", (Named("one-year", All((NOT_STARTED, RunOut("approved_on", "farmland-idle-year")))),)),
    ),
    otherwise="not-idle",
)

RULES = (
    IDLE,
    IDLE_NO_DATE,
    FEE,
    FARMLAND_IDLE,
    Effect("recover-land", "xztd-14", "recover", touches="land-right"),
)

"""二、加强矿政管理，切实规范管理矿业用地: the gates of mining rights, and what happens on mining land."""

from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    Band,
    ByReading,
    Clock,
    Conclude,
    Condition,
    Count,
    Effect,
    Either,
    Flag,
    Is,
    Named,
    Not,
    Ratio,
    RunOut,
    Sum,
)

ACCEPTANCE = Conclude(
    clause="2.1",
    question="mining-acceptance",
    table="checks",
    subject="project",
    where=Is("matter", ("mining-acceptance",)),
    bands=(
        Band(
            "refuse",
            (
                Named("national-plan", Not(Flag("national_plan_fits"))),
                Named("region-plan", Not(Flag("region_plan_fits"))),
                Named("policies", Not(Flag("policies_met"))),
            ),
        ),
    ),
    otherwise="pass",
)
APPROVAL = Conclude(
    clause="2.2",
    question="mining-approval",
    table="checks",
    subject="project",
    where=Is("matter", ("mining-approval",)),
    bands=(
        Band(
            "refuse",
            (
                Named("redline", AtLeast(Sum("redline"), "local-overlap")),
                Named("ecology", Not(Flag("ecology_met"))),
                Named("departments", Not(Flag("departments_agree"))),
                Named("duty", Flag("duty_unmet")),
            ),
        ),
    ),
    otherwise="pass",
)

# 2.4 exempts from the meeting of 2.3 alone: not from 2.1 and 2.2, nor from the consent that statute asks.


def within(number: str) -> Condition:
    """The shortest distance is at most the number of metres."""
    return Not(Named("gap", AtLeast(Sum("gap"), number, beyond=True)))


ONE_HOLDER: ByReading[Condition] = ByReading(
    "2.4-owner",
    {"direct": Is("holder", ("same", "direct")), "indirect": Is("holder", ("same", "direct", "indirect"))},
)
WIDTH = Not(Named("strip-width", AtLeast(Sum("strip_width"), "2.4-strip", beyond=True)))
NARROW: ByReading[Condition] = ByReading(
    "2.4", {"300": within("2.4-strip"), "330": within("2.4-strip-wide"), "width": WIDTH}
)
ABOUT: ByReading[Condition] = ByReading(
    "2.4", {"300": within("2.4-strip-doubt"), "330": within("2.4-strip-wide"), "width": WIDTH}
)
"""Beyond 300 m and up to 350 a person decides; the other readings leave no such doubt."""

MINING_RIGHT = Is("right", ("mining",))


def place(strip: Condition) -> Condition:
    """Where the resource lies, with what the order asks of each place; a strip lies between any rights."""
    return Either(
        (
            All((Is("place", ("depth", "scattered")), MINING_RIGHT)),
            All((Is("place", ("rim",)), MINING_RIGHT, Flag("one_body"))),
            All((Is("place", ("strip",)), Is("right", ("mining", "exploration")), ONE_HOLDER, strip)),
        )
    )


STATED = (
    Flag("safety_or_layout"),
    Flag("old_system"),
    Not(Flag("sand_gravel")),
    Flag("not_separate"),
    Flag("by_agreement"),
)
BEYOND = All((Is("place", ("strip",)), Not(NARROW)))
"""Of what is conceivable: a strip that is a little wider than the order's words."""
CONCEIVABLE = All((*STATED, place(ABOUT)))
UNDECIDED = Not(Flag("meeting_decided"))
GRANT_MATTER = Is("matter", ("mining-grant",))
GRANT = Conclude(
    clause="2.3",
    question="mining-grant",
    table="checks",
    subject="project",
    where=GRANT_MATTER,
    bands=(
        Band("refuse", (Named("meeting", All((UNDECIDED, Not(CONCEIVABLE)))),)),
        Band(
            "review",
            (
                Named("doubtful", All((UNDECIDED, BEYOND))),
                Named("consent", All((UNDECIDED, Not(Flag("consent"))))),
                Named("minutes", All((Flag("meeting_decided"), Not(Flag("minutes_held"))))),
            ),
        ),
    ),
    otherwise="pass",
)
EXCEPTION = Conclude(
    clause="2.4",
    question="exception",
    table="checks",
    subject="project",
    where=GRANT_MATTER,
    bands=(
        Band("not-excepted", (Named("lacking", Not(CONCEIVABLE)),)),
        Band("review", (Named("about", BEYOND),)),
    ),
    otherwise="excepted",
)

RECLAMATION = Clock(
    clause="2.5",
    question="reclamation",
    table="periods",
    subject="parcel",
    since=("expires",),
    terms=("tdss-20-reclaim",),
    roll=False,
    done="reclaimed_on",
)
OFF_SITE = Ratio(Sum("off_site"), Sum("actual"), "2.6-off-site", beyond=True)
OVER_AREA = Ratio(Sum("off_site"), Sum("approved"), "2.6-off-site", beyond=True, inside=False)
UNRECLAIMED = All((Not(Flag("reclaimed")), RunOut("expires", "tdss-20-reclaim", beyond=True)))
STOP = Conclude(
    clause="2.6",
    question="temporary-land-stop",
    table="periods",
    subject="company",
    by=ByReading("2.6", {"mine": "mine", "holder": "holder", "banner": "banner"}),
    bands=(
        Band(
            "stop",
            (
                Named("off-site", AtLeast(Count(OFF_SITE), "2.6-mines")),
                Named("over-area", AtLeast(Count(OVER_AREA), "2.6-mines")),
                Named("unreclaimed", AtLeast(Count(UNRECLAIMED), "2.6-mines")),
            ),
            ("stop-temporary-land",),
        ),
    ),
    otherwise="none",
)
TEMPORARY_GATE = Conclude(
    clause="2.6",
    question="temporary-land-gate",
    table="checks",
    subject="project",
    where=Is("matter", ("temporary-land",)),
    bands=(Band("refuse", (Named("suspended", Flag("suspended")),)),),
    otherwise="pass",
)

UNDERGROUND = Conclude(
    clause="2.7",
    question="underground",
    table="underground",
    subject="company",
    bands=(
        Band(
            "suspected",
            (
                Named("outside", Flag("outside")),
                Named("levels", Flag("beyond_levels")),
                Named("unapproved", Flag("unapproved")),
            ),
        ),
    ),
    otherwise="none",
)
UNDERGROUND_CHECK = Clock(
    clause="2.7",
    question="underground-check",
    table="underground",
    subject="case",
    since=("received_on",),
    terms=("local-check",),
    done="checked_on",
)
OBJECTED = All((Flag("objected"), Not(Flag("objection_answered"))))
CONTROL_LIST = Conclude(
    clause="2.8",
    question="control-list",
    table="mines",
    subject="company",
    bands=(
        Band(
            "list",
            (Named("lacking", All((Flag("lacking"), Flag("heard"), Not(OBJECTED), Not(Flag("restored"))))),),
            ("restrict-land",),
        ),
        Band(
            "hear",
            (
                Named("unheard", All((Flag("lacking"), Not(Flag("heard")), Not(Flag("restored"))))),
                Named("objection", All((Flag("lacking"), OBJECTED, Not(Flag("restored"))))),
            ),
        ),
    ),
    otherwise="none",
)
BUILDING_LAND = Is("matter", ("land-approval", "land-supply"))
LISTED_GATE = Conclude(
    clause="2.8",
    question="listed-gate",
    table="checks",
    subject="project",
    where=Is("matter", ("land-approval", "land-supply", "temporary-land")),
    bands=(
        Band("refuse", (Named("duty", All((BUILDING_LAND, Flag("listed"), Flag("duty_unmet")))),)),
        Band("review", (Named("listed", Flag("listed")),)),
    ),
    otherwise="pass",
)
"""The order restricts, the statute refuses: new building land where the duty to reclaim is unmet."""

RULES = (
    ACCEPTANCE,
    APPROVAL,
    GRANT,
    EXCEPTION,
    RECLAMATION,
    STOP,
    TEMPORARY_GATE,
    UNDERGROUND,
    UNDERGROUND_CHECK,
    CONTROL_LIST,
    LISTED_GATE,
    Effect(
        "stop-temporary-land",
        "2.6",
        "suspend",
        touches=ByReading("2.6", {"mine": "mine", "holder": "holder", "banner": "banner"}),
        ends="recorded-decision",
    ),
    Effect("restrict-land", "2.8", "restrict", touches="mine", ends="recorded-decision"),
)

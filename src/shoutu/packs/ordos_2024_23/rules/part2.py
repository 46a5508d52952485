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
            "refuse", (Named("plans", Not(Flag("plans_fit"))), Named("policies", Not(Flag("policies_met"))))
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
            ),
        ),
    ),
    otherwise="pass",
)

# 2.4 exempts from the meeting of 2.3 alone.


def within(number: str) -> Condition:
    """The shortest distance is at most the number of metres."""
    return Not(AtLeast(Sum("gap"), number, beyond=True))


ONE_HOLDER: ByReading[Condition] = ByReading(
    "2.4-owner",
    {"direct": Is("holder", ("same", "direct")), "indirect": Is("holder", ("same", "direct", "indirect"))},
)
NARROW: ByReading[Condition] = ByReading(
    "2.4",
    {
        "300": within("2.4-strip"),
        "330": within("2.4-strip-wide"),
        "width": Not(AtLeast(Sum("strip_width"), "2.4-strip", beyond=True)),
    },
)
ABOUT: ByReading[Condition] = ByReading(
    "2.4",
    {
        "300": All((Not(within("2.4-strip")), within("2.4-strip-doubt"))),
        "330": All((within("2.4-strip-wide"), Not(within("2.4-strip-wide")))),
        "width": All((within("2.4-strip-wide"), Not(within("2.4-strip-wide")))),
    },
)
"""Beyond 300 m and up to 350 a person decides; the other readings leave no such doubt."""


def place(strip: Condition) -> Condition:
    """Where the resource lies, with what the order asks of each place."""
    return Either(
        (
            Is("place", ("depth", "scattered")),
            All((Is("place", ("rim",)), Flag("one_body"))),
            All((Is("place", ("strip",)), ONE_HOLDER, strip)),
        )
    )


STATED = (
    Flag("safety_or_layout"),
    Flag("existing_right"),
    Flag("old_system"),
    Not(Flag("sand_gravel")),
    Flag("not_separate"),
    Flag("by_agreement"),
)
EXEMPT = All((*STATED, place(NARROW)))
DOUBTFUL = All((*STATED, place(ABOUT), Not(place(NARROW))))
GRANT_MATTER = Is("matter", ("mining-grant",))
GRANT = Conclude(
    clause="2.3",
    question="mining-grant",
    table="checks",
    subject="project",
    where=GRANT_MATTER,
    bands=(
        Band(
            "refuse",
            (Named("meeting", All((Not(Flag("meeting_decided")), Not(EXEMPT), Not(DOUBTFUL)))),),
        ),
        Band("review", (Named("doubtful", All((Not(Flag("meeting_decided")), DOUBTFUL))),)),
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
        Band("not-excepted", (Named("lacking", All((Not(EXEMPT), Not(DOUBTFUL)))),)),
        Band("review", (Named("about", DOUBTFUL),)),
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
    done="reclaimed_on",
)
OFF_SITE = Ratio(Sum("off_site"), Sum("actual"), "2.6-off-site", beyond=True)
OVER_AREA = Ratio(Sum("off_site"), Sum("approved"), "2.6-off-site", beyond=True, inside=False)
BREACH = Either((OFF_SITE, OVER_AREA))
STOP = Conclude(
    clause="2.6",
    question="temporary-land-stop",
    table="periods",
    subject="company",
    by=ByReading("2.6", {"mine": "mine", "holder": "holder", "banner": "banner"}),
    bands=(
        Band("stop", (Named("off-site", AtLeast(Count(BREACH), "2.6-mines")),), ("stop-temporary-land",)),
    ),
    otherwise="none",
)
TEMPORARY_GATE = Conclude(
    clause="2.6",
    question="temporary-land-gate",
    table="checks",
    subject="project",
    where=Is("matter", ("temporary-land",)),
    bands=(Band("refuse", (Named("suspended", Flag("suspended")), Named("listed", Flag("listed")))),),
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
CONTROL_LIST = Conclude(
    clause="2.8",
    question="control-list",
    table="mines",
    subject="company",
    bands=(
        Band(
            "list",
            (Named("lacking", All((Flag("lacking"), Flag("heard"), Not(Flag("restored"))))),),
            ("restrict-land",),
        ),
        Band("hear", (Named("unheard", All((Flag("lacking"), Not(Flag("heard"))))),)),
    ),
    otherwise="none",
)

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
    Effect(
        "stop-temporary-land",
        "2.6",
        "suspend",
        touches=ByReading("2.6", {"mine": "mine", "holder": "holder", "banner": "banner"}),
        ends="recorded-decision",
    ),
    Effect("restrict-land", "2.8", "restrict", touches="mine", ends="recorded-decision"),
)

"""一、严守法律法规，从源头上防控违法用地: what came of each suspected act, and the gates of the plan."""

from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    Band,
    ByReading,
    Conclude,
    Condition,
    Either,
    Flag,
    Is,
    Named,
    Not,
    Passed,
    Sum,
)

SETTLED = ByReading[Condition](
    "1.1",
    {
        "filing-or-reasoned": Either(
            (
                Flag("case_closed"),
                All((Flag("not_filed_reason"), Flag("head_approved"))),
                Flag("handed_over"),
            )
        ),
        "without-exception": Flag("case_closed"),
    },
)
OUTCOME = Conclude(
    clause="1.1",
    question="outcome",
    table="outcomes",
    subject="parcel",
    bands=(Band("unsettled", (Named("unsettled", Not(SETTLED)),)),),
    otherwise="settled",
)
LATE_APPROVAL = Named("approval-day", Passed("used_on", by="approved_on"))
LATE_SUPPLY = Named("supply-day", Passed("used_on", by="supplied_on"))
CHAIN = Conclude(
    clause="1.1",
    question="chain",
    table="chains",
    subject="parcel",
    bands=(
        Band(
            "suspected-early",
            (
                Named(
                    "unapproved",
                    All((Flag("used"), Either((Not(Flag("approved")), LATE_APPROVAL)))),
                ),
                Named(
                    "unsupplied",
                    All((Flag("used"), Either((Not(Flag("supplied")), LATE_SUPPLY)))),
                ),
            ),
        ),
    ),
    otherwise="in-order",
)
"""批地、供地、用地, in this order and each of them; for no kind of project is there an exemption."""

PLANS = Conclude(
    clause="1.2",
    question="plans",
    table="plans",
    subject="place",
    bands=(
        Band("lacking", (Named("approval", Not(Flag("approved"))), Named("layer", Not(Flag("layer_held"))))),
    ),
    otherwise="complete",
)
CONTROL_LINES = Conclude(
    clause="1.2",
    question="control-lines",
    table="footprints",
    subject="parcel",
    bands=(
        Band(
            "conflict",
            (
                Named("redline", AtLeast(Sum("redline"), "local-overlap")),
                Named("basic-farmland", AtLeast(Sum("basic_farmland"), "local-overlap")),
            ),
        ),
        Band("outside", (Named("outside", AtLeast(Sum("outside_boundary"), "local-overlap")),)),
    ),
    otherwise="clear",
)
OTHER_LINES = Conclude(
    clause="1.2",
    question="other-lines",
    table="footprints",
    subject="parcel",
    bands=(
        Band(
            "conflict",
            (
                Named("grassland", AtLeast(Sum("basic_grassland"), "local-overlap")),
                Named("forest", AtLeast(Sum("public_forest"), "local-overlap")),
                Named("water", AtLeast(Sum("water_source"), "local-overlap")),
            ),
        ),
    ),
    otherwise="clear",
)
"""Lines that are delivered here and not there: asked apart, so that a missing one leaves the others known."""

IN_ZONE = Not(Named("outside-zone", AtLeast(Sum("outside_zone"), "local-overlap")))
"""The footprint lies in fitting zones, up to the tolerance."""
PLACED: ByReading[Condition] = ByReading(
    "1.3",
    {
        "list-map-or-zone": Either((Flag("in_list"), Flag("on_map"), IN_ZONE)),
        "footprint-only": IN_ZONE,
        "hezhun-only": Either((Flag("in_list"), Flag("on_map"), IN_ZONE)),
        "footprint-and-hezhun-only": IN_ZONE,
    },
)
PROJECT = Is("matter", ("project-approval",))
PROCEDURES: ByReading[Condition] = ByReading(
    "1.3",
    {
        "list-map-or-zone": PROJECT,
        "footprint-only": PROJECT,
        "hezhun-only": All((PROJECT, Is("procedure", ("hezhun",)))),
        "footprint-and-hezhun-only": All((PROJECT, Is("procedure", ("hezhun",)))),
    },
)
PROJECT_GATE = Conclude(
    clause="1.3",
    question="project-gate",
    table="checks",
    subject="project",
    where=PROCEDURES,
    bands=(Band("refuse", (Named("unplaced", Not(PLACED)),)),),
    otherwise="pass",
)
LAND_GATE = Conclude(
    clause="1.4",
    question="land-gate",
    table="checks",
    subject="project",
    where=Is("matter", ("land-approval", "land-supply")),
    bands=(Band("refuse", (Named("unplaced", Not(PLACED)),)),),
    otherwise="pass",
)

RULES = (OUTCOME, CHAIN, PLANS, CONTROL_LINES, OTHER_LINES, PROJECT_GATE, LAND_GATE)

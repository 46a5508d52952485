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

PLACED: ByReading[Condition] = ByReading(
    "1.3",
    {
        "list-map-or-zone": Either((Flag("in_list"), Flag("on_map"), Flag("zone_fits"))),
        "footprint-only": Flag("zone_fits"),
        "hezhun-only": Either((Flag("in_list"), Flag("on_map"), Flag("zone_fits"))),
        "footprint-and-hezhun-only": Flag("zone_fits"),
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

RULES = (OUTCOME, CONTROL_LINES, PROJECT_GATE, LAND_GATE)

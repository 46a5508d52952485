"""六、强化信息预警: the colours of a banner's month, and what follows from them."""

from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    Band,
    BandRule,
    ByReading,
    Certain,
    Conclude,
    Condition,
    Count,
    Effect,
    Either,
    Flag,
    Hit,
    Is,
    Items,
    LevelRule,
    Named,
    Not,
    SequenceRule,
    Total,
    Window,
)

PLACES: ByReading[int | None] = ByReading("6.1-figure", {"filed": None, "mu-2dp": 2})
"""Which figure is compared: as it was filed, or each rounded to 0.01 mu before it is added."""

PARCELS = Count(Flag("new"))
AREA = Total("area", PLACES)
FARMLAND = Total("farmland", PLACES)

MILDER_EDGE = ByReading("6.2-edge", {"stricter": False, "milder": True})
"""以上 and 以下 both include 5 and 10 mu: which of two bands holds there."""

WINDOW: ByReading[Window] = ByReading("6.2", {"month": "month", "cumulative-year": "year-to-date"})

BANNER_MONTH = BandRule(
    clause="6.1",
    subject="region",
    window="month",
    bands=(
        Band(
            "red",
            (
                Named("area", AtLeast(AREA, "6.1-red-area")),
                Named("farmland", AtLeast(FARMLAND, "6.1-red-farmland")),
            ),
        ),
        Band(
            "orange",
            (
                Named("area", AtLeast(AREA, "6.1-orange-area")),
                Named("farmland", AtLeast(FARMLAND, "6.1-orange-farmland")),
            ),
        ),
        Band("yellow", (Named("parcels", AtLeast(PARCELS, "6.1-yellow-parcels")),)),
    ),
)

PROJECT = BandRule(
    clause="6.2",
    subject="project",
    window=WINDOW,
    bands=(
        Band("red", (Named("area", AtLeast(AREA, "6.2-red", beyond=MILDER_EDGE)),)),
        Band("orange", (Named("area", AtLeast(AREA, "6.2-orange", beyond=MILDER_EDGE)),)),
        Band("yellow", (Named("area", AtLeast(AREA, "6.2-yellow")),)),
    ),
)

INTERVIEW_DEPUTY = SequenceRule(
    clause="6.3",
    measure="interview-deputy",
    number="6.3-items",
    items=ByReading(
        "6.3-items",
        {
            "month-highest": Items(merged=True),
            "all": Items(),
            "banner-only": Items(clauses=("6.1",)),
        },
    ),
    adjacent=ByReading("6.3-gap", {"adjacent-months": True, "items": False}),
    hits=ByReading(
        "6.3",
        {
            "yellow-yellow": (Hit(("orange",)), Hit(("yellow",), after=("yellow",))),
            "yellow-or-orange": (Hit(("yellow", "orange"), after=("yellow", "orange")),),
        },
    ),
)

ON_RED = LevelRule(
    clause="6.4",
    level="red",
    number="6.4-red",
    measures=("interview-principal", "propose-suspension", "consider-transfer"),
)

WHOM = ByReading(
    "6.3-whom",
    {"banner-government": "banner-government", "banner-bureau": "banner-bureau", "both": "both"},
)

COUNTED: ByReading[Condition] = ByReading(
    "6-status",
    {
        "city-reviewed": Is("state", ("city-reviewed", "region-closed")),
        "banner-reported": Is("state", ("banner-reported", "city-reviewed", "region-closed")),
        "region-closed": Is("state", ("region-closed",)),
    },
)
STATUS = Conclude(
    clause="6.1",
    question="counts",
    table="parcels",
    subject="parcel",
    bands=(Band("not-yet", (Named("state", Not(COUNTED)),)),),
    otherwise="counts",
)
"""From which state a parcel counts; that it was issued is never enough."""

NET: ByReading[Condition] = ByReading(
    "6.1-ridge",
    {
        "net": Flag("layer_has_ridges"),
        "gross": Certain(All((Flag("layer_has_ridges"), Not(Flag("layer_has_ridges"))))),
    },
)
FARMLAND_FIGURE = Conclude(
    clause="6.1",
    question="farmland-figure",
    table="parcels",
    subject="parcel",
    bands=(Band("net", (Named("ridges", NET),)),),
    otherwise="gross",
)
"""Which farmland a parcel's facts hold: less the ridges (田坎) where its layer carries the coefficient."""

LAND = Is("matter", ("land-approval",))
SUSPENDED_GATE = Conclude(
    clause="6.4",
    question="suspended-gate",
    table="checks",
    subject="project",
    where=ByReading[Condition](
        "6.4-scope",
        {
            "conversion-and-temporary": Either(
                (Is("matter", ("temporary-land",)), All((LAND, Is("approval", ("conversion",)))))
            ),
            "conversion": All((LAND, Is("approval", ("conversion",)))),
            "all": Is("matter", ("land-approval", "land-supply", "temporary-land")),
        },
    ),
    bands=(
        Band(
            "refuse",
            (Named("suspended", All((Flag("banner_suspended"), Not(Flag("city_exception"))))),),
        ),
    ),
    otherwise="pass",
)
"""What of a suspended banner is not approved that day, save by a recorded decision of the city."""

RULES = (
    BANNER_MONTH,
    STATUS,
    FARMLAND_FIGURE,
    PROJECT,
    INTERVIEW_DEPUTY,
    ON_RED,
    SUSPENDED_GATE,
    Effect("interview-deputy", "6.3", "interview", touches=WHOM),
    Effect("interview-principal", "6.4", "interview", touches=WHOM),
    Effect(
        "propose-suspension",
        "6.4",
        "suspend",
        touches=ByReading(
            "6.4-scope",
            {
                "conversion-and-temporary": "conversion-and-temporary",
                "conversion": "conversion",
                "all": "all",
            },
        ),
        ends=ByReading("6.4-end", {"recorded-decision": "recorded-decision"}),
    ),
    Effect("consider-transfer", "6.4", "transfer", touches="judicial-and-discipline"),
)

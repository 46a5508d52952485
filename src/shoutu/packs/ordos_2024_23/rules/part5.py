"""五、严肃问题整改，坚决杜绝问题反复发生: inspection, idle land, houses, lakes, acceptance."""

from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    Band,
    ByReading,
    Conclude,
    Count,
    Effect,
    Flag,
    Indicator,
    Named,
    Not,
    OnOrAfter,
    Passed,
    Ratio,
    RunOut,
    Same,
    Sum,
)

INSPECTION = Conclude(
    clause="5.1",
    question="inspection",
    table="inspection",
    subject="case",
    bands=(
        Band(
            "overdue", (Named("overdue", All((Named("deadline-day", Passed("due")), Not(Flag("accepted"))))),)
        ),
        Band(
            "lacking",
            (
                Named("cause", Not(Flag("cause"))),
                Named("measure", Not(Flag("measure"))),
                Named("owner", Not(Flag("owner"))),
            ),
        ),
    ),
    otherwise="complete",
)
ZERO = Conclude(
    clause="5.2",
    question="zero",
    table="actions",
    subject="place",
    by="region",
    bands=(
        Band("late", (Named("late", AtLeast(Count(All((Not(Flag("done")), Passed("due")))), "local-some")),)),
        Band("not-zero", (Named("open", AtLeast(Count(Not(Flag("done"))), "local-some")),)),
    ),
    otherwise="zero",
)
IDLE = Conclude(
    clause="5.3",
    question="idle",
    table="idle",
    subject="parcel",
    bands=(
        Band(
            "recover",
            (
                Named(
                    "two-years",
                    All(
                        (
                            Not(Flag("started")),
                            Not(Flag("disposed")),
                            Named(
                                "idle-day",
                                RunOut(
                                    ByReading(
                                        "5.3", {"agreed-start": "agreed_start", "contract": "contract_on"}
                                    ),
                                    "5.3-two-years",
                                    pauses=ByReading[str | None](
                                        "5.3", {"agreed-start": "idle_pauses", "contract": None}
                                    ),
                                ),
                            ),
                        )
                    ),
                ),
            ),
            ("recover-land",),
        ),
    ),
    otherwise="none",
)
DISPOSAL = Indicator(
    clause="5.3", question="disposal", table="idle", subject="place", by="region",
    part=Sum("area", Flag("disposed")), whole=Sum("area"),
)  # fmt: skip
NEW = OnOrAfter(
    "absent_on",
    "5.4-line",
    beyond=ByReading("5.4", {"from-07-04": True, "from-07-03": False}),
    until="seen_on",
)
HOUSES = Conclude(
    clause="5.4",
    question="houses",
    table="houses",
    subject="parcel",
    where=All((Flag("farmland"), Flag("rural_house"))),
    bands=(Band("new-open", (Named("new", All((NEW, Not(Flag("removed"))))),)),),
    otherwise="none",
)
AUTHORITY = Conclude(
    clause="5.4",
    question="authority",
    table="houses",
    subject="parcel",
    where=All((Flag("farmland"), Flag("rural_house"))),
    bands=(Band("agriculture", (Named("villager", Flag("villagers_dwelling")),)),),
    otherwise="natural-resources",
)
LAKES = Conclude(
    clause="5.5",
    question="lakes",
    table="lakes",
    subject="parcel",
    bands=(
        Band(
            "restore",
            (Named("restorable", All((Not(Flag("restored")), Not(Flag("cannot_restore"))))),),
        ),
        Band(
            "unbalanced",
            (
                Named("area", Not(Ratio(Sum("made_good"), Sum("farmland"), "5.5-whole", inside=False))),
                Named(
                    "basic",
                    All(
                        (
                            Named("occupied-basic", AtLeast(Sum("basic"), "local-overlap")),
                            Not(Ratio(Sum("basic_made_good"), Sum("basic"), "5.5-whole", inside=False)),
                        )
                    ),
                ),
                Named("quality", Not(Flag("quality_kept"))),
            ),
        ),
    ),
    otherwise="balanced",
)
ACCEPTANCE = Conclude(
    clause="5.6",
    question="acceptance",
    table="acceptances",
    subject="case",
    bands=(
        Band(
            "sham",
            (Named("sham", All((Flag("sham"), Flag("heard")))),),
            ("publish-case", "upper-range", "credit", "interview-officials"),
        ),
        Band("not-accepted", (Named("proof", Not(Flag("independent"))),)),
        Band("hear", (Named("unheard", All((Flag("sham"), Not(Flag("heard"))))),)),
    ),
    otherwise="may-accept",
)
FILING = Conclude(
    clause="5.7",
    question="filing",
    table="filings",
    subject="case",
    bands=(
        Band("false", (Named("false", Flag("false_found")),), ("hold-filers",)),
        Band("one-person", (Named("same", Same("filer", "checker")),)),
    ),
    otherwise="sound",
)
COMPLETION = Indicator(
    clause="5.8", question="completion", table="rectification", subject="place", by="banner",
    part=Sum("done"), whole=Sum("due"),
)  # fmt: skip
POOR = Conclude(
    clause="5.8",
    question="poor",
    table="rectification",
    subject="place",
    by="banner",
    bands=(
        Band("poor", (Named("poor", AtLeast(Count(Flag("poor")), "local-some")),), ("suspend-for-poor",)),
    ),
    otherwise="none",
)

RULES = (
    INSPECTION,
    ZERO,
    IDLE,
    DISPOSAL,
    HOUSES,
    AUTHORITY,
    LAKES,
    ACCEPTANCE,
    FILING,
    COMPLETION,
    POOR,
    Effect("recover-land", "5.3", "recover", touches="land-user"),
    Effect("publish-case", "5.6", "publish", touches="company"),
    Effect("upper-range", "5.6", "fine", touches="company"),
    Effect("credit", "5.6", "restrict", touches="company", ends="recorded-decision"),
    Effect("interview-officials", "5.6", "interview", touches="officials"),
    Effect("hold-filers", "5.7", "refer", touches="filer-and-checker"),
    Effect("suspend-for-poor", "5.8", "suspend", touches="banner", ends="recorded-decision"),
)

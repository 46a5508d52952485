"""Farmland: the yearly share that calls for discipline, houses after the line date, lakes."""

from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    Band,
    ByReading,
    Conclude,
    Effect,
    Either,
    Flag,
    Is,
    Named,
    Not,
    OnOrAfter,
    Ratio,
    Sum,
)

# A guard named "where" sifts; it stands in the trace and not in a sentence.
ORDER_15 = Conclude(
    clause="l15-3",
    question="discipline",
    table="place_years",
    subject="place",
    bands=(
        Band(
            "discipline-hint",
            (
                Named("share", Ratio(Sum("illegal_farmland"), Sum("new_farmland"), "l15-share")),
                Named(
                    "nothing-lawful",
                    All(
                        (
                            Named("where", AtLeast(Sum("illegal_farmland"), "some-farmland", beyond=True)),
                            Named("where", Not(AtLeast(Sum("new_farmland"), "some-farmland", beyond=True))),
                        )
                    ),
                ),
                Named("vile-effect", Flag("vile_effect")),
                Named("serious-case", Flag("serious_case")),
                Named("not-handled", Flag("not_handled")),
                Named("concealed", Flag("concealed")),
            ),
            ("hand-to-supervision",),
        ),
    ),
    otherwise="no-hint",
)

AFTER_THE_LINE = OnOrAfter(
    "last_without",
    "house-line",
    beyond=ByReading("house-line", {"from-07-04": True, "from-07-03": False}),
    until="first_with",
)
NEW_HOUSE = (Flag("rural"), Either((Flag("farmland"), Flag("farmland_before"))), Named("", AFTER_THE_LINE))
STANDS = Not(Flag("removed"))
HOUSES = Conclude(
    clause="house-2020",
    question="house",
    table="houses",
    subject="parcel",
    bands=(
        Band(
            "zero-tolerance",
            (Named("new-house", All((*NEW_HOUSE, Not(Flag("villager")), STANDS))),),
        ),
        Band(
            "zero-tolerance-villager",
            (Named("new-house-villager", All((*NEW_HOUSE, Flag("villager"), STANDS))),),
            ("route-agriculture",),
        ),
    ),
    otherwise="not-new-house",
)

TAKEN = Is("kind", ("taken",))
RESTORED = Is("kind", ("restored",))
RESTORABLE = All((TAKEN, Flag("restorable")))
MADE_GOOD = Either((RESTORED, All((Is("kind", ("replaced",)), Flag("grade_kept")))))
BASIC = Flag("basic")
LAKES = Conclude(
    clause="lake-2020",
    question="lake",
    table="lake_parts",
    subject="project",
    by="lake",
    bands=(
        Band(
            "restore-first",
            (
                Named(
                    "restored",
                    All(
                        (
                            Named("where", AtLeast(Sum("area", RESTORABLE), "some-area", beyond=True)),
                            Not(
                                Ratio(
                                    Sum("area", RESTORED),
                                    Sum("area", RESTORABLE),
                                    "whole-area",
                                    inside=False,
                                )
                            ),
                        )
                    ),
                ),
            ),
        ),
        Band(
            "not-balanced",
            (
                Named(
                    "made-good",
                    Not(Ratio(Sum("area", MADE_GOOD), Sum("area", TAKEN), "whole-area", inside=False)),
                ),
                Named(
                    "basic-made-good",
                    All(
                        (
                            Named(
                                "where", AtLeast(Sum("area", All((TAKEN, BASIC))), "some-area", beyond=True)
                            ),
                            Not(
                                Ratio(
                                    Sum("area", All((MADE_GOOD, BASIC))),
                                    Sum("area", All((TAKEN, BASIC))),
                                    "whole-area",
                                    inside=False,
                                )
                            ),
                        )
                    ),
                ),
            ),
        ),
    ),
    otherwise="balanced",
)

RULES = (
    ORDER_15,
    HOUSES,
    LAKES,
    Effect("hand-to-supervision", "l15-3", "refer", touches="supervision"),
)

"""Article 1. Every file in this folder exports RULES; the words are those of shoutu.policy.vocabulary."""

from shoutu.policy.vocabulary import AtLeast, Band, Conclude, Effect, Flag, Named, Sum

PARCEL = Conclude(
    clause="1",
    question="parcel",
    table="parcels",
    subject="parcel",
    # Only rows that surely meet this are judged; where it is not known, the conclusion is not known.
    where=Flag("idle"),
    # The strictest band first, reached when any of its tests is met. AtLeast is >=; `beyond` makes it >.
    bands=(Band("large", (Named("area", AtLeast(Sum("area"), "large")),), ("remind",)),),
    otherwise="small",
)

RULES = (
    PARCEL,
    # What a measure is: its kind, whom it touches, and if the order says so how long it lasts (`lasting`), in
    # what time it must be done (`within`) and by what it ends (`ends`).
    Effect("remind", "1", "warn", touches="company"),
)

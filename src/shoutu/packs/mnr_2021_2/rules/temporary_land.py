"""The stop for a county, and the terms for entry and reclamation."""

from shoutu.policy.vocabulary import (
    All,
    Band,
    ByReading,
    Clock,
    Conclude,
    Effect,
    Flag,
    Named,
    Not,
    Passed,
    Ratio,
    RunOut,
    Sum,
)

SINCE = ByReading("overdue-from", {"deadline": "reclaim_by", "end-of-use": "ends_on"})
DUE = Sum("area", Passed("ends_on"))
OVERDUE = Sum("area", All((Passed("ends_on"), Not(Flag("reclaimed")), RunOut(SINCE, "overdue"))))

STOP = Conclude(
    clause="stop",
    question="stop",
    table="parcels",
    subject="place",
    by="county",
    bands=(Band("stopped", (Named("overdue", Ratio(OVERDUE, DUE, "stop-share")),), ("stop-temporary",)),),
    otherwise="go-on",
)
ENTRY = Clock(
    clause="entry",
    question="entry",
    table="parcels",
    subject="parcel",
    since=("approved_on",),
    terms=("entry",),
    done="entered_on",
)
RECLAIM = Clock(
    clause="term",
    question="reclaim",
    table="parcels",
    subject="parcel",
    since=("ends_on",),
    terms=("reclaim",),
    roll=False,
    done="reclaimed_on",
)

RULES = (
    STOP,
    ENTRY,
    RECLAIM,
    Effect("stop-temporary", "stop", "suspend", touches="new-temporary", ends="recorded-decision"),
)

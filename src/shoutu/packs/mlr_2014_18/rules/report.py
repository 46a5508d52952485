"""What is grave enough to be reported, and the term in which it must be."""

from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    Band,
    ByReading,
    Clock,
    Conclude,
    Condition,
    Effect,
    Either,
    Flag,
    Is,
    Named,
    Sum,
)


def _line(what: str, of: str) -> Condition:
    """The kind of act has its own line; what is above the higher of the two needs no kind."""
    return Either(
        (
            All((Is("act", ("occupied",)), AtLeast(Sum(of), f"occupied-{what}"))),
            AtLeast(Sum(of), f"approved-{what}"),
        )
    )


BASIC = Named("basic", _line("basic", "basic"))
OTHER = Named(
    "other", ByReading("sum", {"apart": _line("other", "other"), "together": _line("other", "farmland")})
)
DESTROYED = Named("destroyed", Flag("much_destroyed"))

GRAVE = Conclude(
    clause="9-report",
    question="grave",
    table="cases",
    subject="case",
    bands=(Band("report", (BASIC, OTHER, DESTROYED), ("report-up",)),),
    otherwise="no-report",
)
REPORT = Clock(
    clause="9-report",
    question="report",
    table="cases",
    subject="case",
    since=("determined_on",),
    terms=("report",),
    done="reported_on",
    where=Either((BASIC, OTHER, DESTROYED)),
)

RULES = (
    GRAVE,
    REPORT,
    Effect("report-up", "9-report", "report", touches="government-and-upper", within="report"),
)

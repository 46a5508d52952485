"""What is grave, who must tell whom by when, and the two periodic reports."""

from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    Band,
    ByReading,
    Clock,
    Conclude,
    Effect,
    Either,
    Flag,
    Is,
    Named,
    Sum,
)

# A city's case has the higher line, so an area above it is grave whatever the level of the case.
AREA = Either(
    (
        AtLeast(Sum("area"), "city-area"),
        All((Is("level", ("county",)), AtLeast(Sum("area"), "county-area"))),
    )
)
GRAVE_TESTS = (
    Named("area", AREA),
    Named("basic", AtLeast(Sum("basic"), "basic")),
    Named("farmland", AtLeast(Sum("farmland"), "farmland")),
    Named("approved-basic", AtLeast(Sum("approved_basic"), "some", beyond=True)),
    Named("approved-farmland", AtLeast(Sum("approved_farmland"), "approved-farmland")),
    Named("approved-other", AtLeast(Sum("approved_other"), "approved-other")),
    Named("mining-gain", AtLeast(Sum("mining_gain"), "mining-gain")),
    Named("mining-damage", AtLeast(Sum("mining_damage"), "mining-damage")),
    Named("instructed", Flag("instructed")),
    Named("government", Flag("government_involved")),
    Named("unrest", Flag("unrest")),
    Named("real-estate", Flag("real_estate")),
)
IS_GRAVE = Either(GRAVE_TESTS)

GRAVE = Conclude(
    clause="4",
    question="grave",
    table="cases",
    subject="case",
    bands=(Band("grave", GRAVE_TESTS, ("report-to-government",)),),
    otherwise="ordinary",
)


def _terms(*names: str) -> ByReading[tuple[str, ...]]:
    return ByReading("days", {"calendar": names, "working": tuple(f"{name}-wd" for name in names)})


TO_TEAM = Clock(
    clause="4",
    question="to-team",
    table="cases",
    subject="case",
    since=("found_on",),
    terms=_terms("to-team"),
    done="to_team_on",
)
TO_BUREAU = Clock(
    clause="4",
    question="to-bureau",
    table="cases",
    subject="case",
    since=("to_team_on",),
    terms=_terms("to-bureau"),
    done="to_bureau_on",
    where=IS_GRAVE,
)
TO_GOVERNMENT = Clock(
    clause="4",
    question="to-government",
    table="cases",
    subject="case",
    since=("to_bureau_on",),
    terms=_terms("to-government"),
    done="to_government_on",
    where=IS_GRAVE,
)
WHOLE_CHAIN = Clock(
    clause="4",
    question="whole-chain",
    table="cases",
    subject="case",
    since=("found_on",),
    terms=_terms("to-team", "to-bureau", "to-government"),
    done="to_government_on",
    where=IS_GRAVE,
)


def _periodic(kind: str) -> Clock:
    """A day of the calendar that the text names, reckoned from the period's last day; it does not roll."""
    return Clock(
        clause="3",
        question=kind,
        table="reports",
        subject="department",
        since=("period_end",),
        terms=ByReading("before", {"inclusive": (kind,), "exclusive": (f"{kind}-before",)}),
        roll=False,
        done="sent_on",
        where=Is("kind", (kind,)),
    )


QUARTERLY = _periodic("quarterly")
YEARLY = _periodic("yearly")

RULES = (
    GRAVE,
    TO_TEAM,
    TO_BUREAU,
    TO_GOVERNMENT,
    WHOLE_CHAIN,
    QUARTERLY,
    YEARLY,
    Effect("report-to-government", "4", "report", touches="county-government"),
)

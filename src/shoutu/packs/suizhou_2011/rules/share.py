"""One share a year for each area; both lines are 超过, hence strictly more."""

from shoutu.policy.vocabulary import Band, ByReading, Conclude, Effect, Flag, Named, Not, Ratio, Sum

SUSPECTED = Sum("farmland", Not(Flag("lawful")))


def _over(number: str) -> Named:
    of_all = Ratio(SUSPECTED, Sum("farmland"), number, beyond=True)
    of_lawful = Ratio(SUSPECTED, Sum("farmland", Flag("lawful")), number, beyond=True, inside=False)
    return Named("share", ByReading("denominator", {"all": of_all, "lawful-only": of_lawful}))


SHARE = Conclude(
    clause="liability",
    question="share",
    table="taken",
    subject="place",
    by="place",
    period="year",
    dated="taken_on",
    bands=(
        Band("liability", (_over("liability-share"),), ("hold-liable", "suspend-conversion", "deny-merit")),
        Band("no-merit", (_over("merit-share"),), ("deny-merit",)),
    ),
    otherwise="within",
)

RULES = (
    SHARE,
    Effect("deny-merit", "merit", "restrict", touches="local-government"),
    Effect("hold-liable", "liability", "refer", touches="local-government"),
    Effect(
        "suspend-conversion",
        "liability",
        "suspend",
        touches="conversion",
        lasting="suspension",
    ),
)

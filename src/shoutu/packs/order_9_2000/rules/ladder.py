"""Three steps by kind of land, for transfer and occupation, by a unit or (heavier) by an individual."""

from shoutu.policy.vocabulary import All, AtLeast, Band, ByReading, Conclude, Effect, Is, Named, Sum


def _from(field: str, number: str, in_hectares: str | None = None) -> Named:
    """不足 … 以上: the number itself belongs to the higher step."""
    by_mu = AtLeast(Sum(field), number)
    if in_hectares is None:
        return Named(field, by_mu)
    return Named(field, ByReading("figure", {"mu": by_mu, "hectare": AtLeast(Sum(field), in_hectares)}))


TOP = (
    _from("basic", "basic-top", "basic-top-ha"),
    _from("farmland", "farmland-top", "farmland-top-ha"),
    _from("other", "other-top", "other-top-ha"),
)
MIDDLE = (
    _from("basic", "basic-middle"),  # 0.2 hectares are 3 mu
    _from("farmland", "farmland-middle", "farmland-middle-ha"),
    _from("other", "other-middle", "other-middle-ha"),
)
LOWEST = tuple(
    Named(field, AtLeast(Sum(field), "some", beyond=True)) for field in ("basic", "farmland", "other")
)


def _ladder(clause: str, kind: str, actor: str) -> Conclude:
    return Conclude(
        clause=clause,
        question=f"{kind}-by-{actor}",
        table="acts",
        subject="case",
        where=All((Is("kind", (kind,)), Is("actor", (actor,)))),
        bands=(
            Band("top", TOP, (f"top-{actor}",)),
            Band("middle", MIDDLE, (f"middle-{actor}",)),
            Band("lowest", LOWEST, (f"lowest-{actor}",)),
        ),
        otherwise="none",
        law="act",
        dated="act_on",
    )


TRANSFER_BY_UNIT = _ladder("3", "transfer", "unit")
TRANSFER_BY_PERSON = _ladder("3", "transfer", "person")
OCCUPATION_BY_UNIT = _ladder("4", "occupation", "unit")
OCCUPATION_BY_PERSON = _ladder("4", "occupation", "person")

RULES = (
    TRANSFER_BY_UNIT,
    TRANSFER_BY_PERSON,
    OCCUPATION_BY_UNIT,
    OCCUPATION_BY_PERSON,
    *(Effect(f"{step}-unit", "3", "refer", touches="in-charge") for step in ("top", "middle", "lowest")),
    *(Effect(f"{step}-person", "3", "refer", touches="the-person") for step in ("top", "middle", "lowest")),
)

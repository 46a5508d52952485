"""Ranges of fines, each with the base that it is reckoned from, by the law of the act."""

from shoutu.policy.vocabulary import (
    All,
    Amount,
    AtLeast,
    Band,
    Conclude,
    Condition,
    Effect,
    Flag,
    Is,
    Named,
    Not,
    Sum,
)


def _fine(
    article: str, kind: str, base: str | None, *more: Condition, high: bool = True, law: str = "tdsstl"
) -> Amount:
    clause = f"{law}-{article.split('-')[0]}"
    condition: Condition = Is("kind", (kind,))
    return Amount(
        clause=clause,
        question=f"fine-{kind}",
        table="penal_acts",
        subject="case",
        base=base,
        low=f"{law}-{article}-low",
        high=f"{law}-{article}-high" if high else None,
        where=All((condition, *more)) if more else condition,
        dated="act_on",
        law="act",
    )


REFUSED = Flag("refused")
WORTH = AtLeast(Sum("ore_value"), "ore-worth")
LAND = (
    _fine("51", "trees-ponds", "farmland_fee", REFUSED),
    _fine("52", "temporary-building", "reclamation_fee"),
    _fine("54", "transfer", "gain"),
    _fine("55", "destroy-farmland", "farmland_fee"),
    _fine("56", "refuse-reclaim", "reclamation_fee", REFUSED),
    _fine("57", "occupy", "area"),
    _fine("59", "refuse-return", "area"),
    _fine("60", "collective", "gain"),
)
MINES = (
    _fine("64", "mine-no-right", "ore_value", WORTH, law="kczy"),
    _fine("64-fixed", "mine-no-right", None, Not(WORTH), law="kczy"),
    _fine("67", "mine-no-licence", "ore_value", law="kczy"),
    _fine("68", "mine-off-plan", None, law="kczy"),
    _fine("71", "mine-no-restoration", "restoration_cost", Not(REFUSED), law="kczy"),
    _fine("71-refused", "mine-no-restoration", "restoration_cost", REFUSED, law="kczy"),
)
DISPOSAL = Conclude(
    clause="tdgl-77",
    question="disposal",
    table="occupations",
    subject="parcel",
    bands=(
        Band("route", (Named("villager", Flag("villager_house")),), ("route-agriculture",)),
        Band("demolish", (Named("off-plan", Not(Flag("in_plan"))),)),
    ),
    otherwise="confiscate",
)

RULES = (
    *LAND,
    *MINES,
    DISPOSAL,
    Effect("route-agriculture", "tdgl-78", "transfer", touches="agriculture"),
)

"""A range of money that depends on a band: the band is concluded, and each band has its range of the gain."""

from shoutu.policy.vocabulary import All, Amount, AtLeast, Band, Conclude, Either, Named, Not, Sum

SEVERE_TESTS = (
    Named("gain", AtLeast(Sum("gain"), "severe-gain")),
    Named("basic", AtLeast(Sum("basic"), "severe-basic")),
    Named("farmland", AtLeast(Sum("farmland"), "severe-farmland")),
    Named("other", AtLeast(Sum("other"), "severe-other")),
)
MIDDLE_TESTS = (
    Named("gain", AtLeast(Sum("gain"), "middle-gain")),
    Named("basic", AtLeast(Sum("basic"), "some", beyond=True)),
    Named("farmland", AtLeast(Sum("farmland"), "middle-farmland")),
    Named("other", AtLeast(Sum("other"), "middle-other")),
)
SEVERE = Either(SEVERE_TESTS)
MIDDLE = All((Not(SEVERE), Either(MIDDLE_TESTS)))
LIGHT = Not(Either((*SEVERE_TESTS, *MIDDLE_TESTS)))

BAND = Conclude(
    clause="transfer",
    question="band",
    table="transfers",
    subject="case",
    bands=(Band("severe", SEVERE_TESTS), Band("middle", MIDDLE_TESTS)),
    otherwise="light",
    law="act",
    dated="act_on",
)


def _fine(band: str, where: Either | All | Not) -> Amount:
    return Amount(
        clause="transfer",
        question="fine",
        table="transfers",
        subject="case",
        base="gain",
        low=f"{band}-low",
        high=f"{band}-high",
        where=where,
        dated="act_on",
        law="act",
    )


FINE_LIGHT = _fine("light", LIGHT)
FINE_MIDDLE = _fine("middle", MIDDLE)
FINE_SEVERE = _fine("severe", SEVERE)

RULES = (BAND, FINE_LIGHT, FINE_MIDDLE, FINE_SEVERE)
